"""One example for each table: a record as the API returns it, and its rows.

Each group of tables has a JSON file of examples, with the keys of `Example`.  Records and rows
were written by hand, from recorded answers and the reference of the API, and not by the connector.
If ``around`` names a table, the record of that table's example is used.
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
"""Tables whose records the emulator computes from others or from the date; no edit exists."""

__all__ = ["BY_GROUP", "BY_TABLE", "COMPUTED", "EXAMPLES", "GROUPS", "Example"]
