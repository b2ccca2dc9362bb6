"""A listing ends only where nothing is left, and what it does not tell is no deletion."""

from __future__ import annotations

from typing import Any

import pytest

import contentful_cma.api.client
import contentful_cma.extract.content_scan
from support.account import Account
from support.cases import pairs, thinned
from support.crashing import ManyCheckpoints
from support.examples import BY_TABLE
from support.examples.acting import answer, arrange, begin, in_order, only
from support.model.calls import Edit
from support.scene import MASTER, Scene
from support.warehouse import Warehouse

COMMENTS = BY_TABLE["COMMENTS"]
TAGS = BY_TABLE["TAGS"]

Configuration = dict[str, str]

# Links and totals


@pytest.fixture
def scene(account: Account) -> Scene:
    """Give three spaces and seven content types, all of it synced in pages of two."""
    made = Scene(account, "SPACES, TAGS, CONTENT_TYPES, ENTRIES", max_records_per_page="2")
    made.fill(6)
    (like,) = (one for one in made.stored(f"{MASTER}/content_types") if one["name"] == "Type 0")
    made.store(
        f"{MASTER}/content_types",
        *({**like, "sys": {**like["sys"], "id": f"type-{number}"}} for number in range(5)),
    )
    for number in range(2, 4):
        made.edit("put space", space=f"s{number}")
    for key in "abcdefg":
        made.edit("put tag", key=key)
    made.wait()
    made.succeed()
    made.assert_settled()
    made.wait()
    return made


@pytest.mark.parametrize("path", thinned(["/spaces", "*/content_types", "*/entries", "*/tags"], 2))
def test_a_next_page_by_another_name_is_followed(scene: Scene, path: str) -> None:
    """A link whose parameter is not `pageNext` leads to the next page all the same."""
    scene.account.fault(path, kind="renamed-cursor")
    scene.assert_settled()
    scene.edit("put entry", value=2)
    scene.remove(["old-001"])
    scene.succeed(enable_incremental_sync="false")
    scene.assert_equal()


@pytest.mark.parametrize(
    ("path", "link"), pairs(["/spaces", f"/{MASTER}/content_types"], ["/spaces", 7], 2)
)
def test_a_next_page_that_leads_nowhere_is_no_end(scene: Scene, path: str, link: Any) -> None:
    """A link that names no page ends the sync with an error, and nothing is deleted."""
    before = scene.rows()
    collection = "spaces" if path == "/spaces" else f"{MASTER}/content_types"
    items = scene.stored(collection)[:2]
    body = {"sys": {"type": "Array"}, "limit": 2, "items": items, "pages": {"next": link}}
    scene.account.fault(path, status=200, body=body)
    run = scene.sync()
    assert run.error is not None
    assert "\n" not in str(run.error)
    assert (run.deleted, run.truncated, scene.rows()) == ([], [], before)
    scene.heal()
    scene.assert_settled()


@pytest.mark.parametrize(
    ("collection", "pages"),
    [
        ("spaces", {"pages": {"next": "/spaces?pageNext=again"}}),
        (f"{MASTER}/tags", {"total": 7, "skip": 0, "limit": 1}),
        (f"{MASTER}/entries", {"total": 6, "skip": 0, "limit": 1}),
    ],
    ids=["by cursor", "by position", "of content"],
)
def test_pages_that_lead_to_themselves_end(
    scene: Scene, collection: str, pages: dict[str, Any]
) -> None:
    """An endpoint that shows the same page whatever is asked is an error, and costs no row."""
    before = scene.rows()
    body = {"sys": {"type": "Array"}, "items": scene.stored(collection)[:1], **pages}
    scene.account.fault(f"/{collection}", status=200, body=body, times=40)
    run = scene.sync(max_records_per_page="1", enable_incremental_sync="false")
    assert "a page is followed by itself; nothing was deleted." in str(run.error)
    assert (run.deleted, run.truncated, scene.rows()) == ([], [], before)
    scene.heal()
    scene.succeed(enable_incremental_sync="true", max_records_per_page="2")
    scene.assert_settled()


