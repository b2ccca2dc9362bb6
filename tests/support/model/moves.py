"""What can come next in a random walk, by the theme of the walk.

Most defects need three or four things at once, which chance alone seldom brings together: a theme
says what is edited, how long nothing happens, and what comes often.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from support.model.calls import Edit
from support.model.disturbance import Disturbance, Fault
from support.model.edits import ACTIONS, ENVIRONMENTS, KEYS, SPACES
from support.model.history import CORE, EVERY_TABLE
from support.model.rare_edits import RARE, UNSEEN
from support.model.steps import (
    Change,
    Configure,
    Lag,
    Select,
    Slow,
    StartAnew,
    Step,
    Sync,
    Version,
    Wait,
)

CONTENT = tuple(name for name in ACTIONS if name.endswith((" entry", " asset")))
MANY = tuple(name for name in RARE if " many " in name)
TALK = tuple(name for name in RARE if name.endswith((" comment", " task")))
ACCESS = tuple(name for name in ACTIONS if name.endswith((" role", " member", " tag")))
PLACES = tuple(name for name in ACTIONS if name.endswith((" space", " environment", " alias")))
PATHS = (
    *("/spaces", "/organizations", "/spaces/*/environments", "*/locales", "*/content_types"),
    *("*/entries", "*/assets", "*/tags", "*/roles", "*/snapshots", "*/comments", "*/tasks"),
    *("/spaces/s1/*", "/spaces/s2*", "*/environments/dev/*", "*/environments/master/*", "*"),
)
TROUBLED = ("/spaces/s1/*", "/spaces/s2/*", "*/environments/dev/*", "*/environments/master/*")
REFUSED = ("TAGS", "ROLES", "SPACE_MEMBERSHIPS", "ENTRIES")
"""Tables that may be refused in all places, or in some of them."""
SECONDS = (0.001, 0.4, 1, 3, 30, 61, 3600)
HOURS = (1, 3600, 3600, 6 * 3600, 86400)
DAYS = (1, 3600, 86400, 40 * 86400, 40 * 86400)
# A step of 100 seconds makes a checkpoint after every batch.
CLOCK_STEPS = (0.0, 10.0, 100.0)
# Content is what most can go wrong with; few tables make fast histories.
SELECTIONS = (
    ("CONTENT_TYPES", "ENTRIES"),
    ("ENTRIES", "TAGS"),
    ("LOCALES", "CONTENT_TYPES", "ENTRIES", "TAGS"),
    ("CONTENT_TYPES", "ENTRIES", "ENTRY_SNAPSHOTS", "COMMENTS"),
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


@dataclass(frozen=True)
class Theme:
    """What a walk is about: edits beside those of any kind, waits, and the weight of each move."""

    actions: tuple[str, ...] = CONTENT
    seconds: tuple[float, ...] = SECONDS
    weights: Mapping[str, int] = field(default_factory=dict)
    begins: tuple[str, ...] = ()


def _edit(chance: Random, theme: Theme) -> Edit:
    actions = chance.choice((("put entry",), theme.actions, theme.actions, (*ACTIONS, *RARE)))
    space = chance.choice((*SPACES, "s1"))
    environment = chance.choice((*ENVIRONMENTS, "master"))
    return Edit(
        chance.choice(actions), space, environment, chance.choice(KEYS), chance.randint(0, 3)
    )


def _world(chance: Random, _theme: Theme) -> Step:
    """Make a second space and a second environment, with content."""
    edits = [Edit("put many entries", value=chance.randint(0, 1)), Edit("add locale")]
    if chance.random() < 0.6:
        edits += [Edit("put space", "s2"), Edit("put content type", "s2")]
        edits.append(Edit("put many entries", "s2", value=chance.randint(0, 1)))
    if chance.random() < 0.5:
        edits.append(Edit("put environment", environment="dev"))
    return Change(tuple(edits))


def _change(chance: Random, theme: Theme) -> Step:
    return Change(tuple(_edit(chance, theme) for _ in range(chance.randint(1, 5))))


def _wait(chance: Random, theme: Theme) -> Step:
    return Wait(chance.choice(theme.seconds))


def _peace(chance: Random, _theme: Theme) -> Step:
    return Sync(Disturbance(step=chance.choice(CLOCK_STEPS)))


def _edits(chance: Random, theme: Theme, fewest: int) -> tuple[tuple[int, Edit], ...]:
    count = chance.randint(fewest, 4)
    return tuple((chance.randint(1, 25), _edit(chance, theme)) for _ in range(count))


def _while_edited(chance: Random, theme: Theme) -> Step:
    edits = _edits(chance, theme, 1)
    return Sync(Disturbance(edits=edits, step=chance.choice(CLOCK_STEPS)))


def _crash(chance: Random, _theme: Theme) -> Step:
    """Sync until an operation fails."""
    operations = chance.randint(0, chance.choice((10, 60)))
    return Sync(Disturbance(operations=operations, step=chance.choice(CLOCK_STEPS)))


def _fault(chance: Random) -> Fault:
    path, after = chance.choice(PATHS), chance.randint(0, 5)
    kind = chance.choice(("answer", "answer", "answer", "cut", "malformed", "reset", "429"))
    if kind == "answer":
        return Fault(path, chance.choice((500, 503, 403, 401)), chance.choice((-1, 1)), after)
    if kind == "429":
        return Fault(path, 429, 1, after)
    return Fault(path, 500, chance.choice((-1, 1)), after, kind)


def _with_faults(chance: Random, theme: Theme) -> Step:
    faults = tuple(_fault(chance) for _ in range(chance.randint(1, 2)))
    return Sync(Disturbance(faults, _edits(chance, theme, 0), step=chance.choice(CLOCK_STEPS)))


def _misdated(chance: Random, _theme: Theme) -> Step:
    """Sync while a gateway that is busy once has a clock ten minutes ahead."""
    path = chance.choice(("*", "/spaces", "/organizations"))
    return Sync(Disturbance((Fault(path, 503, 1, clock_ahead_seconds=600),)))


def _in_trouble(chance: Random, _theme: Theme) -> Step:
    """Sync while a place may not be read, or does not answer."""
    fault = Fault(chance.choice(TROUBLED), chance.choice((403, 404, 503)), -1)
    return Sync(Disturbance((fault,), step=chance.choice(CLOCK_STEPS)))


def _refused(chance: Random, _theme: Theme) -> Step:
    """Sync while tables may not be read, in all places or in some."""
    tables = chance.sample(REFUSED, chance.randint(1, 2))
    where = chance.choice(("*", "*", "*", "/spaces/s1/*", "/spaces/s2/*", "*/environments/dev"))
    faults = tuple(
        Fault(f"{where}/{table.lower()}", chance.choice((403, 404)), -1) for table in tables
    )
    return Sync(Disturbance(faults, step=chance.choice(CLOCK_STEPS)))


def _people(_chance: Random, _theme: Theme) -> Step:
    """Make roles and members in both spaces."""
    return Change(
        tuple(
            Edit(action, space, key=key)
            for space in SPACES
            for action in ("add role", "add member", "put tag")
            for key in KEYS[:2]
        )
    )


def _access(_chance: Random, _theme: Theme) -> Step:
    return Select(REFUSED)


def _configure(chance: Random, _theme: Theme) -> Step:
    key = chance.choice(tuple(SETTINGS))
    return Configure(key, chance.choice(SETTINGS[key]))


def _slip(chance: Random, _theme: Theme) -> Step:
    key = chance.choice(("environment_id", "space_ids"))
    return Configure(key, chance.choice(SETTINGS[key]))


def _days(chance: Random, _theme: Theme) -> Step:
    return Configure("initial_sync_days", chance.choice(("1", "30")))


def _select(chance: Random, _theme: Theme) -> Step:
    if chance.random() < 0.2:
        return Select(tuple(chance.sample(EVERY_TABLE, chance.randint(1, 4))))
    return Select(chance.choice(SELECTIONS))


def _slow(chance: Random, _theme: Theme) -> Step:
    """Give about half of the tables beyond `core` a rhythm."""
    tables = [one for one in EVERY_TABLE if one not in CORE and chance.random() < 0.5]
    return Slow(tuple((one, chance.choice((1, 6, 24))) for one in tables))


def _start_anew(_chance: Random, _theme: Theme) -> Step:
    return StartAnew()


def _lag(chance: Random, _theme: Theme) -> Step:
    return Lag(chance.choice((0, 1, 5)), chance.choice((-2, -1, 0, 1, 2)))


def _previous(_chance: Random, _theme: Theme) -> Step:
    return Version(is_previous=True)


def _upgrade(_chance: Random, _theme: Theme) -> Step:
    return Version(is_previous=False)


Move = Callable[[Random, Theme], Step]
MOVES: Mapping[str, tuple[Move, int]] = {
    "world": (_world, 0),
    "change": (_change, 10),
    "wait": (_wait, 6),
    "peace": (_peace, 8),
    "while edited": (_while_edited, 2),
    "crash": (_crash, 2),
    "faults": (_with_faults, 2),
    "misdated": (_misdated, 0),
    "trouble": (_in_trouble, 1),
    "refused": (_refused, 0),
    "access": (_access, 0),
    "people": (_people, 0),
    "configure": (_configure, 2),
    "slip": (_slip, 0),
    "days": (_days, 0),
    "select": (_select, 1),
    "slow": (_slow, 0),
    "start anew": (_start_anew, 1),
    "lag": (_lag, 0),
    "previous": (_previous, 0),
    "upgrade": (_upgrade, 0),
}
"""What can come next, and how often it does beside the others if the theme does not say."""

THEMES = (
    Theme((*ACTIONS, *RARE), begins=("days", "lag")),
    Theme((*CONTENT, *MANY)),
    # What is left out by initial_sync_days, and whatever reads content anew.
    Theme((*MANY, *UNSEEN, *PLACES), DAYS, {"crash": 1, "faults": 1}, ("days", "world")),
    # One place is in trouble while another has lost much.
    Theme(
        ("delete many entries", "delete many tags", *MANY),
        weights={"trouble": 8},
        begins=("world",),
    ),
    # Listings lag, clocks differ, and what is created is deleted soon.
    Theme(("put entry", "delete entry"), (0.001, 0.4, 1, 2, 3, 6), {"lag": 1}, ("lag",)),
    Theme(CONTENT, (1, 30, 61, 300), {"misdated": 6}),
    # What no time tells of: fields, locales, types.
    Theme((*UNSEEN, "put content type", "add locale", "put asset"), begins=("world",)),
    # Titles are made again while entries come and go.
    Theme(
        ("put content type", "put entry", "delete entry", "put many entries"),
        weights={"while edited": 8, "crash": 0, "faults": 0},
    ),
    Theme((*MANY, *PLACES), weights={"slip": 6}, begins=("world",)),
    Theme(weights={"upgrade": 3}, begins=("previous", "world")),
    # What is not due stays as it was, and what is new or gone is seen all the same.
    Theme(
        (*CONTENT, *UNSEEN, *PLACES, "put tag", "delete tag", "put content type", "add role"),
        HOURS,
        {"slow": 3},
        ("slow", "world"),
    ),
    Theme((*TALK, *CONTENT, "publish content type")),
    # An organization refuses tables for a while.
    Theme(
        (*ACCESS, *PLACES),
        (1, 3600, 43200, 86400),
        {"refused": 10, "crash": 1, "faults": 1, "select": 0},
        ("access", "world", "people"),
    ),
)
