"""Charts: Vega-Lite specifications, each with the query of its data.

The data's name is the name of an SQL file: in the folder of the specification, or else one of the
report's own in ``charts/``.  A specification or query that cannot be used ends the report with
its name, because a page without it would look complete.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import vl_convert

from report.answers import Answer, NoReport, Warehouse, facts_of, statement

FOLDER = Path(__file__).parent / "charts"

DRAWN = {"mark", "layer", "facet", "concat", "hconcat", "vconcat", "repeat"}
"""Keys of chart specifications; a specification without any of them is a table."""

VIEWS = ("content", "administration")


@dataclass(frozen=True)
class Chart:
    """A chart, or a table if *spec* is None, with its data."""

    id: str
    view: str
    title: str
    says: str
    spec: dict[str, Any] | None
    usermeta: dict[str, Any]
    answer: Answer
    is_own: bool


def charts(warehouse: Warehouse, own: Path | None) -> Iterator[Chart]:
    """Yield the report's charts, then those of the user's folder *own*."""
    if own and not own.is_dir():
        raise NoReport(f"There is no folder {own}.")
    paths = sorted(FOLDER.glob("*.json"))
    more = sorted(own.glob("*.json")) if own else []
    if own and not more:
        raise NoReport(f"There is no specification (*.json) in {own}.")
    for path in (*paths, *more):
        yield chart(warehouse, path)


def chart(warehouse: Warehouse, path: Path) -> Chart:
    """Return a chart with its data; NoReport with the name of the file that cannot be used."""
    spec = specification(path)
    query = query_of(spec, path)
    sql = text_of(query)
    facts = facts_of(sql)
    try:
        answer = warehouse.answer(statement(warehouse.connection, sql), facts)
    except (NoReport, duckdb.Error) as problem:
        raise NoReport(f"{query} cannot be used: {problem}") from problem
    drawn = DRAWN & spec.keys() != set()
    usermeta = spec.get("usermeta")
    meta = usermeta if isinstance(usermeta, dict) else {}
    view = meta.get("view", facts.get("view", "content"))
    if view not in VIEWS:
        raise NoReport(f"{path}: view must be {' or '.join(VIEWS)} (got {view!r}).")
    if drawn:
        check(path, spec, answer)
    own = path.parent != FOLDER
    return Chart(
        # A prefix keeps a user's file apart from the report's file of the same name.
        id=f"own-{path.stem}" if own else f"chart-{path.stem}",
        view=view,
        title=words(spec.get("title")) or path.stem,
        says=words(spec.get("description")),
        spec=spec if drawn else None,
        usermeta=meta,
        answer=answer,
        is_own=own,
    )


def specification(path: Path) -> dict[str, Any]:
    """Return a specification; NoReport if the file is not a JSON object."""
    try:
        spec = json.loads(text_of(path))
    except ValueError as problem:
        raise NoReport(f"{path} must be JSON: {problem}") from problem
    if not isinstance(spec, dict):
        raise NoReport(f"{path} must be a JSON object (got {type(spec).__name__}).")
    return spec


def query_of(spec: dict[str, Any], path: Path) -> Path:
    """Return the file of the data; NoReport if no file has this name."""
    data = spec.get("data")
    name = data.get("name") if isinstance(data, dict) else None
    if not isinstance(name, str):
        raise NoReport(f'{path} must name its query: "data": {{"name": "…"}}.')
    found = [folder / f"{name}.sql" for folder in (path.parent, FOLDER)]
    for one in found:
        if one.is_file():
            return one
    raise NoReport(f"{path} needs the query {found[0]}, which is missing.")


def text_of(path: Path) -> str:
    """Return the text of a file; NoReport if it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise NoReport(f"{path} must be UTF-8: {problem}") from problem


def check(path: Path, spec: dict[str, Any], answer: Answer) -> None:
    """Raise NoReport if Vega-Lite cannot compile the specification with the first rows."""
    names = [name for name, _ in answer.columns]
    rows = [dict(zip(names, row, strict=True)) for row in answer.rows[:50]]
    tried = {**spec, "data": {"values": rows}, "usermeta": {}}
    try:
        # The compiler prints its warnings.
        with contextlib.redirect_stderr(io.StringIO()):
            vl_convert.vegalite_to_vega(tried)
    except ValueError as problem:
        reason = str(problem).strip().splitlines()
        first = next((line for line in reason if "rror" in line), reason[0] if reason else "")
        raise NoReport(f"{path} cannot be drawn: {first.strip()}") from problem


def words(value: Any) -> str:
    """Return a title or description as text: lines are joined, an object has a `text`."""
    if isinstance(value, dict):
        return words(value.get("text"))
    if isinstance(value, list):
        return " ".join(map(words, value))
    return value.strip() if isinstance(value, str) else ""
