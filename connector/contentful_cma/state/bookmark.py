"""How far a table has come that is read by what changed: a bookmark for each place."""

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
"""How many records of the overlap are remembered; more than that are written once more."""


MOST_AT_NEWEST = 50
"""How many records of the newest change's own instant are met again in each sync."""


@dataclass(frozen=True)
class Scan:
    """A scan in the order of creation that takes records updated since *since* (None: all).

    *sketch* collects the ids of records created before `settled_before`; those created before
    *ids_from* are in it from the start, and so are the *known* ones, which were young before.  It
    *is_anew* if it is all that is known of the ids afterwards.  *young* are the ids of records
    created later, with the time of that.  It has *reached* the records created at that time, of
    which it has read *ids_there*, and *ends_before* those created then.  *recent* are fingerprints
    of the records that the next scan will meet again only because periods overlap; it begins at
    the *newest* change at the latest, and meets the records *at_newest*.  *untitled* are the
    content types that were unknown on the way, and *oversized* the ids of records that do not fit
    into an answer.
    """

    since: Optional[str]
    started_at: str
    ids_from: str
    sketch: Sketch
    is_anew: bool = False
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
        """The instant up to which every record shows in a listing, whatever its clock or lag."""
        return earlier(self.started_at)

    @property
    def cursor(self) -> Cursor:
        """How far the scan has come."""
        return Cursor(self.reached or "", self.ids_there)

    def at(self, cursor: Cursor) -> Scan:
        """Return the scan as it is at *cursor*."""
        return replace(self, reached=cursor.reached or None, ids_there=cursor.ids_there)

    def empty_between(self, start: str, end: str | None) -> Scan:
        """Return a scan of another period of creation that has read nothing yet."""
        sketch, nothing = Sketch(self.sketch.cells), frozenset[str]()
        return replace(
            self, sketch=sketch, ids_there=nothing, young={}, reached=start, ends_before=end
        )

    def past(self, records: Iterable[Record]) -> Scan:
        """Return the scan with what is to be known of *records*, which it has not met before."""
        edge = self.settled_before
        # What a checkpoint has handed out still refers to the sketch as it is.
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
        # are made once a page.
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
    """How far one table in one place has come.

    The warehouse has every record that was updated before *read_until*, and since *bound* where
    `initial_sync_days` was set at the first sync.  *sketch* holds the ids of those created more
    than the overlap before *read_until*, *young* those of the others, with the time of their
    creation.  *newest* is the newest change that was ever seen.  The next scan begins there at the
    latest, because after a clock that was ahead later edits may have earlier instants.  *recent*
    are fingerprints of records that the next scan meets again, *scans* the parts of one that is
    not at its end.  *made_of* says which columns, locales and content types the rows were made
    from, *untitled* which content types have to be read again, *oversized* are the ids of records
    that are missing because no answer holds them, and *origin* tells an environment from another
    one that has taken its id.
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
        """Return the scan of what has changed until *now*."""
        until = str(self.read_until)
        now = max(now, until)
        settled = {found for found, created in self.young.items() if created < earlier(now)}
        known = _with(self.sketch or Sketch(1), settled)
        since = min(earlier(until), self.newest or until)
        return Scan(
            since=max(since, self.bound or ""),
            newest=self.newest,
            started_at=now,
            ids_from=earlier(until),
            sketch=known,
            ends_before=later(now),
            known=frozenset(settled),
            young={one: time for one, time in self.young.items() if one not in settled},
        )

    def with_scans_finished(self, *scans: Scan) -> Bookmark:
        """Return what is true once all parts of a scan have come to their ends."""
        first, *others = scans
        sketch, recent, young = first.sketch, dict(first.recent), dict(first.young)
        newest = max(self.newest, *(scan.newest for scan in scans))
        at_newest = dict(
            one for scan in scans if scan.newest == newest for one in scan.at_newest.items()
        )
        if len(at_newest) > MOST_AT_NEWEST:
            # So many would make each quiet sync a long one.
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
        """Return a bookmark of no record that is bound as this one is."""
        return Bookmark(bound=self.bound, origin=self.origin)

    @property
    def holds_nothing(self) -> bool:
        """Whether the warehouse has no record of it."""
        return self.sketch is None and not self.scans

    def known(self) -> Sketch:
        """Return a sketch of all ids that are known without the scan that may be under way."""
        return _with(self.sketch or Sketch(1), self.young)

    def held(self) -> Sketch | None:
        """Return a sketch of the ids of all records in the warehouse.

        None where it cannot be told, because a scan that reads everything again is under way.
        """
        if not self.scans:
            return self.known()
        if self.sketch is None or not self.scans[0].is_anew:
            return self.with_scans_finished(*self.scans).known()
        # An id may be in the old sketch and in a new one, so each has to be named.
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
        gone = set(ids)
        young = {one: time for one, time in self.young.items() if one not in gone}
        return replace(self, young=young)

    def at(self, part: int, scan: Scan) -> Bookmark:
        """Return this bookmark with one part of its scan further on."""
        return replace(self, scans=(*self.scans[:part], scan, *self.scans[part + 1 :]))

    def folded(self, cells: int) -> Bookmark:
        """Return this bookmark with sketches of *cells* at the most."""
        sketch = None if self.sketch is None else self.sketch.folded(cells)
        scans = tuple(replace(one, sketch=one.sketch.folded(cells)) for one in self.scans)
        return replace(self, sketch=sketch, scans=scans)

    @cached_property
    def saved(self) -> dict[str, Any]:
        """The bookmark as JSON, made when a checkpoint first asks for it."""
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
    """Return a sketch of the ids of another one and of further ones."""
    both = sketch.copy()
    for one in ids:
        both.add(one)
    return both


def _parts_of(value: Scan | Bookmark) -> dict[str, Any]:
    """Return the fields of a scan or a bookmark as JSON; 1.x renames none of them."""
    written = {one.name: _written(getattr(value, one.name)) for one in fields(value)}
    return {name: part for name, part in written.items() if part not in _NOTHING}


def _written(value: Any) -> Any:
    """Return a part of a scan or a bookmark as JSON."""
    if isinstance(value, (Sketch, Scan)):
        return value.saved()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    return value
