"""The emulated account, synced once, and the marts that the package makes of it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import expected_content
import expected_work
import pytest
import requests
from emulated import Account
from emulated_account import configuration, emulated_account
from engines import Project, duckdb_project
from fivetran import copied_project, debug
from furnishing import delete, doomed, furnish, refusals, refuse

WORLD = {"organizations": 2, "spaces": 3, "environments": 2, "entries": 20, "assets": 5}
# Rich text may be nested deeper than Python reads by itself.
sys.setrecursionlimit(20_000)

SELECTED = {"tables": "all, history", "environment_id": "*"}


@pytest.fixture(scope="session")
def account() -> Iterator[Account]:
    """Give an account of generated, awkward and furnished records, some of which are refused."""
    # Later than the deletions, which the warehouse stamps with the real time.
    now = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None) + timedelta(hours=1)
    with emulated_account(**WORLD, rate_limit=0) as url:
        body = {"awkward": True}
        requests.post(f"{url}/_emulator/reset", json=body, timeout=30).raise_for_status()
        plain = Account(url, now)
        furnish(plain)
        gone = doomed(plain)
        refused = refusals(list(plain.spaces), plain.organizations)
        yield replace(plain, refused=refused, gone=gone)


@pytest.fixture(scope="session")
def warehouse(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the DuckDB file of two syncs, between which entries are deleted."""
    refuse(account)
    kept = tmp_path_factory.mktemp("synced") / "warehouse.db"
    with copied_project() as project:
        debug(project, {**configuration(account.url), **SELECTED})
        delete(account, account.gone)
        debug(project, {**configuration(account.url), **SELECTED})
        shutil.copy(project / "files" / "warehouse.db", kept)
    return kept


@pytest.fixture(scope="session")
def variables(account: Account) -> dict[str, Any]:
    """Give the variables that the expected rows are computed with."""
    return {
        "contentful__now": account.now.isoformat(sep=" "),
        "contentful__limits": expected_content.LIMITS,
        "contentful__quotas": expected_work.QUOTAS,
    }


@pytest.fixture(scope="session")
def built(
    warehouse: Path, variables: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, Path]:
    """Give the project and the DuckDB file after dbt has built and tested everything."""
    folder = tmp_path_factory.mktemp("duckdb")
    copy = Path(shutil.copy(warehouse, folder))
    project = duckdb_project(folder, copy, **variables)
    project.dbt("build")
    return project, copy
