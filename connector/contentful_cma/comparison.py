"""Comparing a listing with what the warehouse holds: key by key, or by a sketch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from .errors import DifferenceTooLarge
from .sketch import Sketch
from .table import KEY_SEPARATOR


class Comparison(Protocol):
    """A listing beside the warehouse; each row of a complete listing is shown once a look."""

    first_look: bool

    def begin(self) -> None:
        """Begin a look, or begin it again because the listing has moved."""

    def is_news(self, key: str, mark: str) -> bool:
        """Take note of a row, and tell whether the warehouse lacks it in this form."""

    def holds(self, key: str) -> bool:
        """Tell whether the warehouse has a row with this key, in whatever form."""

    def has(self, key: str, mark: str) -> bool:
        """Tell whether the warehouse is known to have the row in this form."""

    def look_again(self, *, is_whole: bool) -> bool:
        """Tell at the end of a look whether the listing has to be read once more.

        What a listing lacks that is not *is_whole* may be there all the same.
        """

    def gone(self) -> list[str]:
        """Return the keys that the warehouse has and the listing lacks."""

    def settled(self) -> Sketch | None:
        """Return the sketch that stands for the listing, None where rows are known one by one."""


class Exact:
    """Knows each key and fingerprint."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        """*rows* maps keys to fingerprints; it may change while the listing is read."""
        self.first_look = True
        self._rows = rows
        self._known = set(rows)
        self._seen: set[str] = set()

    def begin(self) -> None:
        """Begin a look."""
        self._seen.clear()

    def is_news(self, key: str, mark: str) -> bool:
        """Compare fingerprints."""
        self._seen.add(key)
        return self._rows.get(key) != mark

    def holds(self, key: str) -> bool:
        """Look the key up."""
        return key in self._known

    def has(self, key: str, mark: str) -> bool:
        """Compare fingerprints."""
        return self._rows.get(key) == mark

    def look_again(self, *, is_whole: bool) -> bool:
        """One look is enough."""
        if not is_whole:
            self._seen |= self._known
        return False

    def gone(self) -> list[str]:
        """Return what was not seen."""
        return sorted(self._known - self._seen)

    def settled(self) -> Sketch | None:
        """Return None: the ledger has followed row by row."""
        return None


class Sketched:
    """Knows a sketch of keys and fingerprints: one look finds what differs, a second reads it.

    An account that has not changed is read once.
    """

    def __init__(self, old: Sketch) -> None:
        """*old* is the sketch of what the warehouse holds."""
        self.first_look = True
        self._old = old
        self._today = Sketch(old.cells)
        self._added: set[str] = set()
        self._removed: dict[str, str] = {}
        self._found: set[str] = set()
        self._written: dict[str, str] = {}
        self._is_whole = True

    def begin(self) -> None:
        """Begin a look."""
        self._found.clear()
        if self.first_look:
            self._today = Sketch(self._old.cells)

    def is_news(self, key: str, mark: str) -> bool:
        """Collect in the first look, compare in the second."""
        element = element_of(key, mark)
        if self.first_look:
            self._today.add(element)
            return False
        if key in self._removed:
            self._found.add(key)
        if element not in self._added:
            return False
        self._written[key] = element
        return True

    def holds(self, key: str) -> bool:
        """Tell whether an older form of the row is held."""
        return key in self._removed

    def has(self, key: str, mark: str) -> bool:  # noqa: ARG002 - of single rows it knows nothing
        """Return that it is not known."""
        return False

    def look_again(self, *, is_whole: bool) -> bool:
        """Tell whether anything differs; DifferenceTooLarge when it cannot be told what.

        A partial listing differs by all that it lacks.  If that is too much, nothing is news.
        """
        self._is_whole = self._is_whole and is_whole
        if not self.first_look:
            return False
        self.first_look = False
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

    def gone(self) -> list[str]:
        """Return the keys whose form has vanished and that the second look did not find."""
        return sorted(self._removed.keys() - self._found) if self._is_whole else []

    def settled(self) -> Sketch | None:
        """Return the sketch of the first look, or of what a partial listing has led to."""
        if self._is_whole:
            return self._today
        held = self._old.copy()
        for key, element in self._written.items():
            if key in self._removed:
                held.remove(self._removed[key])
            held.add(element)
        return held


def element_of(key: str, mark: str) -> str:
    """Return what a sketch holds of a row."""
    return f"{key}{KEY_SEPARATOR}{mark}"
