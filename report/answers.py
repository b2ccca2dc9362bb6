"""Run the queries of the report on a warehouse.

A query is an SQL file over the marts, with facts about it in comments at its top:

- ``-- needs: ENTRIES`` names the tables without which the answer is unknown.
- ``-- also: USERS`` names tables that add details.
- ``-- at most: 10 by space, content_type`` limits the rows of each such group; the answer has the
  number of omitted rows.

``space_id``, ``environment_id`` and ``content_type_id`` become ``space``, ``environment`` and
``content_type``, with names instead of ids; the page filters by them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

FILTERS = ("space", "environment", "content_type")
"""The columns by which the page filters."""

MOST = 1_000_000
"""The limit of rows for a query without ``at most``."""

ROW_NUMBER = "contentful_row"
"""The column with the number of a row, which no query may have."""

END = re.compile(r"(;\s*(--[^\n]*\n?\s*|/\*.*?\*/\s*)*)+$", re.DOTALL)
"""Semicolons at the end of a query, with comments behind them."""

FACT = re.compile(r"^-- ([a-z ]+): (.+)$")

NAMES = """
create temp table contentful_organizations as
    select id as organization_id, name as organization
    from {tables}.organizations where not {organizations};
create temp table contentful_spaces as
    select id as space_id, organization_id, coalesce(name, id)
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
create temp view contentful_content as
    select
        space_id, environment_id, 'Entry' as record_type, entry_id as record_id, title, status,
        web_app_url, updated_by_name as owner
    from contentful__entries
    union all
    select
        space_id, environment_id, 'Asset' as record_type, asset_id as record_id, title, status,
        web_app_url, published_by_name as owner
    from contentful__assets;
create temp view contentful_dead_targets as
    select
        targets.*,
        content.title,
        content.status,
        content.web_app_url,
        content.owner
    from (
        select
            space_id, environment_id, target_space_id, target_environment_id, target_type,
            target_id, target_status, count(distinct entry_id) as entries, count(*) as links
        from contentful__entry_links
        where is_live and target_status in ('missing', 'unpublished')
        group by all
    ) as targets
    left join contentful_content as content
        on targets.target_type = content.record_type
        and targets.target_space_id = content.space_id
        and targets.target_environment_id = content.environment_id
        and targets.target_id = content.record_id;
create temp view contentful_actions as
    select
        actions.*,
        coalesce(content.title, actions.entity_type || ' ' || actions.entity_id) as content,
        content.web_app_url
    from contentful__scheduled_actions as actions
    left join contentful_content as content
        on actions.entity_type = content.record_type
        and actions.space_id = content.space_id
        and actions.environment_id = content.environment_id
        and actions.entity_id = content.record_id;
create temp view contentful_named_limits as
    select limits.*, replace(resource, '_', ' ') as kind, spaces.space, organizations.organization
    from contentful__limits as limits
    left join contentful_spaces as spaces on limits.space_id = spaces.space_id
    left join contentful_organizations as organizations
        on limits.organization_id = organizations.organization_id;
create temp table contentful_places as
    select distinct space_id, environment_id from contentful__entries
    union select distinct space_id, environment_id from contentful__assets
    union select distinct space_id, environment_id from contentful__content_types;
create temp table contentful_people (
    organization_id varchar, user_id varchar, name varchar, is_gone boolean
);
create temp table contentful_mains (space_id varchar, environment_id varchar);
create temp table coverage (
    table_name varchar, space_id varchar, environment_id varchar, status varchar, reason varchar
);
create temp macro metric_name(metric) as case metric
    when 'cma' then 'Management API'
    when 'cda' then 'Delivery API'
    when 'cpa' then 'Preview API'
    when 'gql' then 'GraphQL API'
    else replace(metric, '_', ' ') end;
create temp macro space_link(space_id, path) as 'https://{host}/spaces/' || space_id || path;
create temp macro place_link(space_id, environment_id, path) as space_link(
    space_id, if(environment_id = 'master', '', '/environments/' || environment_id) || path
);
create temp macro organization_link(organization_id, path) as
    'https://{host}/account/organizations/' || organization_id || path;