@pytest.mark.parametrize("path", thinned(["/spaces", "*/content_types", "*/tags", "*/entries"], 3))
def test_a_limit_that_is_not_told_is_no_end(scene: Scene, path: str) -> None:
    """A page of fewer records than its `total` is not the last, also where it has no `limit`."""
    scene.account.fault(path, kind="silent-limit", limit=3)
    scene.settings["max_records_per_page"] = "1000"
    scene.assert_settled()


@pytest.mark.parametrize("pages", [{}, {"pages": {}}], ids=["by position", "by cursor"])
def test_a_listing_that_ends_below_its_total_deletes_nothing(
    scene: Scene, pages: dict[str, Any]
) -> None:
    """A listing that never shows all that it counts is an error and costs no row."""
    before = scene.rows()
    items = scene.stored(f"{MASTER}/tags")[:3]
    body = {"sys": {"type": "Array"}, "total": 7, "items": items, **pages}
    scene.account.fault(f"/{MASTER}/tags", status=200, body=body, times=1)
    scene.account.fault(f"/{MASTER}/tags", status=200, body={**body, "items": []})
    run = scene.sync()
    assert run.error is not None
    assert run.deleted == []
    assert scene.rows() == before
    scene.heal()
    scene.assert_settled()


@pytest.mark.parametrize("page", thinned([2, 3, 4], 2))
def test_a_record_that_is_deleted_between_two_pages_leaves_no_row(scene: Scene, page: int) -> None:
    """A listing that moves is read again, and what was on its first page and is gone is gone."""
    scene.account.forget_requests()
    scene.assert_quiet(scene.succeed())
    paths = [one["path"] for one in scene.account.requests()]
    asked = [number for number, path in enumerate(paths, 1) if path.endswith("/tags")]
    scene.editor.plan(Edit("delete tag", key="a"), asked[page - 1])
    run = scene.succeed()
    assert [keys["id"] for _, keys in run.deleted] == ["a"]
    scene.assert_settled()


# Comments


@pytest.mark.parametrize("number", [99, 100, 101])
def test_comments_of_an_entry_come_at_once(
    emulator: Account, configuration: Configuration, warehouse: Warehouse, number: int
) -> None:
    """99 are all; 100 may not be all, so they are written, told of, and nothing is deleted."""
    account = begin(emulator)
    comments = [COMMENTS.named(f"comment-{at:03}") for at in range(number)]
    arrange(account, *comments)
    settings = only(configuration, COMMENTS)
    assert warehouse.sync(settings).error is None
    expected = in_order(row for one in comments[:100] for row in one.rows)
    assert in_order(warehouse.rows("COMMENTS")) == expected
    (told,) = (one for one in warehouse.rows("SYNC_COVERAGE") if one["table_name"] == "COMMENTS")
    assert told["status"] == ("read" if number < 100 else "incomplete")
    quiet = warehouse.sync(settings)
    assert (quiet.error, quiet.written, quiet.deleted) == (None, [], [])


@pytest.mark.parametrize(("number", "left"), [(99, 98), (101, 100), (101, 101), (100, 99)])
def test_a_deleted_comment_goes_once_all_are_shown(
    emulator: Account, configuration: Configuration, warehouse: Warehouse, number: int, left: int
) -> None:
    """While 100 are shown a comment that is missing may be hidden; below that it is gone."""
    account = begin(emulator)
    comments = [COMMENTS.named(f"comment-{at:03}") for at in range(number)]
    arrange(account, *comments)
    settings = only(configuration, COMMENTS)
    assert warehouse.sync(settings).error is None
    for one in comments[: number - left]:
        account.control("DELETE", f"store/{one.end}")
    run = warehouse.sync(settings)
    assert run.error is None
    gone = [keys["id"] for name, keys in run.deleted if name == "COMMENTS"]
    assert gone == ([one.identifier for one in comments[: number - left]] if left < 100 else [])


# One key twice, and a long look for what is gone


