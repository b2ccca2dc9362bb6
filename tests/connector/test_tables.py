"""Every table, from its first sync to the day on which its endpoint is forbidden and back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from account import TOKEN, Account
from examples import EXAMPLES, Example
from examples.core import ORGANIZATIONS, SPACES
from examples.example import (
    AFTER_DELETION,
    AFTER_EDIT,
    DELETED,
    EDITED,
    FIRST_SYNC,
    bumped,
)
from examples.structure import LOCALES
from warehouse import Run, Warehouse

from contentful_cma.tables import READABLE

Configuration = dict[str, str]
Rows = list[dict[str, Any]]

every_table = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.table)


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give an account with the organization, the space and the locale of the examples."""
    emulator.reset(organizations=0)
    emulator.control("POST", "clock", {"now": FIRST_SYNC})
    emulator.put(ORGANIZATIONS.collection, ORGANIZATIONS.record)
    emulator.put(SPACES.collection, SPACES.record)
    for locale in emulator.stored(LOCALES.collection):
        emulator.control("DELETE", f"store/{LOCALES.collection}/{locale['sys']['id']}")
    emulator.put(LOCALES.collection, LOCALES.record)
    return emulator


def arrange(account: Account, example: Example) -> None:
    """Put the example's two records into the account, and what they need."""
    for collection, record in example.around:
        account.put(collection, record)
    if example.answered:
        answer(account, example, example.record, example.neighbour)
    else:
        account.put(example.collection, example.record)
        account.put(example.neighbours_collection, example.neighbour)


def answer(account: Account, example: Example, *records: dict[str, Any]) -> None:
    """Let the emulator answer with these records."""
    account.control("DELETE", "faults")
    page = {"total": len(records), "limit": 100, "skip": 0, "sys": {"type": "Array"}}
    account.fault(example.asked, status=200, body={**page, "items": list(records)})


def edit(account: Account, example: Example) -> None:
    """Edit the first record of the example, later than all syncs so far."""
    account.control("POST", "clock", {"now": AFTER_EDIT})
    if example.answered:
        answer(account, example, example.edited_record, example.neighbour)
    else:
        account.put(example.collection, example.edited_record)
        bump_parents(account, example, EDITED)


def delete(account: Account, example: Example) -> None:
    """Delete the second record of the example, later than all syncs so far."""
    account.control("POST", "clock", {"now": AFTER_DELETION})
    if example.answered:
        answer(account, example, example.edited_record)
    else:
        account.control("DELETE", f"store/{example.neighbours_end}")
        bump_parents(account, example, DELETED)


def bump_parents(account: Account, example: Example, moment: str) -> None:
    """Give the parents a new version where a change of the children comes with one."""
    for collection, record in example.around if example.bumps else ():
        account.put(collection, bumped(record, moment))


def forbid(account: Account, example: Example) -> None:
    """Answer 403 to what the table asks for."""
    account.control("DELETE", "faults")
    account.fault(example.asked, status=403)


def only(configuration: Configuration, example: Example, **more: str) -> Configuration:
    """Return the configuration that selects the table of the example and no other."""
    return {**configuration, "tables": example.table, **more}


def written(run: Run, table: str) -> Rows:
    """Return the rows that a run wrote to a table, in a fixed order."""
    return in_order(row for name, row in run.written if name == table)


def in_order(rows: Any) -> Rows:
    """Return rows in a fixed order."""
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def covered(run: Run) -> list[tuple[Any, ...]]:
    """Return what a run wrote to SYNC_COVERAGE, with the beginning of the reason only."""
    return [
        (
            row["table_name"],
            row["organization_id"],
            row["space_id"],
            row["environment_id"],
            row["status"],
            row["reason"] and row["reason"][: len("HTTP 403")],
        )
        for row in written(run, "SYNC_COVERAGE")
    ]


def coverage(example: Example, status: str, reason: str | None) -> list[tuple[Any, ...]]:
    """Return what has to be said of a table; nothing where only core tables are read."""
    if example.table in ("ORGANIZATIONS", "SPACES"):
        return []
    return [(example.table, *example.place(), status, reason)]


def test_every_declared_table_has_an_example() -> None:
    """No table goes untested, and none is tested that does not exist."""
    assert sorted(example.table for example in EXAMPLES) == sorted(one.name for one in READABLE)


