"""What hangs on a listed record that no answer holds: places, titles, children."""

from __future__ import annotations

from typing import Any

import pytest

from support.account import Account
from support.examples import EXAMPLES
from support.examples.acting import arrange, begin, bump_parents, only
from support.examples.example import AFTER_EDIT, DELETED, EDITED
from support.oversized import (
    assert_quiet,
    assert_told,
    covered,
    deep,
    delete,
    found,
    grow,
    rows_of,
)
from support.warehouse import Warehouse
from support.web_app import ENVIRONMENT, TYPES, changes, create, later, with_a_content_type

Configuration = dict[str, str]

BY_TABLE = {example.table: example for example in EXAMPLES}
INSIDE = {"ORGANIZATIONS": ("acme", "USERS"), "SPACES": ("shop", "TAGS")}
INSIDE = {**INSIDE, "ENVIRONMENTS": ("master", "TAGS")}
"""Tables of places: a place of the examples, and a table that is in it."""


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
    """A partial listing takes no place for gone; one that is goes once the listing is whole."""
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
    assert f"GET {hidden.asked} answered" in run.warnings[0]
    assert warehouse.rows(inside.table) == before
    assert_quiet(warehouse.sync(settings))
    account.put(hidden.collection, hidden.record)
    assert warehouse.sync(settings).error is None
    assert warehouse.rows(inside.table) == [row for row in before if "attic" not in row.values()]
    assert_quiet(warehouse.sync(settings))


def titles(warehouse: Warehouse) -> dict[str, Any]:
    """Return the titles of the entries by id."""
    return {row["id"]: row["title"] for row in warehouse.rows("ENTRIES")}


TITLED_BY = (TYPES, f"{ENVIRONMENT}/locales")
"""What the titles of entries are made by."""


@pytest.mark.parametrize("tables", ["ENTRIES", "ENTRIES, CONTENT_TYPES, LOCALES"])
@pytest.mark.parametrize("collection", TITLED_BY)
def test_titles_are_made_as_before_while_what_makes_them_cannot_be_read(
    emulator: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    tables: str,
    collection: str,
) -> None:
    """A content type or a default locale that no answer holds makes no title NULL."""
    emulator.reset()
    with_a_content_type(emulator)
    create(emulator, "one", "First")
    settings = {**configuration, "tables": tables}
    assert warehouse.sync(settings).error is None
    (record,) = emulator.stored(collection)
    emulator.put(collection, {**record, "monster": deep()})
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
def test_titles_that_could_not_be_made_are_made_later(
    emulator: Account, configuration: Configuration, warehouse: Warehouse, collection: str
) -> None:
    """Where a first sync cannot tell a title it is NULL, until what makes it can be read."""
    emulator.reset()
    with_a_content_type(emulator)
    create(emulator, "one", "First")
    (record,) = emulator.stored(collection)
    emulator.put(collection, {**record, "monster": deep()})
    settings = {**configuration, "tables": "ENTRIES"}
    assert warehouse.sync(settings).error is None
    assert titles(warehouse) == {"one": None}
    emulator.put(collection, record)
    emulator.control("POST", "clock", {"advance_seconds": 86400})
    assert warehouse.sync(settings).error is None
    assert titles(warehouse) == {"one": "First"}
    assert changes(warehouse.sync(settings)) == (None, [], [])


@pytest.mark.parametrize("more", ["", ", CONTENT_TYPES"], ids=["alone", "with their parents"])
def test_the_children_of_a_record_that_cannot_be_read_stay(
    account: Account, configuration: Configuration, warehouse: Warehouse, more: str
) -> None:
    """Children are not taken for gone with a parent that was passed over."""
    example = BY_TABLE["CONTENT_TYPE_SNAPSHOTS"]
    gone = example.named("snapshot-9")
    arrange(account, example, gone)
    settings = {**configuration, "tables": example.table + more}
    assert warehouse.sync(settings).error is None
    ((collection, parent),) = example.around
    account.control("POST", "clock", {"now": AFTER_EDIT})
    delete(account, gone)
    account.put(collection, {**parent, "monster": deep()})
    run = warehouse.sync(settings)
    assert (run.error, run.deleted, len(run.warnings)) == (None, [], 1 + bool(more))
    assert found(warehouse, example) == rows_of(example, gone)
    assert [status for status, _ in covered(warehouse, example.table)] == ["incomplete"]
    assert_quiet(warehouse.sync(settings))
    bump_parents(account, example, EDITED)
    healed = warehouse.sync(settings)
    assert (healed.error, healed.warnings) == (None, [])
    assert healed.deleted == [(example.table, gone.keys(gone.rows[0]))]
    assert covered(warehouse, example.table) == [("read", None)]
    assert_quiet(warehouse.sync(settings))


@pytest.mark.parametrize("table", ["CONTENT_TYPE_SNAPSHOTS", "WEBHOOK_CALLS"])
def test_a_child_that_no_answer_holds_is_left_out(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str
) -> None:
    """The other children of its parent arrive, and its own row stays until it is gone."""
    first, monster, last = (BY_TABLE[table].named(name) for name in ("b-1", "c-monster", "d-1"))
    arrange(account, first, monster)
    settings = only(configuration, first)
    assert warehouse.sync(settings).error is None
    account.control("POST", "clock", {"now": AFTER_EDIT})
    grow(account, monster, deep())
    account.put(last.collection, last.record)
    bump_parents(account, first, EDITED)
    assert_told(warehouse.sync(settings), warehouse, first)
    assert found(warehouse, first) == rows_of(first, monster, last)
    assert_quiet(warehouse.sync(settings))
    delete(account, monster)
    bump_parents(account, first, DELETED)
    healed = warehouse.sync(settings)
    assert (healed.error, healed.warnings) == (None, [])
    assert healed.deleted == [(table, monster.keys(monster.rows[0]))]
    assert covered(warehouse, table) == [("read", None)]
    assert_quiet(warehouse.sync(settings))


@pytest.mark.parametrize("table", ["TAGS", "WEBHOOK_CALLS"])
def test_a_resync_deletes_a_record_that_no_answer_holds(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str
) -> None:
    """A re-sync deletes the row of a record or child that is left out; other rows arrive."""
    first, monster = (BY_TABLE[table].named(name) for name in ("b-1", "c-monster"))
    arrange(account, first, monster)
    settings = only(configuration, first)
    assert warehouse.sync(settings).error is None
    assert found(warehouse, first) == rows_of(first, monster)
    grow(account, monster, deep())
    warehouse.state = {}
    assert_told(warehouse.sync(settings), warehouse, first)
    assert found(warehouse, first) == rows_of(first)
