"""What docs/operations.md explains to whoever runs the connector."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text("utf-8")


def explained(heading: str) -> list[str]:
    """Return what stands in the first column of the table below a heading, without backticks."""
    section = re.split(rf"^#+ {heading}$", PAGE, flags=re.MULTILINE)[1]
    section = re.split(r"^#+ ", section, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


WARNINGS = explained("Warnings")
_SHAPES = [
    re.compile(".*".join(re.escape(part) for part in one.split("…")), re.DOTALL)
    for one in WARNINGS
]


def is_explained(warning: str) -> bool:
    """Tell whether a warning has the shape of one that the page explains."""
    return any(shape.search(warning) for shape in _SHAPES)
