"""What an account is handed to be filled with: its resources and where their records come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ..records import Record, Scope
from .lifecycle import Moment
from .maker import Maker
from .resource import Resource
from .virtual import Family


@dataclass(frozen=True)
class Sample:
    """A generated record: its id, its body, and parts of ``sys`` beyond the common ones.

    ``life`` is what happened to it, its creation first; without one the seed makes it up, and
    ``published`` says whether it ends with a publication.
    """

    identifier: str
    body: Record
    sys: Record = field(default_factory=dict)
    published: bool = False
    life: tuple[tuple[str, Moment], ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where the generated records of a resource come from; without any of these there are none.

    ``samples`` makes them, ``family`` makes them virtual, ``nested`` makes them below a generated
    record.
    """

    samples: Callable[[Maker, Scope], Iterable[Sample]] | None = None
    family: Callable[[Maker, Scope], Family] | None = None
    nested: Callable[[Maker, Scope, Record], Iterable[Sample]] | None = None


@dataclass(frozen=True)
class Catalogue:
    """All resources of an account and their origins, by path.

    ``places`` yields the addresses of all generated organizations, spaces and environments.
    """

    resources: Mapping[str, Resource]
    origins: Mapping[str, Origin]
    places: Callable[[Maker], Iterable[str]]
