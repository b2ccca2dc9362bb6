"""Ask a DuckDB file that a sync has written.

``python -m tools.user.query emulated/warehouse.db "SELECT ..."``
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb

from tools.command_line import no_file, refused, start
from tools.user.local_warehouse import SCHEMA, aligned

USAGE = (
    "Name a DuckDB file and a query: python -m tools.user.query emulated/warehouse.db"
    ' "SELECT count(*) FROM entries"'
)


def main() -> int:
    """Print the rows of one query; 2 without a file and a query, 1 for a query that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", nargs="?", default="", help="a DuckDB file")
    parser.add_argument("query", nargs="?", default="", help="SQL, for example SHOW TABLES")
    asked = parser.parse_args()
    missing = no_file(asked.warehouse, USAGE)
    if missing is not None:
        return refused(missing)
    try:
        if not duckdb.extract_statements(asked.query):
            return refused(f"The query must be SQL (got {asked.query!r}).\n{USAGE}")
        print(answered(Path(asked.warehouse), asked.query))
    except duckdb.Error as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def answered(warehouse: Path, query: str) -> str:
    """Return the answer to a query as a table of text."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(f"SET TimeZone = 'UTC'; USE {SCHEMA}")
        answer = connection.sql(query)
        if answer is None:
            return "The query gives no rows."
        found = answer.select("COLUMNS(*)::VARCHAR")
        return aligned([found.columns, *found.fetchall()])


if __name__ == "__main__":
    start(main)
