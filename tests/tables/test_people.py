"""Users, teams and memberships that are created and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from support.account import Account
from support.warehouse import Run, Warehouse

Configuration = dict[str, str]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return a generated account with one organization, two spaces and users."""
    emulator.reset(spaces=2)
    return emulator


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """Return the configuration that reads the group `people`."""
    return {**configuration, "tables": "people"}


def counts(changes: list[tuple[str, dict[str, Any]]]) -> dict[str, int]:
    """Return the number of rows that a sync wrote or deleted, by table."""
    found: dict[str, int] = {}
    for table, _ in changes:
        found[table] = found.get(table, 0) + 1
    return found


def has_no_changes(run: Run) -> bool:
    """Return whether a sync succeeded, wrote no row and deleted none."""
    return (run.error, run.written, run.deleted) == (None, [], [])


def test_the_rows_of_a_removed_member_are_deleted(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Each row of the user is deleted; the team is rewritten because of its member count."""
    warehouse.sync(configuration)
    team_member = warehouse.rows("TEAM_MEMBERSHIPS")[0]
    person, organization = team_member["user_id"], team_member["organization_id"]
    membership = team_member["organization_membership_id"]
    mine = {
        table: sum(row["user_id"] == person for row in warehouse.rows(table))
        for table in (
            "ORGANIZATION_MEMBERSHIPS",
            "TEAM_MEMBERSHIPS",
            "SPACE_MEMBERSHIPS",
            "SPACE_MEMBERS",
        )
    }
    path = f"/organizations/{organization}/organization_memberships/{membership}"
    version = account.call("GET", path)["sys"]["version"]
    account.call("DELETE", path, X_Contentful_Version=str(version))
    run = warehouse.sync(configuration)
    assert run.error is None
    expected = {table: number for table, number in mine.items() if number}
    assert counts(run.deleted) == {"USERS": 1, **expected}
    assert counts(run.written) == {"TEAMS": 1}
    assert has_no_changes(warehouse.sync(configuration))


def test_a_team_is_created_and_deleted(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A new team, its first member and their deletion change only the rows concerned."""
    warehouse.sync(configuration)
    member = warehouse.rows("ORGANIZATION_MEMBERSHIPS")[0]
    teams = f"/organizations/{member['organization_id']}/teams"
    team = account.call("POST", teams, {"name": "Blue", "description": "New"})
    assert counts(warehouse.sync(configuration).written) == {"TEAMS": 1}
    path = f"{teams}/{team['sys']['id']}"
    body = {"admin": True, "organizationMembershipId": member["id"]}
    account.call("POST", f"{path}/team_memberships", body)
    run = warehouse.sync(configuration)
    assert counts(run.written) == {"TEAMS": 1, "TEAM_MEMBERSHIPS": 1}
    rows = [row for name, row in run.written if name == "TEAM_MEMBERSHIPS"]
    assert [(row["user_id"], row["admin"]) for row in rows] == [(member["user_id"], True)]
    version = account.call("GET", path)["sys"]["version"]
    account.call("DELETE", path, X_Contentful_Version=str(version))
    run = warehouse.sync(configuration)
    assert (run.error, counts(run.deleted)) == (None, {"TEAMS": 1, "TEAM_MEMBERSHIPS": 1})
    assert has_no_changes(warehouse.sync(configuration))
