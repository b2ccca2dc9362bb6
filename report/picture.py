"""Draw some charts of the report into one SVG, without a browser: the picture of the README."""

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
"""The specifications that are drawn, row by row."""

WIDTH = 330
APART = {"scale": {"color": "independent", "strokeDash": "independent"}}
"""Each chart has its own legend, one for colour and dashes together."""


def picture(warehouse: Path, schemas: Schemas) -> str:
    """Return the charts as SVG; NoReport where there are no marts."""
    rows: list[dict[str, Any]] = []
    with opened(warehouse, schemas) as connection:
        tables = synced(connection, schemas)
        for names in SHOWN:
            specs = [json.loads((SPECS / f"{name}.json").read_text("utf-8")) for name in names]
            for spec in specs:
                path = query(spec["data"]["name"], SPECS)
                told = answer(connection, path.read_text("utf-8"), tables)
                spec["data"] = {"values": public(told)}
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
    # A tenth of a pixel is enough, and halves the file.
    return re.sub(r"\d+\.\d{2,}", lambda found: f"{float(found[0]):.1f}", svg)


def public(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of an answer that are about what readers see."""
    names = [name for name, _ in told["columns"]]
    rows = (dict(zip(names, row, strict=True)) for row in told["rows"])
    return [row for row in rows if row.get("environment", PUBLIC) == PUBLIC]
