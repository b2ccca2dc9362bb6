"""A full re-sync leaves nothing behind but usage, which is history."""

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
    """Give two spaces with content, all of it synced."""
    made = Scene(account, TABLES)
    made.edit("put space", "put content type", "put entry", space="s2")
    made.wait()
    made.succeed()
    made.assert_settled()
    made.wait()
    return made


def told(scene: Scene) -> set[tuple[str, str]]:
    """Return the tables and places that SYNC_COVERAGE tells of."""
    rows = scene.warehouse.rows("SYNC_COVERAGE")
    return {(row["table_name"], row["place"]) for row in rows}


def test_a_resync_leaves_no_row_of_what_is_gone(scene: Scene) -> None:
    """Rows of a space that went with the old state are gone, in SYNC_COVERAGE, too."""
    scene.edit("delete space", space="s2")
    scene.warehouse.state = {}
    scene.succeed()
    assert {place for _, place in told(scene)} == {"", "s1", "s1/master"}
    scene.assert_settled()


def test_a_resync_empties_tables_that_have_no_place_any_more(scene: Scene) -> None:
    """Where no space is left, every table below is emptied all the same."""
    for space in ("s1", "s2"):
        scene.edit("delete space", space=space)
    scene.warehouse.state = {}
    scene.succeed()
    assert scene.rows() == {name: {} for name in TABLES.split(", ")}
    assert told(scene) == {("SPACES", "")}
    scene.assert_settled()


def test_a_resync_with_fewer_tables_tells_of_those_alone(scene: Scene) -> None:
    """SYNC_COVERAGE is about the tables of the re-sync; rows of the others stay."""
    before = scene.warehouse.rows("ENTRIES")
    scene.warehouse.state = {}
    scene.succeed(tables="SPACES, LOCALES")
    assert {name for name, _ in told(scene)} == {"SPACES", "LOCALES"}
    assert scene.warehouse.rows("ENTRIES") == before
    scene.assert_settled()


def test_a_resync_keeps_the_rows_of_what_is_refused(scene: Scene) -> None:
    """A table that may not be read anywhere is not emptied, and SYNC_COVERAGE says why."""
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
    """Rows of a place that refuses a table go in a re-sync if another place allows the table."""
    before = scene.warehouse.rows("LOCALES")
    scene.account.fault("/spaces/s2/environments/master/locales", status=403)
    scene.warehouse.state = {}
    scene.succeed()
    kept = [row for row in before if row["space_id"] != "s2"]
    assert 0 < len(kept) < len(before)
    assert scene.warehouse.rows("LOCALES") == kept


def test_a_resync_deletes_records_before_the_bound(scene: Scene) -> None:
    """Records that were last updated before `initial_sync_days` go in a re-sync."""
    before = scene.warehouse.rows("ENTRIES")
    scene.wait(2 * DAY)
    scene.edit("put entry", space="s2")
    scene.warehouse.state = {}
    scene.succeed(initial_sync_days="1")
    (row,) = scene.warehouse.rows("ENTRIES")
    assert (row["space_id"], len(before)) == ("s2", 2)


# Usage


def put_usage(account: Account, example: Example, first: int, *counts: float) -> Rows:
    """Answer with a metric from that day of February 2025 on; return the rows that it is."""
    days = [f"2025-02-{first + number}" for number in range(len(counts))]
    told = {"dateRange": {"start": days[0], "end": days[-1]}, "data": list(counts)}
    answer(account, example, {**example.record, **told})
    return [{**example.rows[0], "day": day, "usage": one} for day, one in zip(days, counts)]


@pytest.fixture(params=[ORGANIZATION_USAGE, SPACE_USAGE], ids=lambda one: one.table)
def example(request: pytest.FixtureRequest) -> Example:
    """Give each table of usage."""
    return request.param


@pytest.fixture
def usage(emulator: Account, configuration: Configuration, example: Example) -> Configuration:
    """Give an account with the organization of the examples, and what selects the table."""
    arrange(begin(emulator), example)
    return {**configuration, "tables": f"{example.table}, ORGANIZATIONS, SPACES"}


def rows_of(warehouse: Warehouse, example: Example) -> Rows:
    """Return the rows of usage in order."""
    return in_order(warehouse.rows(example.table))


def test_usage_stays_when_the_state_is_emptied(
    emulator: Account, usage: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """A re-sync adds the days that the API still tells to those that it told once."""
    old = put_usage(emulator, example, 26, 1.0, 2.0)
    assert warehouse.sync(usage).error is None
    warehouse.state = {}
    new = put_usage(emulator, example, 27, 5.0, 6.0)
    run = warehouse.sync(usage)
    assert (run.error, example.table in run.truncated) == (None, False)
    assert rows_of(warehouse, example) == in_order([old[0], *new])


def test_a_day_that_left_the_window_stays_and_is_forgotten(
    emulator: Account, usage: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """The row stays, and the state remembers the keys only of days that can still change."""
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
def test_usage_stays_when_its_organization_goes(
    emulator: Account, usage: Configuration, warehouse: Warehouse, example: Example, how: str
) -> None:
    """Rows of an organization that is gone or no longer selected stay; no key is kept."""
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
