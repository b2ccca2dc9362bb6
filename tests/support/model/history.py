"""A history: one account, one warehouse, and what is allowed to happen between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from support.account import TOKEN, Account
from support.model.edits import Edit, Editor
from support.model.expected import ENTRY_SNAPSHOTS, IN_ENVIRONMENTS, IN_SPACES, rows_of
from support.warehouse import FastTime, Run, Warehouse

TABLES = ("ORGANIZATIONS", "SPACES", *IN_SPACES, *IN_ENVIRONMENTS, ENTRY_SNAPSHOTS)
COVERAGE = "SYNC_COVERAGE"
CORE = frozenset(("ORGANIZATIONS", "SPACES"))


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
        self.useless: list[tuple[str, Any]] = []
        self._before: dict[str, Any] = {}

    def sync(self, configuration: dict[str, str], time: FastTime | None = None) -> Run:
        """Sync once, and note what is useless."""
        self.useless, self._before = [], self._copied()
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

    def _count(self) -> None:
        if self.operations_left is not None:
            self.operations_left -= 1
            if self.operations_left < 0:
                raise Interrupted


@dataclass(frozen=True)
class Fault:
    """What goes wrong in one sync: a path, how, how often, and after how many requests to it."""

    path: str
    status: int
    times: int
    after: int = 0
    kind: str = "answer"

    @property
    def is_fatal(self) -> bool:
        """Whether the sync has to fail once it happens; the token is not asked for twice."""
        return self.status == 401 or (self.is_failure and self.times < 0)

    @property
    def is_failure(self) -> bool:
        """Whether a retry is spent on it."""
        return self.status not in (401, 403, 429)


RETRIES = 1


@dataclass(frozen=True)
class Disturbance:
    """What happens to one sync."""

    faults: tuple[Fault, ...] = ()
    edits: tuple[tuple[int, Edit], ...] = ()
    operations: int | None = None
    step: float = 0.0


QUIET = Disturbance()


class History:
    """One account and one warehouse over many syncs."""

    def __init__(self, account: Account) -> None:
        """Begin with a small account and an empty warehouse."""
        self.account = account
        self.editor = Editor(account)
        self.warehouse = FragileWarehouse()
        self.settings: dict[str, str] = {"environment_id": "*"}
        self.tables: tuple[str, ...] = TABLES
        self._may_lack_locales = False

    @property
    def configuration(self) -> dict[str, str]:
        """The configuration as it stands."""
        fixed = {"access_token": TOKEN, "base_url": self.account.url}
        retries = {"retry_attempts": str(RETRIES), "tables": ",".join(self.tables)}
        return {**fixed, **retries, **self.settings}

    def sync(self, disturbance: Disturbance = QUIET) -> None:
        """Sync, and check what the promise says of a sync with such a disturbance."""
        run = self._disturbed(disturbance)
        if run.error is not None:
            self._assert_explained(run, disturbance)
        elif disturbance.edits or any(one.status == 403 for one in disturbance.faults):
            self.sync()
        else:
            self.assert_equal()
            self._assert_useful(run)

    def finish(self) -> None:
        """Check that a sync makes all equal and that another one has nothing to do."""
        self.sync()
        run = self._disturbed(QUIET)
        assert run.error is None, run.error
        if self.settings.get("enable_incremental_sync") != "false":
            assert (run.written, run.deleted, run.truncated) == ([], [], [])
        self.assert_equal()

    def assert_equal(self) -> None:
        """Check that the warehouse equals the account, table by table."""
        expected = rows_of(self.account, self._selected(), self.configuration)
        for table, rows in expected.items():
            found = {
                tuple(row[key] for key in KEYS_OF[table]): row
                for row in self.warehouse.rows(table)
            }
            if self._may_lack_locales:
                _forget_default_locales(table, found, rows)
            assert found == rows, f"{table}: {_difference(found, rows)}"

    def _selected(self) -> tuple[str, ...]:
        return self.tables if set(self.tables) <= CORE else (*self.tables, COVERAGE)

    def _disturbed(self, disturbance: Disturbance) -> Run:
        account, warehouse = self.account, self.warehouse
        first = self.settings["environment_id"].split(",")[0]
        self._may_lack_locales |= first not in ("*", "master")
        for fault in disturbance.faults:
            account.control("POST", "faults", dict(vars(fault)))
        account.forget_requests()
        for number, edit in disturbance.edits:
            self.editor.plan(edit, number)
        warehouse.operations_left = disturbance.operations
        run = warehouse.sync(self.configuration, SteppingTime(disturbance.step))
        warehouse.operations_left = None
        if disturbance.faults:
            account.control("DELETE", "faults")
        if disturbance.edits:
            # Edits that the sync ended before happen now.
            for _ in range(
                len(account.requests()), max(number for number, _ in disturbance.edits)
            ):
                account.call("GET", "/users/me")
        return run

    def _assert_explained(self, run: Run, disturbance: Disturbance) -> None:
        failures = sum(fault.is_failure for fault in disturbance.faults)
        faulty = failures > RETRIES or any(fault.is_fatal for fault in disturbance.faults)
        if isinstance(run.error, Interrupted):
            assert disturbance.operations is not None
        elif not faulty:
            assert run.error is not None
            raise run.error

    def _assert_useful(self, run: Run) -> None:
        """Check that nothing was written or deleted that had not changed."""
        if self.settings.get("enable_incremental_sync") != "false" and not run.truncated:
            assert [one for one in self.warehouse.useless if not self._has_reason(*one)] == []
        self.editor.made.clear()

    def _has_reason(self, table: str, row: dict[str, Any]) -> bool:
        """Tell whether an equal row may be written again.

        An environment that was made anew is read from its beginning, and a space follows the name
        of the environment that its default locale is read from.
        """
        place = row.get("space_id"), row.get("environment_id")
        return place in self.editor.made or (table == "SPACES" and self._may_lack_locales)


KEYS_OF = {
    **dict.fromkeys(("ORGANIZATIONS", "SPACES"), ("id",)),
    **dict.fromkeys(IN_SPACES, ("space_id", "id")),
    "SPACE_MEMBERS": ("space_id", "user_id"),
    **dict.fromkeys(IN_ENVIRONMENTS, ("space_id", "environment_id", "id")),
    "CONTENT_TYPE_FIELDS": ("space_id", "environment_id", "content_type_id", "id"),
    ENTRY_SNAPSHOTS: ("space_id", "environment_id", "entry_id", "id"),
    COVERAGE: ("table_name", "place"),
}


def _forget_default_locales(table: str, *sides: dict[Any, Any]) -> None:
    """Leave out what is only asked for again once the space itself has changed (issue 2)."""
    for rows in sides:
        if table == COVERAGE:
            rows.pop(("SPACES", ""), None)
        for key, row in rows.items() if table == "SPACES" else ():
            rows[key] = {**row, "default_locale": None}


def _difference(found: dict[Any, Any], expected: dict[Any, Any]) -> str:
    lines = [f"lingers: {key}" for key in found.keys() - expected.keys()]
    lines += [f"lacks: {key}" for key in expected.keys() - found.keys()]
    for key in found.keys() & expected.keys():
        for column in sorted(found[key].keys() | expected[key].keys()):
            has, should = found[key].get(column, "?"), expected[key].get(column, "?")
            if has != should:
                lines.append(f"{key} {column}: has {has!r}, should have {should!r}")
    return "; ".join(sorted(lines))
