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

    def look_again(self) -> bool:
        """Tell at the end of a look whether the listing has to be read once more."""

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

    def look_again(self) -> bool:
        """One look is enough."""
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
        self._doubtful: set[str] = set()
        self._found: set[str] = set()

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
        self._found.add(key)
        self._found &= self._doubtful
        return element in self._added

    def holds(self, key: str) -> bool:
        """Tell whether an older form of the row is held."""
        return key in self._doubtful

    def has(self, key: str, mark: str) -> bool:  # noqa: ARG002 - of single rows it knows nothing
        """Return that it is not known."""
        return False

    def look_again(self) -> bool:
        """Tell whether anything differs; DifferenceTooLarge when it cannot be told what."""
        if not self.first_look:
            return False
        difference = self._old.difference(self._today)
        if difference is None:
            raise DifferenceTooLarge("More has changed than the state can tell.")
        self.first_look = False
        self._added = set(difference.added)
        self._doubtful = {element.rsplit(KEY_SEPARATOR, 1)[0] for element in difference.removed}
        return bool(difference.added or difference.removed)

    def gone(self) -> list[str]:
        """Return the keys whose form has vanished and that the second look did not find."""
        return sorted(self._doubtful - self._found)

    def settled(self) -> Sketch | None:
        """Return the sketch of the first look."""
        return self._today


def element_of(key: str, mark: str) -> str:
    """Return what a sketch holds of a row."""
    return f"{key}{KEY_SEPARATOR}{mark}"
