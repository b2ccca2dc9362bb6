"""The warnings and errors that docs/operations.md explains to users."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text("utf-8")


def section(heading: str) -> str:
    """Return the text below a heading."""
    rest = re.split(rf"^#+ {heading}$", PAGE, flags=re.MULTILINE)[1]
    return re.split(r"^#+ ", rest, flags=re.MULTILINE)[0]


def explained(heading: str) -> list[str]:
    """Return the first column of the table below a heading, without backticks."""
    return re.findall(r"^\| `([^`]+)` \|", section(heading), re.MULTILINE)


WARNINGS = explained("Warnings")
_SHAPES = [
    re.compile(".*".join(re.escape(part) for part in one.split("…")), re.DOTALL)
    for one in WARNINGS
]


def is_explained(warning: str) -> bool:
    """Return whether the page explains a warning of this form."""
    return any(shape.search(warning) for shape in _SHAPES)
