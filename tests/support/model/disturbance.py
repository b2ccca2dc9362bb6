"""What can happen to a sync, and a warehouse that fails when it is told to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contentful_cma.tables import TABLES as DECLARED
from support.model.calls import Edit
from support.warehouse import FastTime, Run, Warehouse


class Interrupted(Exception):
    """The sync was stopped from outside."""


class SteppingTime(FastTime):
    """A clock that goes on by itself, so that checkpoints come within a sync."""

    def __init__(self, step: float) -> None:
        """Go on *step* seconds whenever the time is asked for."""
        super().__init__()
        self._step = step

    def clock(self) -> float:
        """Return the seconds, and let some pass."""
        with self._lock:
            self._seconds += self._step
        return self._seconds


class FragileWarehouse(Warehouse):
    """A warehouse that can fail at a chosen operation, and that notes useless ones."""

    def __init__(self) -> None:
        """Fail never."""
        super().__init__()
        self.operations_left: int | None = None
        self.followed = 0
        """Operations after the one that has failed."""
        self.useless: list[tuple[str, Any]] = []
        self._before: dict[str, Any] = {}

    def sync(self, configuration: dict[str, str], time: FastTime | None = None) -> Run:
        """Sync once, and note what is useless."""
        self.useless, self._before, self.followed = [], self._copied(), 0
        return super().sync(configuration, time)

    def upsert(self, table: str, data: dict[str, Any]) -> None:
        """Write a row, and note it if the warehouse has had exactly that one all the time."""
        self._count()
        if self._before.get(table, {}).get(self._key(table, data)) == data:
            self.useless.append((table, data))
        super().upsert(table, data)

    def delete(self, table: str, keys: dict[str, Any]) -> None:
        """Delete a row, and note it if the warehouse has none."""
        self._count()
        if self._key(table, keys) not in self._before.get(table, {}):
            self.useless.append((table, keys))
        super().delete(table, keys)

    def truncate(self, table: str) -> None:
        """Empty a table."""
        self._count()
        super().truncate(table)

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Make all of it last."""
        self._count()
        super().checkpoint(state)

    def held(self) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
        """Return a copy of all tables as they are now."""
        return self._copied()

    def is_without(self, table: str, columns: tuple[str, ...]) -> None:
        """Have a table without some columns, or with all of them, NULL in its old rows."""
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
"""A listing that shows nothing."""

OF_AN_ANSWER: dict[str, dict[str, Any]] = {
    "empty": {"kind": "answer", "status": 200, "body": EMPTY},
    # The answer is right, but its date is not.
    "ahead": {"kind": "delay"},
}


@dataclass(frozen=True)
class Fault:
    """What goes wrong in one sync: a path, how, how often, and after how many requests to it."""

    path: str
    status: int
    times: int
    after: int = 0
    kind: str = "answer"
    clock_ahead_seconds: float = 0

    @property
    def order(self) -> dict[str, Any]:
        """The fault as the emulator takes it."""
        return {**vars(self), **OF_AN_ANSWER.get(self.kind, {})}

    @property
    def is_fatal(self) -> bool:
        """Whether the sync may fail once it happens: without its root listing it has to."""
        hits_root = self.path in ("*", "/spaces")
        return (self.is_refusal and hits_root) or (self.is_failure and self.times < 0)

    @property
    def is_failure(self) -> bool:
        """Whether a retry is spent on it."""
        return self.kind not in OF_AN_ANSWER and self.status not in (401, 403, 404, 429)

    @property
    def is_refusal(self) -> bool:
        """Whether the place that it happens to is skipped, and the sync continues."""
        return self.kind == "answer" and self.status in (401, 403, 404)

    @property
    def is_trouble(self) -> bool:
        """Whether it is there from the first request to the last."""
        return self.times < 0 and self.after == 0

    @property
    def is_of_a_place(self) -> bool:
        """Whether it is there all the time, and no other space meets it."""
        return self.is_trouble and self.path.startswith("/spaces/s")


RETRIES = 1


@dataclass(frozen=True)
class Disturbance:
    """What happens to one sync."""

    faults: tuple[Fault, ...] = ()
    edits: tuple[tuple[int, Edit], ...] = ()
    operations: int | None = None
    step: float = 0.0

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happens at all."""
        return not self.faults and not self.edits and self.operations is None

    @property
    def is_harmless(self) -> bool:
        """Whether a sync that succeeds has to make all equal."""
        return self.is_judged and not any(
            one.is_refusal or one.kind == "empty" for one in self.faults
        )

    @property
    def is_judged(self) -> bool:
        """Whether it is known of each place what the sync has to make of it."""
        spent = sum(one.is_failure for one in self.faults if not one.is_of_a_place)
        return (
            not self.edits
            and self.operations is None
            and spent <= RETRIES
            and not any(one.is_fatal and not one.is_of_a_place for one in self.faults)
            and not any(one.is_refusal and not one.is_of_a_place for one in self.faults)
        )
