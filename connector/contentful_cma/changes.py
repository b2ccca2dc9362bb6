"""Tables that are read by what changed: entries and assets, of which there may be a million.

What changed is asked for by ``sys.updatedAt``; that something was deleted shows in the number of
records, and only then are the ids listed and compared with the sketch (see `sketch`).  What is
remembered is true for the records created before a cursor: each record falls into exactly one
period between two cursors, so its id is added exactly once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Callable

from .batch import Batch
from .client import Client, execute_api_request, fitting, walk
from .errors import AnswerTooBig, DifferenceTooLarge, ListingChanged, QueryRefused
from .memory import Memory, Walk, sortable, time_of, version_of
from .rows import Model
from .sketch import Sketch
from .state import State
from .table import Place, Row, Table
from .values import link_id, read_instant, whole
from .window import OVERLAP, get_time_range

PROBE = 100
"""Records in the one request of a quiet sync: the latest changes, and their total number."""

IDS_AT_ONCE = 50
"""Ids in one request: its URL stays far below the limit of 7,600 characters
(https://www.contentful.com/developers/docs/technical-limits/)."""

TRIES_AT_A_WALK = 4

IMMUTABLE_ORDER = {"order": "sys.createdAt,sys.id"}


@dataclass(frozen=True)
class Setting:
    """What a reading needs beside its memory.

    ``model`` gives what decides the rows, and is asked when the first one is made; ``cells`` is
    the size of a new sketch, and ``origin`` tells the environment from another with the same id.
    """

    client: Client
    model: Callable[[], Model]
    cells: int
    origin: str


class Changes:
    """Reads one table in one place; a batch carries the memory that is true once it is written."""

    def __init__(self, table: Table, place: Place, setting: Setting, memory: Memory) -> None:
        """Prepare the reading; the first request is made when the first batch is asked for."""
        self.tables = (table,)
        self.place = place
        self.batches: Iterator[Batch] = self._batches()
        self._table = table
        self._client = setting.client
        self._configuration = setting.client.configuration
        self._ask_model = setting.model
        self._asked_model: Model | None = None
        self._cells = setting.cells
        self._origin = setting.origin
        self._memory = memory
        self._path = place.path(table.path)
        self._limit = min(self._configuration.max_records_per_page, table.largest_page)
        self._too_big: list[str] = []
        self._unknown_types: set[str] = set()

    def _batches(self) -> Iterator[Batch]:
        now = sortable(self._client.started_at())
        if self._has_other_records() or self._has_other_titles():
            self._memory = replace(self._memory, cursor=None, walk=None, recent={}, titles={})
        self._memory = replace(self._memory, origin=self._origin)
        if self._memory.walk is not None:
            yield from self._walk(self._memory.walk)
        if self._memory.cursor is None or not self._configuration.enable_incremental_sync:
            yield from self._everything(now)
        else:
            yield from self._what_changed(self._memory.cursor, now)
        yield from self._retitled()
        yield Batch(warnings=self._problems())

    def _has_other_records(self) -> bool:
        """Tell whether another environment has the id now: its dates may be before our cursor."""
        return self._memory.origin not in (None, self._origin)

    def _has_other_titles(self) -> bool:
        """Tell whether the default locale has changed, and with it what every row shows."""
        was, now = self._memory.titles.get("locale"), self._model.default_locale
        return None not in (was, now) and was != now

    # What changed

    def _what_changed(self, cursor: str, now: str) -> Iterator[Batch]:
        """Read the changes since the cursor: in one request if they are few, else by a walk."""
        since = sortable(read_instant(cursor) - OVERLAP)
        sketch = self._memory.sketch or Sketch(self._cells)
        start = Walk(since, now, cursor, sketch)
        answer = self._latest()
        records = [one for one in answer.get("items", ()) if isinstance(one, dict)]
        changed = [one for one in records if time_of(one, "updatedAt") >= since]
        total = whole(answer.get("total"))
        if total is None or (len(changed) == len(records) and len(records) < total):
            yield from self._walk(start)
            total = self._total(now)
        else:
            rows = self._rows(changed)
            self._memory = self._memory.arrived(start.past(changed))
            yield self._batch(rows)
            total -= sum(time_of(one, "createdAt") >= now for one in changed)
        if self._memory.sketch is None or total != self._memory.sketch.count:
            yield from self._reconcile(sketch, now)

    def _latest(self) -> dict[str, Any]:
        """Return the page of the latest changes; an empty answer where it cannot be had."""
        query = {"order": "-sys.updatedAt", "limit": str(min(PROBE, self._limit))}
        try:
            return fitting(self._client, self._path, query)[0]
        except QueryRefused:
            return {}

    def _total(self, now: str) -> int | None:
        query = {"limit": "1", "select": "sys", "sys.createdAt[lt]": now}
        return whole(execute_api_request(self._client, self._path, query).get("total"))

    def _everything(self, now: str) -> Iterator[Batch]:
        """Read all records, or those that ``initial_sync_days`` asks for."""
        start = get_time_range(self._configuration, None, self._client.started_at()).start
        if start is None:
            old = self._memory.sketch
            yield from self._walk(Walk(None, now, "", Sketch(old.cells if old else self._cells)))
        else:
            # What is left out exists all the same: its id is known, so nothing is added on the
            # way.
            everyone = self._ids(now, self._cells)
            yield from self._walk(Walk(sortable(start), now, now, everyone))

    # Walking

    def _walk(self, start: Walk) -> Iterator[Batch]:
        """Read the records of a walk in the order of creation, from where it stands."""
        self._memory = replace(self._memory, walk=start)
        tries = 0
        while True:
            try:
                for records in self._pages():
                    yield self._step(records)
                break
            except ListingChanged:
                tries += 1
                if tries == TRIES_AT_A_WALK:
                    raise
        yield self._arrive(self._under_way())

    def _step(self, records: list[dict[str, Any]]) -> Batch:
        walk = self._under_way()
        new = [one for one in records if not walk.has_read(one)]
        rows = self._rows(new)
        self._memory = replace(self._memory, walk=walk.past(new))
        return self._batch(rows)

    def _arrive(self, walk: Walk) -> Batch:
        """End a walk; one that has read everything also knows what is gone."""
        old, deletes = self._memory.sketch, []
        if walk.since is None and old is not None:
            difference = old.difference(walk.sketch)
            if difference is None:
                raise self._too_large()
            deletes = self._still_gone(difference.removed)
        self._memory = self._memory.arrived(walk)
        return self._batch([], deletes)

    def _under_way(self) -> Walk:
        if self._memory.walk is None:
            sentence = "no walk is under way"
            raise RuntimeError(sentence)
        return self._memory.walk

    def _pages(self) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages that are left; a record that is too big for an answer is passed over."""
        while True:
            query = self._query()
            try:
                yield from self._by_cursor_or_offset(query)
            except AnswerTooBig:
                self._pass_over(query)
            else:
                return

    def _query(self) -> dict[str, str]:
        walk, query = self._under_way(), dict(IMMUTABLE_ORDER)
        if walk.since is not None:
            query["sys.updatedAt[gte]"] = walk.since
        if walk.at is not None:
            query["sys.createdAt[gte]"] = walk.at
        if self._too_big:
            query["sys.id[nin]"] = ",".join(self._too_big)
        return query

    def _by_cursor_or_offset(self, query: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
        try:
            yield from walk(self._client, self._path, {**query, "cursor": "true"}, self._limit)
        except AnswerTooBig:
            raise
        except QueryRefused as refused:
            self._client.log.info(f"{refused} It is asked again by offset.")
            yield from walk(self._client, self._path, query, self._limit)

    def _pass_over(self, query: Mapping[str, str]) -> None:
        """Note the first record that is left to read: it does not fit into an answer."""
        light = {**query, "select": "sys"}
        for records in self._by_cursor_or_offset(light):
            for record in records:
                found = link_id(record)
                if found is not None and not self._under_way().has_read(record):
                    self._too_big.append(found)
                    self._memory = replace(self._memory, walk=self._under_way().past([record]))
                    return
        sentence = f"GET {self._path}: a record that was too big has vanished; it is read again."
        raise ListingChanged(sentence)

    # What is gone

    def _reconcile(self, known: Sketch, now: str) -> Iterator[Batch]:
        """Find out by all ids which records are gone, and which were never read."""
        old = self._memory.sketch or known
        today = self._ids(now, old.cells)
        difference = old.difference(today)
        if difference is None:
            raise self._too_large()
        deletes = self._still_gone(difference.removed)
        missed = [row for ids in _chunks(difference.added) for row in self._rows(self._by_id(ids))]
        self._memory = replace(self._memory, sketch=today)
        yield self._batch(missed, deletes)

    def _ids(self, now: str, cells: int) -> Sketch:
        """Return a sketch of the ids of all records created before *now*."""
        for tries in range(1, TRIES_AT_A_WALK + 1):
            found = Sketch(cells)
            query = {**IMMUTABLE_ORDER, "select": "sys", "sys.createdAt[lt]": now}
            try:
                for records in self._by_cursor_or_offset(query):
                    for key in filter(None, map(link_id, records)):
                        found.add(key)
            except ListingChanged:
                if tries == TRIES_AT_A_WALK:
                    raise
            else:
                return found
        raise self._too_large()

    def _by_id(self, ids: list[str], **more: str) -> list[dict[str, Any]]:
        query = {"sys.id[in]": ",".join(ids), "limit": str(len(ids)), **more}
        answer, size = fitting(self._client, self._path, query)
        if size < len(ids):
            halves = ids[: len(ids) // 2], ids[len(ids) // 2 :]
            return [record for half in halves for record in self._by_id(half, **more)]
        return [one for one in answer.get("items", ()) if isinstance(one, dict)]

    def _still_gone(self, ids: list[str]) -> list[Row]:
        """Return the primary keys of those *ids* that do not exist: some may have come back."""
        there = {link_id(one) for part in _chunks(ids) for one in self._by_id(part, select="sys")}
        keys = sorted(set(ids) - there)
        return [self._table.keys_of(self.place, key) for key in keys]

    def _too_large(self) -> DifferenceTooLarge:
        sentence = f"{self._table.name} {self.place.name}: too much was deleted to tell what."
        return DifferenceTooLarge(sentence)

    # Rows

    def _rows(self, records: list[dict[str, Any]]) -> list[Row]:
        """Return the rows of the records that the warehouse does not have in this version."""
        known: Mapping[str, int] = self._memory.recent
        if not self._configuration.enable_incremental_sync:
            known = {}
        rows: list[Row] = []
        personal = self._configuration.personal_data
        for record in records:
            found = link_id(record)
            if found is not None and known.get(found) != version_of(record):
                rows += self._table.rows(self.place, record, personal, self._model)
        types = {row["content_type_id"] for row in rows if "content_type_id" in row}
        self._unknown_types |= types - self._model.display_fields.keys() - {None}
        return rows

    def _batch(self, rows: list[Row], deletes: list[Row] | None = None) -> Batch:
        memory, name, place = self._memory, self._table.name, self.place.name

        def remember(state: State) -> None:
            state.keep_memory(name, place, memory)

        written = [(self._table, row) for row in rows]
        gone = [(self._table, keys) for keys in deletes or ()]
        return Batch(written, gone, remember)

    @property
    def _model(self) -> Model:
        """What decides the rows; asked for once."""
        if self._asked_model is None:
            self._asked_model = self._ask_model()
        return self._asked_model

    def _retitled(self) -> Iterator[Batch]:
        """Write again what has another title although it was not edited itself."""
        if self._table.name != "ENTRIES" or self._model.default_locale is None:
            return
        was = self._memory.titles
        fields, unknown = was.get("fields", {}), set(was.get("unknown", ()))
        for content_type, field in sorted(self._model.display_fields.items()):
            if fields.get(content_type, field) != field or content_type in unknown:
                query = {**IMMUTABLE_ORDER, "content_type": content_type}
                self._memory = replace(self._memory, recent={})
                for records in self._by_cursor_or_offset(query):
                    yield self._batch(self._rows(records))
        yield from self._remember_titles(unknown - set(self._model.display_fields))

    def _remember_titles(self, unknown: set[str]) -> Iterator[Batch]:
        titles = {
            "locale": self._model.default_locale,
            "fields": dict(self._model.display_fields),
            # Types that were created while content was read: their entries have no title yet.
            "unknown": sorted(unknown | self._unknown_types),
        }
        if titles != self._memory.titles:
            self._memory = replace(self._memory, titles=titles)
            yield self._batch([])

    def _problems(self) -> list[str]:
        if not self._too_big:
            return []
        ids = ", ".join(self._too_big)
        where = f"{self._table.name} {self.place.name}"
        return [f"{where}: {len(self._too_big)} records are too big for the API to send: {ids}."]


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), IDS_AT_ONCE):
        yield ids[start : start + IDS_AT_ONCE]
