"""A full re-sync deletes all rows that it does not read again, except those of usage."""

from __future__ import annotations

from typing import Any

import pytest

from support.account import Account
from support.examples import BY_TABLE
from support.examples.acting import answer, arrange, begin, in_order
from support.examples.example import Example
from support.scene import DAY, Scene
from support.states import record_of
from support.warehouse import Warehouse

ORGANIZATIONS = BY_TABLE["ORGANIZATIONS"]
ORGANIZATION_USAGE = BY_TABLE["ORGANIZATION_USAGE"]
SPACE_USAGE = BY_TABLE["SPACE_USAGE"]

Configuration = dict[str, str]
Rows = list[dict[str, Any]]

TABLES = "SPACES, ENVIRONMENTS, LOCALES, ENTRIES"


@pytest.fixture
def scene(account: Account) -> Scene:
    """Sync two spaces with content."""
    made = Scene(account, TABLES)
    made.edit("put space", "put content type", "put entry", space="s2")
    made.wait()
    made.succeed()
    made.assert_settled()
    made.wait()
    return made


def covered_places(scene: Scene) -> set[tuple[str, str]]:
    """Return each table and place that SYNC_COVERAGE has a row for."""
    rows = scene.warehouse.rows("SYNC_COVERAGE")
    return {(row["table_name"], row["place"]) for row in rows}


def test_a_resync_deletes_rows_of_deleted_spaces(scene: Scene) -> None:
    """A re-sync deletes the rows of a deleted space, those in SYNC_COVERAGE too."""
    scene.edit("delete space", space="s2")
    scene.warehouse.state = {}
    scene.succeed()
    assert {place for _, place in covered_places(scene)} == {"", "s1", "s1/master"}
    scene.assert_settled()


def test_a_resync_without_spaces_empties_their_tables(scene: Scene) -> None:
    """If no space is left, a re-sync empties every table of spaces and environments."""
    for space in ("s1", "s2"):
        scene.edit("delete space", space=space)
    scene.warehouse.state = {}
    scene.succeed()
    assert scene.rows() == {name: {} for name in TABLES.split(", ")}
    assert covered_places(scene) == {("SPACES", "")}
    scene.assert_settled()


def test_a_resync_with_fewer_tables_covers_only_those(scene: Scene) -> None:
    """After a re-sync with fewer tables SYNC_COVERAGE lists only those; other rows stay."""
    before = scene.warehouse.rows("ENTRIES")
    scene.warehouse.state = {}
    scene.succeed(tables="SPACES, LOCALES")
    assert {name for name, _ in covered_places(scene)} == {"SPACES", "LOCALES"}
    assert scene.warehouse.rows("ENTRIES") == before
    scene.assert_settled()


def test_a_resync_keeps_the_rows_of_a_table_refused_everywhere(scene: Scene) -> None:
    """A re-sync keeps the rows of a table that is refused everywhere; SYNC_COVERAGE says why."""
    before = scene.warehouse.rows("LOCALES")
    scene.account.fault("*/locales", status=403)
    scene.warehouse.state = {}
    scene.succeed()
    assert scene.warehouse.rows("LOCALES") == before
    skipped = [row for row in scene.warehouse.rows("SYNC_COVERAGE") if row["status"] == "skipped"]
    assert {row["table_name"] for row in skipped} == {"LOCALES"}


def test_a_resync_reads_tables_that_are_not_due(scene: Scene) -> None:
    """A re-sync rewrites tables with a schedule too, whenever they were last read."""
    tables = "SPACES, LOCALES@30d, ENTRIES@30d, ENVIRONMENTS@30d"
    scene.succeed(tables=tables)
    scene.wait()
    scene.warehouse.state = {}
    run = scene.succeed()
    assert {"LOCALES", "ENTRIES", "ENVIRONMENTS"} <= {*run.truncated}
    scene.assert_settled()


def test_a_resync_deletes_the_rows_of_a_place_that_refuses(scene: Scene) -> None:
    """A re-sync deletes the rows of a place that refuses a table if another place allows it."""
    before = scene.warehouse.rows("LOCALES")
    scene.account.fault("/spaces/s2/environments/master/locales", status=403)
    scene.warehouse.state = {}
    scene.succeed()
    kept = [row for row in before if row["space_id"] != "s2"]
    assert 0 < len(kept) < len(before)
    assert scene.warehouse.rows("LOCALES") == kept


