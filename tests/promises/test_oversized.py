"""Listed records that no answer holds: each costs itself only, and what it hides stays."""

from __future__ import annotations

from typing import Any

import pytest

from contentful_cma.state import ledger
from support.account import Account
from support.examples import BY_TABLE, Example
from support.examples.acting import arrange, begin, in_order, only, written
from support.examples.example import AFTER_EDIT
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

Configuration = dict[str, str]
Rows = list[dict[str, Any]]

BY_POSITION = ("USERS", "LOCALES", "TAGS", "WORKFLOW_DEFINITIONS", "CONTENT_TYPES")
"""Tables whose endpoints can be asked for what follows a record; the last one by cursor too."""

BY_CURSOR = ("ROLES", "RELEASES", "EXPERIENCES", "TAXONOMY_CONCEPTS")
AT_ONCE = ("EDITOR_INTERFACES", "EXTENSIONS")
LISTED = (*BY_POSITION, *BY_CURSOR, *AT_ONCE)


LARGE = "x" * 8_000_000
REPRESENTATIVE = ("TAGS", "ROLES", "EDITOR_INTERFACES")
"""One table for each style of pages."""

every_monster = pytest.mark.parametrize(
    ("table", "value"),
    [
        *(pytest.param(table, deep(), id=f"{table}-deep") for table in LISTED),
        *(pytest.param(table, LARGE, id=f"{table}-large") for table in REPRESENTATIVE),
    ],
)


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give an account with the space of the examples, whose roles come by cursor."""
    begin(emulator)
    emulator.control("POST", "settings", {"roles_paging": "cursor"})
    return emulator


def small(configuration: Configuration, example: Example) -> Configuration:
    """Return the configuration that reads one table, ten records at a time."""
    return only(configuration, example, max_records_per_page="10")


def named(table: str, *names: str) -> list[Example]:
    """Return examples of a table, in the order in which they are listed."""
    return [BY_TABLE[table].named(name) for name in names]


@every_monster
def test_a_record_that_no_answer_holds_is_left_out(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, value: Any
) -> None:
    """A first sync brings all others, or those before it where no position can be asked for."""
    first, monster, last = named(table, "b-one", "c-monster", "d-one")
    arrange(account, first, last)
    grow(account, monster, value)
    # A listing that goes round in a circle ends here.
    account.fault(first.asked, status=400, after=30)
    run = warehouse.sync(small(configuration, first))
    assert_told(run, warehouse, first)
    arrived = {**dict.fromkeys(BY_CURSOR, (first,)), **dict.fromkeys(AT_ONCE, ())}
    assert found(warehouse, first) == rows_of(*arrived.get(table, (first, last)))
    assert_quiet(warehouse.sync(small(configuration, first)))


@every_monster
def test_a_row_stays_while_its_record_cannot_be_read(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, value: Any
) -> None:
    """Nothing is deleted on a partial listing; once it is whole again all is made good."""
    settings = small(configuration, BY_TABLE[table])
    become_a_monster(account, warehouse, settings, table, value)
    first, new, monster, gone, late = named(table, "b-1", "b-2", "c-monster", "d-1", "d-2")
    run = warehouse.sync(settings)
    assert_told(run, warehouse, first)
    assert run.truncated == []
    arrived = {**dict.fromkeys(BY_CURSOR, (new,)), **dict.fromkeys(AT_ONCE, ())}
    news = arrived.get(table, (new, late))
    assert written(run, table) == rows_of(*news)
    assert found(warehouse, first) == rows_of(first, monster, gone, *news)
    assert_quiet(warehouse.sync(settings))
    assert_healed(account, warehouse, settings, table, news)


def become_a_monster(
    account: Account, warehouse: Warehouse, settings: Configuration, table: str, value: Any
) -> None:
    """Sync three records; then let one grow, delete one, and make one before and one after."""
    first, new, monster, gone, late = named(table, "b-1", "b-2", "c-monster", "d-1", "d-2")
    arrange(account, first, monster, gone)
    assert warehouse.sync(settings).error is None
    assert found(warehouse, first) == rows_of(first, monster, gone)
    account.control("POST", "clock", {"now": AFTER_EDIT})
    grow(account, monster, value)
    delete(account, gone)
    arrange(account, new, late)


def assert_healed(
    account: Account,
    warehouse: Warehouse,
    settings: Configuration,
    table: str,
    news: tuple[Example, ...],
) -> None:
    """Check that what was hidden arrives and what is gone is deleted once all can be read."""
    first, new, monster, gone, late = named(table, "b-1", "b-2", "c-monster", "d-1", "d-2")
    account.put(monster.collection, monster.edited_record)
    run = warehouse.sync(settings)
    healed = [monster.edited_row, *monster.rows[1:]]
    others = [one for one in (new, late) if one not in news]
    assert (run.error, run.warnings) == (None, [])
    assert written(run, table) == in_order([*healed, *rows_of(*others)])
    assert run.deleted == [(table, gone.keys(row)) for row in gone.rows]
    assert found(warehouse, first) == in_order([*rows_of(first, new, late), *healed])
    assert covered(warehouse, table) == [("read", None)]
    assert_quiet(warehouse.sync(settings))


@pytest.mark.parametrize(
    "table", ["USERS", pytest.param("TAGS", marks=pytest.mark.deep), "CONTENT_TYPES"]
)
@pytest.mark.parametrize("shape", ["x", "xab", "abx", "xx", "axxxbxc", "xxxxxa", "axb" * 4])
def test_any_number_of_records_may_be_too_deep(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, shape: str
) -> None:
    """Wherever they stand and however small the pages are, all others arrive, once."""
    examples = named(table, *(f"record-{number:02}" for number in range(len(shape))))
    arrange(account, BY_TABLE[table], *examples)
    delete(account, BY_TABLE[table])
    for example, letter in zip(examples, shape):
        if letter == "x":
            grow(account, example, deep())
    settings = only(configuration, examples[0], max_records_per_page="2")
    run = warehouse.sync(settings)
    assert_told(run, warehouse, examples[0])
    assert run.warnings[0].count("was left out") == shape.count("x")
    others = [example for example, letter in zip(examples, shape) if letter != "x"]
    assert written(run, table) == found(warehouse, examples[0]) == rows_of(*others)
    assert_quiet(warehouse.sync(settings))


def test_an_endpoint_that_no_position_helps_with_is_given_up(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Six records in a row end the listing: it may be one that gives everything at once."""
    examples = named("USERS", *(f"record-{number}" for number in range(8)))
    arrange(account, *examples)
    for example in examples[1:7]:
        grow(account, example, deep())
    run = warehouse.sync(small(configuration, examples[0]))
    assert_told(run, warehouse, examples[0])
    assert found(warehouse, examples[0]) == rows_of(examples[0])
    asked = [one for one in account.requests() if one["path"] == examples[0].asked]
    assert len(asked) <= 20


