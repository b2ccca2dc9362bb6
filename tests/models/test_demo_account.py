"""The marts of the account that `make demo` syncs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import datetime, timezone
from functools import partial
from typing import Any

import pytest
from emulated import LATER, Account
from engines import Engine, comparable, duckdb_project, duckdb_rows, same_rows
from marts import COMPUTED, computed

from support.duckdb_file import synced
from tools.user.emulated_account import configuration, emulated_account

SELECTED = {
    "tables": "all, ENTRY_SNAPSHOTS, WORKFLOW_STEPS, TASKS, COMMENTS",
    "environment_id": "*",
}
"""All tables that the marts read."""

Demo = tuple[Account, Engine]


@pytest.fixture(scope="module")
def demo(
    variables: dict[str, Any],
    building: dict[str, Future[Engine]],  # noqa: ARG001 - starts to build the engines
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    """Give the demo account, and DuckDB with its marts."""
    folder = tmp_path_factory.mktemp("demo")
    warehouse = folder / "warehouse.db"
    today = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None)
    now = today + LATER
    with emulated_account(demo=today.date().isoformat(), rate_limit=0) as url:
        synced(warehouse, {**configuration(url), **SELECTED})
        given = {**variables, "contentful__now": now.isoformat(sep=" ")}
        built = duckdb_project(folder, warehouse, "UTC", given)
        built.dbt("run")
        yield Account(url, now), Engine(built, partial(duckdb_rows, warehouse))


@pytest.mark.models
@pytest.mark.parametrize("mart", COMPUTED)
def test_a_mart_of_the_demo_account_equals_its_records(mart: str, demo: Demo) -> None:
    """On three years of content, each mart equals the rows computed from the records."""
    account, engine = demo
    found = map(comparable, engine.read("analytics_contentful", f"contentful__{mart}"))
    same_rows(found, map(comparable, computed(mart, account)))
