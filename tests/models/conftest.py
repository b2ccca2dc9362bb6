"""An emulated account, synced once, and the marts that the package builds from it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timezone
from functools import cache, partial
from pathlib import Path
from typing import Any

import expected_content
import expected_more
import expected_work
import postgres
import pytest
import requests
from building import BUILDERS, Given
from connections import split
from emulated import LATER, SELECTED, Account
from engines import (
    TYPED_FROM,
    Comparable,
    Engine,
    comparable,
    duckdb_project,
    duckdb_rows,
    write_typed,
)
from furnishing import delete, furnish, put_deletable, refusals, refuse
from marts import computed
from xdist.scheduler import LoadScopeScheduling

from tools.user.emulated_account import configuration, emulated_account
from tools.user.fivetran import copied_project, debug

WORLD = {"organizations": 2, "spaces": 3, "environments": 2, "entries": 20, "assets": 5}

# Rich text can be nested deeper than Python's default recursion limit.
sys.setrecursionlimit(20_000)


WITH_ALL_ENGINES = ("demo_account", "dialects", "marts", "package", "planted_faults", "typed")
"""Test files that need all engines, which take minutes to build."""


class Halves(LoadScopeScheduling):  # type: ignore[misc]
    """Assigns the tests that share the engines to one worker, and all others to another."""

    def _split_scope(self, nodeid: str) -> str:
        shares = any(f"/test_{name}.py" in nodeid for name in WITH_ALL_ENGINES)
        return "engines" if shares else "others"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Halves:
    """Run these tests on two workers."""
    return Halves(config, log)


@pytest.fixture(scope="session")
def account() -> Iterator[Account]:
    """Give an account of generated, awkward and special records; access to some is refused."""
    now = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None) + LATER
    with emulated_account(**WORLD, rate_limit=0) as url:
        body = {"awkward": True}
        requests.post(f"{url}/_emulator/reset", json=body, timeout=30).raise_for_status()
        plain = Account(url, now)
        furnish(plain)
        deletable = put_deletable(plain)
        refused = refusals(list(plain.spaces), plain.organizations)
        yield replace(plain, refused=refused, deleted=deletable)


@pytest.fixture(scope="session")
def warehouse(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the DuckDB file after two syncs, with entries deleted between them."""
    refuse(account)
    kept = tmp_path_factory.mktemp("synced") / "warehouse.db"
    with copied_project() as project:
        debug(project, {**configuration(account.url), **SELECTED})
        delete(account, account.deleted)
        debug(project, {**configuration(account.url), **SELECTED})
        shutil.copy(project / "files" / "warehouse.db", kept)
    return kept


@pytest.fixture(scope="session")
def wanted(account: Account) -> Callable[..., list[Comparable]]:
    """Give a function that computes the rows of a mart from the records, once for all engines."""
    return cache(
        lambda mart, *second: [comparable(row) for row in computed(mart, account, *second)]
    )


@pytest.fixture(scope="session")
def variables(account: Account) -> dict[str, Any]:
    """Give the dbt variables that the expected rows use."""
    return {
        "contentful__now": account.now.isoformat(sep=" "),
        "contentful__limits": expected_content.LIMITS,
        "contentful__quotas": expected_work.QUOTAS,
        "contentful__seo_fields": expected_more.SEO_FIELDS,
    }


@pytest.fixture(scope="session")
def installed(
    account: Account,
    warehouse: Path,
    variables: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Engine:
    """Give DuckDB with all models built, including typed models, and all dbt tests passed."""
    folder = tmp_path_factory.mktemp("duckdb")
    copy = Path(shutil.copy(warehouse, folder))
    project = duckdb_project(folder, copy, "UTC", variables)
    # As a user does; all other projects are copies of this project.
    project.dbt("deps")
    project.dbt("run", "--select", *(f"stg_contentful__{table}" for table in TYPED_FROM))
    write_typed(project, "typed", space=next(iter(account.spaces)))
    write_typed(project, "awkward", space="awkward-0.1", environment="main", locale="en-US")
    project.dbt("build")
    return Engine(project, partial(duckdb_rows, copy))


@pytest.fixture(scope="session")
def building(
    request: pytest.FixtureRequest,
    account: Account,
    installed: Engine,
    warehouse: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Future[Engine]]]:
    """Start to build all engines that the tests need, two at a time, and give their futures."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    needed = {call.params.get("engine") for call in calls if call}
    with ExitStack() as stack:
        server = None
        if any("postgres" in str(name) for name in needed) and postgres.programs():
            folder = tmp_path_factory.mktemp("server")
            server = stack.enter_context(postgres.running(folder / "data"))
        pool = ThreadPoolExecutor(2)
        stack.callback(pool.shutdown, cancel_futures=True)
        copy = Path(shutil.copy(warehouse, tmp_path_factory.mktemp("split")))
        second = frozenset(sorted(account.spaces)[1::2])
        split(copy, second)
        given = Given(warehouse, copy, second, installed, server)
        yield {
            name: pool.submit(build, given, tmp_path_factory.mktemp("engine"))
            for name, build in BUILDERS.items()
            if name in needed
        }


@pytest.fixture(scope="session")
def duckdb_utc(
    installed: Engine,
    building: dict[str, Future[Engine]],  # noqa: ARG001 - starts to build the others
) -> Engine:
    """Give DuckDB with all models built, including typed models, and all dbt tests passed."""
    return installed


@pytest.fixture(scope="session", params=["duckdb", *BUILDERS])
def engine(
    request: pytest.FixtureRequest, duckdb_utc: Engine, building: dict[str, Future[Engine]]
) -> Engine:
    """Give each engine with its models built in it."""
    return duckdb_utc if request.param == "duckdb" else building[request.param].result()


@pytest.fixture
def typed_engine(engine: Engine) -> Engine:
    """Give each engine that has the typed models."""
    if engine.project.target == "spark" and engine.second:
        pytest.skip("Spark builds some marts of two connections only, to save minutes.")
    return engine
