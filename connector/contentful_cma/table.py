"""Table, Column and Scope: what there is to sync, as frozen values.

A table says where its records are listed and what its columns are; the engine (`sync`) owns every
loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable, Optional

from . import values
from .client import Client
from .configuration import Configuration

Record = Mapping[str, Any]
"""One JSON object as the API sends it."""

Row = dict[str, Any]
"""One row as Fivetran takes it: every declared column is a key."""

Completion = Callable[[Client, Configuration, Row], Optional[str]]
"""Fills in a row in place by asking again; returns what could not be read, in words, or None."""


@dataclass(frozen=True)
class Column:
    """One column: its Fivetran type and where in a record its value stands (``sys.createdAt``)."""

    name: str
    type: str
    path: str
    convert: Callable[[Any], Any]
    description: str = ""

    def read(self, record: Record) -> Any:
        """Return the converted value of this column in *record*, None where it is absent."""
        value: Any = record
        for step in self.path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        return None if value is None else self.convert(value)


def text(name: str, path: str = "", description: str = "") -> Column:
    """Declare a STRING column; *path* is the name itself where it is not given."""
    return Column(name, "STRING", path or name, values.text, description)


def whole(name: str, path: str = "", description: str = "") -> Column:
    """Declare a LONG column."""
    return Column(name, "LONG", path or name, values.whole, description)


def instant(name: str, path: str = "", description: str = "") -> Column:
    """Declare a UTC_DATETIME column."""
    return Column(name, "UTC_DATETIME", path or name, values.instant, description)


def link(name: str, path: str, description: str = "") -> Column:
    """Declare a STRING column that holds the id of the linked record."""
    return Column(name, "STRING", path, values.link_id, description)


@dataclass(frozen=True)
class Scope:
    """Where a table lives: the URL prefix of its endpoint and the key columns that it implies."""

    name: str
    prefix: str
    keys: tuple[str, ...]


ACCOUNT = Scope("account", "", ())


@dataclass(frozen=True)
class Table:
    """One table of the warehouse and the collection endpoint that fills it.

    ``largest_page`` is the most records that the endpoint gives at once, ``query`` what is always
    sent with the request, ``row`` turns a record into a row, ``selects`` says whether the settings
    ask for a record, and ``complete`` fills in what only a further request can tell.
    """

    name: str
    scope: Scope
    path: str
    description: str
    columns: tuple[Column, ...]
    row: Callable[[Record], Row]
    largest_page: int
    query: tuple[tuple[str, str], ...] = ()
    selects: Callable[[Configuration, Record], bool] = lambda _configuration, _record: True
    complete: Completion | None = None

    def __post_init__(self) -> None:
        """Refuse a table without its key or with a column twice, at import."""
        names = [column.name for column in self.columns]
        for name in self.key:
            if name not in names:
                sentence = f"{self.name} has no column {name}"
                raise ValueError(sentence)
        if len(set(names)) != len(names):
            sentence = f"{self.name} declares a column twice"
            raise ValueError(sentence)

    @property
    def key(self) -> tuple[str, ...]:
        """Return the primary key: ids are unique only inside their scope."""
        return (*self.scope.keys, "id")

    def schema(self) -> dict[str, Any]:
        """Return the declaration that Fivetran's ``schema()`` expects."""
        columns = {column.name: column.type for column in self.columns}
        return {"table": self.name, "primary_key": list(self.key), "columns": columns}


def map_record(columns: tuple[Column, ...], record: Record) -> Row:
    """Return the row of *record*: every column, None where the record has no such value."""
    return {column.name: column.read(record) for column in columns}
