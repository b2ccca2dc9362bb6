"""From what the API sends to what a warehouse column takes: one function per column type.

Each takes any JSON value and never raises: what does not fit the type becomes None (NULL), because
a row with one hole is worth more than a sync that stops.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

Record = Mapping[str, Any]
"""One JSON object as the API sends it."""

Row = dict[str, Any]
"""One row as Fivetran takes it: every declared column is a key."""

KEY_SEPARATOR = " "
"""Stands between the parts of a key in the state; no id has a space in it."""

_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*([Zz]|[+-]\d\d:?\d\d)?\Z"
)
_LARGEST_LONG = 2**63


def clean(value: Any) -> Any:
    """Return a JSON value, changed in place, whose texts and keys hold no NUL or lone surrogate.

    Neither can be stored by every warehouse, and the SDK fails on lone surrogates.
    """
    holder = [value]
    # A stack and no recursion: rich text nests deeper than Python recurses.
    waiting: list[Any] = [holder]
    while waiting:
        waiting += [item for item in _cleaned(waiting.pop()) if type(item) in _NESTED]
    return holder[0]


_NESTED = (dict, list)


def _cleaned(found: Any) -> Any:
    """Make the texts right in a dict or a list safe, and return what it holds."""
    if type(found) is dict:
        items = list(found.items())
        found.clear()
        found.update((_safe(key), _safe(item)) for key, item in items)
        return found.values()
    found[:] = [_safe(item) for item in found]
    return found


def _safe(value: Any) -> Any:
    """Return a text without what a destination cannot store."""
    return _UNSAFE.sub(_REPLACEMENT, value) if type(value) is str else value


def text(value: Any) -> str | None:
    """Return a STRING: text as it is, numbers and flags as JSON has them, else None."""
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return None


def whole(value: Any) -> int | None:
    """Return a LONG: a 64-bit integer, also when it was sent as ``12.0`` or ``"12"``."""
    if type(value) is int:
        return value if -_LARGEST_LONG <= value < _LARGEST_LONG else None
    found = number(value)
    if found is not None and found.is_integer():
        exact = int(value) if isinstance(value, str) and value.strip().isdigit() else int(found)
    else:
        return None
    return exact if -_LARGEST_LONG <= exact < _LARGEST_LONG else None


def number(value: Any) -> float | None:
    """Return a DOUBLE: a finite number, also when it was sent as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def flag(value: Any) -> bool | None:
    """Return a BOOLEAN: true or false, also when sent as text or as 0 and 1."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False, "1": True, "0": False}.get(str(value).lower())


def json(value: Any) -> Any:
    """Return JSON: the value itself; the SDK serialises it."""
    return value


def instant(value: Any) -> str | None:
    """Return a UTC_DATETIME: ISO 8601 in UTC, with seconds, at most six decimals and a Z.

    The SDK refuses the whole sync over an instant without seconds or zone, which is how people
    enter dates in Contentful; a missing zone means UTC, as in the API's own filters.
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
    """Return an instant in UTC as the API writes it, None if there is no such time."""
    day, minutes, seconds, decimals, zone = found.groups()
    offset = "+00:00" if zone in (None, "Z", "z") else f"{zone[:3]}:{zone[-2:]}"
    fraction = f".{decimals[:6]:0<6}" if decimals else ""
    try:
        moment = datetime.fromisoformat(f"{day}T{minutes}:{seconds or '00'}{fraction}{offset}")
        return write_instant(moment)
    except (ValueError, OverflowError):
        return None


def write_instant(moment: datetime) -> str:
    """Write an aware datetime as the API does: UTC, ending in Z."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"


def read_instant(value: str) -> datetime:
    """Read what `write_instant` or `instant` wrote; ValueError if it is something else."""
    found = instant(value)
    if found is None:
        sentence = f"{value!r} is not an ISO 8601 instant"
        raise ValueError(sentence)
    return datetime.fromisoformat(found[:-1]).replace(tzinfo=timezone.utc)


def with_datetimes(row: Row, columns: Iterable[str]) -> Row:
    """Return a row, changed in place, whose *columns* hold aware datetimes and no texts.

    The texts are those of `instant`; nothing is read from the row afterwards.
    """
    for column in columns:
        value = row[column]
        if value is not None:
            row[column] = datetime.fromisoformat(value[:-1] + "+00:00")
    return row


def link_ids(value: Any) -> list[str] | None:
    """Return JSON: the ids that a list of links points to, in its order."""
    if not isinstance(value, list):
        return None
    return [found for found in map(link_id, value) if found is not None]


def hashed(value: Any) -> str:
    """Return the SHA-256 of a text in lower case, in hexadecimal: the same for the same person."""
    return hashlib.sha256(str(value).lower().encode("utf-8")).hexdigest()


def link_id(value: Any) -> str | None:
    """Return a STRING: the id that a link ``{"sys": {"type": "Link", "id": ...}}`` points to.

    A resource link has a URN in place of an id and keeps it.
    """
    sys = value.get("sys") if type(value) is dict else None
    if type(sys) is not dict:
        return None
    found = text(sys.get("id"))
    return text(sys.get("urn")) if found is None else found


def link_type(value: Any) -> str | None:
    """Return a STRING: the kind of record that a link points to, such as `User`."""
    sys = value.get("sys") if type(value) is dict else None
    return text(sys.get("linkType")) if type(sys) is dict else None


def record_id(record: Any) -> str | None:
    """Return the id of a record, ``sys.id``; None where it has none."""
    sys = record.get("sys") if type(record) is dict else None
    return text(sys.get("id")) if type(sys) is dict else None


def linked_id(record: Record, key: str) -> str | None:
    """Return the id that a record links to by ``sys.<key>``; None where it links to none."""
    sys = record.get("sys")
    return link_id(sys.get(key)) if type(sys) is dict else None


def sort_time(record: Record, key: str) -> str:
    """Return an instant of a record so that text order is time order; "" where it has none."""
    sys = record.get("sys")
    found = sys.get(key) if type(sys) is dict else None
    if type(found) is str and len(found) == len("2014-08-19T07:25:10.104Z"):
        return found
    try:
        return to_millis_text(read_instant(found)) if isinstance(found, str) else ""
    except ValueError:
        return ""


def to_millis_text(moment: datetime) -> str:
    """Write an instant as the content plane does: in UTC, with milliseconds."""
    return write_instant(moment.replace(microsecond=0))[:-1] + f".{moment.microsecond // 1000:03}Z"
