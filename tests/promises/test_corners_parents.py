"""Tables that are read per parent resume after interruptions, and keep the state small."""

from __future__ import annotations

import copy
import gc
import json
from typing import Any

import pytest

import contentful_cma.state.state
import contentful_cma.sync.plan
from contentful_cma.errors import Unanswered
from support.account import Account
from support.crashing import Crash, ManyCheckpoints
from support.model.calls import Edit
from support.scene import MASTER, Fragile, Scene
from support.states import record_of

TABLES = ["ENTRY_SNAPSHOTS", "COMMENTS", "TASKS"]
CREATED = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def scene(account: Account, request: pytest.FixtureRequest) -> Scene:
    """Give ten entries that were published once, with a comment and a task each; no sync yet."""
    made = Scene(account, getattr(request, "param", "COMMENTS"), max_records_per_page="3")
    made.edit("publish entry", "unpublish entry", "add comment", "add task")
    for name in made.fill(9, createdAt=CREATED):
        for kind in ("snapshots", "comments", "tasks"):
            (like,) = made.stored(f"{MASTER}/entries/a/{kind}")
            child = copy.deepcopy(like)
            child["sys"]["id"] = f"{kind}-of-{name}"
            made.store(f"{MASTER}/entries/{name}/{kind}", child)
    made.wait()
    return made


def parents_requested(scene: Scene) -> list[str]:
    """Return the entries whose children were requested, in the order of the requests."""
    kinds = ("snapshots", "comments", "tasks")
    paths = [one["path"].split("/") for one in scene.account.requests()]
    return [path[-2] for path in paths if path[-1] in kinds]


@pytest.mark.parametrize("scene", TABLES, indirect=True)
def test_an_interrupted_reading_of_parents_resumes(scene: Scene) -> None:
    """An interrupted first sync resumes with the parent that was read last."""
    (table,) = scene.settings["tables"].split(",")
    child = {key[2]: key[3] for key in scene.expected()[table]}
    scene.crash_after(child["old-003"])
    assert 0 < len(scene.rows()[table]) < len(child)
    for crash in ("old-006", "old-008"):
        last = parents_requested(scene)[-1]
        scene.account.forget_requests()
        scene.crash_after(child[crash])
        assert parents_requested(scene)[0] == last
    scene.succeed()
    scene.assert_settled()


@pytest.mark.parametrize("scene", TABLES, indirect=True)
def test_parents_deleted_during_a_sync_fail_nothing(scene: Scene) -> None:
    """Parents that are deleted while children are read fail no sync and cost no other row."""
    names = scene.fill(30, "doomed", createdAt="2025-01-01T00:00:00.000Z")
    for number, name in enumerate(names):
        scene.editor.plan(Edit("delete entry", key=name), 3 + number)
    scene.succeed()
    assert len(scene.stored(f"{MASTER}/entries")) == 10
    scene.wait()
    scene.succeed()
    scene.assert_settled()


@pytest.mark.parametrize("scene", TABLES, indirect=True)
def test_a_parent_that_is_not_found_once_keeps_its_children(scene: Scene) -> None:
    """A temporary 404 for children is retried in the same sync, and no row is lost."""
    if scene.settings["tables"] != "ENTRY_SNAPSHOTS":
        scene.succeed()
    scene.account.fault(f"/{MASTER}/entries/old-004/*", status=404, times=1)
    run = scene.succeed()
    assert (run.deleted, run.warnings) == ([], [])
    scene.assert_settled()


@pytest.mark.parametrize("scene", TABLES, indirect=True)
def test_a_parent_that_fails_is_read_by_the_next_sync(scene: Scene) -> None:
    """If one parent gets no answer, the others are read, the sync fails, and the next reads it."""
    (table,) = scene.settings["tables"].split(",")
    scene.account.fault(f"/{MASTER}/entries/old-004/*", status=503)
    run = scene.sync()
    assert isinstance(run.error, Unanswered)
    missing = scene.expected()[table].keys() - scene.rows()[table].keys()
    assert [key[2] for key in missing] == ["old-004"]
    scene.wait()
    assert isinstance(scene.sync().error, Unanswered)
    scene.end_faults()
    scene.wait()
    run = scene.succeed()
    assert [row["entry_id"] for name, row in run.written if name == table] == ["old-004"]
    scene.assert_settled()


def test_an_interrupted_reading_of_snapshots_resumes(account: Account) -> None:
    """After a crash, snapshots are requested only of content types that were not yet read."""
    scene = Scene(account, "CONTENT_TYPE_SNAPSHOTS")
    scene.edit("publish content type")
    (page,) = (one for one in scene.stored(f"{MASTER}/content_types") if one["name"] == "Type 0")
    (snapshot,) = scene.stored(f"{MASTER}/content_types/page/snapshots")
    for number in range(5):
        name, created = f"type-{number}", f"2025-0{number + 1}-01T00:00:00.000Z"
        sys = {**page["sys"], "id": name, "createdAt": created}
        scene.store(f"{MASTER}/content_types", {**page, "sys": sys})
        child = {**snapshot, "sys": {**snapshot["sys"], "id": f"of-{name}"}}
        scene.store(f"{MASTER}/content_types/{name}/snapshots", child)
    scene.wait()
    scene.crash_after("of-type-2")
    account.forget_requests()
    scene.succeed()
    assert parents_requested(scene) == ["type-2", "type-3", "type-4", "page"]
    scene.assert_settled()


def test_unpublished_content_types_are_not_requested_for_snapshots(account: Account) -> None:
    """Snapshots are requested of published content types and of no others."""
    scene = Scene(account, "CONTENT_TYPES, CONTENT_TYPE_SNAPSHOTS")
    scene.edit("publish content type")
    scene.wait()
    scene.succeed()
    assert parents_requested(scene) == ["page"]
    assert len(scene.rows()["CONTENT_TYPES"]) == 2
    scene.assert_settled()


