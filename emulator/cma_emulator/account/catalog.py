"""The resources of an account and the sources of their generated records."""

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
    """A generated record: its id, its body and its own parts of ``sys``.

    ``life`` has its steps in order, creation first.
    Without it, the seed determines the times of creation and update, and ``published`` makes the
    update a publication.
    """

    identifier: str
    body: Record
    sys: Record = field(default_factory=dict)
    published: bool = False
    life: tuple[tuple[str, Moment], ...] = ()


@dataclass(frozen=True)
class Origin:
    """The source of the generated records of a resource; with no source there are none.

    ``samples`` yields records, ``family`` returns virtual records, and ``nested`` yields the
    records below a generated one.
    """

    samples: Callable[[Maker, Scope], Iterable[Sample]] | None = None
    family: Callable[[Maker, Scope], Family] | None = None
    nested: Callable[[Maker, Scope, Record], Iterable[Sample]] | None = None


@dataclass(frozen=True)
class Catalog:
    """All resources of an account and their origins, by path.

    ``places`` yields the addresses of all generated organizations, spaces and environments.
    """

    resources: Mapping[str, Resource]
    origins: Mapping[str, Origin]
    places: Callable[[Maker], Iterable[str]]
