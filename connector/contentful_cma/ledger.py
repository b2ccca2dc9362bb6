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

from .comparison import Comparison, Exact, Sketched, element_of
from .sketch import Sketch
from .table import KEY_SEPARATOR

_FINGERPRINT_BYTES = 6


LARGEST = 20_000
"""Rows that are known one by one; a larger table is known by a sketch."""

CELLS = 3000
"""Cells of such a sketch: some 2,000 rows may differ between two syncs."""


class Ledger:
    """Keys and fingerprints of the rows in the warehouse, over the dict that the state keeps.

    ``since`` is the instant before which records are left out (``initial_sync_days`` at the first
    sync), None for none.
    """

    def __init__(self, saved: dict[str, Any] | None = None) -> None:
        """Open a saved ledger, or a new one."""
        self.is_new = saved is None
        self.saved: dict[str, Any] = {"since": None, "rows": {}} if saved is None else saved
        self._rows: dict[str, str] = self.saved["rows"]

    @property
    def since(self) -> str | None:
        """The instant before which records are left out."""
        found: str | None = self.saved.get("since")
        return found

    @since.setter
    def since(self, instant: str | None) -> None:
        self.saved["since"] = instant

    @property
    def cursor(self) -> str | None:
        """How far the changes of parents were read, for tables that are read per parent."""
        found: str | None = self.saved.get("cursor")
        return found

    @cursor.setter
    def cursor(self, instant: str | None) -> None:
        self.saved["cursor"] = instant

    @property
    def unread(self) -> list[str]:
        """The parents of which not all children could be read, for tables read per parent."""
        return list(self.saved.get("unread", ()))

    @unread.setter
    def unread(self, parents: list[str]) -> None:
        self.saved["unread"] = parents

    def is_unchanged(self, key: str, mark: str) -> bool:
        """Tell whether the warehouse has exactly this row."""
        return self._rows.get(key) == mark

    @property
    def sketch(self) -> Sketch | None:
        """What stands for the rows of a large table."""
        saved = self.saved.get("sketch")
        return None if saved is None else Sketch.from_saved(saved)

    def compare(self) -> Comparison:
        """Return what a listing is to be compared with."""
        sketch = self.sketch
        return Exact(self._rows) if sketch is None else Sketched(sketch)

    def settle(self, sketch: Sketch | None) -> None:
        """Note the sketch of a listing that is all written, or make one of too many rows."""
        if sketch is None and len(self._rows) > LARGEST:
            sketch = Sketch(CELLS)
            for key, mark in self._rows.items():
                sketch.add(element_of(key, mark))
        if sketch is not None:
            self.saved["sketch"] = sketch.saved()
            self._rows.clear()

    def keys(self) -> set[str] | None:
        """Return the keys of all rows that the warehouse has, None where they cannot be told."""
        sketch = self.sketch
        if sketch is None:
            return set(self._rows)
        elements = sketch.read()
        return None if elements is None else {one.rsplit(KEY_SEPARATOR, 1)[0] for one in elements}

    def record(self, marks: Mapping[str, str]) -> None:
        """Note rows that were written, by key and fingerprint; a sketch waits for `settle`."""
        if "sketch" not in self.saved:
            self._rows.update(marks)

    def forget(self, keys: Iterable[str]) -> None:
        """Note rows that were deleted."""
        for key in keys:
            self._rows.pop(key, None)


def fingerprint(row: Mapping[str, Any], context: str = "") -> str:
    """Return 8 characters that differ when the row (or what else decides it) differs."""
    written = json.dumps([context, row], sort_keys=True, separators=(",", ":"))
    digest = hashlib.blake2b(written.encode("ascii"), digest_size=_FINGERPRINT_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")
