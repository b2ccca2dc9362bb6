"""Ask a warehouse the queries of the report.

A query is a file of SQL over the marts.  Three comments of it are read: ``-- needs: ENTRIES``
names the tables without which its answer is not known, ``-- also: USERS`` those that would tell
more, and ``-- at most: 10 by space, content_type`` cuts a list, for each of these apart; how much
was cut is told.  ``space_id``, ``environment_id`` and ``content_type_id`` become ``space``,
``environment`` and ``content_type``, with names for ids, by which the page filters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

FILTERS = ("space", "environment", "content_type")
"""The columns by which a page can be filtered."""

NOISE = "; \n"
"""What may stand at the end of a query."""

MOST = 1_000_000
"""Where a query is not cut on purpose."""

KINDS = {"BOOLEAN": "flag", "DATE": "date", "VARCHAR": "text"}
"""What is no number, by DuckDB's type."""

NAMES = """
create temp table contentful_organizations as
    select id as organization_id, name from {tables}.organizations where not {organizations};
create temp table contentful_spaces as
    select id as space_id, coalesce(name, id)
        || case when count(*) over (partition by name) > 1 then ' (' || id || ')' else '' end
        || case when {spaces} then ' (deleted)' else '' end as space
    from {tables}.spaces;
create temp table contentful_types as
    select space_id, content_type_id, coalesce(name, content_type_id)
        || case when count(*) over (partition by space_id, name) > 1
            then ' (' || content_type_id || ')' else '' end as content_type
    from (
        select space_id, content_type_id, max(name) as name
        from contentful__content_types group by all
    );
create temp macro metric_name(metric) as case metric
    when 'cma' then 'Management API'
    when 'cda' then 'Delivery API'
    when 'cpa' then 'Preview API'
    when 'gql' then 'GraphQL API'
    else replace(metric, '_', ' ') end;
create temp table coverage (
    table_name varchar, space_id varchar, environment_id varchar, status varchar, reason varchar
);
"""
"""What the queries may use beside the marts; coverage is filled where it was synced."""


class NoReport(Exception):
    """What stands in the way of a report, in a sentence."""


@dataclass(frozen=True)
class Schemas:
    """Where the marts and the connector's own tables are."""

    marts: str = "analytics_contentful"
    tables: str = "tester"


Answer = dict[str, Any]
"""The answer to a query, as JSON.

``columns`` are pairs of name and kind (`number`, `share`, `flag`, `date` or `text`), ``rows``
lists of values, ``cut`` the number of rows left out by what they were cut by, and ``unread`` the
tables that could not be read, with their place and the reason.
"""


