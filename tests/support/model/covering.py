"""Which kinds of moves a history has: a covering array, so that chance leaves no combination out.

Most defects need two or three things at once.  The first histories have every pair of kinds, those
that follow every triple; then all of them come again, in another order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from random import Random

SIZE = 6
"""Kinds of moves in one history."""

Kinds = tuple[str, ...]


@cache
def covering(kinds: Kinds) -> tuple[Kinds, ...]:
    """Return sets of kinds: in the first ones every pair occurs, in all of them every triple."""
    chance = Random(0)  # noqa: S311 - the same sets each time
    pairs = tuple(_until_covered(kinds, 2, (), chance))
    return (*pairs, *_until_covered(kinds, 3, pairs, chance))


def kinds_of(number: int, kinds: Kinds) -> list[str]:
    """Return the kinds of moves of a history, in their order."""
    every = covering(kinds)
    chosen = list(every[number % len(every)])
    Random(number).shuffle(chosen)  # noqa: S311 - the same order each time
    return chosen


def met(sets: Sequence[Sequence[str]], count: int) -> set[frozenset[str]]:
    """Return which kinds occur together in some set, *count* at a time."""
    return {frozenset(some) for one in sets for some in combinations(one, count)}


def _until_covered(
    kinds: Kinds, count: int, before: Sequence[Kinds], chance: Random
) -> Iterator[Kinds]:
    """Yield sets that have what those *before* lack, until all combinations have occurred."""
    left = met([kinds], count) - met(before, count)
    while left:
        chosen = sorted(min(left, key=sorted))
        while len(chosen) < SIZE:
            others = [one for one in kinds if one not in chosen]
            chance.shuffle(others)
            chosen.append(max(others, key=lambda one: _gain(one, chosen, count, left)))
        left -= met([chosen], count)
        yield tuple(chosen)


def _gain(kind: str, chosen: Sequence[str], count: int, left: set[frozenset[str]]) -> int:
    """Return how many combinations a further kind would bring."""
    return sum(frozenset((kind, *some)) in left for some in combinations(chosen, count - 1))
