"""What the warehouse holds of one table in one place, so that the rest is known.

The CMA tells of no deletion and the connector cannot read the warehouse.  For every row that was
written the ledger keeps its key and a fingerprint: a key that a complete listing lacks is a
deletion, an equal fingerprint is a row that need not be written again.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

_FINGERPRINT_BYTES = 6


class Ledger:
    """Keys and fingerprints of the rows in the warehouse, over the dict that the state keeps.

    ``since`` is the instant before which records are left out (``initial_sync_days`` at the first
    sync), None for none.
    """

    def __init__(self, saved: dict[str, Any] | None = None) -> None:
        """Open a saved ledger, or a new one."""
        self.is_new = saved is None
        self.saved: dict[str, Any] = {"since": None, "rows": {}} if saved is None else saved
        self._rows: dict[str, str] = self.saved["rows"]

    @staticmethod
    def can_read(saved: Any) -> bool:
        """Tell whether *saved* has the shape of a ledger."""
        return isinstance(saved, Mapping) and isinstance(saved.get("rows"), Mapping)

    @property
    def since(self) -> str | None:
        """The instant before which records are left out."""
        found: str | None = self.saved.get("since")
        return found

    @since.setter
    def since(self, instant: str | None) -> None:
        self.saved["since"] = instant

    @property
    def cursor(self) -> str | None:
        """How far the changes of parents were read, for tables that are read per parent."""
        found: str | None = self.saved.get("cursor")
        return found

    @cursor.setter
    def cursor(self, instant: str | None) -> None:
        self.saved["cursor"] = instant

    def holds(self, key: str) -> bool:
        """Tell whether the warehouse has a row with this key."""
        return key in self._rows

    def is_unchanged(self, key: str, mark: str) -> bool:
        """Tell whether the warehouse has exactly this row."""
        return self._rows.get(key) == mark

    def keys(self) -> set[str]:
        """Return the keys of all rows that the warehouse has."""
        return set(self._rows)

    def record(self, marks: Mapping[str, str]) -> None:
        """Note rows that were written, by key and fingerprint."""
        self._rows.update(marks)

    def forget(self, keys: Iterable[str]) -> None:
        """Note rows that were deleted."""
        for key in keys:
            self._rows.pop(key, None)


def fingerprint(row: Mapping[str, Any], context: str = "") -> str:
    """Return 8 characters that differ when the row (or what else decides it) differs."""
    written = json.dumps([context, row], sort_keys=True, separators=(",", ":"))
    digest = hashlib.blake2b(written.encode("ascii"), digest_size=_FINGERPRINT_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")
