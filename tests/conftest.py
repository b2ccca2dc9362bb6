"""One emulator for all tests, reset for each of them."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from contentful_cma.tables import TABLES
from contentful_cma.tables.table import ByDay
from support.account import TOKEN, Account
from support.warehouse import Warehouse
from tools.user.fivetran import copied_project

for _name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    # A make that a test starts must behave as for a user, not as within `make test`.
    os.environ.pop(_name, None)

METERED = [(table.read, table.read.look_back) for table in TABLES if isinstance(table.read, ByDay)]

PARTS = 20
"""Number of parts in which the deep tests can be run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add options for a part of the deep tests and for a sample of the cases."""
    parser.addoption("--part", type=int, help=f"run this part of the deep tests, 1 to {PARTS}")
    parser.addoption("--sample", type=int, default=1, help="run every n-th case of each test")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the slow tests first, and distribute the deep tests over the parts.

    A test with the fixture *part* runs in every part, each time with different cases.
    """
    items.sort(key=lambda item: item.get_closest_marker("process") is None)
    part = config.getoption("--part")
    if part is not None:
        dealt = [one for one in items if one.get_closest_marker("deep") and not _has_parts(one)]
        left_out = {*dealt} - {*dealt[part - 1 :: PARTS]}
        items[:] = [one for one in items if one not in left_out]
    items[:] = sampled(items, config.getoption("--sample"))


def _has_parts(item: pytest.Item) -> bool:
    return "part" in getattr(item, "fixturenames", ())


def sampled(items: list[pytest.Item], step: int) -> list[pytest.Item]:
    """Return every n-th case of each test."""
    seen: Counter[str] = Counter()
    kept = []
    for item in items:
        test = item.nodeid.partition("[")[0]
        if seen[test] % step == 0:
            kept.append(item)
        # A deep case does not run in `make test`, so it does not count.
        seen[test] += item.get_closest_marker("deep") is None
    return kept


@pytest.fixture
def part(request: pytest.FixtureRequest) -> int:
    """Return the number of the part of the deep tests, which seeds random choices."""
    return request.config.getoption("--part") or 1


def pytest_collection_finish() -> None:
    """Exclude modules and pytest's objects from garbage collections during a sync."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def emulator() -> Iterator[Account]:
    """Start the emulator process."""
    started = Account()
    yield started
    started.stop()


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return an account with one organization and no space."""
    emulator.reset()
    return emulator


@pytest.fixture(autouse=True)
def short_usage(request: pytest.FixtureRequest) -> None:
    """Let first syncs request 40 days of usage; the connector's 12 months cost 260 more requests.

    The mark `year_of_usage` keeps the 12 months.
    """
    whole = ("year_of_usage", "models", "report")
    is_short = not any(request.node.get_closest_marker(mark) for mark in whole)
    for read, look_back in METERED:
        object.__setattr__(read, "look_back", read.days_at_once + 9 if is_short else look_back)


@pytest.fixture
def configuration(account: Account) -> dict[str, str]:
    """Return the smallest configuration that reads the account."""
    return {"access_token": TOKEN, "base_url": account.url}


@pytest.fixture
def warehouse() -> Warehouse:
    """Return an empty warehouse."""
    return Warehouse()


@pytest.fixture
def project() -> Iterator[Path]:
    """Return a copy of the connector's folder."""
    with copied_project() as copied:
        yield copied
