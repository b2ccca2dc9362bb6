"""Syncs that make many checkpoints, and that are stopped right after one."""

from __future__ import annotations

from typing import Any

from support.warehouse import FastTime, Warehouse


class Crash(Exception):
    """The sync was stopped from outside."""


class CrashingWarehouse(Warehouse):
    """A warehouse that fails once a row was written and made to last by a checkpoint."""

    crash_after: str | None = None
    """The id of the row."""

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Make it last, and fail right after the row that was chosen."""
        super().checkpoint(state)
        written = {row["id"] for table, row in self.run.written if table == "ENTRIES"}
        if self.crash_after in written:
            raise Crash


class ManyCheckpoints(FastTime):
    """A clock that is so fast that each batch is followed by a checkpoint."""

    def clock(self) -> float:
        """Return the seconds, 100 more than the last time."""
        self._seconds += 100
        return self._seconds
