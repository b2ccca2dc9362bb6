"""SYNCS: one row a sync, which tells how fresh a table is although nothing in it changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from contentful_cma.api.client import Client
from contentful_cma.tables import SYNC_COVERAGE, SYNCS
from contentful_cma.tables.table import Table
from contentful_cma.values import Row, write_instant

from .due import Due


class Syncs:
    """Tells of the sync that is under way, where the settings name SYNCS."""

    def __init__(self, tables: Collection[Table], client: Client, due: Due) -> None:
        """Begin now; *tables* are those of this sync."""
        self._is_selected = SYNCS in tables
        self._client = client
        self._due = due
        self._began = client.clock()

    def rows(self, written: int, deleted: int, *, is_complete: bool) -> Iterable[Row]:
        """Return the row of this sync with the number of rows *written* and *deleted* so far."""
        if not self._is_selected:
            return []
        start = self._client.started_at().replace(microsecond=0)
        took = timedelta(seconds=round(self._client.clock() - self._began))
        row = {
            "started_at": write_instant(start),
            "ended_at": write_instant(start + took),
            "requests": self._client.requests_made,
            "rows_written": written,
            "rows_deleted": deleted,
            "due": sorted(self._due.tables - {SYNCS.name, SYNC_COVERAGE.name}),
            "is_complete": is_complete,
        }
        return [row]
