"""Syncs with many checkpoints that fail right after one of them."""

from __future__ import annotations

from typing import Any

from support.warehouse import FastTime, Warehouse


class Crash(Exception):
    """The sync was stopped from outside."""


class CrashingWarehouse(Warehouse):
    """A warehouse that fails once a chosen row was committed."""

    crash_after: str | None = None
    """Id of the row."""

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Commit, and fail right after the chosen row."""
        super().checkpoint(state)
        written = {row["id"] for table, row in self.run.written if table == "ENTRIES"}
        if self.crash_after in written:
            raise Crash


class ManyCheckpoints(FastTime):
    """A clock so fast that a checkpoint follows each batch."""

    def clock(self) -> float:
        """Return the seconds, 100 more at each call."""
        self._seconds += 100
        return self._seconds
