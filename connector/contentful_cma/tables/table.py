"""Table, as a frozen value: what its endpoint lists, how that is read, and what its columns are.

The engine (`extract`) owns every loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Callable, Optional, Union

from contentful_cma import values
from contentful_cma.settings.configuration import Configuration
from contentful_cma.values import KEY_SEPARATOR, Record, Row

from .columns import ID, SYS, Column, mapper
from .derived import NO_MODEL, ContentModel
from .places import SCOPE_KEYS, Place, Scope

LARGEST_PAGE = 1000
"""Records per request on the content plane
(https://www.contentful.com/developers/docs/references/content-management-api/)."""


@dataclass(frozen=True)
class Full:
    """Listed in full in each sync.

    With ``keeps_gone`` the rows are facts about the past: those that the API no longer lists stay.
    """

    keeps_gone: bool = False


@dataclass(frozen=True)
class Incremental:
    """Read by what changed since the sync before: entries and assets."""


@dataclass(frozen=True)
class ByDay:
    """Read by day, with a request for each of ``metrics`` and each window of ``days_at_once``.

    The first sync reaches ``look_back`` days back (the API: 12 months); later ones read the days
    that can still change, ``restated`` of them before the last reading, and older rows stay.
    ``is_whole`` says that a window tells all rows of its days, so that what it lacks is deleted.
    ``legacy`` is the older listing, which is read where this one is refused.
    """

    metrics: tuple[str, ...]
    days_at_once: int = 31
    look_back: int = 365
    restated: int = 7
    is_whole: bool = False
    legacy: str = ""


@dataclass(frozen=True)
class PerParent:
    """Asked once for each record of ``parent`` for which ``of`` is true.

    With ``only_changed`` again only after the parent has changed; ``single`` where the answer is
    one record and no collection.  ``id_of`` names the parent in path and query, where that is not
    its own id, and ``also`` are paths of further children.
    """

    parent: Table
    of: Callable[[Record], bool] = lambda _parent: True
    only_changed: bool = False
    single: bool = False
    id_of: Callable[[Record], Optional[str]] = values.record_id
    also: tuple[str, ...] = ()


Read = Union[Full, Incremental, ByDay, PerParent]
"""How a table is read."""


@dataclass(frozen=True)
class Table:
    """One table of the warehouse and the collection endpoint that fills it.

    ``path`` is below the scope's prefix (or from the root, with a leading slash),
    ``largest_page`` the most records that the endpoint gives at once (and all that it gives
    unless ``paged``), ``query`` and ``headers`` what is always sent.  ``variants`` are queries by
    which the same endpoint lists further records: they are asked first, and of an id that several
    show the first record counts.  ``key`` are the key columns beside those of the scope.
    ``records`` makes several records of one where a row is less than a record, ``map`` makes a
    row of a record, ``finish`` fills in values that the columns alone cannot give, and
    ``selects`` says whether the settings ask for a record.
    ``depends_on`` is a table without whose records there are none of this one.
    ``needs`` is the plan or the rights without which the API refuses.
    """

    name: str
    scope: Scope
    path: str
    description: str
    columns: tuple[Column, ...]
    largest_page: int = 100
    paged: bool = True
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    variants: tuple[tuple[tuple[str, str], ...], ...] = ()
    key: tuple[Column, ...] = (ID,)
    sys: tuple[Column, ...] = SYS
    read: Read = Full()
    needs: str = ""
    records: Callable[[Record], Iterable[Record]] = lambda record: (record,)
    map: Optional[Callable[[Record], Row]] = None
    finish: Callable[[Record, Row, ContentModel], Row] = lambda _record, row, _model: row
    selects: Callable[[Configuration, Record], bool] = lambda _configuration, _record: True
    depends_on: Optional[Table] = None

    def __post_init__(self) -> None:
        """Refuse a table that declares a column twice, at import."""
        names = [name for name, _ in self.declared()]
        if len(set(names)) != len(names):
            sentence = f"{self.name} declares a column twice"
            raise ValueError(sentence)

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The key columns; ids are unique only inside their scope."""
        return (*self.scope.keys, *(column.name for column in self.key))

    def page_size(self, configuration: Configuration) -> int:
        """Return how many records to ask for at once."""
        return min(configuration.max_records_per_page, self.largest_page)

    @property
    def is_history(self) -> bool:
        """Whether its rows are facts about the past, which stay whatever the API still tells."""
        if isinstance(self.read, Full):
            return self.read.keeps_gone
        return isinstance(self.read, ByDay)

    @cached_property
    def _mapper(self) -> Callable[[Record], Row]:
        """The function that makes rows."""
        return mapper(self.own_columns)

    @property
    def own_columns(self) -> tuple[Column, ...]:
        """All columns but those of the scope."""
        return (*self.key, *self.columns, *self.sys)

    def declared(self) -> list[tuple[str, str]]:
        """Return name and type of every column."""
        scoped = [(key, "STRING") for key in self.scope.keys]
        return scoped + [(column.name, column.type) for column in self.own_columns]

    def descriptions(self) -> dict[str, str]:
        """Return what every column means, by name."""
        scoped = {key: SCOPE_KEYS[key] for key in self.scope.keys}
        return {**scoped, **{column.name: column.description for column in self.own_columns}}

    def schema(self) -> dict[str, Any]:
        """Return the declaration that Fivetran's ``schema()`` expects."""
        return {
            "table": self.name,
            "primary_key": list(self.primary_key),
            "columns": dict(self.declared()),
        }

    def rows(
        self, place: Place, record: Record, personal_data: str, model: ContentModel = NO_MODEL
    ) -> list[Row]:
        """Return the rows of *record* in *place*: every column, None where there is no value."""
        rows = []
        for part in self.records(record):
            mapped = self._mapper(part) if self.map is None else self.map(part)
            row = self.finish(part, {**place.keys, **mapped}, model)
            rows.append(self._without_persons(row, personal_data))
        return rows

    def _without_persons(self, row: Row, personal_data: str) -> Row:
        """Return a row without what names a person, or with its hash."""
        if personal_data != "include":
            for column in self.columns:
                if column.personal and row[column.name] is not None:
                    hashed = personal_data == "hash"
                    row[column.name] = values.hashed(row[column.name]) if hashed else None
        return row

    def row_key(self, row: Row) -> str | None:
        """Return what tells a row from others of its place, None if a part of it is NULL."""
        parts = [row[column.name] for column in self.key]
        return None if None in parts else KEY_SEPARATOR.join(parts)

    def primary_key_values(self, place: Place, key: str) -> Row:
        """Return the primary key of the row that `key_of` named *key*."""
        names = (column.name for column in self.key)
        return {**place.keys, **dict(zip(names, key.split(KEY_SEPARATOR)))}
