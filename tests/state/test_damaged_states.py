"""States that were damaged between two syncs: refused in words, or made good, never acted on."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable

import pytest

from contentful_cma.errors import StateUnusable
from support.account import Account
from support.crashing import CrashingWarehouse, ManyCheckpoints
from support.examples import EXAMPLES
from support.examples.acting import arrange, begin, edit
from support.runs import filled
from support.warehouse import Warehouse

Configuration = dict[str, str]
Path = tuple[Any, ...]

CASES_OF_A_STATE = 500
FEWEST_CASES = 1000
VALUES: tuple[Any, ...] = (None, 7, -1.5, True, "text", "", [], {})
OTHER_SHAPES: tuple[Any, ...] = (
    *([], [1], "text", 7, None, {"a": 1}, {"version": 1}, {"version": 2}, {"version": "1"}),
    *({"last_sync_time": "2026-01-01T00:00:00Z"}, {"state": {}}, {"checksum": None}),
)
KINDS = ("SPACES", "TAGS", "ENTRIES", "ASSETS", "COMMENTS", "ENTRY_SNAPSHOTS", "SPACE_USAGE")
"""Tables that are listed, read by what changed, per parent and by period."""


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give an account with two records of each kind of table."""
    begin(emulator)
    for example in EXAMPLES:
        if example.table in KINDS and not example.answered:
            arrange(emulator, example, example.neighbour)
    return emulator


@dataclass(frozen=True)
class Kept:
    """What Fivetran keeps after a sync: the state, and the rows that it is about."""

    state: dict[str, Any]
    tables: dict[str, Any]

    def warehouse(self, state: Any) -> Warehouse:
        """Return a warehouse with these rows and another state."""
        found = Warehouse()
        found.tables, found.state = copy.deepcopy(self.tables), state
        return found


def kept(warehouse: Warehouse) -> Kept:
    """Return what a sync has left."""
    return Kept(warehouse.state, copy.deepcopy(warehouse.tables))


