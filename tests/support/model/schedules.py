"""Tables that a sync must read by their intervals, where that is certain."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

HOURS_OF_NO_TABLE = 24
"""Interval of the model if none of its tables is selected."""

CONTENT = frozenset(("ENTRIES", "ASSETS"))
LISTINGS = (frozenset(("LOCALES",)), frozenset(("CONTENT_TYPES", "CONTENT_TYPE_FIELDS")))
MODEL = LISTINGS[0] | LISTINGS[1]
"""Tables whose listings titles depend on."""

BY_MODEL = frozenset(
    (
        *("title", "fields", "links", "field_status"),
        *("file_name", "content_type", "url", "size", "width", "height"),
    )
)
"""Columns of content that change with the model, even if no record is edited."""


class Schedules:
    """The intervals of tables, in hours, and the time of the last sync.

    A table is certainly due if its interval has passed since the last sync of any table.
    """

    def __init__(self) -> None:
        """Start without intervals, before the first sync."""
        self.hours: dict[str, int] = {}
        self._last: datetime | None = None

    def forget(self) -> None:
        """Start again: the next sync knows no earlier one."""
        self._last = None

    def synced(self, now: datetime) -> None:
        """Note a sync."""
        self._last = now

    def as_setting(self, tables: Collection[str]) -> str:
        """Return the tables with their intervals, as in the setting."""
        return ",".join(
            f"{one}@{self.hours[one]}h" if one in self.hours else one for one in tables
        )

    def due(self, tables: Collection[str], now: datetime) -> set[str]:
        """Return the tables that a sync must read."""
        return {one for one in tables if self._has_passed(self.hours.get(one, 0), now)}

    def has_new_model(self, tables: Collection[str], now: datetime) -> bool:
        """Return whether a sync must read locales and content types for the titles."""
        due = self.due(MODEL.intersection(tables), now)
        if MODEL.isdisjoint(tables):
            return self._has_passed(HOURS_OF_NO_TABLE, now)
        # A listing without a selected table is read with the other one.
        return all(due & (one if one.intersection(tables) else MODEL) for one in LISTINGS)

    def _has_passed(self, hours: int, now: datetime) -> bool:
        return self._last is None or now - self._last >= timedelta(hours=hours)


def without_model(rows: dict[Any, dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """Return rows of content without the columns that depend on the model."""
    return {
        key: {name: value for name, value in row.items() if name not in BY_MODEL}
        for key, row in rows.items()
    }
