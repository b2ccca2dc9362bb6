"""Query a DuckDB file that a sync has written.

    make query SQL='SHOW TABLES'
    python -m tools.user.query "SHOW TABLES"

The file is that of `make sync`, or without one that of `make demo`.  Tables of the connector, and
the marts of `make models`, need no schema before their names.  Rows that were deleted in
Contentful stay, with `_fivetran_deleted`.  --format is table (default; cells are cut after 40
characters), csv or json.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

import duckdb

from report.answers import NoReport, connected
from tools.command_line import named, no_file, refused, start
from tools.project import typed
from tools.user.local_warehouse import SCHEMA, aligned, default_warehouse

EXAMPLE = "SELECT count(*) FROM entries"
USAGE = f"Write a query: {typed('query', SQL=EXAMPLE)}"
SCHEMAS = (SCHEMA, "analytics_contentful", "analytics")
"""The schemas of the connector, the marts and the typed models."""

FILES = {".db", ".duckdb"}
NUMBERS = {"BIGINT", "DOUBLE", "FLOAT", "HUGEINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT"}
MISSING = re.compile(r"Table with name (\S+) does not exist")
MOST_NAMES = 3
READ_ONLY = "read-only mode"


class Failed(Exception):
    """A query that cannot be answered, and why."""


def main() -> int:
    """Print the answer to one query; 2 without a file and a query, 1 for a query that fails."""
    given = arguments()
    missing = no_warehouse(given.warehouse)
    if missing is not None:
        return refused(missing)
    if given.query is None:
        return refused(USAGE)
    try:
        if not duckdb.extract_statements(given.query):
            return refused(f"The query must be SQL (got {given.query!r}).\n{USAGE}")
        print(answered(given.warehouse, given.query, given.format))
    except (duckdb.Error, Failed, NoReport) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def arguments() -> argparse.Namespace:
    """Return the file, the query (None without one) and the format."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("given", nargs="*", metavar="[FILE] SQL", help="a DuckDB file; a query")
    parser.add_argument("--warehouse", help="the DuckDB file")
    parser.add_argument("--sql", dest="query", help="the query")
    parser.add_argument("--format", choices=FORMATS, default="table")
    given = parser.parse_args()
    texts = given.given
    if len(texts) > 1 or (texts and _is_file(texts[0])):
        given.warehouse = texts.pop(0)
    if len(texts) > 1:
        parser.error(f"one query at a time (got {len(texts)}); put it into quotes")
    given.query = texts[0] if texts else given.query
    given.warehouse = Path(given.warehouse or default_warehouse())
    return given


def _is_file(text: str) -> bool:
    is_name = not re.search(r"\s", text)
    return is_name and (Path(text).suffix in FILES or Path(text).exists())


def no_warehouse(warehouse: Path) -> str | None:
    """Return why a file cannot be queried; None if it can."""
    if warehouse == default_warehouse() and not warehouse.exists():
        return f"There is no warehouse yet.  Run `{typed('demo')}` or `{typed('sync')}` first."
    return no_file(str(warehouse), USAGE)


def answered(warehouse: Path, query: str, form: str) -> str:
    """Return the answer to a query as text; Failed, duckdb.Error or NoReport without one."""
    with connected(warehouse) as connection:
        schemas = _schemas(connection)
        if SCHEMA not in schemas:
            raise Failed(f"{named(warehouse)} has no tables of the connector.\n{USAGE}")
        connection.execute(f"SET TimeZone = 'UTC'; SET search_path = '{','.join(schemas)}'")
        try:
            answer = connection.sql(query)
        except duckdb.CatalogException as problem:
            raise Failed(_without_table(connection, warehouse, str(problem))) from problem
        except duckdb.InvalidInputException as problem:
            if READ_ONLY not in str(problem):
                raise
            raise Failed(f"A query can only read {named(warehouse)} (got {query!r}).") from problem
        return "The query returned no rows." if answer is None else FORMATS[form](answer)


def _schemas(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute("SELECT schema_name FROM duckdb_schemas()").fetchall()
    return [name for name in SCHEMAS if (name,) in found]


def _without_table(connection: duckdb.DuckDBPyConnection, warehouse: Path, problem: str) -> str:
    """Return the sentence about a table that the file lacks; other problems as they are."""
    missing = MISSING.search(problem)
    if missing is None:
        return problem
    name = missing[1].lower()
    tables = {table for (table,) in connection.execute(NAMES).fetchall()}
    nearest = get_close_matches(name, tables, MOST_NAMES, 0.5)
    sentence = f"There is no table {name} in {named(warehouse)}"
    if name.startswith("contentful__") and not any(
        one.startswith("contentful__") for one in tables
    ):
        return f"{sentence}.\nBuild the marts first: {typed('models')}"
    near = f"; nearest: {', '.join(nearest)}" if nearest else ""
    return f"{sentence}{near}.\nTo list all tables: {typed('query', SQL='SHOW TABLES')}"


NAMES = """
    SELECT lower(table_name) FROM duckdb_tables() WHERE NOT internal
    UNION SELECT lower(view_name) FROM duckdb_views() WHERE NOT internal
"""


def as_table(answer: duckdb.DuckDBPyRelation) -> str:
    """Return an answer in columns; numbers are aligned to the right."""
    kinds = [str(kind).partition("(")[0] for kind in answer.types]
    numbers = [n for n, kind in enumerate(kinds) if kind in NUMBERS or kind == "DECIMAL"]
    return aligned([answer.columns, *_texts(answer)], numbers)


def as_csv(answer: duckdb.DuckDBPyRelation) -> str:
    """Return an answer as CSV; NULL is an empty cell."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([answer.columns, *_texts(answer)])
    return text.getvalue().removesuffix("\n")


def as_json(answer: duckdb.DuckDBPyRelation) -> str:
    """Return an answer as a JSON list with an object per row."""
    rows = answer.query("answer", "SELECT to_json(answer)::VARCHAR FROM answer").fetchall()
    return "[\n{}\n]".format(",\n".join(f"  {row}" for (row,) in rows)) if rows else "[]"


def _texts(answer: duckdb.DuckDBPyRelation) -> list[tuple[str | None, ...]]:
    # As Python values, times with a zone would need one more package.
    return answer.select("COLUMNS(*)::VARCHAR").fetchall()


FORMATS: dict[str, Callable[[duckdb.DuckDBPyRelation], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
}


if __name__ == "__main__":
    start(main)
