"""How far a table has come that is read by what changed: a bookmark for each place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Optional

from contentful_cma.settings.period import OVERLAP
from contentful_cma.values import Record, read_instant, record_id, sortable, time_of

from .keys import BOOKMARK_KEYS, SCAN_KEYS
from .ledger import fingerprint
from .sketch import Sketch

MOST_RECENT = 2000
"""How many records of the overlap are remembered; more than that are written once more."""


@dataclass(frozen=True)
class Scan:
    """A scan in the order of creation that takes records updated since *since* (None: all).

    *sketch* collects the ids of records created from *ids_from* on and before *started_at*; it
    *is_anew* if that is all that is known of the ids afterwards.  It has *reached* the records
    created at that time, of which it has read *ids_there*, and *ends_before* those created then.
    *recent* are fingerprints of the records that the next scan will meet again only because
    periods overlap, and *untitled* the content types that were unknown on the way.
    *made_meanwhile* are the ids of records created after it began, which the next scan meets again
    if they still exist; *not_met_yet* are those of the scan before that this one has not met, and
    *oversized* are those of records that do not fit into an answer.
    """

    since: Optional[str]
    started_at: str
    ids_from: str
    sketch: Sketch
    is_anew: bool = False
    reached: Optional[str] = None
    ends_before: Optional[str] = None
    ids_there: frozenset[str] = frozenset()
    recent: Mapping[str, str] = field(default_factory=dict)
    untitled: frozenset[str] = frozenset()
    made_meanwhile: frozenset[str] = frozenset()
    not_met_yet: frozenset[str] = frozenset()
    oversized: frozenset[str] = frozenset()
    is_done: bool = False

    def has_read(self, record: Record) -> bool:
        """Tell whether the scan met this record before it was interrupted."""
        is_there = time_of(record, "createdAt") == self.reached
        return is_there and record_id(record) in self.ids_there

    def past(self, records: Iterable[Record], untitled: Iterable[str] = ()) -> Scan:
        """Return the scan after *records*, which it has not met before."""
        edge = sortable(read_instant(self.started_at) - OVERLAP)
        # What a checkpoint has handed out still refers to the sketch as it is.
        sketch, recent = self.sketch.copy(), dict(self.recent)
        reached, ids_there = self.reached, set(self.ids_there)
        met, made_meanwhile = set(), set(self.made_meanwhile)
        for record in records:
            found, created = record_id(record), time_of(record, "createdAt")
            if found is None:
                continue
            met.add(found)
            if created >= self.started_at:
                made_meanwhile.add(found)
            elif created >= self.ids_from:
                sketch.add(found)
            if created == reached:
                ids_there.add(found)
            else:
                reached, ids_there = created, {found}
            if len(recent) < MOST_RECENT and time_of(record, "updatedAt") >= edge:
                recent[found] = fingerprint(record)
        return replace(
            self,
            sketch=sketch,
            reached=reached,
            ids_there=frozenset(ids_there),
            recent=recent,
            made_meanwhile=frozenset(made_meanwhile),
            not_met_yet=self.not_met_yet - met,
        ).with_untitled(untitled)

    def with_untitled(self, untitled: Iterable[str]) -> Scan:
        """Return the scan with further content types that were unknown."""
        return replace(self, untitled=self.untitled | frozenset(untitled)) if untitled else self

    def saved(self) -> dict[str, Any]:
        """Return the scan as JSON."""
        return {key: _written(getattr(self, name)) for name, key in SCAN_KEYS.items()}

    @classmethod
    def from_saved(cls, saved: Mapping[str, Any]) -> Scan:
        """Return the scan that `saved` wrote."""
        parts: dict[str, Any] = {name: saved[key] for name, key in SCAN_KEYS.items()}
        parts.update((name, frozenset(parts[name])) for name in _SETS_OF_A_SCAN)
        parts.update(sketch=Sketch.from_saved(parts["sketch"]), recent=dict(parts["recent"]))
        return cls(**parts)


_SETS_OF_A_SCAN = ("ids_there", "untitled", "made_meanwhile", "not_met_yet", "oversized")


@dataclass(frozen=True)
class Bookmark:
    """How far one table in one place has come.

    The warehouse has every record updated before *read_until*, and *sketch* holds the ids of all
    that were created before it.  *recent* are fingerprints of records that the next scan meets
    again, *scans* the parts of one that is not at its end.  *titles* says what the titles came
    from, *untitled* which content types were unknown when they were made, *made_meanwhile* are the
    ids of records in the warehouse that were created after *read_until*, *oversized* those of
    records that are not in it because no answer holds them, and *origin* tells an environment from
    another one that has taken its id.
    """

    read_until: Optional[str] = None
    sketch: Optional[Sketch] = None
    recent: Mapping[str, str] = field(default_factory=dict)
    scans: tuple[Scan, ...] = ()
    titles: Mapping[str, Any] = field(default_factory=dict)
    untitled: frozenset[str] = frozenset()
    made_meanwhile: frozenset[str] = frozenset()
    oversized: frozenset[str] = frozenset()
    origin: Optional[str] = None

    def after(self, first: Scan, *others: Scan) -> Bookmark:
        """Return what is true once all parts of a scan have come to their ends."""
        sketch, recent, untitled = first.sketch, dict(first.recent), self.untitled | first.untitled
        made_meanwhile, oversized = first.made_meanwhile, self.oversized | first.oversized
        for scan in others:
            sketch = sketch.merged(scan.sketch)
            recent.update(scan.recent)
            untitled |= scan.untitled
            made_meanwhile |= scan.made_meanwhile
            oversized |= scan.oversized
        return replace(
            self,
            read_until=first.started_at,
            sketch=sketch,
            recent=recent,
            scans=(),
            untitled=untitled,
            made_meanwhile=made_meanwhile,
            oversized=oversized,
        )

    def ids(self) -> list[str] | None:
        """Return the ids of all records in the warehouse, None where they cannot be told."""
        found = set(self.made_meanwhile)
        for sketch in (self.sketch, *(scan.sketch for scan in self.scans)):
            told = [] if sketch is None else sketch.read()
            if told is None:
                return None
            found.update(told)
        return sorted(found.union(*(scan.made_meanwhile for scan in self.scans)))

    def at(self, part: int, scan: Scan) -> Bookmark:
        """Return this bookmark with one part of its scan further on."""
        return replace(self, scans=(*self.scans[:part], scan, *self.scans[part + 1 :]))

    @cached_property
    def saved(self) -> dict[str, Any]:
        """The bookmark as JSON, made when a checkpoint first asks for it."""
        return {key: _written(getattr(self, name)) for name, key in BOOKMARK_KEYS.items()}

    @classmethod
    def from_saved(cls, saved: Mapping[str, Any]) -> Bookmark:
        """Return the bookmark that `saved` wrote."""
        parts: dict[str, Any] = {name: saved[key] for name, key in BOOKMARK_KEYS.items()}
        parts.update((name, frozenset(parts[name])) for name in _SETS_OF_A_BOOKMARK)
        sketch = parts["sketch"]
        parts.update(
            sketch=None if sketch is None else Sketch.from_saved(sketch),
            recent=dict(parts["recent"]),
            scans=tuple(Scan.from_saved(scan) for scan in parts["scans"]),
            titles=dict(parts["titles"]),
        )
        return cls(**parts)


_SETS_OF_A_BOOKMARK = ("untitled", "made_meanwhile", "oversized")


def _written(value: Any) -> Any:
    """Return a part of a scan or a bookmark as JSON."""
    if isinstance(value, (Sketch, Scan)):
        return value.saved()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    return dict(value) if isinstance(value, Mapping) else value
