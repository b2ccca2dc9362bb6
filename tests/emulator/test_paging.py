"""Pages: limits, offsets and cursors, by back end."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from support.served import Served, ids


def walk(served: Served, path: str, **parameters: str) -> list[str]:
    """Return the ids of all pages of a cursor walk that follows `pages.next` as it is."""
    page = served.get(path, cursor="true", **parameters)
    found = ids(page)
    while "next" in page["pages"]:
        page = served.get(page["pages"]["next"])
        found += ids(page)
    return found


def test_envelopes_have_the_key_order_of_their_back_end(served: Served) -> None:
    """Gatekeeper collections begin with total, those of the content plane with sys."""
    assert list(served.get("/spaces")) == ["total", "limit", "skip", "sys", "items"]
    assert list(served.get(f"{served.place}/entries")) == [
        "sys",
        "total",
        "skip",
        "limit",
        "items",
    ]
    assert list(served.get("/spaces", cursor="true")) == ["limit", "sys", "items", "pages"]


@pytest.mark.parametrize(
    ("path", "limit"), [("/spaces", 25), ("/organizations", 25), ("entries", 100), ("assets", 100)]
)
def test_default_limits(served: Served, path: str, limit: int) -> None:
    """Without a limit the management plane gives 25 records and the content plane 100."""
    assert served.get(path if "/" in path else f"{served.place}/{path}")["limit"] == limit


def test_a_limit_that_is_too_large(served: Served) -> None:
    """The content plane refuses more than 1000; gatekeeper clamps to 100 and says so."""
    status, body = served.refusal(f"{served.place}/entries", limit=1001)
    assert (status, body["sys"]["id"]) == (400, "BadRequest")
    assert served.get(f"{served.place}/entries", limit=1000)["limit"] == 1000
    assert served.get("/spaces", limit=1000)["limit"] == 100


@pytest.mark.parametrize("parameters", [{"limit": "x"}, {"limit": "-1"}, {"skip": "1.5"}])
def test_limits_are_whole_numbers(served: Served, parameters: dict) -> None:
    """A limit or skip that is no number is a bad request."""
    assert served.refusal(f"{served.place}/entries", **parameters)[0] == 400


def test_offset_pages_are_the_whole_listing(served: Served) -> None:
    """Pages of 7 give each of 24 entries once, with the total on each page."""
    path = f"{served.place}/entries"
    pages = [served.get(path, limit=7, skip=skip) for skip in range(0, 28, 7)]
    assert [page["total"] for page in pages] == [24] * 4
    assert [len(page["items"]) for page in pages] == [7, 7, 7, 3]
    stored = [one["sys"]["id"] for one in served.stored(path[1:])]
    assert sorted(i for page in pages for i in ids(page)) == sorted(stored)


def test_a_skip_past_the_end_is_an_empty_page(served: Served) -> None:
    """A skip beyond the total answers no items and the right total."""
    page = served.get(f"{served.place}/assets", skip=100)
    assert page == {"sys": {"type": "Array"}, "total": 12, "skip": 100, "limit": 100, "items": []}


def test_without_an_order_entries_follow_no_date(served: Served) -> None:
    """The default order of entries is neither that of creation nor of ids, but it is stable."""
    path = f"{served.place}/entries"
    found = ids(served.get(path))
    assert found == ids(served.get(path))
    assert found != ids(served.get(path, order="sys.createdAt"))
    assert found != sorted(found)


@pytest.mark.parametrize("path", ["entries", "assets", "content_types"])
def test_cursor_walks_are_the_whole_listing(served: Served, path: str) -> None:
    """Following pages.next gives what one page gives, in its order, for content and its model."""
    path = f"{served.place}/{path}"
    for order in ("", "sys.createdAt,sys.id", "-sys.updatedAt"):
        parameters = {"order": order} if order else {}
        everything = ids(served.get(path, **parameters))
        assert walk(served, path, limit="5", **parameters) == everything


def test_cursor_pages_have_no_total(served: Served) -> None:
    """A cursor page has limit, items and pages; a single page has empty pages."""
    page = served.get(f"{served.place}/entries", cursor="true", limit=100)
    assert list(page) == ["sys", "limit", "items", "pages"]
    assert page["pages"] == {}


def test_a_cursor_freezes_all_but_the_limit(served: Served) -> None:
    """The filter and order of the first page hold for the next; a new limit sticks."""
    path = f"{served.place}/entries"
    expected = ids(served.get(path, content_type="article", order="sys.createdAt"))
    first = served.get(path, cursor="true", content_type="article", order="sys.createdAt", limit=2)
    token = parse_qs(urlsplit(first["pages"]["next"]).query)["pageNext"][0]
    second = served.get(path, pageNext=token, limit=3, order="-sys.id")
    third = served.get(second["pages"]["next"])
    assert (second["limit"], third["limit"]) == (3, 3)
    assert ids(first) + ids(second) + ids(third) == expected[:8]


def test_a_cursor_goes_back(served: Served) -> None:
    """pages.prev of the second page leads to the first."""
    path = f"{served.place}/entries"
    first = served.get(path, cursor="true", limit=5)
    second = served.get(first["pages"]["next"])
    assert ids(served.get(second["pages"]["prev"])) == ids(first)


def test_a_cursor_survives_deletions(served: Served) -> None:
    """Deletions on a read page shift nothing: the next page goes on behind the last key."""
    path = f"{served.place}/entries"
    everything = ids(served.get(path, order="sys.createdAt"))
    first = served.get(path, cursor="true", order="sys.createdAt", limit=5)
    for one in everything[3:5]:
        served.control("DELETE", f"store{path}/{one}")
    second = served.get(first["pages"]["next"], limit=50)
    assert ids(first) + ids(second) == everything


@pytest.mark.parametrize(
    "parameters",
    [
        {"cursor": "true", "skip": "5"},
        {"pageNext": "a", "pagePrev": "b"},
        {"pageNext": "no cursor"},
    ],
)
def test_cursors_refuse_what_contradicts_them(served: Served, parameters: dict) -> None:
    """Skip beside a cursor, both directions, and a made-up token are bad requests."""
    status, body = served.refusal(f"{served.place}/entries", **parameters)
    assert (status, body["sys"]["id"]) == (400, "BadRequest")


def test_without_cursors_the_parameter_changes_nothing(served: Served) -> None:
    """Organizations know no cursor: they page by offset whatever is asked."""
    assert list(served.get("/organizations", cursor="true")) == list(served.get("/organizations"))


@pytest.mark.parametrize("count", [99, 100, 101])
def test_comments_come_at_once(served: Served, count: int) -> None:
    """All comments of an entry, at most 100, whatever limit and skip say, and no total."""
    entry = {"sys": {"id": "e", "type": "Entry"}}
    served.control("POST", f"store{served.place}/entries", entry)
    path = f"{served.place}/entries/e/comments"
    comments = [{"sys": {"id": f"comment-{n:03}"}, "status": "active"} for n in range(count)]
    comments[5]["status"] = "resolved"
    served.control("POST", f"store{path}", {"items": comments})
    shown = min(count, 100)
    expected = {"sys": {"type": "Array"}, "skip": 0, "limit": 100, "items": comments[:shown]}
    assert served.get(path) == expected
    assert served.get(path, limit=2, skip=99) == expected
    assert served.get(path, status="resolved")["items"] == [comments[5]]


def test_a_link_may_name_its_page_otherwise(served: Served) -> None:
    """With a renamed cursor `pages.next` has another parameter, and is understood as it is."""
    path = f"{served.place}/entries"
    order = {"path": path, "kind": "renamed-cursor", "times": -1, "parameter": "after"}
    everything = walk(served, path, limit="5")
    served.control("POST", "faults", order)
    page = served.get(path, cursor="true", limit=5)
    assert list(parse_qs(urlsplit(page["pages"]["next"]).query)) == ["after"]
    assert walk(served, path, limit="5") == everything


def test_a_page_may_be_silent_about_its_limit(served: Served) -> None:
    """A page of a silent limit has fewer items than were asked for and than its total says."""
    path = f"{served.place}/tags"
    records = [{"sys": {"id": f"tag-{number}"}, "name": "x"} for number in range(148)]
    served.control("POST", f"store{path}", {"items": records})
    served.control("POST", "faults", {"path": path, "kind": "silent-limit", "times": -1})
    page = served.get(path, limit=1000)
    assert list(page) == ["sys", "total", "skip", "items"]
    assert (page["total"], len(page["items"])) == (150, 100)
    assert len(served.get(path, limit=1000, skip=100)["items"]) == 50
    assert len(served.get(path, limit=7)["items"]) == 7
