"""Records that no answer holds, and what a sync says of them."""

from __future__ import annotations

from typing import Any

from support import runs
from support.account import Account
from support.examples import BY_TABLE, Example
from support.examples.acting import in_order
from support.warehouse import Run, Warehouse

Rows = list[dict[str, Any]]

LEVELS = 450


def deep() -> Any:
    """Return a value of more levels than are read."""
    value: Any = "text"
    for _ in range(LEVELS):
        value = {"content": value}
    return value


def grow(account: Account, example: Example, value: Any) -> None:
    """Edit a record so that no answer holds it."""
    account.put(example.collection, {**example.edited_record, "monster": value})


def delete(account: Account, example: Example) -> None:
    """Delete a record."""
    account.control("DELETE", f"store/{example.end}")


def rows_of(*examples: Example) -> Rows:
    """Return the rows of examples, in a fixed order."""
    return in_order(row for example in examples for row in example.rows)


def found(warehouse: Warehouse, example: Example) -> Rows:
    """Return the rows of a table, but for what every account has from its beginning."""
    known = BY_TABLE["LOCALES"].rows
    return in_order(row for row in warehouse.rows(example.table) if row not in known)


def covered(warehouse: Warehouse, table: str) -> list[tuple[str, str | None]]:
    """Return what SYNC_COVERAGE says of a table."""
    rows = warehouse.rows("SYNC_COVERAGE")
    return [(row["status"], row["reason"]) for row in rows if row["table_name"] == table]


def assert_told(run: Run, warehouse: Warehouse, example: Example) -> None:
    """Check that a sync left something out, deleted nothing, and said so once."""
    assert (run.error, run.deleted) == (None, [])
    ((status, reason),) = covered(warehouse, example.table)
    assert (status, run.warnings) == ("incomplete", [reason])
    assert f"GET {example.asked} answered" in str(reason)


def assert_quiet(run: Run) -> None:
    """Check that a sync had nothing to do and nothing to say."""
    runs.assert_quiet(run)
    assert run.warnings == []
