"""The DuckDB files that tests write, compared with a file of Fivetran's command line."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from emulated import SELECTED, Account

from support.duckdb_file import SCHEMA, synced
from tools.user.emulated_account import configuration

OF_THE_SYNC = ("sync_coverage", "syncs")
"""Tables with the times of a sync, which differ between syncs."""

Columns = dict[str, list[tuple[str, str]]]


@pytest.mark.models
def test_a_written_file_equals_one_of_fivetran(
    account: Account, warehouse: Path, tmp_path: Path
) -> None:
    """A file that tests write has the same tables, types and live rows as `fivetran debug`."""
    file = tmp_path / "warehouse.db"
    synced(file, {**configuration(account.url), **SELECTED})
    with duckdb.connect(str(file)) as ours, duckdb.connect(str(warehouse)) as theirs:
        tables = columns(theirs)
        assert columns(ours) == tables
        for table in tables.keys() - {*OF_THE_SYNC}:
            query = selection(table, tables[table])
            assert ours.execute(query).fetchall() == theirs.execute(query).fetchall(), table


def columns(connection: duckdb.DuckDBPyConnection) -> Columns:
    """Return the name and type of each column, by table."""
    query = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = ?"
    found: Columns = {}
    for table, *column in connection.execute(f"{query} ORDER BY ALL", [SCHEMA]).fetchall():
        found.setdefault(table, []).append((column[0], column[1]))
    return found


def selection(table: str, columns: list[tuple[str, str]]) -> str:
    """Return a query for the live rows as text, with JSON without white space."""
    shown = [
        f'json("{name}")::VARCHAR' if kind == "JSON" else f'"{name}"::VARCHAR'
        for name, kind in columns
        if name != "_fivetran_synced"
    ]
    where = "NOT _fivetran_deleted" if ("_fivetran_deleted", "BOOLEAN") in columns else "true"
    return f"SELECT {', '.join(shown)} FROM {SCHEMA}.{table} WHERE {where} ORDER BY ALL"
