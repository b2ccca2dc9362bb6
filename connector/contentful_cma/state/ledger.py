"""What the warehouse holds of one table in one place, so that the rest is known.

The CMA tells of no deletion and the connector cannot read the warehouse.  For every row that was
written the ledger keeps its key and a fingerprint: a key that a complete listing lacks is a
deletion, an equal fingerprint is a row that need not be written again.  Past LARGEST rows it
keeps a sketch of them instead (see `sketch`).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contentful_cma.values import KEY_SEPARATOR

from .cursor import Cursor
from .diff import Diff, ExactDiff, SketchDiff, element_of
from .keys import (
    NEWEST,
    OF_A_LEDGER,
    PLAIN,
    POSITION,
    READ_UNTIL,
    ROWS,
    SINCE,
    SKETCH,
    TOLD,
    UNREAD,
)
from .sketch import FEWEST_CELLS, Sketch

_FINGERPRINT_BYTES = 6

LARGEST = 20_000
"""Rows that are known one by one; a larger table is known by a sketch."""

CELLS = 3000
"""Cells of such a sketch: some 2,000 rows may differ between two syncs."""


@dataclass(frozen=True)
class Position:
    """How far a walk through parents has come that began at *started_at*."""

    started_at: str
    cursor: Cursor = field(default_factory=Cursor)

    def has(self, parent: Sequence[Any]) -> bool:
        """Tell whether a parent, its creation and its id, was passed already."""
        return self.cursor.has(*parent[:2])

    def past(self, parents: Iterable[Sequence[Any]]) -> Position:
        """Return the position after parents, given as creation and id, in their order."""
        return replace(self, cursor=self.cursor.past((one[0], one[1]) for one in parents))


class Ledger:
    """Keys and fingerprints of the rows in the warehouse, over the record that the state keeps."""

    def __init__(self, saved: dict[str, Any] | None = None) -> None:
        """Open a saved record, or a new one."""
        self.saved: dict[str, Any] = {} if saved is None else saved
        self._rows: dict[str, str] = self.saved.get(ROWS, {})

    @property
    def is_new(self) -> bool:
        """Whether no listing has begun."""
        return ROWS not in self.saved

    @property
    def since(self) -> str | None:
        """The instant before which records are left out (``initial_sync_days``), if there is."""
        found: str | None = self.saved.get(SINCE)
        return found

    @property
    def read_until(self) -> str | None:
        """How far the changes of parents were read, for tables that are read per parent."""
        found: str | None = self.saved.get(READ_UNTIL)
        return found

    @property
    def unread(self) -> list[str]:
        """The parents of which not all children could be read, for tables read per parent."""
        return list(self.saved.get(UNREAD, ()))

    @property
    def newest(self) -> tuple[str, frozenset[str]]:
        """The newest change of a parent that was ever seen, and the parents of that instant."""
        instant, ids = self.saved.get(NEWEST, ("", ()))
        return instant, frozenset(ids)

    @property
    def is_plain(self) -> bool:
        """Whether no variant of the listing has shown a record when it was last asked for."""
        return PLAIN in self.saved

    @property
    def has_variants(self) -> bool:
        """Whether a variant of the listing has shown a record when it was last asked for."""
        return not (self.is_new or self.is_plain)

    @property
    def told(self) -> Mapping[str, str]:
        """What lookups have told of rows, by key."""
        found: Mapping[str, str] = self.saved.get(TOLD, {})
        return found

    @property
    def position(self) -> Position | None:
        """How far the parents were asked in a walk that was interrupted, if one was."""
        saved = self.saved.get(POSITION)
        return None if saved is None else Position(saved[0], Cursor(saved[1], frozenset(saved[2])))

    @property
    def sketch(self) -> Sketch | None:
        """What stands for the rows of a large table."""
        saved = self.saved.get(SKETCH)
        return None if saved is None else Sketch.from_saved(saved)

    @property
    def count(self) -> int:
        """How many rows the warehouse has."""
        sketch = self.sketch
        return len(self._rows) if sketch is None else sketch.count

    def is_unchanged(self, key: str, fingerprint: str) -> bool:
        """Tell whether the warehouse has exactly this row."""
        return self._rows.get(key) == fingerprint

    def diff(self) -> Diff:
        """Return what a listing is to be compared with."""
        sketch = self.sketch
        if sketch is None:
            return ExactDiff(self._rows, LARGEST, CELLS)
        return SketchDiff(sketch)

    def keys(self) -> set[str] | None:
        """Return the keys of all rows that the warehouse has, None where they cannot be told."""
        sketch = self.sketch
        if sketch is None:
            return set(self._rows)
        elements = sketch.read()
        return None if elements is None else {one.rsplit(KEY_SEPARATOR, 1)[0] for one in elements}

    def begin(self) -> None:
        """Note that rows are about to be written."""
        self._rows = self.saved.setdefault(ROWS, {})

    def empty(self) -> None:
        """Note that no row is left; the bound stays."""
        for part in OF_A_LEDGER:
            if part != SINCE:
                self.saved.pop(part, None)
        self.begin()

    def forget_parents(self) -> None:
        """Note that all parents have to be asked again, as they are those of another place."""
        for part in (READ_UNTIL, UNREAD, POSITION, NEWEST):
            self.saved.pop(part, None)

    def set_bound(self, since: str | None) -> None:
        """Note the instant before which records are left out."""
        self.saved.pop(SINCE, None)
        if since is not None:
            self.saved[SINCE] = since
        # A long listing may not have room for all of its rows before it is at its end.
        self.settle(None)

    def record(
        self, written: Mapping[str, str], deleted: Iterable[str], told: Mapping[str, str]
    ) -> None:
        """Note rows that were written, by key and fingerprint, or deleted.

        What a sketch has of an earlier form of them goes with `settle`.  *told* is what lookups
        have told of those rows.
        """
        self.begin()
        sketch = self.sketch
        if sketch is None:
            self._rows.update(written)
        elif written:
            for key, form in written.items():
                sketch.add(element_of(key, form))
            self.saved[SKETCH] = sketch.saved()
        if told:
            self.saved.setdefault(TOLD, {}).update(told)
        for key in deleted:
            self._rows.pop(key, None)
            self.saved.get(TOLD, {}).pop(key, None)

    def end(self, sketch: Sketch | None, *, is_plain: bool) -> None:
        """Note that a listing is all written, and whether no variant of it shows a record."""
        self.settle(sketch)
        self.saved.pop(PLAIN, None)
        if is_plain:
            self.saved[PLAIN] = True

    def settle(self, sketch: Sketch | None) -> None:
        """Note the sketch of all rows, or make one where there are too many."""
        if sketch is None and len(self._rows) > LARGEST:
            sketch = self._sketched(CELLS)
        if sketch is not None:
            self.saved[SKETCH] = sketch.saved()
            # A listing under way compares with the rows as they were.
            self._rows = self.saved[ROWS] = {}

    def compress(self, size: int) -> int:
        """Know the rows by a sketch where that saves at least half of *size* bytes.

        Returns how many; the sketch tells as many changes as a quarter of the rows.
        """
        if SKETCH in self.saved:
            return 0
        sketch = self._sketched(min(max(len(self._rows) // 2, FEWEST_CELLS), CELLS))
        saved = size - len(json.dumps(sketch.saved()))
        if 2 * saved < size:
            return 0
        self.settle(sketch)
        return saved

    def _sketched(self, cells: int) -> Sketch:
        """Return the sketch of all rows."""
        sketch = Sketch(cells)
        for key, written in self._rows.items():
            sketch.add(element_of(key, written))
        return sketch

    def read_parents(
        self,
        until: str | None,
        unread: list[str],
        position: Position | None,
        newest: tuple[str, Sequence[str]] | None,
    ) -> None:
        """Note how far the changes of parents were read, and of which something is missing."""
        self.saved.update({READ_UNTIL: until, UNREAD: unread})
        if newest is not None:
            self.saved[NEWEST] = [newest[0], sorted(newest[1])]
        self.saved.pop(POSITION, None)
        if position is not None:
            cursor = position.cursor
            self.saved[POSITION] = [position.started_at, cursor.reached, sorted(cursor.ids_there)]


def fingerprint(row: Mapping[str, Any], context: str = "") -> str:
    """Return 8 characters that differ when the row (or what else decides it) differs."""
    written = json.dumps([context, row], sort_keys=True, separators=(",", ":"))
    digest = hashlib.blake2b(written.encode("ascii"), digest_size=_FINGERPRINT_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")
