"""What is remembered of a table that is read by what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Optional

from .sketch import Sketch
from .values import link_id, read_instant, whole, write_instant
from .window import OVERLAP

Record = Mapping[str, Any]

MOST_RECENT = 2000
"""How many records of the overlap are remembered; more than that are written once more."""


@dataclass(frozen=True)
class Walk:
    """A walk in the order of creation that takes records updated since *since* (None: all).

    *to* is when it began.  It has come to the records created at *at*, of which it has read *ids*.
    *sketch* collects the ids of records created from *after* on and before *to*, and *recent* the
    versions of the records that the next walk will meet again only because periods overlap.
    """

    since: Optional[str]
    to: str
    after: str
    sketch: Sketch
    at: Optional[str] = None
    ids: frozenset[str] = frozenset()
    recent: Mapping[str, int] = field(default_factory=dict)

    def has_read(self, record: Record) -> bool:
        """Tell whether the walk met this record before it was interrupted."""
        return time_of(record, "createdAt") == self.at and link_id(record) in self.ids

    def past(self, records: Iterable[Record]) -> Walk:
        """Return the walk after *records*, which it has not met before."""
        edge = write_instant(read_instant(self.to) - OVERLAP)
        # Batches that wait to be written still refer to the sketch as it is.
        sketch, at, ids, recent = self.sketch.copy(), self.at, set(self.ids), dict(self.recent)
        for record in records:
            found, created = link_id(record), time_of(record, "createdAt")
            if found is None:
                continue
            if self.after <= created < self.to:
                sketch.add(found)
            ids = ids | {found} if created == at else {found}
            at = created
            if time_of(record, "updatedAt") >= edge and len(recent) < MOST_RECENT:
                recent[found] = version_of(record)
        return replace(self, sketch=sketch, at=at, ids=frozenset(ids), recent=recent)

    def saved(self) -> dict[str, Any]:
        """Return the walk as JSON."""
        return {
            "since": self.since,
            "to": self.to,
            "after": self.after,
            "sketch": self.sketch.saved(),
            "at": self.at,
            "ids": sorted(self.ids),
            "recent": dict(self.recent),
        }

    @classmethod
    def from_saved(cls, saved: Mapping[str, Any]) -> Walk:
        """Return the walk that `saved` wrote."""
        sketch, ids = Sketch.from_saved(saved["sketch"]), frozenset(saved["ids"])
        since, to, after, at = (saved[key] for key in ("since", "to", "after", "at"))
        return cls(since, to, after, sketch, at, ids, dict(saved["recent"]))


@dataclass(frozen=True)
class Memory:
    """What is known of one table in one place.

    The warehouse has every record updated before *cursor*, and *sketch* holds the ids of all that
    were created before it.  *recent* are versions of records that the next walk meets again.
    *titles* says which fields the titles came from, and *origin* tells an environment from another
    one that has taken its id.
    """

    cursor: Optional[str] = None
    sketch: Optional[Sketch] = None
    recent: Mapping[str, int] = field(default_factory=dict)
    walk: Optional[Walk] = None
    titles: Mapping[str, Any] = field(default_factory=dict)
    origin: Optional[str] = None

    def arrived(self, walk: Walk) -> Memory:
        """Return what is true once a walk has come to its end."""
        return replace(self, cursor=walk.to, sketch=walk.sketch, recent=walk.recent, walk=None)

    @cached_property
    def saved(self) -> dict[str, Any]:
        """The memory as JSON, made when a checkpoint first asks for it."""
        return {
            "cursor": self.cursor,
            "sketch": None if self.sketch is None else self.sketch.saved(),
            "recent": dict(self.recent),
            "walk": None if self.walk is None else self.walk.saved(),
            "titles": dict(self.titles),
            "origin": self.origin,
        }

    @classmethod
    def from_saved(cls, saved: Mapping[str, Any]) -> Memory:
        """Return the memory that `saved` wrote."""
        sketch, walk = saved["sketch"], saved["walk"]
        return cls(
            saved["cursor"],
            None if sketch is None else Sketch.from_saved(sketch),
            dict(saved["recent"]),
            None if walk is None else Walk.from_saved(walk),
            dict(saved["titles"]),
            saved["origin"],
        )


def time_of(record: Record, key: str) -> str:
    """Return an instant of a record so that text order is time order; "" where it has none."""
    sys = record.get("sys")
    found = sys.get(key) if isinstance(sys, Mapping) else None
    if isinstance(found, str) and len(found) == len("2014-08-19T07:25:10.104Z"):
        return found
    try:
        return sortable(read_instant(found)) if isinstance(found, str) else ""
    except ValueError:
        return ""


def sortable(moment: datetime) -> str:
    """Write an instant as the content plane does: in UTC, with milliseconds."""
    return write_instant(moment.replace(microsecond=0))[:-1] + f".{moment.microsecond // 1000:03}Z"


def version_of(record: Record) -> int:
    """Return the version of a record, 0 where it has none."""
    sys = record.get("sys")
    return (whole(sys.get("version")) if isinstance(sys, Mapping) else None) or 0
