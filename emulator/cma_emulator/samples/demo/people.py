"""The people of the demo account: users, memberships, teams, roles and tokens."""

from __future__ import annotations

from collections.abc import Iterator

from ...account.catalog import Sample
from ...account.clock import stamp
from ...account.lifecycle import Moment
from ...account.maker import Maker
from ...records import Record, Scope, link
from ..people import user
from .activity import activity
from .actors import IDLE, INVITED, MEMBERS, NEVER_SEEN, TEAMS, Life, born, joined
from .plan import ORGANIZATIONS, Space, organization_of, space_of

ROLES = {
    "Editor": ("all", ["read"]),
    "Author": (["read", "create", "update"], ["read"]),
    "Translator": (["read", "update"], []),
    "Developer": ("all", "all"),
    "Freelancer": (["read", "create"], []),
}
"""The roles of a space, with their actions on entries and on the content model."""

OF_TEAMS = {
    "Website": {
        "Editorial": "Editor",
        "Product content": "Editor",
        "Translation": "Translator",
        "Brand & campaigns": "Author",
        "Engineering": "Developer",
        "Agency Northlight": "Freelancer",
    },
    "Help centre": {"Support": "Editor", "Translation": "Translator", "Engineering": "Developer"},
    "Campaigns": {"Studio": "Editor", "Freelancers": "Freelancer"},
}
DIRECT = {
    "Website": (0, 1, 2, 3, 4, 8, 13, 16, 20, 34, 35, 36, 40),
    "Help centre": (0, 5, 22, 23, 31, 34),
    "Campaigns": (0, 3, 42, 43, 47),
}
"""Users with a membership of their space; the first two are its administrators."""

NOT_FOR_ROLES = (*("Settings", "ContentDelivery", "Environments", "EnvironmentAliases", "Tags"),)

SCOPES = ["content_management_manage"]
READS = ["content_management_read"]


