"""Roles and memberships: one listing of the organization tells which spaces are as they were."""

from __future__ import annotations

from typing import Any

import pytest

import contentful_cma.state.ledger
from support.account import Account
from support.warehouse import Run, Warehouse

SPACES = 3
DAY = 24 * 3600
Configuration = dict[str, str]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give an organization of three spaces, each with two roles and two memberships."""
    emulator.reset(spaces=SPACES)
    emulator.control("POST", "clock", {"now": "2026-03-01T00:00:00Z"})
    return emulator


@pytest.fixture
def roles(configuration: Configuration) -> Configuration:
    """Give a configuration that reads roles."""
    return {**configuration, "tables": "ROLES"}


def ids(account: Account) -> list[str]:
    """Return the ids of the spaces."""
    return [one["sys"]["id"] for one in account.stored("spaces")]


def asked(account: Account, kind: str = "roles") -> list[str]:
    """Return whose roles or memberships were asked for since the log was emptied, and empty it."""
    paths = [one["path"].split("/") for one in account.requests()]
    account.forget_requests()
    return sorted(path[2] for path in paths if path[-1] == kind)


def synced(account: Account, warehouse: Warehouse, configuration: Configuration) -> Run:
    """Sync without an error, with an empty log of requests before it."""
    account.forget_requests()
    run = warehouse.sync(configuration)
    assert run.error is None
    return run


def stored(account: Account) -> list[tuple[str, str, int]]:
    """Return space, id and version of all roles of the account."""
    return sorted(
        (space, one["sys"]["id"], one["sys"]["version"])
        for space in ids(account)
        for one in account.stored(f"spaces/{space}/roles")
    )


def held(warehouse: Warehouse) -> list[tuple[str, str, int]]:
    """Return space, id and version of all roles of the warehouse."""
    return sorted((row["space_id"], row["id"], row["version"]) for row in warehouse.rows("ROLES"))


def organization(account: Account) -> str:
    """Return the id of the organization."""
    return str(account.stored("organizations")[0]["sys"]["id"])


def add_role(account: Account, space: str) -> None:
    """Make a role in a space."""
    body: dict[str, Any] = {"name": "New", "description": None, "policies": [], "permissions": {}}
    account.call("POST", f"/spaces/{space}/roles", body)


def change_role(account: Account, space: str) -> None:
    """Rename the first role of a space."""
    role = account.stored(f"spaces/{space}/roles")[0]
    version = {"X_Contentful_Version": str(role["sys"]["version"])}
    path = f"/spaces/{space}/roles/{role['sys']['id']}"
    account.call("PUT", path, {**role, "name": "Renamed"}, **version)


def delete_role(account: Account, space: str) -> None:
    """Delete the last role of a space."""
    role = account.stored(f"spaces/{space}/roles")[-1]
    account.call("DELETE", f"/spaces/{space}/roles/{role['sys']['id']}")


def test_a_quiet_sync_asks_the_organization(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """The first sync asks each space; where nothing changed, later ones ask the organization."""
    both = {**configuration, "tables": "ROLES, SPACE_MEMBERSHIPS"}
    synced(account, warehouse, both)
    assert asked(account) == sorted(ids(account))
    for _ in range(2):
        run = synced(account, warehouse, both)
        assert (run.written, run.deleted, run.warnings) == ([], [], [])
        paths = [one["path"] for one in account.requests()]
        owner = f"/organizations/{organization(account)}"
        assert sorted(paths) == [f"{owner}/roles", f"{owner}/space_memberships", "/spaces"]


@pytest.mark.parametrize("edit", [add_role, change_role, delete_role])
def test_a_space_that_differs_is_asked_itself(
    account: Account, roles: Configuration, warehouse: Warehouse, edit: Any
) -> None:
    """What is new, changed or gone is read in its space, and no other space is asked."""
    synced(account, warehouse, roles)
    space = ids(account)[1]
    edit(account, space)
    run = synced(account, warehouse, roles)
    assert asked(account) == sorted([organization(account), space])
    assert len(run.written) + len(run.deleted) == 1
    assert held(warehouse) == stored(account)


@pytest.mark.parametrize("edit", [add_role, change_role, delete_role])
@pytest.mark.parametrize("listing", ["partial", "refused"])
def test_a_listing_of_a_part_or_of_nothing_loses_nothing(
    account: Account, roles: Configuration, warehouse: Warehouse, edit: Any, listing: str
) -> None:
    """Spaces that the organization does not show whole are asked themselves."""
    account.control("POST", "settings", {"organization_listings": listing})
    synced(account, warehouse, roles)
    edit(account, ids(account)[1])
    run = synced(account, warehouse, roles)
    assert asked(account) == sorted([organization(account), *ids(account)])
    assert (len(run.written) + len(run.deleted), run.warnings) == (1, [])
    assert held(warehouse) == stored(account)


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_a_listing_that_fails_is_no_failure(
    account: Account, roles: Configuration, warehouse: Warehouse, status: int
) -> None:
    """Where the organization's listing does not answer, the spaces do, and nobody is warned."""
    synced(account, warehouse, roles)
    change_role(account, ids(account)[0])
    account.fault(f"/organizations/{organization(account)}/roles", status=status)
    run = synced(account, warehouse, {**roles, "retry_attempts": "0"})
    assert (len(run.written), run.deleted, run.warnings) == (1, [], [])
    assert held(warehouse) == stored(account)


