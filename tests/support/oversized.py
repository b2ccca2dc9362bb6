"""Records too large for an answer or too deeply nested to read, and the reports about them."""

from __future__ import annotations

from typing import Any

from support import runs
from support.account import Account
from support.examples import BY_TABLE, Example
from support.examples.acting import in_order
from support.warehouse import Run, Warehouse

Rows = list[dict[str, Any]]

LEVELS = 450
"""More levels than the connector reads."""


def deep() -> Any:
    """Return a value that is nested too deeply."""
    value: Any = "text"
    for _ in range(LEVELS):
        value = {"content": value}
    return value


def grow(account: Account, example: Example, value: Any) -> None:
    """Edit a record so it cannot be read."""
    account.put(example.collection, {**example.edited_record, "oversized": value})


def delete(account: Account, example: Example) -> None:
    """Delete a record."""
    account.control("DELETE", f"store/{example.end}")


def rows_of(*examples: Example) -> Rows:
    """Return the rows of examples, in a fixed order."""
    return in_order(row for example in examples for row in example.rows)


def found(warehouse: Warehouse, example: Example) -> Rows:
    """Return the rows of a table, except those that every account has."""
    known = BY_TABLE["LOCALES"].rows
    return in_order(row for row in warehouse.rows(example.table) if row not in known)


def covered(warehouse: Warehouse, table: str) -> list[tuple[str, str | None]]:
    """Return status and reason of a table in SYNC_COVERAGE."""
    rows = warehouse.rows("SYNC_COVERAGE")
    return [(row["status"], row["reason"]) for row in rows if row["table_name"] == table]


def assert_reported(run: Run, warehouse: Warehouse, example: Example) -> None:
    """Check that a sync skipped a record, deleted no row, and reported it once."""
    assert (run.error, run.deleted) == (None, [])
    ((status, reason),) = covered(warehouse, example.table)
    assert (status, run.warnings) == ("incomplete", [reason])
    assert f"GET {example.requested} answered" in str(reason)


def assert_no_changes(run: Run) -> None:
    """Check that a sync changed nothing and had no warning."""
    runs.assert_no_changes(run)
    assert run.warnings == []
