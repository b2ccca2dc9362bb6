"""Slow, huge or malformed answers block no sync and reach no row."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from contentful_cma.errors import Unanswered
from support.account import Account
from support.cases import pairs, thinned
from support.scene import MASTER, Scene

TAGS, ENTRIES = f"/{MASTER}/tags", f"/{MASTER}/entries"


@pytest.fixture
def scene(account: Account) -> Scene:
    """Give twelve entries and a tag, with a time-out of a second; no sync yet."""
    made = Scene(account, "TAGS, ENTRIES", request_timeout_seconds="1")
    made.edit("put tag")
    made.fill(11)
    made.wait()
    return made


def limits(scene: Scene, path: str) -> list[str]:
    """Return the page sizes that were requested of a listing."""
    queries = [one["query"] for one in scene.account.requests() if one["path"] == path]
    return [
        query["limit"][0] if isinstance(query["limit"], list) else query["limit"]
        for query in queries
    ]


@pytest.mark.parametrize("where", ["body", "headers"])
def test_an_answer_that_comes_byte_by_byte_times_out(scene: Scene, where: str) -> None:
    """The time-out applies to the whole answer, headers included, and not to each byte."""
    scene.account.fault(TAGS, kind="drip", where=where, seconds=0.3)
    run = scene.sync(retry_attempts="0")
    assert isinstance(run.error, Unanswered)
    assert "no complete answer within 1 seconds" in str(run.error)
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


def test_a_late_page_is_requested_again_at_half_its_size(scene: Scene) -> None:
    """A page that times out is requested again at half its size, and the next ones too."""
    scene.edit("put many tags")
    scene.settings |= {"max_records_per_page": "8", "retry_attempts": "3"}
    for size in ("8", "5", "6", "7"):
        scene.account.fault(TAGS, kind="delay", where="body", seconds=1.4, query={"limit": size})
    scene.succeed()
    assert limits(scene, TAGS)[:3] == ["8", "4", "4"]
    assert limits(scene, TAGS).count("8") == 1
    scene.end_faults()
    scene.assert_settled()


@pytest.mark.parametrize(("path", "kind"), pairs([TAGS, ENTRIES], ["gzip-bomb", "endless"], 2))
def test_a_huge_body_is_read_up_to_a_limit(scene: Scene, kind: str, path: str) -> None:
    """A body larger than any answer is read up to a limit, and no row is deleted."""
    scene.succeed(request_timeout_seconds="30")
    before = scene.rows()
    scene.account.fault(path, kind=kind, size=9 << 20)
    run = scene.sync(enable_incremental_sync="false")
    assert (run.deleted, run.truncated, scene.rows()) == ([], [], before)
    scene.end_faults()
    scene.succeed(enable_incremental_sync="true")
    scene.assert_settled()


def test_a_gzip_bomb_costs_a_request(scene: Scene) -> None:
    """A gzip bomb in place of one page costs a request, and no row."""
    scene.account.fault(ENTRIES, kind="gzip-bomb", size=9 << 20, times=1)
    scene.succeed(request_timeout_seconds="30")
    scene.assert_settled()


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_gzip_of_several_members_is_read(scene: Scene, encoding: str) -> None:
    """A body in several gzip members is one body, for each spelling of the encoding."""
    scene.account.fault("*", kind="gzip-members", headers={"Content-Encoding": encoding})
    scene.succeed()
    scene.end_faults()
    scene.assert_settled()


NUMBERS = ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 5000, "1" + "0" * 400 + ".0"]


@pytest.mark.parametrize("number", thinned(NUMBERS, 2), ids=lambda one: one[:9])
def test_numbers_that_json_does_not_know_are_null(scene: Scene, number: str) -> None:
    """Numbers that JSON cannot hold are NULL in typed and JSON columns; other values arrive."""
    entries = scene.stored(f"{MASTER}/entries")
    (first, second, *_) = entries
    marked = {**first, "fields": {**first["fields"], "odd": {"en-US": [1, "HERE", 2]}}}
    marked = {**marked, "sys": {**first["sys"], "publishedVersion": "HERE"}}
    body = {"sys": {"type": "Array"}, "total": 2, "skip": 0, "limit": 1000}
    text = json.dumps({**body, "items": [marked, second]}).replace('"HERE"', number)
    scene.account.fault(ENTRIES, status=200, body=text)
    run = scene.succeed()
    written = {row["id"]: row for name, row in run.written if name == "ENTRIES"}
    assert len(written) == 2
    row = written[first["sys"]["id"]]
    assert row["published_version"] is None
    assert row["fields"]["odd"] == {"en-US": [1, None, 2]}
    assert row["created_at"] == first["sys"]["createdAt"]
    json.dumps(row, allow_nan=False)


MESSAGE = "one\ntwo\r\x1b[31mred\x1b[0m\u2028three\u202efour\x00\x07"


@pytest.mark.parametrize("status", [403, 500])
def test_messages_of_the_api_become_one_printable_line(scene: Scene, status: int) -> None:
    """Line breaks and escape sequences of the API reach no log line, warning or row."""
    error: dict[str, Any] = {"sys": {"type": "Error", "id": "Bad\nThing"}, "message": MESSAGE}
    scene.account.fault(TAGS, status=status, body=error)
    run = scene.sync(retry_attempts="1", enable_debug_logging="true")
    rows = [str(one["reason"]) for one in scene.warehouse.rows("SYNC_COVERAGE")]
    texts = [*run.warnings, *run.messages, *rows, *([str(run.error)] if run.error else [])]
    assert any("red" in one for one in texts)
    assert [one for one in texts if not one.isprintable()] == []


@pytest.mark.parametrize("name", [".", ".."])
@pytest.mark.parametrize("collection", ["entries", "spaces"])
def test_ids_of_dots_are_not_requested(account: Account, name: str, collection: str) -> None:
    """An id of dots is put into no path, because the path would lead elsewhere."""
    scene = Scene(account, "COMMENTS, TAGS")
    scene.edit("add comment", "put tag")
    scene.wait()
    path = f"{MASTER}/entries" if collection == "entries" else "spaces"
    (like, *_) = scene.stored(path)
    body = {"sys": {"type": "Array"}, "total": 2, "skip": 0, "limit": 100}
    odd = {**like, "sys": {**like["sys"], "id": name}}
    items = sorted((like, odd), key=lambda one: str(one["sys"]["id"]))
    account.fault(f"/{path}", status=200, body={**body, "items": items})
    account.forget_requests()
    scene.succeed()
    requested = {one["path"] for one in account.requests()}
    places = (f"/{MASTER}/", "/spaces/s1/environments")
    assert {one for one in requested if not one.startswith(places)} <= {
        "/spaces",
        "/organizations",
    }
    assert f"/{MASTER}/comments" not in requested
    assert len(scene.rows()["COMMENTS"]) == 1


def test_a_date_without_a_zone_is_in_utc(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `Date` without a time zone is read as UTC, even if this machine has another zone."""
    import time  # noqa: PLC0415 - this test changes its zone

    scene = Scene(account, "TAGS")
    now = datetime.fromisoformat(account.stopped_at().replace("Z", "+00:00"))
    date = now.strftime("%a, %d %b %Y %H:%M:%S")
    spaces = {"sys": {"type": "Array"}, "total": 1, "skip": 0, "limit": 100}
    body = {**spaces, "items": scene.stored("spaces")}
    account.fault("/spaces", status=200, body=body, headers={"Date": date}, times=1)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        scene.succeed()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert scene.warehouse.state["last_sync_time"].startswith(now.strftime("%Y-%m-%dT%H:%M:%S"))
