"""Build the page: answers, chart specifications and the drawing libraries in one file."""

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
"""The name that the page uses from the bundle of Vega, Vega-Lite and vega-embed."""

DRAWN = {"mark", "layer", "facet", "concat", "hconcat", "vconcat", "repeat"}
"""Keys of chart specifications; a specification without any of them is a table."""

PUBLIC = "master"
"""The environment that readers usually see."""


def page(warehouse: Path, schemas: Schemas, more_specs: Path | None = None) -> str:
    """Return the report on a warehouse as HTML; raise NoReport if that is impossible.

    *more_specs* is a folder with specifications and queries, in addition to those of the report.
    """
    # In a function, because names of the library could collide with names of the script.
    library = f"(() => {{{vl_convert.javascript_bundle(LIBRARY)}}})();"
    script = text("page.js")
    report = json.dumps(content(warehouse, schemas, more_specs), separators=(",", ":"))
    filled = {
        "policy": policy(library, script),
        "css": text("page.css"),
        "library": library,
        "script": script,
        "notices": escape(text("notices.txt")),
        # Escaped, because an editor's text could otherwise close the script element.
        "report": report.replace("<", "\\u003c"),
    }
    parts = text("page.html").split("{{")
    slots = (part.split("}}", 1) for part in parts[1:])
    return parts[0] + "".join(filled[name] + rest for name, rest in slots)


def text(name: str) -> str:
    """Return the text of a file in this folder."""
    return (HERE / name).read_text(encoding="utf-8")


def policy(*scripts: str) -> str:
    """Return the security policy: the browser runs only these scripts, without network."""
    hashes = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts)
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; form-action 'none'; base-uri 'none'"
    )


def content(warehouse: Path, schemas: Schemas, more_specs: Path | None) -> dict[str, Any]:
    """Return the content of the page, as JSON."""
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
            name: answer_from(connection, query(name, folder), tables)
            for name, folder in names.items()
        }
        places = list(places_in(answers.values()))
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
    """Return the files of all figures, in the order of the page."""
    if more_specs and not more_specs.is_dir():
        raise NoReport(f"SPECS must be a folder with chart specifications (got {more_specs}).")
    more = sorted(more_specs.glob("*.json")) if more_specs else []
    return sorted(SPECS.glob("*.json")) + more


def figure(path: Path) -> dict[str, Any]:
    """Return a figure from a specification; raise NoReport if the file is invalid."""
    try:
        spec = json.loads(path.read_text(encoding="utf-8"))
        data = spec["data"]["name"]
    except (ValueError, KeyError, TypeError) as problem:
        raise NoReport(
            f"{path} must be a JSON specification whose data names a query: {problem!r}"
        ) from problem
    usermeta = spec.get("usermeta", {})
    return {
        "id": f"figure-{path.stem}",
        "title": spec.get("title", path.stem),
        "says": spec.get("description", ""),
        "section": usermeta.get("section"),
        "table": usermeta.get("table"),
        "data": data,
        "spec": spec if DRAWN & set(spec) else None,
        "folder": path.parent,
    }


def query(name: str, folder: Path) -> Path:
    """Return the file of a query: next to its specification, or in the report."""
    for place in (folder, QUERIES):
        if (found := place / f"{name}.sql").is_file():
            return found
    raise NoReport(f"{folder} has no {name}.sql, which a specification names.")


def answer_from(connection: duckdb.DuckDBPyConnection, path: Path, tables: set[str]) -> Answer:
    """Return the answer to the query in a file; raise NoReport if the query fails."""
    try:
        return answer(connection, path.read_text(encoding="utf-8"), tables)
    except duckdb.Error as problem:
        raise NoReport(f"The query {path} failed: {problem}") from problem


def places_in(answers: Iterable[Answer]) -> Iterable[dict[str, str | None]]:
    """Yield each combination of space, environment and content type in the answers."""
    found = set()
    for one in answers:
        names = [name for name, _ in one["columns"]]
        at = [names.index(name) if name in names else None for name in FILTERS]
        found |= {tuple(None if i is None else row[i] for i in at) for row in one["rows"]}
    return (dict(zip(FILTERS, one, strict=True)) for one in sorted(found, key=str))


def packed(plain: Answer) -> Answer:
    """Return an answer that stores each text once: rows have indexes into lists by column."""
    texts: list[dict[str, int]] = [{} for _ in plain["columns"]]
    rows = [
        [
            known.setdefault(value, len(known)) if isinstance(value, str) else value
            for value, known in zip(row, texts, strict=True)
        ]
        for row in plain["rows"]
    ]
    return {**plain, "rows": rows, "texts": [list(one) for one in texts]}


def about(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> str:
    """Return the organizations, time and warehouse of the report, as sentences."""
    found = connection.execute("select name from contentful_organizations order by 1").fetchall()
    names = ", ".join(name for (name,) in found if name) or "No organization"
    made = datetime.now(timezone.utc).strftime("%d %B %Y, %H:%M UTC").lstrip("0")
    return f"{names}. Created on {made} from {warehouse.name}."
