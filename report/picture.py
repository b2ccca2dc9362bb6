"""Draw some charts of the report into one SVG, without a browser, for the README."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import vl_convert

from report.answers import Schemas, answer, opened, synced
from report.page import PUBLIC, SPECS, query, text

SHOWN = (
    ("01a_entries_by_content_type", "02a_publishing_by_month"),
    ("04b_translations_by_content_type", "03a_entries_by_last_edit"),
)
"""The specifications to draw, row by row."""

WIDTH = 330
APART = {"scale": {"color": "independent", "strokeDash": "independent"}}
"""Gives each chart its own legend, shared by color and dashes."""


def picture(warehouse: Path, schemas: Schemas) -> str:
    """Return the charts as SVG; raise NoReport if there are no marts."""
    rows: list[dict[str, Any]] = []
    with opened(warehouse, schemas) as connection:
        tables = synced(connection, schemas)
        for names in SHOWN:
            specs = [json.loads((SPECS / f"{name}.json").read_text("utf-8")) for name in names]
            for spec in specs:
                path = query(spec["data"]["name"], SPECS)
                found = answer(connection, path.read_text("utf-8"), tables)
                spec["data"] = {"values": public(found)}
                spec["width"] = WIDTH
            rows.append({"hconcat": specs, "resolve": APART})
    theme = {
        **json.loads(text("theme.json")),
        "background": "white",
        "padding": 16,
        "font": "sans-serif",
    }
    theme["title"] = {"anchor": "start", "fontSize": 14, "offset": 10}
    whole = {"vconcat": rows, "resolve": APART, "config": theme}
    svg = str(vl_convert.vegalite_to_svg(whole))
    # A precision of a tenth of a pixel is enough, and halves the file.
    return re.sub(r"\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}", svg)


def public(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of an answer about the environment that readers see."""
    names = [name for name, _ in found["columns"]]
    rows = (dict(zip(names, row, strict=True)) for row in found["rows"])
    return [row for row in rows if row.get("environment", PUBLIC) == PUBLIC]
