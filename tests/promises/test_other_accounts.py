"""A state that was read from another account is refused, and one of the same account is not."""

from __future__ import annotations

from typing import Any

import pytest

from contentful_cma.errors import AccountEmpty, StateUnusable, Unanswered
from support.account import Account
from support.cases import thinned
from support.crashing import CrashingWarehouse, ManyCheckpoints
from support.runs import filled
from support.warehouse import Run, Warehouse

Configuration = dict[str, str]

TABLES = ("core", "LOCALES", "TEAMS", "content, TASKS", "SPACES", "ORGANIZATIONS", "people, work")
"""Selections that list spaces only, organizations only, or both."""

every_selection = pytest.mark.parametrize("tables", thinned(TABLES, 2))


@pytest.fixture
def account(emulator: Account) -> Account:
    """Generate an account of two organizations and four spaces."""
    emulator.reset(**WORLD)
    return emulator


WORLD: dict[str, Any] = {"organizations": 2, "spaces": 4, "entries": 2, "assets": 1}


def organizations(account: Account) -> list[str]:
    """Return the ids of the account's organizations."""
    return [record["sys"]["id"] for record in account.stored("organizations")]


def read(warehouse: Warehouse, configuration: Configuration) -> Configuration:
    """Sync, which must succeed, and return the configuration."""
    assert warehouse.sync(configuration).error is None
    return configuration


def remove(account: Account, path: str) -> None:
    """Delete a record from the account."""
    account.control("DELETE", f"store/{path}")


def assert_refused(warehouse: Warehouse, before: Any, run: Run, *named: str) -> None:
    """Check that the sync did nothing, and that its error names the state and the token."""
    assert isinstance(run.error, StateUnusable)
    assert "another account" in str(run.error)
    assert "empty state" in str(run.error)
    assert [name for name in named if name not in str(run.error)] == []
    assert (run.written, run.deleted, run.truncated, run.states) == ([], [], [], [])
    assert (warehouse.tables, warehouse.state) == before


def held(warehouse: Warehouse) -> Any:
    """Return the rows and the state of the warehouse."""
    return {name: dict(rows) for name, rows in warehouse.tables.items()}, warehouse.state


@every_selection
@pytest.mark.parametrize("spaces", [4, 0])
def test_another_account_is_refused(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    tables: str,
    spaces: int,
) -> None:
    """The token of another account, with spaces or none, fails the sync before it writes."""
    settings = read(warehouse, {**configuration, "tables": tables})
    known, before = organizations(account), held(warehouse)
    account.reset(**{**WORLD, "seed": 8, "spaces": spaces})
    seen = organizations(account)
    assert not set(known) & set(seen)
    run = warehouse.sync(settings)
    assert_refused(warehouse, before, run, *seen, account.url)
    assert any(one in str(run.error) for one in known)
    warehouse.state = {}
    read(warehouse, settings)


