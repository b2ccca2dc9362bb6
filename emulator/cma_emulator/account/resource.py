"""A resource of the API as a value: its path, its paging and its verbs."""

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
    """Verbs of the API for the records of a resource, other than reading."""

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
    """A collection of the API and the records in it.

    ``path`` has placeholders for the scope, which are ids of the records above.
    ``order`` is the default order: a path, with ``-`` before it if descending, or ``scattered``
    for an order that follows no field.
    ``filters`` and ``orders`` are the paths that queries may use; None allows all of ``sys`` and
    the fields of the content type.
    ``key`` is the path of the value that names a record in URLs.
    ``hidden`` are parts of ``sys`` that listings omit.
    ``selects`` allows ``select`` although ``filters`` is not None.
    ``links`` are the parts of the scope that ``sys`` links to; None means all.
    ``leading`` are the keys that come first in a record.
    ``paging_setting`` names the setting that chooses between offset and cursor paging.
    ``counts_publications`` gives records that were never published a counter of 0.
    ``bare_when_empty`` omits ``pages`` from an empty cursor page.
    ``addressable`` resources serve a single record by its key.
    ``cloned`` records are copied to a new environment.
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
    selects: bool = False
    links: tuple[str, ...] | None = None
    leading: tuple[str, ...] = ()
    first_version: int | None = 0
    authored: bool = True
    dated: bool = True
    addressable: bool = True
    cloned: bool = False
    counts_publications: bool = False
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
        """Return a record with ``leading`` first and ``sys`` in the key order of its back end."""
        rank = {name: position for position, name in enumerate(self.back_end.sys_order)}
        ordered = dict(sorted(sys.items(), key=lambda item: rank.get(item[0], len(rank))))
        record = {**parts, "sys": ordered}
        first = [name for name in self.leading if name in record]
        return {name: record[name] for name in dict.fromkeys((*first, *record))}
