"""Count what a sync asks for each entry: too much to be rehearsed, and plain arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from contentful_cma.settings.configuration import Configuration
from contentful_cma.tables.places import Place, place_named
from contentful_cma.tables.table import Incremental, PerParent, Table
from contentful_cma.values import record_id
from tools.user.fake_account import Content, FakeAccount

TWICE = 3
"""Requests for an entry whose children are not found: with one for the entries between the two."""


@dataclass(frozen=True)
class Asked:
    """What is asked for the entries of one place beside what was rehearsed, first and when quiet.

    ``reason`` says why the table cannot be read there.
    """

    table: str
    place: str
    first: int
    quiet: int
    reason: str = ""


def is_per_entry(table: Table) -> bool:
    """Tell whether a table is asked for each entry."""
    return isinstance(table.read, PerParent) and isinstance(table.read.parent.read, Incremental)


def asked_per_entry(
    fake: FakeAccount,
    tables: Iterable[Table],
    coverage: Iterable[Mapping[str, Any]],
    configuration: Configuration,
) -> Iterator[Asked]:
    """Yield what is asked for each entry, by table and place; none of it was rehearsed."""
    read = {table.name: table for table in tables if is_per_entry(table)}
    for row in coverage:
        table = read.get(row["table_name"])
        if table is not None and isinstance(table.read, PerParent):
            place = place_named(table.scope, row["place"])
            content = fake.content_at(place.path(table.read.parent.path))
            yield _asked(table, table.read, place, content, configuration)


def _asked(
    table: Table, read: PerParent, place: Place, content: Content, configuration: Configuration
) -> Asked:
    entries, published = content.count({}) or 0, content.published()
    parents = entries if read.of({"sys": {}}) else published
    more = pages(entries, read.parent.page_size(configuration)) - 1
    if not parents:
        return Asked(table.name, place.name, more, more)
    example = quote(record_id(content.example()) or "", safe="")
    path = place.path(table.path.replace("{parent}", example))
    response = content.account.ask(path, {})
    if response.is_good or response.status == HTTPStatus.NOT_FOUND:
        times = TWICE if read.only_changed and not response.is_good else 1 + len(read.also)
        asks_again = not read.only_changed or not configuration.enable_incremental_sync
        first = more + parents * times
        return Asked(table.name, place.name, first, first if asks_again else more)
    reason = f"HTTP {response.status} {response.body['sys']['id']}: {response.body['message']}"
    return Asked(table.name, place.name, 1, 1, reason)


def pages(records: int, size: int) -> int:
    """Return how many pages a walk takes that begins each page with the last record before it."""
    if size == 1:
        return 2 * records + 1
    first = min(records, size)
    return 1 if first < size else 2 + (records - first) // (size - 1)
