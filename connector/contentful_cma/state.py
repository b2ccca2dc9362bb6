"""The dict that Fivetran keeps between syncs, versioned.

    {"version": 1,
     "last_sync_time": "2026-11-24T01:53:00Z",          end of the last period read completely
     "window": {"from": ..., "to": ...},                only while a sync has not succeeded
     "ledgers": {"SPACES": {"": {"since": null, "rows": {"<id>": "<fingerprint>"}}}}}

Nothing secret is in it.  A ledger belongs to a table and a place; the account's place is "".
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Optional

from .errors import StateUnusable
from .ledger import Ledger
from .values import instant, write_instant
from .window import TimeRange

VERSION = 1


class State:
    """What is known of earlier syncs; an empty dict is a first sync or a full re-sync."""

    def __init__(self, saved: Mapping[str, Any]) -> None:
        """Take over a copy of *saved*; StateUnusable if this version cannot read it."""
        _check(saved)
        self._saved: dict[str, Any] = copy.deepcopy(dict(saved)) or {"version": VERSION}

    @property
    def last_sync_time(self) -> str | None:
        """The end of the last period that was read completely, as the API writes instants."""
        found: str | None = self._saved.get("last_sync_time")
        return found

    @property
    def is_interrupted(self) -> bool:
        """Whether the last sync ended before everything that was due had succeeded."""
        return "window" in self._saved

    def begin(self, period: TimeRange) -> None:
        """Note the period that is being read."""
        start = None if period.start is None else write_instant(period.start)
        self._saved["window"] = {"from": start, "to": write_instant(period.end)}

    def succeed(self, period: TimeRange) -> None:
        """Note that everything in the period has been written."""
        self._saved.pop("window", None)
        self._saved["last_sync_time"] = write_instant(period.end)

    def knows(self, table: str) -> bool:
        """Tell whether a sync with this state has begun to write the table."""
        return table in self._saved.get("ledgers", {})

    def ledger(self, table: str, place: str) -> Ledger:
        """Return the ledger of a table in a place; it changes this state once it records a row."""
        return Ledger(self._saved.get("ledgers", {}).get(table, {}).get(place))

    def keep(self, table: str, place: str, ledger: Ledger) -> None:
        """Make the ledger a part of this state."""
        self._saved.setdefault("ledgers", {}).setdefault(table, {})[place] = ledger.saved

    def saved(self) -> dict[str, Any]:
        """Return what Fivetran shall keep; it is not copied."""
        return self._saved


def _check(saved: Any) -> None:
    if not isinstance(saved, Mapping):
        raise _unusable(f"is a {type(saved).__name__} and no JSON object")
    if not saved:
        return
    if saved.get("version") != VERSION:
        raise _unusable(f"has version {saved.get('version')!r}")
    last = saved.get("last_sync_time")
    if last is not None and instant(last) is None:
        raise _unusable("has a last_sync_time that is no instant")
    ledgers = saved.get("ledgers", {})
    if not isinstance(ledgers, Mapping):
        raise _unusable("has ledgers that are no JSON object")
    for table, places in ledgers.items():
        if not isinstance(places, Mapping) or not all(map(Ledger.can_read, places.values())):
            raise _unusable(f"has a damaged ledger of {table}")


def _unusable(what: str) -> StateUnusable:
    sentence = (
        f"The saved state {what}; this connector reads version {VERSION}."
        " Restore the state or re-sync the connection from its beginning (an empty state)."
    )
    return StateUnusable(sentence)
