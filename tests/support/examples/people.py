"""Examples of the group `people`."""

from __future__ import annotations

from .example import (
    ACME,
    IN_ORGANIZATION,
    IN_SPACE,
    MANAGED_ROW,
    SHOP,
    Example,
    link,
    managed,
    without,
)

ORGANIZATION = link("Organization", "acme")
SPACE = link("Space", "shop")

USERS = Example(
    "USERS",
    "organizations/acme/users",
    "user-ada",
    {
        "firstName": "Ada",
        "lastName": "Lovelace",
        "avatarUrl": "https://avatars.example.com/Ada.png",
        "email": "Ada@people.example.com",
        "cookieConsentData": "SECRET-consent",
        "activated": True,
        "signInCount": 12,
        "confirmed": True,
        "2faEnabled": False,
        "sys": without(managed("User", "user-ada"), "createdBy", "updatedBy"),
    },
    (
        {
            **ACME,
            "id": "user-ada",
            "first_name": "Ada",
            "last_name": "Lovelace",
            "email": "Ada@people.example.com",
            "avatar_url": "https://avatars.example.com/Ada.png",
            "activated": True,
            "confirmed": True,
            "two_factor_enabled": False,
            "sign_in_count": 12,
            "preferred_language": None,
            "version": 3,
            "created_at": "2024-05-06T07:08:09Z",
            "updated_at": "2024-06-07T08:09:10Z",
        },
    ),
    {"signInCount": 13, "preferredLanguage": "de"},
    {"sign_in_count": 13, "preferred_language": "de"},
    IN_ORGANIZATION,
    personal=("first_name", "last_name", "email", "avatar_url"),
)

ORGANIZATION_MEMBERSHIPS = Example(
    "ORGANIZATION_MEMBERSHIPS",
    "organizations/acme/organization_memberships",
    "membership-ada",
    {
        "role": "developer",
        "sys": managed(
            "OrganizationMembership",
            "membership-ada",
            organization=ORGANIZATION,
            user=link("User", "user-ada"),
            status="active",
            lastActiveAt="2024-06-01T00:00:00Z",
            sso={"lastSignInAt": "2024-05-31T00:00:00Z"},
        ),
    },
    (
        {
            **ACME,
            "id": "membership-ada",
            "user_id": "user-ada",
            "role": "developer",
            "status": "active",
            "last_active_at": "2024-06-01T00:00:00Z",
            "sso_last_sign_in_at": "2024-05-31T00:00:00Z",
            **MANAGED_ROW,
        },
    ),
    {"role": "admin"},
    {"role": "admin"},
    IN_ORGANIZATION,
)

TEAMS = Example(
    "TEAMS",
    "organizations/acme/teams",
    "team-red",
    {
        "name": "Red",
        "description": "Writes the blog",
        "sys": managed("Team", "team-red", organization=ORGANIZATION, memberCount=4),
    },
    (
        {
            **ACME,
            "id": "team-red",
            "name": "Red",
            "description": "Writes the blog",
            "member_count": 4,
            **MANAGED_ROW,
        },
    ),
    {"name": "Scarlet", "description": ""},
    {"name": "Scarlet", "description": ""},
    IN_ORGANIZATION,
)

TEAM_MEMBERSHIPS = Example(
    "TEAM_MEMBERSHIPS",
    "organizations/acme/teams/team-red/team_memberships",
    "in-red",
    {
        "admin": False,
        "organizationMembershipId": "membership-ada",
        "sys": managed(
            "TeamMembership",
            "in-red",
            organization=ORGANIZATION,
            team=link("Team", "team-red"),
            user=link("User", "user-ada"),
            organizationMembership=link("OrganizationMembership", "membership-ada"),
        ),
    },
    (
        {
            **ACME,
            "id": "in-red",
            "team_id": "team-red",
            "user_id": "user-ada",
            "organization_membership_id": "membership-ada",
            "admin": False,
            **MANAGED_ROW,
        },
    ),
    {"admin": True},
    {"admin": True},
    IN_ORGANIZATION,
    around=((TEAMS.collection, TEAMS.record),),
    endpoint="organizations/acme/team_memberships",
)

TEAM_SPACE_MEMBERSHIPS = Example(
    "TEAM_SPACE_MEMBERSHIPS",
    "spaces/shop/team_space_memberships",
    "red-in-shop",
    {
        "admin": False,
        "roles": [link("Role", "role-editor"), link("Role", "role-author")],
        "sys": managed(
            "TeamSpaceMembership",
            "red-in-shop",
            team=link("Team", "team-red"),
            space=SPACE,
        ),
    },
    (
        {
            **ACME,
            "id": "red-in-shop",
            "team_id": "team-red",
            "space_id": "shop",
            "admin": False,
            "role_ids": ["role-editor", "role-author"],
            **MANAGED_ROW,
        },
    ),
    {"admin": True, "roles": []},
    {"admin": True, "role_ids": []},
    IN_ORGANIZATION,
    endpoint="organizations/acme/team_space_memberships",
)

