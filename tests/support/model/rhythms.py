"""Which tables a sync has to read by their rhythms, as far as that is certain."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

HOURS_OF_NO_TABLE = 24
"""How often the model is read where no table of it is selected."""

CONTENT = frozenset(("ENTRIES", "ASSETS"))
LISTINGS = (frozenset(("LOCALES",)), frozenset(("CONTENT_TYPES", "CONTENT_TYPE_FIELDS")))
MODEL = LISTINGS[0] | LISTINGS[1]
"""The tables whose listings decide titles."""

BY_MODEL = frozenset(
    (
        *("title", "fields", "links", "field_status"),
        *("file_name", "content_type", "url", "size", "width", "height"),
    )
)
"""Columns of content that change with the model although no record was edited."""


class Rhythms:
    """The hours between two readings of each table that has a rhythm, and the syncs so far.

    A table is certainly due where its hours have passed since the last sync, whatever that read.
    """

    def __init__(self) -> None:
        """Begin without rhythms, before the first sync."""
        self.hours: dict[str, int] = {}
        self._last: datetime | None = None

    def forget(self) -> None:
        """Begin again: the next sync knows of no earlier one."""
        self._last = None

    def synced(self, now: datetime) -> None:
        """Note a sync."""
        self._last = now

    def words(self, tables: Collection[str]) -> str:
        """Return the tables with their rhythms, as the setting has them."""
        return ",".join(
            f"{one}@{self.hours[one]}h" if one in self.hours else one for one in tables
        )

    def due(self, tables: Collection[str], now: datetime) -> set[str]:
        """Return the tables that a sync has to read."""
        return {one for one in tables if self._has_passed(self.hours.get(one, 0), now)}

    def has_new_model(self, tables: Collection[str], now: datetime) -> bool:
        """Tell whether a sync has to read locales and content types for the titles."""
        due = self.due(MODEL.intersection(tables), now)
        if MODEL.isdisjoint(tables):
            return self._has_passed(HOURS_OF_NO_TABLE, now)
        # A listing without a table goes with the other one.
        return all(due & (one if one.intersection(tables) else MODEL) for one in LISTINGS)

    def _has_passed(self, hours: int, now: datetime) -> bool:
        return self._last is None or now - self._last >= timedelta(hours=hours)


def without_model(rows: dict[Any, dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """Return rows of content without what the model decides."""
    return {
        key: {name: value for name, value in row.items() if name not in BY_MODEL}
        for key, row in rows.items()
    }
