"""Requests whose answer is known are skipped, but made once a day."""

from __future__ import annotations

from collections import Counter

import pytest

from support.account import Account
from support.warehouse import Run, Warehouse

DAY = 24 * 3600
TIMELINE = "Release.v2"
Configuration = dict[str, str]

PAIRS = [
    ("WORKFLOWS", "WORKFLOW_DEFINITIONS"),
    ("AUTOMATION_EXECUTIONS", "AUTOMATION_DEFINITIONS"),
    ("RELEASE_ACTIONS", "RELEASES"),
]
pairs = pytest.mark.parametrize(("table", "other"), PAIRS)


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return a space of two environments with records in every table."""
    emulator.reset(spaces=1, environments=2)
    emulator.control("POST", "clock", {"now": "2026-03-01T00:00:00Z"})
    return emulator


def places(account: Account) -> list[str]:
    """Return the paths of the environments."""
    (space,) = account.stored("spaces")
    path = f"spaces/{space['sys']['id']}/environments"
    return sorted(f"{path}/{one['sys']['id']}" for one in account.stored(path))


def remove_all(account: Account, collection: str) -> None:
    """Delete all records of a collection."""
    for record in account.stored(collection):
        account.control("DELETE", f"store/{collection}/{record['sys']['id']}")


def empty(account: Account, *tables: str) -> None:
    """Delete all records of tables in all environments."""
    for place in places(account):
        for table in tables:
            remove_all(account, f"{place}/{table.lower()}")


def later(account: Account, seconds: float) -> None:
    """Let time pass."""
    account.control("POST", "clock", {"advance_seconds": seconds})


def synced(
    account: Account, warehouse: Warehouse, configuration: Configuration, tables: str
) -> tuple[Counter[str], Run]:
    """Sync tables without an error; return how often each path was requested, and the run."""
    account.forget_requests()
    run = warehouse.sync({**configuration, "tables": tables, "environment_id": "*"})
    assert run.error is None
    return Counter(one["path"].removeprefix("/") for one in account.requests()), run


def requested(paths: Counter[str], table: str) -> int:
    """Return how often a table was requested."""
    return sum(paths[path] for path in paths if path.endswith(f"/{table.lower()}"))


@pairs
def test_a_table_without_parents_is_not_requested(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, other: str
) -> None:
    """Without definitions, automations or releases, the tables below them are not requested."""
    both = f"{table}, {other}"
    remove_all(account, f"{places(account)[0]}/{other.lower()}")
    assert requested(synced(account, warehouse, configuration, both)[0], table) == 2
    paths, run = synced(account, warehouse, configuration, both)
    assert (run.written, run.deleted, run.warnings) == ([], [], [])
    assert requested(paths, table) == paths[f"{places(account)[1]}/{table.lower()}"] == 1
    assert {row["status"] for row in warehouse.rows("SYNC_COVERAGE")} == {"read"}


@pairs
def test_rows_without_parents_stay_until_the_daily_request(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, other: str
) -> None:
    """Rows whose parents were deleted stay until the daily request."""
    both = f"{table}, {other}"
    synced(account, warehouse, configuration, both)
    before = warehouse.rows(table)
    empty(account, table, other)
    later(account, DAY / 2)
    paths, _ = synced(account, warehouse, configuration, both)
    assert (requested(paths, table), warehouse.rows(table)) == (0, before)
    later(account, DAY / 2)
    paths, _ = synced(account, warehouse, configuration, both)
    assert (requested(paths, table), warehouse.rows(table)) == (2, [])
    later(account, 3600)
    assert requested(synced(account, warehouse, configuration, both)[0], table) == 0


@pairs
def test_a_table_is_requested_as_soon_as_it_has_a_parent(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, other: str
) -> None:
    """The records of a first definition, automation or release arrive in the same sync."""
    both = f"{table}, {other}"
    place = places(account)[0]
    parents = account.stored(f"{place}/{other.lower()}")
    empty(account, other)
    synced(account, warehouse, configuration, both)
    children = account.stored(f"{place}/{table.lower()}")
    fresh = [{**one, "sys": {**one["sys"], "id": "fresh"}} for one in children[:1]]
    account.put(f"{place}/{table.lower()}", *fresh)
    assert synced(account, warehouse, configuration, both)[1].written == []
    account.put(f"{place}/{other.lower()}", parents[0])
    _, run = synced(account, warehouse, configuration, both)
    assert sorted(name for name, _ in run.written) == sorted([table, other])


@pairs
def test_a_table_with_unknown_parents_is_requested(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, other: str
) -> None:
    """If the parents' table is not selected or is refused, the table is requested."""
    empty(account, other)
    synced(account, warehouse, configuration, f"{table}, {other}")
    assert requested(synced(account, warehouse, configuration, table)[0], table) == 2
    account.fault(f"*/{other.lower()}", status=403)
    paths, _ = synced(account, warehouse, configuration, f"{table}, {other}")
    assert requested(paths, table) == 2


