"""Write the rows of a test warehouse to a file like that of `fivetran debug`.

A test in ``tests/models`` compares such a file with one that the SDK wrote.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from contentful_cma.tables import configure, selected
from contentful_cma.tables.table import Table
from support.warehouse import Warehouse

SCHEMA = "tester"
TYPES = {
    "STRING": "VARCHAR",
    "LONG": "BIGINT",
    "BOOLEAN": "BOOLEAN",
    "DOUBLE": "DOUBLE",
    "UTC_DATETIME": "TIMESTAMP WITH TIME ZONE",
    "JSON": "JSON",
}
LARGEST = 50_000_000
"""Largest size of a row, in bytes."""


def synced(
    file: Path, configuration: dict[str, str], warehouse: Warehouse | None = None
) -> Warehouse:
    """Sync once in this process, write the file and return the rows; AssertionError on failure.

    Rows that the sync deleted from *warehouse* are in the file, marked as deleted.
    """
    now = warehouse or Warehouse()
    before = now.copy()
    run = now.sync(configuration)
    assert run.error is None, run.error
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}; SET TimeZone = 'UTC'")
        for table in selected(configure(configuration)):
            connection.execute(_created(table))
            live, gone = now.tables.get(table.name, {}), before.tables.get(table.name, {})
            rows = [_stamped(row, is_deleted=False) for row in live.values()]
            rows += [
                _stamped(row, is_deleted=True) for key, row in gone.items() if key not in live
            ]
            if rows:
                _fill(connection, table, rows, file.with_suffix(".json"))
    return now


def _created(table: Table) -> str:
    """Return the statement for a table, with the columns that Fivetran adds to it."""
    columns = [f'"{name}" {kind}' for name, kind in _columns(table).items()]
    key = ", ".join(f'"{name}"' for name in table.primary_key)
    parts = ", ".join([*columns, "_fivetran_synced TIMESTAMPTZ", f"PRIMARY KEY ({key})"])
    return f"CREATE TABLE {SCHEMA}.{table.name.lower()} ({parts})"


def _columns(table: Table) -> dict[str, str]:
    return {_named(name): TYPES[kind] for name, kind in table.declared()}


@cache
def _named(column: str) -> str:
    """Return Fivetran's name of a column: digits are separated by an underscore."""
    return re.sub(r"(?<=[a-z])(?=\d)", "_", column)


def _stamped(row: dict[str, Any], *, is_deleted: bool) -> dict[str, Any]:
    return {
        **{_named(name): value for name, value in row.items()},
        "_fivetran_deleted": is_deleted,
    }


def _fill(
    connection: duckdb.DuckDBPyConnection, table: Table, rows: list[dict[str, Any]], lines: Path
) -> None:
    """Insert rows through a file, which is much faster than one by one."""
    name = f"{SCHEMA}.{table.name.lower()}"
    # Fivetran adds this column with the first row.
    connection.execute(f"ALTER TABLE {name} ADD COLUMN _fivetran_deleted BOOLEAN")
    columns = {**_columns(table), "_fivetran_deleted": "BOOLEAN"}
    lines.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    connection.execute(
        f"INSERT INTO {name} BY NAME SELECT *, now() AS _fivetran_synced FROM"  # noqa: S608
        f" read_json(?, format = 'newline_delimited', columns = {columns},"
        f" maximum_object_size = {LARGEST})",
        [str(lines)],
    )
    lines.unlink()
