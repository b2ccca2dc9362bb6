"""The state that Fivetran keeps between syncs: a record for each table in each place.

    {"version": 3,
     "account": {"host": "https://api.contentful.com", "organizations": ["<id>"]},
     "last_sync_time": "2026-11-24T01:53:00Z",          end of the last period read completely
     "period": {"from": ..., "to": ...},                only while a sync has not succeeded
     "tables": ["ENTRIES", "SPACES"],                   tables that a sync with it has begun
     "reads": [["2026-11-24T01:53:00Z", "<digest>"]],   times of reads, with columns and settings
     "types": [["page", "title", 1, "<hashes>"]],       content types used for rows of content
     "places": {
         "": {"tables": {"SPACES": {"rows": {"<id>": "<fingerprint>"}, "read": 0}}},
         "<space>/<environment>": {
             "created_at": "...",
             "tables": {"ENTRIES": {"bookmark": {...}, "read": 0},
                        "TAGS": {"problem": ["refused", "HTTP 403 AccessDenied", "<since>"]}}}},
     "checksum": "<32 hexadecimal digits>"}             over everything else

The account is the source of all rows (see `sync/guard.py`).  A listed table has a `Ledger`, and a
table that is read by changes a `Bookmark`.  A place is written as its ids, the account as "".  A
record has the time of the last request (`asked`) if that was not the last read.  The state
contains no secrets.  All keys are in `keys`.

A state with a wrong checksum is refused, so other code may trust the contents.
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
    Requested,
    RewriteBegun,
    RowsChanged,
)
from .from_version_2 import migrated
from .ledger import Ledger
from .problem import EMPTIED, REFUSED, REWRITTEN, Known, Problem

VERSION, OLDEST_VERSION = 3, 2

LARGEST, LARGE = 10_000_000, 8_000_000
"""Bytes that Fivetran keeps at most, and bytes from which the user is warned.
(https://fivetran.com/docs/connector-sdk/technical-reference)"""

BUDGET = 4_500_000
"""Bytes from which sketches replace the rows of listed tables."""

NAMED_TABLES = 3
"""The largest tables, which a warning about the size names."""

_CHECKSUM_BYTES = 16
_CHECKSUM_WRITTEN = len(f', "{keys.CHECKSUM}": "{2 * _CHECKSUM_BYTES * "0"}"')


class State:
    """The results of earlier syncs; an empty dict means a first sync or a re-sync."""

    def __init__(self, saved: Mapping[str, Any]) -> None:
        """Use a copy of *saved*; StateUnusable if this version cannot read it."""
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
                # Without an origin, a bookmark belongs to the place with this creation time.
                created_at = self._places[place].get(keys.CREATED_AT)
                saved_bookmark = {"origin": created_at, **record.pop(keys.BOOKMARK)}
                self._bookmarks[table, place] = Bookmark.from_saved(
                    _with_types(saved_bookmark, types)
                )
            if keys.READ in record:
                # Reads that no record refers to are dropped.
                record[keys.READ] = self._number(*reads[record[keys.READ]])
        self._read_whole: set[tuple[str, str]] = set()
        self.warning: str | None = None
        """A warning about the size of the state that `save` returned last, if it is large."""

    @property
    def account(self) -> Mapping[str, Any]:
        """The ``host`` and the ``organizations`` that were read; empty in a new state."""
        found: Mapping[str, Any] = self._saved.get(keys.ACCOUNT, {})
        return found

    def keep_account(self, host: str, organizations: Iterable[str]) -> None:
        """Keep the account that the state belongs to."""
        self._saved[keys.ACCOUNT] = {"host": host, "organizations": sorted(organizations)}

    @property
    def last_sync_time(self) -> str | None:
        """The end of the last period that was read completely, as the API writes instants."""
        found: str | None = self._saved.get(keys.LAST_SYNC_TIME)
        return found

    @property
    def is_interrupted(self) -> bool:
        """Whether the last sync failed, or ended before everything due was read."""
        return keys.PERIOD in self._saved

    def begin(self, period: TimeRange) -> None:
        """Note the period that is being read."""
        start = None if period.start is None else write_instant(period.start)
        self._saved[keys.PERIOD] = {"from": start, "to": write_instant(period.end)}

    def succeed(self, period: TimeRange, tables: Collection[str]) -> None:
        """Note that everything of *tables* in the period was written.

        A truncation of another table that a failed sync has deferred stays pending.
        """
        self._saved.pop(keys.PERIOD, None)
        left = sorted(self.deferred.difference(tables))
        self._saved.pop(keys.DEFERRED, None)
        if left:
            self._saved[keys.DEFERRED] = left
        self._saved[keys.LAST_SYNC_TIME] = write_instant(period.end)

    @property
    def deferred(self) -> frozenset[str]:
        """The tables whose old rows are deleted at the end of this sync, if it succeeds."""
        return frozenset(self._saved.get(keys.DEFERRED, ()))

    def defer(self, table: str) -> None:
        """Note that the old rows of a table are deleted at the end of this sync."""
        self._saved[keys.DEFERRED] = sorted(self.deferred | {table})

    def places_below(self, listing: str, place: str, tables: Collection[str]) -> set[str]:
        """Return the places of *tables* whose rows an empty *listing* would delete.

        *listing* is the table that lists these places.
        """
        known = {name for table, name in self.tables_and_places() if table in tables}
        organizations = self.organizations()
        if listing == "ENVIRONMENTS":
            return {name for name in known if name.startswith(f"{place}/")}
        if listing == "SPACES":
            return {name.partition("/")[0] for name in known} - organizations - {""}
        return known & organizations

    def organizations(self) -> set[str]:
        """Return the ids of all organizations ever seen."""
        return {*self.account.get("organizations", ()), *self._listed("ORGANIZATIONS", "")}

    def spaces(self) -> set[str]:
        """Return the ids of all spaces in the state."""
        names = {name.partition("/")[0] for name in self._place_names()}
        return names.union(self._listed("SPACES", "")) - self.organizations() - {""}

    def environments(self) -> set[str]:
        """Return the ids of all environments in the state."""
        names = {name.partition("/")[2] for name in self._place_names()}
        listed = (self._listed("ENVIRONMENTS", place) for place in self.places("ENVIRONMENTS"))
        return names.union(*listed) - {""}

    def _listed(self, table: str, place: str) -> Iterable[str]:
        """Return the keys of a listed table, none if its sketch cannot list them."""
        return self.ledger(table, place).keys() or ()

    # Records

    def _records(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield each record with its table and place."""
        for place, known in self._places.items():
            for table, record in known[keys.TABLES].items():
                yield table, place, record

    def _record(self, table: str, place: str) -> dict[str, Any]:
        """Return the record of a table in a place, or an empty one that is not kept."""
        known: dict[str, Any] = self._places.get(place, {}).get(keys.TABLES, {}).get(table, {})
        return known

    def _begin_record(self, table: str, place: str) -> dict[str, Any]:
        """Return the record of a table in a place; a new one is kept from now on."""
        known = self._places.setdefault(place, {keys.TABLES: {}})
        record: dict[str, Any] = known[keys.TABLES].setdefault(table, {})
        return record

    def _drop_record(self, table: str, place: str) -> None:
        """Forget a table in a place."""
        known = self._places.get(place, {keys.TABLES: {}})
        known[keys.TABLES].pop(table, None)
        self._bookmarks.pop((table, place), None)

    def _place_names(self) -> Iterator[str]:
        """Yield the name of each place with a record."""
        yield from (name for name, known in self._places.items() if known[keys.TABLES])

    def tables_and_places(self) -> list[tuple[str, str]]:
        """Return each table with each place in which it has a record."""
        return [(table, place) for table, place, _ in self._records()]

    def knows(self, table: str) -> bool:
        """Return whether a sync with this state has begun to write the table."""
        return table in self._begun

    def begin_table(self, table: str) -> None:
        """Note that a table is empty and will be written."""
        self._begun.add(table)

    def has(self, table: str, place: str) -> bool:
        """Return whether the warehouse may hold rows of the table in a place."""
        return keys.ROWS in self._record(table, place) or (table, place) in self._bookmarks

    def places(self, table: str) -> list[str]:
        """Return the names of the places for which the warehouse may hold rows of the table."""
        return [place for place in self._places if self.has(table, place)]

    def ledger(self, table: str, place: str) -> Ledger:
        """Return the ledger of a table that is listed; `apply` changes it."""
        return Ledger(self._record(table, place) or None)

    def bookmark(self, table: str, place: str) -> Bookmark:
        """Return the bookmark of a table that is read by changes."""
        return self._bookmarks.get((table, place), Bookmark())

    def known(self, table: str, place: str) -> Known:
        """Return the last read, the last request and the problem of a table in a place."""
        record = self._record(table, place)
        number, problem = record.get(keys.READ), record.get(keys.PROBLEM)
        at, made_of = (None, None) if number is None else self._reads[number]
        return Known(
            read=at or None,
            made_of=made_of,
            requested=record.get(keys.REQUESTED, at) or None,
            problem=None if problem is None else Problem(*problem),
            created_at=self._places.get(place, {}).get(keys.CREATED_AT),
        )

    def refused(self) -> set[str]:
        """Return the tables that are refused in at least one place."""
        return {
            table
            for table, _, record in self._records()
            if record.get(keys.PROBLEM, ("",))[0] == REFUSED
        }

    def _number(self, at: str, made_of: str) -> int:
        """Return the number of a read, each kept once: its instant, its columns and settings."""
        read = (at, made_of)
        if read not in self._numbers:
            self._numbers[read] = len(self._reads)
            self._reads.append(read)
        return self._numbers[read]

    # Changes

    def apply(self, change: Change) -> None:
        """Apply a change that was made to the warehouse; records change only here."""
        if isinstance(change, BookmarkMoved):
            self._begin_record(change.table, change.place)
            self._bookmarks[change.table, change.place] = change.bookmark
        elif isinstance(change, PlaceDropped):
            self._drop_record(change.table, change.place)
        elif isinstance(change, PlaceSeen):
            self._see_place(change)
        elif isinstance(change, RewriteBegun):
            at = self.known(change.table, change.place).read or ""
            self._begin_record(change.table, change.place)[keys.READ] = self._number(at, REWRITTEN)
        elif isinstance(change, Requested):
            self._note_request(change)
        else:
            self._change_ledger(change)

    def _change_ledger(
        self, change: RowsChanged | ListingBegun | ListingRead | ParentsRead
    ) -> None:
        """Apply a change to the ledger of a table."""
        ledger = Ledger(self._begin_record(change.table, change.place))
        ledger.begin()
        if isinstance(change, RowsChanged):
            ledger.record(change.written, change.deleted, change.looked_up)
        elif isinstance(change, ListingBegun):
            ledger.set_bound(change.since)
        elif isinstance(change, ListingRead):
            ledger.end(change.sketch, is_plain=change.is_plain)
            self._read_whole.add((change.table, change.place))
        else:
            ledger.read_parents(change.until, change.unread, change.position)
            if change.newest is not None:
                ledger.end_parents(change.newest, change.missing)

    def _see_place(self, change: PlaceSeen) -> None:
        """Note the creation time of a place; another time has all of the place read again."""
        known = self._places.setdefault(change.place, {keys.TABLES: {}})
        was = known.get(keys.CREATED_AT, change.created_at)
        known[keys.CREATED_AT] = change.created_at
        for record in known[keys.TABLES].values() if was != change.created_at else ():
            for part in (keys.READ, keys.REQUESTED, keys.PROBLEM):
                record.pop(part, None)
            Ledger(record).forget_parents()

    def _note_request(self, change: Requested) -> None:
        """Note the result of a table in a place."""
        record = self._begin_record(change.table, change.place)
        known = self.known(change.table, change.place)
        requested = change.at if change.was_requested else known.requested
        if change.made_of is not None:
            record[keys.READ] = self._number(change.at, change.made_of)
        for part in (keys.REQUESTED, keys.PROBLEM):
            record.pop(part, None)
        if requested is not None and requested != self.known(change.table, change.place).read:
            record[keys.REQUESTED] = requested
        problem = change.problem
        if problem is not None:
            was = known.problem
            is_same = was is not None and was.kind == problem.kind and was.since <= change.at
            since = was.since if was is not None and is_same else change.at
            record[keys.PROBLEM] = [problem.kind, problem.reason, since]
        elif change.made_of is None and not self.has(change.table, change.place):
            self._drop_record(change.table, change.place)

    def empty_table(self, table: str, places: Iterable[str], at: str) -> None:
        """Note that a table was truncated and is read again in *places*, within its bounds."""
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

    # Saving

    def _sketch_ledgers(self, excess: int) -> bool:
        """Replace rows of the largest listed tables by sketches until *excess* bytes are saved.

        Only tables whose listing has ended: only then does the ledger have every row.
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
        """Return all places with records, with their bookmarks as JSON."""
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
        """Return the numbers of content types, which most environments share."""
        if id(types) not in self._numbered:
            numbers = [
                self._types.setdefault((kind, *summary), len(self._types))
                for kind, summary in types.items()
            ]
            # The types are kept too, so no other object can get their id.
            self._numbered[id(types)] = types, numbers
        return self._numbered[id(types)][1]

    def save(self) -> dict[str, Any]:
        """Return the state for Fivetran; only the bookmarks are copied.

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
        self.warning = _size_warning(size, kept) if size >= LARGE else None
        if size > LARGEST:
            raise StateTooLarge(self.warning)
        return {**kept, keys.CHECKSUM: _checksum(written)}


def _with_types(bookmark: dict[str, Any], types: list[list[Any]]) -> dict[str, Any]:
    """Return a saved bookmark with the content types that its numbers name."""
    made_of = bookmark.get("made_of", {})
    numbers = made_of.get("types")
    # States of version 2 have the types in each bookmark.
    if not isinstance(numbers, list):
        return bookmark
    named = {kind: summary for kind, *summary in (types[number] for number in numbers)}
    return {**bookmark, "made_of": {**made_of, "types": named}}


def _check(saved: Any) -> None:
    """Raise StateUnusable unless the version and the checksum are right."""
    if not isinstance(saved, Mapping):
        raise _unusable(f"is a {type(saved).__name__}, not a JSON object")
    if not saved:
        return
    if saved.get(keys.VERSION) not in (OLDEST_VERSION, VERSION):
        versions = f"this connector reads versions {OLDEST_VERSION} and {VERSION}"
        raise _unusable(f"has version {saved.get('version')!r}; {versions}")
    kept = {name: part for name, part in saved.items() if name != keys.CHECKSUM}
    if saved.get(keys.CHECKSUM) != _checksum(_written(kept)):
        raise _unusable("is damaged: its checksum does not match")


def _written(kept: Mapping[str, Any]) -> str:
    """Return the state as the SDK writes it, but with sorted keys: Fivetran may reorder them."""
    return json.dumps(kept, sort_keys=True)


def _checksum(written: str) -> str:
    """Return the checksum of a written state."""
    return blake2b(written.encode("ascii"), digest_size=_CHECKSUM_BYTES).hexdigest()


def _size_warning(size: int, kept: Mapping[str, Any]) -> str:
    """Return a warning with the size of the state and its largest tables."""
    sizes: Counter[str] = Counter()
    for known in kept[keys.PLACES].values():
        for table, record in known[keys.TABLES].items():
            sizes[table] += len(_written(record))
    most = ", ".join(f"{table} ({one:,})" for table, one in sizes.most_common(NAMED_TABLES))
    return (
        f"The state has {size:,} bytes, most of them for {most}. Fivetran keeps at most"
        f" {LARGEST:,}. Select fewer tables, or split the account into several connections with"
        " space_ids. Then re-sync the connection with an empty state."
    )


def _unusable(what: str) -> StateUnusable:
    """Return the error for a state that cannot be used."""
    sentence = (
        f"The saved state {what}. Nothing was written or deleted. Restore the state of the most"
        " recent sync, or re-sync the connection with an empty state."
    )
    return StateUnusable(sentence)
