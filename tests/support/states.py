"""Records of a table in the state that a sync saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def record_of(state: Mapping[str, Any], table: str, place: str = "") -> dict[str, Any]:
    """Return the record of a table in a place, or an empty one."""
    known: dict[str, Any] = state.get("places", {}).get(place, {"tables": {}})["tables"]
    return known.get(table, {})


def records_of(state: Mapping[str, Any], table: str) -> dict[str, dict[str, Any]]:
    """Return the records of a table by place."""
    return {
        place: known["tables"][table]
        for place, known in state.get("places", {}).items()
        if table in known["tables"]
    }