def several(account: Account, configuration: Configuration) -> Iterator[Kept]:
    """Yield what different syncs leave: whole ones, one with a refusal and one interrupted."""
    warehouse = CrashingWarehouse()
    entries = [one for one in EXAMPLES if one.table == "ENTRIES"]
    warehouse.crash_after = entries[0].neighbour.record["sys"]["id"]
    assert warehouse.sync(configuration, ManyCheckpoints()).error is not None
    yield kept(warehouse)
    warehouse.crash_after = None
    account.fault("*/tags", status=403, times=1)
    assert warehouse.sync(configuration).error is None
    yield kept(warehouse)
    core = Warehouse()
    assert core.sync({**configuration, "tables": "core"}).error is None
    yield kept(core)


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Yield the way to each part of a state."""
    parts: Any = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    for key, part in parts:
        yield (*here, key)
        yield from paths(part, (*here, key))


def holder(state: Any, path: Path) -> Any:
    """Return what holds the part at the end of a way."""
    for step in path[:-1]:
        state = state[step]
    return state


def with_another_character(text: str, chance: random.Random) -> str:
    """Return a text with one character changed, or with one if it has none."""
    if not text:
        return "a"
    at = chance.randrange(len(text))
    other = chance.choice([one for one in "aZ09 -_=/.\u00e9" if one != text[at]])
    return text[:at] + other + text[at + 1 :]


def damages(state: Any, chance: random.Random) -> Iterator[Callable[[], Any]]:
    """Yield what makes states with one part missing, exchanged, changed, cut or moved."""
    ways = list(paths(state))
    for path in ways:
        value = holder(state, path)[path[-1]]
        yield partial(without, state, path)
        for other in (*VALUES, *altered(value, chance)):
            yield partial(replaced, state, (path, other))
        if isinstance(path[-1], str):
            name = with_another_character(path[-1], chance)
            yield partial(replaced, without(state, path), ((*path[:-1], name), value))
        # Exchanged with any other part, but not with one that it is in.
        place = chance.choice(ways)
        if path != place[: len(path)] and place != path[: len(place)]:
            there = holder(state, place)[place[-1]]
            yield partial(replaced, state, (path, there), (place, value))


def altered(value: Any, chance: random.Random) -> tuple[Any, ...]:
    """Return other values of the same type."""
    if isinstance(value, str):
        return (with_another_character(value, chance), value[:-1])
    if isinstance(value, list):
        return (value[:-1], value[1:], [*value, *value])
    return (value + 1,) if isinstance(value, int) else ()


def without(state: Any, path: Path) -> Any:
    """Return a state that lacks a part."""
    changed = copy.deepcopy(state)
    del holder(changed, path)[path[-1]]
    return changed


def replaced(state: Any, *parts: tuple[Path, Any]) -> Any:
    """Return a state with other parts at the ends of these ways."""
    changed = copy.deepcopy(state)
    for path, value in parts:
        holder(changed, path)[path[-1]] = copy.deepcopy(value)
    return changed


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two states are the same JSON; in Python, 1 is True."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def expect_refused(warehouse: Warehouse, configuration: Configuration) -> None:
    """Check that a sync ends with one sentence, before any operation."""
    before, rows = warehouse.state, copy.deepcopy(warehouse.tables)
    run = warehouse.sync(configuration)
    assert isinstance(run.error, StateUnusable), (before, run.error)
    assert "The saved state" in str(run.error)
    assert "empty state" in str(run.error)
    assert (run.written, run.deleted, run.truncated, run.states) == ([], [], [], [])
    assert (warehouse.state, warehouse.tables) == (before, rows)


def test_no_damaged_state_is_acted_on(account: Account, configuration: Configuration) -> None:
    """Any damage of a state is refused in words before the first request, and changes no row."""
    chance = random.Random(10)  # noqa: S311 - the same damages in each run
    everything = {**configuration, "tables": ", ".join(KINDS), "max_records_per_page": "1"}
    states = list(several(account, everything))
    account.forget_requests()
    cases = 0
    for one in states:
        damaged = list(damages(one.state, chance))
        tried = [make() for make in chance.sample(damaged, min(CASES_OF_A_STATE, len(damaged)))]
        for state in (*tried, *OTHER_SHAPES):
            if not is_same(state, one.state):
                expect_refused(one.warehouse(state), everything)
                cases += 1
    assert cases >= FEWEST_CASES
    assert account.requests() == []


def test_an_empty_state_makes_good_what_a_damaged_one_would_have_spoilt(
    account: Account, configuration: Configuration
) -> None:
    """After the state was emptied, as the refusal says, the rows are as if it had been whole."""
    everything = {**configuration, "tables": ", ".join(KINDS), "max_records_per_page": "1"}
    for one in list(several(account, everything)):
        for example in EXAMPLES:
            if example.table in KINDS and not example.answered:
                edit(account, example)
        undamaged, emptied = one.warehouse(one.state), one.warehouse({})
        assert undamaged.sync(everything).error is None
        assert emptied.sync(everything).error is None
        assert filled(emptied) == filled(undamaged)


def test_a_state_that_was_written_otherwise_is_the_same(
    account: Account, configuration: Configuration
) -> None:
    """Keys in another order and other white space are no damage: the sync has nothing to do."""
    everything = {**configuration, "tables": ", ".join(KINDS)}
    *_, whole, _ = several(account, everything)
    for state in (
        _reversed(whole.state),
        json.loads(json.dumps(whole.state, sort_keys=True)),
        json.loads(json.dumps(whole.state, indent=4, ensure_ascii=False)),
    ):
        warehouse = whole.warehouse(state)
        run = warehouse.sync(everything)
        assert (run.error, run.deleted, run.truncated) == (None, [], [])
        assert {table for table, _ in run.written} <= {"SYNC_COVERAGE", "TAGS"}


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(part) for key, part in reversed(list(value.items()))}
    return [_reversed(part) for part in value] if isinstance(value, list) else value
