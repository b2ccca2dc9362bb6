"""Operations and a log of Fivetran that count rows and do not keep them."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any


class Recorder:
    """Counts rows by table, and keeps the state and the warnings."""

    can_truncate = True

    def __init__(self) -> None:
        """Start without rows, and with an empty state."""
        self.written: Counter[str] = Counter()
        self.deleted: Counter[str] = Counter()
        self.warnings: list[str] = []
        self.saved = "{}"

    @property
    def state(self) -> dict[str, Any]:
        """The state of the last checkpoint."""
        state: dict[str, Any] = json.loads(self.saved)
        return state

    def counts(self) -> dict[str, Any]:
        """Return the numbers of rows, as JSON."""
        return {"written": self.written, "deleted": self.deleted}

    def upsert(self, table: str, _row: dict[str, Any]) -> None:
        """Count a row."""
        self.written[table] += 1

    def delete(self, table: str, _keys: dict[str, Any]) -> None:
        """Count a deleted row."""
        self.deleted[table] += 1

    def truncate(self, table: str) -> None:
        """Do nothing: rows are not kept."""

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Keep the state as JSON, as Fivetran does."""
        self.saved = json.dumps(state)

    def warning(self, message: str) -> None:
        """Keep a warning."""
        self.warnings.append(message)

    def info(self, message: str) -> None:
        """Ignore a message."""
