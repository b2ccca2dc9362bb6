"""Listings end where no record is left, and records that a page lacks are not deletions."""

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
    """Sync three spaces, seven content types, seven tags and seven entries in pages of two."""
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
def test_a_next_link_with_another_parameter_is_followed(scene: Scene, path: str) -> None:
    """A link to the next page is followed even if its parameter is not called `pageNext`."""
    scene.account.fault(path, kind="renamed-cursor")
    scene.assert_settled()
    scene.edit("put entry", value=2)
    scene.remove(["old-001"])
    scene.succeed(enable_incremental_sync="false")
    scene.assert_equal()


@pytest.mark.parametrize(
    ("path", "link"), pairs(["/spaces", f"/{MASTER}/content_types"], ["/spaces", 7], 2)
)
def test_a_next_link_without_a_page_fails_the_sync(scene: Scene, path: str, link: Any) -> None:
    """A link that names no page fails the sync, and no row is deleted."""
    before = scene.rows()
    collection = "spaces" if path == "/spaces" else f"{MASTER}/content_types"
    items = scene.stored(collection)[:2]
    body = {"sys": {"type": "Array"}, "limit": 2, "items": items, "pages": {"next": link}}
    scene.account.fault(path, status=200, body=body)
    run = scene.sync()
    assert run.error is not None
    assert "\n" not in str(run.error)
    assert (run.deleted, run.truncated, scene.rows()) == ([], [], before)
    scene.end_faults()
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
def test_a_repeated_page_fails_the_sync(
    scene: Scene, collection: str, pages: dict[str, Any]
) -> None:
    """An endpoint that returns the same page to every request fails the sync; rows are kept."""
    before = scene.rows()
    body = {"sys": {"type": "Array"}, "items": scene.stored(collection)[:1], **pages}
    scene.account.fault(f"/{collection}", status=200, body=body, times=40)
    run = scene.sync(max_records_per_page="1", enable_incremental_sync="false")
    assert "a page has no new records, although more follow. Nothing was deleted." in str(
        run.error
    )
    assert (run.deleted, run.truncated, scene.rows()) == ([], [], before)
    scene.end_faults()
    scene.succeed(enable_incremental_sync="true", max_records_per_page="2")
    scene.assert_settled()


@pytest.mark.parametrize("path", thinned(["/spaces", "*/content_types", "*/tags", "*/entries"], 3))
def test_a_short_page_without_a_limit_is_not_the_last(scene: Scene, path: str) -> None:
    """A page with fewer records than `total` is not the last, even without a `limit`."""
    scene.account.fault(path, kind="silent-limit", limit=3)
    scene.settings["max_records_per_page"] = "1000"
    scene.assert_settled()


@pytest.mark.parametrize("pages", [{}, {"pages": {}}], ids=["by position", "by cursor"])
def test_a_listing_that_ends_below_its_total_deletes_nothing(
    scene: Scene, pages: dict[str, Any]
) -> None:
    """A listing that returns fewer records than its total fails the sync; rows are kept."""
    before = scene.rows()
    items = scene.stored(f"{MASTER}/tags")[:3]
    body = {"sys": {"type": "Array"}, "total": 7, "items": items, **pages}
    scene.account.fault(f"/{MASTER}/tags", status=200, body=body, times=1)
    scene.account.fault(f"/{MASTER}/tags", status=200, body={**body, "items": []})
    run = scene.sync()
    assert run.error is not None
    assert run.deleted == []
    assert scene.rows() == before
    scene.end_faults()
    scene.assert_settled()


@pytest.mark.parametrize("page", thinned([2, 3, 4], 2))
def test_a_record_that_is_deleted_between_two_pages_leaves_no_row(scene: Scene, page: int) -> None:
    """A record deleted while its listing is read loses its row in the same sync."""
    scene.editor.plan(Edit("delete tag", key="a"), page, f"/{MASTER}/tags")
    run = scene.succeed()
    assert [keys["id"] for _, keys in run.deleted] == ["a"]
    scene.assert_settled()


# Comments


@pytest.mark.parametrize("number", [99, 100, 101])
def test_100_or_more_comments_are_reported_as_incomplete(
    emulator: Account, configuration: Configuration, warehouse: Warehouse, number: int
) -> None:
    """Of an entry with 100 or more comments 100 are written, and COMMENTS is incomplete."""
    account = begin(emulator)
    comments = [COMMENTS.named(f"comment-{at:03}") for at in range(number)]
    arrange(account, *comments)
    settings = only(configuration, COMMENTS)
    assert warehouse.sync(settings).error is None
    expected = in_order(row for one in comments[:100] for row in one.rows)
    assert in_order(warehouse.rows("COMMENTS")) == expected
    (row,) = (one for one in warehouse.rows("SYNC_COVERAGE") if one["table_name"] == "COMMENTS")
    assert row["status"] == ("read" if number < 100 else "incomplete")
    again = warehouse.sync(settings)
    assert (again.error, again.written, again.deleted) == (None, [], [])