def users(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the users of an organization; a user in both is the same in each."""
    for number in MEMBERS[organization_of(maker, scope)]:
        known = number not in INVITED
        often = 0 if not known else 1 if number in NEVER_SEEN else 20 + maker.number(700, number)
        body = {
            **user(maker, number),
            "activated": known,
            "confirmed": known,
            "signInCount": often,
            "2faEnabled": known and number % 3 != 1,
        }
        yield Sample(maker.user_id(number), body, {"version": often}, life=_seen(maker, number))


def organization_memberships(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield one membership for each user: an owner, two administrators, developers and members."""
    for number in MEMBERS[organization_of(maker, scope)]:
        seen = _last_seen(maker, number)
        times = {} if seen is None else {"lastActiveAt": seen, "sso": {"lastSignInAt": seen}}
        status = "pending" if number in INVITED else "active"
        sys: Record = {"user": link("User", maker.user_id(number)), "status": status, **times}
        body = {"role": _role(number), "status": number not in INVITED}
        name = _membership_id(maker, scope["organization"], number)
        yield Sample(name, body, sys, life=born(maker, joined(number)))


def teams(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the teams of an organization, one of them empty."""
    for place, (name, members) in enumerate(TEAMS[organization_of(maker, scope)].items()):
        about = f"{name} of {ORGANIZATIONS[organization_of(maker, scope)]}" if members else None
        body = {"name": name, "description": about}
        sys = {"memberCount": len(members)}
        yield Sample(_team_id(maker, name), body, sys, life=born(maker, 1090 - 30 * place))


def team_memberships(maker: Maker, scope: Scope, team: Record) -> Iterator[Sample]:
    """Yield the memberships of a team; the first member leads it."""
    members = TEAMS[organization_of(maker, scope)][team["name"]]
    for number in members:
        belonging = _membership_id(maker, scope["organization"], number)
        sys = {
            "team": link("Team", team["sys"]["id"]),
            "organizationMembership": link("OrganizationMembership", belonging),
            "user": link("User", maker.user_id(number)),
        }
        body = {"admin": number == members[0], "organizationMembershipId": belonging}
        name = maker.identifier("demo team member", team["name"], number)
        yield Sample(name, body, sys, life=born(maker, min(joined(number), 800)))


def roles(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the roles of a space."""
    of_entries = {"and": [{"equals": [{"doc": "sys.type"}, "Entry"]}]}
    for name, (actions, model) in ROLES.items():
        policy = {"effect": "allow", "actions": actions, "constraint": of_entries}
        body = {
            "name": name,
            "description": f"What a person in the role of {name.lower()} may do",
            "policies": [policy],
            "permissions": {"ContentModel": model, **{area: [] for area in NOT_FOR_ROLES}},
        }
        yield Sample(_role_id(maker, scope, name), body, life=born(maker, _first(maker, scope)))


def space_memberships(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the memberships of single users in a space."""
    space = space_of(maker, scope)
    names = tuple(ROLES)
    for place, number in enumerate(DIRECT[space.name]):
        person, admin = link("User", maker.user_id(number)), place < len(ORGANIZATIONS)
        role = link("Role", _role_id(maker, scope, names[place % len(names)]))
        body = {"admin": admin, "user": person, "roles": [] if admin else [role]}
        life = born(maker, min(joined(number), space.first))
        name = maker.identifier("demo space member", space.name, number)
        yield Sample(name, body, {"user": person}, life=life)


def team_space_memberships(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the memberships of teams in a space."""
    space = space_of(maker, scope)
    for team, role in OF_TEAMS[space.name].items():
        body = {"admin": False, "roles": [link("Role", _role_id(maker, scope, role))]}
        name = maker.identifier("demo team in space", space.name, team)
        sys = {"team": link("Team", _team_id(maker, team))}
        yield Sample(name, body, sys, life=born(maker, space.first))


def security_contacts(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the contact for incidents; the second organization has none."""
    if organization_of(maker, scope) == 0:
        body = {"email": "security@people.example.com"}
        yield Sample(maker.identifier("demo contact"), body, life=born(maker, 640))


TOKENS: tuple[tuple[str, int, list[str], int | None, float | None, int | None], ...] = (
    ("Fivetran", 34, READS, -300, 0.2, None),
    ("Deployment", 3, SCOPES, -120, 1.1, None),
    ("Migration scripts", 4, SCOPES, None, 410, None),
    ("Local development", 35, SCOPES, 35, 40, None),
    ("Reporting notebook", 34, READS, -20, None, None),
    ("Old laptop", 4, SCOPES, None, 700, 690),
    ("Translation export", 16, READS, 200, 230, None),
)
"""Name, user, scopes, and the days since it expired, was used and was revoked."""


def organization_tokens(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield tokens: in use, idle, expired, never used, and revoked."""
    for number, (name, owner, scopes, expired, used, revoked) in enumerate(TOKENS):
        if owner not in MEMBERS[organization_of(maker, scope)]:
            continue
        sys = {
            "expiresAt": _ago(maker, expired),
            "lastUsedAt": _ago(maker, used),
            "redactedValue": f"SEC{number}",
            "user": link("User", maker.user_id(owner)),
        }
        body = {"name": name, "revokedAt": _ago(maker, revoked), "scopes": scopes}
        identifier = maker.identifier("demo token", scope["organization"], number)
        yield Sample(identifier, body, sys, life=born(maker, 800 - 40 * number))


def my_tokens(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the token of the token's user."""
    sys = {"expiresAt": _ago(maker, -365), "lastUsedAt": _ago(maker, 0), "redactedValue": "SECR"}
    body = {"name": "Demonstration", "revokedAt": None, "scopes": SCOPES}
    yield Sample(maker.identifier("my token"), body, sys, life=born(maker, 5))


def _role(number: int) -> str:
    known = {0: "owner", 1: "admin", 2: "admin", 3: "developer", 34: "developer", 35: "developer"}
    return known.get(number, "member")


def _ago(maker: Maker, days: float | None) -> str | None:
    return None if days is None else stamp(activity(maker).ms(days), precise=False)


def _days_unseen(maker: Maker, number: int) -> float | None:
    if number in (*INVITED, *NEVER_SEEN):
        return None
    return (
        190 + 11 * (number % 7)
        if number in IDLE
        else 0.1 + maker.number(9_000, "seen", number) / 1000
    )


def _last_seen(maker: Maker, number: int) -> str | None:
    return _ago(maker, _days_unseen(maker, number))


def _seen(maker: Maker, number: int) -> Life:
    days, invited = _days_unseen(maker, number), born(maker, joined(number))
    if days is None:
        return invited
    return (*invited, ("edited", Moment(activity(maker).ms(days), maker.user_id(number))))


def _first(maker: Maker, scope: Scope) -> int:
    space: Space = space_of(maker, scope)
    return space.first


def _membership_id(maker: Maker, organization: str, number: int) -> str:
    return maker.identifier("demo membership", organization, number)


def _team_id(maker: Maker, name: str) -> str:
    return maker.identifier("demo team", name)


def _role_id(maker: Maker, scope: Scope, name: str) -> str:
    return maker.identifier("demo role", scope["space"], name)