@pairs
def test_a_new_environment_is_read_in_full(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, other: str
) -> None:
    """In a new environment, each table is requested once, even without parents."""
    both = f"{table}, {other}"
    empty(account, table, other)
    synced(account, warehouse, configuration, both)
    path = places(account)[0].rpartition("/")[0]
    account.call("PUT", f"/{path}/new", {"name": "New"})
    paths, _ = synced(account, warehouse, configuration, both)
    assert requested(paths, table) == paths[f"{path}/new/{table.lower()}"] == 1
    tables = [row["table_name"] for row in warehouse.rows("SYNC_COVERAGE")]
    assert tables.count(table) == 3


def test_a_full_sync_skips_no_request(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """With `enable_incremental_sync: false`, no request is skipped."""
    names = [one for pair in PAIRS for one in pair]
    empty(account, *names)
    full = {**configuration, "enable_incremental_sync": "false"}
    for _ in range(2):
        paths, _ = synced(account, warehouse, full, ", ".join(names))
        found = {name: requested(paths, name) for name in names}
        assert found == {name: 4 if name == "RELEASES" else 2 for name in names}


def without_timeline(account: Account, place: str) -> None:
    """Delete the releases of Timeline of an environment."""
    for release in account.stored(f"{place}/releases"):
        if release["sys"].get("schemaVersion") == TIMELINE:
            account.control("DELETE", f"store/{place}/releases/{release['sys']['id']}")


def test_timeline_is_requested_where_it_is_used(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Releases of Timeline are requested where there was one, and in all places once a day."""
    without, having = places(account)
    without_timeline(account, without)
    synced(account, warehouse, configuration, "RELEASES")
    for hours, number in ((12, 1), (12, 2), (1, 1)):
        later(account, hours * 3600)
        paths, run = synced(account, warehouse, configuration, "RELEASES")
        assert (run.written, run.deleted) == ([], [])
        assert (paths[f"{without}/releases"], paths[f"{having}/releases"]) == (number, 2)


def test_the_first_release_of_timeline_arrives_within_a_day(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """The first release of Timeline waits for the daily request; the last is removed at once."""
    place = places(account)[0]
    (timeline,) = [
        one for one in account.stored(f"{place}/releases") if "schemaVersion" in one["sys"]
    ]
    without_timeline(account, place)
    synced(account, warehouse, configuration, "RELEASES")
    account.put(f"{place}/releases", timeline)
    later(account, DAY / 2)
    assert synced(account, warehouse, configuration, "RELEASES")[1].written == []
    later(account, DAY / 2)
    (written,) = synced(account, warehouse, configuration, "RELEASES")[1].written
    assert written[1]["id"] == timeline["sys"]["id"]
    without_timeline(account, place)
    assert len(synced(account, warehouse, configuration, "RELEASES")[1].deleted) == 1


@pytest.mark.parametrize("status", [403, 500])
def test_a_failed_request_for_timeline_is_repeated(
    account: Account, configuration: Configuration, warehouse: Warehouse, status: int
) -> None:
    """If the request for Timeline is refused or fails, the next sync makes it again."""
    empty(account, "RELEASES")
    place = places(account)[0]
    account.fault(f"/{place}/releases", status=status, times=1)
    warehouse.sync({**configuration, "tables": "RELEASES", "retry_attempts": "0"})
    account.control("DELETE", "faults")
    assert synced(account, warehouse, configuration, "RELEASES")[0][f"{place}/releases"] == 2
    assert synced(account, warehouse, configuration, "RELEASES")[0][f"{place}/releases"] == 1
