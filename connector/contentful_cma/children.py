"""Tables that are read once for each parent record: snapshots, comments, tasks, webhook calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from .batch import Batch
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
                try:
                    yield self._batch(parent)
                except AnswerTooBig as problem:
                    self._left_out.append(problem.summary)
        gone = [key for parent in self._known.keys() - seen for key in sorted(self._known[parent])]
        yield self._written([], {}, gone, now)
        if self._strays:
            where = f"{self._table.name} {self.place.name}"
            sentence = f"{where}: {self._strays} records without a key were left out."
            yield Batch(left_out=[sentence])
        if self._left_out:
            where, count = f"{self._table.name} {self.place.name}", len(self._left_out)
            sentence = f"{where}: {count} parents were left out, as: {self._left_out[0]}"
            yield Batch(left_out=[sentence])

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
            yield from page.records

    def _has_to_be_asked(self, record: Record) -> bool:
        cursor = self._ledger.cursor
        if not self._table.only_changed or not self._configuration.enable_incremental_sync:
            return True
        if cursor is None:
            return True
        return time_of(record, "updatedAt") >= sortable(read_instant(cursor) - OVERLAP)

    def _batch(self, parent: str) -> Batch:
        rows, marks = [], {}
        there = set()
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
        gone = sorted(self._known.get(parent, set()) - there)
        return self._written(rows, marks, gone, self._ledger.cursor)

    @property
    def _is_full(self) -> bool:
        return not self._configuration.enable_incremental_sync

    def _children(self, parent: str) -> Iterator[Mapping[str, Any]]:
        path = self.place.path(self._table.path.replace("{parent}", quote(parent, safe="")))
        limit = min(self._configuration.max_records_per_page, self._table.largest_page)
        try:
            if self._table.single:
                yield execute_api_request(self._client, path)
                return
            for page in pages(self._client, path, dict(self._table.query), limit):
                yield from page.records
        except NotReadable as refused:
            # A parent that was deleted meanwhile has no children; anything else is about the
            # table.
            if refused.status != NOT_FOUND:
                raise

    def _written(
        self, rows: list[Row], marks: dict[str, str], gone: Iterable[str], cursor: str | None
    ) -> Batch:
        table, place, ledger, keys = self._table, self.place, self._ledger, list(gone)

        def remember(state: State) -> None:
            ledger.record(marks)
            ledger.forget(keys)
            ledger.cursor = cursor
            state.keep_ledger(table.name, place.name, ledger)

        deletes = [(table, table.keys_of(place, key)) for key in keys]
        return Batch([(table, row) for row in rows], deletes, remember)


def _by_parent(keys: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key in keys:
        found.setdefault(key.split(KEY_SEPARATOR)[0], set()).add(key)
    return found