SECURITY_CONTACTS = Example(
    "SECURITY_CONTACTS",
    "organizations/acme/security_contacts",
    "contact-grace",
    {
        "email": "Grace@people.example.com",
        "sys": managed("SecurityContact", "contact-grace", organization=ORGANIZATION),
    },
    (
        {
            **ACME,
            "id": "contact-grace",
            "email": "Grace@people.example.com",
            **MANAGED_ROW,
        },
    ),
    {"email": "Hopper@people.example.com"},
    {"email": "Hopper@people.example.com"},
    IN_ORGANIZATION,
    personal=("email",),
)

ACCESS_TOKENS = Example(
    "ACCESS_TOKENS",
    "organizations/acme/access_tokens",
    "token-ci",
    {
        "name": "Continuous integration",
        "scopes": ["content_management_read"],
        "revokedAt": None,
        "token": "CFPAT-SECRET",
        "sys": {
            "type": "PersonalAccessToken",
            "id": "token-ci",
            "application": None,
            "redactedValue": "SECRET",
            "user": link("User", "user-ada"),
            "createdAt": "2024-05-06T07:08:09Z",
            "updatedAt": "2024-06-07T08:09:10Z",
            "expiresAt": "2030-01-01T00:00:00Z",
            "lastUsedAt": "2024-06-30T00:00:00Z",
        },
    },
    (
        {
            **ACME,
            "id": "token-ci",
            "name": "Continuous integration",
            "type": "PersonalAccessToken",
            "user_id": "user-ada",
            "application_id": None,
            "scopes": ["content_management_read"],
            "expires_at": "2030-01-01T00:00:00Z",
            "last_used_at": "2024-06-30T00:00:00Z",
            "revoked_at": None,
            "created_at": "2024-05-06T07:08:09Z",
            "updated_at": "2024-06-07T08:09:10Z",
        },
    ),
    {"revokedAt": "2025-03-02T05:06:07Z"},
    {"revoked_at": "2025-03-02T05:06:07Z"},
    IN_ORGANIZATION,
)

POLICIES = [
    {
        "effect": "allow",
        "actions": "all",
        "constraint": {"and": [{"equals": [{"doc": "sys.type"}, "Entry"]}]},
    }
]

ROLES = Example(
    "ROLES",
    "spaces/shop/roles",
    "role-editor",
    {
        "name": "Editor",
        "description": None,
        "policies": POLICIES,
        "permissions": {"ContentModel": ["read"], "Settings": [], "ContentDelivery": "all"},
        "sys": managed("Role", "role-editor", space=SPACE),
    },
    (
        {
            **SHOP,
            "id": "role-editor",
            "name": "Editor",
            "description": None,
            "policies": POLICIES,
            "permissions": {"ContentModel": ["read"], "Settings": [], "ContentDelivery": "all"},
            **MANAGED_ROW,
        },
    ),
    {"description": "Edits", "policies": []},
    {"description": "Edits", "policies": []},
    IN_SPACE,
)

SPACE_MEMBERSHIPS = Example(
    "SPACE_MEMBERSHIPS",
    "spaces/shop/space_memberships",
    "ada-in-shop",
    {
        "admin": False,
        "roles": [link("Role", "role-editor")],
        "user": link("User", "user-ada"),
        "sys": managed(
            "SpaceMembership", "ada-in-shop", space=SPACE, user=link("User", "user-ada")
        ),
    },
    (
        {
            **SHOP,
            "id": "ada-in-shop",
            "user_id": "user-ada",
            "admin": False,
            "role_ids": ["role-editor"],
            **MANAGED_ROW,
        },
    ),
    {"admin": True, "roles": []},
    {"admin": True, "role_ids": []},
    IN_SPACE,
)

# Who is a member follows from the memberships; the API has no way to make one directly.
SPACE_MEMBERS = Example(
    "SPACE_MEMBERS",
    SPACE_MEMBERSHIPS.collection,
    "ada",
    SPACE_MEMBERSHIPS.record,
    (
        {
            **SHOP,
            "user_id": "user-ada",
            "admin": False,
            "role_ids": ["role-editor"],
            "membership_ids": ["ada-in-shop"],
        },
    ),
    {"admin": True},
    {"admin": True},
    ("space_id", "user_id"),
    stored_as="ada-in-shop",
    endpoint="spaces/shop/space_members",
)

PEOPLE = (
    USERS,
    ORGANIZATION_MEMBERSHIPS,
    TEAMS,
    TEAM_MEMBERSHIPS,
    TEAM_SPACE_MEMBERSHIPS,
    SECURITY_CONTACTS,
    ACCESS_TOKENS,
    ROLES,
    SPACE_MEMBERSHIPS,
    SPACE_MEMBERS,
)
