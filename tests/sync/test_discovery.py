"""Environments and aliases: which of them are read, and the effect on their rows."""

from __future__ import annotations

from typing import Any

import pytest

import contentful_cma.state.ledger
from support.account import Account
from support.examples.example import FIRST_SYNC, link
from support.examples.expected import entry_row
from support.warehouse import Run, Warehouse
from support.web_app import create, later, put, retitle, with_a_content_type

Configuration = dict[str, str]
Record = dict[str, Any]
Rows = list[dict[str, Any]]

SPACE = "spaces/shop"


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return a space with an entry in master, and in its clone `staging` with another title."""
    emulator.reset()
    emulator.control("POST", "clock", {"now": FIRST_SYNC})
    with_a_content_type(emulator)
    create(emulator, "hello", "In master")
    later(emulator)
    clone(emulator, "staging")
    edit(emulator, "staging", "In staging")
    later(emulator)
    return emulator


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """Return the configuration that reads the model and the content."""
    return {**configuration, "tables": "model, content"}


def clone(account: Account, name: str, source: str = "master") -> None:
    """Create an environment as a copy of another one."""
    body = {"name": name}
    account.call(
        "PUT", f"/{SPACE}/environments/{name}", body, X_Contentful_Source_Environment=source
    )


def edit(account: Account, environment: str, title: str) -> None:
    """Give the entry of an environment another title."""
    entries = f"{SPACE}/environments/{environment}/entries"
    retitle(account, account.call("GET", f"/{entries}/hello"), title, entries)


def point(account: Account, target: str) -> None:
    """Point the alias `live` to an environment."""
    path = f"{SPACE}/environment_aliases/live"
    known = {one["sys"]["id"]: one for one in account.stored(f"{SPACE}/environment_aliases")}
    version = known["live"]["sys"]["version"] if "live" in known else None
    put(account, path, {"environment": link("Environment", target)}, version)


def entries_of(account: Account, *titles: tuple[str, str]) -> Rows:
    """Return the entry rows of these environments, in this order, with these titles."""
    return [
        entry_row(record, "draft", title)
        for environment, title in titles
        for record in account.stored(f"{SPACE}/environments/{environment}/entries")
    ]


def rows_by_environment(warehouse: Warehouse, table: str) -> dict[str, int]:
    """Return the number of rows of a table in each environment."""
    found: dict[str, int] = {}
    for row in warehouse.rows(table):
        found[row["environment_id"]] = found.get(row["environment_id"], 0) + 1
    return found


def expect_unchanged(run: Run) -> None:
    """Check that a sync had nothing to do."""
    assert (run.error, run.written, run.deleted, run.truncated) == (None, [], [], [])


MASTER, STAGING = ("master", "In master"), ("staging", "In staging")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", (MASTER,)),
        ("staging", (STAGING,)),
        ("master, staging", (MASTER, STAGING)),
        ("*", (MASTER, STAGING)),
    ],
)
def test_environments_are_those_of_the_setting(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    given: str,
    expected: Any,
) -> None:
    """`environment_id` selects one, several or all environments; equal ids in two are two rows."""
    setting = {**configuration, "environment_id": given}
    assert warehouse.sync(setting).error is None
    assert warehouse.rows("ENTRIES") == entries_of(account, *expected)
    one_each = {environment: 1 for environment, _ in expected}
    assert rows_by_environment(warehouse, "CONTENT_TYPES") == one_each
    expect_unchanged(warehouse.sync(setting))


def test_a_narrower_setting_deletes(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """The rows of a deselected environment are deleted, without a request."""
    warehouse.sync({**configuration, "environment_id": "*"})
    account.forget_requests()
    run = warehouse.sync({**configuration, "environment_id": "staging"})
    assert (run.error, written_except_coverage(run)) == (None, [])
    assert [one for one in account.requests() if "/environments/master" in one["path"]] == []
    assert warehouse.rows("ENTRIES") == entries_of(account, STAGING)
    for table in ("CONTENT_TYPES", "CONTENT_TYPE_FIELDS", "EDITOR_INTERFACES", "SYNC_COVERAGE"):
        assert "master" not in rows_by_environment(warehouse, table)


def written_except_coverage(run: Run) -> Rows:
    """Return the rows that a run wrote, except those of SYNC_COVERAGE."""
    return [row for name, row in run.written if name != "SYNC_COVERAGE"]


@pytest.fixture(params=[20_000, 0], ids=["row by row", "by sketches"])
def _known(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let listed tables be known row by row, or by sketches as large ones are."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", request.param)
    monkeypatch.setattr(contentful_cma.state.ledger, "CELLS", 300)


@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize("path", [f"{SPACE}/environments/staging", SPACE])
def test_deleted_places_leave_no_rows(
    account: Account, configuration: Configuration, warehouse: Warehouse, path: str
) -> None:
    """A deleted environment or space leaves no row in any table, small or large."""
    everything = {**configuration, "environment_id": "*", "tables": "all"}
    with_a_content_type(account, "depot")
    warehouse.sync(everything)
    account.call("DELETE", f"/{path}")
    assert warehouse.sync(everything).error is None
    left = {
        (row["space_id"], row["environment_id"])
        for rows in warehouse.tables.values()
        for row in rows.values()
        if "space_id" in row and "environment_id" in row
    }
    deleted = {("shop", "staging"), ("shop", "master")} if path == SPACE else {("shop", "staging")}
    assert left & deleted == set()
    assert ("depot", "master") in left
    assert {row["id"] for row in warehouse.rows("SPACES")} == {
        one["sys"]["id"] for one in account.stored("spaces")
    }
    assert [row for row in warehouse.rows("ROLES") if row["space_id"] == "gone"] == []
    expect_unchanged(warehouse.sync(everything))


def test_an_alias_is_read_as_its_target(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Rows have the id of the environment; an alias and its target together are read once."""
    point(account, "staging")
    for given in ("live", "live, staging"):
        run = warehouse.sync({**configuration, "environment_id": given})
        assert run.error is None
        assert warehouse.rows("ENTRIES") == entries_of(account, STAGING)
    account.forget_requests()
    everything = {**configuration, "environment_id": "*"}
    warehouse.sync(everything)
    assert warehouse.rows("ENTRIES") == entries_of(account, MASTER, STAGING)
    assert not [request for request in account.requests() if "/live/" in request["path"]]