def test_another_host_is_refused(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A state of another host fails the sync before the first request."""
    read(warehouse, configuration)
    before, other = held(warehouse), account.url.replace("127.0.0.1", "localhost")
    account.forget_requests()
    run = warehouse.sync({**configuration, "base_url": other})
    assert_refused(warehouse, before, run, account.url, other)
    assert account.requests() == []


@every_selection
@pytest.mark.parametrize("status", [401, 500])
def test_a_sync_that_read_nothing_sets_no_host(
    account: Account, configuration: Configuration, tables: str, status: int
) -> None:
    """After a sync that read nothing from a wrong host, the right host is accepted."""
    warehouse, untouched = Warehouse(), Warehouse()
    other = account.url.replace("127.0.0.1", "localhost")
    settings = {**configuration, "tables": tables, "retry_attempts": "0"}
    account.fault("*", status=status)
    assert warehouse.sync({**settings, "base_url": other}).error is not None
    account.control("DELETE", "faults")
    read(warehouse, settings)
    read(untouched, settings)
    assert filled(warehouse) == filled(untouched)


@every_selection
def test_a_token_that_sees_nothing_is_refused(
    account: Account, configuration: Configuration, warehouse: Warehouse, tables: str
) -> None:
    """A token that sees no organization and no space does not empty the warehouse."""
    settings = read(warehouse, {**configuration, "tables": tables})
    before = held(warehouse)
    account.reset(organizations=0)
    assert_refused(warehouse, before, warehouse.sync(settings), "no organization")


@pytest.mark.parametrize("path", ["/organizations", "/spaces"])
@pytest.mark.parametrize("status", [403, 500])
@pytest.mark.parametrize("after", thinned([1, 0], 2))
def test_another_account_whose_listing_fails_changes_nothing(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    path: str,
    status: int,
    after: int,
) -> None:
    """If a listing of another account fails, no row is written or deleted either."""
    tables = "core, content, people, work"
    settings = read(warehouse, {**configuration, "tables": tables, "retry_attempts": "0"})
    before = held(warehouse)
    account.reset(**WORLD, seed=8)
    account.fault(path, status=status, after=after)
    run = warehouse.sync({**settings, "max_records_per_page": "1"})
    if isinstance(run.error, Unanswered):
        assert path == "/organizations"
        assert (run.written, run.deleted, run.truncated, run.states) == ([], [], [], [])
        assert held(warehouse) == before
    else:
        assert_refused(warehouse, before, run)


def test_another_account_is_named_by_five_of_its_organizations(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """The error names five organizations of the state, and counts the others."""
    account.reset(organizations=7)
    known = sorted(organizations(account))
    settings = read(warehouse, configuration)
    before = held(warehouse)
    account.reset(**WORLD, seed=8)
    run = warehouse.sync(settings)
    assert_refused(warehouse, before, run, f"organization {', '.join(known[:5])} and 2 more")


def test_another_account_after_an_interrupted_first_sync_is_refused(
    account: Account, configuration: Configuration
) -> None:
    """Another account is refused even if the first sync was interrupted."""
    warehouse = CrashingWarehouse()
    settings = {**configuration, "tables": "core, content"}
    entries = account.stored(f"spaces/{_space(account)}/environments/master/entries")
    warehouse.crash_after = entries[0]["sys"]["id"]
    assert warehouse.sync(settings, ManyCheckpoints()).error is not None
    warehouse.crash_after = None
    before = held(warehouse)
    assert before[0]["SPACES"]
    assert before[1]["period"]
    account.reset(**WORLD, seed=8)
    assert_refused(warehouse, before, warehouse.sync(settings))


def _space(account: Account) -> str:
    return account.stored("spaces")[0]["sys"]["id"]


@every_selection
def test_an_account_that_grows_and_shrinks_is_the_same(
    account: Account, configuration: Configuration, warehouse: Warehouse, tables: str
) -> None:
    """An account whose organizations come and go is not refused, and its rows follow."""
    settings = read(warehouse, {**configuration, "tables": tables})
    first, second = organizations(account)
    account.reset(**{**WORLD, "organizations": 3, "spaces": 6})
    assert set(organizations(account)) > {first, second}
    read(warehouse, settings)
    for space in account.stored("spaces"):
        if space["sys"]["organization"]["sys"]["id"] == first:
            account.call("DELETE", f"/spaces/{space['sys']['id']}")
    remove(account, f"organizations/{first}")
    read(warehouse, settings)
    fresh = Warehouse()
    read(fresh, settings)
    assert filled(warehouse) == filled(fresh)


def test_filters_do_not_change_the_account(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Settings that select other organizations or spaces do not count as another account."""
    first, second = organizations(account)
    for more in (
        {"organization_ids": first},
        {"organization_ids": second},
        {"space_ids": _space(account)},
        {},
    ):
        for tables in ("core, LOCALES", "LOCALES", "TEAMS"):
            read(warehouse, {**configuration, **more, "tables": tables})


@pytest.mark.parametrize("tables", ["LOCALES", "core, LOCALES"])
def test_an_account_that_lost_its_spaces_is_the_same(
    account: Account, configuration: Configuration, warehouse: Warehouse, tables: str
) -> None:
    """If the organization is seen but no space for an hour, the rows of spaces are deleted."""
    settings = read(warehouse, {**configuration, "tables": tables})
    for space in account.stored("spaces"):
        account.call("DELETE", f"/spaces/{space['sys']['id']}")
    assert isinstance(warehouse.sync(settings).error, AccountEmpty)
    account.control("POST", "clock", {"advance_seconds": 3600})
    account.forget_requests()
    read(warehouse, settings)
    assert warehouse.rows("LOCALES") == []
    assert sorted(request["path"] for request in account.requests()) == [
        "/organizations",
        "/spaces",
    ]


def test_organizations_that_cannot_be_listed_are_known_by_their_spaces(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """If organizations are refused, a space of a known organization identifies the account."""
    settings = read(warehouse, configuration)
    account.fault("/organizations", status=403)
    account.rename_space(_space(account), "Renamed")
    run = warehouse.sync(settings)
    assert (run.error, run.deleted) == (None, [])
    assert [row["name"] for _, row in run.written] == ["Renamed"]
