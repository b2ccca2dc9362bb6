"""People who come and go, by the verbs of the User Management API."""

from __future__ import annotations

from typing import Any

import pytest

from support.account import Account
from support.warehouse import Run, Warehouse

Configuration = dict[str, str]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give a generated account of one organization and two spaces, with its people."""
    emulator.reset(spaces=2)
    return emulator


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """Give the configuration that reads people."""
    return {**configuration, "tables": "people"}


def counts(changes: list[tuple[str, dict[str, Any]]]) -> dict[str, int]:
    """Return how many rows of each table a sync wrote or deleted."""
    found: dict[str, int] = {}
    for table, _ in changes:
        found[table] = found.get(table, 0) + 1
    return found


def quiet(run: Run) -> bool:
    """Tell whether a sync found nothing to do."""
    return (run.error, run.written, run.deleted) == (None, [], [])


def test_a_member_who_leaves_takes_all_memberships_along(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Every row of a person goes; the team, which counts its members, is written."""
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
    assert quiet(warehouse.sync(configuration))


def test_a_team_and_its_members_come_and_go(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A new team is one row, its member another, which also raises the team's count; then none."""
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
    assert quiet(warehouse.sync(configuration))
