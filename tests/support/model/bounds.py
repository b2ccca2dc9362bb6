"""Records that ``initial_sync_days`` omits; the first sync of a table in a place sets the bound.

After a failed sync only its state knows whether it was the first one.  So a bound is two instants:
records updated from the later one on must be there, records updated before the earlier one must
be missing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from support.model.expected import KEYS_OF, PER_PARENT, Row, Rows

EVER = datetime.min.replace(tzinfo=timezone.utc)
"""The bound of a table that is read without one."""

Place = tuple[str, str]
"""A table and the name of a place."""


@dataclass(frozen=True)
class Bound:
    """The time from which records are present, at the earliest and at the latest."""

    earliest: datetime
    latest: datetime
    is_certain: bool

    def or_at(self, first: datetime, *, is_certain: bool) -> Bound:
        """Return the bound if either this sync or the next one was the first."""
        earliest, latest = min(self.earliest, first), max(self.latest, first)
        return Bound(earliest, latest, is_certain)


class Bounds:
    """The bounds of all tables in all places, set by the syncs so far."""

    def __init__(self) -> None:
        """Start before the first sync."""
        self._known: dict[Place, Bound] = {}

    def forget(self) -> None:
        """Start again: the next sync is the first one."""
        self._known.clear()

    def lift(self, places: Collection[Place], *, is_certain: bool) -> None:
        """Note a sync that read all records in *places*."""
        for one in places:
            known = self._known.get(one)
            if is_certain or known is None:
                self._known[one] = Bound(EVER, EVER, is_certain)
            else:
                self._known[one] = replace(known, earliest=EVER)

    def set(self, places: Collection[Place], first: datetime, *, is_certain: bool) -> None:
        """Note a sync of *places* that reads back to *first* if it is the first one."""
        for one in places:
            known = self._known.get(one)
            if known is None:
                self._known[one] = Bound(first, first, is_certain)
            elif not known.is_certain:
                self._known[one] = known.or_at(first, is_certain=is_certain)

    def doubt(self, places: Collection[Place]) -> None:
        """Note that the next sync of *places* may be the first one."""
        for one in self._known.keys() & set(places):
            self._known[one] = replace(self._known[one], is_certain=False)

    def leave(
        self, places: Collection[Place], tables: Collection[str], *, is_certain: bool
    ) -> None:
        """Note a sync of *tables* that found them only in *places*."""
        for one, known in list(self._known.items()):
            if one[0] in tables and one not in places:
                if is_certain:
                    del self._known[one]
                else:
                    self._known[one] = replace(known, is_certain=False)

    def required(self, table: str, rows: Rows) -> Rows:
        """Return the rows that must be there."""
        return {key: row for key, row in rows.items() if self._is_past(table, key, row, "latest")}

    def allowed(self, table: str, rows: Rows) -> Rows:
        """Return the rows that may be there."""
        return {
            key: row for key, row in rows.items() if self._is_past(table, key, row, "earliest")
        }

    def _is_past(self, table: str, key: tuple[str, ...], row: Row, which: str) -> bool:
        bound = self._known.get((table, place_of(table, key)))
        updated = None if table in PER_PARENT else row.get("updated_at")
        if bound is None or updated is None:
            return True
        return datetime.fromisoformat(updated.replace("Z", "+00:00")) >= getattr(bound, which)


def place_of(table: str, key: tuple[str, ...]) -> str:
    """Return the name of the place that a row belongs to."""
    names = KEYS_OF[table]
    return "/".join(key[: sum(one in names for one in ("space_id", "environment_id"))])
