"""Listings end where the API ends them, and only complete listings delete rows."""

from __future__ import annotations

import pytest

import contentful_cma.state.ledger
from contentful_cma.errors import ListingChanged
from support.account import Account
from support.cases import pairs, thinned
from support.examples import BY_TABLE
from support.examples.acting import begin, in_order, only, put_all
from support.model.calls import Edit
from support.scene import MASTER, Scene
from support.warehouse import Warehouse

TAGS = f"/{MASTER}/tags"


@pytest.fixture
def scene(account: Account) -> Scene:
    """Sync three spaces and seven tags in pages of two."""
    made = Scene(account, "SPACES, TAGS, CONTENT_TYPES", max_records_per_page="2")
    for number in range(2, 4):
        made.edit("put space", space=f"s{number}")
    for key in "abcdefg":
        made.edit("put tag", key=key)
        made.wait(1)
    made.wait()
    made.succeed()
    made.assert_settled()
    made.wait()
    return made


def deleted_by_a_sync(scene: Scene, table: str) -> list[str]:
    """Sync; return the ids of the deleted rows of a table."""
    return [keys["id"] for name, keys in scene.succeed().deleted if name == table]


def coverage(scene: Scene, table: str) -> set[str]:
    """Return the statuses of a table in SYNC_COVERAGE."""
    rows = scene.warehouse.rows("SYNC_COVERAGE")
    return {one["status"] for one in rows if one["table_name"] == table}


def test_a_record_that_moves_between_pages_keeps_its_row(scene: Scene) -> None:
    """With a page size of 1, a deletion that moves records during a listing loses no row."""
    scene.settings["max_records_per_page"] = "1"
    scene.editor.plan(Edit("delete tag", key="g"), 2, TAGS)
    assert deleted_by_a_sync(scene, "TAGS") == ["g"]
    scene.assert_settled()


def test_edits_that_cancel_each_other_delete_no_row(scene: Scene) -> None:
    """A record that a listing of several pages lacks is deleted only if a second one lacks it."""
    # The first edit moves `b` to the first page, the second one moves all others back.
    scene.editor.plan(Edit("put tag", key="b", value=7), 2, TAGS)
    scene.editor.plan(Edit("delete tag", key="g"), 2, TAGS)
    # The first listing still had `g`, so the next sync is the first one without it.
    assert deleted_by_a_sync(scene, "TAGS") == []
    assert deleted_by_a_sync(scene, "TAGS") == ["g"]
    scene.assert_settled()


@pytest.mark.parametrize("tables", ["SPACES, TAGS", "TAGS"])
def test_a_place_missing_from_one_listing_keeps_its_rows(scene: Scene, tables: str) -> None:
    """A space or environment is deleted only if two listings of several pages lack it."""
    scene.edit("put environment", "put tag", environment="dev")
    scene.edit("put environment", "put tag", environment="qa")
    scene.succeed(tables=tables)
    scene.assert_settled()
    rows = scene.rows()
    path = "/spaces/s1/environments"
    for listing, lost in ((path, "dev"), ("/spaces", "s2")):
        items = [one for one in scene.stored(listing[1:]) if one["sys"]["id"] != lost]
        total = {"sys": {"type": "Array"}, "total": len(items), "limit": 2}
        for start in range(len(items) - 1):
            page = {**total, "skip": start, "items": items[start : start + 2]}
            scene.account.fault(listing, status=200, body=page, times=1)
        scene.assert_no_changes(scene.succeed())
        assert scene.rows() == rows
        scene.end_faults()
    scene.assert_settled()


@pytest.mark.parametrize("limit", thinned(["6", "4", "7", "1000"], 2))
def test_entries_beyond_a_total_that_is_too_small_are_read(account: Account, limit: str) -> None:
    """Entries beyond a total that is too small are read, for any page size."""
    scene = Scene(account, "ENTRIES", max_records_per_page=limit)
    scene.fill(6, createdAt="2026-01-01T00:00:00.000Z")
    scene.wait()
    account.fault(f"/{MASTER}/entries", kind="rewritten", more=-1)
    scene.sync()
    assert len(scene.rows()["ENTRIES"]) == 7
    scene.end_faults()
    scene.wait()
    scene.succeed()
    scene.assert_settled()


