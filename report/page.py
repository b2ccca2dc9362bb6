"""Build a page: the head, the lists and the charts of a view, with the drawing libraries."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache, cached_property
from html import escape
from pathlib import Path
from typing import Any

import vl_convert

from report.answers import NoReport, Unread, Warehouse
from report.charts import Chart
from report.findings import Finding, columns, most_rows, packed
from report.head import DASH, HARM_TITLES, Head, Line, effort

HERE = Path(__file__).parent

LIBRARY = "window.vegaEmbed = vegaEmbed;"
"""The name that the page uses from the bundle of Vega, Vega-Lite and vega-embed."""

OLD = timedelta(days=3)
"""The age from which the page warns of old data."""

UNKNOWN = "Not known, because data is missing"

TITLES = {"content": "Contentful report", "administration": "Contentful report: administration"}
SUBJECTS = {
    "content": "Content, for editors and content managers.",
    "administration": "People, tokens, webhooks and usage, for administrators.",
}


@dataclass(frozen=True)
class View:
    """All that a page shows; *lists* is the folder of complete lists next to the page."""

    name: str
    lists: str
    head: Head
    findings: Sequence[Finding]
    charts: Sequence[Chart]
    places: list[list[Any]]
    mains: dict[str, str]

    @cached_property
    def most(self) -> int:
        """Return the number of rows that each list may have in the page."""
        return most_rows(self.findings)

    def cut_lists(self) -> list[Finding]:
        """Return the findings whose lists are not complete in the page."""
        return [one for one in self.findings if one.number > self.most]


def page(view: View, warehouse: Warehouse, made_at: datetime) -> str:
    """Return a page as HTML; *made_at* is the time in UTC."""
    # In a function, because names of the library could collide with names of the script.
    library = f"(() => {{{bundle()}}})();"
    script = text("page.js")
    try:
        report = json.dumps(
            content(view), separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
    except ValueError as problem:
        raise NoReport(f"The report has a value that JSON does not have: {problem}") from problem
    filled = {
        "policy": policy(library, script),
        "css": text("page.css"),
        "title": TITLES[view.name],
        "subject": SUBJECTS[view.name],
        "as_of": escape(age(warehouse, made_at)),
        "is_old": "old" if made_at - warehouse.as_of > OLD else "muted",
        "first": first(view.head),
        "library": library,
        "script": script,
        "theme": text("theme.json"),
        "notices": escape(text("notices.txt")),
        "report": packed_text(report),
    }
    parts = text("page.html").split("{{")
    slots = (part.split("}}", 1) for part in parts[1:])
    return parts[0] + "".join(filled[name] + rest for name, rest in slots)


@cache
def bundle() -> str:
    """Return the drawing libraries; it takes seconds to make them."""
    return str(vl_convert.javascript_bundle(LIBRARY))


def text(name: str) -> str:
    """Return the text of a file in this folder."""
    return (HERE / name).read_text(encoding="utf-8")


def packed_text(value: str) -> str:
    """Return a text compressed, in Base64, which also cannot close the script element."""
    return base64.b64encode(gzip.compress(value.encode(), mtime=0)).decode()


def policy(*scripts: str) -> str:
    """Return the security policy: the browser runs only these scripts, without network."""
    hashes = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts)
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; form-action 'none'; base-uri 'none'"
    )


def age(warehouse: Warehouse, made_at: datetime) -> str:
    """Return how old the data is, with a warning if it is old."""
    day = f"{warehouse.as_of:%d %B %Y, %H:%M} UTC".lstrip("0")
    days = (made_at - warehouse.as_of).days
    old = made_at - warehouse.as_of > OLD
    if warehouse.is_sync_known:
        warning = f" This is {days} days old: check that the connection syncs." if old else ""
        return f"Data as of {day}, the end of the last sync.{warning}"
    warning = (
        f" That is {days} days ago: check that the connection syncs."
        " If nothing changes in the account, add SYNCS to the setting tables."
        if old
        else ""
    )
    return f"Data as of {day}, the last change that was synced.{warning}"


def first(head: Head) -> str:
    """Return the list of findings as HTML."""
    said = " ".join(head.sentences)
    groups = [
        (harm, [line for line in head.lines if line.finding.facts["harm"] == harm])
        for harm in HARM_TITLES
    ]
    bodies = "".join(_group(harm, lines) for harm, lines in groups)
    return f"""<p id="said">{escape(said)}</p>
