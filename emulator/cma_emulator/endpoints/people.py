"""People and their rights: users, memberships, teams, roles and tokens.

User Management API: https://www.contentful.com/developers/docs/references/user-management-api/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .. import paths
from ..account.catalog import Origin
from ..account.resource import EDITABLE, POSTED, Paging, Resource, Verb
from ..answers import Answer, to_json
from ..backends import GATEKEEPER
from ..errors import Refusal
from ..records import Record, changed, link, link_id
from ..samples import people as samples
from . import writes
from .core import organization_of_space, spaces_of_organization
from .endpoint import Call, Endpoint, Rules, Special
from .invitations import invited

USERS = Endpoint(
    Resource(
        path=paths.USERS,
        type="User",
        back_end=GATEKEEPER,
        authored=False,
        links=(),
    ),
    origin=Origin(samples.users),
)


def _member_deleted(call: Call, record: Record) -> None:
    """Remove a person from the organization, its teams and its spaces."""
    person = str(link_id(record["sys"]["user"]))
    call.other(paths.USERS).remove(person)
    for team in call.other(paths.TEAMS).records():
        for one in list(call.other(paths.TEAM_MEMBERSHIPS, team=team["sys"]["id"]).records()):
            if link_id(one["sys"]["user"]) == person:
                call.other(paths.TEAM_MEMBERSHIPS, team=team["sys"]["id"]).remove(one["sys"]["id"])
        _count_members(call, team["sys"]["id"])
    for space in spaces_of_organization(call):
        memberships = call.other(paths.SPACE_MEMBERSHIPS, space=space["sys"]["id"])
        for one in list(memberships.records()):
            if link_id(one["sys"]["user"]) == person:
                memberships.remove(one["sys"]["id"])


ORGANIZATION_MEMBERSHIPS = Endpoint(
    Resource(
        path=paths.ORGANIZATION_MEMBERSHIPS,
        type="OrganizationMembership",
        back_end=GATEKEEPER,
        verbs=frozenset((Verb.UPDATE, Verb.DELETE)),
        filters=(
            *("role", "sys.id", "sys.status", "sys.user.sys.id", "sys.updatedAt", "sys.createdAt"),
            *("sys.lastActiveAt", "sys.sso.lastSignInAt"),
        ),
        orders=("role", "sys.createdAt", "sys.lastActiveAt"),
    ),
    Rules(deleted=_member_deleted),
    Origin(samples.organization_memberships),
)


TEAMS = Endpoint(
    Resource(
        path=paths.TEAMS,
        type="Team",
        back_end=GATEKEEPER,
        verbs=POSTED,
        orders=("name", "sys.createdAt"),
    ),
    Rules(complete=lambda _call, record: _with_count(record)),
    Origin(samples.teams),
)


def _with_count(team: Record) -> Record:
    body = {"name": None, "description": None, **team}
    return changed(body, memberCount=team["sys"].get("memberCount", 0))


def _count_members(call: Call, team: str) -> None:
    """Update ``memberCount`` of a team; its version stays."""
    teams, members = call.other(paths.TEAMS), call.other(paths.TEAM_MEMBERSHIPS, team=team)
    record = teams.get(team)
    if record is not None and record["sys"].get("memberCount") != len(members):
        teams.put(team, changed(record, memberCount=len(members)))


def _complete_team_membership(call: Call, record: Record) -> Record:
    belonging = record.get("organizationMembershipId")
    membership = call.other(paths.ORGANIZATION_MEMBERSHIPS).get(str(belonging))
    if membership is None:
        raise Refusal(404, "NotFound", "The organization membership could not be found.")
    return changed(
        {"admin": False, **record},
        team=link("Team", call.scope["team"]),
        organizationMembership=link("OrganizationMembership", str(belonging)),
        user=membership["sys"]["user"],
    )


TEAM_MEMBERSHIPS = Endpoint(
    Resource(
        path=paths.TEAM_MEMBERSHIPS,
        type="TeamMembership",
        back_end=GATEKEEPER,
        verbs=POSTED,
    ),
    Rules(
        complete=_complete_team_membership,
        created=lambda call, _record: _count_members(call, call.scope["team"]),
        deleted=lambda call, _record: _count_members(call, call.scope["team"]),
    ),
    Origin(nested=samples.team_memberships),
)


def _all_team_memberships(call: Call) -> Iterator[Record]:
    for team in call.other(paths.TEAMS).records():
        yield from call.other(paths.TEAM_MEMBERSHIPS, team=team["sys"]["id"]).records()


ALL_TEAM_MEMBERSHIPS = Endpoint(
    replace(
        TEAM_MEMBERSHIPS.resource,
        path=f"{paths.ORGANIZATION}/team_memberships",
        verbs=frozenset(),
    ),
    derived=_all_team_memberships,
)

ROLES = Endpoint(
    Resource(
        path=paths.ROLES,
        type="Role",
        back_end=GATEKEEPER,
        paging=Paging.CURSOR,
        paging_setting="roles_paging",
        verbs=EDITABLE,
    ),
    Rules(complete=lambda _call, record: {**_ROLE_DEFAULTS, **record}),
    Origin(samples.roles),
)
_ROLE_DEFAULTS: Record = {"name": None, "description": None, "policies": [], "permissions": {}}


def _complete_space_membership(call: Call, record: Record) -> Record:
    person = record["sys"].get("user") or link("User", _person(call, str(record.get("email"))))
    body = {"admin": False, "user": person, "roles": [], **record}
    body.pop("email", None)
    return changed({**body, "user": person}, user=person)


def _person(call: Call, email: str) -> str:
    """Return the user with an e-mail address; a new one is invited to the organization."""
    owner = organization_of_space(call)
    for one in call.other(paths.USERS, organization=owner).records():
        if one.get("email") == email:
            return str(one["sys"]["id"])
    return invited(call, {"email": email}, owner)[0]


SPACE_MEMBERSHIPS = Endpoint(
    Resource(
        path=paths.SPACE_MEMBERSHIPS,
        type="SpaceMembership",
        back_end=GATEKEEPER,
        verbs=EDITABLE,
    ),
    Rules(complete=_complete_space_membership),
    Origin(samples.space_memberships),
)


def _complete_team_space_membership(call: Call, record: Record) -> Record:
    team = call.request.headers.get("x-contentful-team") or link_id(record["sys"].get("team"))
    return changed({"admin": False, "roles": [], **record}, team=link("Team", str(team)))


TEAM_SPACE_MEMBERSHIPS = Endpoint(
    Resource(
        path=paths.TEAM_SPACE_MEMBERSHIPS,
        type="TeamSpaceMembership",
        back_end=GATEKEEPER,
        verbs=POSTED,
    ),
    Rules(complete=_complete_team_space_membership),
    Origin(samples.team_space_memberships),
)


def _of_all_spaces(endpoint: Endpoint, *filters: str) -> Endpoint:
    """Return the endpoint that lists a collection of all spaces of an organization."""
    of_space = endpoint.resource

    def records(call: Call) -> Iterator[Record]:
        for space in spaces_of_organization(call):
            yield from call.other(of_space.path, space=space["sys"]["id"]).records()

    path = of_space.path.replace(paths.SPACE, paths.ORGANIZATION)
    plain = replace(of_space, path=path, verbs=frozenset(), filters=filters)
    return Endpoint(replace(plain, paging=Paging.OFFSET, paging_setting=None), derived=records)


ALL_SPACE_MEMBERSHIPS = _of_all_spaces(SPACE_MEMBERSHIPS, "sys.space.sys.id", "sys.user.sys.id")
ALL_TEAM_SPACE_MEMBERSHIPS = _of_all_spaces(TEAM_SPACE_MEMBERSHIPS, "sys.team.sys.id")
ALL_ROLES = _of_all_spaces(ROLES)


def _members(call: Call) -> Iterator[Record]:
    """Yield the members of a space, with their memberships."""
    space = call.scope["space"]
    for one in call.other(paths.SPACE_MEMBERSHIPS).records():
        person = str(link_id(one["sys"]["user"]))
        related = [link("SpaceMembership", one["sys"]["id"])]
        sys = {
            "type": "SpaceMember",
            "id": f"{space}-{person}",
            "space": link("Space", space),
            "user": link("User", person),
            "relatedMemberships": related,
        }
        yield {"admin": one["admin"], "roles": one["roles"], "sys": sys}


def _by_user(call: Call) -> Record | None:
    """Return a member by the id of the user."""
    return call.collection.get(f"{call.scope['space']}-{call.identifier}")


SPACE_MEMBERS = Endpoint(
    Resource(
        path=f"{paths.SPACE}/space_members",
        type="SpaceMember",
        back_end=GATEKEEPER,
        order="sys.id",
    ),
    Rules(missing=_by_user),
    derived=_members,
)


SECURITY_CONTACTS = Endpoint(
    Resource(
        path=f"{paths.ORGANIZATION}/security_contacts",
        type="SecurityContact",
        back_end=GATEKEEPER,
        verbs=POSTED,
    ),
    origin=Origin(samples.security_contacts),
)

MY_TOKENS = Endpoint(
    Resource(
        path="users/me/access_tokens",
        type="PersonalAccessToken",
        back_end=GATEKEEPER,
        verbs=frozenset((Verb.CREATE,)),
        orders=("sys.createdAt", "sys.expiresAt"),
        filters=("sys.createdAt", "sys.expiresAt", "sys.lastUsedAt", "sys.revokedAt", "sys.type"),
        first_version=None,
        authored=False,
    ),
    Rules(
        complete=lambda _call, record: {"revokedAt": None, **record},
        shown_once=lambda _call, record: {**record, "token": f"SECRET-{record['sys']['id']}"},
    ),
    Origin(samples.my_tokens),
)
ORGANIZATION_TOKENS = Endpoint(
    replace(
        MY_TOKENS.resource,
        path=f"{paths.ORGANIZATION}/access_tokens",
        verbs=frozenset(),
        links=(),
    ),
    origin=Origin(samples.organization_tokens),
)


def _revoke(call: Call) -> Answer:
    """Answer PUT on ``/revoked``; the token stays listed, with a date."""
    call = replace(call, identifier=call.scope["token"])
    record = writes.existing(call)
    revoked = changed({**record, "revokedAt": call.moment.stamp(call.resource)})
    call.collection.put(str(call.identifier), revoked)
    return Answer(200, to_json(revoked))


ENDPOINTS = (
    *(USERS, ORGANIZATION_MEMBERSHIPS, TEAMS, TEAM_MEMBERSHIPS, ALL_TEAM_MEMBERSHIPS),
    *(ROLES, ALL_ROLES, SPACE_MEMBERSHIPS, ALL_SPACE_MEMBERSHIPS, SPACE_MEMBERS),
    *(TEAM_SPACE_MEMBERSHIPS, ALL_TEAM_SPACE_MEMBERSHIPS),
    *(SECURITY_CONTACTS, MY_TOKENS, ORGANIZATION_TOKENS),
)
SPECIALS = (Special(f"{MY_TOKENS.resource.path}/{{token}}/revoked", MY_TOKENS, {"PUT": _revoke}),)
