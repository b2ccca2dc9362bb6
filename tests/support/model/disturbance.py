"""Disturbances of a sync, and a warehouse that fails on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contentful_cma.tables import TABLES as DECLARED
from support.model.calls import Edit
from support.warehouse import FastTime, Run, Warehouse


class Interrupted(Exception):
    """The sync was stopped from outside."""


class SteppingTime(FastTime):
    """A clock that advances by itself, so checkpoints happen during a sync."""

    def __init__(self, step: float) -> None:
        """Advance *step* seconds whenever the time is read."""
        super().__init__()
        self._step = step

    def clock(self) -> float:
        """Return the seconds, and advance."""
        with self._lock:
            self._seconds += self._step
        return self._seconds


class FragileWarehouse(Warehouse):
    """A warehouse that can fail at a chosen operation, and that notes useless operations."""

    def __init__(self) -> None:
        """Start without a planned failure."""
        super().__init__()
        self.operations_left: int | None = None
        self.followed = 0
        """Number of operations after the failed one."""
        self.useless: list[tuple[str, Any]] = []
        self._before: dict[str, Any] = {}

    def sync(self, configuration: dict[str, str], time: FastTime | None = None) -> Run:
        """Sync once, and note useless operations."""
        self.useless, self._before, self.followed = [], self._copied(), 0
        return super().sync(configuration, time)

    def upsert(self, table: str, data: dict[str, Any]) -> None:
        """Write a row, and note it if the warehouse had the same row before the sync."""
        self._count()
        if self._before.get(table, {}).get(self._key(table, data)) == data:
            self.useless.append((table, data))
        super().upsert(table, data)

    def delete(self, table: str, keys: dict[str, Any]) -> None:
        """Delete a row, and note it if the warehouse did not have it."""
        self._count()
        if self._key(table, keys) not in self._before.get(table, {}):
            self.useless.append((table, keys))
        super().delete(table, keys)

    def truncate(self, table: str) -> None:
        """Truncate a table."""
        self._count()
        super().truncate(table)

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Commit."""
        self._count()
        super().checkpoint(state)

    def held(self) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
        """Return a copy of all tables."""
        return self._copied()

    def set_missing_columns(self, table: str, columns: tuple[str, ...]) -> None:
        """Remove some columns of a table, or restore all of them, NULL in old rows."""
        declared = next(one for one in DECLARED if one.name == table).schema()
        for column in columns:
            del declared["columns"][column]
        self._declared[table] = declared
        for row in self.tables.get(table, {}).values():
            for column in declared["columns"].keys() - row.keys():
                row[column] = None

    def _count(self) -> None:
        if self.operations_left is not None:
            self.operations_left -= 1
            self.followed += self.operations_left < -1
            if self.operations_left == -1:
                raise Interrupted


EMPTY = {"sys": {"type": "Array"}, "total": 0, "limit": 100, "skip": 0, "items": []}
"""An empty listing."""

OF_AN_ANSWER: dict[str, dict[str, Any]] = {
    "empty": {"kind": "answer", "status": 200, "body": EMPTY},
    # The answer is right, but its date is wrong.
    "ahead": {"kind": "delay"},
}


@dataclass(frozen=True)
class Fault:
    """A fault in one sync: its path, kind, number, and the requests before it."""

    path: str
    status: int
    times: int
    after: int = 0
    kind: str = "answer"
    clock_ahead_seconds: float = 0

    @property
    def order(self) -> dict[str, Any]:
        """The fault in the form of the emulator's control route."""
        return {**vars(self), **OF_AN_ANSWER.get(self.kind, {})}

    @property
    def is_fatal(self) -> bool:
        """Whether the sync may fail; it must fail without the list of spaces."""
        hits_root = self.path in ("*", "/spaces")
        return (self.is_refusal and hits_root) or (self.is_failure and self.times < 0)

    @property
    def is_failure(self) -> bool:
        """Whether the connector retries it."""
        return self.kind not in OF_AN_ANSWER and self.status not in (401, 403, 404, 429)

    @property
    def is_refusal(self) -> bool:
        """Whether the connector skips the place and continues the sync."""
        return self.kind == "answer" and self.status in (401, 403, 404)

    @property
    def is_permanent(self) -> bool:
        """Whether it affects every matching request."""
        return self.times < 0 and self.after == 0

    @property
    def is_of_a_place(self) -> bool:
        """Whether it is permanent and affects one space."""
        return self.is_permanent and self.path.startswith("/spaces/s")


RETRIES = 1


@dataclass(frozen=True)
class Disturbance:
    """Faults, edits and a crash during one sync."""

    faults: tuple[Fault, ...] = ()
    edits: tuple[tuple[int, Edit], ...] = ()
    operations: int | None = None
    step: float = 0.0

    @property
    def is_absent(self) -> bool:
        """Whether the sync is undisturbed."""
        return not self.faults and not self.edits and self.operations is None

    @property
    def is_harmless(self) -> bool:
        """Whether a successful sync must make all rows equal."""
        return self.is_judged and not any(
            one.is_refusal or one.kind == "empty" for one in self.faults
        )

    @property
    def is_judged(self) -> bool:
        """Whether the demands on all places are known."""
        spent = sum(one.is_failure for one in self.faults if not one.is_of_a_place)
        return (
            not self.edits
            and self.operations is None
            and spent <= RETRIES
            and not any(one.is_fatal and not one.is_of_a_place for one in self.faults)
            and not any(one.is_refusal and not one.is_of_a_place for one in self.faults)
        )
