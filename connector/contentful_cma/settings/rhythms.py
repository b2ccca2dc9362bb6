"""The setting ``tables``: what is read, and how often."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Optional

from .options import shown

OWN = {"usage": 24.0}
"""Hours between two readings of a group whose data is daily, unless its own word says others."""

EVERY_SYNC = ("core", "syncs")
"""Groups that take no rhythm: each sync makes them anyway."""

_RHYTHM = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,4})?)(H|D)\Z")
_HOURS = {"H": 1.0, "D": 24.0}

Groups = Mapping[str, tuple[str, ...]]
"""The names of the tables in each group."""

Hours = Optional[float]
"""Hours between two readings; None reads in every sync."""


def read_tables(words: tuple[str, ...], groups: Groups) -> tuple[dict[str, Hours], list[str]]:
    """Return the tables that *words* stand for with their rhythms, and a sentence for each slip.

    A word names a table or a group, and may give it a rhythm after an ``@``.  What a word says of
    fewer tables counts more: a table's own word more than its group's, and that more than ``all``.
    """
    members = {name: (name,) for names in groups.values() for name in names}
    known = {**{group.upper(): names for group, names in groups.items()}, **members}
    given: dict[str, Hours] = {}
    problems: list[str] = []
    for word in words:
        name, _, rhythm = (part.strip() for part in word.upper().partition("@"))
        hours = _hours(rhythm)
        problems += _problems(word, known, groups)
        if name in given and given[name] != hours:
            problems.append(f"tables: given {shown(word)}, accepted is one rhythm for {name}.")
        given[name] = hours
    found = {} if problems else dict(_rhythms(given, known, groups))
    return found, problems


def _problems(word: str, known: Groups, groups: Groups) -> Iterator[str]:
    """Yield in one sentence what is wrong with a word."""
    name, at, rhythm = (part.strip() for part in word.partition("@"))
    always = {one for group in EVERY_SYNC for one in groups.get(group, ())}
    if name.upper() not in known:
        near = difflib.get_close_matches(name.upper(), known, cutoff=0.0)
        near_word = near[0].lower() if near[0].lower() in groups else near[0]
        yield (
            f"tables: given {shown(name)}, accepted is a table's name or one of"
            f" {', '.join(groups)}; the nearest is {near_word}."
        )
    elif at and _hours(rhythm.upper()) is None:
        yield (
            f"tables: given {shown(word)}, accepted after @ is a number of hours or days above 0,"
            " such as 6h or 1d."
        )
    elif at and always.issuperset(known[name.upper()]):
        yield f"tables: given {shown(word)}, accepted is {name} without a rhythm."


def _hours(rhythm: str) -> Hours:
    """Return the hours of a rhythm in upper case, None where it is none."""
    found = _RHYTHM.match(rhythm)
    return (float(found[1]) * _HOURS[found[2]] or None) if found else None


def _rhythms(
    given: Mapping[str, Hours], known: Groups, groups: Groups
) -> Iterator[tuple[str, Hours]]:
    """Yield each table with its rhythm, perhaps several times: the last one counts."""
    own = {name: hours for group, hours in OWN.items() for name in groups.get(group, ())}
    always = {name for group in EVERY_SYNC for name in groups.get(group, ())}
    for word in sorted(given, key=lambda one: -len(known[one])):
        for name in known[word]:
            said = (own.get(name), given[word])
            hours = said[0] or said[1] if word == "ALL" else said[1] or said[0]
            yield name, None if name in always else hours
