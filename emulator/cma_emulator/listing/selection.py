"""The records that a query finds, their order, and the position of a cursor in it.

The result is a sequence of handles (see `store.Handle`).
It is stored until the collection changes, because each page of a walk would search all records.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from ..account.clock import parse_ms
from ..account.store import Collection, Handle
from ..account.virtual import Family, Virtual, is_hole
from ..records import Record, at, leaves
from .query import SCATTERED, Condition, Order, Query, comparable

Key = tuple[tuple[int, Any], ...]
REMEMBERED = 8
"""The number of results that a collection stores; a million handles take up to 40 MB."""

_BOUNDS = frozenset(("gt", "gte", "lt", "lte"))


class Reversed:
    """Text that sorts in reverse."""

    __slots__ = ("text",)

    def __init__(self, text: Any) -> None:
        """Wrap a text."""
        self.text = text

    def __lt__(self, other: Reversed) -> bool:
        """Return whether the other text is smaller."""
        return bool(other.text < self.text)

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same text."""
        return isinstance(other, Reversed) and other.text == self.text

    def __hash__(self) -> int:
        """Return the hash of the text."""
        return hash(self.text)


def select(collection: Collection, query: Query) -> Sequence[Handle]:
    """Return the handles of the records that a query finds, in its order."""
    if query not in collection.selections:
        while len(collection.selections) >= REMEMBERED:
            collection.selections.pop(next(iter(collection.selections)))
        collection.selections[query] = _selected(collection, query)
    found: Sequence[Handle] = collection.selections[query]
    return found


def position(
    collection: Collection, query: Query, found: Sequence[Handle], key: list[Any], *, after: bool
) -> int:
    """Return the position of a cursor key in a result, before or after records with that key."""
    wanted = _directed(query, tuple((rank, value) for rank, value in key))
    search = bisect_right if after else bisect_left
    return search(found, wanted, key=_sort_key(collection, query))


def cursor_key(collection: Collection, query: Query, handle: Handle) -> Key:
    """Return the key of a record from which a cursor can continue."""
    return _undirected(collection, query, handle)


def _selected(collection: Collection, query: Query) -> Sequence[Handle]:
    key = _sort_key(collection, query)
    kept = [name for name, record in collection.kept.items() if query.holds(record)]
    kept.sort(key=key)
    if collection.base is None:
        return kept
    base: Sequence[Handle] = _virtual_selection(collection, collection.base, query)
    if collection.replaced:
        base = [number for number in base if number not in collection.replaced]
    return _merged(base, kept, key) if kept else base


def _merged(base: Sequence[Handle], kept: list[str], key: Callable[[Handle], Any]) -> list[Handle]:
    merged: list[Handle] = []
    start = 0
    for name in kept:
        end = bisect_left(base, key(name), lo=start, key=key)
        merged += base[start:end]
        merged.append(name)
        start = end
    merged += base[start:]
    return merged


def _virtual_selection(collection: Collection, virtual: Virtual, query: Query) -> Sequence[int]:
    family = virtual.family
    if query not in family.selections:
        while len(family.selections) >= REMEMBERED:
            family.selections.pop(next(iter(family.selections)))
        found = _matching(virtual, query)
        if query.orders[0] == Order(SCATTERED):
            found = sorted(found, key=family.ids.mixed)
        elif query.orders[0] != Order("sys.createdAt"):
            found = sorted(found, key=_sort_key(collection, query))
        # An array holds a million numbers in 8 MB, which the garbage collector need not walk.
        family.selections[query] = found if isinstance(found, range) else array("q", found)
    return family.selections[query]


def _matching(virtual: Virtual, query: Query) -> Sequence[int]:
    """Return the numbers of the records that pass, in order of creation."""
    family = virtual.family
    named = _named(family, query.conditions)
    if named is not None:
        return sorted(number for number in named if query.holds(virtual.record(number)))
    if not query.conditions and query.text is None:
        return range(family.count)
    parts = (_of_variant(virtual, query, variant) for variant in range(len(family.variants)))
    return sorted(chain.from_iterable(parts))


