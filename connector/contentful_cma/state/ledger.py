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
from collections.abc import Iterable, Mapping
from typing import Any

from contentful_cma.values import KEY_SEPARATOR

from .diff import Diff, ExactDiff, SketchDiff, element_of
from .keys import READ_UNTIL, ROWS, SINCE, SKETCH, UNREAD
from .sketch import Sketch

_FINGERPRINT_BYTES = 6

LARGEST = 20_000
"""Rows that are known one by one; a larger table is known by a sketch."""

CELLS = 3000
"""Cells of such a sketch: some 2,000 rows may differ between two syncs."""


class Ledger:
    """Keys and fingerprints of the rows in the warehouse, over the dict that the state keeps."""

    def __init__(self, saved: dict[str, Any] | None = None) -> None:
        """Open a saved ledger, or a new one."""
        self.is_new = saved is None
        self.saved: dict[str, Any] = {SINCE: None, ROWS: {}} if saved is None else saved
        self._rows: dict[str, str] = self.saved[ROWS]

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
    def sketch(self) -> Sketch | None:
        """What stands for the rows of a large table."""
        saved = self.saved.get(SKETCH)
        return None if saved is None else Sketch.from_saved(saved)

    def is_unchanged(self, key: str, fingerprint: str) -> bool:
        """Tell whether the warehouse has exactly this row."""
        return self._rows.get(key) == fingerprint

    def diff(self) -> Diff:
        """Return what a listing is to be compared with."""
        sketch = self.sketch
        return ExactDiff(self._rows) if sketch is None else SketchDiff(sketch)

    def keys(self) -> set[str] | None:
        """Return the keys of all rows that the warehouse has, None where they cannot be told."""
        sketch = self.sketch
        if sketch is None:
            return set(self._rows)
        elements = sketch.read()
        return None if elements is None else {one.rsplit(KEY_SEPARATOR, 1)[0] for one in elements}

    def leave_out_before(self, since: str | None) -> None:
        """Note the instant before which records are left out."""
        self.saved[SINCE] = since

    def record(self, written: Mapping[str, str], deleted: Iterable[str] = ()) -> None:
        """Note rows that were written, by key and fingerprint, or deleted.

        A sketch waits for `settle`.
        """
        if SKETCH not in self.saved:
            self._rows.update(written)
        for key in deleted:
            self._rows.pop(key, None)

    def settle(self, sketch: Sketch | None) -> None:
        """Note the sketch of a listing that is all written, or make one of too many rows."""
        if sketch is None and len(self._rows) > LARGEST:
            sketch = Sketch(CELLS)
            for key, written in self._rows.items():
                sketch.add(element_of(key, written))
        if sketch is not None:
            self.saved[SKETCH] = sketch.saved()
            self._rows.clear()

    def read_parents(self, until: str | None, unread: list[str]) -> None:
        """Note how far the changes of parents were read, and of which something is missing."""
        self.saved[READ_UNTIL], self.saved[UNREAD] = until, unread


def fingerprint(row: Mapping[str, Any], context: str = "") -> str:
    """Return 8 characters that differ when the row (or what else decides it) differs."""
    written = json.dumps([context, row], sort_keys=True, separators=(",", ":"))
    digest = hashlib.blake2b(written.encode("ascii"), digest_size=_FINGERPRINT_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")
