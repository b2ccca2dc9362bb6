"""Damaged states: refused with a message, repaired by an empty state, and never acted on."""

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
"""Tables that are listed, or read by changes, per parent or by period."""


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return an account with two records in each of these tables."""
    begin(emulator)
    for example in EXAMPLES:
        if example.table in KINDS and not example.answered:
            arrange(emulator, example, example.neighbor)
    return emulator


@dataclass(frozen=True)
class Kept:
    """The data that remains after a sync: the state and its rows."""

    state: dict[str, Any]
    tables: dict[str, Any]

    def warehouse(self, state: Any) -> Warehouse:
        """Return a warehouse with these rows and another state."""
        found = Warehouse()
        found.tables, found.state = copy.deepcopy(self.tables), state
        return found


def kept(warehouse: Warehouse) -> Kept:
    """Return the state and the rows after a sync."""
    return Kept(warehouse.state, copy.deepcopy(warehouse.tables))


def several(account: Account, configuration: Configuration) -> Iterator[Kept]:
    """Yield the data after different syncs: interrupted, with a refusal, and complete."""
    warehouse = CrashingWarehouse()
    entries = [one for one in EXAMPLES if one.table == "ENTRIES"]
    warehouse.crash_after = entries[0].neighbor.record["sys"]["id"]
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
    """Yield the path to each part of a state."""
    parts: Any = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    for key, part in parts:
        yield (*here, key)
        yield from paths(part, (*here, key))


def holder(state: Any, path: Path) -> Any:
    """Return the container of the part at a path."""
    for step in path[:-1]:
        state = state[step]
    return state


def with_another_character(text: str, chance: random.Random) -> str:
    """Return a text with one character changed, or with one character if it was empty."""
    if not text:
        return "a"
    at = chance.randrange(len(text))
    other = chance.choice([one for one in "aZ09 -_=/.\u00e9" if one != text[at]])
    return text[:at] + other + text[at + 1 :]


def damages(state: Any, chance: random.Random) -> Iterator[Callable[[], Any]]:
    """Yield functions that return states with a part missing, replaced, changed, cut or moved."""
    all_paths = list(paths(state))
    for path in all_paths:
        value = holder(state, path)[path[-1]]
        yield partial(without, state, path)
        for other in (*VALUES, *altered(value, chance)):
            yield partial(replaced, state, (path, other))
        if isinstance(path[-1], str):
            name = with_another_character(path[-1], chance)
            yield partial(replaced, without(state, path), ((*path[:-1], name), value))
        # Swapped with another part that neither contains it nor is in it.
        other_path = chance.choice(all_paths)
        if path != other_path[: len(path)] and other_path != path[: len(other_path)]:
            there = holder(state, other_path)[other_path[-1]]
            yield partial(replaced, state, (path, there), (other_path, value))


def altered(value: Any, chance: random.Random) -> tuple[Any, ...]:
    """Return other values of the same type."""
    if isinstance(value, str):
        return (with_another_character(value, chance), value[:-1])
    if isinstance(value, list):
        return (value[:-1], value[1:], [*value, *value])
    return (value + 1,) if isinstance(value, int) else ()


def without(state: Any, path: Path) -> Any:
    """Return a state without a part."""
    changed = copy.deepcopy(state)
    del holder(changed, path)[path[-1]]
    return changed


def replaced(state: Any, *parts: tuple[Path, Any]) -> Any:
    """Return a state with other parts at these paths."""
    changed = copy.deepcopy(state)
    for path, value in parts:
        holder(changed, path)[path[-1]] = copy.deepcopy(value)
    return changed


def is_same(one: Any, other: Any) -> bool:
    """Return whether two states are the same JSON; in Python, 1 equals True."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def expect_refused(warehouse: Warehouse, configuration: Configuration) -> None:
    """Check that a sync fails with one sentence, before any operation."""
    before, rows = warehouse.state, copy.deepcopy(warehouse.tables)
    run = warehouse.sync(configuration)
    assert isinstance(run.error, StateUnusable), (before, run.error)
    assert "The saved state" in str(run.error)
    assert "empty state" in str(run.error)
    assert (run.written, run.deleted, run.truncated, run.states) == ([], [], [], [])
    assert (warehouse.state, warehouse.tables) == (before, rows)


def test_damaged_states_are_refused(account: Account, configuration: Configuration) -> None:
    """A damaged state is refused before the first request, and no row changes."""
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


def test_an_empty_state_repairs_a_damaged_one(
    account: Account, configuration: Configuration
) -> None:
    """With an empty state, as the error advises, rows are the same as with an undamaged state."""
    everything = {**configuration, "tables": ", ".join(KINDS), "max_records_per_page": "1"}
    for one in list(several(account, everything)):
        for example in EXAMPLES:
            if example.table in KINDS and not example.answered:
                edit(account, example)
        undamaged, emptied = one.warehouse(one.state), one.warehouse({})
        assert undamaged.sync(everything).error is None
        assert emptied.sync(everything).error is None
        assert filled(emptied) == filled(undamaged)


def test_reformatted_states_are_accepted(account: Account, configuration: Configuration) -> None:
    """A state with reordered keys or other white space is accepted, and no row is rewritten."""
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
