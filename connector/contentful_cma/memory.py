"""What is remembered of a table that is read by what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Optional

from .ledger import fingerprint
from .sketch import Sketch
from .values import read_instant, record_id, write_instant
from .window import OVERLAP

Record = Mapping[str, Any]

MOST_RECENT = 2000
"""How many records of the overlap are remembered; more than that are written once more."""


@dataclass(frozen=True)
class Walk:
    """A walk in the order of creation that takes records updated since *since* (None: all).

    *to* is when it began.  *sketch* collects the ids of records created from *after* on and before
    *to*; it *is_anew* if that is all that is known of the ids afterwards.  It has come to the
    records created at *at*, of which it has read *ids*, and ends before those created at *until*.
    *recent* are fingerprints of the records that the next walk will meet again only because
    periods overlap, and *untitled* the content types that were unknown on the way.  *early* are
    the ids of records created after it began, which the next walk meets again if they still exist;
    *unseen* are those of the walk before that this one has not met yet, and *too_big* are those of
    records that do not fit into an answer.
    """

    since: Optional[str]
    to: str
    after: str
    sketch: Sketch
    is_anew: bool = False
    at: Optional[str] = None
    until: Optional[str] = None
    ids: frozenset[str] = frozenset()
    recent: Mapping[str, str] = field(default_factory=dict)
    untitled: frozenset[str] = frozenset()
    early: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    too_big: frozenset[str] = frozenset()
    is_done: bool = False

    def has_read(self, record: Record) -> bool:
        """Tell whether the walk met this record before it was interrupted."""
        return time_of(record, "createdAt") == self.at and record_id(record) in self.ids

    def past(self, records: Iterable[Record], untitled: Iterable[str] = ()) -> Walk:
        """Return the walk after *records*, which it has not met before."""
        edge = sortable(read_instant(self.to) - OVERLAP)
        # Batches that wait to be written still refer to the sketch as it is.
        sketch, at, ids, recent = self.sketch.copy(), self.at, set(self.ids), dict(self.recent)
        seen, early = set(), set(self.early)
        for record in records:
            found, created = record_id(record), time_of(record, "createdAt")
            if found is None:
                continue
            seen.add(found)
            if created >= self.to:
                early.add(found)
            elif created >= self.after:
                sketch.add(found)
            if created == at:
                ids.add(found)
            else:
                at, ids = created, {found}
            if len(recent) < MOST_RECENT and time_of(record, "updatedAt") >= edge:
                recent[found] = fingerprint(record)
        reached = replace(self, sketch=sketch, at=at, ids=frozenset(ids), recent=recent)
        unseen = self.unseen - seen
        return replace(reached, early=frozenset(early), unseen=unseen).with_untitled(untitled)

    def with_untitled(self, untitled: Iterable[str]) -> Walk:
        """Return the walk with further content types that were unknown."""
        return replace(self, untitled=self.untitled | frozenset(untitled)) if untitled else self

    def saved(self) -> dict[str, Any]:
        """Return the walk as JSON."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        sets = {name: sorted(getattr(self, name)) for name in _SETS}
        return {**plain, **sets, "recent": dict(self.recent), "sketch": self.sketch.saved()}

    @classmethod
    def from_saved(cls, saved: Mapping[str, Any]) -> Walk:
        """Return the walk that `saved` wrote."""
        parts: dict[str, Any] = {name: saved[name] for name in _PLAIN}
        parts.update((name, frozenset(saved[name])) for name in _SETS)
        sketch = Sketch.from_saved(saved["sketch"])
        return cls(**parts, sketch=sketch, recent=dict(saved["recent"]))


_SETS = ("ids", "untitled", "early", "unseen", "too_big")
_PLAIN = ("since", "to", "after", "is_anew", "at", "until", "is_done")


@dataclass(frozen=True)
class Memory:
    """What is known of one table in one place.

    The warehouse has every record updated before *cursor*, and *sketch* holds the ids of all that
    were created before it.  *recent* are fingerprints of records that the next walk meets again,
    *walks* the parts of one that is not at its end.  *titles* says what the titles came from,
    *untitled* which content types were unknown when they were made, *early* are the ids of records
    in the warehouse that were created after the cursor, *too_big* those of records that are not in
    it because no answer holds them, and *origin* tells an environment from another one that has
    taken its id.
    """

    cursor: Optional[str] = None
    sketch: Optional[Sketch] = None
    recent: Mapping[str, str] = field(default_factory=dict)
    walks: tuple[Walk, ...] = ()
    titles: Mapping[str, Any] = field(default_factory=dict)
    untitled: frozenset[str] = frozenset()
    early: frozenset[str] = frozenset()
    too_big: frozenset[str] = frozenset()
    origin: Optional[str] = None

    def arrived(self, first: Walk, *others: Walk) -> Memory:
        """Return what is true once all parts of a walk have come to their ends."""
        sketch, recent, untitled = first.sketch, dict(first.recent), self.untitled | first.untitled
        early, too_big = first.early, self.too_big | first.too_big
        for walk in others:
            sketch = sketch.merged(walk.sketch)
            recent.update(walk.recent)
            untitled |= walk.untitled
            early |= walk.early
            too_big |= walk.too_big
        read = replace(self, cursor=first.to, sketch=sketch, recent=recent, walks=())
        return replace(read, untitled=untitled, early=early, too_big=too_big)

    def ids(self) -> list[str] | None:
        """Return the ids of all records in the warehouse, None where they cannot be told."""
        found = set(self.early)
        for sketch in (self.sketch, *(walk.sketch for walk in self.walks)):
            told = [] if sketch is None else sketch.read()
            if told is None:
                return None
            found.update(told)
        return sorted(found.union(*(walk.early for walk in self.walks)))

    def at(self, number: int, walk: Walk) -> Memory:
        """Return this memory with one part of the walk further on."""
        walks = (*self.walks[:number], walk, *self.walks[number + 1 :])
        return replace(self, walks=walks)

    @cached_property
    def saved(self) -> dict[str, Any]:
        """The memory as JSON, made when a checkpoint first asks for it."""
        return {
            "cursor": self.cursor,
            "sketch": None if self.sketch is None else self.sketch.saved(),
            "recent": dict(self.recent),
            "walks": [walk.saved() for walk in self.walks],
            "titles": dict(self.titles),
            "untitled": sorted(self.untitled),
            "early": sorted(self.early),
            "too_big": sorted(self.too_big),
            "origin": self.origin,
        }

    @classmethod
    def from_saved(cls, saved: Mapping[str, Any]) -> Memory:
        """Return the memory that `saved` wrote."""
        sketch = saved["sketch"]
        return cls(
            saved["cursor"],
            None if sketch is None else Sketch.from_saved(sketch),
            dict(saved["recent"]),
            tuple(Walk.from_saved(walk) for walk in saved["walks"]),
            dict(saved["titles"]),
            frozenset(saved["untitled"]),
            frozenset(saved["early"]),
            frozenset(saved["too_big"]),
            saved["origin"],
        )


def time_of(record: Record, key: str) -> str:
    """Return an instant of a record so that text order is time order; "" where it has none."""
    sys = record.get("sys")
    found = sys.get(key) if type(sys) is dict else None
    if type(found) is str and len(found) == len("2014-08-19T07:25:10.104Z"):
        return found
    try:
        return sortable(read_instant(found)) if isinstance(found, str) else ""
    except ValueError:
        return ""


def sortable(moment: datetime) -> str:
    """Write an instant as the content plane does: in UTC, with milliseconds."""
    return write_instant(moment.replace(microsecond=0))[:-1] + f".{moment.microsecond // 1000:03}Z"
