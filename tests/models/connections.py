"""An account that two connections sync, each with its own schema."""

from __future__ import annotations

from pathlib import Path

import duckdb

SCHEMAS = ("tester", "tester_2")
NAMES = ("tester", "second")
VARIABLES = {"contentful_sources": ["tester", {"schema": "tester_2", "name": "second"}]}
"""The variables that name both connections; the second one has another name than its schema."""


def split(warehouse: Path, spaces: frozenset[str]) -> None:
    """Move the rows of some spaces into the schema of a second connection.

    Both connections have the rows of organizations.  Those of the second connection are older, and
    have other names.
    """
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("CREATE SCHEMA tester_2")
        tables = connection.execute(
            "SELECT table_name, list(column_name) FROM duckdb_columns()"
            " WHERE schema_name = 'tester' GROUP BY ALL"
        ).fetchall()
        for table, columns in tables:
            space = "id" if table == "spaces" else "space_id"
            if space not in columns:
                _copy(connection, table, columns)
                continue
            moved = f"FROM tester.{table} WHERE {space} IN (SELECT unnest(?))"
            connection.execute(f"CREATE TABLE tester_2.{table} AS SELECT * {moved}", [[*spaces]])
            connection.execute(f"DELETE {moved}", [[*spaces]])


def _copy(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> None:
    older = ["_fivetran_synced - INTERVAL 1 DAY AS _fivetran_synced"]
    older += ["'old name' AS name"] if "name" in columns else []
    older += ["'old name' AS first_name"] if "first_name" in columns else []
    rows = f"SELECT * REPLACE ({', '.join(older)}) FROM tester.{table}"
    connection.execute(f"CREATE TABLE tester_2.{table} AS {rows}")
