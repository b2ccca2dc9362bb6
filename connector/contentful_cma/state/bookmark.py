"""The bookmark: how far a table that is read by changes was read in a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from functools import cached_property
from typing import Any, Optional

from contentful_cma.settings.period import OVERLAP
from contentful_cma.values import Record, read_instant, record_id, sort_time, to_millis_text

from .cursor import Cursor
from .ledger import fingerprint
from .sketch import Sketch

MOST_RECENT = 2000
"""Records of the overlap that are remembered; others are written a second time."""

MOST_AT_NEWEST = 50
"""Records changed at the newest instant that each sync may read again."""


@dataclass(frozen=True)
class Scan:
    """A scan in the order of creation over records updated since *since* (None: all).

    - *sketch* has the ids of records created before `settled_before`.  Records created before
      *ids_from*, and the *known* ones that were read before, are in it from the start.
    - *is_full*: the scan reads all records, so afterwards only its ids are known.
    - *young* are the ids of records created later, with their creation times.
    - *reached* and *ids_there* are its cursor; *ends_before* is the end of its period of creation.
    - *recent* are fingerprints of records that the next scan reads again because periods overlap.
      That scan begins at the *newest* change at the latest, and re-reads the records *at_newest*.
    - *untitled* are content types that were unknown during the scan.
    - *oversized* are the ids of records that do not fit into an answer.
    """

    since: Optional[str]
    started_at: str
    ids_from: str
    sketch: Sketch
    is_full: bool = False
    reached: Optional[str] = None
    ends_before: Optional[str] = None
    ids_there: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    young: Mapping[str, str] = field(default_factory=dict)
    recent: Mapping[str, str] = field(default_factory=dict)
    newest: str = ""
    at_newest: Mapping[str, str] = field(default_factory=dict)
    untitled: frozenset[str] = frozenset()
    oversized: frozenset[str] = frozenset()
    is_done: bool = False

    @cached_property
    def settled_before(self) -> str:
        """The instant before which every record is in a listing, despite lag and clock errors."""
        return earlier(self.started_at)

    @property
    def cursor(self) -> Cursor:
        """The position of the scan."""
        return Cursor(self.reached or "", self.ids_there)

    def at(self, cursor: Cursor) -> Scan:
        """Return the scan at *cursor*."""
        return replace(self, reached=cursor.reached or None, ids_there=cursor.ids_there)

    def empty_between(self, start: str, end: str | None) -> Scan:
        """Return a new scan of another period of creation."""
        sketch, nothing = Sketch(self.sketch.cells), frozenset[str]()
        return replace(
            self, sketch=sketch, ids_there=nothing, young={}, reached=start, ends_before=end
        )

    def past(self, records: Iterable[Record]) -> Scan:
        """Return the scan after it has read *records*, which are new to it."""
        edge = self.settled_before
        # A saved state still refers to the old sketch.
        sketch, recent, young = self.sketch.copy(), dict(self.recent), dict(self.young)
        newest, latest = self.newest, dict[str, Record]()
        for record in records:
            found, created = record_id(record), sort_time(record, "createdAt")
            if found is None:
                continue
            updated = sort_time(record, "updatedAt")
            if updated > newest:
                newest, latest = updated, {}
            if updated == newest and len(latest) <= MOST_AT_NEWEST:
                latest[found] = record
            if created >= edge:
                young[found] = created
            elif created >= self.ids_from and found not in self.known:
                sketch.add(found)
            if len(recent) < MOST_RECENT and updated >= edge:
                recent[found] = fingerprint(record)
        # In an account without edits each record is newer than the one before it, so fingerprints
        # are computed once per page.
        at_newest = dict(self.at_newest) if newest == self.newest else {}
        at_newest.update((found, fingerprint(record)) for found, record in latest.items())
        return replace(
            self, sketch=sketch, young=young, recent=recent, newest=newest, at_newest=at_newest
        )

    def saved(self) -> dict[str, Any]:
        """Return the scan as JSON."""
        return _parts_of(self)

    @classmethod
    def from_saved(cls, saved: Mapping[str, Any]) -> Scan:
        """Return the scan that `saved` wrote."""
        sets = ("ids_there", "known", "untitled", "oversized")
        read = {name: frozenset(saved.get(name, ())) for name in sets}
        since, ids_from = saved.get("since"), saved.get("ids_from", "")
        sketch = Sketch.from_saved(saved["sketch"])
        return cls(**{**saved, **read, "since": since, "ids_from": ids_from, "sketch": sketch})


@dataclass(frozen=True)
class Bookmark:
    """The position of one table in one place.

    The warehouse has every record updated before *read_until*, and since *bound* if
    `initial_sync_days` was set at the first sync.

    - *sketch* has the ids of records created more than the overlap before *read_until*.
    - *young* has the ids of later records, with their creation times.
    - *newest* is the newest change ever seen.  The next scan begins there at the latest, because
      later edits may have earlier instants if a clock was ahead.
    - *recent* are fingerprints of records that the next scan reads again.
    - *scans* are the parts of an unfinished scan.
    - *made_of* has the columns, locales and content types of the rows.
    - *untitled* are content types whose entries have to be read again.
    - *oversized* are the ids of records that are missing because they do not fit into an answer.
    - *origin* is the creation time of the environment, which another one may replace under its id.
    """

    read_until: Optional[str] = None
    bound: Optional[str] = None
    sketch: Optional[Sketch] = None
    young: Mapping[str, str] = field(default_factory=dict)
    recent: Mapping[str, str] = field(default_factory=dict)
    newest: str = ""
    scans: tuple[Scan, ...] = ()
    made_of: Mapping[str, Any] = field(default_factory=dict)
    untitled: frozenset[str] = frozenset()
    oversized: frozenset[str] = frozenset()
    origin: Optional[str] = None

    @property
    def is_new(self) -> bool:
        """Whether nothing was read yet."""
        return self.origin is None

    def next_scan(self, now: str) -> Scan:
        """Return the scan of changes until *now*."""
        until = str(self.read_until)
        now = max(now, until)
        settled = {found for found, created in self.young.items() if created < earlier(now)}
        sketch = _with(self.sketch or Sketch(1), settled)
        since = min(earlier(until), self.newest or until)
        # With a clock that was ahead, later records have earlier instants.  A record that was
        # created since the newest change is new, unless it is one of these changes.
        known = settled.union(self.recent if since < earlier(until) else ())
        return Scan(
            since=max(since, self.bound or ""),
            newest=self.newest,
            started_at=now,
            ids_from=since,
            sketch=sketch,
            ends_before=later(now),
            known=frozenset(known),
            young={one: time for one, time in self.young.items() if one not in settled},
        )

    def with_scans_finished(self, *scans: Scan) -> Bookmark:
        """Return the bookmark after all parts of a scan have ended."""
        first, *others = scans
        sketch, recent, young = first.sketch, dict(first.recent), dict(first.young)
        newest = max(self.newest, *(scan.newest for scan in scans))
        at_newest = dict(
            one for scan in scans if scan.newest == newest for one in scan.at_newest.items()
        )
        if len(at_newest) > MOST_AT_NEWEST:
            # Reading so many again would slow down each sync with no changes.
            newest = to_millis_text(read_instant(newest) + timedelta(milliseconds=1))
        else:
            recent.update(at_newest)
        untitled, oversized = self.untitled | first.untitled, self.oversized | first.oversized
        for scan in others:
            sketch = sketch.merged(scan.sketch)
            recent.update(scan.recent)
            young.update(scan.young)
            untitled |= scan.untitled
            oversized |= scan.oversized
        return replace(
            self,
            read_until=first.started_at,
            sketch=sketch,
            young=young,
            recent=recent,
            newest=newest,
            scans=(),
            untitled=untitled,
            oversized=oversized,
        )

    def emptied(self) -> Bookmark:
        """Return a bookmark without records, with the same bound."""
        return Bookmark(bound=self.bound, origin=self.origin)

    @property
    def is_empty(self) -> bool:
        """Whether the warehouse has no records of the table in the place."""
        return self.sketch is None and not self.scans

    def known(self) -> Sketch:
        """Return a sketch of all ids that were known before an unfinished scan."""
        return _with(self.sketch or Sketch(1), self.young)

    def held(self) -> Sketch | None:
        """Return a sketch of the ids of all records in the warehouse.

        None if an unfinished full scan has too many ids to list them.
        """
        if not self.scans:
            return self.known()
        if self.sketch is None or not self.scans[0].is_full:
            return self.with_scans_finished(*self.scans).known()
        # An id may be in the old sketch and in a new one, so all ids have to be listed.
        ids = set(self.young)
        for sketch in (self.sketch, *(scan.sketch for scan in self.scans)):
            named = sketch.read()
            if named is None:
                return None
            ids.update(named)
        for scan in self.scans:
            ids.update(scan.young)
        return _with(Sketch(self.sketch.cells), ids)

    def without(self, ids: Iterable[str]) -> Bookmark:
        """Return this bookmark without young records that were deleted."""
        deleted = set(ids)
        young = {one: time for one, time in self.young.items() if one not in deleted}
        return replace(self, young=young)

    def at(self, part: int, scan: Scan) -> Bookmark:
        """Return this bookmark with one part of its scan replaced."""
        return replace(self, scans=(*self.scans[:part], scan, *self.scans[part + 1 :]))

    def folded(self, cells: int) -> Bookmark:
        """Return this bookmark with sketches of at most *cells*."""
        sketch = None if self.sketch is None else self.sketch.folded(cells)
        scans = tuple(replace(one, sketch=one.sketch.folded(cells)) for one in self.scans)
        return replace(self, sketch=sketch, scans=scans)

    @cached_property
    def saved(self) -> dict[str, Any]:
        """The bookmark as JSON, computed once when a checkpoint first needs it."""
        return _parts_of(self)

    @classmethod
    def from_saved(cls, saved: Mapping[str, Any]) -> Bookmark:
        """Return the bookmark that `saved` wrote."""
        sketch = saved.get("sketch")
        read = {
            "sketch": None if sketch is None else Sketch.from_saved(sketch),
            "scans": tuple(Scan.from_saved(scan) for scan in saved.get("scans", ())),
            "untitled": frozenset(saved.get("untitled", ())),
            "oversized": frozenset(saved.get("oversized", ())),
        }
        return cls(**{**saved, **read})


def earlier(instant: str) -> str:
    """Return the instant one overlap before another one."""
    return to_millis_text(read_instant(instant) - OVERLAP)


def later(instant: str) -> str:
    """Return the instant one overlap after another one."""
    return to_millis_text(read_instant(instant) + OVERLAP)


_NOTHING: tuple[Any, ...] = (None, "", [], {}, False)


def _with(sketch: Sketch, ids: Iterable[str]) -> Sketch:
    """Return a copy of a sketch with further ids."""
    both = sketch.copy()
    for one in ids:
        both.add(one)
    return both


def _parts_of(value: Scan | Bookmark) -> dict[str, Any]:
    """Return the fields of a scan or a bookmark as JSON; 1.x renames none of them."""
    written = {one.name: _written(getattr(value, one.name)) for one in fields(value)}
    return {name: part for name, part in written.items() if part not in _NOTHING}


def _written(value: Any) -> Any:
    """Return a field of a scan or a bookmark as JSON."""
    if isinstance(value, (Sketch, Scan)):
        return value.saved()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    return value
