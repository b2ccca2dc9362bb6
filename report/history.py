"""The totals of earlier reports, in a small file next to the page, for the change since then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

KEPT = 24
"""Reports that the file keeps; each takes about one kilobyte."""

Before = tuple[datetime, dict[str, int]]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the earlier reports, the oldest first; a file of another kind has none."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        reports = kept["reports"]
        return [
            {"as_of": datetime.fromisoformat(one["as_of"]), "totals": dict(one["totals"])}
            for one in reports
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def before(reports: list[dict[str, Any]], as_of: datetime) -> Before | None:
    """Return the last report on older data."""
    older = [one for one in reports if one["as_of"] < as_of]
    return (older[-1]["as_of"], older[-1]["totals"]) if older else None


def added(reports: list[dict[str, Any]], as_of: datetime, totals: Mapping[str, int]) -> str:
    """Return the text of the file with a report; it replaces one on the same data."""
    others = [one for one in reports if one["as_of"] != as_of]
    kept = sorted(
        [*others, {"as_of": as_of, "totals": dict(totals)}], key=lambda one: one["as_of"]
    )
    shown = [{**one, "as_of": one["as_of"].isoformat()} for one in kept[-KEPT:]]
    return json.dumps({"reports": shown}, separators=(",", ":")) + "\n"
