"""A full re-sync leaves nothing behind but usage, which is history."""

from __future__ import annotations

from typing import Any

import pytest

from support.account import Account
from support.examples.acting import answer, arrange, begin, in_order
from support.examples.core import ORGANIZATIONS
from support.examples.example import Example
from support.examples.usage import ORGANIZATION_USAGE, SPACE_USAGE
from support.scene import Scene
from support.warehouse import Warehouse

Configuration = dict[str, str]

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


# Usage


def put_usage(account: Account, example: Example, days: dict[str, int]) -> list[dict[str, Any]]:
    """Answer with these days of one metric, and return the rows that they are."""
    answer(account, example, {**example.record, "usagePerDay": days})
    like = example.rows[0]
    return [{**like, "day": day, "usage": count} for day, count in days.items()]


@pytest.fixture(params=[ORGANIZATION_USAGE, SPACE_USAGE], ids=lambda one: one.table)
def example(request: pytest.FixtureRequest) -> Example:
    """Give each table of usage."""
    return request.param


@pytest.fixture
def usage(emulator: Account, configuration: Configuration, example: Example) -> Configuration:
    """Give an account with the organization of the examples, and what selects the table."""
    arrange(begin(emulator), example)
    return {**configuration, "tables": f"{example.table}, ORGANIZATIONS, SPACES"}


def rows_of(warehouse: Warehouse, example: Example) -> list[dict[str, Any]]:
    """Return the rows of usage in order."""
    return in_order(warehouse.rows(example.table))


def test_usage_stays_when_the_state_is_emptied(
    emulator: Account, usage: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """A re-sync adds the days that the API still tells to those that it told once."""
    old = put_usage(emulator, example, {"2025-01-01": 1, "2025-01-02": 2})
    assert warehouse.sync(usage).error is None
    warehouse.state = {}
    new = put_usage(emulator, example, {"2025-01-02": 5, "2025-01-03": 6})
    run = warehouse.sync(usage)
    assert (run.error, example.table in run.truncated) == (None, False)
    assert rows_of(warehouse, example) == in_order([old[0], *new])


def test_a_day_that_left_the_window_stays_and_is_forgotten(
    emulator: Account, usage: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """The row stays, and the state remembers the keys only of days that are still told."""
    old = put_usage(emulator, example, {"2025-01-01": 1, "2025-01-02": 2})
    assert warehouse.sync(usage).error is None
    new = put_usage(emulator, example, {"2025-01-02": 2, "2025-01-03": 3})
    run = warehouse.sync(usage)
    assert (run.error, run.deleted) == (None, [])
    assert rows_of(warehouse, example) == in_order([old[0], *new])
    known = "".join(warehouse.state["ledgers"][example.table]["acme"]["rows"])
    assert ("2025-01-01" in known, "2025-01-02" in known) == (False, True)


@pytest.mark.parametrize("how", ["gone", "deselected"])
def test_usage_stays_when_its_organization_goes(
    emulator: Account, usage: Configuration, warehouse: Warehouse, example: Example, how: str
) -> None:
    """Rows of an organization that is gone or no longer selected stay; no key is kept."""
    other = ORGANIZATIONS.named("other")
    emulator.put(other.collection, other.record)
    rows = put_usage(emulator, example, {"2025-01-01": 1})
    assert warehouse.sync(usage).error is None
    if how == "gone":
        emulator.control("DELETE", "store/organizations/acme")
        run = warehouse.sync(usage)
    else:
        run = warehouse.sync({**usage, "organization_ids": "other"})
    assert run.error is None
    assert [name for name, _ in run.deleted if name == example.table] == []
    assert rows_of(warehouse, example) == rows
    assert "acme" not in warehouse.state["ledgers"].get(example.table, {})