def test_a_resync_deletes_records_before_the_bound(scene: Scene) -> None:
    """A re-sync deletes rows of records last updated before `initial_sync_days`."""
    before = scene.warehouse.rows("ENTRIES")
    scene.wait(2 * DAY)
    scene.edit("put entry", space="s2")
    scene.warehouse.state = {}
    scene.succeed(initial_sync_days="1")
    (row,) = scene.warehouse.rows("ENTRIES")
    assert (row["space_id"], len(before)) == ("s2", 2)


# Usage


def put_usage(account: Account, example: Example, first: int, *counts: float) -> Rows:
    """Let the API return a metric from that day of February 2025 on; return its rows."""
    days = [f"2025-02-{first + number}" for number in range(len(counts))]
    metric = {"dateRange": {"start": days[0], "end": days[-1]}, "data": list(counts)}
    answer(account, example, {**example.record, **metric})
    return [{**example.rows[0], "day": day, "usage": one} for day, one in zip(days, counts)]


@pytest.fixture(params=[ORGANIZATION_USAGE, SPACE_USAGE], ids=lambda one: one.table)
def example(request: pytest.FixtureRequest) -> Example:
    """Give each table of usage."""
    return request.param


@pytest.fixture
def usage(emulator: Account, configuration: Configuration, example: Example) -> Configuration:
    """Fill the account with the organization of the examples; return the settings."""
    arrange(begin(emulator), example)
    return {**configuration, "tables": f"{example.table}, ORGANIZATIONS, SPACES"}


def rows_of(warehouse: Warehouse, example: Example) -> Rows:
    """Return the rows of usage in a fixed order."""
    return in_order(warehouse.rows(example.table))


def test_usage_stays_when_the_state_is_emptied(
    emulator: Account, usage: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """A re-sync adds the days that the API still returns, and keeps rows of earlier days."""
    old = put_usage(emulator, example, 26, 1.0, 2.0)
    assert warehouse.sync(usage).error is None
    warehouse.state = {}
    new = put_usage(emulator, example, 27, 5.0, 6.0)
    run = warehouse.sync(usage)
    assert (run.error, example.table in run.truncated) == (None, False)
    assert rows_of(warehouse, example) == in_order([old[0], *new])


def test_a_day_outside_the_window_keeps_its_row(
    emulator: Account, usage: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """A day that can no longer change keeps its row and leaves the state."""
    old = put_usage(emulator, example, 26, 1.0, 2.0)
    assert warehouse.sync(usage).error is None
    emulator.control("POST", "clock", {"now": "2025-03-07T00:00:00Z"})
    new = put_usage(emulator, example, 27, 2.0, 3.0)
    run = warehouse.sync(usage)
    assert (run.error, run.deleted) == (None, [])
    assert rows_of(warehouse, example) == in_order([old[0], *new])
    known = "".join(record_of(warehouse.state, example.table, "acme")["rows"])
    assert [day for day in (26, 27, 28) if f"2025-02-{day}" in known] == [28]


@pytest.mark.parametrize("how", ["gone", "deselected"])
def test_usage_stays_when_its_organization_is_deleted(
    emulator: Account, usage: Configuration, warehouse: Warehouse, example: Example, how: str
) -> None:
    """Usage rows of a deleted or deselected organization stay; their keys leave the state."""
    other = ORGANIZATIONS.named("other")
    emulator.put(other.collection, other.record)
    rows = put_usage(emulator, example, 28, 1.0)
    assert warehouse.sync(usage).error is None
    if how == "gone":
        emulator.control("DELETE", "store/organizations/acme")
        (shop,) = emulator.stored("spaces")
        owner = {"sys": {**shop["sys"]["organization"]["sys"], "id": "other"}}
        emulator.put("spaces", {**shop, "sys": {**shop["sys"], "organization": owner}})
        run = warehouse.sync(usage)
    else:
        run = warehouse.sync({**usage, "organization_ids": "other"})
    assert run.error is None
    assert [name for name, _ in run.deleted if name == example.table] == []
    assert rows_of(warehouse, example) == rows
    assert record_of(warehouse.state, example.table, "acme") == {}
