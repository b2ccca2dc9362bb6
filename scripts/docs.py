"""Write the parts of the documents that the code decides, or check that they are up to date.

A generated part stands between ``<!-- NAME: made by `make docs` -->`` and ``<!-- end NAME -->``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "connector"))

from contentful_cma.configuration import SETTINGS  # noqa: E402 - the path comes first
from contentful_cma.tables import TABLES  # noqa: E402 - the path comes first

if TYPE_CHECKING:
    from collections.abc import Callable


def settings() -> str:
    """Return the table of settings."""
    lines = ["| Key | Default | Accepted | Meaning |", "|---|---|---|---|"]
    lines += [f"| `{s.key}` | {s.shown_default} | {s.accepted} | {s.meaning} |" for s in SETTINGS]
    return "\n".join(lines)


def configuration() -> str:
    """Return ``configuration.json`` with a placeholder for every key."""
    return json.dumps({s.key: f"<{s.key.upper()}>" for s in SETTINGS}, indent=2)


def configuration_block() -> str:
    """Return ``configuration.json`` as a Markdown block."""
    return f"```json\n{configuration()}\n```"


def tables() -> str:
    """Return every table with its columns."""
    parts = []
    for table in TABLES:
        lines = [f"{table.name}: {table.description}", ""]
        lines += ["| Column | Type | Description |", "|---|---|---|"]
        descriptions = {column.name: column.description for column in table.own_columns}
        for name, kind in table.declared():
            key = "Primary key." if name in table.primary_key else ""
            words = " ".join(part for part in (key, descriptions.get(name)) if part)
            lines.append(f"| `{name}` | {kind} | {words} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


PARTS: dict[str, Callable[[], str]] = {
    "settings": settings,
    "configuration": configuration_block,
    "tables": tables,
}


def filled(text: str) -> str:
    """Return *text* with every generated part made anew."""
    for name, make in PARTS.items():
        start, end = f"<!-- {name}: made by `make docs` -->", f"<!-- end {name} -->"
        part = f"{start}\n{make()}\n{end}"
        pattern = f"{re.escape(start)}.*?{re.escape(end)}"
        text = re.sub(pattern, part.replace("\\", r"\\"), text, flags=re.DOTALL)
    return text


def wanted() -> dict[Path, str]:
    """Return every document that is generated, wholly or in parts, with its right content."""
    documents = [ROOT / "README.md", ROOT / "connector" / "README.md"]
    contents = {path: filled(path.read_text(encoding="utf-8")) for path in documents}
    contents[ROOT / "connector" / "configuration.json"] = configuration() + "\n"
    return contents


def main() -> int:
    """Write the documents; with ``--check`` only name those that are out of date."""
    stale = [
        path
        for path, content in wanted().items()
        if not path.exists() or path.read_text(encoding="utf-8") != content
    ]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run `make docs`.")
        return len(stale)
    for path in stale:
        path.write_text(wanted()[path], encoding="utf-8")
        print(f"Wrote {path.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
