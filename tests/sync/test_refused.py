"""Refused tables: the time until the next request doubles, up to one day."""

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
    """Return two organizations, with two spaces and one space, each of two environments."""
    emulator.reset(organizations=2, spaces=3, environments=2)
    emulator.control("POST", "clock", {"now": "2026-03-01T00:00:00Z"})
    return emulator


@pytest.fixture
def tags(configuration: Configuration) -> Configuration:
    """Return a configuration that reads the tags of all environments."""
    return {**configuration, "tables": "TAGS", "environment_id": "*"}


def places(account: Account, organization: int | None = None) -> list[str]:
    """Return the environments in order, of one organization if its number is given."""
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
    """Refuse the tags of environments."""
    for place in refused:
        account.fault(path(place), status=status)


def allow(account: Account) -> None:
    """End all refusals."""
    account.control("DELETE", "faults")


def later(account: Account, seconds: float) -> None:
    """Let time pass."""
    account.control("POST", "clock", {"advance_seconds": seconds})


def requested(
    account: Account, warehouse: Warehouse, configuration: Configuration
) -> tuple[list[str], Run]:
    """Sync without an error; return the environments whose tags were requested, and the run."""
    account.forget_requests()
    run = warehouse.sync(configuration)
    assert run.error is None
    paths = [one["path"].split("/") for one in account.requests()]
    return sorted(f"{one[2]}/{one[4]}" for one in paths if one[-1] == "tags"), run


def reasons(warehouse: Warehouse) -> dict[str, Any]:
    """Return the reasons in SYNC_COVERAGE for tags, by place."""
    rows = warehouse.rows("SYNC_COVERAGE")
    return {row["place"]: row["reason"] for row in rows if row["table_name"] == "TAGS"}


HOURS = (1, 2, 4, 8, 16, 32, 56, 80)


@pytest.mark.parametrize(
    ("status", "until"), [(403, 5), (404, 5), (410, 5), (422, 5), (501, 5), (403, 81)]
)
def test_a_refused_table_is_requested_less_and_less_often(
    account: Account, configuration: Configuration, warehouse: Warehouse, status: int, until: int
) -> None:
    """With hourly syncs, a refused table is requested at hours 1, 2, 4, 8, 16, 32, then daily."""
    account.reset(spaces=1)
    tags = {**configuration, "tables": "TAGS"}
    refuse(account, *places(account), status=status)
    assert requested(account, warehouse, tags)[0] == places(account)
    hours = []
    for hour in range(1, until):
        later(account, HOUR)
        found, run = requested(account, warehouse, tags)
        assert (run.written, run.deleted, run.warnings) == ([], [], [])
        hours += [hour] if found else []
    assert hours == [hour for hour in HOURS if hour < until]


def test_each_place_waits_separately(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """A place that is allowed is read in each sync, even if others of its organization are not."""
    refused, *others = places(account)
    refuse(account, refused)
    for _ in range(2):
        assert requested(account, warehouse, tags)[0] == places(account)
        later(account, HOUR)
    warehouse.sync(tags)
    later(account, HOUR)
    assert requested(account, warehouse, tags)[0] == others


def test_the_coverage_keeps_the_reason_of_a_refusal(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """A refusal is one warning, and its reason stays in SYNC_COVERAGE between requests."""
    first, other = places(account, 0), places(account, 1)
    refuse(account, *first)
    assert len(warehouse.sync(tags).warnings) == 1
    expected = {**dict.fromkeys(first, ONE), **dict.fromkeys(other)}
    for _ in range(4):
        assert reasons(warehouse) == expected
        later(account, HOUR)
        run = warehouse.sync(tags)
        assert (run.error, run.written, run.warnings) == (None, [], [])


def test_restored_rights_restore_the_rows(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """The first request that is allowed writes all rows, and the table is read as before."""
    first = places(account, 0)
    refuse(account, *first)
    warehouse.sync(tags)
    allow(account)
    later(account, HOUR)
    found, run = requested(account, warehouse, tags)
    assert found == places(account)
    assert (run.deleted, run.warnings) == ([], [])
    assert reasons(warehouse) == dict.fromkeys(places(account))
    kept = {(row["space_id"], row["environment_id"]) for row in warehouse.rows("TAGS")}
    assert kept == {tuple(one.split("/")) for one in places(account)}
    assert requested(account, warehouse, tags)[0] == places(account)


def test_a_full_sync_requests_refused_tables(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """With `enable_incremental_sync: false`, refused tables are requested in every sync."""
    refuse(account, *places(account))
    full = {**tags, "enable_incremental_sync": "false"}
    for _ in range(2):
        assert requested(account, warehouse, full)[0] == places(account)


def test_a_new_environment_is_read_at_once(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """A new environment is read at once, even while all others are refused and wait."""
    refuse(account, *places(account))
    for _ in range(3):
        warehouse.sync(tags)
        later(account, HOUR)
    space = places(account)[-1].split("/")[0]
    account.call("PUT", f"/spaces/{space}/environments/new", {"name": "New"})
    found, _ = requested(account, warehouse, tags)
    assert found == [f"{space}/new"]
    assert reasons(warehouse)[f"{space}/new"] is None


def test_a_failed_request_keeps_the_refusal(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """If a request fails, the refusal stays known, and the next sync requests the table again."""
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
    assert first[0] in requested(account, warehouse, tags)[0]
    after = {row["place"]: row for row in warehouse.rows("SYNC_COVERAGE")}
    assert after[first[0]] in before


def test_a_refusal_keeps_its_reason_while_its_place_is_unlisted(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """A refusal keeps its reason, even after a sync in which its place could not be listed."""
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
    """Rows stay during a refusal, and deletions in that time are detected afterwards."""
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
    deleted = [one for one in before if f"{one['space_id']}/{one['environment_id']}" in first]
    assert len(run.deleted) == len(deleted) > 0


def test_every_way_of_reading_waits(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A refused table waits, whether it is read by listing, by changes or per parent."""
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
