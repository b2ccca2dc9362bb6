"""The setting ``tables``: what is read, and how often."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Optional

from .options import quoted

GROUP_DEFAULTS = {"usage": 24.0}
"""Hours between two reads of a group whose data is daily, unless its own word names others."""

ALWAYS_READ = ("core", "syncs")
"""Groups that take no interval: each sync reads them."""

_INTERVAL = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,4})?)(H|D)\Z")
_HOURS = {"H": 1.0, "D": 24.0}

Groups = Mapping[str, tuple[str, ...]]
"""The names of the tables in each group."""

Hours = Optional[float]
"""Hours between two reads; None reads in every sync."""


def read_tables(words: tuple[str, ...], groups: Groups) -> tuple[dict[str, Hours], list[str]]:
    """Return the tables that *words* name with their intervals, and a sentence for each problem.

    A word names a table or a group, and may give it an interval after an ``@``.
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
            problems.append(f"tables: given {quoted(word)}, accepted is one rhythm for {name}.")
        given[name] = hours
    return {} if problems else _intervals(given, known, groups), problems


def _problems(word: str, known: Groups, groups: Groups) -> Iterator[str]:
    """Yield in one sentence what is wrong with a word."""
    name, at, interval = (part.strip() for part in word.partition("@"))
    always = {one for group in ALWAYS_READ for one in groups.get(group, ())}
    if name.upper() not in known:
        near = difflib.get_close_matches(name.upper(), known, cutoff=0.0)
        near_word = near[0].lower() if near[0].lower() in groups else near[0]
        yield (
            f"tables: given {quoted(name)}, accepted is a table's name or one of"
            f" {', '.join(groups)}; the nearest is {near_word}."
        )
    elif at and _hours(interval.upper()) is None:
        yield (
            f"tables: given {quoted(word)}, accepted after @ is a number of hours or days above 0,"
            " such as 6h or 1d."
        )
    elif at and always.issuperset(known[name.upper()]):
        yield f"tables: given {quoted(word)}, accepted is {name} without a rhythm."


def _hours(interval: str) -> Hours:
    """Return the hours of an interval in upper case, None where it is none."""
    found = _INTERVAL.match(interval)
    return (float(found[1]) * _HOURS[found[2]] or None) if found else None


def _intervals(given: Mapping[str, Hours], known: Groups, groups: Groups) -> dict[str, Hours]:
    """Return the selected tables with their intervals.

    A table's own word counts before its group's, and that before ``all``.
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
                # `all@6h` leaves usage at once a day; `usage@6h` does not.
                intervals[name] = default or given[word]
            elif word:
                intervals[name] = given[word] or default
    return intervals
