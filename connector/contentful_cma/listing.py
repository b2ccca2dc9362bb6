"""A table that is listed in full in each sync: what of it to write and what to delete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from .client import Client, pages
from .errors import QueryRefused
from .ledger import Ledger, fingerprint
from .table import Record, Row, Table
from .values import link_id, read_instant, write_instant
from .window import get_time_range

OPTIONAL_QUERY = frozenset(("order", "cursor"))
"""Parameters that only make a walk steadier, and that are left out where they are refused."""


@dataclass(frozen=True)
class Change:
    """A row to write, with the key and fingerprint by which the ledger remembers it."""

    key: str
    mark: str
    row: Row


class Listing:
    """Reads one table in one place: asks the ledger, but leaves changing it to the writer.

    ``batches`` yields lists of changes, one a page.  After the last one, ``gone`` is what to
    delete and ``problems`` what could not be read.  ``read`` counts records, ``written`` is for the
    writer to count.
    """

    def __init__(self, table: Table, client: Client, ledger: Ledger) -> None:
        """Prepare the listing; the first request is made when the first batch is asked for."""
        self.table = table
        self.ledger = ledger
        self.read = 0
        self.written = 0
        self.batches: Iterator[list[Change]] = self._batches()
        self._client = client
        self._configuration = client.configuration
        self._seen: set[str] = set()
        self._without_id = 0
        self._incomplete: list[str] = []
        # What a further request tells depends on the environment that it asks.
        self._context = self._configuration.first_environment if table.complete else ""

    @property
    def since(self) -> datetime | None:
        """The instant before which records that the warehouse does not hold are left out.

        It is set by the first sync of the table and stays, so that a record that was left out is
        not taken for a new one later.
        """
        if self.ledger.is_new or not self._configuration.enable_incremental_sync:
            return get_time_range(self._configuration, None, self._client.started_at()).start
        return None if self.ledger.since is None else read_instant(self.ledger.since)

    def gone(self) -> list[str]:
        """Return the keys of the rows that a complete listing lacks."""
        return self.ledger.missing_from(self._seen)

    def remember(self) -> None:
        """Let the ledger keep from when on this listing takes records."""
        since = self.since
        self.ledger.since = None if since is None else write_instant(since)

    def problems(self) -> list[str]:
        """Return what the user should know of records that could not be read, in words."""
        sentences = []
        if self._without_id:
            sentences.append(
                f"{self.table.name}: {self._without_id} records without sys.id were left out."
            )
        if self._incomplete:
            sentences.append(
                f"{self.table.name}: a value is NULL in {len(self._incomplete)} rows because it could"
                f" not be read, for example: {self._incomplete[0]}"
            )
        return sentences

    def _batches(self) -> Iterator[list[Change]]:
        query = dict(self.table.query)
        try:
            yield from self._changes(query)
        except QueryRefused as refused:
            plain = {key: query[key] for key in query if key not in OPTIONAL_QUERY}
            if plain == query:
                raise
            self._client.log.info(f"{refused} It is asked again without order and cursor.")
            yield from self._changes(plain)

    def _changes(self, query: dict[str, str]) -> Iterator[list[Change]]:
        limit = min(self._configuration.max_records_per_page, self.table.largest_page)
        for page in pages(self._client, self.table.path, query, limit):
            if page.first:
                self.read = 0
                self._seen.clear()
            found = (self._change(record) for record in page.records)
            yield [change for change in found if change is not None]

    def _change(self, record: Record) -> Change | None:
        if link_id(record) is None:
            self._without_id += 1
            return None
        if not self.table.selects(self._configuration, record):
            return None
        row = self.table.row(record)
        key, mark = row["id"], fingerprint(row, self._context)
        self.read += 1
        self._seen.add(key)
        if not self._has_to_be_written(key, mark, row):
            return None
        self._complete(row)
        return Change(key, mark, row)

    def _has_to_be_written(self, key: str, mark: str, row: Row) -> bool:
        if not self._configuration.enable_incremental_sync:
            return True
        if self.ledger.holds(key):
            return not self.ledger.is_unchanged(key, mark)
        updated, since = row.get("updated_at"), self.since
        return since is None or updated is None or read_instant(updated) >= since

    def _complete(self, row: Row) -> None:
        if self.table.complete is not None:
            missing = self.table.complete(self._client, self._configuration, row)
            if missing is not None:
                self._incomplete.append(missing)
