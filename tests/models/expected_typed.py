"""The expected typed models, computed from the emulator's records in plain Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from emulated import Account, Place, Record, at, cleaned, link, moment
from expected_content import is_live, status

Row = dict[str, Any]


def rows(
    account: Account,
    place: Place,
    kind: str,
    locales: list[str],
    columns: dict[str, str],
    fallbacks: dict[str, str] | None = None,
) -> list[Row]:
    """Return the rows of a content type in each locale; *columns* maps fields to columns.

    *fallbacks* has the locale from which another one takes the values that it lacks.
    """
    fields = account.content_types[place[0], place[1], kind]["fields"]
    default = account.default_locales[place]
    return [
        {
            "entry_id": entry_id,
            "entry_locale": locale,
            "entry_status": status(entry),
            "entry_is_live": is_live(entry),
            "entry_created_at": at(entry, "createdAt"),
            "entry_updated_at": at(entry, "updatedAt"),
            "entry_published_at": at(entry, "publishedAt"),
            "entry_space_id": space,
            "entry_environment_id": environment,
            **{
                columns[one["id"]]: _first(
                    one,
                    entry,
                    [locale, (fallbacks or {}).get(locale, locale)]
                    if one.get("localized")
                    else [default],
                )
                for one in fields
            },
        }
        for (space, environment, entry_id), entry in account.entries.items()
        if (space, environment) == place and link(entry, "contentType") == kind
        for locale in locales
    ]


def _first(field: Record, entry: Record, locales: list[str]) -> Any:
    """Return the first value that is not None."""
    values = (_value(field, entry, locale) for locale in locales)
    return next((value for value in values if value is not None), None)


def _value(field: Record, entry: Record, locale: str) -> Any:
    value = entry.get("fields", {}).get(field["id"], {}).get(locale)
    kind = field["type"]
    if kind == "Array":
        return _list(field["items"]["type"], value) if isinstance(value, list) else None
    reading: dict[str, Callable[[], Any]] = {
        "Symbol": lambda: cleaned(value) if isinstance(value, str) else None,
        "Text": lambda: cleaned(value) if isinstance(value, str) else None,
        "Integer": lambda: value if type(value) is int else None,
        "Number": lambda: value if type(value) in {int, float} else None,
        "Boolean": lambda: value if isinstance(value, bool) else None,
        "Date": lambda: _date(value),
        "Link": lambda: _inner(value, "id"),
        "ResourceLink": lambda: _inner(value, "urn"),
    }
    document = value if isinstance(value, (dict, list)) else None
    return reading[kind]() if kind in reading else document


def _list(kind: str, value: list[Any]) -> list[Any]:
    if kind not in {"Link", "ResourceLink"}:
        return value
    found = [_inner(one, "id" if kind == "Link" else "urn") for one in value]
    return [one for one in found if one is not None]


def _inner(value: Any, name: str) -> Any:
    return value.get("sys", {}).get(name) if isinstance(value, dict) else None


def _date(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:(T[\d:.]+)(?:Z|([+-]\d\d)(?::?(\d\d))?)?)?", value)
    if found is None:
        return None
    day, time, hours, minutes = found.groups()
    try:
        return moment(f"{day}{time or 'T00:00'}{hours or '+00'}:{minutes or '00'}")
    except ValueError:
        return None
