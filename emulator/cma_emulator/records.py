"""Records are plain JSON objects; this module reads parts of them and builds links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Record = dict[str, Any]
Scope = dict[str, str]


def link(link_type: str, identifier: str) -> Record:
    """Return a link to another record, in the key order of the API."""
    return {"sys": {"type": "Link", "linkType": link_type, "id": identifier}}


def link_id(value: Any) -> str | None:
    """Return the id inside a link, or None if there is no link."""
    return value["sys"]["id"] if isinstance(value, dict) and "sys" in value else None


def at(record: Any, path: str) -> Any:
    """Return the value at a dotted path, or None if a step is missing."""
    for step in path.split("."):
        if not isinstance(record, dict):
            return None
        record = record.get(step)
    return record


def leaves(value: Any, steps: list[str]) -> Iterator[Any]:
    """Yield the values at a path, from every element of the lists on the way.

    A path that ends at a field (``fields.title``) yields one object of values by locale.
    """
    if isinstance(value, list):
        for element in value:
            yield from leaves(element, steps)
    elif steps and isinstance(value, dict):
        if steps[0] in value:
            yield from leaves(value[steps[0]], steps[1:])
    elif not steps:
        yield value


def changed(record: Record, **sys: Any) -> Record:
    """Return a copy with parts of ``sys`` set; a value of None removes the part."""
    merged = {**record["sys"], **sys}
    return {**record, "sys": {key: value for key, value in merged.items() if value is not None}}
