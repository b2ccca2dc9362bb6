"""Histories as lists of steps: a number makes a history, and a failed one can be shrunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from support.account import Account
from support.model.covering import kinds_of
from support.model.history import NO_DISTURBANCE, History
from support.model.limits import Limits
from support.model.moves import (
    KINDS,
    MOVES,
    SECONDS,
    SYNCS,
    lacking,
    plain_sync,
    select,
    world,
)
from support.model.steps import Change, Step, Sync, Wait

CELLS, LARGEST, DOUBTED = (60, 8), (3, 3, 1, 20_000), (10, 4)


@dataclass(frozen=True)
class Walk:
    """The steps of a history, and the limits of the connector in it."""

    steps: tuple[Step, ...]
    limits: Limits


def walk(number: int) -> Walk:
    """Return the history with this number, always the same one."""
    chance = Random(number)  # noqa: S311 - the same history each time
    kinds = kinds_of(number, KINDS)
    steps = [*select(chance), *(lacking(chance) if "upgrade" in kinds else ())]
    steps += world(chance) if chance.random() < 0.8 else []
    for kind in kinds:
        steps += _between(chance, kind)
        steps += MOVES[kind](chance)
    limits = Limits(chance.choice(CELLS), chance.choice(LARGEST), chance.choice(DOUBTED))
    return Walk(tuple(steps), limits)


def _between(chance: Random, kind: str) -> Iterator[Step]:
    """Yield the steps before a move: mostly a sync, and some time."""
    if chance.random() < 0.3:
        yield from plain_sync(chance)
    if chance.random() < 0.6:
        yield Wait(chance.choice(SECONDS))
    if kind in SYNCS and chance.random() < 0.7:
        yield from MOVES[chance.choice(("content", "many", "content", "access"))](chance)


def play(account: Account, walked: Walk) -> Exception | None:
    """Play a history and its undisturbed end; return the error of a failed check."""
    try:
        history = History(account, walked.limits)
        for one in walked.steps:
            one.play(history)
        history.finish()
    except Exception as problem:  # noqa: BLE001 - the history is shrunk for any error
        return problem
    return None


def shrunk(account: Account, walked: Walk) -> tuple[Walk, Exception]:
    """Return a failing history without unneeded steps, and its error."""
    left = walked
    problem = play(account, left)
    assert problem is not None
    place = len(left.steps)
    while place:
        place -= 1
        for steps in _shorter(list(left.steps), place):
            shorter = replace(left, steps=tuple(steps))
            found = play(account, shorter)
            if found is not None and _kind(found) == _kind(problem):
                left, problem = shorter, found
                break
    return left, problem


def play_all(account: Account, numbers: Sequence[int]) -> None:
    """Play histories; fail with the first failure, shrunk to the needed steps."""
    for number in numbers:
        walked = walk(number)
        if play(account, walked) is not None:
            left, problem = shrunk(account, walked)
            steps = "\n".join(map(str, left.steps))
            sentence = f"History {number} ({left.limits}) fails, shrunk to\n{steps}\n{problem}"
            raise AssertionError(sentence) from problem


def _kind(problem: Exception) -> tuple[type, str]:
    """Return type and start of an error, up to the first row, to recognize the same defect."""
    return type(problem), str(problem).partition("(")[0]


def _shorter(steps: list[Step], place: int) -> Iterator[list[Step]]:
    """Yield the history without one step, and with a smaller one."""
    before, one, after = steps[:place], steps[place], steps[place + 1 :]
    yield [*before, *after]
    if isinstance(one, Change):
        for number in range(len(one.edits)):
            edits = (*one.edits[:number], *one.edits[number + 1 :])
            yield [*before, Change(edits), *after]
    if isinstance(one, Sync):
        none = vars(NO_DISTURBANCE)
        for name in (name for name in none if getattr(one.disturbance, name) != none[name]):
            calmer = replace(one.disturbance, **{name: none[name]})
            yield [*before, Sync(calmer), *after]