"""
"""Tables for the queries, in addition to the marts; some are filled if their source exists."""

HOST = "select split_part(web_app_url, '/', 3) from contentful__entries limit 1"

PEOPLE = """
insert into contentful_people
select
    organization_id,
    id,
    coalesce(nullif(trim(concat_ws(' ', first_name, last_name)), ''), nullif(email, '')),
    {deleted}
from {tables}.users
"""

COVERAGE = """
insert into coverage
select table_name, space_id, environment_id, status, reason
from {tables}.sync_coverage
where not {deleted}
"""

MAINS = """
insert into contentful_mains
select places.space_id, coalesce(
    max(aliases.environment_id),
    max(places.environment_id) filter (places.environment_id = 'master'),
    case when count(distinct places.environment_id) = 1 then max(places.environment_id) end
) as main
from contentful_places as places
left join ({aliases}) as aliases using (space_id)
group by places.space_id
having main is not null
"""
"""The main environment of a space: the target of the alias master, master, or the only one."""

ALIASES = """
select space_id, environment_id from {tables}.environment_aliases
where id = 'master' and not {deleted}
"""
MAIN_NAMES = """
create temp table main_environments as
select coalesce(contentful_spaces.space, space_id) as space, environment_id as environment
from contentful_mains left join contentful_spaces using (space_id)
"""
NO_ALIASES = "select null::varchar as space_id, null::varchar as environment_id where false"


class NoReport(Exception):
    """The reason why there is no report, as a message for the user."""


@dataclass(frozen=True)
class Schemas:
    """The schemas of the marts and of the connector's tables."""

    marts: str = "analytics_contentful"
    tables: str = "tester"


Row = list[Any]

Unread = dict[str, Any]
"""A table that was not read completely: its name, the place, the reason, and `is_needed`."""


@dataclass(frozen=True)
class Answer:
    """The rows of a query, as JSON values.

    *columns* are pairs of name and kind: `number`, `share`, `flag`, `date` or `text`.  *cut* has
    the number of omitted rows, by the columns of ``at most``.
    """

    columns: list[tuple[str, str]]
    rows: list[Row]
    cut: list[dict[str, Any]]
    unread: list[Unread]


@dataclass(frozen=True)
class Warehouse:
    """An open warehouse for the report's queries."""

    connection: duckdb.DuckDBPyConnection
    tables: set[str]
    as_of: datetime
    is_sync_known: bool

    def load(self, sql: str, table: str) -> list[tuple[str, str]]:
        """Keep the rows of a query in a temporary table, numbered; return its columns.

        The columns are pairs of name and DuckDB's type, without `ROW_NUMBER`.
        """
        run = self.connection.execute
        run(f"create or replace temp table answer as from (\n{sql}\n)")
        run(f"create or replace temp table {table} as {_named(self.connection)}")
        run("drop table answer")
        described = run(f"describe {table}").fetchall()
        return [(name, kind) for name, kind, *_ in described if name != ROW_NUMBER]

    def answer(self, sql: str, facts: dict[str, str]) -> Answer:
        """Return the answer to a query; NoReport for a value that JSON cannot take."""
        kinds = self.load(sql, "named")
        most, _, by = facts.get("at most", "").partition(" by ")
        each = ", ".join(by.split(", ") if by else ["true"])
        counted = self.connection.execute(
            f"select {each}, count(*) - {most or MOST} from named"
            f" group by {each} having count(*) > {most or MOST}"
        ).fetchall()
        names = by.split(", ") if by else []
        cut = [{**dict(zip(names, row, strict=False)), "rows": row[-1]} for row in counted]
        rows = self.rows(
            f"""select * from named
            qualify row_number() over (partition by {each} order by {ROW_NUMBER})
                <= {most or MOST}
            order by {ROW_NUMBER}""",
            kinds,
        )
        columns = [(name, kind_of(name, kind)) for name, kind in kinds]
        return Answer(columns, rows, cut, self.unread(facts))

    def rows(self, sql: str, kinds: list[tuple[str, str]]) -> list[Row]:
        """Return rows as JSON values; NoReport for a number that JSON does not have."""
        shown = ", ".join(_as_json(name, kind) for name, kind in kinds)
        found = self.connection.execute(f"select {shown} from ({sql})").fetchall()
        rows = [[_plain(value) for value in row] for row in found]
        _check([name for name, _ in kinds], rows)
        return rows

    def unread(self, facts: dict[str, str]) -> list[Unread]:
        """Return the tables of a query that were not read completely."""
        return [
            {**one, "is_needed": how == "needs"}
            for how in ("needs", "also")
            for name in filter(None, facts.get(how, "").split(", "))
            for one in self._unread(name)
        ]

    def _unread(self, table: str) -> Iterator[Unread]:
        """Yield the places in which a table was not read completely, with the reason."""
        known = self.connection.execute(
            """
            select coalesce(contentful_spaces.space, space_id), environment_id, status, reason
            from coverage left join contentful_spaces using (space_id)
            where upper(table_name) = ? order by all
            """,
            [table],
        ).fetchall()
        has_coverage = "sync_coverage" in self.tables
        if table.lower() not in self.tables or (has_coverage and not known):
            yield {"table": table, "reason": ""}
        for space, environment, status, reason in known:
            if status != "read":
                place = {"space": space, "environment": environment}
                yield {"table": table, "reason": reason or status, **place}


