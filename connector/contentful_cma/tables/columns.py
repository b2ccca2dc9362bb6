"""Columns as values, and how a record becomes a row by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable

from contentful_cma import redact, values
from contentful_cma.values import Record, Row


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
    description: str
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
    """Return a function that declares a column of this kind."""

    def declare(name: str, path: str, description: str, *, personal: bool = False) -> Column:
        """Declare a column by its name and where the record has it."""
        paths = tuple(tuple(one.split(".")) for one in (path or name).split("|"))
        return Column(name, kind, paths, convert, description, personal)

    return declare


string = _column("STRING", values.text)
"""Declare a STRING column; the path is the name itself where it is not given, and ``a|b`` tries
both (so do all of these)."""
integer = _column("LONG", values.whole)
"""Declare a LONG column."""
double = _column("DOUBLE", values.number)
"""Declare a DOUBLE column."""
boolean = _column("BOOLEAN", values.flag)
"""Declare a BOOLEAN column."""
timestamp = _column("UTC_DATETIME", values.instant)
"""Declare a UTC_DATETIME column."""
json_column = _column("JSON", values.json)
"""Declare a JSON column."""
link = _column("STRING", values.link_id)
"""Declare a STRING column that holds the id of the linked record."""
links = _column("JSON", values.link_ids)
"""Declare a JSON column that holds the ids of the linked records."""
address = _column("STRING", redact.address)
"""Declare a STRING column for a URL, without user info, query and fragment."""
origin = _column("STRING", redact.origin)
"""Declare a STRING column for scheme and host of a URL."""
widgets = _column("JSON", redact.widgets)
"""Declare a JSON column for widgets, without the settings of those that are not built in."""
errors = _column("JSON", redact.masked_json)
"""Declare a JSON column for errors, which may repeat addresses that were called."""

link_type = _column("STRING", values.link_type)
"""Declare a STRING column that holds the kind of the linked record."""


def actor(name: str, path: str) -> tuple[Column, Column]:
    """Declare who did something: the id of a user or an app, and which of the two it is."""
    who = "The user or app that did so (USERS, APP_DEFINITIONS)."
    kind = f"`User` or `AppDefinition`: of which table `{name}_id` is."
    return link(f"{name}_id", path, who), link_type(f"{name}_type", path, kind)


NAME = string("name", "", "What people call it.")
DESCRIPTION = string("description", "", "What people wrote about it.")
VERSION = integer("version", "sys.version", "Rises with every change.")
CREATED = (
    timestamp("created_at", "sys.createdAt", "When it was first saved."),
    *actor("created_by", "sys.createdBy"),
)
UPDATED = (
    timestamp("updated_at", "sys.updatedAt", "When it last changed."),
    *actor("updated_by", "sys.updatedBy"),
)
SYS = (VERSION, *CREATED, *UPDATED)
"""What almost every record carries in ``sys``."""

ID = string("id", "sys.id", "Contentful's id; unique together with the rest of the key.")

PUBLISHED = (
    integer("published_version", "sys.publishedVersion", "The `version` that readers get."),
    timestamp("published_at", "sys.publishedAt", "The last publication, NULL if unpublished."),
    *actor("published_by", "sys.publishedBy"),
    timestamp("first_published_at", "sys.firstPublishedAt", "Stays when it is unpublished."),
    integer("published_counter", "sys.publishedCounter", "How often it was published."),
)
ARCHIVED = (
    integer("archived_version", "sys.archivedVersion", "The `version` that was put away."),
    timestamp(
        "archived_at", "sys.archivedAt", "When it was put away, NULL if it is not archived."
    ),
    *actor("archived_by", "sys.archivedBy"),
)
STATUS = string("status", "status", "`draft`, `changed`, `published` or `archived`.")
URN = string("urn", "sys.urn", "By which resource links of other spaces name it.")


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
    return partial(_map_one, blank, *_grouped(columns))


def _grouped(columns: Iterable[Column]) -> tuple[_Groups, list[Column]]:
    """Return shallow columns by the object that they stand in, and all others."""
    below: dict[str, list[tuple[str, str, Callable[[Any], Any]]]] = {}
    rest = []
    for column in columns:
        if len(column.paths) == 1 and len(column.paths[0]) <= _SHALLOW:
            head, key = ("", *column.paths[0])[-_SHALLOW:]
            below.setdefault(head, []).append((column.name, key, column.convert))
        else:
            rest.append(column)
    return list(below.items()), rest


def _map_one(blank: Row, groups: _Groups, rest: list[Column], record: Record) -> Row:
    """Return the row of a record, with NULL where it has nothing."""
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


_SHALLOW = 2
_Groups = list[tuple[str, list[tuple[str, str, Callable[[Any], Any]]]]]
