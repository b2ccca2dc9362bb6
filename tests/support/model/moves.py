"""The moves of a history: each kind of move becomes some steps.

`covering` chooses the kinds that a history combines; the details of each are random.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from support.model.calls import Edit
from support.model.disturbance import Disturbance, Fault
from support.model.edits import ACTIONS, ENVIRONMENTS, KEYS, SPACES
from support.model.history import CORE, EVERY_TABLE, NEW_COLUMNS, ORGANIZATION
from support.model.rare_edits import RARE, UNSEEN
from support.model.steps import (
    Change,
    Configure,
    Grant,
    Lag,
    Limit,
    Refuse,
    Resync,
    Schedule,
    Select,
    Step,
    Sync,
    Version,
    Wait,
)

Steps = list[Step]
Move = Callable[[Random], Steps]

CONTENT = tuple(name for name in ACTIONS if name.endswith((" entry", " asset")))
MANY = tuple(name for name in RARE if " many " in name)
TALK = (*(name for name in RARE if name.endswith((" comment", " task"))), "publish entry")
ACCESS = tuple(name for name in ACTIONS if name.endswith((" role", " member", " tag")))
PLACES = tuple(name for name in ACTIONS if name.endswith((" space", " environment", " alias")))
MODEL = (*UNSEEN, *(name for name in ACTIONS if name.endswith((" type", " locale"))))
PATHS = (
    *("/spaces", "/organizations", "/spaces/*/environments", "*/locales", "*/content_types"),
    *("*/entries", "*/assets", "*/tags", "*/roles", "*/snapshots", "*/comments", "*/tasks"),
    *("/spaces/s1/*", "/spaces/s2*", "*/environments/dev/*", "*/environments/master/*", "*"),
)
TROUBLED = (
    *("/spaces/s1/*", "/spaces/s2/*", "/spaces/s1/environments/*"),
    *(f"/spaces/{space}/environments/{name}/*" for space in SPACES for name in ENVIRONMENTS),
    *("/spaces/s1/environments", "/spaces/s2/environments"),
)
OF_A_SPACE = ("ENVIRONMENTS", "ENVIRONMENT_ALIASES", "ROLES", "SPACE_MEMBERSHIPS")
OF_AN_ENVIRONMENT = ("TAGS", "TAGS", "ENTRIES", "ASSETS", "ENTRY_SNAPSHOTS", "COMMENTS", "TASKS")
"""Tables that may be refused, without those of the content model, which titles depend on."""
EMPTIED = (
    *("/spaces/s1/environments", "/spaces/s2/environments", "/spaces"),
    *(
        "/organizations",
        "/organizations",
        "*/entries",
        "*/entries",
        "*/assets",
        "*/tags",
        "*/tags",
        "*/content_types",
        "*/locales",
    ),
    *("*/roles", "*/comments", "*/tasks"),
)
"""Listings that may be empty by mistake.

