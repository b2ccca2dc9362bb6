"""Run the connector into a warehouse of whole rows, so two revisions can be compared.

``rows_reader.py URL FOLDER SETTINGS`` syncs once, on top of the folder's data from the last sync.
``rows.db`` (SQLite) has every row as JSON by table and primary key, and ``result.json`` the
counts of the rows that this sync wrote and deleted.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from datetime import datetime, timezone
from typing import Any

from benchmarks.connector_reader import arguments, sync_in
from contentful_cma.tables import configure, selected
from tools.recorder import Recorder

DEEPEST = 20_000
"""Recursion limit for 1,000 levels of rich text, which Python does not write by default."""


class Warehouse(Recorder):
    """Replaces Fivetran's operations and log, and keeps rows as a warehouse does."""

    def __init__(self, rows: sqlite3.Connection, schema: list[dict[str, Any]]) -> None:
        """Keep the rows of the tables that Fivetran's ``schema()`` declares."""
        super().__init__()
        self._tables = {table["table"]: table for table in schema}
        self._rows = rows
        rows.execute("CREATE TABLE IF NOT EXISTS declared (name PRIMARY KEY, text)")
        rows.execute("CREATE TABLE IF NOT EXISTS kept (name, key, text, PRIMARY KEY (name, key))")
        for name, table in self._tables.items():
            rows.execute("INSERT OR REPLACE INTO declared VALUES (?, ?)", (name, _text(table)))

    def upsert(self, table: str, row: dict[str, Any]) -> None:
        """Write a row."""
        super().upsert(table, row)
        columns = self._tables[table]["columns"]
        shown = {name: _value(columns[name], value) for name, value in row.items()}
        values = (table, self._key(table, row), _text(shown))
        self._rows.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", values)

    def delete(self, table: str, keys: dict[str, Any]) -> None:
        """Delete a row."""
        super().delete(table, keys)
        values = (table, self._key(table, keys))
        self._rows.execute("DELETE FROM kept WHERE name = ? AND key = ?", values)

    def truncate(self, table: str) -> None:
        """Delete all rows of a table."""
        self._rows.execute("DELETE FROM kept WHERE name = ?", (table,))

    def _key(self, table: str, row: dict[str, Any]) -> str:
        declared = self._tables[table]
        names = declared["primary_key"]
        return _text([_value(declared["columns"][name], row[name]) for name in names])


def _value(kind: Any, value: Any) -> Any:
    """Return a value as JSON has it, with instants in one format."""
    if kind != "UTC_DATETIME" or value is None:
        return value
    if not isinstance(value, datetime):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value.astimezone(timezone.utc).isoformat(timespec="microseconds")


def _text(value: Any) -> str:
    try:
        return json.dumps(value, sort_keys=True)
    except RecursionError:
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(DEEPEST)
        try:
            return json.dumps(value, sort_keys=True)
        finally:
            sys.setrecursionlimit(usual)


def main() -> None:
    """Sync once, with the state and the rows in the folder."""
    folder, given = arguments()
    schema = [table.schema() for table in selected(configure(given))]
    with closing(sqlite3.connect(folder / "rows.db")) as rows:
        sync_in(folder, given, Warehouse(rows, schema))
        rows.commit()


if __name__ == "__main__":
    main()
