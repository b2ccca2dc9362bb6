"""Choice of the kinds of moves in a history by a covering array, so no combination is missed.

Most defects need two or three kinds together.  The first histories have every pair of kinds, the
next ones every triple; then all of them are repeated, in another order.
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
    """Return sets of kinds: the first ones have every pair, all of them every triple."""
    chance = Random(0)  # noqa: S311 - the same sets each time
    pairs = tuple(_until_covered(kinds, 2, (), chance))
    return (*pairs, *_until_covered(kinds, 3, pairs, chance))


def kinds_of(number: int, kinds: Kinds) -> list[str]:
    """Return the kinds of moves of a history, in order."""
    every = covering(kinds)
    chosen = list(every[number % len(every)])
    Random(number).shuffle(chosen)  # noqa: S311 - the same order each time
    return chosen


def met(sets: Sequence[Sequence[str]], count: int) -> set[frozenset[str]]:
    """Return the combinations of *count* kinds that occur in some set."""
    return {frozenset(some) for one in sets for some in combinations(one, count)}


def _until_covered(
    kinds: Kinds, count: int, before: Sequence[Kinds], chance: Random
) -> Iterator[Kinds]:
    """Yield sets until all combinations have occurred in them or *before*."""
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
    """Return how many combinations a further kind would add."""
    return sum(frozenset((kind, *some)) in left for some in combinations(chosen, count - 1))