def facts_of(sql: str) -> dict[str, str]:
    """Return the facts in the comments at the top of a query."""
    facts = {}
    for line in sql.splitlines():
        if line.strip() and not line.startswith("--"):
            break
        if fact := FACT.match(line):
            facts[fact[1]] = fact[2].strip()
    return facts


def statement(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Return the only statement of a query, without a semicolon or comments behind it."""
    found = connection.extract_statements(sql)
    if len(found) != 1:
        raise duckdb.Error(f"The file must be one SELECT statement (got {len(found)}).")
    return END.sub("", str(found[0].query))


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
def opened(path: Path, schemas: Schemas) -> Iterator[Warehouse]:
    """Open a warehouse for the report's queries; raise NoReport if it has no marts."""
    with connected(path) as connection:
        connection.execute("set TimeZone = 'UTC'")
        tables = synced(connection, schemas)
        try:
            connection.execute(f"use {schemas.marts}")
            _name(connection, schemas, tables)
        except duckdb.Error as problem:
            raise NoReport(
                f"{path} has no marts in {schemas.marts}: {problem}\n"
                "Run `make models` to build them."
            ) from problem
        as_of, is_sync_known = last_sync(connection, schemas)
        connection.execute(f"create temp macro as_of() as date '{as_of:%Y-%m-%d}'")
        yield Warehouse(connection, tables, as_of, is_sync_known)


def _name(connection: duckdb.DuckDBPyConnection, schemas: Schemas, tables: set[str]) -> None:
    """Create the tables and macros that the queries use in addition to the marts."""

    def filled(sql: str, table: str) -> str:
        return sql.format(tables=schemas.tables, deleted=deleted(connection, schemas, table))

    # The marts know the host of the web app, which differs in Europe.
    host = connection.execute(HOST).fetchone()
    names = NAMES.format(
        host=host[0] if host else "app.contentful.com",
        tables=schemas.tables,
        organizations=deleted(connection, schemas, "organizations"),
        spaces=deleted(connection, schemas, "spaces"),
    )
    connection.execute(names)
    aliases = NO_ALIASES
    if "environment_aliases" in tables:
        aliases = filled(ALIASES, "environment_aliases")
    connection.execute(MAINS.format(aliases=aliases))
    connection.execute(MAIN_NAMES)
    for table, sql in (("users", PEOPLE), ("sync_coverage", COVERAGE)):
        if table in tables:
            connection.execute(filled(sql, table))


def last_sync(connection: duckdb.DuckDBPyConnection, schemas: Schemas) -> tuple[datetime, bool]:
    """Return the UTC time of the last sync, or without SYNCS of its last written row.

    The second value is whether the time is that of SYNCS: a sync without changes writes no row.
    """
    tables = synced(connection, schemas)
    columns = [
        f'select max("{column}")::timestamptz as time from {schemas.tables}."{table}"'
        for table in sorted(tables)
        for column in ("_fivetran_synced", *(["ended_at"] if table == "syncs" else []))
        if has_column(connection, schemas, table, column)
    ]
    if not columns:
        raise NoReport(f"The schema {schemas.tables} has no tables of the connector.")
    latest = " union all ".join(columns)
    connection.execute("set TimeZone = 'UTC'")
    ((found,),) = connection.execute(f"select max(time)::timestamp from ({latest})").fetchall()
    if found is None:
        raise NoReport(f"The tables in schema {schemas.tables} have no rows.")
    return found, "syncs" in tables


def synced(connection: duckdb.DuckDBPyConnection, schemas: Schemas) -> set[str]:
    """Return the names of the connector's tables in the warehouse, in lower case."""
    found = connection.execute(
        "select lower(table_name) from duckdb_tables() where schema_name = ?", [schemas.tables]
    )
    return {name for (name,) in found.fetchall()}


def has_column(
    connection: duckdb.DuckDBPyConnection, schemas: Schemas, table: str, column: str
) -> bool:
    """Return whether a table of the connector has a column."""
    found = connection.execute(
        "select 1 from duckdb_columns() where schema_name = ? and lower(table_name) = ?"
        " and column_name = ?",
        [schemas.tables, table, column],
    )
    return found.fetchone() is not None


def deleted(connection: duckdb.DuckDBPyConnection, schemas: Schemas, table: str) -> str:
    """Return an SQL condition for deleted rows; a table without rows may lack the column."""
    is_known = has_column(connection, schemas, table, "_fivetran_deleted")
    return "coalesce(_fivetran_deleted, false)" if is_known else "false"


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
    rest = [f"answer.{_quoted(one)}" for one in columns if one not in ids]
    joins = ""
    if "space_id" in columns:
        joins = " left join contentful_spaces using (space_id)"
    if {"space_id", "content_type_id"} <= {*columns}:
        joins += " left join contentful_types using (space_id, content_type_id)"
    numbered = f"(select *, row_number() over () as {ROW_NUMBER} from answer) as answer"
    return f"select answer.{ROW_NUMBER}, {', '.join(shown + rest)} from {numbered}{joins}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "UHUGEINT", "BIGNUM")
WHOLE = (
    "BIGINT",
    "INTEGER",
    "SMALLINT",
    "TINYINT",
    "UBIGINT",
    "UINTEGER",
    "USMALLINT",
    "UTINYINT",
)


def kind_of(column: str, kind: str) -> str:
    """Return the kind of a column by DuckDB's type; other types than these are shown as text."""
    if kind == "BOOLEAN":
        return "flag"
    if kind == "DATE":
        return "date"
    if kind.endswith("]") or not kind.startswith((*NUMBERS, *WHOLE)):
        return "text"
    return "share" if column.endswith("share") else "number"


def _as_json(column: str, kind: str) -> str:
    """Return SQL for a column as a value that JSON has: a number, flag or text."""
    name = _quoted(column)
    if kind == "BOOLEAN" or kind in WHOLE:
        return name
    if kind.startswith("TIMESTAMP"):
        return f"strftime({name}::timestamp, '%Y-%m-%d %H:%M:%S') as {name}"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"to_json({name})::varchar as {name}"
    if kind.startswith(NUMBERS):
        return f"{name}::double as {name}"
    return f"{name}::varchar as {name}"


def _plain(value: Any) -> Any:
    """Return a value with fractions rounded to four digits, and whole numbers as such."""
    if isinstance(value, float) and math.isfinite(value):
        rounded = round(value, 4)
        return int(rounded) if rounded.is_integer() else rounded
    return value


def _check(columns: Sequence[str], rows: list[Row]) -> None:
    """Raise NoReport for a number that JSON does not have."""
    for row in rows:
        for name, value in zip(columns, row, strict=True):
            if isinstance(value, float) and not math.isfinite(value):
                raise NoReport(
                    f"Column {name} must have finite numbers (got {value}). "
                    "Divide with nullif(divisor, 0), for example."
                )
