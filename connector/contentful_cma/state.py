"""The dict that Fivetran keeps between syncs, versioned.

    {"version": 1,
     "account": {"host": "https://api.contentful.com", "organizations": ["<id>"]},
     "last_sync_time": "2026-11-24T01:53:00Z",          end of the last period read completely
     "window": {"from": ..., "to": ...},                only while a sync has not succeeded
     "ledgers": {"SPACES": {"": {"since": null, "rows": {"<id>": "<fingerprint>"}}}},
     "cursors": {"ENTRIES": {"<space>/<environment>": {"cursor": ..., "sketch": ..., ...}}},
     "coverage": {"TEAMS": {"<organization>": "403 AccessDenied"}},
     "checksum": "<32 hexadecimal digits>"}             over everything else

The account is where all of it was read from (see `owner`).  Ledgers belong to tables that are
listed in full, cursors to those read by what changed (see `memory`), and coverage names only what
could not be read.  A place is written as its ids, the account's is "".  Nothing secret is in it.

Whatever the checksum does not fit is refused, so all else may trust what it finds here.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from .errors import StateTooLarge, StateUnusable
from .ledger import Ledger
from .memory import Memory
from .values import write_instant
from .window import TimeRange

VERSION = 1

LARGEST, LARGE = 10_000_000, 8_000_000
"""Bytes that Fivetran keeps at most, and from which on the user is told.
(https://fivetran.com/docs/connector-sdk/technical-reference)"""

NAMED_TABLES = 3
"""Tables that are named when the state is large, those that take the most of it."""

_CHECKSUM_BYTES = 16
_CHECKSUM_WRITTEN = len(f', "checksum": "{2 * _CHECKSUM_BYTES * "0"}"')


class State:
    """What is known of earlier syncs; an empty dict is a first sync or a full re-sync."""

    def __init__(self, saved: Mapping[str, Any]) -> None:
        """Take over a copy of *saved*; StateUnusable if this version cannot read it."""
        _check(saved)
        self._saved: dict[str, Any] = copy.deepcopy(dict(saved)) or {"version": VERSION}
        self._ledgers: dict[str, dict[str, Any]] = self._saved.setdefault("ledgers", {})
        self._coverage: dict[str, dict[str, str]] = self._saved.setdefault("coverage", {})
        self._memories = {
            table: {place: Memory.from_saved(one) for place, one in places.items()}
            for table, places in self._saved.pop("cursors", {}).items()
        }
        self._saved.pop("checksum", None)
        self.warning: str | None = None
        """What the user should know of the size of the state that was handed out last."""

    @property
    def account(self) -> Mapping[str, Any]:
        """The ``host`` and the ``organizations`` that this state was read from, if it was."""
        found: Mapping[str, Any] = self._saved.get("account", {})
        return found

    def keep_account(self, host: str, organizations: Iterable[str]) -> None:
        """Remember where all of this was read from."""
        self._saved["account"] = {"host": host, "organizations": sorted(organizations)}

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
        return table in self._ledgers or table in self._memories

    def begin_table(self, table: str) -> None:
        """Note that a table is empty and will be written."""
        self._ledgers.setdefault(table, {})

    def places(self, table: str) -> list[str]:
        """Return the names of the places of which the warehouse may hold rows of the table."""
        return [*self._ledgers.get(table, ()), *self._memories.get(table, ())]

    def ledger(self, table: str, place: str) -> Ledger:
        """Return the ledger of a table in a place; `keep_ledger` makes a new one last."""
        return Ledger(self._ledgers.get(table, {}).get(place))

    def keep_ledger(self, table: str, place: str, ledger: Ledger) -> None:
        """Make the ledger a part of this state."""
        self._ledgers.setdefault(table, {})[place] = ledger.saved

    def memory(self, table: str, place: str) -> Memory:
        """Return what is known of a table that is read by what changed."""
        return self._memories.get(table, {}).get(place, Memory())

    def keep_memory(self, table: str, place: str, memory: Memory) -> None:
        """Remember this of a table that is read by what changed."""
        self._memories.setdefault(table, {})[place] = memory

    def forget(self, table: str, place: str) -> None:
        """Forget a table in a place, because the warehouse holds no rows of it any more."""
        for known in (self._ledgers, self._memories, self._coverage):
            known.get(table, {}).pop(place, None)

    def forget_table(self, table: str) -> None:
        """Forget a table in all places, because it was truncated."""
        for known in (self._ledgers, self._memories):
            known.pop(table, None)

    def coverage(self, table: str, place: str) -> str:
        """Return why the table could not be read there the last time, "" if it could."""
        return self._coverage.get(table, {}).get(place, "")

    def cover(self, table: str, place: str, reason: str) -> None:
        """Note whether the table could be read."""
        if reason:
            self._coverage.setdefault(table, {})[place] = reason
        else:
            self._coverage.get(table, {}).pop(place, None)

    def saved(self) -> dict[str, Any]:
        """Return what Fivetran shall keep; only the memories are copied.

        StateTooLarge if Fivetran would not keep it.
        """
        cursors = {
            table: {place: memory.saved for place, memory in places.items()}
            for table, places in self._memories.items()
        }
        kept = {**self._saved, "cursors": cursors}
        written = _written(kept)
        size = len(written) + _CHECKSUM_WRITTEN
        self.warning = _about(size, kept) if size >= LARGE else None
        if size > LARGEST:
            raise StateTooLarge(self.warning)
        return {**kept, "checksum": _checksum(written)}


def _check(saved: Any) -> None:
    if not isinstance(saved, Mapping):
        raise _unusable(f"is a {type(saved).__name__} and no JSON object")
    if not saved:
        return
    if saved.get("version") != VERSION:
        raise _unusable(f"has version {saved.get('version')!r}")
    kept = {name: part for name, part in saved.items() if name != "checksum"}
    if saved.get("checksum") != _checksum(_written(kept)):
        raise _unusable("is damaged: its checksum does not fit")


def _written(kept: Mapping[str, Any]) -> str:
    """Return what the SDK makes of the state, but with keys in order: Fivetran may move them."""
    return json.dumps(kept, sort_keys=True)


def _checksum(written: str) -> str:
    return blake2b(written.encode("ascii"), digest_size=_CHECKSUM_BYTES).hexdigest()


def _about(size: int, kept: Mapping[str, Any]) -> str:
    sizes: Counter[str] = Counter()
    for part in ("ledgers", "cursors", "coverage"):
        for table, places in kept[part].items():
            sizes[table] += len(_written(places))
    most = ", ".join(f"{table} ({one:,})" for table, one in sizes.most_common(NAMED_TABLES))
    return (
        f"The state has {size:,} bytes, most of them for {most}; Fivetran keeps at most"
        f" {LARGEST:,}. Choose fewer tables, or split the account over several connections with"
        " space_ids, and re-sync the connection from its beginning (an empty state)."
    )


def _unusable(what: str) -> StateUnusable:
    sentence = (
        f"The saved state {what}; this connector reads version {VERSION}."
        " Restore the state of the last sync, or re-sync the connection from its beginning (an"
        " empty state)."
    )
    return StateUnusable(sentence)
