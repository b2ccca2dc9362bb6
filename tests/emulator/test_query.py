"""Filters, orders and select."""

from __future__ import annotations

from typing import Any

import pytest

from support.served import Served, ids


def entries(served: Served, **parameters: Any) -> list[str]:
    """Return the ids of the entries that a query finds, sorted."""
    return sorted(ids(served.get(f"{served.place}/entries", limit=1000, **parameters)))


def expected(served: Served, wanted: Any) -> list[str]:
    """Return the ids of the stored entries that pass a predicate, sorted."""
    stored = served.stored(f"{served.place[1:]}/entries")
    return sorted(one["sys"]["id"] for one in stored if wanted(one))


TIMES = ("2024-02-01T00:00:00.000Z", "2024-02-01", "2024-02-01T00:00:00+00:00")


@pytest.mark.parametrize("name", ["createdAt", "updatedAt"])
@pytest.mark.parametrize("bound", TIMES)
def test_time_filters(served: Served, name: str, bound: str) -> None:
    """Filters with bounds on a time find the entries with such a time."""
    instant = TIMES[0]
    for operator, wanted in (
        ("gt", lambda one: one["sys"][name] > instant),
        ("gte", lambda one: one["sys"][name] >= instant),
        ("lt", lambda one: one["sys"][name] < instant),
        ("lte", lambda one: one["sys"][name] <= instant),
    ):
        found = entries(served, **{f"sys.{name}[{operator}]": bound})
        assert found == expected(served, wanted)
        assert 0 < len(found) < 24


def test_bounds_are_exact_to_the_millisecond(served: Served) -> None:
    """A record with its update at the bound passes gte and lte, but not gt and lt."""
    one = served.stored(f"{served.place[1:]}/entries")[7]["sys"]
    for operator, inside in (("gte", True), ("lte", True), ("gt", False), ("lt", False)):
        found = entries(served, **{f"sys.updatedAt[{operator}]": one["updatedAt"]})
        assert (one["id"] in found) is inside


def test_edited_records_are_filtered_by_their_present_values(served: Served) -> None:
    """Only the entry that was edited today passes a filter on today's updates."""
    served.control("POST", "clock", {"now": "2026-05-01T00:00:00Z"})
    path = f"{served.place}/entries"
    one = next(e for e in served.get(path)["items"] if "archivedAt" not in e["sys"])
    served.change("PUT", f"{path}/{one['sys']['id']}", one)
    assert entries(served, **{"sys.updatedAt[gte]": "2026-05-01T00:00:00Z"}) == [one["sys"]["id"]]
    assert served.get(path, **{"sys.updatedAt[gte]": "2026-05-01"})["total"] == 1


def test_other_filters(served: Served) -> None:
    """Filters on ids, content types, existence and fields find the matching entries."""
    stored = sorted(one["sys"]["id"] for one in served.stored(f"{served.place[1:]}/entries"))
    pair = ",".join(stored[:2])
    kind = {"content_type": "author"}
    authors = expected(served, lambda e: e["sys"]["contentType"]["sys"]["id"] == "author")
    archived = expected(served, lambda e: "archivedAt" in e["sys"])
    assert archived
    assert entries(served, **{"sys.id": stored[3]}) == [stored[3]]
    assert entries(served, **{"sys.id[in]": pair}) == stored[:2]
    assert entries(served, **{"sys.id[nin]": pair}) == stored[2:]
    assert entries(served, **{"sys.id[ne]": stored[0]}) == stored[1:]
    assert entries(served, **kind) == authors
    assert entries(served, **{"sys.contentType.sys.id": "author"}) == authors
    assert entries(served, **{"sys.archivedAt[exists]": "true"}) == archived
    assert entries(served, **{"fields.slug": "record-3", "content_type": "article"}) == expected(
        served, lambda e: e["fields"].get("slug", {}).get("en-US") == "record-3"
    )
    assert entries(served, **{"fields.rating[lte]": "40", "content_type": "article"}) == expected(
        served, lambda e: e["fields"].get("rating", {}).get("en-US", 99) <= 40
    )


@pytest.mark.parametrize("order", ["sys.createdAt", "-sys.createdAt", "sys.updatedAt", "sys.id"])
def test_orders(served: Served, order: str) -> None:
    """Records come in the order of the requested path, descending with a minus."""
    page = served.get(f"{served.place}/entries", order=order)
    name = order.lstrip("-").removeprefix("sys.")
    values = [item["sys"][name] for item in page["items"]]
    assert values == sorted(values, reverse=order.startswith("-"))


def test_select(served: Served) -> None:
    """`select=sys` returns only `sys`, and a path of two steps only that part."""
    path = f"{served.place}/entries"
    whole = served.get(path, order="sys.id")["items"]
    assert served.get(path, order="sys.id", select="sys")["items"] == [
        {"sys": one["sys"]} for one in whole
    ]
    titles = served.get(path, content_type="article", select="sys.id,fields.title")["items"]
    assert all(set(one) == {"sys", "fields"} for one in titles)
    assert all((set(one["sys"]), set(one["fields"])) == ({"id"}, {"title"}) for one in titles)


@pytest.mark.parametrize(
    "parameters",
    [
        {"unknown": "1"},
        {"sys.unknown": "1"},
        {"fields.title": "no content type"},
        {"fields.nothing": "1", "content_type": "article"},
        {"order": "fields.title"},
        {"order": "nothing"},
        {"content_type": "nothing"},
        {"sys.updatedAt[gte]": "yesterday"},
        {"select": "fields.title"},
        {"select": "fields.title.en-US", "content_type": "article"},
    ],
)
def test_the_content_plane_refuses_unknown_paths(served: Served, parameters: dict) -> None:
    """An unknown path in a filter, an order or select is a 400 of the content plane."""
    status, body = served.refusal(f"{served.place}/entries", **parameters)
    assert (status, body["sys"]["id"]) in {(400, "InvalidQuery"), (400, "BadRequest")}


def test_the_management_plane_ignores_unknown_parameters(served: Served) -> None:
    """Listings of the management plane ignore unknown parameters."""
    assert served.get("/spaces", unknown="1", **{"sys.updatedAt[gte]": "2999-01-01"})["total"] == 2


def test_spaces_of_one_organization(served: Served) -> None:
    """With X-Contentful-Organization only the spaces of that organization are listed."""
    served.reset(organizations=2, spaces=5)
    owner = served.stored("organizations")[0]["sys"]["id"]
    answer = served.send("GET", "/spaces", X_Contentful_Organization=owner).json()
    assert answer["total"] == 3
    assert {one["sys"]["organization"]["sys"]["id"] for one in answer["items"]} == {owner}
    assert ids(served.get(f"/organizations/{owner}/spaces")) == ids(answer)
