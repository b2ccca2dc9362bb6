"""Changes of the state by a batch that was written; `State.apply` applies them.

Tables and places are given by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional, Union

from .bookmark import Bookmark
from .ledger import Position
from .problem import Problem
from .sketch import Sketch


@dataclass(frozen=True)
class RowsChanged:
    """Rows were written, by key and fingerprint, and rows of other keys deleted.

    *looked_up* has values of the written rows that lookups returned, by key.
    """

    table: str
    place: str
    written: Mapping[str, str] = field(default_factory=dict)
    deleted: Sequence[str] = ()
    looked_up: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ListingRead:
    """A listing came to its end; *sketch* replaces its rows if they are too many to keep.

    It *is_plain* if no variant of it returned a record.
    """

    table: str
    place: str
    sketch: Optional[Sketch] = None
    is_plain: bool = False


@dataclass(frozen=True)
class ListingBegun:
    """A listing began that omits records updated before *since* (None: no bound)."""

    table: str
    place: str
    since: Optional[str]


@dataclass(frozen=True)
class ParentsRead:
    """The children of changed parents were read up to an instant, except of the *unread* parents.

    *position* is the position of an unfinished walk.  After a complete walk, *newest* is the
    newest change of a parent, with the ids of the parents changed then, and *missing* are known
    parents that are no longer listed.
    """

    table: str
    place: str
    until: Optional[str]
    unread: Sequence[str]
    position: Optional[Position] = None
    newest: Optional[tuple[str, Sequence[str]]] = None
    missing: Sequence[str] = ()


@dataclass(frozen=True)
class BookmarkMoved:
    """The bookmark of a table that is read by changes has moved."""

    table: str
    place: str
    bookmark: Bookmark


@dataclass(frozen=True)
class PlaceDropped:
    """The warehouse holds no rows of the table in the place any longer."""

    table: str
    place: str


@dataclass(frozen=True)
class PlaceSeen:
    """A place exists; another *created_at* means another place with the same id."""

    place: str
    created_at: str


@dataclass(frozen=True)
class RewriteBegun:
    """From now on, rows may come from other columns or settings than the rows read before."""

    table: str
    place: str


@dataclass(frozen=True)
class Requested:
    """The result of a table in a place at the instant *at*; no *problem* clears an earlier one.

    *made_of* is a digest of the columns and settings if all of the table counts as read, even if
    nothing *was_requested*.
    """

    table: str
    place: str
    at: str
    made_of: Optional[str] = None
    was_requested: bool = True
    problem: Optional[Problem] = None


Change = Union[
    RowsChanged,
    ListingBegun,
    ListingRead,
    ParentsRead,
    BookmarkMoved,
    PlaceDropped,
    PlaceSeen,
    RewriteBegun,
    Requested,
]
