"""Findings: lists of records that need work, each of them an SQL file in ``findings/``.

Each row of the query is one record.  The first column that is not a filter names the record; three
columns have a meaning: ``url`` (its page in Contentful's web app), ``owner`` (who to talk to) and
``amount`` (a number that is summed, such as the links to the record).  Totals are counted here,
over all rows, for each value of the filters; the list may then be cut.

Comments at the top have the title, the view, the harm (`visitors`, `risk`, `upkeep`, or `none` for
a list that is not a finding), the minutes of work for a record (an estimate), and the next step.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import duckdb

from report.answers import (
    FILTERS,
    ROW_NUMBER,
    NoReport,
    Row,
    Unread,
    Warehouse,
    facts_of,
    kind_of,
    statement,
)

FOLDER = Path(__file__).parent / "findings"
HARMS = ("visitors", "risk", "upkeep", "none")
"""How bad a finding is, the worst first."""

LONGEST = 2_000
"""The highest number of rows of a list in the page."""

ROOM = 450_000
"""Bytes of the page that its lists share."""

TOTALS = (("number", "BIGINT"), ("amount", "DOUBLE"))
"""The numbers of a total, with DuckDB's types."""


OWNERS = "select owner from {table} group by owner order by count(*) desc, owner limit 100"
"""The owners that totals name; more of them would only make the page larger."""


@dataclass(frozen=True)
class Finding:
    """A finding: its first rows, those of main environments first, and its totals.

    *columns* are pairs of name and kind, as in `Answer`.  A total is the space, environment,
    content type and owner, each None if the query has none, the number of rows, and the amount.
    """

    id: str
    facts: dict[str, str]
    columns: list[tuple[str, str]]
    rows: list[Row]
    number: int
    totals: list[Row]
    unread: list[Unread]

    def total(self, mains: dict[str, str]) -> int:
        """Return the number of rows in main environments; *mains* has them by space."""
        return sum(
            number
            for space, environment, _, _, number, _ in self.totals
            if environment is None or mains.get(space, environment) == environment
        )

    def is_unknown(self) -> bool:
        """Return whether a table that it needs was not synced."""
        return any(one["is_needed"] and not one["reason"] for one in self.unread)

    def is_minimum(self) -> bool:
        """Return whether a table that it needs was not read completely."""
        return any(one["is_needed"] for one in self.unread)


def findings(warehouse: Warehouse) -> Iterator[Finding]:
    """Yield all findings, in the order of their files."""
    for path in sorted(FOLDER.glob("*.sql")):
        try:
            yield _finding(warehouse, path)
        except (NoReport, duckdb.Error) as problem:
            raise NoReport(f"{path} cannot be used: {problem}") from problem


def _finding(warehouse: Warehouse, path: Path) -> Finding:
    sql = path.read_text(encoding="utf-8")
    facts = facts_of(sql)
    table = f"finding_{path.stem}"
    kinds = warehouse.load(statement(warehouse.connection, sql), table)
    names = {name for name, _ in kinds}
    groups = [name if name in names else f"null as {name}" for name in FILTERS]
    owner = f"if(owner in ({OWNERS.format(table=table)}), owner, null)"
    groups.append(f"{owner if 'owner' in names else 'null'} as owner")
    amount = "sum(amount)" if "amount" in names else "0"
    shown = f"select {', '.join(groups)}, count(*) as number, {amount} as amount from {table}"
    totals = f"{shown} group by all order by all"
    kept = [*((name, "VARCHAR") for name in (*FILTERS, "owner")), *TOTALS]
    ((number,),) = warehouse.connection.execute(f"select count(*) from {table}").fetchall()
    return Finding(
        id=path.stem,
        facts=facts,
        columns=[(name, kind_of(name, kind)) for name, kind in kinds],
        rows=warehouse.rows(f"{_ordered(table, names)} limit {LONGEST}", kinds),
        number=number,
        totals=warehouse.rows(totals, kept),
        unread=warehouse.unread(facts),
    )


def _ordered(table: str, names: set[str]) -> str:
    """Return SQL for all rows, those of main environments first."""
    if not {"space", "environment"} <= names:
        return f"select * from {table} order by {ROW_NUMBER}"
    return f"""
        select rows.* from {table} as rows
        left join main_environments as mains
            on rows.space = mains.space and rows.environment = mains.environment
        order by mains.space is null, {ROW_NUMBER}
    """


def columns(finding: Finding, most: int) -> dict[str, list[Any]]:
    """Return the first *most* rows by column, packed."""
    rows = finding.rows[:most]
    return {
        name: (packed_urls if name == "url" else packed)([row[at] for row in rows])
        for at, (name, _) in enumerate(finding.columns)
    }


def packed(values: list[Any]) -> list[Any]:
    """Return [values], or [different values, positions] if there are few of them."""
    different = list(dict.fromkeys(values))
    if len(different) * 2 >= len(values):
        return [values]
    at = {value: number for number, value in enumerate(different)}
    return [different, [at[value] for value in values]]


def packed_urls(values: list[str | None]) -> list[Any]:
    """Return [different starts, their positions, ends]; an address is a start and an end."""
    halves = [(value or "").rpartition("/") for value in values]
    different, *positions = packed([start + slash for start, slash, _ in halves])
    at = positions[0] if positions else list(range(len(values)))
    return [different, at, [end for _, _, end in halves]]


def most_rows(found: Sequence[Finding]) -> int:
    """Return the number of rows that each list of a page may have."""

    def is_fitting(most: int) -> bool:
        lists = [columns(finding, most) for finding in found]
        text = json.dumps(lists, separators=(",", ":"), ensure_ascii=False)
        # In Base64, three bytes are four.
        return len(gzip.compress(text.encode(), mtime=0)) * 4 / 3 <= ROOM

    low, high = 0, LONGEST
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if is_fitting(middle) else (low, middle - 1)
    return low


def write_csv(warehouse: Warehouse, finding: Finding, target: TextIO) -> None:
    """Write all rows as CSV; a text that a spreadsheet would run as a formula gets a quote."""
    writer = csv.writer(target, lineterminator="\n")
    names = [name for name, _ in finding.columns]
    writer.writerow(
        [finding.facts.get("amount", name) if name == "amount" else name for name in names]
    )
    query = _ordered(f"finding_{finding.id}", {*names})
    found = warehouse.connection.execute(f"select * exclude ({ROW_NUMBER}) from ({query})")
    while rows := found.fetchmany(10_000):
        writer.writerows([harmless(value) for value in row] for row in rows)


def harmless(value: Any) -> Any:
    """Return a value that no spreadsheet runs as a formula."""
    is_formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if is_formula else value
