"""Storage of records: one collection for each resource and scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from ..records import Record, Scope, at
from .clock import Clock
from .resource import Resource
from .virtual import Virtual, with_new_field_ids

Handle = int | str
"""Names a record in a collection: the number of a virtual record, or the key of a kept one."""


class Collection:
    """Kept records by key, and a base of virtual ones without the replaced and deleted ones."""

    def __init__(self, clock: Clock, base: Virtual | None = None) -> None:
        """Start with only the virtual records."""
        self.base = base
        self._clock = clock
        self._made: dict[str, int] = {}
        self.kept: dict[str, Record] = {}
        self.replaced: set[int] = set()
        self.generated: dict[str, Record] = {}
        """The kept records of a generated account, as generated."""
        self.selections: dict[Any, Any] = {}
        """Results by query; every change clears them."""

    def __len__(self) -> int:
        """Return the number of records."""
        virtual = self.base.family.count - len(self.replaced) if self.base else 0
        return virtual + len(self.kept)

    def get(self, key: str) -> Record | None:
        """Return the record with a key."""
        number = self._number(key)
        if number is None or self.base is None:
            return self.kept.get(key)
        return self.base.record(number)

    def original(self, key: str) -> Record | None:
        """Return a record as generated, or None if it was not generated."""
        number = self.base.family.ids.index(key) if self.base else None
        if number is not None and self.base is not None:
            return self.base.record(number)
        return self.generated.get(key)

    def put(self, key: str, record: Record) -> None:
        """Store a record, and replace a record with the same key."""
        if key not in self.kept and self._number(key) is None:
            self._made[key] = self._clock.now_ms()
        self._forget_virtual(key)
        self.kept[key] = record
        self.selections.clear()

    def remove(self, key: str) -> None:
        """Remove a record."""
        self._forget_virtual(key)
        self.kept.pop(key, None)
        self._made.pop(key, None)
        self.selections.clear()

    def rename_fields(self, content_type: str, new: dict[str, str]) -> None:
        """Rename fields in the entries of a content type; their versions stay."""
        if self.base is not None:
            family = self.base.family.with_new_field_ids(content_type, new)
            self.base = replace(self.base, family=family)
        for key, record in self.kept.items():
            self.kept[key] = with_new_field_ids(record, content_type, new)
        self.selections.clear()

    def made_after(self, ms: int) -> frozenset[str]:
        """Return the keys of records stored after an instant, by the emulator's clock."""
        return frozenset(key for key, made in self._made.items() if made > ms)

    def record(self, handle: Handle) -> Record:
        """Return the record that a handle names."""
        if isinstance(handle, str):
            return self.kept[handle]
        assert self.base is not None  # noqa: S101 - numbers come from the base only
        return self.base.record(handle)

    def records(self) -> Iterator[Record]:
        """Yield all records."""
        if self.base is not None:
            for number in range(self.base.family.count):
                if number not in self.replaced:
                    yield self.base.record(number)
        yield from self.kept.values()

    def copy(self, relocated: Callable[[Record], Record], base: Virtual | None) -> Collection:
        """Return the same records for another environment."""
        twin = Collection(self._clock, base)
        twin.kept = {key: relocated(record) for key, record in self.kept.items()}
        twin.replaced = set(self.replaced)
        return twin

    def _number(self, key: str) -> int | None:
        if self.base is None or key in self.kept:
            return None
        number = self.base.family.ids.index(key)
        return None if number in self.replaced else number

    def _forget_virtual(self, key: str) -> None:
        number = self._number(key)
        if number is not None:
            self.replaced.add(number)


class Store:
    """All collections by address; each is filled at its first use."""

    def __init__(self, populate: Callable[[str, Scope], Collection]) -> None:
        """Take the function that fills the collection at a path in a scope."""
        self._populate = populate
        self._collections: dict[str, Collection] = {}

    def collection(self, path: str, scope: Scope) -> Collection:
        """Return the records at a path in a scope."""
        address = path.format(**scope)
        if address not in self._collections:
            self._collections[address] = self._populate(path, scope)
        return self._collections[address]

    def keep(self, path: str, scope: Scope, collection: Collection) -> None:
        """Set the collection at a path in a scope."""
        self._collections[path.format(**scope)] = collection

    def drop(self, address: str) -> None:
        """Drop every collection below an address."""
        inside = address + "/"
        for path in [path for path in self._collections if path.startswith(inside)]:
            del self._collections[path]


def collected(resource: Resource, records: Iterable[Record]) -> Collection:
    """Return a collection of the given records."""
    collection = Collection(Clock())
    for record in records:
        collection.kept[at(record, resource.key)] = record
    return collection
