"""Tables that are read per parent go on where they were, and the state stays in its budget."""

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


def asked(scene: Scene) -> list[str]:
    """Return the entries whose children were asked for, in that order."""
    kinds = ("snapshots", "comments", "tasks")
    paths = [one["path"].split("/") for one in scene.account.requests()]
    return [path[-2] for path in paths if path[-1] in kinds]


@pytest.mark.parametrize("scene", TABLES, indirect=True)
def test_an_interrupted_walk_of_parents_goes_on_where_it_was(scene: Scene) -> None:
    """Each attempt of a first read begins with the parent that the last one had come to."""
    (table,) = scene.settings["tables"].split(",")
    child = {key[2]: key[3] for key in scene.expected()[table]}
    scene.crash_after(child["old-003"])
    assert 0 < len(scene.rows()[table]) < len(child)
    for crash in ("old-006", "old-008"):
        came_to = asked(scene)[-1]
        scene.account.forget_requests()
        scene.crash_after(child[crash])
        assert asked(scene)[0] == came_to
    scene.succeed()
    scene.assert_settled()


@pytest.mark.parametrize("scene", TABLES, indirect=True)
def test_parents_that_are_deleted_while_others_are_asked_end_nothing(scene: Scene) -> None:
    """A deletion before each request of a walk is no failure, and costs no other row."""
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
    """A 404 that passes is asked again in the same sync: no row goes, and none is missing."""
    if scene.settings["tables"] != "ENTRY_SNAPSHOTS":
        scene.succeed()
    scene.account.fault(f"/{MASTER}/entries/old-004/*", status=404, times=1)
    run = scene.succeed()
    assert (run.deleted, run.warnings) == ([], [])
    scene.assert_settled()


@pytest.mark.parametrize("scene", TABLES, indirect=True)
def test_a_parent_without_an_answer_waits_for_the_next_sync(scene: Scene) -> None:
    """All other children are written, the sync fails with that error, and the next one asks."""
    (table,) = scene.settings["tables"].split(",")
    scene.account.fault(f"/{MASTER}/entries/old-004/*", status=503)
    run = scene.sync()
    assert isinstance(run.error, Unanswered)
    missing = scene.expected()[table].keys() - scene.rows()[table].keys()
    assert [key[2] for key in missing] == ["old-004"]
    scene.wait()
    assert isinstance(scene.sync().error, Unanswered)
    scene.heal()
    scene.wait()
    run = scene.succeed()
    assert [row["entry_id"] for name, row in run.written if name == table] == ["old-004"]
    scene.assert_settled()


def test_an_interrupted_reading_of_listed_parents_asks_for_the_rest(account: Account) -> None:
    """Content types that one attempt has asked for their snapshots are not asked by the next."""
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
    assert asked(scene) == ["type-2", "type-3", "type-4", "page"]
    scene.assert_settled()


def test_listed_parents_without_children_are_passed_over(account: Account) -> None:
    """Beside CONTENT_TYPES, snapshots are asked for of those that were published, and no other."""
    scene = Scene(account, "CONTENT_TYPES, CONTENT_TYPE_SNAPSHOTS")
    scene.edit("publish content type")
    scene.wait()
    scene.succeed()
    assert asked(scene) == ["page"]
    assert len(scene.rows()["CONTENT_TYPES"]) == 2
    scene.assert_settled()


def test_a_child_that_is_deleted_between_two_pages_leaves_no_row(account: Account) -> None:
    """Tasks that move while they are listed are listed again, and what is gone then is gone."""
    scene = Scene(account, "TASKS", max_records_per_page="2")
    scene.edit("add task", "add task", "add task")
    scene.wait()
    scene.succeed()
    scene.wait()
    account.forget_requests()
    scene.assert_quiet(scene.succeed())
    paths = [one["path"] for one in account.requests()]
    second = [number for number, path in enumerate(paths, 1) if path.endswith("/tasks")][1]
    (first, *_) = account.call("GET", f"/{MASTER}/entries/a/tasks?limit=1")["items"]
    known = [one["sys"]["id"] for one in scene.stored(f"{MASTER}/entries/a/tasks")]
    value = known.index(first["sys"]["id"])
    scene.editor.plan(Edit("delete task", value=value), second)
    run = scene.succeed()
    assert [keys["id"] for _, keys in run.deleted] == [first["sys"]["id"]]
    scene.assert_settled()


class Watchful(Fragile):
    """A warehouse that counts the entries in memory whenever a row arrives."""

    entries = 0

    def upsert(self, table: str, data: dict[str, Any]) -> None:
        """Write a row, and look around."""
        super().upsert(table, data)
        if table != "SYNC_COVERAGE":
            found = [one for one in gc.get_objects() if type(one) is dict and is_entry(one)]
            self.entries = max(self.entries, len(found))


def is_entry(value: dict[str, Any]) -> bool:
    """Tell whether a value is what the API says of an entry."""
    sys = value.get("sys")
    return type(sys) is dict and sys.get("type") == "Entry" and "createdAt" in sys


def test_of_a_parent_no_more_is_kept_than_what_is_needed(scene: Scene) -> None:
    """While children are asked for, no more entries are in memory than one page of them."""
    scene.fill(40, "more", createdAt="2026-01-02T00:00:00.000Z")
    known = scene.stored(f"{MASTER}/entries")
    scene.warehouse = warehouse = Watchful()
    known.clear()
    gc.collect()
    scene.succeed()
    assert warehouse.entries <= 3
    scene.assert_settled()


# The size of the state


@pytest.mark.parametrize(("environments", "cells"), [(2, 9600), (4, 4800), (100, 300), (200, 300)])
def test_sketches_share_what_there_is_room_for(
    account: Account, monkeypatch: pytest.MonkeyPatch, environments: int, cells: int
) -> None:
    """One of two hundred sketches has 300 cells, as docs/sketch.md says, and that is the least."""
    room = contentful_cma.sync.plan.ALL_CELLS // environments
    monkeypatch.setattr(contentful_cma.sync.plan, "ALL_CELLS", room)
    scene = Scene(account, "ENTRIES, ASSETS")
    scene.succeed()
    saved = [record_of(scene.warehouse.state, one, "s1/master") for one in ("ENTRIES", "ASSETS")]
    assert [one["bookmark"]["sketch"]["cells"] for one in saved] == [cells] * 2


def test_sketches_are_as_small_as_if_all_environments_had_come_at_once(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account that grows one environment at a time has no larger state in the end."""
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


def test_listed_tables_are_known_by_sketches_once_the_state_is_over_its_budget(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state shrinks below its budget, and changes are told as before."""
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


def test_the_state_never_passes_its_limit_at_a_checkpoint(account: Account) -> None:
    """No list of ids is kept of entries that come while a first walk is interrupted for long."""
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
