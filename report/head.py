"""The head of a page: the findings in the order in which to repair them, and three sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from report.findings import HARMS, Finding

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
"""A value that is unknown or does not apply."""

HOUR, WORKDAY = 60, 480
"""Minutes."""

HARM_TITLES = {
    "visitors": "Somebody notices",
    "risk": "May go wrong",
    "upkeep": "Can be cleaned up",
}
"""The groups of the list, the worst first."""


@dataclass(frozen=True)
class Line:
    """A finding in the list, with its number in the main environments."""

    finding: Finding
    number: int
    change: str
    owner: str

    @property
    def shown(self) -> str:
        """Return the number as text; it is a minimum if data is missing."""
        return f"≥ {self.number:,}" if self.finding.is_minimum() else f"{self.number:,}"

    @property
    def minutes(self) -> int:
        """Return the estimated work."""
        return self.number * int(self.finding.facts.get("minutes", 0))


@dataclass(frozen=True)
class Head:
    """The head of a page."""

    lines: list[Line]
    sentences: list[str]
    nothing: list[Finding]
    unknown: list[Finding]


def head(
    found: Sequence[Finding],
    mains: dict[str, str],
    before: tuple[datetime, dict[str, int]] | None,
) -> Head:
    """Return the head; *before* has the time and the totals of the last report."""
    counted = [one for one in found if one.facts["harm"] != "none"]
    known = [one for one in counted if not one.is_unknown()]
    lines = [
        Line(one, number, change(one, number, before), owner(one, mains))
        for one in known
        if (number := one.total(mains))
    ]
    lines.sort(key=lambda line: (HARMS.index(line.finding.facts["harm"]), line.minutes))
    nothing = [one for one in known if not one.total(mains) and not one.is_minimum()]
    return Head(
        lines=lines,
        sentences=sentences(lines, before, is_known=bool(lines or nothing)),
        nothing=nothing,
        unknown=[one for one in counted if one.is_unknown() or _is_zero_minimum(one, mains)],
    )


def _is_zero_minimum(finding: Finding, mains: dict[str, str]) -> bool:
    """Return whether nothing was found in the part that was read; the rest is unknown."""
    return finding.is_minimum() and not finding.is_unknown() and not finding.total(mains)


def change(finding: Finding, number: int, before: tuple[datetime, dict[str, int]] | None) -> str:
    """Return the change since the last report, with its sign; empty if that is unknown."""
    if before is None or finding.id not in before[1] or finding.is_minimum():
        return ""
    difference = number - before[1][finding.id]
    sign = {1: "+", -1: MINUS, 0: "±"}[(difference > 0) - (difference < 0)]
    return f"{sign}{abs(difference):,}"


def owner(finding: Finding, mains: dict[str, str]) -> str:
    """Return the most frequent owner with the number of records, and how many others there are."""
    owners: Counter[str] = Counter()
    for space, environment, _, name, number, _ in finding.totals:
        is_main = environment is None or mains.get(space, environment) == environment
        if name is not None and is_main:
            owners[name] += number
    if not owners:
        return ""
    (first, number), others = owners.most_common(1)[0], len(owners) - 1
    more = f", {others:,} more" if others else ""
    return f"{first} ({number:,}){more}"


def effort(minutes: int) -> str:
    """Return estimated work in minutes, hours, or days of eight hours."""
    if minutes < HOUR:
        return f"{minutes} min"
    if minutes < 2 * WORKDAY:
        return f"{round(minutes / HOUR)} h"
    return f"{round(minutes / WORKDAY):,} days"


NOTHING_KNOWN = "Nothing is known yet: the tables of the findings were not synced."

LARGEST = {
    "visitors": "The largest problem that somebody notices",
    "risk": "Nothing was found that somebody notices; the largest risk",
    "upkeep": "Nothing was found that may go wrong; the largest number to clean up",
}
"""The start of the first sentence, by the worst harm that was found."""


def sentences(
    lines: Sequence[Line], before: tuple[datetime, dict[str, int]] | None, *, is_known: bool
) -> list[str]:
    """Return sentences about the worst and the quickest of *lines*, and about the change.

    *is_known* is whether any finding is known.
    """
    if not lines:
        return ["No problems were found." if is_known else NOTHING_KNOWN]
    worst = lines[0].finding.facts["harm"]
    largest = max(
        (line for line in lines if line.finding.facts["harm"] == worst),
        key=lambda line: line.number,
    )
    quickest, taken = lines[0], effort(lines[0].minutes)
    said = [
        f"{LARGEST[worst]}: {_counted(largest)}.",
        f"The quickest of its group to repair: {_counted(quickest)}, about {taken}."
        if quickest is not largest
        else f"It is also the quickest of its group to repair: about {taken}.",
    ]
    if before is None:
        return [*said, "This is the first report; the next one shows the change."]
    day = f"{before[0]:%d %B %Y}".lstrip("0")
    grown = [line for line in lines if line.change.startswith("+")]
    shrunk = [line for line in lines if line.change.startswith(MINUS)]
    changed = (
        f"Since the report of {day}, {len(grown)} of these {len(lines)} numbers grew"
        f" and {len(shrunk)} shrank."
    )
    return [*said, changed]


def _counted(line: Line) -> str:
    title = line.finding.facts["title"]
    return f"{title[0].lower()}{title[1:]} ({line.shown})"
