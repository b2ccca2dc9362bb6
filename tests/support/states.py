"""What a state that a sync has left knows of a table in a place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def record_of(state: Mapping[str, Any], table: str, place: str = "") -> dict[str, Any]:
    """Return the record of a table in a place, an empty one where nothing is known."""
    known: dict[str, Any] = state.get("places", {}).get(place, {"tables": {}})["tables"]
    return known.get(table, {})


def records_of(state: Mapping[str, Any], table: str) -> dict[str, dict[str, Any]]:
    """Return all records of a table by place."""
    return {
        place: known["tables"][table]
        for place, known in state.get("places", {}).items()
        if table in known["tables"]
    }
