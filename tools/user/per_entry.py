"""Count the requests per entry of a sync: too many to rehearse, and easy to compute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from contentful_cma.extract.children import FEWEST_FAILED
from contentful_cma.settings.configuration import Configuration
from contentful_cma.tables.places import Place, place_named
from contentful_cma.tables.table import Incremental, PerParent, Table
from contentful_cma.values import record_id
from tools.user.fake_account import Content, FakeAccount

TWICE = 3
"""Requests for an entry whose children are not found: twice, with one for the entry between."""


@dataclass(frozen=True)
class EntryRequests:
    """The requests for the entries of one place, in addition to those that were rehearsed.

    ``first`` are those of a first sync, ``unchanged`` those of a sync with no changes.  ``reason``
    is why the table cannot be read there.
    """

    table: str
    place: str
    first: int
    unchanged: int
    reason: str = ""


def is_per_entry(table: Table) -> bool:
    """Return whether a table is requested per entry."""
    return isinstance(table.read, PerParent) and isinstance(table.read.parent.read, Incremental)


def requests_per_entry(
    fake: FakeAccount,
    tables: Iterable[Table],
    coverage: Iterable[Mapping[str, Any]],
    configuration: Configuration,
) -> Iterator[EntryRequests]:
    """Yield the requests per entry, by table and place; the rehearsal made none of them."""
    read = {table.name: table for table in tables if is_per_entry(table)}
    for row in coverage:
        table = read.get(row["table_name"])
        if table is not None and isinstance(table.read, PerParent):
            place = place_named(table.scope, row["place"])
            content = fake.content_at(place.path(table.read.parent.path))
            yield _requests(table, table.read, place, content, configuration)


def _requests(
    table: Table, read: PerParent, place: Place, content: Content, configuration: Configuration
) -> EntryRequests:
    entries, published = content.count({}) or 0, content.published()
    parents = entries if read.of({"sys": {}}) else published
    more = pages(entries, read.parent.page_size(configuration)) - 1
    if not parents:
        return EntryRequests(table.name, place.name, more, more)
    example = quote(record_id(content.example()) or "", safe="")
    path = place.path(table.path.replace("{parent}", example))
    response = content.account.get(path, {})
    if response.is_good:
        is_repeated = not read.only_changed or not configuration.enable_incremental_sync
        first = more + parents * (1 + len(read.also))
        return EntryRequests(table.name, place.name, first, first if is_repeated else more)
    reason = f"HTTP {response.status} {response.body['sys']['id']}: {response.body['message']}"
    tried = min(parents, FEWEST_FAILED + 1)
    requests = tried * (TWICE if response.status == HTTPStatus.NOT_FOUND else 1)
    return EntryRequests(table.name, place.name, requests, requests, reason)


def pages(records: int, size: int) -> int:
    """Return the pages of a walk in which each page repeats the last record before it."""
    if size == 1:
        return 2 * records + 1
    first = min(records, size)
    return 1 if first < size else 2 + (records - first) // (size - 1)
