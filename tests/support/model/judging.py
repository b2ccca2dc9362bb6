"""Whether the rows of a table are in each place what a sync had to make of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from support.model.bounds import place_of
from support.model.expected import Row, Rows
from support.model.rhythms import BY_MODEL
from support.model.waits import Demand

Demands = Callable[[str, str], Demand]
"""What has to become of a table in a place."""


@dataclass(frozen=True)
class Table:
    """What the warehouse *found* of a table after a sync, and what it *had* before it.

    The account has rows that are *needed*, and those that are *allowed*: what may be there or not
    has to be right if it is.
    """

    name: str
    found: Rows
    had: Rows
    needed: Rows
    allowed: Rows
    is_truncated: bool

    def problems(self, demands: Demands, old_models: Collection[str]) -> str:
        """Return in words what is wrong, nothing if nothing is.

        Titles may be those of *old_models*, the places whose content model could not be read.
        """
        lines = []
        for key in sorted(self.found.keys() | self.had.keys() | self.needed.keys()):
            place = place_of(self.name, key)
            demand = demands(self.name, place)
            found = self.found.get(key)
            right = self._right(key, demand)
            if demand is Demand.ANY:
                continue
            if place in old_models and demand is not Demand.KEPT:
                found, right = _plain(found), [_plain(one) for one in right]
            if found not in right:
                lines.append(f"{demand.name} {_difference(key, found, right[0])}")
        return "; ".join(lines)

    def _right(self, key: Any, demand: Demand) -> list[Row | None]:
        """Return what the row of a key may be."""
        had, needed, allowed = (one.get(key) for one in (self.had, self.needed, self.allowed))
        account = [needed] if needed == allowed else [needed, allowed]
        if demand is Demand.EQUAL:
            return account
        if self.is_truncated:
            # It has begun, or was read again, and what could not be read waits.
            return [had, *account, None]
        return [had] if demand is Demand.KEPT else [had, *account]


def problems_of_coverage(
    found: Rows, expected: Rows, demands: Demands, due: Collection[str]
) -> str:
    """Return in words which rows of SYNC_COVERAGE say something that is not so.

    What could not be read says so if it was *due*.
    """
    lines = []
    for key in sorted(found.keys() | expected.keys()):
        demand, row = demands(*key), found.get(key)
        if demand is Demand.EQUAL and row != expected.get(key):
            lines.append(_difference(key, row, expected.get(key)))
        is_read = row is not None and row["status"] == "read"
        if demand is Demand.KEPT and is_read and key[0] in due:
            lines.append(f"claims to be read: {key}")
    return "; ".join(lines)


def _plain(row: Row | None) -> Row | None:
    """Return a row without what the model decides."""
    return row and {name: value for name, value in row.items() if name not in BY_MODEL}


def _difference(key: Any, found: Row | None, expected: Row | None) -> str:
    if found is None or expected is None:
        return f"{'lacks' if found is None else 'lingers'}: {key}"
    columns = [
        f"{column}: has {found.get(column, '?')!r}, should have {expected.get(column, '?')!r}"
        for column in sorted(found.keys() | expected.keys())
        if found.get(column, "?") != expected.get(column, "?")
    ]
    return f"{key} {', '.join(columns)}"
