"""The ledger of one table in one place: the rows that the warehouse holds.

The CMA does not report deletions, and the connector cannot read the warehouse.  So the ledger has
the key and a fingerprint of each row that was written.  A key that a complete listing lacks is a
deletion; a row with an equal fingerprint is not rewritten.  Above LARGEST rows the ledger has a
sketch of them instead (see `sketch`).
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
    LOOKED_UP,
    MISSING,
    NEWEST,
    OF_A_LEDGER,
    OF_PARENTS,
    PLAIN,
    POSITION,
    READ_UNTIL,
    ROWS,
    SINCE,
    SKETCH,
    UNREAD,
)
from .sketch import FEWEST_CELLS, Sketch

_FINGERPRINT_BYTES = 6

LARGEST = 20_000
"""Rows whose keys are kept; a larger table has a sketch."""

CELLS = 3000
"""Cells of such a sketch: about 2,000 rows may differ between two syncs."""


@dataclass(frozen=True)
class Position:
    """The position of a walk through parents that began at *started_at*."""

    started_at: str
    cursor: Cursor = field(default_factory=Cursor)

    def has(self, parent: Sequence[Any]) -> bool:
        """Return whether a parent, given as creation time and id, was passed."""
        return self.cursor.has(*parent[:2])

    def past(self, parents: Iterable[Sequence[Any]]) -> Position:
        """Return the position after parents, given as creation time and id, in their order."""
        return replace(self, cursor=self.cursor.past((one[0], one[1]) for one in parents))


class Ledger:
    """Keys and fingerprints of the rows in the warehouse; changes the saved record in place."""

    def __init__(self, saved: dict[str, Any] | None = None) -> None:
        """Open a saved record, or begin one."""
        self.saved: dict[str, Any] = {} if saved is None else saved
        self._rows: dict[str, str] = self.saved.get(ROWS, {})

    @property
    def is_new(self) -> bool:
        """Whether no listing has begun."""
        return ROWS not in self.saved

    @property
    def since(self) -> str | None:
        """The bound of ``initial_sync_days``, if set: records updated earlier are omitted."""
        found: str | None = self.saved.get(SINCE)
        return found

    @property
    def read_until(self) -> str | None:
        """The instant up to which changes of parents were read, for tables read per parent."""
        found: str | None = self.saved.get(READ_UNTIL)
        return found

    @property
    def unread(self) -> list[str]:
        """The parents whose children were not all read, for tables read per parent."""
        return list(self.saved.get(UNREAD, ()))

    @property
    def missing(self) -> frozenset[str]:
        """Known parents that are no longer listed, for tables that keep their rows."""
        return frozenset(self.saved.get(MISSING, ()))

    @property
    def newest(self) -> tuple[str, frozenset[str]]:
        """The newest change of a parent ever seen, and the ids of the parents changed then."""
        instant, ids = self.saved.get(NEWEST, ("", ()))
        return instant, frozenset(ids)

    @property
    def is_plain(self) -> bool:
        """Whether no variant of the listing returned a record at its last request."""
        return PLAIN in self.saved

    @property
    def has_variants(self) -> bool:
        """Whether a variant of the listing returned a record at its last request."""
        return not (self.is_new or self.is_plain)

    @property
    def looked_up(self) -> Mapping[str, str]:
        """Values of rows that lookups returned, by key."""
        found: Mapping[str, str] = self.saved.get(LOOKED_UP, {})
        return found

    @property
    def position(self) -> Position | None:
        """The position of an interrupted walk through parents, if there was one."""
        saved = self.saved.get(POSITION)
        return None if saved is None else Position(saved[0], Cursor(saved[1], frozenset(saved[2])))

    @property
    def sketch(self) -> Sketch | None:
        """The sketch that replaces the rows of a large table."""
        saved = self.saved.get(SKETCH)
        return None if saved is None else Sketch.from_saved(saved)

    @property
    def count(self) -> int:
        """How many rows the warehouse has."""
        sketch = self.sketch
        return len(self._rows) if sketch is None else sketch.count

    def is_unchanged(self, key: str, fingerprint: str) -> bool:
        """Return whether the warehouse has exactly this row."""
        return self._rows.get(key) == fingerprint

    def diff(self) -> Diff:
        """Begin to compare a listing with the warehouse."""
        sketch = self.sketch
        if sketch is None:
            return ExactDiff(self._rows, LARGEST, CELLS)
        return SketchDiff(sketch)

    def keys(self) -> set[str] | None:
        """Return the keys of all rows in the warehouse, None if the sketch cannot list them."""
        sketch = self.sketch
        if sketch is None:
            return set(self._rows)
        elements = sketch.read()
        return None if elements is None else {one.rsplit(KEY_SEPARATOR, 1)[0] for one in elements}

    def begin(self) -> None:
        """Note that rows are about to be written."""
        self._rows = self.saved.setdefault(ROWS, {})

    def empty(self) -> None:
        """Forget all rows, but keep the bound."""
        for part in OF_A_LEDGER:
            if part != SINCE:
                self.saved.pop(part, None)
        self.begin()

    def forget_parents(self) -> None:
        """Have all parents requested again, because another place has taken the id."""
        for part in OF_PARENTS:
            self.saved.pop(part, None)

    def set_bound(self, since: str | None) -> None:
        """Note the instant before which records are omitted."""
        self.saved.pop(SINCE, None)
        if since is not None:
            self.saved[SINCE] = since
        # A long listing may exceed LARGEST rows before it ends.
        self.settle(None)

    def record(
        self, written: Mapping[str, str], deleted: Iterable[str], looked_up: Mapping[str, str]
    ) -> None:
        """Note rows that were written, by key and fingerprint, or deleted.

        A sketch keeps earlier forms of these rows until `settle`.  *looked_up* has values of the
        rows that lookups returned.
        """
        self.begin()
        sketch = self.sketch
        if sketch is None:
            self._rows.update(written)
        elif written:
            for key, form in written.items():
                sketch.add(element_of(key, form))
            self.saved[SKETCH] = sketch.saved()
        if looked_up:
            self.saved.setdefault(LOOKED_UP, {}).update(looked_up)
        for key in deleted:
            self._rows.pop(key, None)
            self.saved.get(LOOKED_UP, {}).pop(key, None)

    def end(self, sketch: Sketch | None, *, is_plain: bool) -> None:
        """Note that a listing was written completely, and whether no variant returned a record."""
        self.settle(sketch)
        self.saved.pop(PLAIN, None)
        if is_plain:
            self.saved[PLAIN] = True

    def settle(self, sketch: Sketch | None) -> None:
        """Keep the sketch of all rows, or make one if there are too many rows."""
        if sketch is None and len(self._rows) > LARGEST:
            sketch = self._sketched(CELLS)
        if sketch is not None:
            self.saved[SKETCH] = sketch.saved()
            # A new dict, because a listing under way still compares with the old one.
            self._rows = self.saved[ROWS] = {}

    def compress(self, size: int) -> int:
        """Replace the rows by a sketch if that saves at least half of *size* bytes.

        Returns the bytes saved.  The sketch can identify about as many changes as a quarter of
        the rows.
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
        """Return a sketch of all rows."""
        sketch = Sketch(cells)
        for key, written in self._rows.items():
            sketch.add(element_of(key, written))
        return sketch

    def read_parents(
        self, until: str | None, unread: Sequence[str], position: Position | None
    ) -> None:
        """Note how far changes of parents were read, and which parents are incomplete."""
        self.saved.update({READ_UNTIL: until, UNREAD: list(unread)})
        self.saved.pop(POSITION, None)
        if position is not None:
            cursor = position.cursor
            self.saved[POSITION] = [position.started_at, cursor.reached, sorted(cursor.ids_there)]

    def end_parents(self, newest: tuple[str, Sequence[str]], missing: Sequence[str]) -> None:
        """Note the newest change and the missing parents after a complete walk."""
        self.saved[NEWEST] = [newest[0], sorted(newest[1])]
        self.saved.pop(MISSING, None)
        if missing:
            self.saved[MISSING] = list(missing)


def fingerprint(row: Mapping[str, Any], context: str = "") -> str:
    """Return 8 characters that differ if the row or the *context* differs."""
    written = json.dumps([context, row], sort_keys=True, separators=(",", ":"))
    digest = hashlib.blake2b(written.encode("ascii"), digest_size=_FINGERPRINT_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")
