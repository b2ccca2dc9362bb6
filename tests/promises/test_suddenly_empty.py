"""Listings that are suddenly empty delete no row until a second one confirms them."""

from __future__ import annotations

from typing import Any

import pytest

from contentful_cma.errors import AccountEmpty
from support.account import Account
from support.examples import BY_TABLE
from support.examples.acting import arrange, begin, in_order, only
from support.scene import DAY, HOUR, MASTER, Scene
from support.warehouse import Warehouse

ENTRY_SNAPSHOTS = BY_TABLE["ENTRY_SNAPSHOTS"]
RELEASE_ENTITIES = BY_TABLE["RELEASE_ENTITIES"]
RELEASES = BY_TABLE["RELEASES"]

EMPTY: dict[str, Any] = {
    "sys": {"type": "Array"},
    "total": 0,
    "limit": 100,
    "skip": 0,
    "items": [],
}
MANY = 12


@pytest.fixture
def scene(account: Account) -> Scene:
    """Sync an account with entries and tags."""
    tables = "ORGANIZATIONS, SPACES, ENVIRONMENTS, TAGS, ENTRIES"
    made = Scene(account, tables)
    made.fill(MANY)
    made.edit("put many tags")
    made.succeed()
    made.wait()
    return made


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/organizations", "ORGANIZATIONS"),
        ("/spaces/s1/environments", "ENVIRONMENTS"),
        (f"/{MASTER}/tags", "TAGS"),
        (f"/{MASTER}/entries", "ENTRIES"),
    ],
)
@pytest.mark.parametrize("is_full", [False, True])
def test_a_listing_that_is_empty_once_deletes_nothing(
    scene: Scene, path: str, table: str, *, is_full: bool
) -> None:
    """A listing that is empty once is incomplete in SYNC_COVERAGE; rows are kept (1.8, 1.9)."""
    before = scene.rows()
    scene.account.fault(path, status=200, body=EMPTY)
    run = scene.succeed(enable_incremental_sync=str(not is_full).lower())
    assert run.deleted == []
    assert {name: set(rows) for name, rows in scene.rows().items()} == {
        name: set(rows) for name, rows in before.items()
    }
    assert len(run.warnings) == 1
    rows = scene.warehouse.rows("SYNC_COVERAGE")
    assert "incomplete" in {row["status"] for row in rows if row["table_name"] == table}
    scene.end_faults()
    scene.wait()
    scene.succeed(enable_incremental_sync="true")
    scene.assert_settled()
    rows = scene.warehouse.rows("SYNC_COVERAGE")
    assert {row["status"] for row in rows} == {"read"}


@pytest.mark.parametrize("path", ["/organizations", "/spaces"])
def test_a_confirmed_empty_list_of_places_causes_no_more_warnings(scene: Scene, path: str) -> None:
    """Once an empty list of spaces or organizations is confirmed, syncs succeed silently."""
    if path == "/spaces":
        scene.settings["tables"] = "TAGS"
    scene.account.fault(path, status=200, body=EMPTY)
    scene.sync()
    scene.wait(HOUR)
    scene.succeed()
    for _ in range(2):
        scene.wait()
        run = scene.succeed()
        assert (run.written, run.deleted, run.warnings) == ([], [], [])


def test_a_confirmed_empty_model_causes_no_more_warnings(account: Account) -> None:
    """Once an empty list of content types is confirmed, syncs succeed without warnings."""
    scene = Scene(account, "CONTENT_TYPES, ENTRIES")
    like, *_ = scene.stored(f"{MASTER}/content_types")
    more = [{**like, "sys": {**like["sys"], "id": f"type-{at:02}"}} for at in range(MANY)]
    scene.store(f"{MASTER}/content_types", *more)
    scene.succeed()
    scene.account.fault(f"/{MASTER}/content_types", status=200, body=EMPTY)
    scene.wait()
    assert len(scene.succeed().warnings) == 1
    scene.wait()
    scene.succeed()
    for _ in range(3):
        scene.wait()
        run = scene.succeed()
        assert (run.written, run.deleted, run.warnings) == ([], [], [])


