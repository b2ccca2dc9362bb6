"""Ask a DuckDB file that a sync has written: ``query.py emulated/warehouse.db "SELECT ..."``."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from local_warehouse import SCHEMA, aligned

USAGE = (
    'Name a DuckDB file and a query: query.py emulated/warehouse.db "SELECT count(*) FROM entries"'
)


def main() -> int:
    """Print the rows of one query; 2 without a file and a query, 1 for a query that fails."""
    if len(sys.argv) != 3 or not Path(sys.argv[1]).is_file():  # noqa: PLR2004 - and the program
        print(USAGE, file=sys.stderr)
        return 2
    try:
        print(answered(Path(sys.argv[1]), sys.argv[2]))
    except duckdb.Error as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def answered(warehouse: Path, query: str) -> str:
    """Return the answer to a query as a table of text."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(f"SET TimeZone = 'UTC'; USE {SCHEMA}")
        found = connection.sql(query).select("COLUMNS(*)::VARCHAR")
        return aligned([found.columns, *found.fetchall()])


if __name__ == "__main__":
    sys.exit(main())
