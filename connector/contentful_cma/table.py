"""Table, Column, Scope and Place: what there is to sync, as frozen values.

A table says where its records are listed and what its columns are; the engine (`sync`) owns every
loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Callable, Optional
from urllib.parse import quote

from . import masking, values
from .client import Client
from .configuration import Configuration
from .rows import NO_MODEL, Model

Record = Mapping[str, Any]
"""One JSON object as the API sends it."""

Row = dict[str, Any]
"""One row as Fivetran takes it: every declared column is a key."""

Completion = Callable[[Client, Configuration, Row], Optional[str]]
"""Fills in a row in place by asking again; returns what could not be read, in words, or None."""

LISTED, CHANGED, PER_PARENT, PERIODIC = "listed", "changed", "per parent", "periodic"
"""How a table is read: in full in each sync, by what changed, once for each parent record, or in
full without deleting what has left the API's window."""


@dataclass(frozen=True)
class Column:
    """One column: its Fivetran type and where in a record its value stands (``sys.createdAt``).

    ``paths`` are tried in order, because old names of a key are still sent for old records.
    ``personal`` marks what ``personal_data`` hashes or leaves out.
    """

    name: str
    type: str
    paths: tuple[tuple[str, ...], ...]
    convert: Callable[[Any], Any]
    description: str = ""
    personal: bool = False

    def read(self, record: Record) -> Any:
        """Return the converted value of this column in *record*, None where it is absent."""
        for path in self.paths:
            value: Any = record
            for step in path:
                value = value.get(step) if type(value) is dict else None
            if value is not None:
                return self.convert(value)
        return None


def _column(kind: str, convert: Callable[[Any], Any]) -> Callable[..., Column]:
    def declare(
        name: str, path: str = "", description: str = "", *, personal: bool = False
    ) -> Column:
        paths = tuple(tuple(one.split(".")) for one in (path or name).split("|"))
        return Column(name, kind, paths, convert, description, personal)

    return declare


text = _column("STRING", values.text)
"""Declare a STRING column; the path is the name itself where it is not given, and ``a|b`` tries
both (so do all of these)."""
whole = _column("LONG", values.whole)
"""Declare a LONG column."""
flag = _column("BOOLEAN", values.flag)
"""Declare a BOOLEAN column."""
instant = _column("UTC_DATETIME", values.instant)
"""Declare a UTC_DATETIME column."""
json = _column("JSON", values.json)
"""Declare a JSON column."""
link = _column("STRING", values.link_id)
"""Declare a STRING column that holds the id of the linked record."""
links = _column("JSON", values.link_ids)
"""Declare a JSON column that holds the ids of the linked records."""
address = _column("STRING", masking.address)
"""Declare a STRING column for a URL, without user info, query and fragment."""
origin = _column("STRING", masking.origin)
"""Declare a STRING column for scheme and host of a URL."""
widgets = _column("JSON", masking.widgets)
"""Declare a JSON column for widgets, without the settings of those that are not built in."""
errors = _column("JSON", masking.masked_json)
"""Declare a JSON column for errors, which may repeat addresses that were called."""

VERSION = whole("version", "sys.version")
CREATED = (instant("created_at", "sys.createdAt"), link("created_by_id", "sys.createdBy"))
UPDATED = (instant("updated_at", "sys.updatedAt"), link("updated_by_id", "sys.updatedBy"))
SYS = (VERSION, *CREATED, *UPDATED)
"""What almost every record carries in ``sys``."""

ID = text("id", "sys.id")


@dataclass(frozen=True)
class Scope:
    """Where a table lives: the URL prefix of its endpoint and the key columns that it implies."""

    name: str
    prefix: str
    keys: tuple[str, ...]


ACCOUNT = Scope("account", "", ())
ORGANIZATION = Scope("organization", "/organizations/{organization_id}", ("organization_id",))
SPACE = Scope("space", "/spaces/{space_id}", ("space_id",))
ENVIRONMENT = Scope(
    "environment",
    "/spaces/{space_id}/environments/{environment_id}",
    ("space_id", "environment_id"),
)


