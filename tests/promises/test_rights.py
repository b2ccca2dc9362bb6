"""Rights withdrawn during a sync, and a revoked token, lose no row."""

from __future__ import annotations

from typing import Any

import pytest

from contentful_cma.errors import TokenRefused
from support.account import TOKEN, Account
from support.examples import BY_TABLE
from support.model.calls import Edit
from support.model.editor import Editor
from support.model.expected import IN_ENVIRONMENTS, IN_SPACES, KEYS_OF, Rows, rows_of
from support.runs import assert_no_changes, twice
from support.warehouse import Run, Warehouse

COMMENTS = BY_TABLE["COMMENTS"]
ENTRY_SNAPSHOTS = BY_TABLE["ENTRY_SNAPSHOTS"]

REFUSED, ALLOWED = "s1", "s2"
"""The space that is refused for a while, and one that is never refused."""

MODELLED = ("ORGANIZATIONS", "SPACES", *IN_SPACES, *IN_ENVIRONMENTS, "SYNC_COVERAGE")
CHILDREN = {"COMMENTS": COMMENTS, "ENTRY_SNAPSHOTS": ENTRY_SNAPSHOTS}
KEYS = {**KEYS_OF, **{name: example.key for name, example in CHILDREN.items()}}
TABLES = tuple(name for name in (*MODELLED, *CHILDREN) if name != "SYNC_COVERAGE")

PERMANENT = -1
Expected = dict[str, Rows]
Fault = dict[str, Any]


class World:
    """Two spaces with content, a warehouse that has read them or not, and the expected rows."""

    def __init__(self, account: Account) -> None:
        """Fill the account."""
        self.account = account
        self.editor = Editor(account)
        self.configuration = {"access_token": TOKEN, "base_url": account.url}
        self.configuration |= {"tables": ",".join(TABLES), "environment_id": "*"}
        self.configuration |= {"max_records_per_page": "2"}
        for space in (REFUSED, ALLOWED):
            self.fill(space)
        self.synced = Warehouse()
        self.expected = self.as_expected()

    def edit(self, space: str, *actions: str, **more: Any) -> None:
        """Carry out edits in a space."""
        for action in actions:
            self.editor.apply(Edit(action, space, **more))

    def fill(self, space: str) -> None:
        """Put records of every table into a space."""
        self.edit(space, "put space", "put content type", "put tag", "add role", "add member")
        self.edit(space, "add locale", "point alias")
        for key in "abc":
            self.edit(space, "put entry", "publish entry", "put asset", key=key)
            for example in CHILDREN.values():
                self.put_child(space, key, example.named(f"{space}-{key}").record)

    def put_child(self, space: str, entry: str, record: dict[str, Any]) -> None:
        """Add a comment or a snapshot to an entry."""
        kind = record["sys"]["type"].lower() + "s"
        path = f"spaces/{space}/environments/master/entries/{entry}/{kind}"
        self.account.put(path, record)

    def change(self) -> None:
        """Sync, then change something in every table."""
        assert self.synced.sync(self.configuration).error is None
        self.editor.wait(3600)
        for space in (REFUSED, ALLOWED):
            self.edit(space, "put space", "put content type", "put tag", value=2)
            self.edit(space, "unpublish entry", "delete entry", "delete asset", key="b")
            self.edit(space, "put entry", "publish entry", "put asset", key="c", value=2)
            self.edit(space, "change role", "delete member")
            self.put_child(space, "c", ENTRY_SNAPSHOTS.named(f"{space}-new").record)
        self.expected = self.as_expected()

    def as_expected(self) -> Expected:
        """Return the account's rows by table; children as a sync from scratch finds them."""
        fresh = Warehouse()
        assert fresh.sync(self.configuration).error is None
        expected = rows_of(self.account, MODELLED, self.configuration)
        assert all(fresh.rows(table) for table in CHILDREN)
        for table in CHILDREN:
            expected[table] = rows(fresh, table)
            for space in (REFUSED, ALLOWED):
                row = expected["SYNC_COVERAGE"]["ENTRIES", f"{space}/master"]
                key = table, row["place"]
                expected["SYNC_COVERAGE"][key] = {**row, "table_name": table}
        return expected


