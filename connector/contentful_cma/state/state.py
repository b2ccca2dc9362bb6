"""The dict that Fivetran keeps between syncs, versioned.

    {"version": 2,
     "account": {"host": "https://api.contentful.com", "organizations": ["<id>"]},
     "last_sync_time": "2026-11-24T01:53:00Z",          end of the last period read completely
     "period": {"from": ..., "to": ...},                only while a sync has not succeeded
     "ledgers": {"SPACES": {"": {"since": null, "rows": {"<id>": "<fingerprint>"}}}},
     "bookmarks": {"ENTRIES": {"<space>/<environment>": {"read_until": ..., "sketch": ..., ...}}},
     "readings": {"TAGS": ["2026-11-24T01:53:00Z", "<digest>"]},  of tables that have a rhythm
     "origins": {"<space>/<environment>": "<creation>"},    which environment those were of
     "coverage": {"TEAMS": {"<organization>": "403 AccessDenied"}},
     "refused": {"WORKFLOWS": {"<organization>": "<space>/<environment>"}},   probed last
     "all_asked": {"WORKFLOWS": "2026-11-24T01:53:00Z"},     when nothing of it was left unasked
     "checksum": "<32 hexadecimal digits>"}             over everything else

The account is where all of it was read from (see `sync/guard.py`).  Ledgers belong to tables that
are listed in full, bookmarks to those read by what changed, and coverage names only what could not
be read.  A place is written as its ids, the account's is "".  Nothing secret is in it.  All keys
stand in `keys`.

Whatever the checksum does not fit is refused, so all else may trust what it finds here.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from contentful_cma.errors import StateTooLarge, StateUnusable
from contentful_cma.settings.period import TimeRange
from contentful_cma.values import write_instant

from . import keys
from .bookmark import Bookmark
from .changes import (
    BookmarkMoved,
    Change,
    Covered,
    ListingBegun,
    ListingRead,
    ParentsRead,
    PlaceDropped,
    RowsChanged,
)
from .ledger import Ledger

VERSION = 2

LARGEST, LARGE = 10_000_000, 8_000_000
"""Bytes that Fivetran keeps at most, and from which on the user is told.
(https://fivetran.com/docs/connector-sdk/technical-reference)"""

BUDGET = 4_500_000
"""Bytes from which on listed tables are known by sketches."""

Reading = list[str]
"""When the last complete reading of a table began, and what decided its rows."""

NAMED_TABLES = 3
"""Tables that are named when the state is large, those that take the most of it."""

_CHECKSUM_BYTES = 16
_CHECKSUM_WRITTEN = len(f', "{keys.CHECKSUM}": "{2 * _CHECKSUM_BYTES * "0"}"')


class State:
    """What is known of earlier syncs; an empty dict is a first sync or a full re-sync."""

    def __init__(self, saved: Mapping[str, Any]) -> None:
        """Take over a copy of *saved*; StateUnusable if this version cannot read it."""
        _check(saved)
        self._saved: dict[str, Any] = copy.deepcopy(dict(saved)) or {keys.VERSION: VERSION}
        self._ledgers: dict[str, dict[str, Any]] = self._saved.setdefault(keys.LEDGERS, {})
        self._coverage: dict[str, dict[str, str]] = self._saved.setdefault(keys.COVERAGE, {})
        self._bookmarks = {
            table: {place: Bookmark.from_saved(one) for place, one in places.items()}
            for table, places in self._saved.pop(keys.BOOKMARKS, {}).items()
        }
        self._saved.pop(keys.CHECKSUM, None)
        self.readings: dict[str, Reading] = self._saved.pop(keys.READINGS, {})
        self.origins: dict[str, str] = self._saved.pop(keys.ORIGINS, {})
        self._read_whole: set[tuple[str, str]] = set()
        self.warning: str | None = None
        """What the user should know of the size of the state that was handed out last."""

    @property
    def account(self) -> Mapping[str, Any]:
        """The ``host`` and the ``organizations`` that this state was read from, if it was."""
        found: Mapping[str, Any] = self._saved.get(keys.ACCOUNT, {})
        return found

    def keep_account(self, host: str, organizations: Iterable[str]) -> None:
        """Remember where all of this was read from."""
        self._saved[keys.ACCOUNT] = {"host": host, "organizations": sorted(organizations)}

    @property
    def last_sync_time(self) -> str | None:
        """The end of the last period that was read completely, as the API writes instants."""
        found: str | None = self._saved.get(keys.LAST_SYNC_TIME)
        return found

    @property
    def is_interrupted(self) -> bool:
        """Whether the last sync ended before everything that was due had succeeded."""
        return keys.PERIOD in self._saved

    def begin(self, period: TimeRange) -> None:
        """Note the period that is being read."""
        start = None if period.start is None else write_instant(period.start)
        self._saved[keys.PERIOD] = {"from": start, "to": write_instant(period.end)}

    def succeed(self, period: TimeRange) -> None:
        """Note that everything in the period has been written."""
        self._saved.pop(keys.PERIOD, None)
        self._saved[keys.LAST_SYNC_TIME] = write_instant(period.end)

    @property
    def is_emptied(self) -> bool:
        """Whether the last sync saw no space any more, and did not believe it."""
        return keys.EMPTIED in self._saved

    @is_emptied.setter
    def is_emptied(self, is_emptied: bool) -> None:
        """Note whether this sync saw no space any more."""
        self._saved.pop(keys.EMPTIED, None)
        if is_emptied:
            self._saved[keys.EMPTIED] = True

    def has_spaces(self) -> bool:
        """Tell whether anything is known of a space."""
        return self.ledger("SPACES", "").keys() is None or bool(self.spaces())

    def organizations(self) -> set[str]:
        """Return the ids of all organizations that were ever seen."""
        return {*self.account.get("organizations", ()), *self._listed("ORGANIZATIONS", "")}

    def spaces(self) -> set[str]:
        """Return the ids of all spaces of which something is remembered."""
        names = {name.partition("/")[0] for name in self._place_names()}
        return names.union(self._listed("SPACES", "")) - self.organizations() - {""}

    def environments(self) -> set[str]:
        """Return the ids of all environments of which something is remembered."""
        names = {name.partition("/")[2] for name in self._place_names()}
        listed = (self._listed("ENVIRONMENTS", place) for place in self.places("ENVIRONMENTS"))
        return names.union(*listed) - {""}

    def _listed(self, table: str, place: str) -> Iterable[str]:
        """Return the keys of a listed table, none where a sketch replaces them."""
        return self.ledger(table, place).keys() or ()

    def _sketch_ledgers(self, excess: int) -> bool:
        """Know the largest listed tables by a sketch until *excess* bytes are saved.

        Only those whose listing has come to its end: it alone knows every row.
        """
        sizes = [
            (len(_written(self._ledgers[table][place])), table, place)
            for table, place in self._read_whole
            if place in self._ledgers.get(table, {})
        ]
        saved = 0
        for size, table, place in sorted(sizes, reverse=True):
            if saved >= excess:
                break
            saved += Ledger(self._ledgers[table][place]).shrink(size)
        return saved > 0

    def _place_names(self) -> Iterator[str]:
        """Yield the name of each place that something is remembered of."""
        for known in (self._ledgers, self._bookmarks):
            for places in known.values():
                yield from places

    def knows(self, table: str) -> bool:
        """Tell whether a sync with this state has begun to write the table."""
        return table in self._ledgers or table in self._bookmarks

    def begin_table(self, table: str) -> None:
        """Note that a table is empty and will be written."""
        self._ledgers.setdefault(table, {})

    def places(self, table: str) -> list[str]:
        """Return the names of the places of which the warehouse may hold rows of the table."""
        return [*self._ledgers.get(table, ()), *self._bookmarks.get(table, ())]

    def has(self, table: str, place: str) -> bool:
        """Tell whether a sync with this state has begun to read the table in a place."""
        return any(place in known.get(table, ()) for known in (self._ledgers, self._bookmarks))

    def ledger(self, table: str, place: str) -> Ledger:
        """Return what is known of a table that is listed; `apply` changes it."""
        return Ledger(self._ledgers.get(table, {}).get(place))

    def bookmark(self, table: str, place: str) -> Bookmark:
        """Return what is known of a table that is read by what changed."""
        return self._bookmarks.get(table, {}).get(place, Bookmark())

    def apply(self, change: Change) -> None:
        """Note what was done to the warehouse; nothing else changes a ledger or a bookmark."""
        if isinstance(change, BookmarkMoved):
            self._bookmarks.setdefault(change.table, {})[change.place] = change.bookmark
            return
        if isinstance(change, Covered):
            self._cover(change)
            return
        if isinstance(change, PlaceDropped):
            for known in (self._ledgers, self._bookmarks, self._coverage):
                known.get(change.table, {}).pop(change.place, None)
            return
        ledger = self.ledger(change.table, change.place)
        if isinstance(change, RowsChanged):
            ledger.record(change.written, change.deleted, change.told)
        elif isinstance(change, ListingBegun):
            ledger.leave_out_before(change.since)
        elif isinstance(change, ListingRead):
            ledger.end(change.sketch, is_plain=change.is_plain)
            self._read_whole.add((change.table, change.place))
        elif isinstance(change, ParentsRead):
            ledger.read_parents(change.until, list(change.unread), change.position)
        self._ledgers.setdefault(change.table, {})[change.place] = ledger.saved

    def empty_table(self, table: str, places: Iterable[str]) -> None:
        """Note that a table was truncated; in *places* it is read again, within its bounds."""
        kept = set(places)
        ledgers, bookmarks = self._ledgers.pop(table, {}), self._bookmarks.pop(table, {})
        self._ledgers[table] = {
            place: Ledger.emptied(saved) for place, saved in ledgers.items() if place in kept
        }
        if bookmarks:
            self._bookmarks[table] = {
                place: bookmark.emptied() for place, bookmark in bookmarks.items() if place in kept
            }

    def coverage(self, table: str, place: str) -> str:
        """Return why the table could not be read there the last time, "" if it could."""
        return self._coverage.get(table, {}).get(place, "")

    def _cover(self, change: Covered) -> None:
        """Note whether the table could be read."""
        if change.reason:
            self._coverage.setdefault(change.table, {})[change.place] = change.reason
        else:
            self._coverage.get(change.table, {}).pop(change.place, None)

    def probed(self, table: str, organization: str) -> str | None:
        """Return the place that was probed last for a table that an organization is refused.

        None where it is not refused as a whole, "" where all places were asked last.
        """
        found: str | None = self._saved.get(keys.REFUSED, {}).get(table, {}).get(organization)
        return found

    def refuse(self, table: str, organization: str, probed: str | None) -> None:
        """Note which place was probed, or with None that the organization is not refused."""
        if probed is None:
            self._saved.get(keys.REFUSED, {}).get(table, {}).pop(organization, None)
        else:
            refused = self._saved.setdefault(keys.REFUSED, {})
            refused.setdefault(table, {})[organization] = probed

    def all_asked(self, table: str) -> str | None:
        """Return the start of the last sync that has asked for all of a table, if any has."""
        found: str | None = self._saved.get(keys.ALL_ASKED, {}).get(table)
        return found

    def ask_all(self, table: str, start: str) -> None:
        """Note that the sync that began at *start* has asked for all of a table."""
        self._saved.setdefault(keys.ALL_ASKED, {})[table] = start

    def saved(self) -> dict[str, Any]:
        """Return what Fivetran shall keep; only the bookmarks are copied.

        StateTooLarge if Fivetran would not keep it.
        """
        bookmarks = {
            table: {place: bookmark.saved for place, bookmark in places.items()}
            for table, places in self._bookmarks.items()
        }
        kept = {
            **self._saved,
            keys.BOOKMARKS: bookmarks,
            keys.READINGS: self.readings,
            keys.ORIGINS: self.origins,
        }
        written = _written(kept)
        if len(written) > BUDGET and self._sketch_ledgers(len(written) - BUDGET):
            written = _written(kept)
        size = len(written) + _CHECKSUM_WRITTEN
        self.warning = _about(size, kept) if size >= LARGE else None
        if size > LARGEST:
            raise StateTooLarge(self.warning)
        return {**kept, keys.CHECKSUM: _checksum(written)}


def _check(saved: Any) -> None:
    """Raise StateUnusable unless this version has written the state, and nobody else."""
    if not isinstance(saved, Mapping):
        raise _unusable(f"is a {type(saved).__name__} and no JSON object")
    if not saved:
        return
    if saved.get(keys.VERSION) != VERSION:
        raise _unusable(f"has version {saved.get('version')!r}")
    kept = {name: part for name, part in saved.items() if name != keys.CHECKSUM}
    if saved.get(keys.CHECKSUM) != _checksum(_written(kept)):
        raise _unusable("is damaged: its checksum does not fit")


def _written(kept: Mapping[str, Any]) -> str:
    """Return what the SDK makes of the state, but with keys in order: Fivetran may move them."""
    return json.dumps(kept, sort_keys=True)


def _checksum(written: str) -> str:
    """Return the checksum of a state that was written."""
    return blake2b(written.encode("ascii"), digest_size=_CHECKSUM_BYTES).hexdigest()


def _about(size: int, kept: Mapping[str, Any]) -> str:
    """Return in words how large the state is, and because of what."""
    sizes: Counter[str] = Counter()
    for part in (keys.LEDGERS, keys.BOOKMARKS, keys.COVERAGE):
        for table, places in kept[part].items():
            sizes[table] += len(_written(places))
    most = ", ".join(f"{table} ({one:,})" for table, one in sizes.most_common(NAMED_TABLES))
    return (
        f"The state has {size:,} bytes, most of them for {most}; Fivetran keeps at most"
        f" {LARGEST:,}. Choose fewer tables, or split the account over several connections with"
        " space_ids, and re-sync the connection from its beginning (an empty state)."
    )


def _unusable(what: str) -> StateUnusable:
    """Return the error for a state that cannot be used."""
    sentence = (
        f"The saved state {what}; this connector reads version {VERSION}."
        " Restore the state of the last sync, or re-sync the connection from its beginning (an"
        " empty state)."
    )
    return StateUnusable(sentence)