@pytest.mark.parametrize("edit", ["put tag", "delete tag"])
@pytest.mark.parametrize("largest", [20_000, 0], ids=["each", "sketch"])
def test_two_listings_that_differ_leave_a_row_right_after_the_next_sync(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, edit: str, largest: int
) -> None:
    """If two listings differ, the state keeps the written rows, and the next sync is right."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", largest)
    scene.edit("delete tag", key="a")
    scene.succeed()
    shown = scene.stored(TAGS[1:])
    scene.edit(edit, key="h" if edit == "put tag" else "c")
    other = scene.stored(TAGS[1:])
    scene.settings["max_records_per_page"] = "1000"
    # The first listing is right and the second one is not, or the other way round.
    for items in (other, shown) if edit == "put tag" else (shown[1:], other):
        body = {"sys": {"type": "Array"}, "total": len(items), "skip": 0, "limit": 1000}
        scene.account.fault(TAGS, status=200, body={**body, "items": items}, times=1)
    scene.succeed()
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


@pytest.mark.parametrize("length", [1, 2, 3])
def test_cursors_in_a_circle_fail_the_sync(scene: Scene, length: int) -> None:
    """A cursor that leads back to a page that was read fails the sync; rows are kept."""
    before, spaces = scene.rows(), scene.stored("spaces")
    for _ in range(20):
        for number in range(length):
            following = f"/spaces?pageNext=to-{number}"
            body = {"sys": {"type": "Array"}, "items": [spaces[number]], "limit": 2}
            page = {**body, "pages": {"next": following}}
            scene.account.fault("/spaces", status=200, body=page, times=1)
    run = scene.sync()
    assert isinstance(run.error, ListingChanged)
    assert (run.deleted, run.truncated, scene.rows()) == ([], [], before)
    scene.end_faults()
    scene.assert_settled()


def test_endless_empty_pages_fail_the_sync(scene: Scene) -> None:
    """A page without records that leads to another page fails the sync; rows are kept."""
    before = scene.rows()
    for number in range(20):
        pages = {"pages": {"next": f"/spaces?pageNext=to-{number}"}}
        body = {"sys": {"type": "Array"}, "items": [], "limit": 2, **pages}
        scene.account.fault("/spaces", status=200, body=body, times=1)
    run = scene.sync()
    assert isinstance(run.error, ListingChanged)
    assert (run.deleted, scene.rows()) == ([], before)


@pytest.mark.parametrize("number", [2, 3])
def test_a_page_without_position_and_total_ends_a_listing(
    emulator: Account, configuration: dict[str, str], number: int
) -> None:
    """A page without `skip`, `total` and `pages` ends its listing, even if it is full."""
    begin(emulator)
    definitions = BY_TABLE["AUTOMATION_DEFINITIONS"]
    made = [definitions.named(f"automation-{one}") for one in range(number)]
    put_all(emulator, [(one.collection, one.record) for one in made])
    bare = ["skip", "total", "pages"]
    last = -(-number // 2) - 1
    emulator.fault(definitions.requested, kind="rewritten", without=bare, after=last)
    warehouse = Warehouse()
    paged = {**only(configuration, definitions), "max_records_per_page": "2"}
    assert warehouse.sync(paged).error is None
    rows = [row for one in made for row in one.rows]
    assert in_order(warehouse.rows(definitions.table)) == in_order(rows)


@pytest.mark.parametrize(
    ("table", "path", "parameter"),
    [
        ("SPACES", "/spaces", "include"),
        ("SPACES", "/spaces", "cursor"),
        ("CONTENT_TYPES", f"/{MASTER}/content_types", "order"),
        ("BULK_OPERATIONS", f"/{MASTER}/bulk_operations", "order"),
        ("RELEASES", f"/{MASTER}/releases", "sys.schemaVersion"),
        ("ENTRIES", f"/{MASTER}/entries", "order"),
    ],
)
@pytest.mark.parametrize("status", thinned([422, 400], 2))
def test_a_parameter_that_is_refused_is_left_out(
    account: Account, table: str, path: str, parameter: str, status: int
) -> None:
    """If an optional parameter is refused, the request is repeated without it."""
    scene = Scene(account, table)
    scene.edit("put space", space="s2")
    times = {"after": 1, "times": 1} if table == "ENTRIES" else {}
    account.fault(path, status=status, query={parameter: "*"}, **times)
    scene.succeed()
    scene.assert_equal()
    assert coverage(scene, table) <= {"read"}


@pytest.mark.parametrize(("count", "limit"), pairs([6, 7], ["2", "3", "7", "1000"], 2))
def test_more_records_than_the_total_delete_nothing(scene: Scene, count: int, limit: str) -> None:
    """A listing with more records than its total is incomplete, and deletes no row."""
    scene.settings["max_records_per_page"] = limit
    if count == 6:
        scene.edit("delete tag", key="a")
        scene.succeed()
    before = scene.rows()
    scene.account.fault(TAGS, kind="rewritten", more=-1)
    run = scene.succeed()
    assert (run.deleted, scene.rows()) == ([], before)
    assert coverage(scene, "TAGS") == {"read", "incomplete"}
    scene.end_faults()
    scene.edit("delete tag", key="b")
    scene.succeed()
    scene.assert_settled()