@every_table
def test_a_table_equals_the_account(
    account: Account, configuration: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """First all rows are written, then none, then the one that changed; then one is deleted."""
    arrange(account, example)
    first = warehouse.sync(only(configuration, example))
    assert first.error is None
    expected = in_order((*example.rows, *example.neighbours_rows))
    assert written(first, example.table) == expected
    assert in_order(warehouse.rows(example.table)) == expected
    assert covered(first) == coverage(example, "read", None)

    quiet = warehouse.sync(only(configuration, example))
    assert (quiet.error, quiet.written, quiet.deleted, quiet.truncated) == (None, [], [], [])

    edit(account, example)
    changed = warehouse.sync(only(configuration, example))
    assert changed.error is None
    assert (changed.written, changed.deleted) == ([(example.table, example.edited_row)], [])

    delete(account, example)
    less = warehouse.sync(only(configuration, example))
    gone = [] if example.stays else example.neighbours_rows
    assert (less.error, less.written) == (None, [])
    assert sorted(less.deleted, key=str) == sorted(
        ((example.table, example.keys(row)) for row in gone), key=str
    )


@every_table
def test_a_forbidden_table_keeps_its_rows(
    account: Account, configuration: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """A 403 is said once and touches no row; what changed meanwhile comes when it is gone."""
    arrange(account, example)
    warehouse.sync(only(configuration, example))
    before = warehouse.rows(example.table)
    edit(account, example)
    forbid(account, example)

    forbidden = warehouse.sync(only(configuration, example))
    assert (forbidden.error, forbidden.deleted, forbidden.truncated) == (None, [], [])
    assert covered(forbidden) == coverage(example, "skipped", "HTTP 403")
    assert warehouse.rows(example.table) == before
    assert len(forbidden.warnings) == 1
    assert example.table in forbidden.warnings[0]

    again = warehouse.sync(only(configuration, example))
    assert (again.error, again.written, again.deleted, again.warnings) == (None, [], [], [])

    account.control("DELETE", "faults")
    edit(account, example)
    allowed = warehouse.sync(only(configuration, example))
    assert (allowed.error, allowed.deleted, allowed.warnings) == (None, [], [])
    assert written(allowed, example.table) == [example.edited_row]
    assert covered(allowed) == coverage(example, "read", None)


PERSONAL = [example for example in EXAMPLES if example.personal]


def test_every_personal_column_has_an_example() -> None:
    """The columns that `personal_data` is about are known from outside the declarations."""
    declared = {
        (table.name, column.name)
        for table in READABLE
        for column in table.own_columns
        if column.personal
    }
    assert declared == {(one.table, column) for one in PERSONAL for column in one.personal}


@pytest.mark.parametrize("example", PERSONAL, ids=lambda example: example.table)
@pytest.mark.parametrize("setting", ["hash", "exclude"])
def test_personal_data_stays_where_it_is(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    example: Example,
    setting: str,
) -> None:
    """`hash` gives the SHA-256 of the value in lower case, `exclude` gives NULL."""

    def hidden(value: str) -> str | None:
        digest = hashlib.sha256(value.lower().encode()).hexdigest()
        return digest if setting == "hash" else None

    account.put(example.collection, example.record)
    warehouse.sync(only(configuration, example, personal_data=setting))
    columns = {name: hidden(example.rows[0][name]) for name in example.personal}
    assert warehouse.rows(example.table) == [{**example.rows[0], **columns}]


def test_no_secret_leaves_the_answers(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """No row, state or line of the log has a secret that the API shows, whatever is read."""
    stored = [example for example in EXAMPLES if not example.answered]
    for example in stored:
        arrange(account, example)
    names = ", ".join(example.table for example in EXAMPLES)
    everything = {**configuration, "tables": names, "enable_debug_logging": "true"}
    run = warehouse.sync(everything)
    assert run.error is None
    assert {name for name, _ in run.written} == {one.table for one in EXAMPLES} | {"SYNC_COVERAGE"}
    shown = [account.control("GET", f"store/{one.collection}") for one in stored]
    assert sum("SECRET" in json.dumps(records) for records in shown) > 5
    left = json.dumps([run.written, run.states, run.messages, run.warnings])
    assert [text for text in ("SECRET", TOKEN) if text in left] == []
