"""People and their rights: users, memberships, teams and roles.

User Management API: https://www.contentful.com/developers/docs/references/user-management-api/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..answers import Answer, to_json
from ..backends import GATEKEEPER
from ..calls import Call
from ..errors import Refusal, validation_failed
from ..lifecycle import created
from ..records import Record, changed, link, link_id
from ..resource import EDITABLE, ORGANIZATION, POSTED, SPACE, Paging, Resource, Rules, Verb
from ..routing import Special
from ..worlds import people
from ..worlds.account import user
from .account import SPACES, spaces_of_organization

USERS = Resource(
    path=f"{ORGANIZATION}/users",
    type="User",
    back_end=GATEKEEPER,
    authored=False,
    links=(),
    samples=people.users,
)


def _member_deleted(call: Call, record: Record) -> None:
    """Take a person out of the organization, its teams and its spaces."""
    person = str(link_id(record["sys"]["user"]))
    call.other(USERS).remove(person)
    for team in call.other(TEAMS).records():
        for one in list(call.other(TEAM_MEMBERSHIPS, team=team["sys"]["id"]).records()):
            if link_id(one["sys"]["user"]) == person:
                call.other(TEAM_MEMBERSHIPS, team=team["sys"]["id"]).remove(one["sys"]["id"])
        _count_members(call, team["sys"]["id"])
    for space in spaces_of_organization(call):
        memberships = call.other(SPACE_MEMBERSHIPS, space=space["sys"]["id"])
        for one in list(memberships.records()):
            if link_id(one["sys"]["user"]) == person:
                memberships.remove(one["sys"]["id"])


ORGANIZATION_MEMBERSHIPS = Resource(
    path=f"{ORGANIZATION}/organization_memberships",
    type="OrganizationMembership",
    back_end=GATEKEEPER,
    verbs=frozenset((Verb.UPDATE, Verb.DELETE)),
    filters=(
        *("role", "sys.id", "sys.status", "sys.user.sys.id", "sys.updatedAt", "sys.createdAt"),
        *("sys.lastActiveAt", "sys.sso.lastSignInAt"),
    ),
    orders=("role", "sys.createdAt", "sys.lastActiveAt"),
    rules=Rules(deleted=_member_deleted),
    samples=people.organization_memberships,
)


def _invite(call: Call) -> Answer:
    """Answer POST on invitations: a pending member, and an invitation with a secret address."""
    body = call.body()
    if not body.get("email"):
        raise validation_failed("required", ["email"], body.get("email"), "email is required")
    person, membership = invited(call, body)
    extra = {
        "status": "pending",
        "user": link("User", person),
        "organizationMembership": link("OrganizationMembership", membership),
        "invitationUrl": f"https://be.contentful.example.com/invitations/SECRET-{membership}",
    }
    shown = {name: body.get(name) for name in ("firstName", "lastName", "email", "role")}
    invitation = {**shown, "sys": extra}
    record = created(INVITATIONS, call.scope, call.world.new_id(), invitation, call.moment)
    return Answer(201, to_json(record))


def invited(call: Call, body: Record) -> tuple[str, str]:
    """Return the ids of a new user of the organization in scope and of its membership."""
    person, membership = call.world.new_id(), call.world.new_id()
    template = dict.fromkeys(user(call.world.maker, 0))
    names = {name: body.get(name) for name in ("firstName", "lastName", "email")}
    unknown = {**template, **names, "activated": False, "confirmed": False, "signInCount": 0}
    known = created(USERS, call.scope, person, {**unknown, "2faEnabled": False}, call.moment)
    call.other(USERS).put(person, known)
    sys = {"user": link("User", person), "status": "pending"}
    belonging = {"role": body.get("role") or "member", "status": False, "sys": sys}
    call.other(ORGANIZATION_MEMBERSHIPS).put(
        membership,
        created(ORGANIZATION_MEMBERSHIPS, call.scope, membership, belonging, call.moment),
    )
    return person, membership


INVITATIONS = Resource(path=f"{ORGANIZATION}/invitations", type="Invitation", back_end=GATEKEEPER)

TEAMS = Resource(
    path=f"{ORGANIZATION}/teams",
    type="Team",
    back_end=GATEKEEPER,
    verbs=POSTED,
    orders=("name", "sys.createdAt"),
    rules=Rules(complete=lambda _call, record: _with_count(record)),
    samples=people.teams,
)


def _with_count(team: Record) -> Record:
    body = {"name": None, "description": None, **team}
    return changed(body, memberCount=team["sys"].get("memberCount", 0))


def _count_members(call: Call, team: str) -> None:
    """Let a team say how many members it has; that is no new version of it."""
    teams, members = call.other(TEAMS), call.other(TEAM_MEMBERSHIPS, team=team)
    record = teams.get(team)
    if record is not None and record["sys"].get("memberCount") != len(members):
        teams.put(team, changed(record, memberCount=len(members)))


def _complete_team_membership(call: Call, record: Record) -> Record:
    belonging = record.get("organizationMembershipId")
    membership = call.other(ORGANIZATION_MEMBERSHIPS).get(str(belonging))
    if membership is None:
        raise Refusal(404, "NotFound", "The organization membership could not be found.")
    return changed(
        {"admin": False, **record},
        team=link("Team", call.scope["team"]),
        organizationMembership=link("OrganizationMembership", str(belonging)),
        user=membership["sys"]["user"],
    )


TEAM_MEMBERSHIPS = Resource(
    path=f"{ORGANIZATION}/teams/{{team}}/team_memberships",
    type="TeamMembership",
    back_end=GATEKEEPER,
    verbs=POSTED,
    rules=Rules(
        complete=_complete_team_membership,
        created=lambda call, _record: _count_members(call, call.scope["team"]),
        deleted=lambda call, _record: _count_members(call, call.scope["team"]),
    ),
    nested=people.team_memberships,
)


def _all_team_memberships(call: Call) -> Iterator[Record]:
    for team in call.other(TEAMS).records():
        yield from call.other(TEAM_MEMBERSHIPS, team=team["sys"]["id"]).records()


ALL_TEAM_MEMBERSHIPS = replace(
    TEAM_MEMBERSHIPS,
    path=f"{ORGANIZATION}/team_memberships",
    verbs=frozenset(),
    nested=None,
    derived=_all_team_memberships,
)

ROLES = Resource(
    path=f"{SPACE}/roles",
    type="Role",
    back_end=GATEKEEPER,
    paging=Paging.CURSOR,
    paging_setting="roles_paging",
    verbs=EDITABLE,
    rules=Rules(complete=lambda _call, record: {**_ROLE_DEFAULTS, **record}),
    samples=people.roles,
)
_ROLE_DEFAULTS: Record = {"name": None, "description": None, "policies": [], "permissions": {}}


def _complete_space_membership(call: Call, record: Record) -> Record:
    person = record["sys"].get("user") or link("User", _person(call, str(record.get("email"))))
    body = {"admin": False, "user": person, "roles": [], **record}
    body.pop("email", None)
    return changed({**body, "user": person}, user=person)


def _person(call: Call, email: str) -> str:
    """Return the user with an e-mail address; somebody new is invited to the organization."""
    space = call.other(SPACES).get(call.scope["space"]) or {"sys": {}}
    owner = str(link_id(space["sys"].get("organization")))
    for one in call.other(USERS, organization=owner).records():
        if one.get("email") == email:
            return str(one["sys"]["id"])
    inside = replace(call, scope={**call.scope, "organization": owner})
    return invited(inside, {"email": email})[0]


SPACE_MEMBERSHIPS = Resource(
    path=f"{SPACE}/space_memberships",
    type="SpaceMembership",
    back_end=GATEKEEPER,
    verbs=POSTED,
    rules=Rules(complete=_complete_space_membership),
    samples=people.space_memberships,
)


def _complete_team_space_membership(call: Call, record: Record) -> Record:
    team = call.request.headers.get("x-contentful-team") or link_id(record["sys"].get("team"))
    return changed({"admin": False, "roles": [], **record}, team=link("Team", str(team)))


TEAM_SPACE_MEMBERSHIPS = Resource(
    path=f"{SPACE}/team_space_memberships",
    type="TeamSpaceMembership",
    back_end=GATEKEEPER,
    verbs=POSTED,
    rules=Rules(complete=_complete_team_space_membership),
    samples=people.team_space_memberships,
)


def _of_all_spaces(resource: Resource, *filters: str) -> Resource:
    """Return the listing of a space resource for a whole organization."""

    def records(call: Call) -> Iterator[Record]:
        for space in spaces_of_organization(call):
            yield from call.other(resource, space=space["sys"]["id"]).records()

    path = resource.path.replace(SPACE, ORGANIZATION)
    plain = replace(resource, verbs=frozenset(), samples=None, rules=Rules(), filters=filters)
    return replace(plain, path=path, paging=Paging.OFFSET, paging_setting=None, derived=records)


ALL_SPACE_MEMBERSHIPS = _of_all_spaces(SPACE_MEMBERSHIPS, "sys.space.sys.id", "sys.user.sys.id")
ALL_TEAM_SPACE_MEMBERSHIPS = _of_all_spaces(TEAM_SPACE_MEMBERSHIPS, "sys.team.sys.id")
ALL_ROLES = _of_all_spaces(ROLES)


def _members(call: Call) -> Iterator[Record]:
    """Yield each person of a space once, with the memberships that let them in."""
    space = call.scope["space"]
    for one in call.other(SPACE_MEMBERSHIPS).records():
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


SPACE_MEMBERS = Resource(
    path=f"{SPACE}/space_members",
    type="SpaceMember",
    back_end=GATEKEEPER,
    order="sys.id",
    derived=_members,
)


def _users_of_space(call: Call) -> Iterator[Record]:
    space = call.other(SPACES).get(call.scope["space"]) or {"sys": {}}
    owner = str(link_id(space["sys"].get("organization")))
    known = call.other(USERS, organization=owner)
    for membership in call.other(SPACE_MEMBERSHIPS).records():
        record = known.get(str(link_id(membership["sys"]["user"])))
        if record is not None:
            yield record


SPACE_USERS = replace(USERS, path=f"{SPACE}/users", samples=None, derived=_users_of_space)


def _teams_of_space(call: Call) -> Iterator[Record]:
    space = call.other(SPACES).get(call.scope["space"]) or {"sys": {}}
    owner = str(link_id(space["sys"].get("organization")))
    for membership in call.other(TEAM_SPACE_MEMBERSHIPS).records():
        team = str(link_id(membership["sys"]["team"]))
        record = call.other(TEAMS, organization=owner).get(team)
        if record is not None:
            yield record


SPACE_TEAMS = replace(
    TEAMS,
    path=f"{SPACE}/teams",
    verbs=frozenset(),
    rules=Rules(),
    samples=None,
    derived=_teams_of_space,
)

RESOURCES = (
    *(USERS, ORGANIZATION_MEMBERSHIPS, TEAMS, TEAM_MEMBERSHIPS, ALL_TEAM_MEMBERSHIPS),
    *(ROLES, ALL_ROLES, SPACE_MEMBERSHIPS, ALL_SPACE_MEMBERSHIPS, SPACE_MEMBERS, SPACE_USERS),
    *(TEAM_SPACE_MEMBERSHIPS, ALL_TEAM_SPACE_MEMBERSHIPS, SPACE_TEAMS),
)
SPECIALS = (Special(f"{ORGANIZATION}/invitations", INVITATIONS, {"POST": _invite}),)
