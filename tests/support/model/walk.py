"""Random walks: histories as lists of steps, which a seed makes and which can be shrunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from support.account import Account
from support.model.history import QUIET, History
from support.model.moves import MOVES, THEMES
from support.model.steps import Change, Step, Sync

FEWEST, MOST = 5, 8
"""Steps of a history beside those that it begins with."""


def walk(chance: Random) -> list[Step]:
    """Return the steps of one history."""
    theme = chance.choice(THEMES)
    weights = {name: theme.weights.get(name, weight) for name, (_, weight) in MOVES.items()}
    count = chance.randint(FEWEST, MOST)
    names = chance.choices(tuple(weights), tuple(weights.values()), k=count)
    return [MOVES[name][0](chance, theme) for name in ("select", *theme.begins, *names)]


def play(account: Account, steps: Sequence[Step]) -> Exception | None:
    """Play a history to its end in peace; return what was wrong with it."""
    try:
        history = History(account)
        for one in steps:
            one.play(history)
        history.finish()
    except Exception as problem:  # noqa: BLE001 - whatever it is, the history is shrunk
        return problem
    return None


def shrunk(account: Account, steps: Sequence[Step]) -> tuple[list[Step], Exception]:
    """Return a history that fails without steps that it does not need, and how it fails."""
    left = list(steps)
    problem = play(account, left)
    assert problem is not None
    place = len(left)
    while place:
        place -= 1
        for shorter in _shorter(left, place):
            found = play(account, shorter)
            if found is not None and _kind(found) == _kind(problem):
                left, problem = shorter, found
                break
    return left, problem


def _kind(problem: Exception) -> tuple[type, str]:
    """Return what tells one defect from another: the sentence up to the first row."""
    return type(problem), str(problem).partition("(")[0]


def _shorter(steps: list[Step], place: int) -> Iterator[list[Step]]:
    """Yield the history without a step, and with less in it."""
    before, one, after = steps[:place], steps[place], steps[place + 1 :]
    yield [*before, *after]
    if isinstance(one, Change):
        for number in range(len(one.edits)):
            edits = (*one.edits[:number], *one.edits[number + 1 :])
            yield [*before, Change(edits), *after]
    if isinstance(one, Sync):
        quiet = vars(QUIET)
        for name in (name for name in quiet if getattr(one.disturbance, name) != quiet[name]):
            calmer = replace(one.disturbance, **{name: quiet[name]})
            yield [*before, Sync(calmer), *after]
