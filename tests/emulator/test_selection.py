"""Selection among virtual and kept records, compared with a search of all records."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cma_emulator import paths
from cma_emulator.account.store import Collection
from cma_emulator.endpoints.catalog import account_of
from cma_emulator.listing.query import Condition, Order, Query
from cma_emulator.listing.selection import cursor_key, position, select
from cma_emulator.settings import Settings

COUNT = 60
TIMES = (
    "2023-01-01",
    "2023-06-01T00:00:00Z",
    "2024-02-29",
    "2025-01-01T12:00:00.500Z",
    "2030-01-01",
)
PATHS = ("sys.createdAt", "sys.updatedAt", "sys.id", "sys.version", "fields.rating", "scattered")

bounds = st.builds(
    Condition,
    st.sampled_from(("sys.createdAt", "sys.updatedAt", "sys.publishedAt")),
    st.sampled_from(("gt", "gte", "lt", "lte")),
    st.sampled_from(TIMES),
)
others = st.sampled_from(
    (
        Condition("sys.contentType.sys.id", "eq", "author"),
        Condition("sys.archivedAt", "exists", "true"),
        Condition("sys.archivedAt", "exists", "false"),
        Condition("metadata.tags.sys.id", "in", "editorial"),
        Condition("sys.version", "gte", "5"),
        Condition("fields.rating", "lt", "900"),
        Condition("fields.title", "match", "a"),
    )
)
queries = st.builds(
    Query,
    st.lists(st.one_of(bounds, others), max_size=3).map(tuple),
    st.lists(st.builds(Order, st.sampled_from(PATHS), st.booleans()), min_size=1, max_size=2).map(
        tuple
    ),
)
edits = st.lists(st.tuples(st.sampled_from(("edit", "delete", "add")), st.integers(0, COUNT - 1)))


def collection_after(changes: list[tuple[str, int]]) -> Collection:
    """Return generated entries after edits, deletions and additions."""
    account = account_of(Settings(spaces=1, entries=COUNT))
    scope = {"space": account.maker.space_id(0), "environment": "master"}
    collection = account.collection(paths.ENTRIES, scope)
    assert collection.base is not None
    ids = collection.base.family.ids
    for kind, number in changes:
        key = ids.identifier(number) if kind != "add" else f"added-{number}"
        record = collection.get(key) or {**collection.base.record(number)}
        if kind == "delete":
            collection.remove(key)
        else:
            sys = {
                **record["sys"],
                "id": key,
                "version": 40,
                "updatedAt": "2025-12-31T00:00:00.000Z",
            }
            collection.put(key, {**record, "sys": sys})
    return collection


@settings(max_examples=100, deadline=None)
@given(changes=edits, query=queries)
def test_a_query_finds_all_matching_records(changes: list[tuple[str, int]], query: Query) -> None:
    """A query finds exactly the records that pass its filters."""
    collection = collection_after(changes)
    found = [collection.record(handle)["sys"]["id"] for handle in select(collection, query)]
    expected = [one["sys"]["id"] for one in collection.records() if query.holds(one)]
    assert sorted(found) == sorted(expected)
    assert len(collection) == len(list(collection.records()))


@settings(max_examples=100, deadline=None)
@given(changes=edits, query=queries)
def test_a_cursor_has_the_position_of_its_record(
    changes: list[tuple[str, int]], query: Query
) -> None:
    """The position after the key of a record is the next position in the order."""
    collection = collection_after(changes)
    found = select(collection, query)
    for number, handle in enumerate(found):
        key: list[Any] = [list(part) for part in cursor_key(collection, query, handle)]
        assert position(collection, query, found, key, after=True) == number + 1
        assert position(collection, query, found, key, after=False) == number


@settings(max_examples=50, deadline=None)
@given(
    changes=edits, order=st.sampled_from(("createdAt", "-createdAt", "-updatedAt", "id", "-id"))
)
def test_an_order_is_the_order_of_the_values(changes: list[tuple[str, int]], order: str) -> None:
    """Records come in the order of their values, ascending or descending."""
    collection = collection_after(changes)
    path, down = order.lstrip("-"), order.startswith("-")
    found = select(collection, Query((), (Order(f"sys.{path}", down),)))
    values = [collection.record(handle)["sys"][path] for handle in found]
    assert values == sorted(values, reverse=down)
