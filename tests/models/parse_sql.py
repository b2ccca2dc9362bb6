"""Parse all compiled SQL in a folder in one dialect, with the Python that has sqlglot.

Prints ``{"parsed": number, "faults": [file and first line of the message]}``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import sqlglot
from sqlglot.errors import SqlglotError
from sqlglot.expressions import Command


def fault(sql: str, dialect: str) -> str:
    """Return the fault of a statement, an empty text if all of it is parsed."""
    try:
        parsed = sqlglot.parse_one(sql, read=dialect)
    except SqlglotError as error:
        return str(error).splitlines()[0]
    return "not parsed" if isinstance(parsed, Command) else ""


def main() -> None:
    """Parse each file and print the faults."""
    dialect, folder = sys.argv[1:]
    files = sorted(Path(folder).rglob("*.sql"))
    found = [(file.name, fault(file.read_text(encoding="utf-8"), dialect)) for file in files]
    faults = [f"{name}: {words}" for name, words in found if words]
    print(json.dumps({"parsed": len(files), "faults": faults}))


if __name__ == "__main__":
    main()
