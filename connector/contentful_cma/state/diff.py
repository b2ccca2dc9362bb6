"""What differs between a listing and the warehouse: key by key, or by a sketch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Union

from contentful_cma.errors import DifferenceTooLarge
from contentful_cma.values import KEY_SEPARATOR

from .sketch import Sketch


class ExactDiff:
    """What differs where each key and fingerprint of the warehouse is known."""

    def __init__(self, rows: Mapping[str, str], most: int, cells: int) -> None:
        """*rows* maps the keys of what the warehouse holds to fingerprints.

        More than *most* of them are known by a sketch of *cells* in the end.
        """
        self.is_first_pass = True
        self._rows = rows
        self._most = most
        self._cells = cells
        self._known = set(rows)
        self._seen: set[str] = set()
        self._written: dict[str, str] = {}

    def start_pass(self) -> None:
        """Begin a pass over the listing, or begin it again because the listing has moved."""
        self._seen.clear()

    def add(self, key: str, fingerprint: str) -> bool:  # noqa: ARG002 - the key is enough
        """Note that the listing has a row; return whether its key is new in this pass."""
        is_first = key not in self._seen
        self._seen.add(key)
        return is_first

    def is_changed(self, key: str, fingerprint: str) -> bool:
        """Tell whether the warehouse lacks a row that was noted, or has another form of it."""
        return self._rows.get(key) != fingerprint

    def mark_written(self, key: str, fingerprint: str) -> None:
        """Note that a row was written."""
        self._written[key] = fingerprint

    def is_written(self, key: str, fingerprint: str) -> bool:
        """Tell whether this row was written already: a listing that begins again shows it."""
        return self._written.get(key) == fingerprint

    def end_pass(self, *, is_whole: bool) -> bool:
        """End a pass; return whether the listing has to be read once more: never.

        What a listing lacks that is not *is_whole* may be there all the same.
        """
        if not is_whole:
            self._seen |= self._known
        return False

    def removed(self) -> list[str]:
        """Return the keys that the warehouse has and the listing lacks."""
        return sorted(self._known - self._seen)

    def all_keys(self) -> set[str]:
        """Return the keys of all rows that the warehouse has."""
        return self._known

    def sketch_after(self) -> Sketch | None:
        """Return the sketch that stands for the listing, None where the ledger knows each row.

        A ledger that became a sketch on the way still has the earlier forms of rows in it.
        """
        rows = {**self._rows, **self._written}
        if len(rows) <= self._most:
            return None
        sketch = Sketch(self._cells)
        for key in rows.keys() - set(self.removed()):
            sketch.add(element_of(key, rows[key]))
        return sketch


class SketchDiff:
    """Knows a sketch of keys and fingerprints: two passes find what differs.

    The first one shows whether anything does, so an account that has not changed is read once.
    """

    def __init__(self, old: Sketch) -> None:
        """*old* is the sketch of what the warehouse holds."""
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
        """Begin a pass, or begin it again."""
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
        """Tell whether the first pass found this form to be new."""
        return element_of(key, fingerprint) in self._added

    def mark_written(self, key: str, fingerprint: str) -> None:
        """Note a row, which is all that a partial listing can change in the sketch."""
        self._written[key] = fingerprint

    def is_written(self, key: str, fingerprint: str) -> bool:
        """Look a row up."""
        return self._written.get(key) == fingerprint

    def end_pass(self, *, is_whole: bool) -> bool:
        """End a pass; return whether anything differs.  DifferenceTooLarge where nothing names it.

        A partial listing differs by all that it lacks.  If that is too much, nothing is news.
        """
        self._is_whole = self._is_whole and is_whole
        if not self.is_first_pass:
            return False
        self.is_first_pass = False
        difference = self._old.difference(self._today)
        if difference is None and is_whole:
            raise DifferenceTooLarge("More has changed than the state can tell.")
        if difference is None:
            return False
        self._added = set(difference.added)
        self._removed = {
            element.rsplit(KEY_SEPARATOR, 1)[0]: element for element in difference.removed
        }
        return bool(difference.added or difference.removed)

    def removed(self) -> list[str]:
        """Return the keys whose form has vanished and that the second pass did not find."""
        return sorted(self._removed.keys() - self._found) if self._is_whole else []

    def all_keys(self) -> set[str]:
        """Return the keys of all rows that the warehouse has, after a whole listing."""
        news = {element.rsplit(KEY_SEPARATOR, 1)[0] for element in self._added}
        return (self._seen - news) | self._removed.keys()

    def sketch_after(self) -> Sketch | None:
        """Return the sketch of the first pass, or of what a partial listing has led to."""
        if self._is_whole:
            return self._today
        held = self._old.copy()
        for key, fingerprint in self._written.items():
            if key in self._removed:
                held.remove(self._removed[key])
            held.add(element_of(key, fingerprint))
        return held


Diff = Union[ExactDiff, SketchDiff]
"""What differs between a listing and the warehouse; a pass shows each row once."""


def element_of(key: str, fingerprint: str) -> str:
    """Return what a sketch holds of a row."""
    return f"{key}{KEY_SEPARATOR}{fingerprint}"
