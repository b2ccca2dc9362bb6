"""Conversion of API values to column values: one function per column type.

Each function accepts any JSON value and never raises.  A value of another type becomes None
(NULL), because a row with one missing value is better than a failed sync.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

Record = Mapping[str, Any]
"""A JSON object from the API."""

Row = dict[str, Any]
"""A row for Fivetran; every declared column is a key."""

KEY_SEPARATOR = " "
"""The separator of the parts of a key in the state; no id contains a space."""

_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*([Zz]|[+-]\d\d:?\d\d)?\Z"
)
_LARGEST_LONG = 2**63


def clean(value: Any) -> Any:
    """Return a JSON value, changed in place, without NUL and lone surrogates in texts and keys.

    Some warehouses cannot store them, and the SDK fails on lone surrogates.
    """
    holder = [value]
    # A stack, because rich text can be nested deeper than Python can recurse.
    waiting: list[Any] = [holder]
    while waiting:
        waiting += [item for item in _cleaned(waiting.pop()) if type(item) in _NESTED]
    return holder[0]


_NESTED = (dict, list)


def _cleaned(found: Any) -> Any:
    """Clean the texts directly in a dict or a list, and return its values."""
    if type(found) is dict:
        items = list(found.items())
        found.clear()
        found.update((_safe(key), _safe(item)) for key, item in items)
        return found.values()
    found[:] = [_safe(item) for item in found]
    return found


def _safe(value: Any) -> Any:
    """Return a text without the characters that a destination cannot store."""
    return _UNSAFE.sub(_REPLACEMENT, value) if type(value) is str else value


def one_line(words: str) -> str:
    """Return a text from the API as one printable line, without control characters."""
    if words.isprintable():
        return words
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())


def is_path_step(identifier: str) -> bool:
    """Return whether an id can be part of a path; dots alone would lead to another path."""
    return identifier not in (".", "..")


def text(value: Any) -> str | None:
    """Return a STRING: a text, or a number or boolean as text, else None."""
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return None


def whole(value: Any) -> int | None:
    """Return a LONG: a 64-bit integer, also from ``12.0`` or ``"12"``."""
    if type(value) is int:
        return value if -_LARGEST_LONG <= value < _LARGEST_LONG else None
    found = number(value)
    if found is not None and found.is_integer():
        exact = int(value) if isinstance(value, str) and value.strip().isdigit() else int(found)
    else:
        return None
    return exact if -_LARGEST_LONG <= exact < _LARGEST_LONG else None


def number(value: Any) -> float | None:
    """Return a DOUBLE: a finite number, also from a text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def flag(value: Any) -> bool | None:
    """Return a BOOLEAN: true or false, also from a text, 0 or 1."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False, "1": True, "0": False}.get(str(value).lower())


def json(value: Any) -> Any:
    """Return JSON: the value itself, which the SDK serializes."""
    return value


def instant(value: Any) -> str | None:
    """Return a UTC_DATETIME: ISO 8601 in UTC, with seconds, at most six decimals and a Z.

    Users can enter dates without seconds or zone in Contentful, and the SDK fails the sync for
    such a date.  A missing zone means UTC, as in the API's filters.
    """
    if not isinstance(value, str):
        return None
    if value[-1:] == "Z" and len(value) in (20, 24):
        try:
            datetime.fromisoformat(value[:-1])
        except ValueError:
            return None
        return value
    found = _INSTANT.match(value)
    return None if found is None else _in_utc(found)


def _in_utc(found: re.Match[str]) -> str | None:
    """Return an instant in UTC in the API's format, None if the time does not exist."""
    day, minutes, seconds, decimals, zone = found.groups()
    offset = "+00:00" if zone in (None, "Z", "z") else f"{zone[:3]}:{zone[-2:]}"
    fraction = f".{decimals[:6]:0<6}" if decimals else ""
    try:
        moment = datetime.fromisoformat(f"{day}T{minutes}:{seconds or '00'}{fraction}{offset}")
        return write_instant(moment)
    except (ValueError, OverflowError):
        return None


def write_instant(moment: datetime) -> str:
    """Return an aware datetime in the API's format: UTC, ending in Z."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"


def read_instant(value: str) -> datetime:
    """Return the datetime of a text from `write_instant` or `instant`; ValueError for others."""
    found = instant(value)
    if found is None:
        sentence = f"{value!r} is not an ISO 8601 instant"
        raise ValueError(sentence)
    return datetime.fromisoformat(found[:-1]).replace(tzinfo=timezone.utc)


def with_datetimes(row: Row, columns: Iterable[str]) -> Row:
    """Return a row, changed in place, with aware datetimes instead of texts in *columns*.

    The texts come from `instant`.  No caller reads the row afterwards.
    """
    for column in columns:
        value = row[column]
        if value is not None:
            row[column] = datetime.fromisoformat(value[:-1] + "+00:00")
    return row


def members(value: Any) -> dict[Any, Any]:
    """Return the members of a JSON object; none for any other value."""
    return value if type(value) is dict else {}


def link_ids(value: Any) -> list[str] | None:
    """Return JSON: the ids in a list of links, in the same order."""
    if not isinstance(value, list):
        return None
    return [found for found in map(link_id, value) if found is not None]


def hashed(value: Any) -> str:
    """Return the SHA-256 of a text in lower case, in hexadecimal; equal for the same person."""
    return hashlib.sha256(str(value).lower().encode("utf-8")).hexdigest()


def link_id(value: Any) -> str | None:
    """Return a STRING: the id in a link ``{"sys": {"type": "Link", "id": ...}}``.

    For a resource link, which has no id, return the URN.
    """
    sys = value.get("sys") if type(value) is dict else None
    if type(sys) is not dict:
        return None
    found = text(sys.get("id"))
    return text(sys.get("urn")) if found is None else found


def urn_id(value: Any) -> str | None:
    """Return a STRING: the id of a linked record, also from a URN.

    The URN ends in the id, as in ``crn:contentful:::experience:spaces/$self/.../<id>``.
    """
    found = link_id(value)
    return None if found is None else found.rpartition("/")[2]


def link_type(value: Any) -> str | None:
    """Return a STRING: the type of a linked record, such as `User`."""
    sys = value.get("sys") if type(value) is dict else None
    return text(sys.get("linkType")) if type(sys) is dict else None


def record_id(record: Any) -> str | None:
    """Return the id of a record, ``sys.id``; None if missing."""
    sys = record.get("sys") if type(record) is dict else None
    return text(sys.get("id")) if type(sys) is dict else None


def linked_id(record: Record, key: str) -> str | None:
    """Return the id in the link ``sys.<key>`` of a record; None if missing."""
    sys = record.get("sys")
    return link_id(sys.get(key)) if type(sys) is dict else None


def sort_time(record: Record, key: str) -> str:
    """Return an instant of a record in a format whose text order is time order; "" if missing."""
    sys = record.get("sys")
    found = sys.get(key) if type(sys) is dict else None
    if type(found) is str and len(found) == len("2014-08-19T07:25:10.104Z"):
        return found
    try:
        return to_millis_text(read_instant(found)) if isinstance(found, str) else ""
    except ValueError:
        return ""


def to_millis_text(moment: datetime) -> str:
    """Return an instant in the format of the content plane: UTC, with milliseconds."""
    return write_instant(moment.replace(microsecond=0))[:-1] + f".{moment.microsecond // 1000:03}Z"
