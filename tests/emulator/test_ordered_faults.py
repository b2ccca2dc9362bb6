"""Ordered faults, the log, the clock, planned edits and other controls."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
import requests

from support.served import Served, ids


def order(served: Served, **fault: Any) -> None:
    """Order a fault for the listing of organizations."""
    served.control("POST", "faults", {"path": "/organizations", **fault})


def test_an_ordered_answer(served: Served) -> None:
    """An ordered answer has its status, headers and body, for `times` requests after `after`."""
    body = {"sys": {"type": "Error", "id": "Ordered"}}
    order(served, times=2, after=1, status=418, headers={"X-More": "yes"}, body=body)
    answers = [served.send("GET", "/organizations") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 418, 418, 200]
    assert answers[1].json() == body
    assert answers[1].headers["X-More"] == "yes"
    assert "X-Contentful-Request-Id" in answers[1].headers


@pytest.mark.parametrize(
    ("status", "identifier"),
    [
        (401, "AccessTokenInvalid"),
        (403, "AccessDenied"),
        (429, "RateLimitExceeded"),
        (500, "ServerError"),
    ],
)
def test_an_ordered_answer_without_a_body(served: Served, status: int, identifier: str) -> None:
    """An ordered answer without a body has the error of its status, and no rate-limit headers."""
    order(served, status=status)
    answer = served.send("GET", "/organizations")
    assert (answer.status_code, answer.json()["sys"]["id"]) == (status, identifier)
    assert not [name for name in answer.headers if "ratelimit" in name.lower()]


def test_faults_match_path_and_method(served: Served) -> None:
    """A fault matches paths as a file name pattern does, and only its method."""
    served.control("POST", "faults", {"path": "/spaces/*/entries", "times": -1, "status": 500})
    for _ in range(2):
        assert served.send("GET", f"{served.space}/entries").status_code == 500
        assert served.send("GET", f"{served.place}/entries").status_code == 500
    assert served.send("GET", f"{served.place}/assets").status_code == 200
    assert served.send("POST", f"{served.place}/entries").status_code == 400
    served.control("DELETE", "faults")
    assert served.control("GET", "faults") == {"faults": []}
    assert served.send("GET", f"{served.place}/entries").status_code == 200


def test_a_reset_breaks_the_connection(served: Served) -> None:
    """A reset ends the connection without an answer, and is logged with status 0."""
    order(served, kind="reset")
    with pytest.raises(requests.ConnectionError):
        served.send("GET", "/organizations")
    assert served.send("GET", "/organizations").status_code == 200
    log = served.control("GET", "requests")["requests"]
    assert [entry["status"] for entry in log] == [0, 200]


def test_a_cut_body_is_shorter_than_its_length(served: Served) -> None:
    """A cut answer has its full `Content-Length` and ends in the middle."""
    order(served, kind="cut")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        served.send("GET", "/organizations").json()


def test_bodies_that_cannot_be_read(served: Served) -> None:
    """Half a document, HTML and damaged gzip have status 200 and the correct length."""
    order(served, kind="malformed")
    with pytest.raises(json.JSONDecodeError):
        json.loads(served.send("GET", "/organizations").text)
    order(served, kind="html")
    answer = served.send("GET", "/organizations")
    assert answer.headers["Content-Type"].startswith("text/html")
    order(served, kind="gzip-damaged")
    with pytest.raises(requests.exceptions.ContentDecodingError):
        served.send("GET", "/organizations")


@pytest.mark.parametrize("where", ["before", "body"])
def test_a_delay_waits_and_then_answers(served: Served, where: str) -> None:
    """A delay before the answer or inside its body exceeds a shorter time-out."""
    order(served, kind="delay", seconds=0.5, where=where)
    with pytest.raises((requests.ReadTimeout, requests.ConnectionError)):
        served.session.get(f"{served.url}/organizations", timeout=0.2)
    assert served.get("/organizations")["total"] == 1


@pytest.mark.parametrize("fault", [{"kind": "unknown"}, {"seconds": 1e9}, {"nonsense": 1}])
def test_invalid_orders_are_refused(served: Served, fault: dict) -> None:
    """An order or a setting with an unknown name is a 422, because it would have no effect."""
    answer = served.send("POST", "/_emulator/faults", {"path": "*", **fault})
    assert answer.status_code == 422
    assert served.send("POST", "/_emulator/reset", {"spacez": 1}).status_code == 422


def test_the_log_has_each_request(served: Served) -> None:
    """An entry of the log has method, path, query, status and headers, and no token."""
    served.get("/spaces", limit=3, order="sys.createdAt")
    log = served.control("GET", "requests")["requests"]
    assert [(one["method"], one["path"], one["status"]) for one in log] == [
        ("GET", "/spaces", 200)
    ]
    assert log[0]["query"] == {"limit": ["3"], "order": ["sys.createdAt"]}
    assert "authorization" not in log[0]["headers"]
    served.control("DELETE", "requests")
    assert served.control("GET", "requests") == {"requests": []}


def test_the_clock_can_be_set(served: Served) -> None:
    """The `Date` of answers and the times of records follow the clock; null restores real time."""
    served.control("POST", "clock", {"now": "2031-05-06T07:08:09Z"})
    answer = served.send("GET", "/organizations")
    assert answer.headers["Date"] == "Tue, 06 May 2031 07:08:09 GMT"
    assert served.control("POST", "clock", {"advance_seconds": 86400}) == {
        "now": "2031-05-07T07:08:09+00:00"
    }
    space = served.send("POST", "/spaces", {"name": "New"}).json()
    assert space["sys"]["createdAt"] == "2031-05-07T07:08:09Z"
    served.control("POST", "clock", {"now": None})
    assert "2031" not in served.send("GET", "/organizations").headers["Date"]


def test_a_planned_edit_happens_before_its_request(served: Served) -> None:
    """Planned calls are carried out before the n-th request is answered, and are not logged."""
    space = served.stored("spaces")[0]
    call = {
        "method": "PUT",
        "path": f"/spaces/{space['sys']['id']}",
        "headers": {"X-Contentful-Version": str(space["sys"]["version"])},
        "body": {"name": "Renamed"},
    }
    served.control("POST", "edits", {"before_request": 2, "calls": [call]})
    names = [served.get(f"/spaces/{space['sys']['id']}")["name"] for _ in range(3)]
    assert names == [space["name"], "Renamed", "Renamed"]
    assert len(served.control("GET", "requests")["requests"]) == 3
    done = {"method": "PUT", "path": f"/spaces/{space['sys']['id']}", "status": 200}
    assert served.control("GET", "edits") == {"edits": [done]}


def test_a_planned_edit_can_count_requests_of_one_path(served: Served) -> None:
    """A planned edit with a path counts only the requests of that path."""
    space = served.stored("spaces")[0]
    path = f"/spaces/{space['sys']['id']}"
    call = {
        "method": "PUT",
        "path": path,
        "headers": {"X-Contentful-Version": str(space["sys"]["version"])},
        "body": {"name": "Renamed"},
    }
    served.control("POST", "edits", {"before_request": 2, "calls": [call], "path": path})
    names = []
    for _ in range(3):
        served.get("/spaces")
        names.append(served.get(path)["name"])
    assert names == [space["name"], "Renamed", "Renamed"]


def test_many_records_can_be_stored_at_once(served: Served) -> None:
    """The store accepts many records in `items`."""
    path = f"{served.place}/entries"
    before = served.get(path)["total"]
    records = [{"sys": {"id": f"many-{number}", "type": "Entry"}} for number in range(50)]
    served.control("POST", f"store{path}", {"items": records})
    assert served.get(path)["total"] == before + 50


def test_records_can_be_stored_without_changes(served: Served) -> None:
    """A stored record keeps its id, dates and unknown keys, and replaces a record with its id."""
    path = f"{served.place}/entries"
    record = {
        "sys": {"id": "1e5", "type": "Entry", "updatedAt": "2001-01-01T00:00:00.000Z"},
        "x": 1,
    }
    for body in ({**record, "y": 2}, record):
        served.control("POST", f"store{path}", body)
    assert served.get(f"{path}/1e5") == record
    assert served.get(path, order="sys.updatedAt")["items"][0] == record
    served.control("DELETE", f"store{path}/1e5")
    assert served.refusal(f"{path}/1e5")[0] == 404


def test_a_stored_space_has_a_master_environment(served: Served) -> None:
    """A space in the store gets a master environment and a default locale, without entries."""
    served.control("POST", "store/spaces", {"name": "Raw", "sys": {"id": "00123", "version": 7}})
    assert "00123" in ids(served.get("/spaces"))
    assert ids(served.get("/spaces/00123/environments")) == ["master"]
    assert served.get("/spaces/00123/locales")["items"][0]["code"] == "en-US"
    assert served.get("/spaces/00123/entries")["total"] == 0


def test_the_store_refuses_unknown_collections(served: Served) -> None:
    """The store answers 404 for an unknown collection or record, and 422 for an invalid record."""
    assert served.send("GET", "/_emulator/store/nothing").status_code == 404
    assert served.send("DELETE", "/_emulator/store/spaces/nothing").status_code == 404
    assert served.send("POST", "/_emulator/store/spaces", {"name": "no sys"}).status_code == 422


def test_several_collections_can_be_read_at_once(served: Served) -> None:
    """Several collections come in the order of the paths, and an unknown path is a 404."""
    paths = ["spaces", f"{served.place[1:]}/tags", "organizations"]
    answer = served.control("POST", "collections", {"paths": paths})
    assert answer == {"collections": [served.stored(path) for path in paths]}
    unknown = served.send("POST", "/_emulator/collections", {"paths": ["spaces", "nothing"]})
    assert unknown.status_code == 404


def test_a_reset_restores_the_account(served: Served) -> None:
    """After a reset there are no faults, log or edits; the account depends only on the seed."""
    before = served.get("/spaces")
    order(served, times=-1, status=500)
    served.control("POST", "clock", {"now": "2031-01-01T00:00:00Z"})
    served.send("POST", "/spaces", {"name": "Gone after this"})
    served.reset()
    assert served.control("GET", "requests") == {"requests": []}
    assert served.get("/spaces") == before
    served.reset(seed=8)
    assert ids(served.get("/spaces")) != ids(before)


def test_large_answers_are_compressed(served: Served) -> None:
    """A client that accepts gzip gets large answers compressed, with the same content."""
    path = f"{served.url}{served.place}/entries"
    packed = served.session.get(path, headers={"Accept-Encoding": "gzip"})
    plain = served.session.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_answers_have_a_largest_size(served: Served) -> None:
    """An answer of more than 7,340,032 bytes is a 400, and a smaller page is not."""
    served.reset(entries=9000, spaces=1)
    path = f"{served.place}/entries"
    text = "x" * 1_000_000
    for number in range(8):
        record = {"sys": {"id": f"large-{number}", "createdAt": "2001-01-01T00:00:00.000Z"}}
        served.control("POST", f"store{path}", {**record, "fields": {"t": {"en-US": text}}})
    status, body = served.refusal(path, order="sys.createdAt", limit=8)
    assert (status, body["sys"]["id"]) == (400, "BadRequest")
    assert body["message"] == ("Response size too big. Maximum allowed response size: 7340032B.")
    assert len(served.get(path, order="sys.createdAt", limit=4)["items"]) == 4


def test_faults_match_parameters(served: Served) -> None:
    """A fault with a pattern for a parameter matches only requests with such a parameter."""
    order(served, status=422, times=-1, query={"order": "sys.*"})
    queries = ("", "?order=name", "?order=sys.createdAt", "?limit=1")
    answers = [served.send("GET", f"/organizations{one}").status_code for one in queries]
    assert answers == [200, 200, 422, 200]


def test_an_answer_can_lack_keys_and_have_another_total(served: Served) -> None:
    """A rewritten answer is the API's, without some keys and with another total."""
    whole = served.get("/organizations")
    order(served, kind="rewritten", without=["skip", "limit"], more=2)
    bare = served.get("/organizations")
    kept = {key: part for key, part in whole.items() if key not in ("skip", "limit")}
    assert bare == {**kept, "total": whole["total"] + 2}


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip"])
def test_gzip_can_have_several_members(served: Served, encoding: str) -> None:
    """A body in two gzip members unpacks to the same body, as `gzip` and as `x-gzip`."""
    whole = served.get("/organizations")
    order(served, kind="gzip-members", headers={"Content-Encoding": encoding})
    answer = served.session.get(f"{served.url}/organizations", stream=True)
    assert answer.headers["Content-Encoding"] == encoding
    assert json.loads(gzip.decompress(answer.raw.read(decode_content=False))) == whole


@pytest.mark.parametrize("kind", ["gzip-bomb", "endless"])
def test_a_body_can_be_larger_than_any_answer(served: Served, kind: str) -> None:
    """A bomb is small and unpacks to its size, and an endless body has no length."""
    order(served, kind=kind, size=9 << 20)
    answer = served.session.get(f"{served.url}/organizations", stream=True)
    sent = answer.raw.read(decode_content=False)
    assert (len(sent) < 1 << 20) == (kind == "gzip-bomb")
    assert len(gzip.decompress(sent) if kind == "gzip-bomb" else sent) >= 9 << 20
    assert ("Content-Length" in answer.headers) == (kind == "gzip-bomb")


@pytest.mark.parametrize("where", ["body", "headers"])
def test_an_answer_can_drip(served: Served, where: str) -> None:
    """A drip is the whole answer byte by byte, so a slow one exceeds the time-out."""
    whole = served.get("/organizations")
    order(served, kind="drip", where=where)
    assert served.get("/organizations") == whole
    order(served, kind="drip", where=where, seconds=0.2)
    with pytest.raises((requests.ReadTimeout, requests.ConnectionError)):
        served.session.get(f"{served.url}/organizations", timeout=0.1)