@pytest.mark.parametrize(("number", "left"), [(99, 98), (101, 100), (101, 101), (100, 99)])
def test_a_missing_comment_is_deleted_below_100(
    emulator: Account, configuration: Configuration, warehouse: Warehouse, number: int, left: int
) -> None:
    """A missing comment is deleted only if fewer than 100 are returned; others may be hidden."""
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


# Duplicate keys, and the listing of all ids that finds deletions


def test_a_duplicate_key_is_written_once(
    emulator: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A key that a listing returns twice is written once, and not again by later syncs."""
    account = begin(emulator)
    twin = {**TAGS.record, "name": "The other one"}
    answer(account, TAGS, TAGS.record, twin)
    account.fault(TAGS.requested, status=200, body={"total": 2, "items": [TAGS.record, twin]})
    settings = only(configuration, TAGS)
    first = warehouse.sync(settings)
    assert [row for name, row in first.written if name == "TAGS"] == list(TAGS.rows)
    for _ in range(2):
        run = warehouse.sync(settings)
        assert (run.error, run.written, run.deleted) == (None, [], [])
    assert warehouse.rows("TAGS") == list(TAGS.rows)


def test_checkpoints_are_made_while_ids_are_listed(account: Account) -> None:
    """While ids are listed to find a deletion, a checkpoint is possible after each page."""
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


def test_finished_parts_of_a_scan_are_not_read_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash in the third of four parts of a scan, only the unread pages are requested."""
    monkeypatch.setattr(contentful_cma.api.client, "AT_ONCE", 1)
    scene = Scene(account, max_records_per_page="1")
    scene.fill(39, createdAt="2026-01-01T00:00:00.000Z")
    scene.crash_after("old-029")
    account.forget_requests()
    scene.succeed()
    queries = [one["query"] for one in account.requests()]
    walked = [one for one in queries if "skip" in one and "sys.updatedAt[gte]" not in one]
    since = {one["sys.createdAt[gte]"][0][-4:-1] for one in walked}
    # Records may follow a full page, so each part is requested once more from its end.
    assert {one for one in since if "000" < one < "030"} == {"009", "019", "029"}
    scene.assert_settled()


class FullDisk(Warehouse):
    """A destination that fails when one entry is written."""

    def upsert(self, table: str, data: dict[str, Any]) -> None:
        """Write a row; fail for one id."""
        if data.get("id") == "old-030":
            raise OSError(DISK)
        super().upsert(table, data)


DISK = "the disk of the destination is full"


def test_an_error_of_the_destination_fails_the_sync(account: Account) -> None:
    """A write error fails the sync with that error, even if a request failed too (5.7)."""
    scene = Scene(account, max_records_per_page="1", retry_attempts="0")
    scene.fill(39, createdAt="2026-01-01T00:00:00.000Z")
    warehouse = FullDisk()
    account.fault(f"/{MASTER}/entries", status=500, after=20)
    run = warehouse.sync(scene.configuration)
    assert (type(run.error), str(run.error)) == (OSError, DISK)
    assert [one for one in run.states if "ENTRIES" in str(one)] == []


def test_a_record_outside_of_the_requested_period_fails_the_sync(account: Account) -> None:
    """A record older than the requested period fails the sync, and rows are kept."""
    scene = Scene(account, max_records_per_page="2")
    oldest, *_ = scene.fill(5, createdAt="2026-01-01T00:00:00.000Z")
    scene.succeed()
    before = scene.rows()
    (record,) = (one for one in scene.stored(f"{MASTER}/entries") if one["sys"]["id"] == oldest)
    body = {"sys": {"type": "Array"}, "total": 9, "skip": 0, "limit": 2, "items": [record]}
    scene.account.fault(f"/{MASTER}/entries", status=200, body=body, after=2)
    run = scene.sync(enable_incremental_sync="false")
    assert "is outside of the requested period. Nothing was deleted." in str(run.error)
    assert (run.deleted, run.truncated, scene.rows()) == ([], [], before)
    scene.end_faults()
    scene.succeed(enable_incremental_sync="true")
    scene.assert_settled()


def test_content_without_a_total_is_read_until_a_page_is_empty(account: Account) -> None:
    """If pages have no `total`, entries are read until a page is empty."""
    scene = Scene(account, max_records_per_page="2")
    scene.fill(5, createdAt="2026-01-01T00:00:00.000Z")
    page = sorted(scene.stored(f"{MASTER}/entries"), key=lambda one: one["sys"]["createdAt"])[:2]
    body = {"sys": {"type": "Array"}, "skip": 0, "limit": 2, "items": page}
    scene.account.fault(f"/{MASTER}/entries", status=200, body=body, times=1)
    scene.succeed()
    scene.assert_settled()
