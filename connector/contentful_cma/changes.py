"""Tables that are read by what changed: entries and assets, of which there may be a million.

What changed is asked for by ``sys.updatedAt``; that something was deleted shows in the number of
records, and only then are the ids listed and compared with the sketch (see `sketch`).  What is
remembered is true for the records created before a cursor: each record falls into exactly one
period between two cursors, so its id is added exactly once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .batch import Batch, strays
from .errors import DifferenceTooLarge
from .memory import Memory, Walk, sortable, time_of
from .reading import Reader
from .rows import Model
from .sketch import Sketch
from .state import State
from .table import Row, Table
from .values import read_instant
from .window import OVERLAP, get_time_range

MOST_PARTS = 4
"""Parts of a large walk: the workers walk them side by side, a request each."""

PAGES_OF_A_PART = 4
"""Pages that are worth a part of their own."""


class Changes:
    """Reads one table in one place; a batch carries the memory that is true once it is written.

    A walk that is large is left to ``parts``; once these are done, the reading is begun again with
    ``after_parts`` if they were a walk of this sync and not one that an earlier sync has left.
    """

    def __init__(self, reader: Reader, memory: Memory, *, after_parts: bool = False) -> None:
        """Prepare the reading; the first request is made when the first batch is asked for."""
        self.tables: tuple[Table, ...] = (reader.table,)
        self.place = reader.place
        self.reader = reader
        self.parts: list[Part] = []
        self.is_of_this_sync = not memory.walks or after_parts
        self.batches: Iterator[Batch] = self._batches(after_parts=after_parts)
        self._client = reader.circumstances.client
        self._is_incremental = self._client.configuration.enable_incremental_sync
        self._memory = memory
        titles = memory.titles
        reader.remembered = Model(titles.get("locale"), titles.get("fields", {}))

    def _batches(self, *, after_parts: bool) -> Iterator[Batch]:
        now = sortable(self._client.started_at())
        if self._has_other_records() or self._has_other_titles():
            self._memory = self._begun_anew()
        self._memory = replace(self._titled(), origin=self.reader.circumstances.origin)
        if self._memory.walks:
            yield from self._go_on()
        if not self.parts and not after_parts:
            if self._memory.cursor is None or not self._is_incremental:
                yield from self._everything(now)
            else:
                yield from self._what_changed(self._memory.cursor, now)
        if not self.parts:
            yield from self._retitled()
            yield Batch(left_out=self._problems())

    def _begun_anew(self) -> Memory:
        """Return a memory of nothing but the ids of what is in the warehouse."""
        memory = replace(self._memory, cursor=None, walks=(), recent={}, titles={})
        if not self._memory.walks:
            return memory
        ids = self._memory.ids()
        if ids is None:
            raise self._too_large()
        sketch = Sketch(self.reader.circumstances.cells)
        for one in ids:
            sketch.add(one)
        return replace(memory, sketch=sketch, early=frozenset())

    def _has_other_records(self) -> bool:
        """Tell whether another environment has the id now: its dates may be before our cursor."""
        return self._memory.origin not in (None, self.reader.circumstances.origin)

    def _has_other_titles(self) -> bool:
        """Tell whether the default locale has changed, and with it what every row shows."""
        was, now = self._memory.titles, self.reader.model.default_locale
        return bool(was) and now is not None and was.get("locale") != now

    # What changed

    def _what_changed(self, cursor: str, now: str) -> Iterator[Batch]:
        """Read the changes since the cursor: in one request if they are few, else by a walk."""
        since = sortable(read_instant(cursor) - OVERLAP)
        sketch = self._memory.sketch or Sketch(self.reader.circumstances.cells)
        start = Walk(since, now, cursor, sketch, unseen=self._memory.early)
        records, total = self.reader.latest()
        changed = [one for one in records if time_of(one, "updatedAt") >= since]
        if total is None or (len(changed) == len(records) and len(records) < total):
            yield from self._walk(start)
            total = self.reader.total(now)
        else:
            rows = self.reader.rows(changed, self._memory.recent)
            start = start.past(changed, self.reader.untitled_types(rows))
            deletes = self.reader.still_gone(sorted(start.unseen))
            self._memory = self._memory.arrived(start)
            yield self._batch(rows, deletes)
            total -= sum(time_of(one, "createdAt") >= now for one in changed)
        if self._memory.sketch is None or total != self._memory.sketch.count:
            yield from self._reconcile(now)

    def _everything(self, now: str) -> Iterator[Batch]:
        """Read all records, or those that ``initial_sync_days`` asks for."""
        old, cells = self._memory.sketch, self.reader.circumstances.cells
        cells = cells if old is None else old.cells
        first = get_time_range(self._client.configuration, None, self._client.started_at()).start
        if first is None:
            start = Walk(None, now, "", Sketch(cells), is_anew=True, unseen=self._memory.early)
            # All titles are made anew on the way.
            self._memory = replace(self._memory, untitled=frozenset())
        else:
            # What is left out exists all the same: its id is known, and none is added on the way.
            everyone = self.reader.ids(now, cells)
            start = Walk(sortable(first), now, now, everyone, is_anew=True)
            start = replace(start, unseen=self._memory.early)
        records, total = self.reader.first_page(start)
        rows = self.reader.rows(records, {})
        start = start.past(records, self.reader.untitled_types(rows))
        self._memory = replace(self._memory, walks=(start,))
        batch, read = self._batch(rows), len(records)
        # A page takes 10 MB; it must not live on while the next one is fetched.
        del records, rows
        yield batch
        del batch
        if total is None or total > read:
            # Also where a walk of an earlier sync has come to its end before.
            self.is_of_this_sync = True
            self._memory = replace(self._memory, walks=self._split(start, total or 0))
            yield from self._go_on()
        else:
            yield self._arrive()

    # Walking

    def _go_on(self) -> Iterator[Batch]:
        """Finish what is left of a walk, here or in parts."""
        left = [number for number, walk in enumerate(self._memory.walks) if not walk.is_done]
        if len(self._memory.walks) > 1 and left:
            yield self._batch([])
            self.parts = [Part(self, number, self._memory) for number in left]
        elif left:
            yield from self._walk(self._memory.walks[0])
        else:
            yield self._arrive()

    def _walk(self, start: Walk) -> Iterator[Batch]:
        """Read the records of a walk in the order of creation, from where it stands."""
        self._memory = replace(self._memory, walks=(start,))
        for rows, walk in self.reader.rows_of(start, self._memory.recent):
            self._memory = replace(self._memory, walks=(walk,))
            batch = self._batch(rows)
            del rows
            yield batch
            del batch
        yield self._arrive()

    def _arrive(self) -> Batch:
        """End a walk; one that has read everything also knows what is gone."""
        old, walks = self._memory.sketch, self._memory.walks
        gone = frozenset.intersection(*(walk.unseen for walk in walks))
        self._memory = self._memory.arrived(*walks)
        if walks[0].is_anew and old is not None and self._memory.sketch is not None:
            difference = old.difference(self._memory.sketch)
            if difference is None:
                raise self._too_large()
            gone |= frozenset(difference.removed)
        return self._batch([], self.reader.still_gone(sorted(gone)))

    def _split(self, walk: Walk, total: int) -> tuple[Walk, ...]:
        """Cut what is left of a walk of *total* records into parts of about the same size."""
        parts = min(MOST_PARTS, total // (PAGES_OF_A_PART * self.reader.limit))
        edges = [self.reader.created_at(part * total // parts, walk) for part in range(1, parts)]
        bounds = sorted({edge for edge in edges if edge is not None and edge > (walk.at or "")})
        starts = [walk.at, *bounds]
        ends = [*bounds, walk.until]
        rest = [
            replace(walk, sketch=Sketch(walk.sketch.cells), at=start, until=end, ids=frozenset())
            for start, end in zip(starts[1:], ends[1:])
        ]
        return (replace(walk, until=ends[0]), *rest)

    # What is gone

    def _reconcile(self, now: str) -> Iterator[Batch]:
        """Find out by all ids which records are gone, and which were never read."""
        old = self._memory.sketch or Sketch(self.reader.circumstances.cells)
        today = self.reader.ids(now, old.cells)
        difference = old.difference(today)
        if difference is None:
            raise self._too_large()
        deletes = self.reader.still_gone(difference.removed)
        missed = self.reader.rows(self.reader.by_id(difference.added), {})
        too_big = self._memory.too_big.union(self.reader.too_big)
        self._memory = replace(self._memory, sketch=today, too_big=too_big)
        yield self._batch(missed, deletes)

    def _too_large(self) -> DifferenceTooLarge:
        sentence = (
            f"{self.reader.table.name} {self.place.name}: too much was deleted to tell what."
        )
        return DifferenceTooLarge(sentence)

    # Titles

    def _titled(self) -> Memory:
        """Return the memory with what the titles of the rows to come are made from.

        It is kept with the first batch, so that a sync that is interrupted knows what it has made.
        Content types whose display field is another one than before have to be written again.
        """
        model, memory = self.reader.model, self._memory
        # Only entries have a content type; the title of an asset is always its field `title`.
        display = dict(model.display_fields) if self.reader.has_content_types else {}
        was = memory.titles.get("fields", {})
        changed = {kind for kind, field in display.items() if was.get(kind, field) != field}
        titles = {"locale": model.default_locale, "fields": display}
        return replace(memory, titles=titles, untitled=memory.untitled | changed)

    def _retitled(self) -> Iterator[Batch]:
        """Write again what has another title although it was not edited itself."""
        known = self._memory.untitled & set(self.reader.model.display_fields)
        for content_type in sorted(known):
            start = Walk(None, self._memory.cursor or "", "", Sketch(1))
            for records, _ in self.reader.walked(start, {"content_type": content_type}):
                yield self._batch(self.reader.rows(records, {}))
        if known:
            self._memory = replace(self._memory, untitled=self._memory.untitled - known)
            yield self._batch([])

    def _batch(self, rows: list[Row], deletes: list[Row] | None = None) -> Batch:
        if self._memory.too_big:
            touched = {row["id"] for row in (*rows, *(deletes or ()))}
            self._memory = replace(self._memory, too_big=self._memory.too_big - touched)
        memory, table, place = self._memory, self.reader.table, self.place.name

        def remember(state: State) -> None:
            state.keep_memory(table.name, place, memory)

        written = [(table, row) for row in rows]
        return Batch(written, [(table, keys) for keys in deletes or ()], remember)

    def _problems(self) -> list[str]:
        table, place = self.reader.table, self.place
        problems = strays(table, place, self.reader.strays)
        if self._memory.too_big:
            ids = ", ".join(sorted(self._memory.too_big))
            sentence = "too big for an answer, or too deeply nested, and left out"
            problems.append(f"{table.name} {place.name}: {sentence}: {ids}.")
        return problems


class Part:
    """Reads one part of a large walk; the others are read beside it."""

    def __init__(self, whole: Changes, number: int, memory: Memory) -> None:
        """Take over the part with this *number* of the walk that *memory* holds."""
        self.tables = whole.tables
        self.place = whole.place
        self.whole = whole
        self.batches: Iterator[Batch] = self._batches()
        self._number = number
        self._memory = memory

    def _batches(self) -> Iterator[Batch]:
        walk = self._memory.walks[self._number]
        for rows, walk in self.whole.reader.rows_of(walk, self._memory.recent):  # noqa: B020
            batch = self._batch(rows, walk)
            del rows
            yield batch
            del batch
        yield self._batch([], replace(walk, is_done=True))

    def _batch(self, rows: list[Row], walk: Walk) -> Batch:
        table, place, number = self.tables[0], self.place.name, self._number

        def remember(state: State) -> None:
            state.keep_memory(table.name, place, state.memory(table.name, place).at(number, walk))

        return Batch([(table, row) for row in rows], remember=remember)
