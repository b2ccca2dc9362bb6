"""A warehouse for tests that behaves as Fivetran's SDK does.

It has upserts of whole rows, deletes and truncation.  If a sync fails, all operations since the
last checkpoint are undone.  As in the SDK, null keys, undeclared columns and values that do not
fit the declared type are errors.
"""

from __future__ import annotations

import copy
import json
import re
import threading
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

from contentful_cma.sync import Clocks, sync
from contentful_cma.sync.progress import PROGRESS_SECONDS
from contentful_cma.tables import TABLES
from support.operations import is_explained

_UTC_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)\Z")
_FITS: dict[str, Callable[[Any], bool]] = {
    "STRING": lambda value: isinstance(value, str) and bool(value.encode("utf-8") or True),
    "LONG": lambda value: type(value) is int and -(2**63) <= value < 2**63,
    "BOOLEAN": lambda value: type(value) is bool,
    "DOUBLE": lambda value: type(value) in (int, float),
    "UTC_DATETIME": lambda value: bool(_UTC_DATETIME.match(value)),
    "JSON": lambda value: bool(json.dumps(value, allow_nan=False)),
}


class FastTime:
    """A clock that only sleeping moves, so no test waits."""

    def __init__(self, between_lines: float = PROGRESS_SECONDS) -> None:
        """Start now at zero seconds; progress is logged every *between_lines* seconds."""
        self.slept: list[float] = []
        self.between_lines = between_lines
        self.today = datetime.now(timezone.utc)
        self._seconds = 0.0
        self._lock = threading.Lock()

    def clock(self) -> float:
        """Return the seconds slept so far."""
        return self._seconds

    def now(self) -> datetime:
        """Return the date."""
        return self.today + timedelta(seconds=self._seconds)

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        with self._lock:
            self.slept.append(seconds)
            self._seconds += seconds

    @property
    def time(self) -> Clocks:
        """The clock as a sync takes it."""
        return Clocks(self.clock, self.now, self.sleep, self.between_lines)


class Run:
    """The operations, messages and result of one sync."""

    def __init__(self) -> None:
        """Start without operations."""
        self.written: list[tuple[str, dict[str, Any]]] = []
        self.deleted: list[tuple[str, dict[str, Any]]] = []
        self.truncated: list[str] = []
        self.warnings: list[str] = []
        self.messages: list[str] = []
        self.states: list[dict[str, Any]] = []
        self.error: BaseException | None = None
        self.slept: list[float] = []


class Warehouse:
    """Tables as ``{name: {key: row}}``, and the state that belongs to them."""

    can_truncate = True

    def __init__(self) -> None:
        """Start without rows and with an empty state."""
        self.tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
        self.state: dict[str, Any] = {}
        self.run = Run()
        self._saved_tables: dict[str, Any] = {}
        self._declared = {table.name: table.schema() for table in TABLES}

    def sync(self, configuration: dict[str, str], time: FastTime | None = None) -> Run:
        """Sync once; on an error keep it in the run and undo all since the last checkpoint."""
        self.run = Run()
        self._saved_tables = self._copied()
        fast = time or FastTime()
        try:
            sync(configuration, copy.deepcopy(self.state), self, self, fast.time)
        except Exception as error:  # noqa: BLE001 - the SDK undoes the rest for any error
            self.run.error = error
            self.tables = self._saved_tables
        self.run.slept = fast.slept
        return self.run

    def copy(self) -> Warehouse:
        """Return a copy with the same rows and state."""
        copied = type(self)()
        copied.tables, copied.state = self._copied(), copy.deepcopy(self.state)
        return copied

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table, ordered by key."""
        found = self.tables.get(table, {})
        return [found[key] for key in sorted(found)]

    def upsert(self, table: str, data: dict[str, Any]) -> None:
        """Write a whole row."""
        declared = self._declared[table]["columns"]
        assert set(data) == set(declared), f"{table} has other columns"
        for column, value in data.items():
            kind = declared[column]
            assert value is None or _FITS[kind](value), (
                f"{table}.{column}: {value!r} is not a {kind}"
            )
        self.tables.setdefault(table, {})[self._key(table, data)] = dict(data)
        self.run.written.append((table, dict(data)))

    def delete(self, table: str, keys: dict[str, Any]) -> None:
        """Delete the row with this key."""
        self.tables.get(table, {}).pop(self._key(table, keys), None)
        self.run.deleted.append((table, dict(keys)))

    def truncate(self, table: str) -> None:
        """Delete all rows of a table."""
        self.tables.pop(table, None)
        self.run.truncated.append(table)

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Commit the state and all rows; fail, as the SDK does, if the state is not JSON."""
        self.state = json.loads(json.dumps(state, allow_nan=False))
        self.run.states.append(self.state)
        self._saved_tables = self._copied()

    def warning(self, message: str) -> None:
        """Note a warning; docs/operations.md must explain it."""
        assert is_explained(message), f"docs/operations.md does not explain: {message}"
        self.run.warnings.append(message)

    def info(self, message: str) -> None:
        """Note a message of the log."""
        self.run.messages.append(message)

    def _copied(self) -> dict[str, Any]:
        # Rows are never changed in place, and deep copies of nested values could fail.
        return {name: dict(rows) for name, rows in self.tables.items()}

    def _key(self, table: str, data: dict[str, Any]) -> tuple[Any, ...]:
        key = tuple(data[column] for column in self._declared[table]["primary_key"])
        assert None not in key, f"{table}: null primary key"
        return key
