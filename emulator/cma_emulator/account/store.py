"""Where the records are: one collection for each resource and scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..records import Record, Scope, at
from .clock import Clock
from .resource import Resource
from .virtual import Virtual

Handle = int | str
"""Names a record in a collection: a number of a virtual one, or the key of a kept one."""


class Collection:
    """Records by key, over a base of virtual ones that they replace or that were deleted."""

    def __init__(self, clock: Clock, base: Virtual | None = None) -> None:
        """Start with the virtual records only."""
        self.base = base
        self._clock = clock
        self._made: dict[str, int] = {}
        self.kept: dict[str, Record] = {}
        self.replaced: set[int] = set()
        self.generated: dict[str, Record] = {}
        """The kept records of a generated account as they were in the beginning."""
        self.selections: dict[Any, Any] = {}
        """What queries found; emptied by every change."""

    def __len__(self) -> int:
        """Return how many records there are."""
        virtual = self.base.family.count - len(self.replaced) if self.base else 0
        return virtual + len(self.kept)

    def get(self, key: str) -> Record | None:
        """Return the record with a key."""
        number = self._number(key)
        if number is None or self.base is None:
            return self.kept.get(key)
        return self.base.record(number)

    def original(self, key: str) -> Record | None:
        """Return a record as it was generated, None for one that was not."""
        number = self.base.family.ids.index(key) if self.base else None
        if number is not None and self.base is not None:
            return self.base.record(number)
        return self.generated.get(key)

    def put(self, key: str, record: Record) -> None:
        """Keep a record, in the place of an older one with its key."""
        if key not in self.kept and self._number(key) is None:
            self._made[key] = self._clock.now_ms()
        self._forget_virtual(key)
        self.kept[key] = record
        self.selections.clear()

    def remove(self, key: str) -> None:
        """Take a record away."""
        self._forget_virtual(key)
        self.kept.pop(key, None)
        self._made.pop(key, None)
        self.selections.clear()

    def made_after(self, ms: int) -> frozenset[str]:
        """Return the keys of records that came after an instant, by the emulator's clock."""
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
    """All collections by their address; those of a generated account are filled when asked."""

    def __init__(self, populate: Callable[[str, Scope], Collection]) -> None:
        """Take what fills the collection with a path in a scope."""
        self._populate = populate
        self._collections: dict[str, Collection] = {}

    def collection(self, path: str, scope: Scope) -> Collection:
        """Return the records at a path in a scope."""
        address = path.format(**scope)
        if address not in self._collections:
            self._collections[address] = self._populate(path, scope)
        return self._collections[address]

    def keep(self, path: str, scope: Scope, collection: Collection) -> None:
        """Set all records at a path in a scope."""
        self._collections[path.format(**scope)] = collection

    def drop(self, address: str) -> None:
        """Forget every collection below an address."""
        inside = address + "/"
        for path in [path for path in self._collections if path.startswith(inside)]:
            del self._collections[path]


def collected(resource: Resource, records: Iterable[Record]) -> Collection:
    """Return a collection of records that are given."""
    collection = Collection(Clock())
    for record in records:
        collection.kept[at(record, resource.key)] = record
    return collection
