"""A resource of the API as a value: where it is, how it pages, what one may do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from .backends import BackEnd
from .records import Record, Scope

if TYPE_CHECKING:
    from .calls import Call
    from .query import Condition
    from .virtual import Family
    from .worlds.maker import Maker

SPACE = "spaces/{space}"
ENVIRONMENT = "spaces/{space}/environments/{environment}"
ORGANIZATION = "organizations/{organization}"


class Paging(Enum):
    """The shapes of collections (CMA reference, "Collection resources and pagination")."""

    OFFSET = auto()
    OFFSET_OR_CURSOR = auto()
    CURSOR = auto()
    WITHOUT_TOTAL = auto()
    UNPAGED = auto()
    """Everything at once: ``sys``, ``total`` and ``items``, as editor interfaces do."""
    ZERO_LIMIT = auto()
    """Everything at once with ``limit`` 0 echoed, as extensions do."""


class Verb(Enum):
    """What the API lets one do with the records of a resource, beyond reading."""

    CREATE = auto()
    CREATE_WITH_ID = auto()
    UPDATE = auto()
    PATCH = auto()
    DELETE = auto()
    PUBLISH = auto()
    ARCHIVE = auto()


READ_ONLY: frozenset[Verb] = frozenset()
EDITABLE = frozenset((Verb.CREATE, Verb.CREATE_WITH_ID, Verb.UPDATE, Verb.DELETE))
POSTED = frozenset((Verb.CREATE, Verb.UPDATE, Verb.DELETE))
PUBLISHABLE = EDITABLE | {Verb.PUBLISH}
ARCHIVABLE = PUBLISHABLE | {Verb.PATCH, Verb.ARCHIVE}


def _unchanged(_call: Call, record: Record) -> Record:
    return record


def _no_filter(_call: Call) -> tuple[Condition, ...]:
    return ()


def _none(_call: Call) -> Record | None:
    return None


def _nothing(_call: Call, _record: Record) -> None:
    return None


@dataclass(frozen=True)
class Rules:
    """What is special about reading and writing these records; each may raise a `Refusal`.

    ``narrow`` gives filters that a listing has beside those that its parameters name.
    ``missing`` may give a record for a name that no record has.
    ``complete`` gets a record that is about to be stored by a creation or an update and returns it
    with what the API adds.
    ``shown_once`` gives what the answer to a creation shows, secrets included.
    ``allow_delete`` refuses deletions; the others run after the fact.
    """

    narrow: Callable[[Call], tuple[Condition, ...]] = _no_filter
    missing: Callable[[Call], Record | None] = _none
    complete: Callable[[Call, Record], Record] = _unchanged
    shown_once: Callable[[Call, Record], Record] = _unchanged
    created: Callable[[Call, Record], None] = _nothing
    updated: Callable[[Call, Record], None] = _nothing
    published: Callable[[Call, Record], None] = _nothing
    allow_unpublish: Callable[[Call, Record], None] = _nothing
    allow_delete: Callable[[Call, Record], None] = _nothing
    deleted: Callable[[Call, Record], None] = _nothing


@dataclass(frozen=True)
class Sample:
    """A generated record: its id, its body, and parts of ``sys`` beyond the common ones."""

    identifier: str
    body: Record
    sys: Record = field(default_factory=dict)
    published: bool = False


@dataclass(frozen=True)
class Resource:
    """One collection of the API and the records in it.

    ``path`` has placeholders for the scope.
    ``order`` is the order of a listing that asks for none: a path, ``-`` before it for descending,
    or ``scattered`` for an order that follows no field.
    ``filters`` and ``orders`` are the paths that queries may use; None means all of ``sys`` and
    what the content type has.
    ``key`` is the path of what names a record in URLs, ``hidden`` are parts of ``sys`` that
    listings leave out.
    ``links`` are the parts of the scope that ``sys`` links to.
    ``paging_setting`` names the setting that chooses between offset and cursor paging.
    ``addressable`` says whether one record can be asked for by its key.
    ``samples`` makes the records of a generated world, ``family`` makes them virtual, ``nested``
    makes them below a generated record; ``derived`` computes them from other collections.
    """

    path: str
    type: str
    back_end: BackEnd
    paging: Paging = Paging.OFFSET
    verbs: frozenset[Verb] = READ_ONLY
    order: str = "sys.createdAt"
    filters: tuple[str, ...] | None = ()
    orders: tuple[str, ...] | None = ()
    key: str = "sys.id"
    hidden: tuple[str, ...] = ()
    links: tuple[str, ...] | None = None
    leading: tuple[str, ...] = ()
    first_version: int | None = 0
    authored: bool = True
    dated: bool = True
    addressable: bool = True
    paging_setting: str | None = None
    default_limit: int | None = None
    largest_limit: int | None = None
    rules: Rules = Rules()
    samples: Callable[[Maker, Scope], Iterable[Sample]] | None = None
    family: Callable[[Maker, Scope], Family] | None = None
    nested: Callable[[Maker, Scope, Record], Iterable[Sample]] | None = None
    derived: Callable[[Call], Iterable[Record]] | None = None

    @property
    def scope_names(self) -> tuple[str, ...]:
        """The names of the placeholders in the path, outermost first."""
        steps = self.path.split("/")
        return tuple(step[1:-1] for step in steps if step.startswith("{"))

    def address(self, scope: Scope) -> str:
        """Return the path of the collection in one scope."""
        return self.path.format(**scope)

    def arranged(self, parts: dict[str, Any], sys: Record) -> Record:
        """Return a record in the key order of its back end, ``sys`` sorted the same way."""
        rank = {name: position for position, name in enumerate(self.back_end.sys_order)}
        ordered = dict(sorted(sys.items(), key=lambda item: rank.get(item[0], len(rank))))
        record = {**parts, "sys": ordered}
        first = [name for name in self.leading if name in record]
        return {name: record[name] for name in dict.fromkeys((*first, *record))}
