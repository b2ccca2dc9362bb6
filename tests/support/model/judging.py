"""Compare the rows of a table with the demand on each place."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from support.model.bounds import place_of
from support.model.expected import Row, Rows
from support.model.schedules import BY_MODEL
from support.model.waits import Demand

Demands = Callable[[str, str], Demand]
"""The demand on a table in a place."""


@dataclass(frozen=True)
class Table:
    """The rows of a table after a sync (*found*) and before it (*had*).

    Rows of the account are *needed* or only *allowed*.  Allowed rows may be missing, but their
    values must be right.
    """

    name: str
    found: Rows
    had: Rows
    needed: Rows
    allowed: Rows
    is_truncated: bool

    def problems(self, demands: Demands, old_models: Collection[str]) -> str:
        """Describe all wrong rows; return an empty text if there are none.

        In *old_models*, the places whose content model could not be read, titles may be old.
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
        """Return the allowed values of the row with a key."""
        had, needed, allowed = (one.get(key) for one in (self.had, self.needed, self.allowed))
        account = [needed] if needed == allowed else [needed, allowed]
        if demand is Demand.EQUAL:
            return account
        if self.is_truncated:
            # The table was truncated, and rows that could not be read since may be missing.
            return [had, *account, None]
        return [had] if demand is Demand.KEPT else [had, *account]


def problems_of_coverage(
    found: Rows, expected: Rows, demands: Demands, due: Collection[str]
) -> str:
    """Describe all wrong rows of SYNC_COVERAGE.

    A table that was *due* and could not be read must not be listed as read.
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
    """Return a row without the columns that depend on the model."""
    return row and {name: value for name, value in row.items() if name not in BY_MODEL}


def _difference(key: Any, found: Row | None, expected: Row | None) -> str:
    if found is None or expected is None:
        return f"{'is missing' if found is None else 'should be deleted'}: {key}"
    columns = [
        f"{column}: has {found.get(column, '?')!r}, should have {expected.get(column, '?')!r}"
        for column in sorted(found.keys() | expected.keys())
        if found.get(column, "?") != expected.get(column, "?")
    ]
    return f"{key} {', '.join(columns)}"
