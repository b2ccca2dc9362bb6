"""The keys under which the state keeps what it knows."""

from __future__ import annotations

VERSION, ACCOUNT, LAST_SYNC_TIME, PERIOD = "version", "account", "last_sync_time", "period"
BEGUN, READS, TYPES, PLACES, CHECKSUM = "tables", "reads", "types", "places", "checksum"
"""Parts of the `State`."""

CREATED_AT, TABLES = "created_at", "tables"
"""Parts of a place."""

READ, ASKED, PROBLEM, BOOKMARK = "read", "asked", "problem", "bookmark"
"""Parts of the record of a table in a place, next to those of its `Ledger`."""

SINCE, ROWS, SKETCH = "since", "rows", "sketch"
READ_UNTIL, UNREAD, POSITION, TOLD = "read_until", "unread", "position", "told"
PLAIN, NEWEST = "plain", "newest"
"""Parts of a `Ledger`; all but the rows only where they are needed."""

OF_A_LEDGER = (SINCE, ROWS, SKETCH, READ_UNTIL, UNREAD, POSITION, TOLD, PLAIN, NEWEST)
