"""Redaction of secrets and personal data in texts and JSON from the API.

The API's errors repeat values of requests, and users can type secrets into many fields of the web
app.  https://www.contentful.com/developers/docs/references/content-management-api/ has the shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

SHORTEST_TOKEN = 8
"""Minimum length of a token: longer than most words; Contentful's have 43 characters or more."""

_BEFORE = r"""(?x: (?<![A-Za-z0-9]) | (?<=%[0-9A-Fa-f]{2})
    | (?<=\\[abfnrtv]) | (?<=\\x[0-9A-Fa-f]{2}) | (?<=\\u[0-9A-Fa-f]{4}) )"""
_AFTER = r"(?![A-Za-z0-9])"
"""The limits of a token: no letter or digit next to the token, except of an escape as ``%3D``."""

# Bounded, because the time must be proportional to the length, also for megabytes of text.
_URL = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s\"'<>]*")
_TOKEN = re.compile(r"CFPAT-[A-Za-z0-9_-]+")
_EMAIL = re.compile(r"[^\s\"'<>@:,;()]{1,64}@[^\s\"'<>@:,;()]{1,255}\.\w+")


def masked(text: str, token: str = "") -> str:
    """Return a text without tokens and e-mail addresses; URLs keep only scheme and host."""
    found = _URL.sub(lambda url: origin(url.group()) or "<url>", masked_token(text, token))
    return _EMAIL.sub("<e-mail>", found)


def masked_token(text: str, token: str = "") -> str:
    """Return a text without this token and without texts that look like a CMA token."""
    if len(token) >= SHORTEST_TOKEN:
        text = re.sub(f"{_BEFORE}{re.escape(token)}{_AFTER}", "<access_token>", text)
    return _TOKEN.sub("<access_token>", text)


def masked_json(value: Any) -> Any:
    """Return JSON, changed in place, with all texts redacted."""
    holder = [value]
    for part in _containers(holder):
        for key, found in list(part.items() if isinstance(part, dict) else enumerate(part)):
            if isinstance(found, str):
                part[key] = masked(found)
    return holder[0]


def _containers(value: Any) -> Iterator[Any]:
    """Yield every object and list in JSON, outer ones first."""
    # A stack, because JSON can be nested deeper than Python can recurse.
    waiting = [value]
    while waiting:
        found = waiting.pop()
        yield found
        inner = found.values() if isinstance(found, dict) else found
        waiting += [part for part in inner if isinstance(part, (dict, list))]


def origin(value: Any) -> str | None:
    """Return the scheme and host of a URL, None if one of them is missing."""
    bare = address(value)
    if bare is None:
        return None
    parts = urlsplit(bare)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else None


def address(value: Any) -> str | None:
    """Return a URL without user info, query and fragment; None if they cannot be separated."""
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
    """Return JSON, changed in place, with the settings of built-in widgets only.

    Settings of other widgets are the parameters of apps and extensions.
    """
    for part in _containers([value]):
        if isinstance(part, dict) and "widgetId" in part and not _is_built_in(part):
            part.pop("settings", None)
    return value


def _is_built_in(widget: Mapping[str, Any]) -> bool:
    """Return whether a widget is built in; without a namespace, its name decides."""
    namespace = widget.get("widgetNamespace")
    if namespace is None:
        return widget["widgetId"] in _BUILT_IN
    return isinstance(namespace, str) and namespace.endswith("builtin")


_BUILT_IN = (
    *("assetGalleryEditor", "assetLinkEditor", "assetLinksEditor", "boolean", "checkbox"),
    *("datePicker", "dropdown", "entryCardEditor", "entryCardsEditor", "entryLinkEditor"),
    *("entryLinksEditor", "listInput", "locationEditor", "markdown", "multipleLine"),
    *("numberEditor", "objectEditor", "radio", "rating", "richTextEditor", "singleLine"),
    *("slugEditor", "tagEditor", "urlEditor"),
)
"""The names of built-in widgets
(https://www.contentful.com/developers/docs/extensibility/app-framework/editor-interfaces/)."""


def action_types(steps: Any) -> list[str] | None:
    """Return the kinds of an automation's actions, without parameters."""
    if not isinstance(steps, list):
        return None
    actions = [step.get("action") for step in steps if isinstance(step, Mapping)]
    kinds = [action.get("type") for action in actions if isinstance(action, Mapping)]
    return [kind for kind in kinds if isinstance(kind, str)]


def without_actions(steps: Any) -> Any:
    """Return the steps of a workflow without their actions, whose headers may be secrets."""
    if not isinstance(steps, list):
        return None
    return [
        {key: part for key, part in step.items() if key != "actions"}
        for step in steps
        if isinstance(step, Mapping)
    ]


def without_uploads(fields: Any) -> Any:
    """Return an asset's fields; the URL of a file to be fetched loses its query.

    The query of such a URL is often a signature.
    """
    files = fields.get("file") if isinstance(fields, Mapping) else None
    if not isinstance(files, Mapping):
        return fields
    return {**fields, "file": {locale: _without_upload(file) for locale, file in files.items()}}


def _without_upload(file: Any) -> Any:
    """Return a file without secret parts in the URL of its upload."""
    if not isinstance(file, Mapping) or "upload" not in file:
        return file
    return {**file, "upload": address(file["upload"])}
