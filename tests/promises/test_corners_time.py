"""Clocks that differ, listings that lag, and records created in the seconds of a sync."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.account import Account
from support.examples import BY_TABLE
from support.examples.acting import arrange, begin, bump_parents, in_order, only
from support.model.calls import Edit
from support.scene import HOUR, MASTER, Scene
from support.warehouse import Warehouse

ENTRY_SNAPSHOTS = BY_TABLE["ENTRY_SNAPSHOTS"]

WORLDS: list[Any] = [
    pytest.param({"lag_seconds": 2}, marks=pytest.mark.deep),
    pytest.param({"clock_skew_seconds": 2}, marks=pytest.mark.deep),
    {"lag_seconds": 2, "clock_skew_seconds": -2},
]


@pytest.fixture(params=WORLDS, ids=str)
def scene(request: pytest.FixtureRequest, account: Account) -> Scene:
    """Sync two entries, with listings that lag or clocks that differ."""
    made = Scene(account, "ENTRIES, ASSETS, LOCALES, CONTENT_TYPES")
    made.edit("put entry", key="b")
    made.wait()
    account.control("POST", "settings", request.param)
    made.wait(0.4)
    made.succeed()
    made.assert_settled()
    made.wait()
    return made


@pytest.mark.parametrize("before", [0, 0.9])
def test_a_record_missed_by_a_sync_hides_no_deletion(scene: Scene, before: float) -> None:
    """A creation at the end of one sync hides no deletion from the next one."""
    scene.edit("put entry", key="c")
    scene.wait(before)
    scene.succeed()
    scene.wait()
    scene.edit("delete entry")
    scene.succeed()
    scene.assert_settled()


def test_a_record_created_during_a_sync_hides_no_deletion(scene: Scene) -> None:
    """A creation before any request of a sync hides no deletion from the next one."""
    for number in range(1, 6):
        key = f"new-{number}"
        scene.editor.plan(Edit("put entry", key=key), number)
        scene.succeed()
        scene.wait()
        scene.edit("delete entry", key=["a", "b", "new-1", "new-2", "new-3"][number - 1])
        scene.succeed()
        scene.assert_settled()
        scene.wait()


@pytest.mark.parametrize("wait", [0.5, 59])
def test_a_record_of_the_last_second_can_be_deleted(scene: Scene, wait: float) -> None:
    """A record created in the last second of a sync and deleted soon after leaves no row."""
    scene.edit("put entry", "put asset", key="c")
    scene.succeed()
    scene.wait(wait)
    scene.edit("delete entry", "delete asset", key="c")
    scene.succeed()
    scene.wait()
    scene.succeed()
    scene.assert_settled()


def test_an_entry_published_right_after_a_sync_brings_its_snapshot(scene: Scene) -> None:
    """An entry published half a second after a sync brings its snapshot in the next one."""
    scene.succeed(tables="ENTRY_SNAPSHOTS")
    scene.wait(0.5)
    scene.edit("publish entry")
    scene.wait()
    run = scene.succeed()
    assert [row["entry_id"] for name, row in run.written if name == "ENTRY_SNAPSHOTS"] == ["a"]
    scene.assert_settled()


def test_syncs_seconds_apart_find_creations_and_deletions(scene: Scene) -> None:
    """Syncs seconds apart, each after a creation and a deletion, leave the right rows."""
    for number in range(6):
        scene.edit("put entry", key=f"n{number}", value=number % 2)
        scene.succeed()
        scene.wait(0.7)
        scene.edit("delete entry", key=f"n{number - 1}")
        scene.succeed()
        scene.wait(7)
    scene.wait()
    scene.succeed()
    scene.assert_settled()
    assert json.dumps(scene.warehouse.state).count('"n5"') <= 2


def test_the_state_does_not_grow_with_time(scene: Scene) -> None:
    """The state does not grow over repeated creations and deletions of a record."""
    sizes = []
    for _ in range(4):
        scene.edit("put entry", key="c", value=1)
        scene.wait()
        scene.succeed()
        scene.edit("delete entry", key="c")
        scene.wait()
        scene.succeed()
        scene.wait()
        scene.succeed()
        sizes.append(scene.state_size)
    assert max(sizes[1:]) - min(sizes[1:]) < 40
    scene.assert_settled()


def test_a_lagging_listing_delays_a_snapshot_by_one_sync(account: Account) -> None:
    """An entry published just before a sync, and listed late, brings its snapshot in the next."""
    scene = Scene(account, "ENTRY_SNAPSHOTS")
    scene.edit("publish entry")
    scene.wait()
    scene.succeed()
    scene.assert_settled()
    before = scene.rows()
    scene.wait()
    account.control("POST", "settings", {"lag_seconds": 30})
    scene.edit("put entry", value=1)
    scene.edit("publish entry")
    scene.wait(10)
    scene.succeed()
    assert scene.rows() == before
    scene.wait()
    run = scene.succeed()
    assert [name for name, _ in run.written] == ["ENTRY_SNAPSHOTS"]
    scene.assert_settled()


def test_entries_created_while_titles_are_rewritten_can_be_deleted(account: Account) -> None:
    """An entry created while titles are rewritten, and then deleted, leaves no row."""
    scene = Scene(account, "ENTRIES, LOCALES, CONTENT_TYPES")
    scene.succeed()
    for number in range(1, 9):
        scene.wait()
        scene.edit("put content type", key="ab"[number % 2])
        scene.editor.plan(Edit("put entry", key="ghost"), number)
        scene.succeed()
        scene.edit("delete entry", key="ghost")
        scene.wait()
        scene.succeed()
        scene.assert_equal()


@pytest.mark.parametrize(
    "fault",
    [
        {"path": "*", "status": 503, "times": 1},
        {"path": "*", "status": 429, "times": 1},
    ],
)
@pytest.mark.parametrize("ahead", [600, -600])
def test_time_is_taken_only_from_successful_answers(
    account: Account, fault: dict[str, Any], ahead: int
) -> None:
    """A wrong `Date` of a failed answer moves no cursor: the next edit is synced."""
    scene = Scene(account)
    scene.succeed()
    scene.wait()
    account.fault(**fault, clock_ahead_seconds=ahead)
    scene.succeed()
    scene.wait(120)
    scene.edit("put entry", value=2)
    scene.wait(120)
    scene.succeed()
    scene.assert_settled()
    scene.wait(HOUR)
    scene.assert_no_changes(scene.succeed())


def test_entries_created_between_two_attempts_do_not_fill_the_state(
    account: Account,
) -> None:
    """The state lists no ids of entries created between two attempts of a first sync."""
    scene = Scene(account, max_records_per_page="10")
    scene.fill(20, createdAt="2026-01-01T00:00:00.000Z")
    scene.crash_after("old-005")
    scene.wait()
    moment = "2026-03-01T00:30:00.000Z"
    scene.fill(200, "new", createdAt=moment, updatedAt=moment)
    scene.crash_after("new-100")
    assert json.dumps(scene.warehouse.state).count("new-") <= 10
    scene.succeed()
    scene.wait()
    scene.succeed()
    # The state keeps the id of the newest change, which may be one of them.
    assert json.dumps(scene.warehouse.state).count("new-") <= 1
    scene.assert_settled()


@pytest.mark.parametrize("times", [1, -1])
@pytest.mark.parametrize("edited", ["a", "b"])
def test_a_clock_that_was_ahead_hides_no_edit(account: Account, times: int, edited: str) -> None:
    """An edit a minute after answers dated ten minutes ahead is synced (4.1)."""
    scene = Scene(account, "ENTRIES")
    scene.edit("put entry", key="b")
    scene.succeed()
    scene.wait(HOUR)
    account.fault("*", kind="delay", seconds=0, clock_ahead_seconds=600, times=times)
    scene.edit("put entry", value=1)
    scene.succeed()
    scene.end_faults()
    scene.wait(60)
    scene.edit("put entry", key=edited, value=2)
    scene.edit("put entry", key="new", value=3)
    scene.wait(60)
    scene.succeed()
    scene.assert_settled()
    scene.wait(HOUR)
    scene.assert_no_changes(scene.succeed())


@pytest.mark.parametrize("edited", [0, 150])
@pytest.mark.parametrize("age", [0, 60])
@pytest.mark.parametrize("wait", [1, HOUR])
def test_a_clock_that_was_ahead_hides_no_deletion(
    account: Account, wait: float, age: float, edited: int
) -> None:
    """A creation after answers dated ten minutes ahead hides no deletion (4.1)."""
    scene = Scene(account, "ENTRIES")
    scene.fill(150, createdAt="2026-01-01T00:00:00.000Z")
    scene.edit("put entry", key="b")
    account.fault("*", kind="delay", seconds=0, clock_ahead_seconds=600)
    scene.succeed()
    scene.end_faults()
    scene.wait(age)
    scene.edit("put entry", key="c")
    scene.edit("delete entry", key="b")
    now = next(
        one["sys"]["updatedAt"]
        for one in scene.stored(f"{MASTER}/entries")
        if one["sys"]["id"] == "c"
    )
    scene.fill(edited, createdAt="2026-01-01T00:00:00.000Z", updatedAt=now)
    scene.wait(wait)
    scene.succeed()
    scene.assert_settled()
    scene.assert_no_changes(scene.succeed())


def test_many_changes_of_one_instant_cost_one_request(account: Account) -> None:
    """A sync with no changes makes 1 request, even if 120 records share the newest instant."""
    scene = Scene(account, "ENTRIES", max_records_per_page="100")
    moment = "2026-02-01T00:00:00.000Z"
    (like,) = scene.stored(f"{MASTER}/entries")
    many = [
        {**like, "sys": {**like["sys"], "id": f"old-{number}", "updatedAt": moment}}
        for number in range(120)
    ]
    scene.store(f"{MASTER}/entries", *many)
    scene.succeed()
    scene.wait(HOUR)
    for _ in range(2):
        account.forget_requests()
        scene.assert_no_changes(scene.succeed())
        paths = [one["path"] for one in account.requests()]
        assert paths.count(f"/{MASTER}/entries") == 1
        scene.wait(HOUR)


def test_a_clock_that_was_ahead_hides_no_snapshot(
    emulator: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """A snapshot taken a minute after answers dated ten minutes ahead is synced (4.1)."""
    begin(emulator)
    arrange(emulator, ENTRY_SNAPSHOTS)
    settings = only(configuration, ENTRY_SNAPSHOTS)
    assert warehouse.sync(settings).error is None
    emulator.control("POST", "clock", {"now": "2025-03-01T12:00:00Z"})
    emulator.fault("*", kind="delay", seconds=0, clock_ahead_seconds=600, times=-1)
    assert warehouse.sync(settings).error is None
    emulator.control("DELETE", "faults")
    later = ENTRY_SNAPSHOTS.named("later")
    emulator.put(later.collection, later.record)
    bump_parents(emulator, ENTRY_SNAPSHOTS, "2025-03-01T12:01:00.000Z")
    emulator.control("POST", "clock", {"now": "2025-03-01T12:02:00Z"})
    run = warehouse.sync(settings)
    assert run.error is None
    rows = [*ENTRY_SNAPSHOTS.rows, *later.rows]
    assert in_order(warehouse.rows("ENTRY_SNAPSHOTS")) == in_order(rows)
    for _ in range(2):
        emulator.control("POST", "clock", {"advance_seconds": 3600})
        emulator.forget_requests()
        assert warehouse.sync(settings).written == []
    requested = [one["path"] for one in emulator.requests() if one["path"].endswith("/snapshots")]
    assert requested == []
