"""Listed records too large or too deeply nested to read: others arrive, and their rows stay."""

from __future__ import annotations

from typing import Any

import pytest

from contentful_cma.state import ledger
from support.account import Account
from support.examples import BY_TABLE, Example
from support.examples.acting import arrange, begin, in_order, only, written
from support.examples.example import AFTER_EDIT
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
from support.warehouse import Warehouse

Configuration = dict[str, str]
Rows = list[dict[str, Any]]

BY_POSITION = ("USERS", "LOCALES", "TAGS", "WORKFLOW_DEFINITIONS", "CONTENT_TYPES")
"""Tables whose endpoints take a position, which skips a record; the last also takes a cursor."""

BY_CURSOR = ("ROLES", "RELEASES", "EXPERIENCES", "TAXONOMY_CONCEPTS")
UNPAGED = ("EDITOR_INTERFACES", "EXTENSIONS")
LISTED = (*BY_POSITION, *BY_CURSOR, *UNPAGED)


LARGE = "x" * 8_000_000
REPRESENTATIVE = ("TAGS", "ROLES", "EDITOR_INTERFACES")
"""One table for each kind of paging."""

every_oversized = pytest.mark.parametrize(
    ("table", "value"),
    [
        *(pytest.param(table, deep(), id=f"{table}-deep") for table in LISTED),
        *(pytest.param(table, LARGE, id=f"{table}-large") for table in REPRESENTATIVE),
    ],
)


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give an account with the space of the examples, whose roles are paged by cursor."""
    begin(emulator)
    emulator.control("POST", "settings", {"roles_paging": "cursor"})
    return emulator


def small(configuration: Configuration, example: Example) -> Configuration:
    """Return the settings that read one table, ten records at a time."""
    return only(configuration, example, max_records_per_page="10")


def named(table: str, *names: str) -> list[Example]:
    """Return examples of a table, in the order in which they are listed."""
    return [BY_TABLE[table].named(name) for name in names]


@every_oversized
def test_an_oversized_record_is_skipped(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, value: Any
) -> None:
    """A first sync skips an oversized record; with paging by position all others arrive."""
    first, oversized, last = named(table, "b-one", "c-oversized", "d-one")
    arrange(account, first, last)
    grow(account, oversized, value)
    # A listing that never ends would fail here.
    account.fault(first.requested, status=400, after=30)
    run = warehouse.sync(small(configuration, first))
    assert_reported(run, warehouse, first)
    arrived = {**dict.fromkeys(BY_CURSOR, (first,)), **dict.fromkeys(UNPAGED, ())}
    assert found(warehouse, first) == rows_of(*arrived.get(table, (first, last)))
    assert_no_changes(warehouse.sync(small(configuration, first)))


@every_oversized
def test_a_row_stays_while_its_record_cannot_be_read(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, value: Any
) -> None:
    """While a record is unreadable, its row stays and nothing is deleted; then all rows follow."""
    settings = small(configuration, BY_TABLE[table])
    make_one_oversized(account, warehouse, settings, table, value)
    first, new, oversized, gone, late = named(table, "b-1", "b-2", "c-oversized", "d-1", "d-2")
    run = warehouse.sync(settings)
    assert_reported(run, warehouse, first)
    assert run.truncated == []
    arrived = {**dict.fromkeys(BY_CURSOR, (new,)), **dict.fromkeys(UNPAGED, ())}
    news = arrived.get(table, (new, late))
    assert written(run, table) == rows_of(*news)
    assert found(warehouse, first) == rows_of(first, oversized, gone, *news)
    assert_no_changes(warehouse.sync(settings))
    assert_all_read(account, warehouse, settings, table, news)


def make_one_oversized(
    account: Account, warehouse: Warehouse, settings: Configuration, table: str, value: Any
) -> None:
    """Sync three records; let one grow, delete one, and create one before and one after."""
    first, new, oversized, gone, late = named(table, "b-1", "b-2", "c-oversized", "d-1", "d-2")
    arrange(account, first, oversized, gone)
    assert warehouse.sync(settings).error is None
    assert found(warehouse, first) == rows_of(first, oversized, gone)
    account.control("POST", "clock", {"now": AFTER_EDIT})
    grow(account, oversized, value)
    delete(account, gone)
    arrange(account, new, late)


def assert_all_read(
    account: Account,
    warehouse: Warehouse,
    settings: Configuration,
    table: str,
    news: tuple[Example, ...],
) -> None:
    """Check that hidden records arrive and missing ones are deleted once all can be read."""
    first, new, oversized, gone, late = named(table, "b-1", "b-2", "c-oversized", "d-1", "d-2")
    account.put(oversized.collection, oversized.edited_record)
    run = warehouse.sync(settings)
    readable = [oversized.edited_row, *oversized.rows[1:]]
    others = [one for one in (new, late) if one not in news]
    assert (run.error, run.warnings) == (None, [])
    assert written(run, table) == in_order([*readable, *rows_of(*others)])
    assert run.deleted == [(table, gone.keys(row)) for row in gone.rows]
    assert found(warehouse, first) == in_order([*rows_of(first, new, late), *readable])
    assert covered(warehouse, table) == [("read", None)]
    assert_no_changes(warehouse.sync(settings))


@pytest.mark.parametrize(
    "table", ["USERS", pytest.param("TAGS", marks=pytest.mark.deep), "CONTENT_TYPES"]
)
@pytest.mark.parametrize("shape", ["x", "xab", "abx", "xx", "axxxbxc", "xxxxxa", "axb" * 4])
def test_many_oversized_records_hide_no_other(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, shape: str
) -> None:
    """Oversized records at any positions hide no other record, and each other arrives once."""
    examples = named(table, *(f"record-{number:02}" for number in range(len(shape))))
    arrange(account, BY_TABLE[table], *examples)
    delete(account, BY_TABLE[table])
    for example, letter in zip(examples, shape):
        if letter == "x":
            grow(account, example, deep())
    settings = only(configuration, examples[0], max_records_per_page="2")
    run = warehouse.sync(settings)
    assert_reported(run, warehouse, examples[0])
    assert run.warnings[0].count("was skipped") == shape.count("x")
    others = [example for example, letter in zip(examples, shape) if letter != "x"]
    assert written(run, table) == found(warehouse, examples[0]) == rows_of(*others)
    assert_no_changes(warehouse.sync(settings))


def test_six_oversized_records_in_a_row_end_a_listing(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Six oversized records in a row end a listing, as the endpoint may ignore positions."""
    examples = named("USERS", *(f"record-{number}" for number in range(8)))
    arrange(account, *examples)
    for example in examples[1:7]:
        grow(account, example, deep())
    run = warehouse.sync(small(configuration, examples[0]))
    assert_reported(run, warehouse, examples[0])
    assert found(warehouse, examples[0]) == rows_of(examples[0])
    requests = [one for one in account.requests() if one["path"] == examples[0].requested]
    assert len(requests) <= 20