def test_two_records_with_one_key_do_not_rewrite_each_other(
    emulator: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A listing that shows a key twice is written once, and then not again."""
    account = begin(emulator)
    twin = {**TAGS.record, "name": "The other one"}
    answer(account, TAGS, TAGS.record, twin)
    account.fault(TAGS.asked, status=200, body={"total": 2, "items": [TAGS.record, twin]})
    settings = only(configuration, TAGS)
    first = warehouse.sync(settings)
    assert [row for name, row in first.written if name == "TAGS"] == list(TAGS.rows)
    for _ in range(2):
        run = warehouse.sync(settings)
        assert (run.error, run.written, run.deleted) == (None, [], [])
    assert warehouse.rows("TAGS") == list(TAGS.rows)


def test_listing_all_ids_leaves_room_for_checkpoints(account: Account) -> None:
    """While ids are listed to find a deletion, each page may be followed by a checkpoint."""
    scene = Scene(account, max_records_per_page="1")
    scene.fill(30)
    scene.succeed()
    scene.wait()
    scene.succeed()
    scene.remove(["old-007"])
    run = scene.warehouse.sync(scene.configuration, ManyCheckpoints())
    assert (run.error, len(run.deleted)) == (None, 1)
    assert len(run.states) >= 30
    scene.assert_settled()


def test_parts_of_a_walk_that_have_ended_are_not_asked_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of four parts, read by turns, a crash on the last page of the third leaves two to read."""
    monkeypatch.setattr(contentful_cma.api.client, "AT_ONCE", 1)
    scene = Scene(account, max_records_per_page="1")
    scene.fill(39, createdAt="2026-01-01T00:00:00.000Z")
    scene.crash_after("old-029")
    account.forget_requests()
    scene.succeed()
    queries = [one["query"] for one in account.requests()]
    walked = [one for one in queries if "skip" in one and "sys.updatedAt[gte]" not in one]
    assert min(one["sys.createdAt[gte]"] for one in walked) == ["2026-01-01T00:00:00.029Z"]
    scene.assert_settled()


class Refusing(Warehouse):
    """A destination that does not take one entry."""

    def upsert(self, table: str, data: dict[str, Any]) -> None:
        """Write a row, or fail."""
        if data.get("id") == "old-030":
            raise OSError(DISK)
        super().upsert(table, data)


DISK = "the disk of the destination is full"


def test_an_error_of_the_destination_ends_the_sync(account: Account) -> None:
    """It is the error to end with, also where another part of a scan had no answer (5.7)."""
    scene = Scene(account, max_records_per_page="1", retry_attempts="0")
    scene.fill(39, createdAt="2026-01-01T00:00:00.000Z")
    warehouse = Refusing()
    account.fault(f"/{MASTER}/entries", status=500, after=20)
    run = warehouse.sync(scene.configuration)
    assert (type(run.error), str(run.error)) == (OSError, DISK)
    assert [one for one in run.states if "ENTRIES" in str(one)] == []


def test_a_record_outside_of_the_requested_period_ends_the_walk(account: Account) -> None:
    """An answer that shows an older record than was requested is an error, and costs no row."""
    scene = Scene(account, max_records_per_page="2")
    oldest, *_ = scene.fill(5, createdAt="2026-01-01T00:00:00.000Z")
    scene.succeed()
    before = scene.rows()
    (record,) = (one for one in scene.stored(f"{MASTER}/entries") if one["sys"]["id"] == oldest)
    body = {"sys": {"type": "Array"}, "total": 9, "skip": 0, "limit": 2, "items": [record]}
    scene.account.fault(f"/{MASTER}/entries", status=200, body=body, after=2)
    run = scene.sync(enable_incremental_sync="false")
    assert "is outside of the requested period; nothing was deleted." in str(run.error)
    assert (run.deleted, run.truncated, scene.rows()) == ([], [], before)
    scene.heal()
    scene.succeed(enable_incremental_sync="true")
    scene.assert_settled()


def test_a_page_without_a_total_is_no_end(account: Account) -> None:
    """Where an answer has no `total`, content is read until a page is empty."""
    scene = Scene(account, max_records_per_page="2")
    scene.fill(5, createdAt="2026-01-01T00:00:00.000Z")
    page = sorted(scene.stored(f"{MASTER}/entries"), key=lambda one: one["sys"]["createdAt"])[:2]
    body = {"sys": {"type": "Array"}, "skip": 0, "limit": 2, "items": page}
    scene.account.fault(f"/{MASTER}/entries", status=200, body=body, times=1)
    scene.succeed()
    scene.assert_settled()
