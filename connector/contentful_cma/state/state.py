"""The dict that Fivetran keeps between syncs, versioned: a record for each table in each place.

    {"version": 3,
     "account": {"host": "https://api.contentful.com", "organizations": ["<id>"]},
     "last_sync_time": "2026-11-24T01:53:00Z",          end of the last period read completely
     "period": {"from": ..., "to": ...},                only while a sync has not succeeded
     "tables": ["ENTRIES", "SPACES"],                   that a sync with this state has begun
     "reads": [["2026-11-24T01:53:00Z", "<digest>"]],   when something was read, and made of what
     "types": [["page", "title", 1, "<hashes>"]],       content types that content was made of
     "places": {
         "": {"tables": {"SPACES": {"rows": {"<id>": "<fingerprint>"}, "read": 0}}},
         "<space>/<environment>": {
             "created_at": "...",
             "tables": {"ENTRIES": {"bookmark": {...}, "read": 0},
                        "TAGS": {"problem": ["refused", "HTTP 403 AccessDenied", "<since>"],
                                 "asked": "..."}}}},
     "checksum": "<32 hexadecimal digits>"}             over everything else

The account is where all of it was read from (see `sync/guard.py`).  A table that is listed has a
`Ledger`, one that is read by what changed a `Bookmark`.  A place is written as its ids, the
account's is "".  Nothing secret is in it.  All keys are in `keys`.

Whatever the checksum does not fit is refused, so all else may trust what it finds here.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
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
    ListingBegun,
    ListingRead,
    ParentsRead,
    PlaceDropped,
    PlaceSeen,
    RemakeBegun,
    Requested,
    RowsChanged,
)
from .from_version_2 import migrated
from .ledger import Ledger
from .problem import EMPTIED, REFUSED, REMADE, Known, Problem

VERSION, OLDEST_VERSION = 3, 2

LARGEST, LARGE = 10_000_000, 8_000_000
"""Bytes that Fivetran keeps at most, and from which on the user is told.
(https://fivetran.com/docs/connector-sdk/technical-reference)"""

BUDGET = 4_500_000
"""Bytes from which on listed tables are known by sketches."""

NAMED_TABLES = 3
"""Tables that are named when the state is large, those that take the most of it."""

_CHECKSUM_BYTES = 16
_CHECKSUM_WRITTEN = len(f', "{keys.CHECKSUM}": "{2 * _CHECKSUM_BYTES * "0"}"')


class State:
    """What is known of earlier syncs; an empty dict is a first sync or a full re-sync."""

    def __init__(self, saved: Mapping[str, Any]) -> None:
        """Take over a copy of *saved*; StateUnusable if this version cannot read it."""
        _check(saved)
        kept: dict[str, Any] = copy.deepcopy(dict(saved))
        kept.pop(keys.CHECKSUM, None)
        if kept.get(keys.VERSION) == OLDEST_VERSION:
            kept = migrated(kept)
        self._saved: dict[str, Any] = {**kept, keys.VERSION: VERSION}
        self._begun: set[str] = set(self._saved.pop(keys.BEGUN, ()))
        self._places: dict[str, dict[str, Any]] = self._saved.setdefault(keys.PLACES, {})
        self._reads: list[tuple[str, str]] = []
        self._numbers: dict[tuple[str, str], int] = {}
        reads = self._saved.pop(keys.READS, [])
        types = self._saved.pop(keys.TYPES, [])
        self._types: dict[tuple[Any, ...], int] = {}
        self._numbered: dict[int, tuple[Mapping[str, Any], list[int]]] = {}
        self._bookmarks: dict[tuple[str, str], Bookmark] = {}
        for table, place, record in self._records():
            if keys.BOOKMARK in record:
                # What it was read of is the place as it is known, if nothing else is said.
                created_at = self._places[place].get(keys.CREATED_AT)
                saved_bookmark = {"origin": created_at, **record.pop(keys.BOOKMARK)}
                self._bookmarks[table, place] = Bookmark.from_saved(
                    _with_types(saved_bookmark, types)
                )
            if keys.READ in record:
                # Numbers that no record has any longer are given again.
                record[keys.READ] = self._number(*reads[record[keys.READ]])
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

    def places_below(self, listing: str, place: str, tables: Collection[str]) -> int:
        """Return how many places an empty *listing* would take away from *tables*.

        *listing* is the table that shows these places.
        """
        known = {name for table, name in self.tables_and_places() if table in tables}
        organizations = self.organizations()
        if listing == "ENVIRONMENTS":
            below = {name for name in known if name.startswith(f"{place}/")}
        elif listing == "SPACES":
            below = {name.partition("/")[0] for name in known} - organizations - {""}
        else:
            below = known & organizations
        own = self.ledger(listing, place).count if listing in tables else 0
        return max(len(below), own)

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

    # Records

    def _records(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield table, place and record of all that is known."""
        for place, known in self._places.items():
            for table, record in known[keys.TABLES].items():
                yield table, place, record

    def _record(self, table: str, place: str) -> dict[str, Any]:
        """Return the record of a table in a place, a passing one if there is none."""
        known: dict[str, Any] = self._places.get(place, {}).get(keys.TABLES, {}).get(table, {})
        return known

    def _begin_record(self, table: str, place: str) -> dict[str, Any]:
        """Return the record of a table in a place, which is kept from now on."""
        known = self._places.setdefault(place, {keys.TABLES: {}})
        record: dict[str, Any] = known[keys.TABLES].setdefault(table, {})
        return record

    def _drop_record(self, table: str, place: str) -> None:
        """Forget a table in a place; the place goes with its last record."""
        known = self._places.get(place, {keys.TABLES: {}})
        known[keys.TABLES].pop(table, None)
        self._bookmarks.pop((table, place), None)
        if not known[keys.TABLES]:
            self._places.pop(place, None)

    def _place_names(self) -> Iterator[str]:
        """Yield the name of each place that something is remembered of."""
        yield from (name for name, known in self._places.items() if known[keys.TABLES])

    def tables_and_places(self) -> list[tuple[str, str]]:
        """Return each table with each place in which something is known of it."""
        return [(table, place) for table, place, _ in self._records()]

    def knows(self, table: str) -> bool:
        """Tell whether a sync with this state has begun to write the table."""
        return table in self._begun

    def begin_table(self, table: str) -> None:
        """Note that a table is empty and will be written."""
        self._begun.add(table)

    def has(self, table: str, place: str) -> bool:
        """Tell whether the warehouse may hold rows of the table in a place."""
        return keys.ROWS in self._record(table, place) or (table, place) in self._bookmarks

    def places(self, table: str) -> list[str]:
        """Return the names of the places of which the warehouse may hold rows of the table."""
        return [place for place in self._places if self.has(table, place)]

    def ledger(self, table: str, place: str) -> Ledger:
        """Return what is known of a table that is listed; `apply` changes it."""
        return Ledger(self._record(table, place) or None)

    def bookmark(self, table: str, place: str) -> Bookmark:
        """Return what is known of a table that is read by what changed."""
        return self._bookmarks.get((table, place), Bookmark())

    def known(self, table: str, place: str) -> Known:
        """Return when a table was read and requested last in a place, and what came of it."""
        record = self._record(table, place)
        number, problem = record.get(keys.READ), record.get(keys.PROBLEM)
        at, made_of = (None, None) if number is None else self._reads[number]
        return Known(
            read=at or None,
            made_of=made_of,
            asked=record.get(keys.ASKED, at) or None,
            problem=None if problem is None else Problem(*problem),
            created_at=self._places.get(place, {}).get(keys.CREATED_AT),
        )

    def refused(self) -> set[str]:
        """Return the tables that are refused in some place."""
        return {
            table
            for table, _, record in self._records()
            if record.get(keys.PROBLEM, ("",))[0] == REFUSED
        }

    def _number(self, at: str, made_of: str) -> int:
        """Return the number of an instant and of what was read then, each kept once."""
        read = (at, made_of)
        if read not in self._numbers:
            self._numbers[read] = len(self._reads)
            self._reads.append(read)
        return self._numbers[read]

    # Changes

    def apply(self, change: Change) -> None:
        """Note what was done to the warehouse; nothing else changes a record."""
        if isinstance(change, BookmarkMoved):
            self._begin_record(change.table, change.place)
            self._bookmarks[change.table, change.place] = change.bookmark
        elif isinstance(change, PlaceDropped):
            self._drop_record(change.table, change.place)
        elif isinstance(change, PlaceSeen):
            self._see_place(change)
        elif isinstance(change, RemakeBegun):
            at = self.known(change.table, change.place).read or ""
            self._begin_record(change.table, change.place)[keys.READ] = self._number(at, REMADE)
        elif isinstance(change, Requested):
            self._note_request(change)
        else:
            self._change_ledger(change)

    def _change_ledger(
        self, change: RowsChanged | ListingBegun | ListingRead | ParentsRead
    ) -> None:
        """Note what has changed in the rows of a table that is listed."""
        ledger = Ledger(self._begin_record(change.table, change.place))
        ledger.begin()
        if isinstance(change, RowsChanged):
            ledger.record(change.written, change.deleted, change.told)
        elif isinstance(change, ListingBegun):
            ledger.set_bound(change.since)
        elif isinstance(change, ListingRead):
            ledger.end(change.sketch, is_plain=change.is_plain)
            self._read_whole.add((change.table, change.place))
        else:
            unread = list(change.unread)
            ledger.read_parents(change.until, unread, change.position, change.newest)

    def _see_place(self, change: PlaceSeen) -> None:
        """Note when a place was created; what was read of an earlier one has to be read again."""
        known = self._places.setdefault(change.place, {keys.TABLES: {}})
        was = known.get(keys.CREATED_AT, change.created_at)
        known[keys.CREATED_AT] = change.created_at
        for record in known[keys.TABLES].values() if was != change.created_at else ():
            for part in (keys.READ, keys.ASKED, keys.PROBLEM):
                record.pop(part, None)
            Ledger(record).forget_parents()

    def _note_request(self, change: Requested) -> None:
        """Note what became of a table in a place."""
        record = self._begin_record(change.table, change.place)
        known = self.known(change.table, change.place)
        asked = change.at if change.was_requested else known.asked
        if change.made_of is not None:
            record[keys.READ] = self._number(change.at, change.made_of)
        for part in (keys.ASKED, keys.PROBLEM):
            record.pop(part, None)
        if asked is not None and asked != self.known(change.table, change.place).read:
            record[keys.ASKED] = asked
        problem = change.problem
        if problem is not None:
            was = known.problem
            is_same = was is not None and was.kind == problem.kind and was.since <= change.at
            since = was.since if was is not None and is_same else change.at
            record[keys.PROBLEM] = [problem.kind, problem.reason, since]
        elif change.made_of is None and not self.has(change.table, change.place):
            self._drop_record(change.table, change.place)

    def empty_table(self, table: str, places: Iterable[str], at: str) -> None:
        """Note that a table was truncated; in *places* it is read again, within its bounds."""
        kept = set(places)
        for place in self.places(table):
            if place not in kept:
                self._drop_record(table, place)
                continue
            record = self._record(table, place)
            if (table, place) in self._bookmarks:
                self._bookmarks[table, place] = self._bookmarks[table, place].emptied()
            else:
                Ledger(record).empty()
            record.pop(keys.READ, None)
            record[keys.PROBLEM] = [EMPTIED, "", at]

    # What Fivetran keeps

    def _sketch_ledgers(self, excess: int) -> bool:
        """Know the largest listed tables by a sketch until *excess* bytes are saved.

        Only those whose listing has come to its end: it alone knows every row.
        """
        sizes = [
            (len(_written(self._record(table, place))), table, place)
            for table, place in self._read_whole
            if keys.ROWS in self._record(table, place)
        ]
        saved = 0
        for size, table, place in sorted(sizes, reverse=True):
            if saved >= excess:
                break
            saved += Ledger(self._record(table, place)).compress(size)
        return saved > 0

    def _with_bookmarks(self) -> dict[str, dict[str, Any]]:
        """Return all places of which something is known, with what they know of content."""
        places = {name: known for name, known in self._places.items() if known[keys.TABLES]}
        for (table, place), bookmark in self._bookmarks.items():
            tables = places[place][keys.TABLES]
            written = {**bookmark.saved, "origin": bookmark.origin}
            if bookmark.origin == places[place].get(keys.CREATED_AT):
                del written["origin"]
            if bookmark.made_of.get("types"):
                numbers = self._numbers_of(bookmark.made_of["types"])
                written["made_of"] = {**bookmark.made_of, "types": numbers}
            record = {**tables[table], keys.BOOKMARK: written}
            places[place] = {**places[place], keys.TABLES: {**tables, table: record}}
        return places

    def _numbers_of(self, types: Mapping[str, list[Any]]) -> list[int]:
        """Return the numbers of content types; those of most environments are the same."""
        if id(types) not in self._numbered:
            numbers = [
                self._types.setdefault((kind, *summary), len(self._types))
                for kind, summary in types.items()
            ]
            # The types are kept with them, so that no other object has their id.
            self._numbered[id(types)] = types, numbers
        return self._numbered[id(types)][1]

    def save(self) -> dict[str, Any]:
        """Return what Fivetran shall keep; only the bookmarks are copied.

        StateTooLarge if Fivetran would not keep it.
        """
        places = self._with_bookmarks()
        kept = {
            **self._saved,
            keys.BEGUN: sorted(self._begun),
            keys.READS: [list(read) for read in self._reads],
            keys.TYPES: [list(one) for one in self._types],
            keys.PLACES: places,
        }
        written = _written(kept)
        if len(written) > BUDGET and self._sketch_ledgers(len(written) - BUDGET):
            written = _written(kept)
        size = len(written) + _CHECKSUM_WRITTEN
        self.warning = _about(size, kept) if size >= LARGE else None
        if size > LARGEST:
            raise StateTooLarge(self.warning)
        return {**kept, keys.CHECKSUM: _checksum(written)}


def _with_types(bookmark: dict[str, Any], types: list[list[Any]]) -> dict[str, Any]:
    """Return a saved bookmark with the content types that its numbers name."""
    made_of = bookmark.get("made_of", {})
    numbers = made_of.get("types")
    # States of version 2 have them in each bookmark.
    if not isinstance(numbers, list):
        return bookmark
    named = {kind: summary for kind, *summary in (types[number] for number in numbers)}
    return {**bookmark, "made_of": {**made_of, "types": named}}


def _check(saved: Any) -> None:
    """Raise StateUnusable unless this version has written the state, and nobody else."""
    if not isinstance(saved, Mapping):
        raise _unusable(f"is a {type(saved).__name__} and no JSON object")
    if not saved:
        return
    if saved.get(keys.VERSION) not in (OLDEST_VERSION, VERSION):
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
    for known in kept[keys.PLACES].values():
        for table, record in known[keys.TABLES].items():
            sizes[table] += len(_written(record))
    most = ", ".join(f"{table} ({one:,})" for table, one in sizes.most_common(NAMED_TABLES))
    return (
        f"The state has {size:,} bytes, most of them for {most}; Fivetran keeps at most"
        f" {LARGEST:,}. Choose fewer tables, or split the account over several connections with"
        " space_ids, and re-sync the connection from its beginning (an empty state)."
    )


def _unusable(what: str) -> StateUnusable:
    """Return the error for a state that cannot be used."""
    sentence = (
        f"The saved state {what}; this connector reads versions {OLDEST_VERSION} and {VERSION}."
        " Restore the state of the last sync, or re-sync the connection from its beginning (an"
        " empty state)."
    )
    return StateUnusable(sentence)
