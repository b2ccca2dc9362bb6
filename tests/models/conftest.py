"""The emulated account, synced once, and the marts that the package makes of it."""

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
import expected_work
import postgres
import pytest
import requests
from building import BUILDERS, Given
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
from furnishing import delete, doomed, furnish, refusals, refuse
from marts import COMPUTED
from xdist.scheduler import LoadScopeScheduling

from tools.user.emulated_account import configuration, emulated_account
from tools.user.fivetran import copied_project, debug

WORLD = {"organizations": 2, "spaces": 3, "environments": 2, "entries": 20, "assets": 5}

# Rich text may be nested deeper than Python reads by itself.
sys.setrecursionlimit(20_000)


WITH_ALL_ENGINES = ("demo_account", "dialects", "marts", "package", "planted_faults", "typed")
"""Files whose tests need the engines to be built, which takes minutes."""


class Halves(LoadScopeScheduling):  # type: ignore[misc]
    """Gives the tests that share the engines to one worker, and all others to another one."""

    def _split_scope(self, nodeid: str) -> str:
        shares = any(f"/test_{name}.py" in nodeid for name in WITH_ALL_ENGINES)
        return "engines" if shares else "others"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Halves:
    """Run these tests in two halves at the same time."""
    return Halves(config, log)


@pytest.fixture(scope="session")
def account() -> Iterator[Account]:
    """Give an account of generated, awkward and furnished records, some of which are refused."""
    now = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None) + LATER
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
def wanted(account: Account) -> Callable[[str], list[Comparable]]:
    """Give what computes the rows of a mart from the account's records, once for all engines."""
    return cache(lambda mart: [comparable(row) for row in COMPUTED[mart](account)])


@pytest.fixture(scope="session")
def variables(account: Account) -> dict[str, Any]:
    """Give the variables that the expected rows are computed with."""
    return {
        "contentful__now": account.now.isoformat(sep=" "),
        "contentful__limits": expected_content.LIMITS,
        "contentful__quotas": expected_work.QUOTAS,
    }


@pytest.fixture(scope="session")
def installed(
    account: Account,
    warehouse: Path,
    variables: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Engine:
    """Give DuckDB with everything built, typed models too, and every dbt test passed."""
    folder = tmp_path_factory.mktemp("duckdb")
    copy = Path(shutil.copy(warehouse, folder))
    project = duckdb_project(folder, copy, "UTC", variables)
    # As a user does; all other projects are copies of this one.
    project.dbt("deps")
    project.dbt("run", "--select", *(f"stg_contentful__{table}" for table in TYPED_FROM))
    write_typed(project, "typed", space=next(iter(account.spaces)))
    write_typed(project, "awkward", space="awkward-0.1", environment="main", locale="en-US")
    project.dbt("build")
    return Engine(project, partial(duckdb_rows, copy))


@pytest.fixture(scope="session")
def building(
    request: pytest.FixtureRequest,
    installed: Engine,
    warehouse: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Future[Engine]]]:
    """Begin to build all engines that tests ask for, two at a time, and give what they will be."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    asked = {call.params.get("engine") for call in calls if call}
    with ExitStack() as stack:
        server = None
        if any("postgres" in str(name) for name in asked) and postgres.programs():
            folder = tmp_path_factory.mktemp("server")
            server = stack.enter_context(postgres.running(folder / "data"))
            server.fill(warehouse, folder / "csv")
        pool = ThreadPoolExecutor(2)
        stack.callback(pool.shutdown, cancel_futures=True)
        given = Given(warehouse, installed, server)
        yield {
            name: pool.submit(build, given, tmp_path_factory.mktemp("engine"))
            for name, build in BUILDERS.items()
            if name in asked
        }


@pytest.fixture(scope="session")
def duckdb_utc(
    installed: Engine,
    building: dict[str, Future[Engine]],  # noqa: ARG001 - the others begin meanwhile
) -> Engine:
    """Give DuckDB with everything built, typed models too, and every dbt test passed."""
    return installed


@pytest.fixture(scope="session", params=["duckdb", *BUILDERS])
def engine(
    request: pytest.FixtureRequest, duckdb_utc: Engine, building: dict[str, Future[Engine]]
) -> Engine:
    """Give one engine after another with everything built in it."""
    return duckdb_utc if request.param == "duckdb" else building[request.param].result()