@pytest.mark.parametrize("table", ["USERS", "TAGS", "CONTENT_TYPES", "ROLES", "EXTENSIONS"])
def test_the_sketch_of_a_large_table_keeps_what_was_left_out(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
) -> None:
    """Where rows are known by a sketch, what no answer holds is not forgotten in it."""
    monkeypatch.setattr(ledger, "LARGEST", 1)
    settings = small(configuration, BY_TABLE[table])
    become_a_monster(account, warehouse, settings, table, deep())
    first, new, monster, gone, late = named(table, "b-1", "b-2", "c-monster", "d-1", "d-2")
    run = warehouse.sync(settings)
    assert_told(run, warehouse, first)
    arrived = {**dict.fromkeys(BY_CURSOR, (new,)), **dict.fromkeys(AT_ONCE, ())}
    news = arrived.get(table, (new, late))
    assert found(warehouse, first) == rows_of(first, monster, gone, *news)
    assert_quiet(warehouse.sync(settings))
    assert_healed(account, warehouse, settings, table, news)


def test_a_large_table_is_not_emptied_because_much_was_left_out(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a partial listing lacks may be more than a sketch can tell: then all stays as it is."""
    monkeypatch.setattr(ledger, "LARGEST", 1)
    monkeypatch.setattr(ledger, "CELLS", 60)
    examples = named("ROLES", *(f"record-{number:03}" for number in range(200)))
    arrange(account, *examples)
    settings = only(configuration, examples[0])
    assert warehouse.sync(settings).error is None
    grow(account, examples[5], deep())
    account.put(examples[0].collection, examples[0].edited_record)
    run = warehouse.sync(settings)
    assert_told(run, warehouse, examples[0])
    assert (written(run, "ROLES"), run.truncated) == ([], [])
    assert_quiet(warehouse.sync(settings))
    account.put(examples[5].collection, examples[5].edited_record)
    healed = warehouse.sync(settings)
    assert (healed.error, healed.deleted, healed.truncated) == (None, [], [])
    edited = in_order((examples[0].edited_row, examples[5].edited_row))
    assert written(healed, "ROLES") == edited
    assert_quiet(warehouse.sync(settings))
