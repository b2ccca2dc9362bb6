"""Tables that are read once for each parent record: snapshots, comments, tasks, webhook calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote

from .batch import Batch, strays
from .client import Client, execute_api_request
from .errors import AnswerTooBig, NotReadable
from .ledger import Ledger, fingerprint
from .memory import sortable, time_of
from .paging import pages
from .state import State
from .table import CHANGED, KEY_SEPARATOR, Place, Record, Row, Table
from .values import read_instant, record_id
from .window import OVERLAP

NOT_FOUND = 404


class Children:
    """Reads one table in one place: asks for the children of each parent.

    *parents* are those that were listed in this sync; None lists them here.
    ``batches`` yields one batch a parent.  Where only changed parents have to be asked, the ledger
    keeps how far the changes were read.
    """

    def __init__(
        self,
        table: Table,
        place: Place,
        client: Client,
        ledger: Ledger,
        parents: list[Record] | None,
    ) -> None:
        """Prepare the reading; the first request is made when the first batch is asked for."""
        self.tables = (table,)
        self.place = place
        self.batches: Iterator[Batch] = self._batches()
        self._table = table
        self._given = parents
        self._left_out: list[str] = []
        self._misses_parents = False
        self._unread: set[str] = set()
        self._strays = 0
        self._client = client
        self._configuration = client.configuration
        self._ledger = ledger
        self._known = _by_parent(self._ledger.keys() or ())

    def _batches(self) -> Iterator[Batch]:
        now = sortable(self._client.started_at())
        seen: set[str] = set()
        for record in self._parents():
            parent = record_id(record)
            if parent is None or parent in seen or not self._table.asked_for(record):
                continue
            seen.add(parent)
            if self._has_to_be_asked(record):
                problems = len(self._left_out)
                try:
                    yield self._batch(parent)
                except AnswerTooBig as problem:
                    self._left_out.append(problem.summary)
                if len(self._left_out) > problems:
                    self._unread.add(parent)
        yield self._end(seen, now)

    def _end(self, seen: set[str], now: str) -> Batch:
        """Delete the children of parents that are gone; of a partial listing that is not told.

        The next sync asks for the children that could not be read, changed or not.
        """
        missing = set() if self._misses_parents else self._known.keys() - seen
        gone = [key for parent in missing for key in sorted(self._known[parent])]
        batch, ledger = self._written([], {}, gone), self._ledger
        cursor, unread = ledger.cursor if self._misses_parents else now, sorted(self._unread)

        def remember(state: State) -> None:
            ledger.cursor, ledger.unread = cursor, unread
            batch.remember(state)

        return replace(batch, remember=remember, left_out=self._problems())

    def _problems(self) -> list[str]:
        where = f"{self._table.name} {self.place.name}"
        problems = strays(self._table, self.place, self._strays)
        if self._left_out:
            count = f"{len(self._left_out)} times something could not be read"
            problems.append(
                f"{where}: {count}, and nothing was deleted there: {self._left_out[0]}"
            )
        return problems

    def _parents(self) -> Iterator[Record]:
        parent = self._table.parent
        if self._given is not None or parent is None:
            yield from self._given or ()
            return
        query = self.place.query(parent.query)
        if parent.reading == CHANGED:
            # Entries are large, and of a parent only `sys` is needed.
            query = {"order": "sys.createdAt,sys.id", "select": "sys"}
        limit = min(self._configuration.max_records_per_page, parent.largest_page)
        for page in pages(self._client, self.place.path(parent.path), query, limit):
            self._misses_parents |= bool(page.left_out)
            self._left_out += page.left_out
            yield from page.records

    def _has_to_be_asked(self, record: Record) -> bool:
        cursor = self._ledger.cursor
        if not self._table.only_changed or not self._configuration.enable_incremental_sync:
            return True
        if cursor is None or record_id(record) in self._ledger.unread:
            return True
        return time_of(record, "updatedAt") >= sortable(read_instant(cursor) - OVERLAP)

    def _batch(self, parent: str) -> Batch:
        rows, marks = [], {}
        there, problems = set(), len(self._left_out)
        for record in self._children(parent):
            for row in self._table.rows(
                self.place, {**record, "parent_id": parent}, self._configuration.personal_data
            ):
                key = self._table.key_of(row)
                mark = fingerprint(row)
                if key is None:
                    self._strays += 1
                    continue
                there.add(key)
                if not self._ledger.is_unchanged(key, mark) or self._is_full:
                    rows.append(row)
                    marks[key] = mark
        is_whole = len(self._left_out) == problems
        gone = sorted(self._known.get(parent, set()) - there) if is_whole else []
        return self._written(rows, marks, gone)

    @property
    def _is_full(self) -> bool:
        return not self._configuration.enable_incremental_sync

    def _children(self, parent: str) -> list[Record]:
        """Return the children of a parent; one that was deleted meanwhile has none."""
        try:
            return list(self._asked(parent))
        except NotReadable as refused:
            if refused.status != NOT_FOUND:
                raise
        if self._table.only_changed or parent in self._known:
            # A 404 is also what a place answers that may not be read for a while.
            self._expect_readable()
            try:
                return list(self._asked(parent))
            except NotReadable as refused:
                if refused.status != NOT_FOUND:
                    raise
        return []

    def _expect_readable(self) -> None:
        """Raise NotReadable where the parents may not be read any more either."""
        if self._table.parent is not None:
            path = self.place.path(self._table.parent.path)
            with suppress(AnswerTooBig):
                execute_api_request(self._client, path, {"limit": "1"})

    def _asked(self, parent: str) -> Iterator[Record]:
        path = self.place.path(self._table.path.replace("{parent}", quote(parent, safe="")))
        limit = min(self._configuration.max_records_per_page, self._table.largest_page)
        if self._table.single:
            yield execute_api_request(self._client, path)
            return
        for page in pages(self._client, path, dict(self._table.query), limit):
            self._left_out += page.left_out
            yield from page.records

    def _written(self, rows: list[Row], marks: dict[str, str], gone: Iterable[str]) -> Batch:
        table, place, ledger, keys = self._table, self.place, self._ledger, list(gone)

        def remember(state: State) -> None:
            ledger.record(marks)
            ledger.forget(keys)
            state.keep_ledger(table.name, place.name, ledger)

        deletes = [(table, table.keys_of(place, key)) for key in keys]
        return Batch([(table, row) for row in rows], deletes, remember)


def _by_parent(keys: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key in keys:
        found.setdefault(key.split(KEY_SEPARATOR)[0], set()).add(key)
    return found
