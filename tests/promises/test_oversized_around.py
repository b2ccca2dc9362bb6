"""Rows that depend on a record too large or too nested to read: places, titles, children."""

from __future__ import annotations

from typing import Any

import pytest

from support.account import Account
from support.examples import EXAMPLES
from support.examples.acting import arrange, begin, bump_parents, only
from support.examples.example import AFTER_EDIT, DELETED, EDITED
from support.oversized import (
    assert_no_changes,
    assert_reported,
    covered,
    deep,
    delete,
    found,
    grow,
    rows_of,
)
from support.scene import MASTER, Scene
from support.warehouse import Warehouse
from support.web_app import ENVIRONMENT, TYPES, changes, create, later, with_a_content_type

Configuration = dict[str, str]

BY_TABLE = {example.table: example for example in EXAMPLES}
INSIDE = {"ORGANIZATIONS": ("acme", "USERS"), "SPACES": ("shop", "TAGS")}
INSIDE = {**INSIDE, "ENVIRONMENTS": ("master", "TAGS")}
"""Tables of places (organizations, spaces, environments), with one place and a table in it."""


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give an account with the organization, the space and the locale of the examples."""
    return begin(emulator)


@pytest.mark.parametrize("table", INSIDE)
@pytest.mark.parametrize("is_selected", [True, False], ids=["selected", "unselected"])
def test_a_place_whose_record_cannot_be_read_keeps_its_rows(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    table: str,
    is_selected: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    """A place with an unreadable record keeps its rows; deleted places lose theirs afterwards."""
    own, inside = INSIDE[table][0], BY_TABLE[INSIDE[table][1]]
    hidden, gone = (BY_TABLE[table].named(name) for name in ("depot", "attic"))
    account.put(inside.collection, inside.record)
    for place in (hidden, gone):
        account.put(place.collection, place.record)
        account.put(inside.collection.replace(own, place.identifier), inside.record)
    tables = f"{inside.table}, {table}" if is_selected else inside.table
    settings = {**configuration, "tables": tables, "environment_id": "*"}
    assert warehouse.sync(settings).error is None
    before = warehouse.rows(inside.table)
    assert len(before) == 3
    grow(account, hidden, deep())
    delete(account, gone)
    run = warehouse.sync(settings)
    assert (run.error, run.deleted, len(run.warnings)) == (None, [], 1)
    assert f"GET {hidden.requested} answered" in run.warnings[0]
    assert warehouse.rows(inside.table) == before
    assert_no_changes(warehouse.sync(settings))
    account.put(hidden.collection, hidden.record)
    assert warehouse.sync(settings).error is None
    assert warehouse.rows(inside.table) == [row for row in before if "attic" not in row.values()]
    assert_no_changes(warehouse.sync(settings))


def titles(warehouse: Warehouse) -> dict[str, Any]:
    """Return the titles of the entries by id."""
    return {row["id"]: row["title"] for row in warehouse.rows("ENTRIES")}


TITLED_BY = (TYPES, f"{ENVIRONMENT}/locales")
"""Collections that the titles of entries depend on."""


@pytest.mark.parametrize("tables", ["ENTRIES", "ENTRIES, CONTENT_TYPES, LOCALES"])
@pytest.mark.parametrize("collection", TITLED_BY)
def test_titles_stay_while_the_model_is_unreadable(
    emulator: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    tables: str,
    collection: str,
) -> None:
    """While a content type or default locale is unreadable, old and new titles are right."""
    emulator.reset()
    with_a_content_type(emulator)
    create(emulator, "one", "First")
    settings = {**configuration, "tables": tables}
    assert warehouse.sync(settings).error is None
    (record,) = emulator.stored(collection)
    emulator.put(collection, {**record, "oversized": deep()})
    later(emulator)
    create(emulator, "two", "Second")
    run = warehouse.sync(settings)
    assert [row["id"] for table, row in run.written if table == "ENTRIES"] == ["two"]
    assert (run.error, run.deleted) == (None, [])
    assert titles(warehouse) == {"one": "First", "two": "Second"}
    assert changes(warehouse.sync(settings)) == (None, [], [])
    emulator.put(collection, record)
    assert changes(warehouse.sync(settings)) == (None, [], [])
    assert titles(warehouse) == {"one": "First", "two": "Second"}


@pytest.mark.parametrize("collection", TITLED_BY)
def test_missing_titles_follow_the_model(
    emulator: Account, configuration: Configuration, warehouse: Warehouse, collection: str
) -> None:
    """A title that a first sync cannot compute is NULL until the model can be read."""
    emulator.reset()
    with_a_content_type(emulator)
    create(emulator, "one", "First")
    (record,) = emulator.stored(collection)
    emulator.put(collection, {**record, "oversized": deep()})
    settings = {**configuration, "tables": "ENTRIES"}
    assert warehouse.sync(settings).error is None
    assert titles(warehouse) == {"one": None}
    emulator.put(collection, record)
    emulator.control("POST", "clock", {"advance_seconds": 86400})
    assert warehouse.sync(settings).error is None
    assert titles(warehouse) == {"one": "First"}
    assert changes(warehouse.sync(settings)) == (None, [], [])


@pytest.mark.parametrize("more", ["", ", CONTENT_TYPES"], ids=["alone", "with their parents"])
def test_children_of_an_unreadable_record_stay(
    account: Account, configuration: Configuration, warehouse: Warehouse, more: str
) -> None:
    """Children of a skipped parent are not deleted until the parent can be read."""
    example = BY_TABLE["CONTENT_TYPE_SNAPSHOTS"]
    gone = example.named("snapshot-9")
    arrange(account, example, gone)
    settings = {**configuration, "tables": example.table + more}
    assert warehouse.sync(settings).error is None
    ((collection, parent),) = example.around
    account.control("POST", "clock", {"now": AFTER_EDIT})
    delete(account, gone)
    account.put(collection, {**parent, "oversized": deep()})
    run = warehouse.sync(settings)
    assert (run.error, run.deleted, len(run.warnings)) == (None, [], 1 + bool(more))
    assert found(warehouse, example) == rows_of(example, gone)
    assert [status for status, _ in covered(warehouse, example.table)] == ["incomplete"]
    assert_no_changes(warehouse.sync(settings))
    bump_parents(account, example, EDITED)
    whole = warehouse.sync(settings)
    assert (whole.error, whole.warnings) == (None, [])
    assert whole.deleted == [(example.table, gone.keys(gone.rows[0]))]
    assert covered(warehouse, example.table) == [("read", None)]
    assert_no_changes(warehouse.sync(settings))


@pytest.mark.parametrize("table", ["CONTENT_TYPE_SNAPSHOTS", "WEBHOOK_CALLS"])
def test_an_oversized_child_is_skipped(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str
) -> None:
    """An oversized child is skipped and keeps its row until it is deleted; others arrive."""
    first, oversized, last = (
        BY_TABLE[table].named(name) for name in ("b-1", "c-oversized", "d-1")
    )
    arrange(account, first, oversized)
    settings = only(configuration, first)
    assert warehouse.sync(settings).error is None
    account.control("POST", "clock", {"now": AFTER_EDIT})
    grow(account, oversized, deep())
    account.put(last.collection, last.record)
    bump_parents(account, first, EDITED)
    assert_reported(warehouse.sync(settings), warehouse, first)
    assert found(warehouse, first) == rows_of(first, oversized, last)
    assert_no_changes(warehouse.sync(settings))
    delete(account, oversized)
    bump_parents(account, first, DELETED)
    whole = warehouse.sync(settings)
    assert (whole.error, whole.warnings) == (None, [])
    assert whole.deleted == [(table, oversized.keys(oversized.rows[0]))]
    assert covered(warehouse, table) == [("read", None)]
    assert_no_changes(warehouse.sync(settings))


@pytest.mark.parametrize("table", ["TAGS", "WEBHOOK_CALLS"])
def test_a_resync_deletes_an_oversized_record(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str
) -> None:
    """A re-sync deletes the row of an oversized record or child; other rows arrive."""
    first, oversized = (BY_TABLE[table].named(name) for name in ("b-1", "c-oversized"))
    arrange(account, first, oversized)
    settings = only(configuration, first)
    assert warehouse.sync(settings).error is None
    assert found(warehouse, first) == rows_of(first, oversized)
    grow(account, oversized, deep())
    warehouse.state = {}
    assert_reported(warehouse.sync(settings), warehouse, first)
    assert found(warehouse, first) == rows_of(first)


@pytest.mark.deep
@pytest.mark.parametrize("apart", [False, True], ids=["one instant", "each its own"])
def test_many_oversized_entries_block_no_other(account: Account, *, apart: bool) -> None:
    """With 110 oversized entries, all others arrive and no URL exceeds the limit of the API."""
    scene = Scene(account, "ENTRIES")
    created = "2025-01-01T00:00:00.000Z" if apart else "2025-01-01T00:00:00.5Z"
    big = scene.fill(110, "b" * 60, createdAt=created)
    scene.fill(20, "after", createdAt="2025-02-01T00:00:00.000Z")
    ids = set(big)
    nested = deep()
    for one in scene.stored(f"{MASTER}/entries"):
        if one["sys"]["id"] in ids:
            scene.store(f"{MASTER}/entries", {**one, "oversized": nested})
    scene.wait()
    account.forget_requests()
    run = scene.succeed()
    assert len(run.warnings) == 1
    assert {row["id"] for row in scene.warehouse.rows("ENTRIES")} == {
        "a",
        *(f"after-{number:03}" for number in range(20)),
    }
    longest = max(len(str(one["query"].get("sys.id[in]", ""))) for one in account.requests())
    assert longest < 7600
    assert len(account.requests()) < 400
    scene.wait()
    scene.assert_no_changes(scene.succeed())
