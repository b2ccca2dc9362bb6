"""One example for each table: a record as the API sends it, and the rows that it has to become.

Each group of tables has a JSON file of examples, with the keys of `Example`.  Records and rows are
written by hand, from the recorded answers of the API and its reference; nothing here is computed
by the connector.  Where ``around`` names a table, it is the record of that table's example.
"""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

from .example import Example, Record

GROUPS = (
    *("core", "people", "structure", "model", "content", "work", "usage", "history"),
    "experience",
)
_WRITTEN: dict[str, list[Record]] = {
    group: json.loads(Path(__file__).with_name(f"{group}.json").read_text(encoding="utf-8"))
    for group in GROUPS
}
_RECORDS = {
    one["table"]: (one["collection"], one["record"])
    for one in chain.from_iterable(_WRITTEN.values())
}


def _example(written: Record) -> Example:
    around = written.get("around", ())
    return Example(
        **{
            **written,
            **{name: tuple(written.get(name, ())) for name in ("rows", "key", "personal")},
            "around": tuple(
                _RECORDS[one] if isinstance(one, str) else tuple(one) for one in around
            ),
        }
    )


BY_GROUP = {group: tuple(map(_example, written)) for group, written in _WRITTEN.items()}
EXAMPLES = tuple(chain.from_iterable(BY_GROUP.values()))
BY_TABLE = {one.table: one for one in EXAMPLES}

COMPUTED = ("SPACE_MEMBERS", "WEBHOOK_HEALTH", "ORGANIZATION_USAGE", "SPACE_USAGE")
"""Tables whose records the emulator makes of others or of the date; nobody can edit them."""

__all__ = ["BY_GROUP", "BY_TABLE", "COMPUTED", "EXAMPLES", "GROUPS", "Example"]
