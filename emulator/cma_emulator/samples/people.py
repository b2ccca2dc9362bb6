"""Generated people: users, memberships, teams, roles and their tokens."""

from __future__ import annotations

from collections.abc import Iterator

from ..account.catalog import Sample
from ..account.clock import stamp
from ..account.maker import DAY_MS, Maker
from ..account.virtual import LAST_MS
from ..records import Record, Scope, link
from .core import organization_numbers, owner_of

NEXT_YEAR = stamp(LAST_MS + 700 * DAY_MS, precise=False)
LAST_SEEN = stamp(LAST_MS + 100 * DAY_MS, precise=False)
ROLE_NAMES = ("Editor", "Translator")


def user(maker: Maker, number: int) -> Record:
    """Return the body of a user."""
    first, last = maker.texts.people[number % len(maker.texts.people)]
    return {
        "firstName": first,
        "lastName": last,
        "avatarUrl": f"https://avatars.example.com/{maker.user_id(number)}.png",
        "email": f"{first}.{last}.{number}@people.example.com".lower(),
        "cookieConsentData": None,
        "activated": True,
        "signInCount": 3 + number,
        "confirmed": True,
        "2faEnabled": number % 2 == 0,
    }


def members(maker: Maker, organization: str) -> list[int]:
    """Return the numbers of the users of an organization: the token's user and two others."""
    number = organization_numbers(maker).get(organization, 0)
    return [0, 1 + 2 * number, 2 + 2 * number]


def users(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the users of an organization; the last links to it, because it manages that user."""
    organization = scope["organization"]
    for number in members(maker, organization):
        managed = number != 0 and number % 2 == 0
        sys = {"organization": link("Organization", organization)} if managed else {}
        yield Sample(maker.user_id(number), user(maker, number), sys)


def membership_id(maker: Maker, organization: str, number: int) -> str:
    """Return the id of a user's membership of an organization."""
    return maker.identifier("organization membership", organization, number)


def organization_memberships(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield one membership for each user; the first is the owner, the last is pending."""
    organization = scope["organization"]
    roles = zip(members(maker, organization), ("owner", "admin", "member"), strict=True)
    for number, role in roles:
        pending = role == "member"
        sys: Record = {
            "user": link("User", maker.user_id(number)),
            "status": "pending" if pending else "active",
            **({} if pending else {"lastActiveAt": LAST_SEEN, "sso": {"lastSignInAt": LAST_SEEN}}),
        }
        body = {"role": role, "status": not pending}
        yield Sample(membership_id(maker, organization, number), body, sys)


def team_id(maker: Maker, organization: str) -> str:
    """Return the id of the first team of an organization."""
    return maker.identifier("team", organization, 0)


def teams(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a team of two, and an empty one without a description."""
    organization = scope["organization"]
    body = {"name": "Writers", "description": maker.sentence("team", organization)}
    yield Sample(team_id(maker, organization), body, {"memberCount": 2})
    empty = {"name": "Nobody yet", "description": None}
    yield Sample(maker.identifier("team", organization, 1), empty, {"memberCount": 0})


def team_memberships(maker: Maker, scope: Scope, team: Record) -> Iterator[Sample]:
    """Yield the memberships of the first team."""
    organization = scope["organization"]
    if team["sys"]["id"] != team_id(maker, organization):
        return
    for number in members(maker, organization)[:2]:
        belonging = membership_id(maker, organization, number)
        sys = {
            "team": link("Team", team["sys"]["id"]),
            "organizationMembership": link("OrganizationMembership", belonging),
            "user": link("User", maker.user_id(number)),
        }
        body = {"admin": number == 0, "organizationMembershipId": belonging}
        yield Sample(maker.identifier("team membership", organization, number), body, sys)


def role_id(maker: Maker, space: str, number: int) -> str:
    """Return the id of a role of a space."""
    return maker.identifier("role", space, number)


def roles(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a role with all rights on entries, and one that only reads them."""
    for number, name in enumerate(ROLE_NAMES):
        entries = {"and": [{"equals": [{"doc": "sys.type"}, "Entry"]}]}
        actions = ["read"] if number else "all"
        body = {
            "name": name,
            "description": maker.sentence("role", number),
            "policies": [{"effect": "allow", "actions": actions, "constraint": entries}],
            "permissions": {
                "ContentModel": ["read"],
                "Settings": "all" if number == 0 else [],
                "ContentDelivery": [],
                "Environments": [],
                "EnvironmentAliases": [],
                "Tags": [],
            },
        }
        yield Sample(role_id(maker, scope["space"], number), body)


def space_memberships(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the memberships of an administrator and of an editor."""
    space = scope["space"]
    for number in members(maker, owner_of(maker, space))[:2]:
        person = link("User", maker.user_id(number))
        has_role = [link("Role", role_id(maker, space, 0))]
        body = {"admin": number == 0, "user": person, "roles": has_role if number else []}
        yield Sample(maker.identifier("space membership", space, number), body, {"user": person})


def team_space_memberships(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the membership of the first team of the organization in a space."""
    space = scope["space"]
    team = team_id(maker, owner_of(maker, space))
    body = {"admin": False, "roles": [link("Role", role_id(maker, space, 1))]}
    identifier = maker.identifier("team space membership", space)
    yield Sample(identifier, body, {"team": link("Team", team)})


def security_contacts(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the contact for incidents."""
    body = {"email": "security@people.example.com"}
    yield Sample(maker.identifier("security contact", scope["organization"]), body)


def organization_tokens(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a token in use and a revoked one; the API shows four characters of each."""
    organization = scope["organization"]
    for number, name in enumerate(("Deployment", "Old laptop")):
        sys = {
            "expiresAt": NEXT_YEAR if number == 0 else None,
            "lastUsedAt": LAST_SEEN,
            "redactedValue": f"SEC{number}",
            "user": link("User", maker.user_id(0)),
        }
        body = {
            "name": name,
            "revokedAt": LAST_SEEN if number else None,
            "scopes": ["content_management_manage"],
        }
        yield Sample(maker.identifier("token", organization, number), body, sys)


def my_tokens(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the token of the token's user."""
    sys = {"expiresAt": NEXT_YEAR, "lastUsedAt": LAST_SEEN, "redactedValue": "SECR"}
    body = {"name": "Mine", "revokedAt": None, "scopes": ["content_management_manage"]}
    yield Sample(maker.identifier("my token"), body, sys)
