"""Listings with a lag, and back ends with different clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from support.served import Served, ids

NOW = "2031-05-06T07:08:09.250Z"


def at(served: Served, **clock: Any) -> None:
    """Set the clock, or move it forward."""
    served.control("POST", "clock", clock)


def made(served: Served, name: str) -> str:
    """Return the path of a new entry."""
    path = f"{served.place}/entries/{name}"
    assert served.send("PUT", path, {"fields": {}}, X_Contentful_Content_Type="author").ok
    return path


@pytest.mark.parametrize("cursor", ["true", "false"])
def test_a_new_record_is_listed_only_after_the_lag(served: Served, cursor: str) -> None:
    """A new record is missing from items and total during the lag, but can be read by its id."""
    served.control("POST", "settings", {"lag_seconds": 5})
    at(served, now=NOW)
    path = made(served, "late")
    listing = f"{served.place}/entries"
    early = served.get(listing, cursor=cursor, limit=100)
    assert "late" not in ids(early)
    assert early.get("total", 24) == 24
    assert served.get(path)["sys"]["id"] == "late"
    at(served, advance_seconds=4.9)
    assert "late" not in ids(served.get(listing, cursor=cursor))
    at(served, advance_seconds=0.1)
    later = served.get(listing, cursor=cursor, limit=100)
    assert "late" in ids(later)
    assert later.get("total", 25) == 25


def test_pages_of_a_listing_with_lag_are_complete(served: Served) -> None:
    """A record that is not listed yet shifts no page, neither by cursor nor by offset."""
    served.control("POST", "settings", {"lag_seconds": 5})
    path = f"{served.place}/entries"
    before = ids(served.get(path, order="sys.createdAt"))
    made(served, "late")
    by_offset = [served.get(path, order="-sys.createdAt", limit=8, skip=n) for n in (0, 8, 16)]
    assert [one for page in by_offset for one in ids(page)] == before[::-1]
    first = served.get(path, order="-sys.createdAt", cursor="true", limit=12)
    second = served.get(first["pages"]["next"])
    assert ids(first) + ids(second) == before[::-1]
    assert "next" not in second["pages"]


def test_edits_and_deletions_do_not_lag(served: Served) -> None:
    """Edits and deletions show at once, also the deletion of a record that is not listed yet."""
    served.control("POST", "settings", {"lag_seconds": 5})
    path = f"{served.place}/entries"
    drafts = [one for one in served.get(path)["items"] if one["sys"]["version"] == 1]
    edited, deleted = drafts[0], drafts[1]
    served.change("PUT", f"{path}/{edited['sys']['id']}", {**edited, "fields": {}})
    served.change("DELETE", f"{path}/{deleted['sys']['id']}", deleted)
    served.control("DELETE", f"store{made(served, 'late')}")
    listed = {one["sys"]["id"]: one for one in served.get(path)["items"]}
    assert len(listed) == 23
    assert listed[edited["sys"]["id"]]["fields"] == {}


def test_the_lag_of_stored_records_starts_when_they_are_stored(served: Served) -> None:
    """A record that a test stores is listed after the lag, even with an old `createdAt`."""
    served.control("POST", "settings", {"lag_seconds": 5})
    at(served, now=NOW)
    record = {"sys": {"id": "old", "createdAt": "2001-01-01T00:00:00Z"}, "name": "Old"}
    served.control("POST", f"store{served.place}/tags", record)
    assert "old" not in ids(served.get(f"{served.place}/tags"))
    assert record in served.stored(f"{served.place[1:]}/tags")
    served.control("POST", "settings", {"lag_seconds": 0})
    assert "old" in ids(served.get(f"{served.place}/tags"))


@pytest.mark.parametrize("skew", [2, -1.5])
def test_the_content_plane_has_a_separate_clock(served: Served, skew: float) -> None:
    """Times of the content plane have the skew; `Date` and the management plane do not."""
    served.control("POST", "settings", {"clock_skew_seconds": skew})
    at(served, now=NOW)
    expected = datetime.fromisoformat(NOW[:-1]) + timedelta(seconds=skew)
    stamp = expected.isoformat(timespec="milliseconds") + "Z"
    headers = {"X_Contentful_Content_Type": "author"}
    answer = served.send("PUT", f"{served.place}/entries/e", {"fields": {}}, **headers)
    assert answer.headers["Date"] == "Tue, 06 May 2031 07:08:09 GMT"
    assert answer.json()["sys"]["createdAt"] == stamp
    published = served.change("PUT", f"{served.place}/entries/e/published", answer.json())
    assert published["sys"]["updatedAt"] == published["sys"]["publishedAt"] == stamp
    space = served.send("POST", "/spaces", {"name": "New"}).json()
    assert space["sys"]["createdAt"] == "2031-05-06T07:08:09Z"


def test_a_fault_can_have_another_date(served: Served) -> None:
    """A fault with `clock_ahead_seconds` shifts the `Date` of only that answer."""
    at(served, now=NOW)
    order = {"path": "/spaces", "status": 503, "clock_ahead_seconds": 600}
    served.control("POST", "faults", order)
    answers = [served.send("GET", "/spaces") for _ in range(2)]
    assert [(one.status_code, one.headers["Date"]) for one in answers] == [
        (503, "Tue, 06 May 2031 07:18:09 GMT"),
        (200, "Tue, 06 May 2031 07:08:09 GMT"),
    ]