@dataclass(frozen=True)
class Place:
    """One organization, space or environment, or the account itself."""

    scope: Scope
    ids: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The ids as one text, by which the state knows the place; the account's is empty."""
        return "/".join(self.ids)

    @property
    def keys(self) -> dict[str, str]:
        """The key columns that all rows of this place share."""
        return dict(zip(self.scope.keys, self.ids))

    def path(self, below: str) -> str:
        """Return the path of an endpoint: *below* this place, or from the root after a slash."""
        template = below if below.startswith("/") else f"{self.scope.prefix}/{below}"
        return template.format(**{key: quote(one, safe="") for key, one in self.keys.items()})

    def query(self, query: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Return query parameters with the ids of this place filled in."""
        return {name: value.format(**self.keys) for name, value in query}


WHOLE_ACCOUNT = Place(ACCOUNT)


@dataclass(frozen=True)
class Table:
    """One table of the warehouse and the collection endpoint that fills it.

    ``path`` is below the scope's prefix (or from the root, with a leading slash), ``largest_page``
    the most records that the endpoint gives at once, ``query`` what is always sent.  ``key`` are
    the key columns beside those of the scope.  ``records`` makes several records of one where a
    row is less than a record, ``map`` makes a row of a record and ``finish`` fills in what the
    columns alone cannot tell, ``selects`` says whether the settings ask for a record, and
    ``complete`` fills in what only another request can tell. A table that is read per parent asks
    once for each record of ``parent`` that is ``asked_for``, again only after the parent has
    changed where ``only_changed`` says so; ``single`` where the answer is one record and no
    collection.  ``needs`` is the plan or the rights without which the API refuses.
    """

    name: str
    scope: Scope
    path: str
    description: str
    columns: tuple[Column, ...]
    group: str = ""
    largest_page: int = 100
    query: tuple[tuple[str, str], ...] = ()
    key: tuple[Column, ...] = (ID,)
    sys: tuple[Column, ...] = SYS
    reading: str = LISTED
    parent: Optional[Table] = None
    single: bool = False
    asked_for: Callable[[Record], bool] = lambda _parent: True
    only_changed: bool = False
    needs: str = ""
    records: Callable[[Record], Iterable[Record]] = lambda record: (record,)
    map: Optional[Callable[[Record], Row]] = None
    finish: Callable[[Record, Row, Model], Row] = lambda _record, row, _model: row
    selects: Callable[[Configuration, Record], bool] = lambda _configuration, _record: True
    complete: Optional[Completion] = None

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

    @cached_property
    def _mapper(self) -> Callable[[Record], Row]:
        return mapper(self.own_columns)

    @property
    def own_columns(self) -> tuple[Column, ...]:
        """All columns but those of the scope."""
        return (*self.key, *self.columns, *self.sys)

    def declared(self) -> list[tuple[str, str]]:
        """Return name and type of every column."""
        scoped = [(key, "STRING") for key in self.scope.keys]
        return scoped + [(column.name, column.type) for column in self.own_columns]

    def schema(self) -> dict[str, Any]:
        """Return the declaration that Fivetran's ``schema()`` expects."""
        return {
            "table": self.name,
            "primary_key": list(self.primary_key),
            "columns": dict(self.declared()),
        }

    def rows(
        self, place: Place, record: Record, personal_data: str, model: Model = NO_MODEL
    ) -> list[Row]:
        """Return the rows of *record* in *place*: every column, None where there is no value."""
        rows = []
        for part in self.records(record):
            mapped = self._mapper(part) if self.map is None else self.map(part)
            row = self.finish(part, {**place.keys, **mapped}, model)
            rows.append(self._without_persons(row, personal_data))
        return rows

    def _without_persons(self, row: Row, personal_data: str) -> Row:
        if personal_data != "include":
            for column in self.columns:
                if column.personal and row[column.name] is not None:
                    hashed = personal_data == "hash"
                    row[column.name] = values.hashed(row[column.name]) if hashed else None
        return row

    def key_of(self, row: Row) -> str | None:
        """Return what tells a row from others of its place, None if a part of it is NULL."""
        parts = [row[column.name] for column in self.key]
        return None if None in parts else KEY_SEPARATOR.join(parts)

    def keys_of(self, place: Place, key: str) -> Row:
        """Return the primary key of the row that `key_of` named *key*."""
        names = (column.name for column in self.key)
        return {**place.keys, **dict(zip(names, key.split(KEY_SEPARATOR)))}


KEY_SEPARATOR = " "
"""Stands between the parts of a key in the ledger; no id has a space in it."""


def map_record(columns: Iterable[Column], record: Record) -> Row:
    """Return the values of *record* by column, None where it has none."""
    return mapper(columns)(record)


def mapper(columns: Iterable[Column]) -> Callable[[Record], Row]:
    """Return the function that makes rows of records.

    Most columns stand at the top of a record or directly below one of its objects, so each object
    is looked up once for all of them; that halves the time that a row takes.
    """
    columns = tuple(columns)
    blank: Row = dict.fromkeys(column.name for column in columns)
    below: dict[str, list[tuple[str, str, Callable[[Any], Any]]]] = {}
    rest = []
    for column in columns:
        if len(column.paths) == 1 and len(column.paths[0]) <= _SHALLOW:
            head, key = ("", *column.paths[0])[-_SHALLOW:]
            below.setdefault(head, []).append((column.name, key, column.convert))
        else:
            rest.append(column)
    groups = list(below.items())

    def map_one(record: Record) -> Row:
        row = blank.copy()
        for head, members in groups:
            found = record.get(head) if head else record
            if type(found) is dict:
                for name, key, convert in members:
                    value = found.get(key)
                    if value is not None:
                        row[name] = convert(value)
        for column in rest:
            row[column.name] = column.read(record)
        return row

    return map_one


_SHALLOW = 2