Snapshots are excluded: entries without any are normal, and their snapshots are requested again
only after the entry has changed.
"""
SECONDS = (0.001, 0.4, 1, 3, 30, 61, 600, 3600, 3600, 2 * 3600)
LONG = (3600, 6 * 3600, 86400, 86400, 25 * 3600, 40 * 86400)
# A step of 100 seconds makes a checkpoint after every batch.
CLOCK_STEPS = (0.0, 10.0, 100.0)
# Content has the most defects; few tables make histories fast.
SELECTIONS = (
    ("CONTENT_TYPES", "ENTRIES"),
    ("ENTRIES", "TAGS"),
    ("LOCALES", "CONTENT_TYPES", "ENTRIES", "TAGS"),
    ("CONTENT_TYPES", "ENTRIES", "ENTRY_SNAPSHOTS", "COMMENTS"),
    ("SPACES", "LOCALES", "ENTRIES", "ASSETS"),
    ("TAGS", "CONTENT_TYPE_FIELDS", "CONTENT_TYPE_SNAPSHOTS", "TASKS"),
    ("ORGANIZATIONS", "SPACES", "ENVIRONMENTS", "ROLES", "SPACE_MEMBERSHIPS", "TAGS"),
    ("ENVIRONMENTS", "TAGS", "ENTRY_SNAPSHOTS"),
    EVERY_TABLE,
)
FILTERS = (
    *(("environment_id", one) for one in ("master", "master,dev", "live", "master,live", "dev")),
    *(("environment_id", one) for one in ("produktion", "master,produktion")),
    *(("space_ids", one) for one in ("s1", "s2", "doesnotexist", "s1,doesnotexist")),
    *(("organization_ids", one) for one in (ORGANIZATION, "doesnotexist")),
)
OF_ANOTHER_KIND = (
    *(("environment_id", one) for one in ("s1", "master,s2", ORGANIZATION, "a")),
    *(("space_ids", one) for one in ("master", "s1,dev", "s1,live", ORGANIZATION)),
    *(("organization_ids", one) for one in ("s1", f"{ORGANIZATION},s2", "master", "dev")),
)
"""Filters with an id of another kind, for example a space in place of an environment."""
EVERY = {"environment_id": "*", "space_ids": "", "organization_ids": ""}
SETTINGS = (
    *(("max_records_per_page", one) for one in ("1", "2", "3", "1000")),
    *(("enable_incremental_sync", one) for one in ("true", "false")),
)


def _edit(chance: Random, actions: tuple[str, ...]) -> Edit:
    chosen = chance.choice((actions, actions, actions, (*ACTIONS, *RARE)))
    space = chance.choice((*SPACES, "s1"))
    environment = chance.choice((*ENVIRONMENTS, "master"))
    return Edit(
        chance.choice(chosen), space, environment, chance.choice(KEYS), chance.randint(0, 3)
    )


def _edits_of(*actions: str, most: int = 5) -> Move:
    """Return a move that makes several edits in one instant."""

    def made(chance: Random) -> Steps:
        count = chance.randint(1, most)
        return [Change(tuple(_edit(chance, actions) for _ in range(count)))]

    return made


def world(chance: Random) -> Steps:
    """Create a second space and a second environment, with content, in most histories."""
    edits = [Edit("put tag"), Edit("add role"), Edit("publish entry"), Edit("add comment")]
    if chance.random() < 0.5:
        edits += [Edit("put many entries", value=chance.choice((0, 1, 1))), Edit("add locale")]
        edits.append(Edit("put many tags", value=chance.randint(0, 1)))
    if chance.random() < 0.7:
        edits += [Edit("put space", "s2"), Edit("put content type", "s2"), Edit("put tag", "s2")]
        edits.append(Edit("put entry", "s2"))
    if chance.random() < 0.6:
        edits.append(Edit("put environment", environment="dev"))
    return [Change(tuple(edits))]


def plain_sync(chance: Random) -> Steps:
    """Sync without a disturbance."""
    return [Sync(Disturbance(step=chance.choice(CLOCK_STEPS)))]


def _disturbed(chance: Random, *faults: Fault) -> Steps:
    return [Sync(Disturbance(faults, step=chance.choice(CLOCK_STEPS)))]


def _while_edited(chance: Random) -> Steps:
    edits = tuple(
        (chance.randint(1, 25), _edit(chance, CONTENT)) for _ in range(chance.randint(1, 4))
    )
    return [Sync(Disturbance(edits=edits, step=chance.choice(CLOCK_STEPS)))]


def _crash(chance: Random) -> Steps:
    """Sync until an operation of the warehouse fails."""
    operations = chance.randint(0, chance.choice((10, 60)))
    return [Sync(Disturbance(operations=operations, step=chance.choice(CLOCK_STEPS)))]


def _fault(chance: Random) -> Fault:
    path, after = chance.choice(PATHS), chance.randint(0, 5)
    kind = chance.choice(("answer", "answer", "answer", "cut", "malformed", "reset", "429"))
    if kind == "answer":
        return Fault(path, chance.choice((500, 503, 403, 401)), chance.choice((-1, 1)), after)
    if kind == "429":
        return Fault(path, 429, 1, after)
    return Fault(path, 500, chance.choice((-1, 1)), after, kind)


def _with_faults(chance: Random) -> Steps:
    return _disturbed(chance, *(_fault(chance) for _ in range(chance.randint(1, 2))))


def _in_trouble(chance: Random) -> Steps:
    """Sync after edits, while a place is refused or fails."""
    edits = tuple(
        Edit(action, space, key=chance.choice(KEYS), value=chance.randint(0, 3))
        for space in SPACES
        for action in ("put tag", "put entry", "add role")
    )
    fault = Fault(chance.choice(TROUBLED), chance.choice((403, 404, 503, 503)), -1)
    return [Change(edits), *_disturbed(chance, fault)]


def _misdated(chance: Random) -> Steps:
    """Sync with a clock ten minutes ahead: of a gateway, in one answer, or of the whole server.

    Entries are edited during that time and soon after it.
    """
    path = chance.choice(("*", "/spaces", "/organizations", "*/entries"))
    faults = (
        Fault(path, 503, 1, clock_ahead_seconds=600),
        Fault(path, 200, 1, chance.choice((0, 0, 2)), "ahead", 600),
        Fault("*", 200, -1, 0, "ahead", 600),
    )
    fault, seconds = chance.choice(faults), chance.choice((1, 60, 60, 300))
    edits = Change(tuple(_edit(chance, CONTENT) for _ in range(2)))
    ahead = Sync(Disturbance((fault,)))
    more: Steps = [Wait(1), ahead] if chance.random() < 0.3 else []
    return [ahead, *more, Wait(seconds), edits, Wait(seconds)]


def _empty(chance: Random) -> Steps:
    """Sync while a listing is empty, in one answer or in all, once or twice."""
    path = chance.choice(EMPTIED)
    if path.startswith("*"):
        place = f"/spaces/{chance.choice(SPACES)}"
        path = chance.choice((path, place + path, f"{place}/environments/master{path[1:]}"))
    fault = Fault(path, 200, chance.choice((-1, -1, 1)), 0, "empty")
    steps = _disturbed(chance, fault)
    if chance.random() < 0.3:
        steps += [Wait(chance.choice((60, 3600, 7200))), *_disturbed(chance, fault)]
    return steps


def _refuse(chance: Random) -> Steps:
    """Refuse a table in one, three or four places, for some syncs."""
    space = chance.choice(SPACES)
    if chance.random() < 0.3:
        table, places = chance.choice(OF_A_SPACE), [space]
    else:
        table = chance.choice(OF_AN_ENVIRONMENT)
        every = [f"{one}/{name}" for one in SPACES for name in ENVIRONMENTS]
        places = chance.sample(every, chance.choice((1, 1, 3, 4)))
    steps: Steps = [Refuse(table, place) for place in places]
    steps += plain_sync(chance)
    for _ in range(chance.choice((0, 1, 1))):
        steps += [Wait(chance.choice((60, 3600, 4 * 3600))), *plain_sync(chance)]
    if places[0].endswith("/dev") and chance.random() < 0.5:
        # The environment is created and deleted, and refuses as long as it exists.
        space, environment = places[0].split("/")
        made, gone = (
            Change((Edit(f"{one} environment", space, environment),)) for one in ("put", "delete")
        )
        return [gone, *plain_sync(chance), made, *steps, gone, *plain_sync(chance)]
    if "/" in places[0] and chance.random() < 0.4:
        # An environment with the same name follows; the refusal must not apply to it.
        steps += _replace_slowly(chance, *places[0].split("/"))
    return [*steps, Grant()] if chance.random() < 0.5 else steps


def _replace_slowly(chance: Random, space: str, environment: str) -> Steps:
    """Replace an environment by one that is not ready at first and that refuses nothing."""
    where: dict[str, Any] = {"space": space, "environment": environment}
    is_gone = environment != "master"
    again = ("delete environment", "put environment") if is_gone else ("renew environment",)
    edits = (*again, "delay environment", "put tag", "put entry")
    made = tuple(Edit(one, **where, value=chance.randint(0, 3)) for one in edits)
    finished = Change((Edit("finish environment", **where),))
    return [Change(made), *plain_sync(chance), Grant(), finished, *plain_sync(chance)]


def _recreate(chance: Random) -> Steps:
    """Delete an environment or a space and create it again, with other content."""
    space, environment = chance.choice((*SPACES, "s1")), chance.choice(("dev", "dev", "master"))
    where: dict[str, Any] = {"space": space, "environment": environment}
    gone = [Edit(f"delete {chance.choice(('environment', 'environment', 'space'))}", **where)]
    steps: Steps = []
    if chance.random() < 0.4:
        gone = [Edit("renew environment", space)]
    elif chance.random() < 0.4:
        steps += [Change(tuple(gone)), *plain_sync(chance), Wait(chance.choice((1, 3600)))]
        gone = []
    made = [Edit("put space", space), Edit("put content type", space)]
    made.append(Edit("put environment", **where, value=chance.randint(0, 1)))
    made += [Edit(one, **where, value=chance.randint(0, 3)) for one in ("put tag", "put entry")]
    if chance.random() < 0.3:
        made.append(Edit("delay environment", **where, value=chance.randint(0, 2)))
    return [*steps, Change((*gone, *made[: chance.randint(3, len(made))]))]


def _unready(chance: Random) -> Steps:
    """Let an environment be unready for some syncs, while its content is edited."""
    space, environment = chance.choice((*SPACES, "s1")), chance.choice(ENVIRONMENTS)
    where: dict[str, Any] = {"space": space, "environment": environment}
    edits = [Edit("delay environment", **where, value=chance.randint(0, 2))]
    if environment == "dev" and chance.random() < 0.5:
        edits = [Edit("delete environment", **where), Edit("put environment", **where), *edits]
    edits += [_edit(chance, (*CONTENT, *MANY)) for _ in range(chance.randint(0, 2))]
    steps = [Change(tuple(edits)), *plain_sync(chance)]
    for _ in range(chance.choice((0, 0, 1))):
        more = Change(tuple(_edit(chance, MANY) for _ in range(2)))
        steps += [more, Wait(chance.choice((60, 3600, 25 * 3600))), *plain_sync(chance)]
    is_finished = chance.random() < 0.6
    return [*steps, Change((Edit("finish environment", **where),))] if is_finished else steps


def _set(settings: tuple[tuple[str, str], ...], normal: Mapping[str, str]) -> Move:
    """Return a move that changes a setting, mostly for one sync."""

    def made(chance: Random) -> Steps:
        key, value = chance.choice(settings)
        changed: Step = Configure(key, value)
        if key not in normal or chance.random() < 0.3:
            return [changed]
        return [changed, *plain_sync(chance), Configure(key, normal[key])]

    return made


def _days(chance: Random) -> Steps:
    return [Configure("initial_sync_days", chance.choice(("", "1", "1", "30")))]


def select(chance: Random) -> Steps:
    """Select tables."""
    if chance.random() < 0.4:
        return [Select(tuple(chance.sample(EVERY_TABLE, chance.randint(2, 5))))]
    return [Select(chance.choice(SELECTIONS))]


def _set_schedule(chance: Random) -> Steps:
    """Give about half of the tables beyond `core` an interval."""
    tables = [one for one in EVERY_TABLE if one not in CORE and chance.random() < 0.5]
    return [Schedule(tuple((one, chance.choice((1, 6, 24))) for one in tables))]


def _start_over(_chance: Random) -> Steps:
    return [Resync()]


def _lag(chance: Random) -> Steps:
    seconds = chance.choice((0, 1, 5))
    edits = Change(tuple(_edit(chance, ("put entry", "delete entry")) for _ in range(2)))
    more: Steps = [edits, Wait(chance.choice((0.4, 1, 3))), *plain_sync(chance), Wait(6)]
    return [Lag(seconds, chance.choice((-2, -1, 0, 1, 2))), *more]


def lacking(chance: Random) -> Steps:
    """Start with a version in which many tables lack a column."""
    return [Version(tuple(one for one in NEW_COLUMNS if chance.random() < 0.7))]


def _upgrade(chance: Random) -> Steps:
    if chance.random() < 0.7:
        return [Version()]
    return [Version(tuple(one for one in NEW_COLUMNS if chance.random() < 0.5))]


def _limit(chance: Random) -> Steps:
    return [Limit(chance.choice((0, 1, 3, 20_000)))]


def _wait(chance: Random) -> Steps:
    return [Wait(chance.choice(LONG))]


MOVES: Mapping[str, Move] = {
    "content": _edits_of(*CONTENT),
    "many": _edits_of(*MANY, most=3),
    "model": _edits_of(*MODEL, "put entry", most=3),
    "talk": _edits_of(*TALK),
    "access": _edits_of(*ACCESS),
    "places": _edits_of(*PLACES, most=3),
    "recreate": _recreate,
    "unready": _unready,
    "refuse": _refuse,
    "trouble": _in_trouble,
    "faults": _with_faults,
    "while edited": _while_edited,
    "crash": _crash,
    "misdated": _misdated,
    "empty": _empty,
    "filter": _set(FILTERS, EVERY),
    "another kind": _set(OF_ANOTHER_KIND, EVERY),
    "configure": _set(SETTINGS, {}),
    "days": _days,
    "select": select,
    "set schedule": _set_schedule,
    "start over": _start_over,
    "lag": _lag,
    "upgrade": _upgrade,
    "limit": _limit,
    "wait": _wait,
}
"""Every kind of move."""

KINDS = tuple(MOVES)
NEW = ("refuse", "recreate", "unready", "misdated", "upgrade", "another kind", "empty", "limit")
"""Kinds added after earlier random histories had missed defects that need them."""

SYNCS = ("while edited", "crash", "faults", "trouble", "misdated", "empty")
"""Moves that start with a sync, which should have edits to find."""
