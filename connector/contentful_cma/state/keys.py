"""The keys of the saved state."""

from __future__ import annotations

VERSION, ACCOUNT, LAST_SYNC_TIME, PERIOD = "version", "account", "last_sync_time", "period"
BEGUN, READS, TYPES, PLACES, CHECKSUM = "tables", "reads", "types", "places", "checksum"
DEFERRED = "deferred"
"""Parts of the `State`."""

CREATED_AT, TABLES = "created_at", "tables"
"""Parts of a place."""

READ, REQUESTED, PROBLEM, BOOKMARK = "read", "asked", "problem", "bookmark"
"""Parts of the record of a table in a place, next to those of its `Ledger`."""

SINCE, ROWS, SKETCH = "since", "rows", "sketch"
READ_UNTIL, UNREAD, POSITION, LOOKED_UP = "read_until", "unread", "position", "told"
PLAIN, NEWEST, MISSING = "plain", "newest", "gone"
"""Parts of a `Ledger`; each except the rows is saved only where it is needed."""

OF_PARENTS = (READ_UNTIL, UNREAD, POSITION, NEWEST, MISSING)
OF_A_LEDGER = (SINCE, ROWS, SKETCH, LOOKED_UP, PLAIN, *OF_PARENTS)
