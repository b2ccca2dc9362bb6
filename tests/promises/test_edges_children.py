"""Children of one parent that cannot be read block no other children and lose no row."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contentful_cma.errors import ListingChanged, Unanswered
from support.account import Account
from support.cases import pairs
from support.scene import MASTER, Scene

CHILDREN = {"ENTRY_SNAPSHOTS": "snapshots", "COMMENTS": "comments", "TASKS": "tasks"}
NAMES = ["a", *(f"old-{number:03}" for number in range(9))]
CREATED = "2026-01-01T00:00:00.000Z"
REFUSALS = (400, 403, 410, 422)


def scene_of(account: Account, table: str, **settings: str) -> Scene:
    """Give ten entries that were published once, with a child each; no sync yet."""
    made = Scene(account, f"TAGS, {table}", **settings)
    made.edit("publish entry", "unpublish entry", "add comment", "add task")
    kind = CHILDREN[table]
    (like,) = made.stored(f"{MASTER}/entries/a/{kind}")
    for name in made.fill(9, createdAt=CREATED):
        child = copy.deepcopy(like)
        child["sys"]["id"] = f"{kind}-of-{name}"
        made.store(f"{MASTER}/entries/{name}/{kind}", child)
    made.wait()
    return made


def coverage(scene: Scene, table: str) -> tuple[str, str | None]:
    """Return status and reason of a table in SYNC_COVERAGE."""
    (row,) = (one for one in scene.warehouse.rows("SYNC_COVERAGE") if one["table_name"] == table)
    return row["status"], row["reason"]


def parents_of(scene: Scene, table: str) -> set[str]:
    """Return the entries that have children in the warehouse."""
    return {key[2] for key in scene.rows()[table]}


@pytest.mark.parametrize(("table", "status"), pairs([*CHILDREN], REFUSALS, 5))
@pytest.mark.parametrize(
    "refused",
    [["old-004"], ["old-000"], ["a"], ["old-000", "old-001", "old-002", "old-003", "old-004"]],
    ids=["one", "first", "last", "many"],
)
def test_refused_children_block_no_others(
    account: Account, table: str, status: int, refused: list[str]
) -> None:
    """If children of some parents are refused, all others are read; the table is incomplete."""
    scene = scene_of(account, table)
    for name in refused:
        account.fault(f"/{MASTER}/entries/{name}/*", status=status)
    for _ in range(2):
        run = scene.succeed()
        assert parents_of(scene, table) == {*NAMES} - {*refused}
        assert run.deleted == []
        status_of, reason = coverage(scene, table)
        assert status_of == "incomplete"
        assert f"{len(refused)} problems while reading parents or children" in str(reason)
        scene.wait()
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


@pytest.mark.parametrize("requests", [1, 2, 3, 4])
def test_a_space_that_is_not_found_for_a_while_keeps_its_rows(
    account: Account, requests: int
) -> None:
    """A listed space that answers 404 to some requests in a row loses no child."""
    scene = scene_of(account, "TASKS")
    scene.settings["tables"] = "TASKS"
    scene.succeed()
    scene.assert_settled()
    before = scene.rows()
    # The first request of the environment lists the parents.
    account.fault(f"/{MASTER}/entries*", status=404, after=1, times=requests)
    assert scene.succeed().deleted == []
    assert scene.rows() == before
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


@pytest.mark.parametrize(("table", "status"), pairs([*CHILDREN], (403, 404, 422, 501), 4))
@pytest.mark.parametrize("was_read", [False, True])
def test_a_table_that_is_refused_for_all_parents_is_skipped(
    account: Account, table: str, status: int, *, was_read: bool
) -> None:
    """A table refused for all parents is skipped after a few requests, and its rows are kept."""
    scene = scene_of(account, table)
    if was_read:
        scene.succeed(enable_incremental_sync="false")
    before = scene.rows()[table]
    account.fault(f"/{MASTER}/entries/*/{CHILDREN[table]}", status=status)
    account.forget_requests()
    run = scene.succeed()
    requested = [one for one in account.requests() if one["path"].endswith(CHILDREN[table])]
    assert len(requested) <= (8 if status == 404 else 4)
    assert (run.deleted, scene.rows()[table]) == ([], before)
    assert coverage(scene, table)[0] == "skipped"
    scene.end_faults()
    scene.wait()
    scene.wait()
    scene.succeed()
    scene.assert_equal()


@pytest.mark.parametrize("table", [*CHILDREN])
def test_failed_children_block_no_others(account: Account, table: str) -> None:
    """If children of five parents in a row fail, the others are read and the sync fails."""
    scene = scene_of(account, table, retry_attempts="0")
    failing = NAMES[2:7]
    for name in failing:
        account.fault(f"/{MASTER}/entries/{name}/*", status=503)
    for _ in range(2):
        assert isinstance(scene.sync().error, Unanswered)
        assert parents_of(scene, table) == {*NAMES} - {*failing}
        scene.wait()
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


@pytest.mark.parametrize("table", [*CHILDREN])
def test_children_that_are_not_found_are_requested_again(account: Account, table: str) -> None:
    """A 404 for children is a deletion only if their parent is not found either."""
    scene = scene_of(account, table)
    account.fault(f"/{MASTER}/entries/old-004/*", status=404)
    scene.succeed()
    assert parents_of(scene, table) == {*NAMES} - {"old-004"}
    assert coverage(scene, table)[0] == "incomplete"
    scene.end_faults()
    scene.wait()
    run = scene.succeed()
    assert [row["entry_id"] for name, row in run.written if name == table] == ["old-004"]
    scene.assert_settled()


@pytest.mark.parametrize("table", [*CHILDREN])
def test_a_short_page_of_parents_is_not_the_last(account: Account, table: str) -> None:
    """A page of parents shorter than requested is not the last one; the total decides."""
    scene = scene_of(account, table)
    scene.succeed()
    scene.account.fault(f"/{MASTER}/entries", kind="silent-limit", limit=3)
    scene.assert_settled()


@pytest.mark.parametrize("table", [*CHILDREN])
def test_parents_beyond_the_total_keep_their_children(account: Account, table: str) -> None:
    """Parents beyond a total that is too small are read, so their children are kept."""
    scene = scene_of(account, table, max_records_per_page="9")
    account.fault(f"/{MASTER}/entries", kind="rewritten", more=-1)
    for _ in range(2):
        scene.succeed()
        assert parents_of(scene, table) == {*NAMES}
        scene.wait()
    scene.end_faults()
    scene.assert_settled()


@pytest.mark.parametrize("table", [*CHILDREN])
def test_a_repeated_page_of_parents_fails_the_sync(account: Account, table: str) -> None:
    """A page of parents that repeats forever fails the sync, and rows are kept."""
    scene = scene_of(account, table)
    scene.succeed()
    before = scene.rows()
    items = scene.stored(f"{MASTER}/entries")[:3]
    body = {"sys": {"type": "Array"}, "total": 10, "skip": 0, "limit": 3, "items": items}
    account.fault(f"/{MASTER}/entries", status=200, body=body)
    run = scene.sync()
    assert isinstance(run.error, ListingChanged)
    assert (run.deleted, scene.rows()) == ([], before)
    scene.end_faults()
    scene.assert_settled()


def requests_for(scene: Scene, ending: str) -> list[int]:
    """Sync; return the numbers of the requests for paths with this ending, from 1."""
    scene.account.forget_requests()
    scene.assert_no_changes(scene.succeed())
    paths = [one["path"] for one in scene.account.requests()]
    return [number for number, path in enumerate(paths, 1) if path.endswith(ending)]


def test_children_missing_from_one_listing_keep_their_rows(account: Account) -> None:
    """Children on several pages are deleted only if a second listing lacks them too."""
    scene = Scene(account, "TASKS", max_records_per_page="2")
    scene.edit(*["add task"] * 5)
    scene.wait()
    scene.succeed()
    scene.wait()
    tasks = f"{MASTER}/entries/a/tasks"
    listed = account.call("GET", f"/{tasks}?limit=10")["items"]
    assert len(requests_for(scene, "/tasks")) > 1
    # The second page lacks one record too many, as if two edits had moved it.
    page = {"sys": {"type": "Array"}, "skip": 1, "limit": 4, "items": [listed[1], *listed[3:]]}
    account.fault(f"/{tasks}", status=200, body=page, after=1, times=1)
    scene.assert_no_changes(scene.succeed())
    scene.assert_settled()


@pytest.mark.parametrize("tables", ["CONTENT_TYPE_SNAPSHOTS", "ENTRIES, CONTENT_TYPE_SNAPSHOTS"])
def test_a_parent_missing_from_one_listing_keeps_its_children(
    account: Account, tables: str
) -> None:
    """Children of a parent are deleted only if a second listing lacks the parent too."""
    scene = Scene(account, tables)
    scene.edit("publish content type")
    scene.wait()
    scene.succeed()
    assert len(scene.rows()["CONTENT_TYPE_SNAPSHOTS"]) == 1
    scene.wait(25 * 3600)
    types = [one for one in scene.stored(f"{MASTER}/content_types") if one["sys"]["id"] != "page"]
    body = {"sys": {"type": "Array"}, "total": 1, "skip": 0, "limit": 1000, "items": types}
    account.fault(f"/{MASTER}/content_types", status=200, body=body, times=1)
    run = scene.succeed()
    assert [one for one in run.deleted if one[0] == "CONTENT_TYPE_SNAPSHOTS"] == []
    scene.succeed()
    assert len(scene.rows()["CONTENT_TYPE_SNAPSHOTS"]) == 1


# Workflows


def workflow_scene(account: Account) -> tuple[Scene, dict[str, Any]]:
    """Give a workflow of the entry `a` whose first event was read."""
    scene = Scene(account, "WORKFLOWS, WORKFLOW_STEPS")
    review = account.call("POST", f"/{MASTER}/workflow_definitions", definition())["sys"]["id"]
    body = {
        "entity": {"sys": {"type": "Link", "linkType": "Entry", "id": "a"}},
        "workflowDefinition": {
            "sys": {"type": "Link", "linkType": "WorkflowDefinition", "id": review}
        },
    }
    made = account.call("POST", f"/{MASTER}/workflows", body)
    scene.wait()
    scene.succeed()
    assert events(scene) == ["created"]
    scene.wait()
    return scene, made


def definition() -> dict[str, Any]:
    """Return a definition of workflows with one step."""
    return {
        "name": "Review",
        "appliesTo": [{"type": "Link", "linkType": "Entry", "validations": []}],
        "steps": [{"id": "draft", "name": "Draft"}],
        "startOnEntityCreation": False,
    }


def events(scene: Scene) -> list[str]:
    """Return the events in the warehouse, in the order of time."""
    rows = sorted(scene.warehouse.rows("WORKFLOW_STEPS"), key=lambda row: str(row["event_at"]))
    return [str(row["event"]) for row in rows]


def test_the_steps_of_a_deleted_workflow_stay(account: Account) -> None:
    """The changelog of a deleted workflow is read once more, and its rows stay."""
    scene, made = workflow_scene(account)
    version = str(made["sys"]["version"])
    path = f"/{MASTER}/workflows/{made['sys']['id']}"
    account.call("DELETE", path, X_Contentful_Version=version)
    run = scene.succeed()
    assert [name for name, _ in run.deleted] == ["WORKFLOWS"]
    assert events(scene) == ["created", "deleted"]
    account.forget_requests()
    scene.wait()
    scene.assert_no_changes(scene.succeed())
    assert not [one for one in account.requests() if one["path"].endswith("changelog")]


def test_a_refused_changelog_of_a_deleted_workflow_is_retried(
    account: Account,
) -> None:
    """A refused changelog of a deleted workflow is requested again by the next sync."""
    scene, made = workflow_scene(account)
    version = str(made["sys"]["version"])
    account.call(
        "DELETE", f"/{MASTER}/workflows/{made['sys']['id']}", X_Contentful_Version=version
    )
    account.fault(f"/{MASTER}/workflows_changelog", status=403, times=1)
    scene.succeed()
    assert events(scene) == ["created"]
    scene.wait()
    scene.succeed()
    assert events(scene) == ["created", "deleted"]


@pytest.mark.parametrize("spelling", ["entry", "Entry"])
def test_the_changelog_is_requested_as_the_server_spells_it(
    account: Account, spelling: str
) -> None:
    """If the API refuses the documented link type `entry`, the changelog is read with `Entry`."""
    account.control("POST", "settings", {"changelog_link_type": spelling})
    scene, _ = workflow_scene(account)
    queries = [one["query"] for one in account.requests() if one["path"].endswith("changelog")]
    spellings = [query["entity.sys.linkType"] for query in queries]
    assert spellings == [["entry"]] if spelling == "entry" else [["entry"], ["Entry"]]
    scene.assert_no_changes(scene.succeed())


def test_a_changelog_that_is_empty_in_one_spelling_is_read_in_the_other(account: Account) -> None:
    """An empty changelog is read again with `Entry`, since each workflow has an event."""
    account.control("POST", "settings", {"changelog_link_type": "Entry"})
    empty = {"sys": {"type": "Array"}, "total": 0, "skip": 0, "limit": 100, "items": []}
    query = {"entity.sys.linkType": "entry"}
    account.fault(f"/{MASTER}/workflows_changelog", status=200, body=empty, query=query)
    scene, _ = workflow_scene(account)
    scene.assert_no_changes(scene.succeed())


ODD_ANSWERS: dict[str, dict[str, Any]] = {
    "redirect": {"status": 302, "headers": {"Location": "https://elsewhere.example.com/"}},
    "conflict": {"status": 409},
    "not a list": {"status": 200, "body": {"sys": {"type": "Array"}, "items": "none"}},
    "never complete": {
        "status": 200,
        "body": {"sys": {"type": "Array"}, "total": 9, "skip": 0, "limit": 100, "items": []},
    },
}


@pytest.mark.parametrize(("table", "kind"), pairs([*CHILDREN], [*ODD_ANSWERS], 4))
def test_malformed_children_block_no_others(account: Account, table: str, kind: str) -> None:
    """If the answer for one parent is malformed, the others are read and the sync fails."""
    scene = scene_of(account, table, retry_attempts="0")
    account.fault(f"/{MASTER}/entries/old-001/{CHILDREN[table]}", **ODD_ANSWERS[kind])
    for _ in range(2):
        assert scene.sync().error is not None
        assert parents_of(scene, table) >= {*NAMES} - {"old-001"}
        scene.wait()
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()
