"""Users and permissions: memberships, teams, roles, security contacts, access tokens."""

from __future__ import annotations

from .columns import (
    CREATED,
    DESCRIPTION,
    NAME,
    UPDATED,
    VERSION,
    boolean,
    integer,
    json_column,
    link,
    links,
    newer,
    string,
    timestamp,
)
from .places import ORGANIZATION, SPACE
from .table import Table

PREMIUM = "a Premium plan; every member of the organization has access"


ADMIN = "the rights of an organization owner or admin"


USERS = Table(
    "USERS",
    ORGANIZATION,
    "users",
    "One row per user of the organization.",
    (
        string("first_name", "firstName", "Given name of the user.", personal=True),
        string("last_name", "lastName", "Family name of the user.", personal=True),
        string("email", "", "E-mail address that the user signs in with.", personal=True),
        string("avatar_url", "avatarUrl", "URL of the user's picture.", personal=True),
        boolean("activated", "activated", "True if the account was activated."),
        boolean("confirmed", "confirmed", "True if the e-mail address was confirmed."),
        boolean("two_factor_enabled", "2faEnabled", "True if two-factor authentication is on."),
        integer("sign_in_count", "signInCount", "Number of sign-ins; each increases `version`."),
        string(
            "preferred_language",
            "preferredLanguage",
            "Web app language that the user chose; NULL if none.",
        ),
    ),
    sys=(VERSION, CREATED[0], UPDATED[0]),
    needs=f"a Premium plan; some columns are NULL without {ADMIN}",
)


ORGANIZATION_MEMBERSHIPS = Table(
    "ORGANIZATION_MEMBERSHIPS",
    ORGANIZATION,
    "organization_memberships",
    "One row per membership of a user in the organization, with the role.",
    (
        link("user_id", "sys.user", "User with the membership (USERS)."),
        string("role", "role", "Organization role: `owner`, `admin`, `developer` or `member`."),
        string(
            "status",
            "sys.status|status",
            "`active`, or `pending` until the user accepts the invitation.",
        ),
        timestamp("last_active_at", "sys.lastActiveAt", "Time of the last activity, in UTC."),
        timestamp(
            "sso_last_sign_in_at",
            "sys.sso.lastSignInAt",
            "Time of the last single sign-on, in UTC.",
        ),
    ),
    needs=f"a Premium plan; some rows are missing without {ADMIN}",
)


SPACE_MEMBERSHIPS = Table(
    "SPACE_MEMBERSHIPS",
    SPACE,
    "space_memberships",
    "One row per direct membership of a user in the space, with the roles.",
    (
        link("user_id", "sys.user|user", "User with the membership (USERS)."),
        boolean("admin", "admin", "True if the user is an admin of the space."),
        links("role_ids", "roles", "Ids of the user's roles (ROLES)."),
    ),
    needs="read access, which every member of the space has",
)


SPACE_MEMBERS = Table(
    "SPACE_MEMBERS",
    SPACE,
    "space_members",
    "One row per user who can open the space, directly or through teams.",
    (
        boolean("admin", "admin", "True if the user is an admin of the space."),
        links("role_ids", "roles", "Ids of the user's roles (ROLES)."),
        links(
            "membership_ids",
            "sys.relatedMemberships",
            "Ids of the memberships that give access (SPACE_MEMBERSHIPS or"
            " TEAM_SPACE_MEMBERSHIPS).",
        ),
    ),
    # The user identifies the member; the reference does not say whether the record has an id.
    key=(link("user_id", "sys.user", "User with access to the space (USERS)."),),
    sys=(),
    needs="read access, which every member of the space has",
)


TEAMS = Table(
    "TEAMS",
    ORGANIZATION,
    "teams",
    "One row per team, a group of users with shared access.",
    (
        NAME,
        DESCRIPTION,
        integer("member_count", "sys.memberCount", "Number of users in the team."),
    ),
    needs=PREMIUM,
)


TEAM_MEMBERSHIPS = Table(
    "TEAM_MEMBERSHIPS",
    ORGANIZATION,
    "team_memberships",
    "One row per user in a team.",
    (
        link("team_id", "sys.team", "Team of the user (TEAMS)."),
        link("user_id", "sys.user", "User in the team (USERS)."),
        string(
            "organization_membership_id",
            "organizationMembershipId|sys.organizationMembership.sys.id",
            "User's membership in the organization (ORGANIZATION_MEMBERSHIPS).",
        ),
        boolean("admin", "admin", "True if the user can manage the team."),
    ),
    needs=PREMIUM,
)


TEAM_SPACE_MEMBERSHIPS = Table(
    "TEAM_SPACE_MEMBERSHIPS",
    ORGANIZATION,
    "team_space_memberships",
    "One row per team with access to a space, with the roles.",
    (
        link("team_id", "sys.team", "Team with access to the space (TEAMS)."),
        link("space_id", "sys.space", "Space that the team can open (SPACES)."),
        boolean("admin", "admin", "True if the team's members are admins of the space."),
        links("role_ids", "roles", "Ids of the team members' roles (ROLES)."),
    ),
    needs=PREMIUM,
)


ROLES = Table(
    "ROLES",
    SPACE,
    "roles",
    "One row per role of the space, with its permissions.",
    (
        NAME,
        DESCRIPTION,
        json_column("policies", "policies", "Rules that allow or deny actions on content."),
        json_column(
            "permissions",
            "permissions",
            "Allowed actions other than on content, such as on settings.",
        ),
    ),
    needs="read access, which every member of the organization has",
)


SECURITY_CONTACTS = Table(
    "SECURITY_CONTACTS",
    ORGANIZATION,
    "security_contacts",
    "One row per contact that Contentful notifies of security incidents.",
    (string("email", "", "E-mail address that Contentful notifies.", personal=True),),
    needs=ADMIN,
)


ACCESS_TOKENS = Table(
    "ACCESS_TOKENS",
    ORGANIZATION,
    "access_tokens",
    "One row per access token of a member, without the token itself.",
    (
        NAME,
        string(
            "type",
            "sys.type",
            "Token type: `PersonalAccessToken`, `CLIToken` or `OAuthApplication`.",
        ),
        link("user_id", "sys.user|sys.createdBy", "User whose rights the token has (USERS)."),
        link("application_id", "sys.application", "Id of the OAuth app that received the token."),
        json_column(
            "scopes", "scopes", "Permissions of the token, such as `content_management_read`."
        ),
        timestamp("expires_at", "sys.expiresAt", "Expiry time, in UTC; NULL if unlimited."),
        timestamp(
            "last_used_at",
            "sys.lastUsedAt",
            "Last request with the token, in UTC; NULL if none.",
        ),
        timestamp("revoked_at", "revokedAt", "Revocation time, in UTC; NULL if not revoked."),
        *newer(
            string(
                "redacted_value",
                "sys.redactedValue",
                "Last four characters of the token, to identify a leaked token.",
            ),
            string(
                "application_name",
                "sys.application.name",
                "Name of the OAuth app that received the token.",
            ),
        ),
    ),
    sys=(CREATED[0], UPDATED[0]),
    needs=ADMIN,
)


TABLES = (
    USERS,
    ORGANIZATION_MEMBERSHIPS,
    SPACE_MEMBERSHIPS,
    SPACE_MEMBERS,
    TEAMS,
    TEAM_MEMBERSHIPS,
    TEAM_SPACE_MEMBERSHIPS,
    ROLES,
    SECURITY_CONTACTS,
    ACCESS_TOKENS,
)
