"""Clocks that differ, listings that lag, and records of a sync's own seconds."""

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
    """Give an account whose listings lag or whose clocks differ, with two old entries, synced."""
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
def test_a_record_that_a_sync_did_not_see_hides_no_deletion(scene: Scene, before: float) -> None:
    """One created in the last second of a sync and one deleted before the next: both show."""
    scene.edit("put entry", key="c")
    scene.wait(before)
    scene.succeed()
    scene.wait()
    scene.edit("delete entry")
    scene.succeed()
    scene.assert_settled()


def test_a_record_that_is_created_while_a_sync_runs_hides_no_deletion(scene: Scene) -> None:
    """Whatever request it is created before, one deletion before the next sync shows."""
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
    """One that is created in a sync's own seconds and deleted soon after leaves no row."""
    scene.edit("put entry", "put asset", key="c")
    scene.succeed()
    scene.wait(wait)
    scene.edit("delete entry", "delete asset", key="c")
    scene.succeed()
    scene.wait()
    scene.succeed()
    scene.assert_settled()


def test_a_parent_that_is_published_right_after_a_sync_is_asked(scene: Scene) -> None:
    """Whichever clock is ahead, the next sync brings the snapshot of the new version."""
    scene.succeed(tables="ENTRY_SNAPSHOTS")
    scene.wait(0.5)
    scene.edit("publish entry")
    scene.wait()
    run = scene.succeed()
    assert [row["entry_id"] for name, row in run.written if name == "ENTRY_SNAPSHOTS"] == ["a"]
    scene.assert_settled()


def test_many_syncs_in_a_row_lose_and_keep_nothing(scene: Scene) -> None:
    """Syncs within one overlap that each find a creation and a deletion end equal."""
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


def test_nothing_grows_with_time_alone(scene: Scene) -> None:
    """Of a record that is old enough the state keeps nothing but its place in the sketch."""
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


def test_a_snapshot_of_an_entry_that_a_listing_shows_late_arrives(account: Account) -> None:
    """An entry that was published just before a sync, whose listing lags, is asked by the next."""
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


def test_renewing_titles_writes_nothing_that_cannot_be_deleted(account: Account) -> None:
    """An entry created at any request of a renewal and deleted before the next sync is gone."""
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
def test_time_is_taken_from_answers_that_succeed(
    account: Account, fault: dict[str, Any], ahead: int
) -> None:
    """The Date of a gateway whose clock is wrong moves no cursor: the next edit arrives."""
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
    scene.assert_quiet(scene.succeed())


def test_ids_that_are_created_while_a_first_walk_is_interrupted_do_not_fill_the_state(
    account: Account,
) -> None:
    """Of entries that come between two attempts at a first walk no list of ids is kept."""
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
    # Of the newest change the id is known, whatever it is of.
    assert json.dumps(scene.warehouse.state).count("new-") <= 1
    scene.assert_settled()


@pytest.mark.parametrize("times", [1, -1])
@pytest.mark.parametrize("edited", ["a", "b"])
def test_a_clock_that_was_ahead_hides_no_edit(account: Account, times: int, edited: str) -> None:
    """After answers dated ten minutes ahead, what is edited a minute later arrives (4.1)."""
    scene = Scene(account, "ENTRIES")
    scene.edit("put entry", key="b")
    scene.succeed()
    scene.wait(HOUR)
    account.fault("*", kind="delay", seconds=0, clock_ahead_seconds=600, times=times)
    scene.edit("put entry", value=1)
    scene.succeed()
    scene.heal()
    scene.wait(60)
    scene.edit("put entry", key=edited, value=2)
    scene.edit("put entry", key="new", value=3)
    scene.wait(60)
    scene.succeed()
    scene.assert_settled()
    scene.wait(HOUR)
    scene.assert_quiet(scene.succeed())


def test_many_changes_of_one_instant_cost_no_further_request(account: Account) -> None:
    """A quiet sync is one request, however many records share the instant of the newest change."""
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
        scene.assert_quiet(scene.succeed())
        paths = [one["path"] for one in account.requests()]
        assert paths.count(f"/{MASTER}/entries") == 1
        scene.wait(HOUR)


def test_a_clock_that_was_ahead_hides_no_changed_parent(
    emulator: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """A snapshot that was taken a minute after answers dated ten minutes ahead arrives (4.1)."""
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
    asked = [one["path"] for one in emulator.requests() if one["path"].endswith("/snapshots")]
    assert asked == []
