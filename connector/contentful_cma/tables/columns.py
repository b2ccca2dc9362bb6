"""Column declarations, and the mapping of records to rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Callable

from contentful_cma import redact, values
from contentful_cma.values import Record, Row


@dataclass(frozen=True)
class Column:
    """One column: its Fivetran type and the path of its value in a record (``sys.createdAt``).

    ``paths`` are tried in order, because old records still have old names of a key.
    ``personal`` marks values that ``personal_data`` hashes or omits.  A column ``newer`` than
    1.0.0 changes no row in which its value is NULL.
    """

    name: str
    type: str
    paths: tuple[tuple[str, ...], ...]
    convert: Callable[[Any], Any]
    description: str
    personal: bool = False
    newer: bool = False

    def read(self, record: Record) -> Any:
        """Return the converted value of this column in *record*, None if absent."""
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
        """Declare a column by its name and its path in a record."""
        paths = tuple(tuple(one.split(".")) for one in (path or name).split("|"))
        return Column(name, kind, paths, convert, description, personal)

    return declare


string = _column("STRING", values.text)
"""Declare a STRING column.

For this and the following functions, an empty path means the name, and ``a|b`` tries both paths.
"""
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
"""Declare a STRING column for a URL without user info, query and fragment."""
origin = _column("STRING", redact.origin)
"""Declare a STRING column for the scheme and host of a URL."""
widgets = _column("JSON", redact.widgets)
"""Declare a JSON column for widgets; only built-in widgets keep their settings."""
errors = _column("JSON", redact.masked_json)
"""Declare a JSON column for errors, redacted because they may repeat secret URLs."""

urn_id = _column("STRING", values.urn_id)
"""Declare a STRING column that holds the id of a record linked by id or by URN."""
action_types = _column("JSON", redact.action_types)
"""Declare a JSON column for the kinds of actions of an automation, without parameters."""

link_type = _column("STRING", values.link_type)
"""Declare a STRING column that holds the kind of the linked record."""


def newer(*columns: Column) -> tuple[Column, ...]:
    """Return the columns, marked as added after 1.0.0."""
    return tuple(replace(column, newer=True) for column in columns)


def actor(name: str, path: str, did: str) -> tuple[Column, Column]:
    """Declare the id and the type of the user or app that *did* something."""
    subject = f"User or app that {did} (USERS or APP_DEFINITIONS)."
    kind = f"Type of `{name}_id`: `User` or `AppDefinition`."
    return link(f"{name}_id", path, subject), link_type(f"{name}_type", path, kind)


NAME = string("name", "", "Display name.")
DESCRIPTION = string("description", "", "Free-text description entered by users.")
VERSION = integer("version", "sys.version", "Revision number; increases with each change.")
CREATED = (
    timestamp("created_at", "sys.createdAt", "Creation time, in UTC."),
    *actor("created_by", "sys.createdBy", "created the record"),
)
UPDATED = (
    timestamp("updated_at", "sys.updatedAt", "Time of the last change, in UTC."),
    *actor("updated_by", "sys.updatedBy", "last changed the record"),
)
SYS = (VERSION, *CREATED, *UPDATED)
"""The columns that almost every record has in ``sys``."""

ID = string("id", "sys.id", "Contentful id; the key columns together are unique.")

PUBLISHED = (
    integer(
        "published_version",
        "sys.publishedVersion",
        "`version` that was last published; NULL if unpublished.",
    ),
    timestamp(
        "published_at",
        "sys.publishedAt",
        "Time of the last publication, in UTC; NULL if unpublished.",
    ),
    *actor("published_by", "sys.publishedBy", "last published the record"),
    timestamp(
        "first_published_at",
        "sys.firstPublishedAt",
        "Time of the first publication, in UTC; kept after unpublishing.",
    ),
    integer(
        "published_counter",
        "sys.publishedCounter",
        "Number of publications; kept after unpublishing.",
    ),
)
ARCHIVED = (
    integer(
        "archived_version",
        "sys.archivedVersion",
        "`version` at the time of archiving; NULL if not archived.",
    ),
    timestamp("archived_at", "sys.archivedAt", "Archiving time, in UTC; NULL if not archived."),
    *actor("archived_by", "sys.archivedBy", "archived the record"),
)
STATUS = string(
    "status",
    "status",
    "State: `draft`, `published`, `changed` (unpublished edits) or `archived`.",
)
URN = string("urn", "sys.urn", "URN used by cross-space links.")


def map_record(columns: Iterable[Column], record: Record) -> Row:
    """Return the values of *record* by column name, None where a value is missing."""
    return mapper(columns)(record)


def mapper(columns: Iterable[Column]) -> Callable[[Record], Row]:
    """Return the function that maps a record to a row.

    Most values are at the top of a record or directly inside one of its objects.  Each object is
    looked up once for all of its columns, which halves the time per row.
    """
    columns = tuple(columns)
    blank: Row = dict.fromkeys(column.name for column in columns)
    return partial(_map_one, blank, *_grouped(columns))


def _grouped(columns: Iterable[Column]) -> tuple[_Groups, list[Column]]:
    """Return shallow columns by the object that holds them, and all other columns."""
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
    """Return the row of a record, with None for missing values."""
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