def test_an_alias_that_is_pointed_elsewhere_swaps_the_rows(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """When an alias is pointed elsewhere, and back, the rows are those of its target."""
    live = {**configuration, "environment_id": "live"}
    for target in (MASTER, STAGING, MASTER):
        point(account, target[0])
        later(account)
        assert warehouse.sync(live).error is None
        assert warehouse.rows("ENTRIES") == entries_of(account, target)
        assert rows_by_environment(warehouse, "CONTENT_TYPES") == {target[0]: 1}
        expect_unchanged(warehouse.sync(live))


def test_a_recreated_environment_is_read_in_full(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A recreated environment replaces all rows, although nothing in it is newer."""
    staging = {**configuration, "environment_id": "staging"}
    create(account, "only-here", "Only here", f"{SPACE}/environments/staging/entries")
    later(account)
    warehouse.sync(staging)
    later(account)
    account.call("DELETE", f"/{SPACE}/environments/staging")
    clone(account, "staging")
    later(account)
    assert warehouse.sync(staging).error is None
    assert warehouse.rows("ENTRIES") == entries_of(account, ("staging", "In master"))
    expect_unchanged(warehouse.sync(staging))


@pytest.mark.parametrize("status", ["queued", "inProgress", "failed"])
def test_an_environment_that_is_not_ready_waits(
    account: Account, configuration: Configuration, warehouse: Warehouse, status: str
) -> None:
    """An environment that is not ready is not read, and keeps its rows until it is."""
    everything = {**configuration, "environment_id": "*"}
    ready = account.call("GET", f"/{SPACE}/environments/staging")
    unready = {**ready, "sys": {**ready["sys"], "status": link("Status", status)}}
    account.put(f"{SPACE}/environments", unready)
    assert warehouse.sync(everything).error is None
    assert warehouse.rows("ENTRIES") == entries_of(account, MASTER)
    for record in (ready, unready):
        account.put(f"{SPACE}/environments", record)
        assert warehouse.sync(everything).error is None
        assert warehouse.rows("ENTRIES") == entries_of(account, MASTER, STAGING)
