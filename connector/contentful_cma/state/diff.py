"""Compares a listing with the warehouse, key by key or by a sketch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Union

from contentful_cma.errors import DifferenceTooLarge
from contentful_cma.values import KEY_SEPARATOR

from .sketch import Sketch


class ExactDiff:
    """The differences if each key and fingerprint of the warehouse is known."""

    def __init__(self, rows: Mapping[str, str], most: int, cells: int) -> None:
        """*rows* maps keys of rows in the warehouse to fingerprints.

        More than *most* rows are replaced by a sketch of *cells* in the end.
        """
        self.is_first_pass = True
        self._rows = rows
        self._most = most
        self._cells = cells
        self._known = set(rows)
        self._seen: set[str] = set()
        self._shown: set[str] = set()
        self._written: dict[str, str] = {}

    def start_pass(self) -> None:
        """Begin a pass over the listing, or restart it because records have moved."""
        self._seen.clear()

    def add(self, key: str, fingerprint: str) -> bool:  # noqa: ARG002 - the key is enough
        """Note that the listing has a row; return whether its key is new in this pass."""
        is_first = key not in self._seen
        self._seen.add(key)
        return is_first

    def is_changed(self, key: str, fingerprint: str) -> bool:
        """Return whether the warehouse lacks a row of the listing, or has another form of it."""
        return self._rows.get(key) != fingerprint

    def mark_written(self, key: str, fingerprint: str) -> None:
        """Note that a row was written."""
        self._written[key] = fingerprint

    def is_written(self, key: str, fingerprint: str) -> bool:
        """Return whether this row was written already, before the listing was restarted."""
        return self._written.get(key) == fingerprint

    def end_pass(self, *, is_whole: bool, is_paged: bool = False) -> bool:
        """End a pass; return whether the listing has to be read once more.

        Rows that a pass lacks may still exist if the pass is not whole.  They may also exist after
        a first pass over several pages, because edits can move a record between pages.
        """
        self._shown |= self._seen if is_whole else self._known
        is_first, self.is_first_pass = self.is_first_pass, False
        return is_first and is_paged and not self._known <= self._shown

    def removed(self) -> list[str]:
        """Return the keys in the warehouse that every pass lacks."""
        return sorted(self._known - self._shown)

    def all_keys(self) -> set[str]:
        """Return the keys of all rows that the warehouse has."""
        return self._known

    def sketch_after(self) -> Sketch | None:
        """Return the sketch that replaces the rows, None if the ledger can keep each row.

        A ledger that became a sketch during the listing still contains earlier forms of rows.
        """
        rows = {**self._rows, **self._written}
        if len(rows) <= self._most:
            return None
        sketch = Sketch(self._cells)
        for key in rows.keys() - set(self.removed()):
            sketch.add(element_of(key, rows[key]))
        return sketch


class SketchDiff:
    """The differences to a sketch of keys and fingerprints, found in two passes.

    The first pass shows whether anything differs, so an unchanged account is read once.
    """

    def __init__(self, old: Sketch) -> None:
        """*old* is the sketch of the rows in the warehouse."""
        self.is_first_pass = True
        self._old = old
        self._today = Sketch(old.cells)
        self._seen: set[str] = set()
        self._added: set[str] = set()
        self._removed: dict[str, str] = {}
        self._found: set[str] = set()
        self._written: dict[str, str] = {}
        self._is_whole = True

    def start_pass(self) -> None:
        """Begin a pass, or restart it."""
        self._seen.clear()
        self._found.clear()
        if self.is_first_pass:
            self._today = Sketch(self._old.cells)

    def add(self, key: str, fingerprint: str) -> bool:
        """Collect in the first pass, compare in the second; return whether the key is new."""
        if key in self._seen:
            return False
        self._seen.add(key)
        if self.is_first_pass:
            self._today.add(element_of(key, fingerprint))
        elif key in self._removed:
            self._found.add(key)
        return True

    def is_changed(self, key: str, fingerprint: str) -> bool:
        """Return whether the first pass found this form to be new."""
        return element_of(key, fingerprint) in self._added

    def mark_written(self, key: str, fingerprint: str) -> None:
        """Note that a row was written; a partial listing changes only these in the sketch."""
        self._written[key] = fingerprint

    def is_written(self, key: str, fingerprint: str) -> bool:
        """Return whether this row was written already."""
        return self._written.get(key) == fingerprint

    def end_pass(self, *, is_whole: bool, is_paged: bool = False) -> bool:  # noqa: ARG002
        """End a pass; return whether anything differs.

        DifferenceTooLarge if too much differs to identify it.  A partial listing differs by
        everything that it lacks; if that is too much, no row counts as changed.
        """
        self._is_whole = self._is_whole and is_whole
        if not self.is_first_pass:
            return False
        self.is_first_pass = False
        difference = self._old.difference(self._today)
        if difference is None and is_whole:
            raise DifferenceTooLarge("More has changed than the state can identify.")
        if difference is None:
            return False
        self._added = set(difference.added)
        self._removed = {
            element.rsplit(KEY_SEPARATOR, 1)[0]: element for element in difference.removed
        }
        return bool(difference.added or difference.removed)

    def removed(self) -> list[str]:
        """Return the keys whose old form is missing and that the second pass did not find."""
        return sorted(self._removed.keys() - self._found) if self._is_whole else []

    def all_keys(self) -> set[str]:
        """Return the keys of all rows in the warehouse, after a whole listing."""
        news = {element.rsplit(KEY_SEPARATOR, 1)[0] for element in self._added}
        return (self._seen - news) | self._removed.keys()

    def sketch_after(self) -> Sketch | None:
        """Return the sketch of the rows in the warehouse: the old one with the writes applied."""
        held = self._old.copy()
        for key, fingerprint in self._written.items():
            element = element_of(key, fingerprint)
            if element in self._added:
                held.add(element)
                if key in self._removed:
                    held.remove(self._removed[key])
        for key in self.removed():
            held.remove(self._removed[key])
        return held


Diff = Union[ExactDiff, SketchDiff]
"""The differences between a listing and the warehouse; a pass has each row once."""


def element_of(key: str, fingerprint: str) -> str:
    """Return the element of a sketch for a row."""
    return f"{key}{KEY_SEPARATOR}{fingerprint}"
