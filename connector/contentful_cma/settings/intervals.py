"""Parsing of the setting ``tables``: the selected tables and their intervals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Optional

from .nearest import nearest
from .options import quoted

GROUP_DEFAULTS = {"usage": 24.0}
"""Default hours between two reads of a group; usage data is daily."""

ALWAYS_READ = ("core", "syncs")
"""Groups without an interval, which every sync reads."""

_INTERVAL = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,4})?)(H|D)\Z")
_HOURS = {"H": 1.0, "D": 24.0}

Groups = Mapping[str, tuple[str, ...]]
"""The table names of each group."""

Hours = Optional[float]
"""Hours between two reads, None for every sync."""


def read_tables(words: tuple[str, ...], groups: Groups) -> tuple[dict[str, Hours], list[str]]:
    """Return the tables that *words* name with their intervals, and a sentence for each problem.

    A word is the name of a table or group, with an optional interval after ``@``.
    """
    members = {name: (name,) for names in groups.values() for name in names}
    known = {**{group.upper(): names for group, names in groups.items()}, **members}
    given: dict[str, Hours] = {}
    problems: list[str] = []
    for word in words:
        name, _, interval = (part.strip() for part in word.upper().partition("@"))
        hours = _hours(interval)
        problems += _problems(word, known, groups)
        if name in given and given[name] != hours:
            problems.append(f"tables must give one interval for {name} (got {quoted(word)}).")
        given[name] = hours
    return {} if problems else _intervals(given, known, groups), problems


def _problems(word: str, known: Groups, groups: Groups) -> Iterator[str]:
    """Yield a sentence if a word is not accepted."""
    name, at, interval = (part.strip() for part in word.partition("@"))
    always = {one for group in ALWAYS_READ for one in groups.get(group, ())}
    if name.upper() not in known:
        (near,) = nearest(name.upper(), known)
        near_word = near.lower() if near.lower() in groups else near
        yield (
            f"tables must be table names or groups: {', '.join(groups)} (got {quoted(name)})."
            f" Did you mean {near_word}?"
        )
    elif at and _hours(interval.upper()) is None:
        yield (
            "tables must have a number of hours or days above 0 after @, such as 6h or 1d"
            f" (got {quoted(word)})."
        )
    elif at and always.issuperset(known[name.upper()]):
        yield (
            f"tables must have no interval for {name}, which every sync reads"
            f" (got {quoted(word)})."
        )


def _hours(interval: str) -> Hours:
    """Return the hours of an interval in upper case, None for any other text."""
    found = _INTERVAL.match(interval)
    return (float(found[1]) * _HOURS[found[2]] or None) if found else None


def _intervals(given: Mapping[str, Hours], known: Groups, groups: Groups) -> dict[str, Hours]:
    """Return the selected tables with their intervals.

    The interval of a table overrides that of its group, which overrides that of ``all``.
    """
    intervals: dict[str, Hours] = {}
    for group, names in groups.items():
        default = GROUP_DEFAULTS.get(group)
        for name in names if group != "all" else ():
            words = [one for one in (name, group.upper(), "ALL") if one in given]
            word = next((one for one in words if name in known[one]), None)
            if group in ALWAYS_READ and word:
                intervals[name] = None
            elif word == "ALL":
                # `all@6h` keeps usage at once a day; `usage@6h` does not.
                intervals[name] = default or given[word]
            elif word:
                intervals[name] = given[word] or default
    return intervals