@pytest.mark.parametrize("kind", ["tags", "entries"])
def test_a_listing_that_is_empty_for_an_hour_deletes_its_rows(scene: Scene, kind: str) -> None:
    """A listing that is still empty an hour later deletes the rows, and not earlier."""
    for record in scene.stored(f"{MASTER}/{kind}"):
        scene.account.control("DELETE", f"store/{MASTER}/{kind}/{record['sys']['id']}")
    scene.account.remember()
    for _ in range(2):
        assert scene.succeed().deleted == []
        scene.wait(HOUR / 2)
    scene.succeed()
    scene.assert_settled()


@pytest.mark.parametrize("listed", [True, False])
def test_children_stay_while_their_parents_are_suddenly_empty(
    emulator: Account, configuration: dict[str, str], warehouse: Warehouse, *, listed: bool
) -> None:
    """Children of entries that a listing lacks are deleted only if another confirms it."""
    begin(emulator)
    children = [ENTRY_SNAPSHOTS.named(f"snapshot-{number:02}") for number in range(MANY)]
    arrange(emulator, ENTRY_SNAPSHOTS, *children)
    tables = "ENTRY_SNAPSHOTS, ENTRIES" if listed else "ENTRY_SNAPSHOTS"
    settings = {**only(configuration, ENTRY_SNAPSHOTS), "tables": tables}
    assert warehouse.sync(settings).error is None
    before = in_order(warehouse.rows("ENTRY_SNAPSHOTS"))
    assert len(before) == MANY + 1
    emulator.fault("*/entries", status=200, body=EMPTY)
    for _ in range(2):
        run = warehouse.sync(settings)
        assert (run.error, in_order(warehouse.rows("ENTRY_SNAPSHOTS"))) == (None, before)
        emulator.control("POST", "clock", {"advance_seconds": HOUR / 2})
    assert warehouse.sync(settings).error is None
    assert warehouse.rows("ENTRY_SNAPSHOTS") == []


@pytest.mark.parametrize("tables", ["CONTENT_TYPES, CONTENT_TYPE_FIELDS, ENTRIES", "ENTRIES"])
def test_a_model_that_is_empty_once_deletes_nothing(account: Account, tables: str) -> None:
    """A list of content types that is empty once deletes no row and changes no title."""
    scene = Scene(account, tables)
    (like, *_) = scene.stored(f"{MASTER}/content_types")
    more = [{**like, "sys": {**like["sys"], "id": f"type-{one}"}} for one in range(MANY)]
    scene.store(f"{MASTER}/content_types", *more)
    scene.succeed()
    before = scene.rows()
    scene.account.fault(f"/{MASTER}/content_types", status=200, body=EMPTY)
    scene.wait(2 * DAY)
    run = scene.succeed()
    written = [row for name, row in run.written if name != "SYNC_COVERAGE"]
    assert (written, run.deleted, scene.rows()) == ([], [], before)
    scene.end_faults()
    scene.wait(2 * DAY)
    scene.succeed()
    assert scene.rows() == before
    scene.assert_settled()


@pytest.mark.parametrize("tables", ["CONTENT_TYPES, ENTRIES", "ENTRIES"])
def test_titles_come_back_with_their_content_types(account: Account, tables: str) -> None:
    """Titles lost to an empty list of a few content types return with the content types."""
    scene = Scene(account, tables)
    scene.succeed()
    scene.account.fault(f"/{MASTER}/content_types", status=200, body=EMPTY)
    scene.wait(2 * DAY)
    scene.succeed()
    assert [row["title"] for row in scene.warehouse.rows("ENTRIES")] == [None]
    scene.end_faults()
    scene.wait(2 * DAY)
    scene.succeed()
    scene.assert_settled()


@pytest.mark.parametrize("is_first", [True, False])
def test_children_come_back_with_their_parents(account: Account, *, is_first: bool) -> None:
    """Snapshots of entries that a listing lacked by mistake return with the entries."""
    scene = Scene(account, "ENTRY_SNAPSHOTS")
    scene.edit("publish entry")
    scene.wait()
    if not is_first:
        scene.succeed()
    scene.account.fault(f"/{MASTER}/entries", status=200, body=EMPTY)
    scene.succeed()
    assert scene.warehouse.rows("ENTRY_SNAPSHOTS") == []
    scene.end_faults()
    scene.wait()
    scene.succeed()
    assert len(scene.warehouse.rows("ENTRY_SNAPSHOTS")) == 1
    scene.assert_settled()


