"""The emulated account, synced once, and the marts that the package makes of it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import expected_content
import expected_work
import postgres
import pytest
import requests
import spark
from emulated import Account
from emulated_account import configuration, emulated_account
from engines import (
    Engine,
    Project,
    Row,
    duckdb_project,
    duckdb_rows,
    missing,
    new_project,
    write_typed,
)
from fivetran import copied_project, debug
from furnishing import delete, doomed, furnish, refusals, refuse

WORLD = {"organizations": 2, "spaces": 3, "environments": 2, "entries": 20, "assets": 5}
OTHERS = ("postgres", "postgres in New York", "spark")

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
def duckdb_utc(
    account: Account,
    warehouse: Path,
    variables: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Engine:
    """Give DuckDB with everything built, typed models too, and every dbt test passed."""
    folder = tmp_path_factory.mktemp("duckdb")
    copy = Path(shutil.copy(warehouse, folder))
    project = duckdb_project(folder, copy, "UTC", variables)
    project.dbt("run", "--select", "contentful.staging")
    write_typed(project, "typed", space=next(iter(account.spaces)))
    write_typed(project, "awkward", space="awkward-0.1", environment="main", locale="en-US")
    project.dbt("build")
    return Engine(project, partial(duckdb_rows, copy))


@pytest.fixture(scope="session", params=["duckdb", "duckdb in New York", *OTHERS])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Give one engine after another with everything built in it."""
    first: Engine = request.getfixturevalue("duckdb_utc")
    if request.param == "duckdb":
        return first
    where, _, city = request.param.partition(" in ")
    zone = "America/New_York" if city else "UTC"
    folder = tmp_path_factory.mktemp(where)
    filled: Path = request.getfixturevalue("warehouse")
    read: Callable[[str, str], list[Row]]
    if where == "duckdb":
        copy = Path(shutil.copy(filled, folder))
        project = duckdb_project(folder, copy, zone, first.project.variables)
        read = partial(duckdb_rows, copy)
    elif where == "postgres":
        project, read = _postgres(request, folder, filled, zone, first)
    else:
        project, read = _spark(folder, filled, first)
    models = Path("integration_tests") / "models"
    shutil.copytree(first.project.folder / models, project.folder / models)
    if where == "spark":
        # Spark takes minutes for its 500 columns, and nothing is compared there.
        (project.folder / models / "awkward" / "awkward_wide.sql").unlink()
        (project.folder / models / "awkward" / "awkward_wide.yml").unlink()
    project.dbt("run")
    return Engine(project, read)


def _postgres(
    request: pytest.FixtureRequest, folder: Path, filled: Path, zone: str, first: Engine
) -> tuple[Project, Callable[[str, str], list[Row]]]:
    if postgres.programs() is None:
        missing("Postgres")
    # Not a nested fixture: each zone has a server of its own, until the end of the session.
    stack = ExitStack()
    request.addfinalizer(stack.close)
    server = stack.enter_context(postgres.running(folder / "data"))
    server.fill(filled, folder / "csv")
    environment = {"CONTENTFUL_PORT": str(server.port), "PGTZ": zone}
    project = new_project(folder, "postgres", environment, first.project.variables)
    return project, server.rows


def _spark(
    folder: Path, filled: Path, first: Engine
) -> tuple[Project, Callable[[str, str], list[Row]]]:
    if not spark.is_there():
        missing("Spark (Java, and a Python that its package takes)")
    files = {"spark_files": spark.export(filled, folder / "files")}
    variables = {**first.project.variables, **files}
    project = new_project(folder, "spark", spark.settings(folder), variables)
    return project, partial(spark.rows, folder)