def connected(path: Path, *, is_read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """Open a warehouse; NoReport where it is locked, damaged or no DuckDB file."""
    try:
        return duckdb.connect(str(path), read_only=is_read_only)
    except duckdb.Error as problem:
        raise unreadable(path, str(problem)) from problem


def unreadable(path: Path, problem: str) -> NoReport:
    """Return the sentence about a warehouse that DuckDB cannot open or read."""
    what_to_do = (
        "Close the program that has it open, and run the command again."
        if "set lock" in problem
        else "Name another DuckDB file with WAREHOUSE=path.db."
    )
    return NoReport(f"{path} cannot be read: {problem}\n{what_to_do}")


@contextmanager
def opened(path: Path, schemas: Schemas) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse for the queries of the report; NoReport where there are no marts."""
    with connected(path) as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            connection.execute(f"use {schemas.marts}")
            connection.execute(
                NAMES.format(
                    tables=schemas.tables,
                    organizations=deleted(connection, schemas, "organizations"),
                    spaces=deleted(connection, schemas, "spaces"),
                )
            )
        except duckdb.Error as problem:
            raise NoReport(
                f"{path} has no marts in {schemas.marts} (`make models` makes them): {problem}"
            ) from problem
        if "sync_coverage" in synced(connection, schemas):
            connection.execute(f"""
                insert into coverage
                select table_name, space_id, environment_id, status, reason
                from {schemas.tables}.sync_coverage
                where not {deleted(connection, schemas, "sync_coverage")}
            """)
        yield connection


def synced(connection: duckdb.DuckDBPyConnection, schemas: Schemas) -> set[str]:
    """Return the names of the connector's tables that the warehouse has, in lower case."""
    found = connection.execute(
        "select lower(table_name) from duckdb_tables() where schema_name = ?", [schemas.tables]
    )
    return {name for (name,) in found.fetchall()}


def deleted(connection: duckdb.DuckDBPyConnection, schemas: Schemas, table: str) -> str:
    """Return in SQL whether a row is deleted; a table that never had a row may lack the column."""
    found = connection.execute(
        "select 1 from duckdb_columns() where schema_name = ? and table_name = ?"
        " and column_name = '_fivetran_deleted'",
        [schemas.tables, table],
    ).fetchone()
    return "_fivetran_deleted" if found else "false"


def answer(connection: duckdb.DuckDBPyConnection, sql: str, tables: set[str]) -> Answer:
    """Return the answer to a query of the report; *tables* are those that were synced."""
    said = dict(re.findall(r"^-- (needs|also|at most): (.+)$", sql, re.MULTILINE))
    connection.execute(f"create or replace temp table answer as from (\n{sql.rstrip(NOISE)}\n)")
    connection.execute(f"create or replace temp table named as {_named(connection)}")
    most, _, by = said.get("at most", "").partition(" by ")
    found, cut = _cut(connection, int(most or MOST), by.split(", ") if by else [])
    columns = [(name, _kind(name, str(kind))) for name, kind, *_ in found.description or ()]
    return {
        "columns": columns,
        "rows": [[_plain(value) for value in row] for row in found.fetchall()],
        "cut": cut,
        "unread": [
            {**one, "is_needed": how == "needs"}
            for how in ("needs", "also")
            for name in filter(None, said.get(how, "").split(", "))
            for one in _unread(connection, name, tables)
        ],
    }


def _named(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the SQL that gives names to the ids of an answer, and keeps its order."""
    ids = [f"{name}_id" for name in FILTERS]
    asked = [name for name, *_ in connection.execute("describe answer").fetchall()]
    names = {
        "space_id": "coalesce(contentful_spaces.space, answer.space_id)",
        "environment_id": "answer.environment_id",
        "content_type_id": "coalesce(contentful_types.content_type, answer.content_type_id)",
    }
    shown = [f"{names[one]} as {one.removesuffix('_id')}" for one in ids if one in asked]
    rest = [f'answer."{one}"' for one in asked if one not in ids]
    joins = ""
    if "space_id" in asked:
        joins = " left join contentful_spaces using (space_id)"
    if {"space_id", "content_type_id"} <= {*asked}:
        joins += " left join contentful_types using (space_id, content_type_id)"
    numbered = "(select *, row_number() over () as n from answer) as answer"
    return f"select n, {', '.join(shown + rest)} from {numbered}{joins}"


def _cut(
    connection: duckdb.DuckDBPyConnection, most: int, by: list[str]
) -> tuple[duckdb.DuckDBPyConnection, list[Answer]]:
    """Return the first rows of each of what they are cut by, and how many more there are."""
    each = ", ".join(by) or "true"
    counted = connection.execute(
        f"select {each}, count(*) - {most} from named group by {each} having count(*) > {most}"
    ).fetchall()
    cut = [{**dict(zip(by, row, strict=False)), "rows": row[-1]} for row in counted]
    found = connection.execute(f"""
        select * exclude (n) from named
        qualify row_number() over (partition by {each} order by n) <= {most} order by n
    """)
    return found, cut


def _unread(
    connection: duckdb.DuckDBPyConnection, table: str, tables: set[str]
) -> Iterator[Answer]:
    """Yield the places in which a table was not read as a whole, and why."""
    told = connection.execute(
        """
        select coalesce(contentful_spaces.space, space_id), environment_id, status, reason
        from coverage left join contentful_spaces using (space_id)
        where upper(table_name) = ? order by all
        """,
        [table],
    ).fetchall()
    has_coverage = "sync_coverage" in tables
    if table.lower() not in tables or (has_coverage and not told):
        yield {"table": table, "reason": ""}
    for space, environment, status, reason in told:
        if status != "read":
            place = {"space": space, "environment": environment}
            yield {"table": table, "reason": reason or status, **place}


def _kind(column: str, kind: str) -> str:
    if column.endswith("share"):
        return "share"
    return KINDS.get(kind, "number")


def _plain(value: Any) -> Any:
    """Return a value of DuckDB as JSON has it; fractions with no more digits than one sees."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return round(float(value), 4)
