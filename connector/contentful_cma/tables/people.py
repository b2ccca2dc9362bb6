"""Who may do what: users, memberships, teams, roles, security contacts, access tokens."""

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
    string,
    timestamp,
)
from .places import ORGANIZATION, SPACE
from .table import Table

PREMIUM = "a Premium plan; every member of the organization may read it"


OWNER = "organization owner or admin"


ADMIN = f"the rights of an {OWNER}"


USERS = Table(
    "USERS",
    ORGANIZATION,
    "users",
    "A person who belongs to the organization.",
    (
        string("first_name", "firstName", "Given name.", personal=True),
        string("last_name", "lastName", "Family name.", personal=True),
        string("email", "", "The address that the user signs in with.", personal=True),
        string("avatar_url", "avatarUrl", "Where the user's picture is.", personal=True),
        boolean("activated", "activated", "Whether the account was activated."),
        boolean("confirmed", "confirmed", "Whether the e-mail address was confirmed."),
        boolean("two_factor_enabled", "2faEnabled", "Whether two-factor authentication is on."),
        integer("sign_in_count", "signInCount", "Rises with every sign-in, as `version` does."),
        string(
            "preferred_language", "preferredLanguage", "For the web app, where one was chosen."
        ),
    ),
    sys=(VERSION, CREATED[0], UPDATED[0]),
    needs=f"a Premium plan; who is no {OWNER} gets fewer columns",
)


ORGANIZATION_MEMBERSHIPS = Table(
    "ORGANIZATION_MEMBERSHIPS",
    ORGANIZATION,
    "organization_memberships",
    "What a user may do in the organization.",
    (
        link("user_id", "sys.user", "Whose membership it is (USERS)."),
        string("role", "role", "`owner`, `admin`, `developer` or `member`."),
        string(
            "status", "sys.status|status", "`active`, or `pending` until an invitation is taken."
        ),
        timestamp("last_active_at", "sys.lastActiveAt", "When the user was last seen."),
        timestamp(
            "sso_last_sign_in_at", "sys.sso.lastSignInAt", "The last time by single sign-on."
        ),
    ),
    needs=f"a Premium plan; who is no {OWNER} gets a part of the rows",
)


SPACE_MEMBERSHIPS = Table(
    "SPACE_MEMBERSHIPS",
    SPACE,
    "space_memberships",
    "What a user may do in the space, given directly.",
    (
        link("user_id", "sys.user|user", "Whose membership it is (USERS)."),
        boolean("admin", "admin", "Whether the user is an admin of the space."),
        links("role_ids", "roles", "Ids of the roles that the user has."),
    ),
    needs="read access; every member of the space may read it",
)


SPACE_MEMBERS = Table(
    "SPACE_MEMBERS",
    SPACE,
    "space_members",
    "A user who can open the space, directly or through teams.",
    (
        boolean("admin", "admin", "Whether the user is an admin of the space."),
        links("role_ids", "roles", "Ids of the roles that the user has."),
        links(
            "membership_ids", "sys.relatedMemberships", "Ids of the memberships that give them."
        ),
    ),
    # The member is the user; whether the record has an id of its own is not documented.
    key=(link("user_id", "sys.user", "Who the member is (USERS)."),),
    sys=(),
    needs="read access; every member of the space may read it",
)


TEAMS = Table(
    "TEAMS",
    ORGANIZATION,
    "teams",
    "A group of users who get rights together.",
    (
        NAME,
        DESCRIPTION,
        integer("member_count", "sys.memberCount", "How many users belong to it."),
    ),
    needs=PREMIUM,
)


TEAM_MEMBERSHIPS = Table(
    "TEAM_MEMBERSHIPS",
    ORGANIZATION,
    "team_memberships",
    "That a user belongs to a team.",
    (
        link("team_id", "sys.team", "What the user belongs to (TEAMS)."),
        link("user_id", "sys.user", "Who belongs to it (USERS)."),
        string(
            "organization_membership_id",
            "organizationMembershipId|sys.organizationMembership.sys.id",
            "The user's own membership (ORGANIZATION_MEMBERSHIPS).",
        ),
        boolean("admin", "admin", "Whether the user may manage the team."),
    ),
    needs=PREMIUM,
)


TEAM_SPACE_MEMBERSHIPS = Table(
    "TEAM_SPACE_MEMBERSHIPS",
    ORGANIZATION,
    "team_space_memberships",
    "What a team may do in a space.",
    (
        link("team_id", "sys.team", "Who may work there (TEAMS)."),
        link("space_id", "sys.space", "Where the team may work (SPACES)."),
        boolean("admin", "admin", "Whether the team's members are admins of the space."),
        links("role_ids", "roles", "Ids of the roles that the team's members have."),
    ),
    needs=PREMIUM,
)


ROLES = Table(
    "ROLES",
    SPACE,
    "roles",
    "What its members may do in the space.",
    (
        NAME,
        DESCRIPTION,
        json_column("policies", "policies", "What is allowed and denied on content."),
        json_column("permissions", "permissions", "What is allowed beside content."),
    ),
    needs="read access; every member of the organization may read it",
)


SECURITY_CONTACTS = Table(
    "SECURITY_CONTACTS",
    ORGANIZATION,
    "security_contacts",
    "Whom Contentful tells about security incidents.",
    (string("email", "", "The address that is written to.", personal=True),),
    needs=ADMIN,
)


ACCESS_TOKENS = Table(
    "ACCESS_TOKENS",
    ORGANIZATION,
    "access_tokens",
    "A personal access token of a member; never the token itself.",
    (
        NAME,
        string("type", "sys.type", "`PersonalAccessToken`, `CLIToken` or `OAuthApplication`."),
        link("user_id", "sys.user|sys.createdBy", "In whose name it works (USERS)."),
        link("application_id", "sys.application", "The OAuth app that it was given to."),
        json_column(
            "scopes", "scopes", "What the token allows, such as `content_management_read`."
        ),
        timestamp("expires_at", "sys.expiresAt", "When it ends by itself, NULL if never."),
        timestamp("last_used_at", "sys.lastUsedAt", "The last request with it, NULL if none."),
        timestamp("revoked_at", "revokedAt", "When somebody ended it, NULL if nobody did."),
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
