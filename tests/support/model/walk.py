"""Random walks: histories as lists of steps, which a seed makes and which can be shrunk.

Each step makes sense at any point of any history, so that those that a failure does not need can
be dropped one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Union

from support.account import Account
from support.model.calls import Edit
from support.model.disturbance import Disturbance, Fault
from support.model.edits import ACTIONS, ENVIRONMENTS, KEYS, SPACES
from support.model.history import EVERY_TABLE, QUIET, History
from support.model.rare_edits import RARE

MOST_STEPS = 10


@dataclass(frozen=True)
class Change:
    """Edit the account several times in one instant."""

    edits: tuple[Edit, ...]

    def play(self, history: History) -> None:
        """Do it."""
        for one in self.edits:
            history.editor.apply(one)


@dataclass(frozen=True)
class Wait:
    """Let time pass."""

    seconds: float

    def play(self, history: History) -> None:
        """Do it."""
        history.editor.wait(self.seconds)


@dataclass(frozen=True)
class Sync:
    """Sync, in peace or not."""

    disturbance: Disturbance = QUIET

    def play(self, history: History) -> None:
        """Do it."""
        history.sync(self.disturbance)


@dataclass(frozen=True)
class Select:
    """Choose tables."""

    tables: tuple[str, ...]

    def play(self, history: History) -> None:
        """Do it."""
        history.tables = self.tables


@dataclass(frozen=True)
class Configure:
    """Change one of the other settings, or set it right again."""

    key: str
    value: str

    def play(self, history: History) -> None:
        """Do it."""
        history.settings = {**history.settings, self.key: self.value}


@dataclass(frozen=True)
class StartAnew:
    """Re-sync the connection from its beginning."""

    def play(self, history: History) -> None:
        """Do it."""
        history.forget()


@dataclass(frozen=True)
class Lag:
    """Have listings lag behind, and the clocks of the back ends differ."""

    seconds: float
    skew: float

    def play(self, history: History) -> None:
        """Do it."""
        history.lag(self.seconds, self.skew)


@dataclass(frozen=True)
class Version:
    """Go back to the version before, which has fewer columns, or on to this one."""

    is_previous: bool

    def play(self, history: History) -> None:
        """Do it; the connector never goes back once it has synced."""
        if not self.is_previous or not history.warehouse.state:
            history.become(is_previous_version=self.is_previous)


Step = Union[Change, Wait, Sync, Select, Configure, StartAnew, Lag, Version]

CONTENT = tuple(name for name in (*ACTIONS, *RARE) if name.endswith((" entry", " asset")))
MANY = ("put many entries", "delete many entries", "put many tags", "delete many tags")
PATHS = (
    *("/spaces", "/organizations", "/spaces/*/environments", "*/locales", "*/content_types"),
    *("*/entries", "*/assets", "*/tags", "*/roles", "*/snapshots", "*/comments", "*/tasks"),
    *("/spaces/s1/*", "/spaces/s2*", "*/environments/dev/*", "*/environments/master/*", "*"),
)
TROUBLED = ("/spaces/s1/*", "/spaces/s2/*", "*/environments/dev/*", "*/environments/master/*")
SECONDS = (0.001, 0.4, 1, 1, 3, 30, 61, 3600, 86400, 40 * 86400)
# A step of 100 seconds makes a checkpoint after every batch.
CLOCK_STEPS = (0.0, 10.0, 100.0)
# Content is what most can go wrong with; few tables make fast histories.
SELECTIONS = (
    ("CONTENT_TYPES", "ENTRIES"),
    ("ENTRIES", "TAGS"),
    ("ENTRIES", "ENTRY_SNAPSHOTS", "COMMENTS"),
    ("SPACES", "LOCALES", "ENTRIES", "ASSETS"),
    ("TAGS", "CONTENT_TYPE_FIELDS", "CONTENT_TYPE_SNAPSHOTS", "TASKS"),
    EVERY_TABLE,
)
SETTINGS = {
    "environment_id": (
        *("*", "*", "master", "master,dev", "live", "master,live", "dev", "produktion"),
        "master,produktion",
    ),
    "space_ids": ("", "", "s1", "s2", "doesnotexist", "s1,doesnotexist"),
    "max_records_per_page": ("1", "2", "3", "1000"),
    "enable_incremental_sync": ("true", "true", "false"),
    "initial_sync_days": ("", "1", "30"),
}


def walk(chance: Random) -> list[Step]:
    """Return the steps of one history."""
    first: list[Step] = [Select(_selection(chance))]
    if chance.random() < 0.3:
        first.append(Configure("initial_sync_days", chance.choice(("1", "30"))))
    if chance.random() < 0.15:
        first.append(Version(is_previous=True))
    if chance.random() < 0.3:
        first.append(Lag(chance.choice((0, 1, 5)), chance.choice((-2, -1, 0, 1, 2))))
    return [*first, *_moves(chance, chance.randint(5, MOST_STEPS))]


def _moves(chance: Random, count: int) -> Iterator[Step]:
    makers, weights = zip(*MOVES)
    for maker in chance.choices(makers, weights, k=count):
        yield maker(chance)


def _selection(chance: Random) -> tuple[str, ...]:
    if chance.random() < 0.2:
        return tuple(chance.sample(EVERY_TABLE, chance.randint(1, 4)))
    return chance.choice(SELECTIONS)


def _edit(chance: Random) -> Edit:
    actions = chance.choice((("put entry",), CONTENT, MANY, (*ACTIONS, *RARE)))
    space = chance.choice((*SPACES, "s1"))
    environment = chance.choice((*ENVIRONMENTS, "master"))
    return Edit(
        chance.choice(actions), space, environment, chance.choice(KEYS), chance.randint(0, 3)
    )


def _change(chance: Random) -> Step:
    return Change(tuple(_edit(chance) for _ in range(chance.randint(1, 5))))


def _peace(chance: Random) -> Step:
    return Sync(Disturbance(step=chance.choice(CLOCK_STEPS)))


def _edits(chance: Random, fewest: int) -> tuple[tuple[int, Edit], ...]:
    count = chance.randint(fewest, 4)
    return tuple((chance.randint(1, 25), _edit(chance)) for _ in range(count))


def _while_edited(chance: Random) -> Step:
    return Sync(Disturbance(edits=_edits(chance, 1), step=chance.choice(CLOCK_STEPS)))


def _crash(chance: Random) -> Step:
    """Sync until an operation fails."""
    operations = chance.randint(0, chance.choice((10, 60)))
    return Sync(Disturbance(operations=operations, step=chance.choice(CLOCK_STEPS)))


def _fault(chance: Random) -> Fault:
    path, after = chance.choice(PATHS), chance.randint(0, 5)
    kind = chance.choice(
        ("answer", "answer", "answer", "cut", "malformed", "reset", "late", "429")
    )
    if kind == "answer":
        return Fault(path, chance.choice((500, 503, 403, 401)), chance.choice((-1, 1)), after)
    if kind == "late":
        # The gateway that answers has a clock of its own.
        return Fault(path, 503, 1, after, clock_ahead_seconds=600)
    if kind == "429":
        return Fault(path, 429, 1, after)
    return Fault(path, 500, chance.choice((-1, 1)), after, kind)


def _with_faults(chance: Random) -> Step:
    faults = tuple(_fault(chance) for _ in range(chance.randint(1, 2)))
    return Sync(Disturbance(faults, _edits(chance, 0), step=chance.choice(CLOCK_STEPS)))


def _in_trouble(chance: Random) -> Step:
    """Sync while a place may not be read, or does not answer."""
    fault = Fault(chance.choice(TROUBLED), chance.choice((403, 404, 503)), -1)
    return Sync(Disturbance((fault,), step=chance.choice(CLOCK_STEPS)))


def _configure(chance: Random) -> Step:
    key = chance.choice(tuple(SETTINGS))
    return Configure(key, chance.choice(SETTINGS[key]))


MOVES: tuple[tuple[Callable[[Random], Step], int], ...] = (
    (_change, 10),
    (lambda chance: Wait(chance.choice(SECONDS)), 6),
    (_peace, 8),
    (_while_edited, 3),
    (_crash, 3),
    (_with_faults, 3),
    (_in_trouble, 3),
    (_configure, 3),
    (lambda chance: Select(_selection(chance)), 1),
    (lambda _chance: StartAnew(), 1),
    (lambda chance: Lag(chance.choice((0, 1, 5)), chance.choice((-2, -1, 0, 1, 2))), 1),
    (lambda _chance: Version(is_previous=False), 1),
)
"""What can come next, and how often it does beside the others."""


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
            if found is not None and type(found) is type(problem):
                left, problem = shorter, found
                break
    return left, problem


def _shorter(steps: list[Step], place: int) -> Iterator[list[Step]]:
    """Yield the history without a step, and with less in it."""
    before, one, after = steps[:place], steps[place], steps[place + 1 :]
    yield [*before, *after]
    if isinstance(one, Change):
        for number in range(len(one.edits)):
            edits = (*one.edits[:number], *one.edits[number + 1 :])
            yield [*before, Change(edits), *after]
