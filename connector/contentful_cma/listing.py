"""Tables that are listed in full in each sync: what of them to write and what to delete."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Callable

from .batch import Batch, strays
from .client import Client
from .errors import QueryRefused
from .ledger import Ledger, fingerprint
from .paging import pages
from .state import State
from .table import PERIODIC, Place, Record, Row, Table
from .values import read_instant, write_instant
from .window import get_time_range

OPTIONAL_QUERY = frozenset(("order", "cursor"))
"""Parameters that only make a walk steadier, and that are left out where they are refused."""

Marks = dict[str, str]
"""Key -> fingerprint of rows to be written."""


class Listing:
    """Reads one endpoint in one place, for all tables that it fills, or only for ``notice``.

    ``batches`` yields one batch a page, and a last one with what is gone.  Ledgers are only read
    here; they change when a batch is remembered, after it was written.  ``notice`` is told every
    record, and whether it is selected.  ``left_out`` says in words what could not be read; while
    it says something the listing is partial, and nothing is deleted.
    """

    def __init__(
        self,
        endpoint: Table,
        tables: tuple[Table, ...],
        place: Place,
        client: Client,
        state: State,
        notice: Callable[[Record, bool], None] | None = None,
    ) -> None:
        """Prepare the listing; the first request is made when the first batch is asked for."""
        self.endpoint = endpoint
        self.tables = tables
        self.place = place
        self.batches: Iterator[Batch] = self._batches()
        self.left_out: list[str] = []
        self._client = client
        self._notice = notice
        self._books = [_Book(table, place, client, state) for table in tables]

    def _batches(self) -> Iterator[Batch]:
        query = self.place.query(self.endpoint.query)
        try:
            yield from self._pages(query)
        except QueryRefused as refused:
            plain = {key: query[key] for key in query if key not in OPTIONAL_QUERY}
            if plain == query:
                raise
            self._client.log.info(f"{refused} It is asked again without order and cursor.")
            yield from self._pages(plain)
        yield self._end()

    def _pages(self, query: dict[str, str]) -> Iterator[Batch]:
        limit = min(self._client.configuration.max_records_per_page, self.endpoint.largest_page)
        looks, earlier = True, set()
        while looks:
            for page in pages(self._client, self.place.path(self.endpoint.path), query, limit):
                if page.first:
                    self.left_out = []
                    for book in self._books:
                        book.begin()
                self.left_out += page.left_out
                yield self._batch([record for record in page.records if self._selects(record)])
            # What any look has passed over makes the listing a partial one.
            earlier.update(self.left_out)
            again = [book.look_again(is_whole=not earlier) for book in self._books]
            looks = any(again)
        self.left_out = sorted(earlier)

    def _selects(self, record: Record) -> bool:
        selected = self.endpoint.selects(self._client.configuration, record)
        if self._notice is not None:
            self._notice(record, selected)
        return selected

    def _batch(self, records: list[Record]) -> Batch:
        upserts: list[tuple[Table, Row]] = []
        written: list[tuple[_Book, Marks]] = []
        for book in self._books:
            rows, marks = book.changes(records)
            upserts += [(book.table, row) for row in rows]
            written.append((book, marks))

        def remember(state: State) -> None:
            for book, marks in written:
                book.write(state, marks)

        return Batch(upserts, remember=remember)

    def _end(self) -> Batch:
        """Delete what is gone; of a partial listing that cannot be told."""
        gone = [(book, book.gone()) for book in self._books]
        deletes = [
            (book.table, book.table.keys_of(self.place, key))
            for book, keys in gone
            for key in keys
            if book.table.reading != PERIODIC
        ]

        def remember(state: State) -> None:
            for book, keys in gone:
                book.forget(state, keys)

        problems = [sentence for book in self._books for sentence in book.problems()]
        if self.left_out:
            problems += [*self.left_out, "Nothing was deleted."]
        return Batch(deletes=deletes, remember=remember, left_out=problems)


class _Book:
    """The ledger of one table in one place, beside what a listing has shown so far."""

    def __init__(self, table: Table, place: Place, client: Client, state: State) -> None:
        self.table = table
        self._place = place
        self._client = client
        self._configuration = client.configuration
        self._is_incremental = client.configuration.enable_incremental_sync
        self._ledger: Ledger = state.ledger(table.name, place.name)
        self._comparison = self._ledger.compare()
        self._strays = 0
        self._handed: Marks = {}
        self._incomplete: list[str] = []
        # What a further request tells depends on the environment that it asks.
        self._context = self._configuration.first_environment if table.complete else ""

    def begin(self) -> None:
        """Begin, or begin again because the listing has moved."""
        self._comparison.begin()
        self._strays = 0

    def changes(self, records: list[Record]) -> tuple[list[Row], Marks]:
        """Return the rows that the warehouse lacks or has otherwise, and their marks."""
        news: list[tuple[str, str, Row]] = []
        for record in records:
            for row in self.table.rows(self._place, record, self._configuration.personal_data):
                key = self.table.key_of(row)
                mark = fingerprint(row, self._context)
                if key is None:
                    self._strays += 1
                elif self._has_to_be_written(key, mark, row):
                    self._handed[key] = mark
                    news.append((key, mark, row))
        if self.table.complete is not None:
            news = self._completed(news)
        return [row for _, _, row in news], {key: mark for key, mark, _ in news}

    def _completed(self, news: list[tuple[str, str, Row]]) -> list[tuple[str, str, Row]]:
        """Fill in what other requests tell; leave out what stays as incomplete as it was."""
        told = self._client.side_by_side(self._complete, [row for _, _, row in news])
        completed = []
        for (key, mark, row), is_complete in zip(news, told):
            if is_complete:
                completed.append((key, mark, row))
                continue
            # With this mark the next sync asks again, and writes only what it learns.
            open_mark = fingerprint(row, f"{self._context} incomplete")
            if not (self._is_incremental and self._comparison.has(key, open_mark)):
                completed.append((key, open_mark, row))
        return completed

    def gone(self) -> list[str]:
        """Return the keys of the rows that a complete listing lacks."""
        return self._comparison.gone()

    def look_again(self, *, is_whole: bool) -> bool:
        """Tell at the end of a look whether the listing has to be read once more."""
        return self._comparison.look_again(is_whole=is_whole)

    def problems(self) -> list[str]:
        """Return what the user should know of records that could not be read, in words."""
        where = f"{self.table.name} {self._place.name}".strip()
        sentences = strays(self.table, self._place, self._strays)
        if self._incomplete:
            sentences.append(
                f"{where}: a value is NULL in {len(self._incomplete)} rows because it could not"
                f" be read, for example: {self._incomplete[0]}"
            )
        return sentences

    def write(self, state: State, marks: Marks) -> None:
        """Remember that rows were written."""
        since = self._since
        self._ledger.since = None if since is None else write_instant(since)
        self._ledger.record(marks)
        state.keep_ledger(self.table.name, self._place.name, self._ledger)

    def forget(self, state: State, keys: list[str]) -> None:
        """Remember that rows were deleted, and that the listing is complete."""
        self._ledger.forget(keys)
        self._ledger.settle(self._comparison.settled())
        state.keep_ledger(self.table.name, self._place.name, self._ledger)

    @property
    def _since(self) -> datetime | None:
        """The instant before which records that the warehouse does not hold are left out.

        The first sync of the table sets it and it stays, so that a record that was left out is not
        taken for a new one later.
        """
        if self._ledger.is_new or not self._is_incremental:
            return get_time_range(self._configuration, None, self._client.started_at()).start
        return None if self._ledger.since is None else read_instant(self._ledger.since)

    def _has_to_be_written(self, key: str, mark: str, row: Row) -> bool:
        is_news = self._comparison.is_news(key, mark)
        if self._handed.get(key) == mark:
            # A listing that is read again meets what may still wait to be written.
            return False
        if not self._is_incremental:
            return is_news or self._comparison.first_look
        if not is_news or self._comparison.holds(key):
            return is_news
        updated, since = row.get("updated_at"), self._since
        return since is None or updated is None or read_instant(updated) >= since

    def _complete(self, row: Row) -> bool:
        """Fill in what another request tells; tell whether it did."""
        if self.table.complete is None:
            return True
        missing = self.table.complete(self._client, self._configuration, row)
        if missing is not None:
            self._incomplete.append(missing)
        return missing is None
