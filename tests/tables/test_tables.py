"""Every table: first sync, edits, deletions, refused access and restored access."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from contentful_cma.tables import READABLE
from support.account import Account
from support.cases import thinned
from support.examples import BY_TABLE, COMPUTED, EXAMPLES, Example
from support.examples.acting import (
    Configuration,
    Rows,
    arrange,
    begin,
    delete,
    edit,
    forbid,
    in_order,
    only,
    written,
)
from support.examples.example import AFTER_DELETION
from support.warehouse import Run, Warehouse

ROLES = BY_TABLE["ROLES"]
TAGS = BY_TABLE["TAGS"]

REFUSABLE = [example for example in EXAMPLES if example.table != "SPACES"]
"""Without the list of spaces a sync fails; `test_green_means_read.py` has that rule."""

every_table = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.table)


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return an account with the organization, the space and the locale of the examples."""
    return begin(emulator)


def covered(run: Run) -> list[tuple[Any, ...]]:
    """Return the rows that a run wrote to SYNC_COVERAGE, with shortened reasons."""
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
    """Return the expected rows of SYNC_COVERAGE for a table, none for core tables."""
    if example.table in ("ORGANIZATIONS", "SPACES"):
        return []
    return [(example.table, *example.place(), status, reason)]


def test_every_declared_table_has_an_example() -> None:
    """Each declared table has an example, and each example a declared table."""
    assert sorted(example.table for example in EXAMPLES) == sorted(one.name for one in READABLE)


@every_table
def test_a_table_equals_the_account(
    account: Account, configuration: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """The first sync writes all rows; later ones write changed rows and delete missing rows."""
    arrange(account, example, example.neighbor)
    first = warehouse.sync(only(configuration, example))
    assert first.error is None
    expected = in_order((*example.rows, *example.neighbor.rows))
    assert written(first, example.table) == expected
    assert in_order(warehouse.rows(example.table)) == expected
    assert covered(first) == coverage(example, "read", None)

    unchanged = warehouse.sync(only(configuration, example))
    assert (unchanged.error, unchanged.written, unchanged.deleted) == (None, [], [])
    assert unchanged.truncated == []

    edit(account, example)
    changed = warehouse.sync(only(configuration, example))
    assert changed.error is None
    assert (changed.written, changed.deleted) == ([(example.table, example.edited_row)], [])

    delete(account, example)
    less = warehouse.sync(only(configuration, example))
    missing = [] if example.stays else example.neighbor.rows
    assert (less.error, less.written) == (None, [])
    assert sorted(less.deleted, key=str) == sorted(
        ((example.table, example.keys(row)) for row in missing), key=str
    )


@pytest.mark.parametrize("example", thinned(REFUSABLE, 3), ids=lambda one: one.table)
def test_a_refused_table_keeps_its_rows(
    account: Account, configuration: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """A 403 is warned about once and keeps all rows; edits arrive after access is restored."""
    arrange(account, example, example.neighbor)
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
    account.control("POST", "clock", {"now": AFTER_DELETION})
    allowed = warehouse.sync(only(configuration, example))
    assert (allowed.error, allowed.deleted, allowed.warnings) == (None, [], [])
    assert written(allowed, example.table) == [example.edited_row]
    assert covered(allowed) == coverage(example, "read", None)


PERSONAL = [example for example in EXAMPLES if example.personal]


def test_every_personal_column_has_an_example() -> None:
    """The personal columns of the examples and of the declarations are the same."""
    declared = {
        (table.name, column.name)
        for table in READABLE
        for column in table.own_columns
        if column.personal
    }
    assert declared == {(one.table, column) for one in PERSONAL for column in one.personal}


@pytest.mark.parametrize("example", PERSONAL, ids=lambda example: example.table)
@pytest.mark.parametrize("setting", ["hash", "exclude"])
def test_personal_data_is_hashed_or_removed(
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

    arrange(account, example)
    warehouse.sync(only(configuration, example, personal_data=setting))
    columns = {name: hidden(example.rows[0][name]) for name in example.personal}
    assert warehouse.rows(example.table) == [{**example.rows[0], **columns}]


@pytest.mark.parametrize(
    "example",
    [example for example in EXAMPLES if example.table != "WEBHOOK_HEALTH"],
    ids=lambda example: example.table,
)
def test_all_pages_of_a_table_arrive(
    account: Account, configuration: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """All 23 records with the same time arrive in pages of 5, if the endpoint has pages."""
    many = [example.named(f"record-{number:02}") for number in range(23)]
    arrange(account, *many)
    small = only(configuration, example, max_records_per_page="5")
    assert warehouse.sync(small).error is None
    expected = [row for one in many for row in one.rows]
    found = [row for row in warehouse.rows(example.table) if row in expected]
    assert in_order(found) == in_order(expected)
    again = warehouse.sync(small)
    assert (again.error, again.written, again.deleted) == (None, [], [])


def everything(configuration: Configuration, **more: str) -> Configuration:
    """Return the configuration that selects every table."""
    names = ", ".join(example.table for example in EXAMPLES)
    return {**configuration, "tables": names, **more}


def arrange_everything(account: Account) -> dict[str, Rows]:
    """Put all examples into one account, and return the expected rows by table."""
    expected = {}
    for example in (one for one in EXAMPLES if one.table not in COMPUTED):
        second = example.named("second-" + example.collection.rpartition("/")[2])
        arrange(account, example, second)
        expected[example.table] = in_order((*example.rows, *second.rows))
    return expected


def test_all_tables_at_once(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A sync of all tables writes the rows of each table alone; a second sync writes none."""
    expected = arrange_everything(account)
    assert warehouse.sync(everything(configuration)).error is None
    for table, rows in expected.items():
        # The second space of the examples has a separate environment and locale.
        found = [row for row in warehouse.rows(table) if row.get("space_id") in (None, "shop")]
        assert in_order(found) == rows
    unchanged = warehouse.sync(everything(configuration))
    assert (unchanged.error, unchanged.written, unchanged.deleted) == (None, [], [])


def test_a_full_sync_rewrites_all_rows(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """`enable_incremental_sync: false` rewrites all rows and deletes missing rows."""
    arrange_everything(account)
    warehouse.sync(everything(configuration))
    doomed = TAGS.named("second-tags")
    account.control("DELETE", f"store/{doomed.end}")
    run = warehouse.sync(everything(configuration, enable_incremental_sync="false"))
    assert (run.error, run.deleted) == (None, [("TAGS", doomed.keys(doomed.rows[0]))])
    now = {name: in_order(rows.values()) for name, rows in warehouse.tables.items()}
    del now["SYNC_COVERAGE"]
    assert {table: written(run, table) for table in now} == now
    assert now["TAGS"] == list(TAGS.rows)


@pytest.mark.parametrize("shape", ["offset", "cursor"])
def test_roles_are_read_in_both_forms(
    account: Account, configuration: Configuration, warehouse: Warehouse, shape: str
) -> None:
    """Roles are read from a listing with offsets and from one with cursors."""
    account.control("POST", "settings", {"roles_paging": shape})
    many = [ROLES.named(f"role-{number:02}") for number in range(12)]
    arrange(account, *many)
    account.forget_requests()
    warehouse.sync(only(configuration, ROLES, max_records_per_page="5"))
    assert warehouse.rows("ROLES") == [row for one in many for row in one.rows]
    queries = [request["query"] for request in account.requests() if "roles" in request["path"]]
    assert any("pageNext" in query for query in queries) is (shape == "cursor")