def _named(family: Family, conditions: tuple[Condition, ...]) -> set[int] | None:
    for one in conditions:
        if one.path == "sys.id" and one.operator in {"eq", "in"}:
            numbers = (family.ids.index(name) for name in one.value.split(","))
            return {number for number in numbers if number is not None}
    return None


def _of_variant(virtual: Virtual, query: Query, variant: int) -> Iterable[int]:
    """Return the numbers of the passing records of a variant.

    Most filters give the same result for all records of a variant.
    """
    family, skeleton = virtual.family, virtual.skeleton(variant)
    low, high = 0, len(range(variant, family.count, len(family.variants)))
    rest = []
    for one in query.conditions:
        if one.path in {"sys.createdAt", "sys.updatedAt"} and one.operator in _BOUNDS:
            first, last = _bounds(family, variant, one)
            low, high = max(low, first), min(high, last)
        elif any(is_hole(value) for value in _inside(skeleton, one.path)):
            rest.append(one)
        elif not one.holds(skeleton):
            return ()
    numbers = range(variant, family.count, len(family.variants))[low : max(low, high)]
    if not rest and query.text is None:
        return numbers
    left = Query(tuple(rest), query.orders, query.text)
    return [number for number in numbers if left.holds(virtual.record(number))]


def _bounds(family: Family, variant: int, one: Condition) -> tuple[int, int]:
    time = family.created if one.path == "sys.createdAt" else family.updated
    bound = parse_ms(one.value) + (one.operator in {"gt", "lte"})
    before = family.since(variant, time, bound)
    return (before, family.count) if one.operator in {"gt", "gte"} else (0, before)


def _inside(skeleton: Record, path: str) -> Iterator[Any]:
    """Yield all values below a path, or below the field that it is in."""
    steps = path.split(".")
    stack = list(leaves(skeleton, steps[:2] if steps[0] == "fields" else steps))
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
        else:
            yield value


def _sort_key(collection: Collection, query: Query) -> Callable[[Handle], Any]:
    return lambda handle: _directed(query, _undirected(collection, query, handle))


def _directed(query: Query, key: Key) -> tuple[Any, ...]:
    """Return a key with its descending parts reversed; the last part, the id, always ascends."""
    parts: list[Any] = []
    for order, (rank, value) in zip(query.orders, key, strict=False):
        if not order.descending:
            parts += (rank, value)
        else:
            parts += (-rank, Reversed(value) if isinstance(value, str) else -value)
    return (*parts, *key[len(query.orders) :])


def _undirected(collection: Collection, query: Query, handle: Handle) -> Key:
    if isinstance(handle, int) and collection.base is not None:
        values = [_of_virtual(collection.base, handle, order.path) for order in query.orders]
        return (*values, (1, collection.base.family.ids.identifier(handle)))
    record, key = collection.record(handle), str(handle)
    values = [
        (0, _scattered(collection, key))
        if order.path == SCATTERED
        else _of_record(record, order.path)
        for order in query.orders
    ]
    return (*values, (1, key))


def _of_virtual(virtual: Virtual, number: int, path: str) -> tuple[int, Any]:
    family = virtual.family
    match path:
        case "sys.createdAt":
            return (0, family.created(number))
        case "sys.updatedAt":
            return (0, family.updated(number))
        case "sys.id":
            return (1, family.ids.identifier(number))
        case "scattered":
            return (0, family.ids.mixed(number))
        case _:
            return _of_record(virtual.record(number), path)


def _of_record(record: Record, path: str) -> tuple[int, Any]:
    if path.startswith("fields."):
        value = next(leaves(record, path.split(".")), None)
        value = next(iter(value.values()), None) if isinstance(value, dict) else value
        return comparable(path, value)
    return comparable(path, at(record, path))


def _scattered(collection: Collection, key: str) -> int:
    """Return the sort key of a kept record in the scattered order; an edit does not change it."""
    number = collection.base.family.ids.index(key) if collection.base else None
    if number is not None and collection.base is not None:
        return collection.base.family.ids.mixed(number)
    return zlib.crc32(key.encode("utf-8", "surrogatepass")) << 32