def rows(warehouse: Warehouse, table: str) -> Rows:
    """Return the rows of a table by key."""
    return {tuple(row[key] for key in KEYS[table]): row for row in warehouse.rows(table)}


def assert_equal(warehouse: Warehouse, expected: Expected, space: str | None = None) -> None:
    """Check that the warehouse equals the account, in one space if it is given."""
    for table, wanted in expected.items():
        assert within(space, rows(warehouse, table)) == within(space, wanted), table


def within(space: str | None, some: Rows) -> Rows:
    """Return the rows of a space, or all rows if it is None."""
    return {key: row for key, row in some.items() if space in (None, row.get("space_id"))}


def assert_nothing_lost(run: Run, expected: Expected) -> None:
    """Check that no row of an existing record was deleted."""
    lost = [one for one in run.deleted if tuple(one[1].values()) in expected[one[0]]]
    assert lost == []


def statuses(warehouse: Warehouse) -> set[str]:
    """Return the statuses in SYNC_COVERAGE of the refused space."""
    return {row["status"] for row in warehouse.rows("SYNC_COVERAGE") if row["space_id"] == REFUSED}


def refused(account: Account, status: int) -> int:
    """Return how many requests were answered with this status."""
    return sum(one["status"] == status for one in account.requests())


@pytest.fixture(params=["first sync", "later sync"])
def world(request: pytest.FixtureRequest, emulator: Account) -> World:
    """Create two spaces that were never synced, or that have changed since a sync."""
    made = World(emulator)
    if request.param == "later sync":
        made.change()
    return made


def disturbed(world: World, warehouse: Warehouse, fault: Fault) -> tuple[Run, int]:
    """Sync during a fault; return the run, and how often the fault happened."""
    world.account.forget_requests()
    world.account.fault(**fault)
    run = warehouse.sync(world.configuration)
    world.account.control("DELETE", "faults")
    return run, refused(world.account, fault["status"])


def assert_next_sync_completes(world: World, warehouse: Warehouse, before: Run) -> None:
    """Sync once more, without the fault: all missing rows arrive, each once."""
    world.editor.wait(3600)
    run = warehouse.sync(world.configuration)
    assert run.error is None
    assert_nothing_lost(run, world.expected)
    assert_equal(warehouse, world.expected)
    assert twice(before, run) == []


WITHDRAWN = [(401, PERMANENT), (403, 3), (404, PERMANENT), (403, PERMANENT), (404, 3)]
"""Status of the requests in the space, and how many get it before the rights are restored."""


@pytest.mark.parametrize(
    ("step", "status", "times"),
    [
        *((43, status, times) for status, times in WITHDRAWN[:3]),
        *(pytest.param(1, *one, marks=pytest.mark.deep) for one in WITHDRAWN),
    ],
)
def test_rights_to_a_space_may_be_withdrawn_at_any_request(
    world: World, step: int, status: int, times: int
) -> None:
    """If rights to a space are withdrawn mid-sync, other spaces arrive; it arrives afterwards."""
    number, happened = 0, 1
    while happened:
        warehouse = world.synced.copy()
        fault = {"path": f"/spaces/{REFUSED}/*", "status": status, "times": times, "after": number}
        run, happened = disturbed(world, warehouse, fault)
        assert run.error is None
        assert_nothing_lost(run, world.expected)
        assert_equal(warehouse, world.expected, ALLOWED)
        if happened and times == PERMANENT:
            assert "skipped" in statuses(warehouse)
        assert_next_sync_completes(world, warehouse, run)
        number += step
    assert number > 15
    assert_no_changes(warehouse.sync(world.configuration))


@pytest.mark.parametrize("step", [23, pytest.param(1, marks=pytest.mark.deep)])
def test_a_token_may_be_revoked_at_any_request(world: World, step: int) -> None:
    """If the token is revoked during a sync, it fails; the next one writes the rest once."""
    number, happened = 0, 1
    while happened:
        warehouse = world.synced.copy()
        fault = {"path": "*", "status": 401, "after": number}
        run, happened = disturbed(world, warehouse, fault)
        assert isinstance(run.error, TokenRefused) == bool(happened)
        assert_nothing_lost(run, world.expected)
        assert_next_sync_completes(world, warehouse, run)
        number += step
    assert number > 30
    assert_no_changes(warehouse.sync(world.configuration))
