"""Read the DuckDB file of ``fivetran debug``, compare its rows, and format them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from tools.project import ROOT

Key = tuple[str, ...]
"""The values of a primary key."""

Row = dict[str, str | None]
"""A row by column; every value as text, NULL as None."""

Rows = dict[Key, Row]

SCHEMA = "tester"
"""The schema of the tables of ``fivetran debug``."""

WIDEST = 40
"""Characters of a cell that `aligned` shows."""

SYNCED = ROOT / "connector" / "files" / "warehouse.db"
"""The warehouse of ``make sync``."""

DEMO = ROOT / "emulated" / "warehouse.db"
"""The warehouse of ``make demo``."""


def default_warehouse() -> Path:
    """Return the warehouse of ``make sync``, or without one that of ``make demo``."""
    return DEMO if DEMO.exists() and not SYNCED.exists() else SYNCED


def read(project: Path) -> dict[str, Rows]:
    """Return the rows of every table, deleted ones included, by primary key and in its order."""
    with duckdb.connect(str(project / "files" / "warehouse.db"), read_only=True) as connection:
        # As text: Python values with a time zone would need one more package.
        connection.execute("SET TimeZone = 'UTC'")
        return {name: _rows(connection, name, key) for name, key in _tables(connection)}


def live(rows: Rows) -> Rows:
    """Return the rows that have not been deleted."""
    return {key: row for key, row in rows.items() if row["_fivetran_deleted"] == "false"}


def written(before: Rows, after: Rows) -> set[Key]:
    """Return the keys that were written between *before* and *after*, changed or not."""
    return {
        key
        for key, row in live(after).items()
        if key not in before or row["_fivetran_synced"] != before[key]["_fivetran_synced"]
    }


def deleted(before: Rows, after: Rows) -> set[Key]:
    """Return the keys that were deleted between *before* and *after*."""
    return set(live(before)) - set(live(after))


@dataclass(frozen=True)
class Change:
    """A table: live rows, those written since a time, those deleted since or before."""

    rows: int
    written: int
    deleted: int
    deleted_before: int


def changes(warehouse: Path, since: datetime) -> dict[str, Change]:
    """Return the changes of every table since a time (aware)."""
    live, new = "NOT _fivetran_deleted", "_fivetran_synced >= ?::TIMESTAMPTZ"
    kinds = (live, f"{live} AND {new}", f"NOT ({live}) AND {new}", f"NOT ({live} OR {new})")
    counts = ", ".join(f"count(*) FILTER ({kind})" for kind in kinds)
    times = [since.isoformat()] * 3
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {
            name: Change(*connection.execute(_counted(counts, name), times).fetchone() or ())
            for name, _ in _tables(connection)
        }


def aligned(lines: Sequence[Sequence[str | None]], numbers: Collection[int] = ()) -> str:
    """Return a table as text, its first line the heading; None is shown as NULL.

    *numbers* are the positions of columns that are aligned to the right.
    """
    shown = [[_cell(value) for value in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    shown.insert(1, ["-" * width for width in widths])
    padded = (
        "  ".join(
            cell.rjust(width) if position in numbers else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in shown
    )
    return "\n".join(line.rstrip() for line in padded)


def counted(number: int, noun: str) -> str:
    """Return a number with separators and its noun, such as ``1 row`` or ``2,695 rows``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _cell(value: str | None) -> str:
    text = "NULL" if value is None else value
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}..."


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    query = """
        SELECT table_name, constraint_column_names FROM duckdb_constraints()
        WHERE schema_name = ? AND constraint_type = 'PRIMARY KEY' ORDER BY table_name
    """
    return connection.execute(query, [SCHEMA]).fetchall()


def _select(columns: str, table: str) -> str:
    return f'SELECT {columns} FROM "{SCHEMA}"."{table}"'  # noqa: S608 - names from DuckDB


def _rows(connection: duckdb.DuckDBPyConnection, table: str, key: list[str]) -> Rows:
    order = ", ".join(f'"{column}"' for column in key)
    found = connection.execute(f"{_select('COLUMNS(*)::VARCHAR', table)} ORDER BY {order}")
    columns = [column[0] for column in found.description or ()]
    rows = [dict(zip(columns, values, strict=True)) for values in found.fetchall()]
    return {tuple(str(row[column]) for column in key): row for row in rows}


def _counted(counts: str, table: str) -> str:
    # A table that never had a row lacks the columns that Fivetran adds.
    none = "SELECT NULL::BOOLEAN AS _fivetran_deleted, NULL::TIMESTAMPTZ AS _fivetran_synced"
    rows = f"{_select('*', table)} UNION ALL BY NAME {none} WHERE false"
    return f"SELECT {counts} FROM ({rows})"  # noqa: S608 - names from DuckDB