def test_a_child_that_is_deleted_between_two_pages_leaves_no_row(account: Account) -> None:
    """A task deleted while the tasks of its entry are read loses its row in the same sync."""
    scene = Scene(account, "TASKS", max_records_per_page="2")
    scene.edit("add task", "add task", "add task")
    scene.wait()
    scene.succeed()
    scene.wait()
    (first, *_) = account.call("GET", f"/{MASTER}/entries/a/tasks?limit=1")["items"]
    known = [one["sys"]["id"] for one in scene.stored(f"{MASTER}/entries/a/tasks")]
    value = known.index(first["sys"]["id"])
    scene.editor.plan(Edit("delete task", value=value), 2, f"/{MASTER}/entries/a/tasks")
    run = scene.succeed()
    assert [keys["id"] for _, keys in run.deleted] == [first["sys"]["id"]]
    scene.assert_settled()


class CountingEntries(Fragile):
    """A warehouse that counts the entries in memory whenever a row is written."""

    entries = 0

    def upsert(self, table: str, data: dict[str, Any]) -> None:
        """Write a row and count."""
        super().upsert(table, data)
        if table != "SYNC_COVERAGE":
            found = [one for one in gc.get_objects() if type(one) is dict and is_entry(one)]
            self.entries = max(self.entries, len(found))


def is_entry(value: dict[str, Any]) -> bool:
    """Return whether a value is an entry as the API returns it."""
    sys = value.get("sys")
    return type(sys) is dict and sys.get("type") == "Entry" and "createdAt" in sys


def test_at_most_a_page_of_parents_is_in_memory(scene: Scene) -> None:
    """While children are read, at most one page of entries is in memory."""
    scene.fill(40, "more", createdAt="2026-01-02T00:00:00.000Z")
    known = scene.stored(f"{MASTER}/entries")
    scene.warehouse = warehouse = CountingEntries()
    known.clear()
    gc.collect()
    scene.succeed()
    assert warehouse.entries <= 3
    scene.assert_settled()


# The size of the state


@pytest.mark.parametrize(("environments", "cells"), [(2, 9600), (4, 4800), (100, 300), (200, 300)])
def test_sketches_share_their_budget(
    account: Account, monkeypatch: pytest.MonkeyPatch, environments: int, cells: int
) -> None:
    """Sketches share a budget; each has at least 300 cells, as in docs/evidence/sketch.md."""
    room = contentful_cma.sync.plan.ALL_CELLS // environments
    monkeypatch.setattr(contentful_cma.sync.plan, "ALL_CELLS", room)
    scene = Scene(account, "ENTRIES, ASSETS")
    scene.succeed()
    saved = [record_of(scene.warehouse.state, one, "s1/master") for one in ("ENTRIES", "ASSETS")]
    assert [one["bookmark"]["sketch"]["cells"] for one in saved] == [cells] * 2


@pytest.mark.deep
def test_sketches_shrink_as_environments_are_added(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adding environments one by one leads to no larger state than adding them at once."""
    monkeypatch.setattr(contentful_cma.sync.plan, "ALL_CELLS", 4800)
    monkeypatch.setattr(contentful_cma.sync.plan, "FEWEST_CELLS", 300)
    monkeypatch.setattr(contentful_cma.sync.plan, "MOST_CELLS", 2400)
    scene = Scene(account)
    scene.fill(600, createdAt=CREATED)
    for number in range(7):
        scene.succeed()
        scene.edit("put environment", environment=f"e{number}")
        scene.wait()
    scene.succeed()
    scene.assert_settled()
    grown = scene.state_size
    scene.warehouse.state = {}
    scene.succeed()
    assert grown < 1.1 * scene.state_size


def test_ledgers_become_sketches_over_the_budget(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A state over its budget shrinks: ledgers become sketches, and changes are still found."""
    scene = Scene(account, "TAGS, ENTRIES")
    scene.edit("put tag", key="like")
    (like,) = scene.stored(f"{MASTER}/tags")
    tags = [{**like, "sys": {**like["sys"], "id": f"tag-{at:04}"}} for at in range(900)]
    scene.store(f"{MASTER}/tags", *tags)
    scene.succeed()
    before = scene.state_size
    monkeypatch.setattr(contentful_cma.state.state, "BUDGET", before // 2)
    scene.succeed()
    scene.succeed()
    assert scene.state_size < 0.75 * before
    scene.wait()
    account.control("DELETE", f"store/{MASTER}/tags/tag-0007")
    scene.edit("put tag", key="new", value=1)
    scene.edit("put tag", key="like", value=2)
    run = scene.succeed()
    assert ([name for name, _ in run.deleted], run.truncated) == (["TAGS"], [])
    assert sorted(row["id"] for name, row in run.written if name == "TAGS") == ["like", "new"]
    scene.assert_settled()


@pytest.mark.deep
def test_entries_created_during_a_first_sync_do_not_fill_the_state(account: Account) -> None:
    """The state lists no ids of entries that are created while a first sync is interrupted."""
    scene = Scene(account, max_records_per_page="50")
    scene.fill(100, createdAt=CREATED)
    scene.crash_after("old-010")
    for attempt in range(3):
        scene.wait()
        moment = f"2026-03-01T0{attempt}:30:00.000Z"
        scene.fill(300, f"new{attempt}", createdAt=moment, updatedAt=moment)
        run = scene.warehouse.sync(scene.configuration, ManyCheckpoints())
        assert run.error is None or isinstance(run.error, Crash)
        assert max(json.dumps(one).count("new") for one in run.states) <= 100
    scene.wait()
    scene.succeed()
    scene.assert_settled()