def test_an_account_that_lost_its_last_space_fails_once(account: Account) -> None:
    """Rows of deselected tables do not make an account without spaces fail again."""
    scene = Scene(account, "ENTRIES, TAGS, SPACES")
    scene.succeed()
    scene.succeed(tables="TAGS")
    scene.edit("delete space")
    assert isinstance(scene.sync().error, AccountEmpty)
    for _ in range(3):
        scene.wait(HOUR)
        scene.succeed()
    scene.assert_settled()


def test_a_recreated_environment_needs_its_own_confirmation(scene: Scene) -> None:
    """An empty listing of a deleted environment confirms none of the recreated one."""
    scene.account.fault(f"/{MASTER}/tags", status=200, body=EMPTY)
    scene.succeed()
    before = scene.rows()["TAGS"]
    scene.wait(2 * HOUR)
    (master,) = (one for one in scene.stored("spaces/s1/environments"))
    made = {**master, "sys": {**master["sys"], "createdAt": "2026-02-28T00:00:00Z"}}
    scene.store("spaces/s1/environments", made)
    scene.succeed()
    assert scene.rows()["TAGS"] == before
    scene.end_faults()
    scene.wait(2 * HOUR)
    scene.succeed()
    scene.assert_settled()


def test_an_edit_next_to_an_empty_answer_is_not_lost(scene: Scene) -> None:
    """An edit before an empty answer is synced with the next listing."""
    scene.edit("put entry", value=3)
    scene.wait(10)
    scene.account.fault(f"/{MASTER}/entries", status=200, body=EMPTY)
    scene.succeed()
    scene.end_faults()
    scene.wait(2 * HOUR)
    scene.succeed()
    scene.assert_settled()


def test_a_few_rows_are_deleted_at_once(scene: Scene) -> None:
    """An empty listing of fewer than ten rows deletes them at once."""
    tags = [one["sys"]["id"] for one in scene.stored(f"{MASTER}/tags")]
    for one in tags[3:]:
        scene.account.control("DELETE", f"store/{MASTER}/tags/{one}")
    scene.succeed()
    for one in tags[:3]:
        scene.account.control("DELETE", f"store/{MASTER}/tags/{one}")
    scene.account.remember()
    assert len(scene.succeed().deleted) == 3
    scene.assert_settled()


def test_a_parameter_that_is_refused_once_deletes_nothing(
    emulator: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """Releases of Timeline stay if their parameter is refused once, and are requested again."""
    begin(emulator)
    plain = RELEASES.named("plain")
    arrange(emulator, RELEASES)
    sys = {name: part for name, part in plain.record["sys"].items() if name != "schemaVersion"}
    emulator.put(plain.collection, {**plain.record, "sys": sys})
    settings = only(configuration, RELEASES)
    assert warehouse.sync(settings).error is None
    before = in_order(warehouse.rows("RELEASES"))
    assert [row["schema_version"] for row in before].count(None) == 1
    emulator.fault(RELEASES.requested, status=400, times=1)
    run = warehouse.sync(settings)
    assert (run.error, run.deleted, in_order(warehouse.rows("RELEASES"))) == (None, [], before)
    emulator.forget_requests()
    assert warehouse.sync(settings).deleted == []
    queries = [one["query"] for one in emulator.requests() if one["path"] == RELEASES.requested]
    assert [query for query in queries if "sys.schemaVersion" in query]


def test_children_of_releases_that_are_refused_once_stay(
    emulator: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """Entities of Timeline releases that a 400 hides stay; the next sync reads them."""
    begin(emulator)
    arrange(emulator, RELEASE_ENTITIES)
    settings = {**only(configuration, RELEASE_ENTITIES), "tables": "RELEASES, RELEASE_ENTITIES"}
    assert warehouse.sync(settings).error is None
    before = in_order(warehouse.rows("RELEASE_ENTITIES"))
    assert before == in_order(RELEASE_ENTITIES.rows)
    for _ in range(2):
        # For RELEASES, and where the parents are listed because that listing was partial.
        for after in (0, 1):
            emulator.fault(RELEASES.requested, status=400, times=1, after=after)
        assert warehouse.sync(settings).deleted == []
        emulator.control("DELETE", "faults")
    run = warehouse.sync(settings)
    assert (run.error, in_order(warehouse.rows("RELEASE_ENTITIES"))) == (None, before)
