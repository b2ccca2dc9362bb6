"""What a batch that was written has changed in what is known: data, applied by `State.apply`.

Tables and places stand here by their names.
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
    """Rows were written, by key and fingerprint, and the rows of other keys deleted.

    *told* is what lookups have told of those that were written.
    """

    table: str
    place: str
    written: Mapping[str, str] = field(default_factory=dict)
    deleted: Sequence[str] = ()
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ListingRead:
    """A listing came to its end; *sketch* stands for it where its rows are not known singly.

    It *is_plain* where no variant of it has shown a record.
    """

    table: str
    place: str
    sketch: Optional[Sketch] = None
    is_plain: bool = False


@dataclass(frozen=True)
class ListingBegun:
    """A listing began that leaves out records updated before *since* (None: none)."""

    table: str
    place: str
    since: Optional[str]


@dataclass(frozen=True)
class ParentsRead:
    """The changes of parents were read up to an instant, but for the parents *unread*.

    *position* says how far a walk through them has come that is not at its end, *newest* is their
    newest change and whose that is, if all of them were seen.
    """

    table: str
    place: str
    until: Optional[str]
    unread: Sequence[str]
    position: Optional[Position] = None
    newest: Optional[tuple[str, Sequence[str]]] = None


@dataclass(frozen=True)
class BookmarkMoved:
    """A table that is read by what changed has come to this bookmark."""

    table: str
    place: str
    bookmark: Bookmark


@dataclass(frozen=True)
class PlaceDropped:
    """The warehouse holds no row of the table in the place any more."""

    table: str
    place: str


@dataclass(frozen=True)
class PlaceSeen:
    """A place exists that was *created_at* this time; one of another time is another place."""

    place: str
    created_at: str


@dataclass(frozen=True)
class RemakeBegun:
    """From now on rows may be made of other columns or settings than those read before."""

    table: str
    place: str


@dataclass(frozen=True)
class Requested:
    """What became of a table in a place at the instant *at*.

    *made_of* names what its rows are made of where all of it was read, also where that took no
    request because nothing *was_requested*.  Without a *problem* there is none any longer.
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
    RemakeBegun,
    Requested,
]
