"""Put a page together: answers, specifications, and what draws them, in one file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timezone
from html import escape
from pathlib import Path
from typing import Any

import duckdb
import vl_convert

from report.answers import FILTERS, Answer, NoReport, Schemas, answer, opened, synced

HERE = Path(__file__).parent
SPECS = HERE / "specs"
QUERIES = HERE / "queries"

LIBRARY = "window.vegaEmbed = vegaEmbed;"
"""What the page takes from the bundle of Vega, Vega-Lite and vega-embed."""

DRAWN = {"mark", "layer", "facet", "concat", "hconcat", "vconcat", "repeat"}
"""What makes a specification one of a chart; without, it is one of a table."""

PUBLIC = "master"
"""The environment that readers mostly see."""


def page(warehouse: Path, schemas: Schemas, more_specs: Path | None = None) -> str:
    """Return the report on a warehouse as HTML; NoReport where something stands in its way.

    *more_specs* is a folder with specifications, and queries, beside those of the report.
    """
    # In a function, so that the names of the one are not those of the other.
    library = f"(() => {{{vl_convert.javascript_bundle(LIBRARY)}}})();"
    script = text("page.js")
    report = json.dumps(content(warehouse, schemas, more_specs), separators=(",", ":"))
    filled = {
        "policy": policy(library, script),
        "css": text("page.css"),
        "library": library,
        "script": script,
        "notices": escape(text("notices.txt")),
        # Whatever an editor has written, it does not end the element that it stands in.
        "report": report.replace("<", "\\u003c"),
    }
    parts = text("page.html").split("{{")
    told = (part.split("}}", 1) for part in parts[1:])
    return parts[0] + "".join(filled[name] + rest for name, rest in told)


def text(name: str) -> str:
    """Return one of the page's own files."""
    return (HERE / name).read_text(encoding="utf-8")


def policy(*scripts: str) -> str:
    """Return the rule by which a browser runs these scripts and asks no network for anything."""
    hashes = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts)
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; form-action 'none'; base-uri 'none'"
    )


def content(warehouse: Path, schemas: Schemas, more_specs: Path | None) -> dict[str, Any]:
    """Return all that the page shows, as JSON."""
    figures = [figure(path) for path in specifications(more_specs)]
    sections = json.loads(text("sections.json"))
    known = {section["id"] for section in sections}
    for one in figures:
        one["section"] = one["section"] if one["section"] in known else "own"
    names = {one["data"]: QUERIES for section in sections for one in section["numbers"]}
    names |= {one["data"]: one.pop("folder") for one in figures}
    with opened(warehouse, schemas) as connection:
        tables = synced(connection, schemas)
        answers = {
            name: asked(connection, query(name, folder), tables) for name, folder in names.items()
        }
        places = list(seen(answers.values()))
        return {
            "about": about(connection, warehouse),
            "environment": PUBLIC if any(one["environment"] == PUBLIC for one in places) else "",
            "places": places,
            "answers": {name: packed(one) for name, one in answers.items()},
            "sections": sections,
            "figures": figures,
            "theme": json.loads(text("theme.json")),
        }


def specifications(more_specs: Path | None) -> list[Path]:
    """Return the files of all figures in the order in which they are shown."""
    if more_specs and not more_specs.is_dir():
        raise NoReport(f"There is no folder {more_specs} with specifications.")
    more = sorted(more_specs.glob("*.json")) if more_specs else []
    return sorted(SPECS.glob("*.json")) + more


def figure(path: Path) -> dict[str, Any]:
    """Return what the page needs of a specification; NoReport where it is none."""
    try:
        spec = json.loads(path.read_text(encoding="utf-8"))
        data = spec["data"]["name"]
    except (ValueError, KeyError, TypeError) as problem:
        raise NoReport(
            f"{path} is no specification with data by the name of a query: {problem!r}"
        ) from problem
    told = spec.get("usermeta", {})
    return {
        "id": f"figure-{path.stem}",
        "title": spec.get("title", path.stem),
        "says": spec.get("description", ""),
        "section": told.get("section"),
        "table": told.get("table"),
        "data": data,
        "spec": spec if DRAWN & set(spec) else None,
        "folder": path.parent,
    }


def query(name: str, folder: Path) -> Path:
    """Return the file of a query, beside the specification that asks it or of the report."""
    for place in (folder, QUERIES):
        if (found := place / f"{name}.sql").is_file():
            return found
    raise NoReport(f"{folder} has no {name}.sql for the specification that names it.")


def asked(connection: duckdb.DuckDBPyConnection, path: Path, tables: set[str]) -> Answer:
    """Return the answer to the query in a file; NoReport where the warehouse refuses it."""
    try:
        return answer(connection, path.read_text(encoding="utf-8"), tables)
    except duckdb.Error as problem:
        raise NoReport(f"{path} cannot be answered: {problem}") from problem


def seen(answers: Iterable[Answer]) -> Iterable[dict[str, str | None]]:
    """Yield each space, environment and content type that is told of together."""
    found = set()
    for one in answers:
        names = [name for name, _ in one["columns"]]
        at = [names.index(name) if name in names else None for name in FILTERS]
        found |= {tuple(None if i is None else row[i] for i in at) for row in one["rows"]}
    return (dict(zip(FILTERS, one, strict=True)) for one in sorted(found, key=str))


def packed(told: Answer) -> Answer:
    """Return an answer with each text said once: rows have its number in a list by column."""
    texts: list[dict[str, int]] = [{} for _ in told["columns"]]
    rows = [
        [
            known.setdefault(value, len(known)) if isinstance(value, str) else value
            for value, known in zip(row, texts, strict=True)
        ]
        for row in told["rows"]
    ]
    return {**told, "rows": rows, "texts": [list(one) for one in texts]}


def about(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> str:
    """Return in a sentence of what and when the report is."""
    found = connection.execute("select name from contentful_organizations order by 1").fetchall()
    names = ", ".join(name for (name,) in found if name) or "No organization"
    made = datetime.now(timezone.utc).strftime("%d %B %Y, %H:%M UTC").lstrip("0")
    return f"{names}. Made on {made} from {warehouse.name}."