@pytest.mark.parametrize("table", ["USERS", "TAGS", "CONTENT_TYPES", "ROLES", "EXTENSIONS"])
def test_a_sketch_keeps_skipped_records(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
) -> None:
    """In a table known by a sketch, a skipped record keeps its row."""
    monkeypatch.setattr(ledger, "LARGEST", 1)
    settings = small(configuration, BY_TABLE[table])
    make_one_oversized(account, warehouse, settings, table, deep())
    first, new, oversized, gone, late = named(table, "b-1", "b-2", "c-oversized", "d-1", "d-2")
    run = warehouse.sync(settings)
    assert_reported(run, warehouse, first)
    arrived = {**dict.fromkeys(BY_CURSOR, (new,)), **dict.fromkeys(UNPAGED, ())}
    news = arrived.get(table, (new, late))
    assert found(warehouse, first) == rows_of(first, oversized, gone, *news)
    assert_no_changes(warehouse.sync(settings))
    assert_all_read(account, warehouse, settings, table, news)


def test_a_large_table_with_many_skipped_records_stays(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If a listing skips more records than a sketch can identify, the table stays as it is."""
    monkeypatch.setattr(ledger, "LARGEST", 1)
    monkeypatch.setattr(ledger, "CELLS", 60)
    examples = named("ROLES", *(f"record-{number:03}" for number in range(200)))
    arrange(account, *examples)
    settings = only(configuration, examples[0])
    assert warehouse.sync(settings).error is None
    grow(account, examples[5], deep())
    account.put(examples[0].collection, examples[0].edited_record)
    run = warehouse.sync(settings)
    assert_reported(run, warehouse, examples[0])
    assert (written(run, "ROLES"), run.truncated) == ([], [])
    assert_no_changes(warehouse.sync(settings))
    account.put(examples[5].collection, examples[5].edited_record)
    whole = warehouse.sync(settings)
    assert (whole.error, whole.deleted, whole.truncated) == (None, [], [])
    edited = in_order((examples[0].edited_row, examples[5].edited_row))
    assert written(whole, "ROLES") == edited
    assert_no_changes(warehouse.sync(settings))
