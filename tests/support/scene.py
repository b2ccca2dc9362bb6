"""A small account that tests edit, one warehouse, and a comparison of the two."""

from __future__ import annotations

import copy
import json
from typing import Any

from support.account import TOKEN, Account
from support.crashing import Crash, ManyCheckpoints
from support.model.calls import Edit
from support.model.disturbance import FragileWarehouse
from support.model.editor import Editor
from support.model.expected import KEYS_OF, Rows, rows_of
from support.warehouse import Run

Record = dict[str, Any]

HOUR, DAY, MONTH = 3600, 86400, 30 * 86400
MASTER = "spaces/s1/environments/master"


class Fragile(FragileWarehouse):
    """A warehouse that can fail right after a row was committed."""

    breaks_after: str | None = None
    """Id of the row after whose commit it fails."""

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Commit, and fail if the chosen row was written."""
        super().checkpoint(state)
        if self.breaks_after and self.breaks_after in {
            row.get("id") for _, row in self.run.written
        }:
            raise Crash


class Scene:
    """One account, one warehouse, and the settings of the syncs.

    The account has a space `s1` whose `master` has the content types `page` and `note` and the
    entry `a`; its clock is stopped.
    """

    def __init__(self, account: Account, tables: str = "ENTRIES", **settings: str) -> None:
        """Select these tables, separated by commas, in all environments."""
        self.account = account
        self.editor = Editor(account)
        self.warehouse = Fragile()
        self.settings = {"environment_id": "*", "tables": tables, **settings}

    # The account

    def edit(self, *actions: str, **where: Any) -> None:
        """Make edits, by default of the entry `a` in `s1/master`."""
        for action in actions:
            self.editor.apply(Edit(action, **where))

    def wait(self, seconds: float = HOUR) -> None:
        """Let time pass."""
        self.editor.wait(seconds)

    def fill(self, number: int, name: str = "old", where: str = MASTER, **sys: str) -> list[str]:
        """Store copies of the entry `a` with new ids; return the ids.

        Times in *sys* that end with ``.000Z`` become a millisecond apart.
        """
        (like,) = (one for one in self.account.stored(f"{MASTER}/entries") if _id(one) == "a")
        records = [copy.deepcopy(like) for _ in range(number)]
        for at, record in enumerate(records):
            apart = {key: one.replace(".000Z", f".{at:03}Z") for key, one in sys.items()}
            record["sys"].update(apart, id=f"{name}-{at:03}")
        self.account.put(f"{where}/entries", *records)
        return [_id(record) for record in records]

    def store(self, collection: str, *records: Record) -> None:
        """Replace records by others with the same ids; `sys` stays as given."""
        self.account.put(collection, *records)

    def stored(self, collection: str) -> list[Record]:
        """Return the records of a collection."""
        return self.account.stored(collection)

    def remove(self, ids: list[str], where: str = MASTER) -> None:
        """Delete entries."""
        for one in ids:
            self.account.control("DELETE", f"store/{where}/entries/{one}")

    def end_faults(self) -> None:
        """End all faults."""
        self.account.control("DELETE", "faults")

    # The warehouse

    @property
    def configuration(self) -> dict[str, str]:
        """The configuration for the next sync."""
        fixed = {"access_token": TOKEN, "base_url": self.account.url, "retry_attempts": "1"}
        return {**fixed, **self.settings}

    def sync(self, **settings: str) -> Run:
        """Change settings, and sync."""
        self.settings |= settings
        run = self.warehouse.sync(self.configuration)
        # Planned edits have changed the account unnoticed.
        self.account.remember()
        return run

    def succeed(self, **settings: str) -> Run:
        """Change settings, and sync; raise the error of a failed sync."""
        run = self.sync(**settings)
        if run.error is not None:
            raise run.error
        return run

    def crash_after(self, entry: str) -> None:
        """Sync until this entry was written and committed."""
        self.warehouse.breaks_after = entry
        run = self.warehouse.sync(self.configuration, ManyCheckpoints())
        assert isinstance(run.error, Crash), run.error
        self.warehouse.breaks_after = None

    # Both

    def expected(self, since: str | None = None) -> dict[str, Rows]:
        """Return the rows of the account by table and key, updated *since* a time if it is given.

        The columns are those of the documentation, the values those that the emulator stores.
        """
        found = rows_of(self.account, self._tables, self.configuration)
        return {
            name: {k: r for k, r in rows.items() if _is_of(r, since)}
            for name, rows in found.items()
        }

    def rows(self) -> dict[str, Rows]:
        """Return the rows of the warehouse by table and key."""
        return {
            name: {
                tuple(row[key] for key in KEYS_OF[name]): row for row in self.warehouse.rows(name)
            }
            for name in self._tables
        }

    def assert_equal(self, since: str | None = None) -> None:
        """Check that the warehouse has exactly the rows of the account."""
        found, expected = self.rows(), self.expected(since)
        for table, rows in expected.items():
            assert found[table].keys() == rows.keys(), table
            assert found[table] == rows, table

    def assert_settled(self, since: str | None = None) -> None:
        """Check that both are equal and that another sync changes nothing."""
        self.assert_equal(since)
        self.assert_no_changes(self.succeed())
        self.assert_equal(since)

    @staticmethod
    def assert_no_changes(run: Run) -> None:
        """Check that a sync changed nothing in the warehouse."""
        done = (run.error, run.written, run.deleted, run.truncated)
        assert done == (None, [], [], [])

    @property
    def _tables(self) -> list[str]:
        """The selected tables, without their intervals."""
        return [one.partition("@")[0].strip() for one in self.settings["tables"].split(",")]

    @property
    def state_size(self) -> int:
        """Size of the state, in bytes."""
        return len(json.dumps(self.warehouse.state))


def _id(record: Record) -> str:
    return str(record["sys"]["id"])


def _is_of(row: Record, since: str | None) -> bool:
    return since is None or row["updated_at"] >= since
