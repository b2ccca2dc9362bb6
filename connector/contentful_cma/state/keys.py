"""The keys under which the state keeps what it knows."""

from __future__ import annotations

SINCE, ROWS, SKETCH = "since", "rows", "sketch"
READ_UNTIL, UNREAD, POSITION, TOLD = "read_until", "unread", "position", "told"
PLAIN = "plain"
"""Parts of a `Ledger`; the last five only of tables that need them."""

VERSION, ACCOUNT, LAST_SYNC_TIME, PERIOD = "version", "account", "last_sync_time", "period"
EMPTIED, READINGS, ORIGINS = "emptied", "readings", "origins"
REFUSED, ALL_ASKED = "refused", "all_asked"
LEDGERS, BOOKMARKS, COVERAGE, CHECKSUM = "ledgers", "bookmarks", "coverage", "checksum"
"""Parts of the `State`."""
