"""Pages: limits, offsets and cursors, by back end."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from support.served import Served, ids


def walk(served: Served, path: str, **parameters: str) -> list[str]:
    """Return the ids of all pages of a cursor walk that follows `pages.next` unchanged."""
    page = served.get(path, cursor="true", **parameters)
    found = ids(page)
    while "next" in page["pages"]:
        page = served.get(page["pages"]["next"])
        found += ids(page)
    return found


def test_envelopes_have_the_key_order_of_their_back_end(served: Served) -> None:
    """Collections begin with `total` on the management plane, with `sys` on the content plane."""
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
    """The default limit is 25 on the management plane and 100 on the content plane."""
    assert served.get(path if "/" in path else f"{served.place}/{path}")["limit"] == limit


def test_a_limit_that_is_too_large(served: Served) -> None:
    """The content plane refuses a limit above 1,000; the management plane clamps it to 100."""
    status, body = served.refusal(f"{served.place}/entries", limit=1001)
    assert (status, body["sys"]["id"]) == (400, "BadRequest")
    assert served.get(f"{served.place}/entries", limit=1000)["limit"] == 1000
    assert served.get("/spaces", limit=1000)["limit"] == 100


@pytest.mark.parametrize("parameters", [{"limit": "x"}, {"limit": "-1"}, {"skip": "1.5"}])
def test_limits_are_whole_numbers(served: Served, parameters: dict) -> None:
    """A limit or skip that is not a whole number from 0 is a bad request."""
    assert served.refusal(f"{served.place}/entries", **parameters)[0] == 400


def test_offset_pages_are_the_whole_listing(served: Served) -> None:
    """Pages of 7 have each of 24 entries once, and the total."""
    path = f"{served.place}/entries"
    pages = [served.get(path, limit=7, skip=skip) for skip in range(0, 28, 7)]
    assert [page["total"] for page in pages] == [24] * 4
    assert [len(page["items"]) for page in pages] == [7, 7, 7, 3]
    stored = [one["sys"]["id"] for one in served.stored(path[1:])]
    assert sorted(i for page in pages for i in ids(page)) == sorted(stored)


def test_a_skip_past_the_end_is_an_empty_page(served: Served) -> None:
    """A page beyond the total has no items and the correct total."""
    page = served.get(f"{served.place}/assets", skip=100)
    assert page == {"sys": {"type": "Array"}, "total": 12, "skip": 100, "limit": 100, "items": []}


def test_without_an_order_entries_follow_no_date(served: Served) -> None:
    """The default order of entries is stable, and follows neither creation nor ids."""
    path = f"{served.place}/entries"
    found = ids(served.get(path))
    assert found == ids(served.get(path))
    assert found != ids(served.get(path, order="sys.createdAt"))
    assert found != sorted(found)


@pytest.mark.parametrize("path", ["entries", "assets", "content_types"])
def test_cursor_walks_are_the_whole_listing(served: Served, path: str) -> None:
    """All pages by cursor have the records of one large page, in its order."""
    path = f"{served.place}/{path}"
    for order in ("", "sys.createdAt,sys.id", "-sys.updatedAt"):
        parameters = {"order": order} if order else {}
        everything = ids(served.get(path, **parameters))
        assert walk(served, path, limit="5", **parameters) == everything


def test_cursor_pages_have_no_total(served: Served) -> None:
    """A cursor page has no total, and the `pages` of a single page are empty."""
    page = served.get(f"{served.place}/entries", cursor="true", limit=100)
    assert list(page) == ["sys", "limit", "items", "pages"]
    assert page["pages"] == {}


def test_a_cursor_freezes_all_but_the_limit(served: Served) -> None:
    """A cursor keeps the filter and order of the first page, and accepts a new limit."""
    path = f"{served.place}/entries"
    expected = ids(served.get(path, content_type="article", order="sys.createdAt"))
    first = served.get(path, cursor="true", content_type="article", order="sys.createdAt", limit=2)
    token = parse_qs(urlsplit(first["pages"]["next"]).query)["pageNext"][0]
    second = served.get(path, pageNext=token, limit=3, order="-sys.id")
    third = served.get(second["pages"]["next"])
    assert (second["limit"], third["limit"]) == (3, 3)
    assert ids(first) + ids(second) + ids(third) == expected[:8]


def test_a_cursor_goes_back(served: Served) -> None:
    """The `pages.prev` of the second page leads to the first."""
    path = f"{served.place}/entries"
    first = served.get(path, cursor="true", limit=5)
    second = served.get(first["pages"]["next"])
    assert ids(served.get(second["pages"]["prev"])) == ids(first)


def test_a_cursor_continues_after_deletions(served: Served) -> None:
    """Deletions on earlier pages do not move a cursor: the next page has the next record."""
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
def test_cursors_refuse_contradicting_parameters(served: Served, parameters: dict) -> None:
    """A cursor with skip, with both directions or with an invalid token is a bad request."""
    status, body = served.refusal(f"{served.place}/entries", **parameters)
    assert (status, body["sys"]["id"]) == (400, "BadRequest")


def test_listings_without_cursors_ignore_the_parameter(served: Served) -> None:
    """Organizations page by offset, also with `cursor=true`."""
    assert list(served.get("/organizations", cursor="true")) == list(served.get("/organizations"))


@pytest.mark.parametrize("count", [99, 100, 101])
def test_comments_have_one_page(served: Served, count: int) -> None:
    """Comments of an entry come in one page of at most 100, without a total, at any limit."""
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


def test_a_renamed_cursor(served: Served) -> None:
    """With a renamed cursor, `pages.next` has another parameter and still works."""
    path = f"{served.place}/entries"
    order = {"path": path, "kind": "renamed-cursor", "times": -1, "parameter": "after"}
    everything = walk(served, path, limit="5")
    served.control("POST", "faults", order)
    page = served.get(path, cursor="true", limit=5)
    assert list(parse_qs(urlsplit(page["pages"]["next"]).query)) == ["after"]
    assert walk(served, path, limit="5") == everything


def test_a_silent_limit(served: Served) -> None:
    """With a silent limit, a page has fewer items than requested and does not show its limit."""
    path = f"{served.place}/tags"
    records = [{"sys": {"id": f"tag-{number}"}, "name": "x"} for number in range(148)]
    served.control("POST", f"store{path}", {"items": records})
    served.control("POST", "faults", {"path": path, "kind": "silent-limit", "times": -1})
    page = served.get(path, limit=1000)
    assert list(page) == ["sys", "total", "skip", "items"]
    assert (page["total"], len(page["items"])) == (150, 100)
    assert len(served.get(path, limit=1000, skip=100)["items"]) == 50
    assert len(served.get(path, limit=7)["items"]) == 7
