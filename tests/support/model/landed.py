"""Rows in the DuckDB file of ``fivetran debug``, converted to the values of the account."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.model.expected import Row, Rows
from tools.user import local_warehouse

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def difference(project: Path, expected: Mapping[str, Rows]) -> dict[str, list[Any]]:
    """Return the keys or rows that differ from the *expected* ones, by table."""
    tables = local_warehouse.read(project)
    found = {}
    for name, rows in expected.items():
        landed = local_warehouse.live(tables.get(name.lower(), {}))
        pairs = [
            (_values(landed.get(key), rows.get(key)), rows.get(key)) for key in {*landed, *rows}
        ]
        found[name] = [pair for pair in pairs if pair[0] != pair[1]]
    return {name: pairs for name, pairs in found.items() if pairs}


def _values(row: Mapping[str, str | None] | None, expected: Row | None) -> Row | None:
    """Return a row without Fivetran's columns, each text converted to the expected type."""
    if row is None:
        return None
    like = expected or {}
    own = {name: text for name, text in row.items() if not name.startswith("_fivetran_")}
    return {name: _value(text, like.get(name)) for name, text in own.items()}


def _value(text: str | None, like: Any) -> Any:
    if text is None:
        return None
    if isinstance(like, (int, list, dict)):
        return json.loads(text)
    is_same = isinstance(like, str) and _INSTANT.fullmatch(like) and text == _in_duckdb(like)
    return like if is_same else text


def _in_duckdb(instant: str) -> str:
    """Return an instant as DuckDB shows it, without trailing zeros of the fraction."""
    seconds, _, fraction = instant.rstrip("Z").partition(".")
    shown = f"{seconds}.{fraction}".rstrip("0").rstrip(".") if fraction else seconds
    return shown.replace("T", " ") + "+00"
