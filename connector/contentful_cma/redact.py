"""What has to be left out of texts and JSON that others wrote: secrets and people.

The API repeats in its errors what it was told, and people type secrets wherever the web app lets
them; https://www.contentful.com/developers/docs/references/content-management-api/ has the shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

SHORTEST_TOKEN = 8
"""Characters of a token at the least: Contentful's have 43 and more, and a word has fewer."""

_BEFORE = r"""(?x: (?<![A-Za-z0-9]) | (?<=%[0-9A-Fa-f]{2})
    | (?<=\\[abfnrtv]) | (?<=\\x[0-9A-Fa-f]{2}) | (?<=\\u[0-9A-Fa-f]{4}) )"""
_AFTER = r"(?![A-Za-z0-9])"
"""Around a whole token: no letter and no digit but those of an escape, as in ``%3D``."""

# Bounded, so that a text of megabytes takes no more time than its length asks for.
_URL = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s\"'<>]*")
_TOKEN = re.compile(r"CFPAT-[A-Za-z0-9_-]+")
_EMAIL = re.compile(r"[^\s\"'<>@:,;()]{1,64}@[^\s\"'<>@:,;()]{1,255}\.\w+")


def masked(text: str, token: str = "") -> str:
    """Return a text without tokens and e-mail addresses; of URLs scheme and host stay."""
    found = _URL.sub(lambda url: origin(url.group()) or "<url>", masked_token(text, token))
    return _EMAIL.sub("<e-mail>", found)


def masked_token(text: str, token: str = "") -> str:
    """Return a text without this token, where it is whole, and any other that looks like one."""
    if len(token) >= SHORTEST_TOKEN:
        text = re.sub(f"{_BEFORE}{re.escape(token)}{_AFTER}", "<access_token>", text)
    return _TOKEN.sub("<access_token>", text)


def masked_json(value: Any) -> Any:
    """Return JSON, changed in place, all of whose texts are masked."""
    holder = [value]
    for part in _containers(holder):
        for key, found in list(part.items() if isinstance(part, dict) else enumerate(part)):
            if isinstance(found, str):
                part[key] = masked(found)
    return holder[0]


def _containers(value: Any) -> Iterator[Any]:
    """Yield every object and list in JSON, the outer ones first."""
    # A stack and no recursion: JSON may nest deeper than Python recurses.
    waiting = [value]
    while waiting:
        found = waiting.pop()
        yield found
        inner = found.values() if isinstance(found, dict) else found
        waiting += [part for part in inner if isinstance(part, (dict, list))]


def origin(value: Any) -> str | None:
    """Return scheme and host of a URL; None where it has none."""
    bare = address(value)
    if bare is None:
        return None
    parts = urlsplit(bare)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else None


def address(value: Any) -> str | None:
    """Return a URL without user info, query and fragment; None where they cannot be told."""
    if not isinstance(value, str):
        return None
    bare = re.split(r"[?#]", value, maxsplit=1)[0]
    bare = re.sub(r"^([A-Za-z][\w+.-]*:)?//[^/]*@", r"\1//", bare)
    try:
        # A password with a slash or a question mark looks like a port.
        _ = urlsplit(bare).port
    except ValueError:
        return None
    return bare


def widgets(value: Any) -> Any:
    """Return JSON, changed in place, without the settings of widgets that are not built in.

    They are the parameters of apps and extensions.
    """
    for part in _containers([value]):
        is_widget = isinstance(part, dict) and "widgetId" in part
        if is_widget and not _is_built_in(part.get("widgetNamespace")):
            part.pop("settings", None)
    return value


def _is_built_in(namespace: Any) -> bool:
    """Tell whether a widget is Contentful's own."""
    return isinstance(namespace, str) and namespace.endswith("builtin")


def without_actions(steps: Any) -> Any:
    """Return the steps of a workflow without what they call: its headers may be secrets."""
    if not isinstance(steps, list):
        return None
    return [
        {key: part for key, part in step.items() if key != "actions"}
        for step in steps
        if isinstance(step, Mapping)
    ]


def without_uploads(fields: Any) -> Any:
    """Return an asset's fields; the address of a file that is still to be fetched loses its query.

    That address is often signed.
    """
    files = fields.get("file") if isinstance(fields, Mapping) else None
    if not isinstance(files, Mapping):
        return fields
    return {**fields, "file": {locale: _without_upload(file) for locale, file in files.items()}}


def _without_upload(file: Any) -> Any:
    """Return a file without what may be secret in the address of its upload."""
    if not isinstance(file, Mapping) or "upload" not in file:
        return file
    return {**file, "upload": address(file["upload"])}
