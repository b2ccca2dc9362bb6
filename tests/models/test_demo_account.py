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
from marts import COMPUTED

from support.duckdb_file import synced
from tools.user.emulated_account import configuration, emulated_account

SELECTED = {"tables": "all, ENTRY_SNAPSHOTS, WORKFLOW_STEPS", "environment_id": "*"}
"""All that the marts are made of."""

Demo = tuple[Account, Engine]


@pytest.fixture(scope="module")
def demo(
    variables: dict[str, Any],
    building: dict[str, Future[Engine]],  # noqa: ARG001 - the engines begin meanwhile
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    """Give the demo account and DuckDB with the marts of it."""
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
def test_a_mart_of_the_demo_account_is_what_its_records_say(mart: str, demo: Demo) -> None:
    """Three years of content give the rows that a plain reading of the account gives."""
    account, engine = demo
    found = map(comparable, engine.read("analytics_contentful", f"contentful__{mart}"))
    same_rows(found, map(comparable, COMPUTED[mart](account)))