def test_a_listing_that_shows_less_of_a_role_is_not_believed(
    account: Account, roles: Configuration, warehouse: Warehouse
) -> None:
    """Roles without their policies in the organization's listing leave all rows as they are."""
    synced(account, warehouse, roles)
    path = f"/organizations/{organization(account)}/roles"
    whole = account.call("GET", path)
    items = [{**one, "policies": []} for one in whole["items"]]
    account.fault(path, status=200, body={**whole, "items": items})
    run = synced(account, warehouse, roles)
    assert (run.written, run.deleted) == ([], [])
    assert asked(account) == sorted([organization(account), *ids(account)])


def test_what_the_organization_hides_is_found_within_a_day(
    account: Account, roles: Configuration, warehouse: Warehouse
) -> None:
    """A new role that the organization's listing lacks arrives when all spaces are asked again."""
    synced(account, warehouse, roles)
    path = f"/organizations/{organization(account)}/roles"
    account.fault(path, status=200, body=account.call("GET", path))
    add_role(account, ids(account)[0])
    account.control("POST", "clock", {"advance_seconds": DAY / 2})
    assert synced(account, warehouse, roles).written == []
    account.control("POST", "clock", {"advance_seconds": DAY / 2})
    assert len(synced(account, warehouse, roles).written) == 1
    assert asked(account) == sorted(ids(account))
    assert held(warehouse) == stored(account)
    synced(account, warehouse, roles)
    assert asked(account)[0] != ids(account)[0]


def test_a_new_space_is_asked_itself(
    account: Account, roles: Configuration, warehouse: Warehouse
) -> None:
    """Of a space that was never read the organization's listing can say nothing."""
    synced(account, warehouse, roles)
    account.put_space("depot")
    add_role(account, "depot")
    synced(account, warehouse, roles)
    assert asked(account) == sorted([organization(account), "depot"])
    assert held(warehouse) == stored(account)


@pytest.mark.parametrize("setting", ["space_ids", "enable_incremental_sync"])
def test_spaces_that_are_selected_are_asked_themselves(
    account: Account, roles: Configuration, warehouse: Warehouse, setting: str
) -> None:
    """With `space_ids` most of an organization may be of no use; a full sync reads everything."""
    is_filtered = setting == "space_ids"
    wanted = ids(account)[1:] if is_filtered else ids(account)
    value = ",".join(wanted) if is_filtered else "false"
    for _ in range(2):
        synced(account, warehouse, {**roles, setting: value})
        assert asked(account) == sorted(wanted)


def test_a_listing_of_too_many_pages_is_left(
    account: Account, roles: Configuration, warehouse: Warehouse
) -> None:
    """An organization that has more pages than the spaces that are read is not read to its end."""
    small = {**roles, "max_records_per_page": "1"}
    synced(account, warehouse, small)
    run = synced(account, warehouse, small)
    paths = [one["path"] for one in account.requests()]
    assert paths.count(f"/organizations/{organization(account)}/roles") == SPACES + 1
    assert (run.written, run.deleted) == ([], [])
    assert set(asked(account)) == {organization(account), *ids(account)}


def test_a_table_that_is_known_by_a_sketch_is_read_space_by_space(
    account: Account,
    roles: Configuration,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where rows are not known one by one, each space is asked itself."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", 1)
    synced(account, warehouse, roles)
    change_role(account, ids(account)[0])
    run = synced(account, warehouse, roles)
    assert set(asked(account)) == set(ids(account))
    assert len(run.written) == 1


def test_a_space_that_was_refused_is_asked_itself(
    account: Account, roles: Configuration, warehouse: Warehouse
) -> None:
    """What a space refuses stays told, although its organization shows the rows as they were."""
    synced(account, warehouse, roles)
    space = ids(account)[0]
    account.fault(f"/spaces/{space}/roles", status=403)
    change_role(account, space)
    assert len(synced(account, warehouse, roles).warnings) == 1
    account.control("POST", "clock", {"advance_seconds": 60})
    run = synced(account, warehouse, roles)
    assert asked(account) == sorted([organization(account), space])
    assert (run.written, run.deleted, run.warnings) == ([], [], [])
    told = {row["place"]: row["status"] for row in warehouse.rows("SYNC_COVERAGE")}
    assert told == {one: "skipped" if one == space else "read" for one in ids(account)}
