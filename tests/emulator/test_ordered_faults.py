"""Faults on order, the log, the clock, planned edits and other controls."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from support.served import Served, ids


def order(served: Served, **fault: Any) -> None:
    """Order a fault for the listing of organizations."""
    served.control("POST", "faults", {"path": "/organizations", **fault})


def test_an_answer_is_what_was_ordered(served: Served) -> None:
    """Status, headers and body are the ordered ones, as often as ordered, after so many others."""
    body = {"sys": {"type": "Error", "id": "Ordered"}}
    order(served, times=2, after=1, status=418, headers={"X-More": "yes"}, body=body)
    answers = [served.ask("GET", "/organizations") for _ in range(4)]
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
def test_an_answer_without_a_body_has_that_of_its_status(
    served: Served, status: int, identifier: str
) -> None:
    """Without a body the error of that status is answered, and no rate header is made up."""
    order(served, status=status)
    answer = served.ask("GET", "/organizations")
    assert (answer.status_code, answer.json()["sys"]["id"]) == (status, identifier)
    assert not [name for name in answer.headers if "ratelimit" in name.lower()]


def test_faults_match_path_and_method(served: Served) -> None:
    """A pattern matches paths as file names are matched; other methods go by."""
    served.control("POST", "faults", {"path": "/spaces/*/entries", "times": -1, "status": 500})
    for _ in range(2):
        assert served.ask("GET", f"{served.space}/entries").status_code == 500
        assert served.ask("GET", f"{served.place}/entries").status_code == 500
    assert served.ask("GET", f"{served.place}/assets").status_code == 200
    assert served.ask("POST", f"{served.place}/entries").status_code == 400
    served.control("DELETE", "faults")
    assert served.control("GET", "faults") == {"faults": []}
    assert served.ask("GET", f"{served.place}/entries").status_code == 200


def test_a_reset_breaks_the_connection(served: Served) -> None:
    """A reset ends the connection without an answer, and is logged with status 0."""
    order(served, kind="reset")
    with pytest.raises(requests.ConnectionError):
        served.ask("GET", "/organizations")
    assert served.ask("GET", "/organizations").status_code == 200
    log = served.control("GET", "requests")["requests"]
    assert [entry["status"] for entry in log] == [0, 200]


def test_a_cut_body_is_shorter_than_it_says(served: Served) -> None:
    """A cut answer promises its whole length and ends in the middle."""
    order(served, kind="cut")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        served.ask("GET", "/organizations").json()


def test_bodies_that_cannot_be_read(served: Served) -> None:
    """Half a document, HTML and damaged gzip are answered with 200 and a right length."""
    order(served, kind="malformed")
    with pytest.raises(json.JSONDecodeError):
        json.loads(served.ask("GET", "/organizations").text)
    order(served, kind="html")
    answer = served.ask("GET", "/organizations")
    assert answer.headers["Content-Type"].startswith("text/html")
    order(served, kind="gzip-damaged")
    with pytest.raises(requests.exceptions.ContentDecodingError):
        served.ask("GET", "/organizations")


@pytest.mark.parametrize("where", ["before", "body"])
def test_a_delay_waits_and_then_answers(served: Served, where: str) -> None:
    """A delay outlasts a shorter time-out, before the answer as in the middle of it."""
    order(served, kind="delay", seconds=0.5, where=where)
    with pytest.raises((requests.ReadTimeout, requests.ConnectionError)):
        served.session.get(f"{served.url}/organizations", timeout=0.2)
    assert served.get("/organizations")["total"] == 1


@pytest.mark.parametrize("fault", [{"kind": "unknown"}, {"seconds": 1e9}, {"nonsense": 1}])
def test_impossible_orders_are_refused(served: Served, fault: dict) -> None:
    """A misspelt order is a 422, so that no test believes in a fault that never happens."""
    answer = served.ask("POST", "/_emulator/faults", {"path": "*", **fault})
    assert answer.status_code == 422
    assert served.ask("POST", "/_emulator/reset", {"spacez": 1}).status_code == 422


def test_the_log_tells_what_was_asked(served: Served) -> None:
    """An entry has method, path, query, status and headers, but never the token."""
    served.get("/spaces", limit=3, order="sys.createdAt")
    log = served.control("GET", "requests")["requests"]
    assert [(one["method"], one["path"], one["status"]) for one in log] == [
        ("GET", "/spaces", 200)
    ]
    assert log[0]["query"] == {"limit": ["3"], "order": ["sys.createdAt"]}
    assert "authorization" not in log[0]["headers"]
    served.control("DELETE", "requests")
    assert served.control("GET", "requests") == {"requests": []}


def test_the_clock_stands_where_it_is_set(served: Served) -> None:
    """Dates of answers and stamps of records follow the clock; null lets it run again."""
    served.control("POST", "clock", {"now": "2031-05-06T07:08:09Z"})
    answer = served.ask("GET", "/organizations")
    assert answer.headers["Date"] == "Tue, 06 May 2031 07:08:09 GMT"
    assert served.control("POST", "clock", {"advance_seconds": 86400}) == {
        "now": "2031-05-07T07:08:09+00:00"
    }
    space = served.ask("POST", "/spaces", {"name": "New"}).json()
    assert space["sys"]["createdAt"] == "2031-05-07T07:08:09Z"
    served.control("POST", "clock", {"now": None})
    assert "2031" not in served.ask("GET", "/organizations").headers["Date"]


def test_an_edit_happens_right_before_the_request(served: Served) -> None:
    """Planned calls are carried out before the n-th request is answered, unlogged."""
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


def test_many_records_can_be_put_at_once(served: Served) -> None:
    """A body of items keeps all of them."""
    path = f"{served.place}/entries"
    before = served.get(path)["total"]
    records = [{"sys": {"id": f"many-{number}", "type": "Entry"}} for number in range(50)]
    served.control("POST", f"store{path}", {"items": records})
    assert served.get(path)["total"] == before + 50


def test_records_can_be_put_as_they_are(served: Served) -> None:
    """A raw record is kept with its id, dates and unknown keys, and replaces one of its id."""
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


def test_a_raw_space_can_be_lived_in(served: Served) -> None:
    """A space that is put has a master environment and a default locale, and nothing else."""
    served.control("POST", "store/spaces", {"name": "Raw", "sys": {"id": "00123", "version": 7}})
    assert "00123" in ids(served.get("/spaces"))
    assert ids(served.get("/spaces/00123/environments")) == ["master"]
    assert served.get("/spaces/00123/locales")["items"][0]["code"] == "en-US"
    assert served.get("/spaces/00123/entries")["total"] == 0


def test_unknown_collections_are_said_to_be_unknown(served: Served) -> None:
    """The store answers 404 for what is no collection, and 422 for what is no record."""
    assert served.ask("GET", "/_emulator/store/nothing").status_code == 404
    assert served.ask("DELETE", "/_emulator/store/spaces/nothing").status_code == 404
    assert served.ask("POST", "/_emulator/store/spaces", {"name": "no sys"}).status_code == 422


def test_several_collections_can_be_read_at_once(served: Served) -> None:
    """The control route gives them in the order of the paths, and refuses an unknown one."""
    paths = ["spaces", f"{served.place[1:]}/tags", "organizations"]
    answer = served.control("POST", "collections", {"paths": paths})
    assert answer == {"collections": [served.stored(path) for path in paths]}
    unknown = served.ask("POST", "/_emulator/collections", {"paths": ["spaces", "nothing"]})
    assert unknown.status_code == 404


def test_a_reset_forgets_everything(served: Served) -> None:
    """After a reset there are no faults, no log, no edits, and the same seed gives the same."""
    before = served.get("/spaces")
    order(served, times=-1, status=500)
    served.control("POST", "clock", {"now": "2031-01-01T00:00:00Z"})
    served.ask("POST", "/spaces", {"name": "Gone after this"})
    served.reset()
    assert served.control("GET", "requests") == {"requests": []}
    assert served.get("/spaces") == before
    served.reset(seed=8)
    assert ids(served.get("/spaces")) != ids(before)


def test_large_answers_are_compressed_on_demand(served: Served) -> None:
    """A client that accepts gzip gets it for large answers, and the same content without."""
    path = f"{served.url}{served.place}/entries"
    packed = served.session.get(path, headers={"Accept-Encoding": "gzip"})
    plain = served.session.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_answers_have_a_largest_size(served: Served) -> None:
    """More than 7340032 bytes are a 400 that says so; a smaller page of the same is answered."""
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