<div class="scroll first" tabindex="0" role="region" aria-label="Table: Do first"><table>
<thead><tr><th scope="col">Finding</th><th scope="col" class="number">How many</th>
<th scope="col" class="number">Change</th><th scope="col">Next step</th>
<th scope="col" class="number">Effort</th><th scope="col">Owner</th></tr></thead>
{bodies}</table></div>
<p class="muted" id="nothing">{escape(_all("No problems found", head.nothing))}</p>
<p class="muted" id="unknown">{escape(_all(UNKNOWN, head.unknown))}</p>"""


def _all(words: str, found: Iterable[Finding]) -> str:
    titles = [one.facts["title"] for one in found]
    return f"{words}: {'; '.join(titles)}." if titles else ""


def _group(harm: str, lines: Sequence[Line]) -> str:
    rows = "".join(f'<tr data-id="{line.finding.id}">{_cells(line)}</tr>\n' for line in lines)
    title = HARM_TITLES[harm]
    heading = f'<tr class="harm"><th scope="rowgroup" colspan="6">{title}</th></tr>\n'
    return f'<tbody data-harm="{harm}"{"" if lines else " hidden"}>{heading}{rows}</tbody>\n'


def _cells(line: Line) -> str:
    facts = line.finding.facts
    link = f'<a href="#list={line.finding.id}">{escape(facts["title"])}</a>'
    cells = (
        ("number count", line.shown),
        ("number change", line.change or DASH),
        ("next", facts["next"]),
        ("number effort", effort(line.minutes)),
        ("owner", line.owner or DASH),
    )
    rest = "".join(f'<td class="{name}">{escape(value)}</td>' for name, value in cells)
    return f'<th scope="row">{link}</th>{rest}'


def content(view: View) -> dict[str, Any]:
    """Return the data of the page's script, as JSON."""
    changes = {line.finding.id: line.change for line in view.head.lines}
    return {
        "places": view.places,
        "mains": view.mains,
        "harms": HARM_TITLES,
        "findings": [
            {
                "id": one.id,
                **{key: one.facts.get(key) for key in ("title", "harm", "amount", "next", "says")},
                "minutes": int(one.facts.get("minutes", 0)),
                "change": changes.get(one.id, ""),
                "columns": one.columns,
                "data": columns(one, view.most),
                "number": one.number,
                "file": f"{view.lists}/{one.id}.csv" if one.number > view.most else None,
                "totals": [packed(list(values)) for values in zip(*one.totals, strict=True)],
                "isUnknown": one.is_unknown(),
                "isMinimum": one.is_minimum(),
            }
            for one in view.findings
        ],
        "charts": [_chart(one) for one in view.charts],
        "unread": list(_unread([*view.findings, *(one.answer for one in view.charts)])),
    }


def _chart(chart: Chart) -> dict[str, Any]:
    names = [name for name, _ in chart.answer.columns]
    return {
        "id": chart.id,
        "title": chart.title,
        "says": chart.says,
        "spec": chart.spec,
        "isWide": bool(chart.usermeta.get("isWide")),
        "most": chart.usermeta.get("most"),
        "isOwn": chart.is_own,
        "columns": chart.answer.columns,
        "data": {
            name: packed([row[at] for row in chart.answer.rows]) for at, name in enumerate(names)
        },
        "cut": chart.answer.cut,
        "isUnknown": any(one["is_needed"] for one in chart.answer.unread),
    }


def _unread(parts: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yield each table that was not read completely, with its places and reasons."""
    tables: dict[str, list[Unread]] = {}
    for part in parts:
        for one in part.unread:
            known = tables.setdefault(one["table"], [])
            place = {key: one.get(key) for key in ("space", "environment", "reason")}
            if place not in known:
                known.append(place)
    for table in sorted(tables):
        yield {"table": table, "places": tables[table]}


def now() -> datetime:
    """Return the time in UTC, without a zone, as DuckDB gives it."""
    return datetime.now(timezone.utc).replace(tzinfo=None)
