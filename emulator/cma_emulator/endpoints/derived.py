"""Listings that repeat records of other collections; no table is read from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .. import paths
from ..records import Record, link_id
from .core import SPACES, organization_of_space, spaces_of_organization
from .endpoint import Call, Endpoint
from .people import TEAMS, USERS

ORGANIZATION_SPACES = Endpoint(
    replace(SPACES.resource, path=f"{paths.ORGANIZATION}/spaces", verbs=frozenset()),
    derived=spaces_of_organization,
)


def _users_of_space(call: Call) -> Iterator[Record]:
    owner = organization_of_space(call)
    known = call.other(paths.USERS, organization=owner)
    for membership in call.other(paths.SPACE_MEMBERSHIPS).records():
        record = known.get(str(link_id(membership["sys"]["user"])))
        if record is not None:
            yield record


SPACE_USERS = Endpoint(
    replace(
        USERS.resource,
        path=f"{paths.SPACE}/users",
    ),
    derived=_users_of_space,
)


def _teams_of_space(call: Call) -> Iterator[Record]:
    owner = organization_of_space(call)
    for membership in call.other(paths.TEAM_SPACE_MEMBERSHIPS).records():
        team = str(link_id(membership["sys"]["team"]))
        record = call.other(paths.TEAMS, organization=owner).get(team)
        if record is not None:
            yield record


SPACE_TEAMS = Endpoint(
    replace(
        TEAMS.resource,
        path=f"{paths.SPACE}/teams",
        verbs=frozenset(),
    ),
    derived=_teams_of_space,
)


ENDPOINTS = (ORGANIZATION_SPACES, SPACE_USERS, SPACE_TEAMS)
