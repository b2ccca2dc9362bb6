"""What is refused: it is requested again after twice the time each time, at most a day later."""

from __future__ import annotations

from typing import Any

import pytest

from support.account import Account
from support.warehouse import Run, Warehouse

DAY = 24 * 3600
HOUR = 3600
ONE = "HTTP 403 AccessDenied: You are not allowed to access this resource."
Configuration = dict[str, str]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give two organizations: one with two spaces, one with one, each of two environments."""
    emulator.reset(organizations=2, spaces=3, environments=2)
    emulator.control("POST", "clock", {"now": "2026-03-01T00:00:00Z"})
    return emulator


@pytest.fixture
def tags(configuration: Configuration) -> Configuration:
    """Give a configuration that reads the tags of all environments."""
    return {**configuration, "tables": "TAGS", "environment_id": "*"}


def places(account: Account, organization: int | None = None) -> list[str]:
    """Return the environments, of one organization if its number is given, in their order."""
    owners = [one["sys"]["id"] for one in account.stored("organizations")]
    return sorted(
        f"{space['sys']['id']}/{environment['sys']['id']}"
        for space in account.stored("spaces")
        if organization is None
        or space["sys"]["organization"]["sys"]["id"] == owners[organization]
        for environment in account.stored(f"spaces/{space['sys']['id']}/environments")
    )


def path(place: str, table: str = "tags") -> str:
    """Return the path of a listing in an environment."""
    space, environment = place.split("/")
    return f"/spaces/{space}/environments/{environment}/{table}"


def refuse(account: Account, *refused: str, status: int = 403) -> None:
    """Refuse tags in environments."""
    for place in refused:
        account.fault(path(place), status=status)


def allow(account: Account) -> None:
    """Refuse nothing any more."""
    account.control("DELETE", "faults")


def later(account: Account, seconds: float) -> None:
    """Let time pass."""
    account.control("POST", "clock", {"advance_seconds": seconds})


def asked(
    account: Account, warehouse: Warehouse, configuration: Configuration
) -> tuple[list[str], Run]:
    """Sync without an error; return the environments whose tags were asked for, and the run."""
    account.forget_requests()
    run = warehouse.sync(configuration)
    assert run.error is None
    paths = [one["path"].split("/") for one in account.requests()]
    return sorted(f"{one[2]}/{one[4]}" for one in paths if one[-1] == "tags"), run


def reasons(warehouse: Warehouse) -> dict[str, Any]:
    """Return what SYNC_COVERAGE says of tags, by place."""
    rows = warehouse.rows("SYNC_COVERAGE")
    return {row["place"]: row["reason"] for row in rows if row["table_name"] == "TAGS"}


HOURS = (1, 2, 4, 8, 16, 32, 56, 80)


@pytest.mark.parametrize(
    ("status", "until"), [(403, 5), (404, 5), (410, 5), (422, 5), (501, 5), (403, 81)]
)
def test_what_is_refused_is_requested_less_and_less_often(
    account: Account, configuration: Configuration, warehouse: Warehouse, status: int, until: int
) -> None:
    """Hourly syncs request it at the hours 1, 2, 4, 8, 16, 32 and daily from then on."""
    account.reset(spaces=1)
    tags = {**configuration, "tables": "TAGS"}
    refuse(account, *places(account), status=status)
    assert asked(account, warehouse, tags)[0] == places(account)
    hours = []
    for hour in range(1, until):
        later(account, HOUR)
        found, run = asked(account, warehouse, tags)
        assert (run.written, run.deleted, run.warnings) == ([], [], [])
        hours += [hour] if found else []
    assert hours == [hour for hour in HOURS if hour < until]


def test_each_place_waits_for_itself(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """A place that answers is read in each sync, whatever the others of its organization do."""
    refused, *others = places(account)
    refuse(account, refused)
    for _ in range(2):
        assert asked(account, warehouse, tags)[0] == places(account)
        later(account, HOUR)
    warehouse.sync(tags)
    later(account, HOUR)
    assert asked(account, warehouse, tags)[0] == others


def test_the_coverage_says_what_is_refused(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """The reason of a refusal stays in its row, also while nothing is requested; one warning."""
    first, other = places(account, 0), places(account, 1)
    refuse(account, *first)
    assert len(warehouse.sync(tags).warnings) == 1
    expected = {**dict.fromkeys(first, ONE), **dict.fromkeys(other)}
    for _ in range(4):
        assert reasons(warehouse) == expected
        later(account, HOUR)
        run = warehouse.sync(tags)
        assert (run.error, run.written, run.warnings) == (None, [], [])


def test_rights_that_are_back_bring_the_rows(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """The first request that is answered brings all rows, and the table is read as before."""
    first = places(account, 0)
    refuse(account, *first)
    warehouse.sync(tags)
    allow(account)
    later(account, HOUR)
    found, run = asked(account, warehouse, tags)
    assert found == places(account)
    assert (run.deleted, run.warnings) == ([], [])
    assert reasons(warehouse) == dict.fromkeys(places(account))
    kept = {(row["space_id"], row["environment_id"]) for row in warehouse.rows("TAGS")}
    assert kept == {tuple(one.split("/")) for one in places(account)}
    assert asked(account, warehouse, tags)[0] == places(account)


def test_a_full_sync_asks_everything(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """With `enable_incremental_sync: false` nothing is held back."""
    refuse(account, *places(account))
    full = {**tags, "enable_incremental_sync": "false"}
    for _ in range(2):
        assert asked(account, warehouse, full)[0] == places(account)


def test_a_new_place_is_asked_at_once(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """A new environment is read at once, however many others refuse and wait."""
    refuse(account, *places(account))
    for _ in range(3):
        warehouse.sync(tags)
        later(account, HOUR)
    space = places(account)[-1].split("/")[0]
    account.call("PUT", f"/spaces/{space}/environments/new", {"name": "New"})
    found, _ = asked(account, warehouse, tags)
    assert found == [f"{space}/new"]
    assert reasons(warehouse)[f"{space}/new"] is None


def test_a_request_that_fails_says_nothing(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """Without an answer the sync fails, what is known stays, and the next sync asks again."""
    first = places(account, 0)
    refuse(account, *first)
    warehouse.sync(tags)
    before = warehouse.rows("SYNC_COVERAGE")
    allow(account)
    refuse(account, first[0], status=500)
    later(account, HOUR)
    assert warehouse.sync({**tags, "retry_attempts": "0"}).error is not None
    allow(account)
    refuse(account, first[0])
    assert first[0] in asked(account, warehouse, tags)[0]
    after = {row["place"]: row for row in warehouse.rows("SYNC_COVERAGE")}
    assert after[first[0]] in before


def test_a_place_that_could_not_be_listed_gets_its_reason_back(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """A refusal keeps its reason, also after a sync that could not reach its place."""
    first = places(account, 0)
    refuse(account, *first)
    warehouse.sync(tags)
    before = warehouse.rows("SYNC_COVERAGE")
    space = first[0].split("/")[0]
    account.fault(f"/spaces/{space}/environments", status=403, times=1)
    warehouse.sync(tags)
    assert warehouse.rows("SYNC_COVERAGE") != before
    later(account, HOUR)
    warehouse.sync(tags)
    assert warehouse.rows("SYNC_COVERAGE") == before


def test_rows_stay_while_an_organization_is_refused(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """Rows that were read before stay as they are; what is gone meanwhile goes afterwards."""
    warehouse.sync(tags)
    before = warehouse.rows("TAGS")
    first = places(account, 0)
    refuse(account, *first)
    for place in first:
        for tag in account.stored(path(place)[1:]):
            account.control("DELETE", f"store{path(place)}/{tag['sys']['id']}")
    for _ in range(3):
        run = warehouse.sync(tags)
        assert (run.error, run.deleted, warehouse.rows("TAGS")) == (None, [], before)
    allow(account)
    later(account, DAY)
    run = warehouse.sync(tags)
    gone = [one for one in before if f"{one['space_id']}/{one['environment_id']}" in first]
    assert len(run.deleted) == len(gone) > 0


def test_every_way_of_reading_waits(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Whatever way a table is read, what is refused is not requested before its time."""
    account.reset(spaces=3, entries=2)
    tables = {**configuration, "tables": "ENTRIES, COMMENTS, ROLES"}
    for kind in ("entries", "roles"):
        account.fault(f"*/{kind}", status=403)
    for _ in range(2):
        warehouse.sync(tables)
        later(account, HOUR)
    warehouse.sync(tables)
    later(account, HOUR)
    account.forget_requests()
    run = warehouse.sync(tables)
    assert (run.error, run.written, run.warnings) == (None, [], [])
    ends = [one["path"].rpartition("/")[2] for one in account.requests()]
    assert (ends.count("roles"), ends.count("entries"), ends.count("comments")) == (0, 0, 0)
