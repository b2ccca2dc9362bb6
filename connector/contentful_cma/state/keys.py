"""The keys under which the state keeps what it knows: a renamed attribute changes none of them."""

from __future__ import annotations

SCAN_KEYS = {
    "since": "since",
    "started_at": "started_at",
    "ids_from": "ids_from",
    "sketch": "sketch",
    "is_anew": "is_anew",
    "reached": "reached",
    "ends_before": "ends_before",
    "ids_there": "ids_there",
    "known": "known",
    "young": "young",
    "recent": "recent",
    "untitled": "untitled",
    "oversized": "oversized",
    "is_done": "is_done",
}
"""Attributes of a `Scan`."""

BOOKMARK_KEYS = {
    "read_until": "read_until",
    "bound": "bound",
    "sketch": "sketch",
    "young": "young",
    "recent": "recent",
    "scans": "scans",
    "made_of": "made_of",
    "untitled": "untitled",
    "oversized": "oversized",
    "origin": "origin",
}
"""Attributes of a `Bookmark`."""

SINCE, ROWS, SKETCH = "since", "rows", "sketch"
READ_UNTIL, UNREAD, POSITION, TOLD = "read_until", "unread", "position", "told"
PLAIN = "plain"
"""Parts of a `Ledger`; the last five only of tables that need them."""

VERSION, ACCOUNT, LAST_SYNC_TIME, PERIOD = "version", "account", "last_sync_time", "period"
EMPTIED, READINGS, ORIGINS = "emptied", "readings", "origins"
REFUSED, ALL_ASKED = "refused", "all_asked"
LEDGERS, BOOKMARKS, COVERAGE, CHECKSUM = "ledgers", "bookmarks", "coverage", "checksum"
"""Parts of the `State`."""
