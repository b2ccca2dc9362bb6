"""A resource of the API as a value: where it is, how it pages, what one may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from ..backends import BackEnd
from ..records import Record, Scope


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
    AT_MOST_100 = auto()
    """Everything at once, at most 100, without ``total``, as comments do."""


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
    ``bare_when_empty`` says that an empty cursor page has no ``pages``.
    ``addressable`` says whether one record can be asked for by its key, ``cloned`` whether a new
    environment gets the records of its source.
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
    cloned: bool = False
    paging_setting: str | None = None
    bare_when_empty: bool = False
    default_limit: int | None = None
    largest_limit: int | None = None

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
