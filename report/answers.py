"""Run the queries of the report on a warehouse.

A query is an SQL file over the marts.  Three kinds of comments in it have a meaning:

- ``-- needs: ENTRIES`` names the tables without which the answer is unknown.
- ``-- also: USERS`` names tables that add details.
- ``-- at most: 10 by space, content_type`` limits the rows of each such group; the answer has the
  number of omitted rows.

``space_id``, ``environment_id`` and ``content_type_id`` become ``space``, ``environment`` and
``content_type``, with names instead of ids; the page filters by them.
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
"""The columns by which the page filters."""

NOISE = "; \n"
"""Characters that are removed from the end of a query."""

MOST = 1_000_000
"""The limit of rows for a query without ``at most``."""

KINDS = {"BOOLEAN": "flag", "DATE": "date", "VARCHAR": "text"}
"""The kinds of columns that are not numbers, by DuckDB's type."""

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
"""Tables for the queries, in addition to the marts; coverage is empty if it was not synced."""


class NoReport(Exception):
    """The reason why there is no report, as a message for the user."""


@dataclass(frozen=True)
class Schemas:
    """The schemas of the marts and of the connector's tables."""

    marts: str = "analytics_contentful"
    tables: str = "tester"


Answer = dict[str, Any]
"""The answer to a query, as JSON.

- ``columns``: pairs of name and kind (`number`, `share`, `flag`, `date` or `text`)
- ``rows``: lists of values
- ``cut``: the number of omitted rows, by the columns of ``at most``
- ``unread``: the tables that were not read completely, with place and reason
"""


def connected(path: Path, *, is_read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """Open a warehouse; raise NoReport if it is locked, damaged or not a DuckDB file."""
    try:
        return duckdb.connect(str(path), read_only=is_read_only)
    except duckdb.Error as problem:
        raise unreadable(path, str(problem)) from problem


def unreadable(path: Path, problem: str) -> NoReport:
    """Return the error for a warehouse that DuckDB cannot open or read."""
    what_to_do = (
        "Close the program that has it open, and run the command again."
        if "set lock" in problem
        else "Name another DuckDB file with WAREHOUSE=path.db."
    )
    return NoReport(f"{path} cannot be read: {problem}\n{what_to_do}")


@contextmanager
def opened(path: Path, schemas: Schemas) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse for the report's queries; raise NoReport if it has no marts."""
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
                f"{path} has no marts in {schemas.marts}: {problem}\n"
                "Run `make models` to build them."
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
    """Return the names of the connector's tables in the warehouse, in lower case."""
    found = connection.execute(
        "select lower(table_name) from duckdb_tables() where schema_name = ?", [schemas.tables]
    )
    return {name for (name,) in found.fetchall()}


def deleted(connection: duckdb.DuckDBPyConnection, schemas: Schemas, table: str) -> str:
    """Return an SQL condition for deleted rows; a table without rows may lack the column."""
    found = connection.execute(
        "select 1 from duckdb_columns() where schema_name = ? and table_name = ?"
        " and column_name = '_fivetran_deleted'",
        [schemas.tables, table],
    ).fetchone()
    return "_fivetran_deleted" if found else "false"


def answer(connection: duckdb.DuckDBPyConnection, sql: str, tables: set[str]) -> Answer:
    """Return the answer to a query of the report; *tables* are the synced tables."""
    comments = dict(re.findall(r"^-- (needs|also|at most): (.+)$", sql, re.MULTILINE))
    connection.execute(f"create or replace temp table answer as from (\n{sql.rstrip(NOISE)}\n)")
    connection.execute(f"create or replace temp table named as {_named(connection)}")
    most, _, by = comments.get("at most", "").partition(" by ")
    found, cut = _cut(connection, int(most or MOST), by.split(", ") if by else [])
    columns = [(name, _kind(name, str(kind))) for name, kind, *_ in found.description or ()]
    return {
        "columns": columns,
        "rows": [[_plain(value) for value in row] for row in found.fetchall()],
        "cut": cut,
        "unread": [
            {**one, "is_needed": how == "needs"}
            for how in ("needs", "also")
            for name in filter(None, comments.get(how, "").split(", "))
            for one in _unread(connection, name, tables)
        ],
    }


def _named(connection: duckdb.DuckDBPyConnection) -> str:
    """Return SQL that replaces ids of an answer by names, and keeps the order."""
    ids = [f"{name}_id" for name in FILTERS]
    columns = [name for name, *_ in connection.execute("describe answer").fetchall()]
    names = {
        "space_id": "coalesce(contentful_spaces.space, answer.space_id)",
        "environment_id": "answer.environment_id",
        "content_type_id": "coalesce(contentful_types.content_type, answer.content_type_id)",
    }
    shown = [f"{names[one]} as {one.removesuffix('_id')}" for one in ids if one in columns]
    rest = [f'answer."{one}"' for one in columns if one not in ids]
    joins = ""
    if "space_id" in columns:
        joins = " left join contentful_spaces using (space_id)"
    if {"space_id", "content_type_id"} <= {*columns}:
        joins += " left join contentful_types using (space_id, content_type_id)"
    numbered = "(select *, row_number() over () as n from answer) as answer"
    return f"select n, {', '.join(shown + rest)} from {numbered}{joins}"


def _cut(
    connection: duckdb.DuckDBPyConnection, most: int, by: list[str]
) -> tuple[duckdb.DuckDBPyConnection, list[Answer]]:
    """Return the first *most* rows of each group *by*, and the numbers of omitted rows."""
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
    """Yield the places in which a table was not read completely, with the reason."""
    known = connection.execute(
        """
        select coalesce(contentful_spaces.space, space_id), environment_id, status, reason
        from coverage left join contentful_spaces using (space_id)
        where upper(table_name) = ? order by all
        """,
        [table],
    ).fetchall()
    has_coverage = "sync_coverage" in tables
    if table.lower() not in tables or (has_coverage and not known):
        yield {"table": table, "reason": ""}
    for space, environment, status, reason in known:
        if status != "read":
            place = {"space": space, "environment": environment}
            yield {"table": table, "reason": reason or status, **place}


def _kind(column: str, kind: str) -> str:
    if column.endswith("share"):
        return "share"
    return KINDS.get(kind, "number")


def _plain(value: Any) -> Any:
    """Return a value of DuckDB as a JSON value, with fractions rounded to four digits."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return round(float(value), 4)
