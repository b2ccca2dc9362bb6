"""Declaration of a table as a frozen value: endpoint, way of reading, and columns.

The loops that read and compare records are in `extract`.
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

    With ``keeps_missing``, rows are facts about the past: rows no longer listed are kept.
    """

    keeps_missing: bool = False


@dataclass(frozen=True)
class Incremental:
    """Read by changes since the previous sync: entries and assets."""


@dataclass(frozen=True)
class ByDay:
    """Read by day, with a request for each of ``metrics`` and each window of ``days_at_once``.

    The first sync reads ``look_back`` days (the API has 12 months).  Later syncs read the days
    that can still change: those since the last read and ``restated`` days before.  Older rows are
    kept.  With ``is_whole``, a window has all rows of its days, so rows missing from the window
    are deleted.  ``legacy`` is the older listing, read if the API refuses this one.
    """

    metrics: tuple[str, ...]
    days_at_once: int = 31
    look_back: int = 365
    restated: int = 7
    is_whole: bool = False
    legacy: str = ""


@dataclass(frozen=True)
class PerParent:
    """Requested for each record of ``parent`` for which ``of`` is true.

    - ``only_changed``: request the children again only after the parent has changed.
    - ``single``: the API returns one record instead of a collection.
    - ``id_of``: the parent's id in path and query, if it differs from the record's id.
    - ``also``: paths of further children.
    - ``otherwise``: parameters in an alternative spelling, for servers that refuse the first.
    - ``keeps_missing``: rows are facts about the past.  Children of a parent that is no longer
      listed are kept, and requested once more.
    """

    parent: Table
    of: Callable[[Record], bool] = lambda _parent: True
    only_changed: bool = False
    single: bool = False
    id_of: Callable[[Record], Optional[str]] = values.record_id
    also: tuple[str, ...] = ()
    otherwise: tuple[tuple[str, str], ...] = ()
    keeps_missing: bool = False


Read = Union[Full, Incremental, ByDay, PerParent]
"""The ways to read a table."""


@dataclass(frozen=True)
class Table:
    """One table of the warehouse and the collection endpoint that fills it.

    - ``path``: relative to the scope's prefix, or to the root with a leading slash.
    - ``largest_page``: the maximum number of records per response.
    - ``paged``: False if one response has all records, at most ``largest_page``.
    - ``query``, ``headers``: sent with each request.
    - ``variants``: queries that list further records of the endpoint.  They are requested first;
      if several list the same id, the first record counts.
    - ``key``: the key columns in addition to those of the scope.
    - ``records``: splits a record if one record has several rows.
    - ``map``: maps a record to a row, instead of the columns.
    - ``finish``: fills in values that need more than one part of a record.
    - ``selects``: whether the settings select a record.
    - ``depends_on``: a table; without records there, this table has no records.
    - ``needs``: the plan or the rights without which the API refuses access.
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
        """Raise ValueError at import if a column is declared twice."""
        names = [name for name, _ in self.declared()]
        if len(set(names)) != len(names):
            sentence = f"{self.name} declares a column twice"
            raise ValueError(sentence)

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The key columns, with those of the scope because ids are unique only within a place."""
        return (*self.scope.keys, *(column.name for column in self.key))

    def page_size(self, configuration: Configuration) -> int:
        """Return the number of records per request.

        At least two if a page repeats the last record of the previous page, which shows whether
        records moved between the two requests.
        """
        fewest = 1 if isinstance(self.read, Incremental) else 2
        return max(min(configuration.max_records_per_page, self.largest_page), fewest)

    @property
    def is_history(self) -> bool:
        """Whether rows are facts about the past, kept even if the API no longer lists them."""
        if isinstance(self.read, (Full, PerParent)):
            return self.read.keeps_missing
        return isinstance(self.read, ByDay)

    @cached_property
    def _mapper(self) -> Callable[[Record], Row]:
        """The function that maps a record to a row."""
        return mapper(self.own_columns)

    @property
    def own_columns(self) -> tuple[Column, ...]:
        """All columns except those of the scope."""
        return (*self.key, *self.columns, *self.sys)

    def declared(self) -> list[tuple[str, str]]:
        """Return the name and type of every column."""
        scoped = [(key, "STRING") for key in self.scope.keys]
        return scoped + [(column.name, column.type) for column in self.own_columns]

    def descriptions(self) -> dict[str, str]:
        """Return the description of every column, by name."""
        scoped = {key: SCOPE_KEYS[key] for key in self.scope.keys}
        return {**scoped, **{column.name: column.description for column in self.own_columns}}

    def schema(self) -> dict[str, Any]:
        """Return the declaration for Fivetran's ``schema()``."""
        return {
            "table": self.name,
            "primary_key": list(self.primary_key),
            "columns": dict(self.declared()),
        }

    def rows(
        self, place: Place, record: Record, personal_data: str, model: ContentModel = NO_MODEL
    ) -> list[Row]:
        """Return the rows of *record* in *place*, with None for missing values."""
        rows = []
        for part in self.records(record):
            mapped = self._mapper(part) if self.map is None else self.map(part)
            row = self.finish(part, {**place.keys, **mapped}, model)
            rows.append(self._without_persons(row, personal_data))
        return rows

    def _without_persons(self, row: Row, personal_data: str) -> Row:
        """Return a row with personal values hashed or removed, as `personal_data` requires."""
        if personal_data != "include":
            for column in self.columns:
                if column.personal and row[column.name] is not None:
                    hashed = personal_data == "hash"
                    row[column.name] = values.hashed(row[column.name]) if hashed else None
        return row

    @cached_property
    def _newer(self) -> tuple[str, ...]:
        """The columns added after 1.0.0."""
        return tuple(column.name for column in self.own_columns if column.newer)

    def form(self, row: Row) -> Row:
        """Return the part of a row that is compared: a change there rewrites the row.

        A column added after 1.0.0 is excluded while NULL, so an upgrade rewrites no row.
        """
        unset = [name for name in self._newer if row[name] is None]
        return {name: one for name, one in row.items() if name not in unset} if unset else row

    def row_key(self, row: Row) -> str | None:
        """Return the key of a row within its place, None if a key column is NULL."""
        parts = [row[column.name] for column in self.key]
        return None if None in parts else KEY_SEPARATOR.join(parts)

    def primary_key_values(self, place: Place, key: str) -> Row:
        """Return the primary key of the row with a `row_key` of *key*."""
        names = (column.name for column in self.key)
        return {**place.keys, **dict(zip(names, key.split(KEY_SEPARATOR)))}
