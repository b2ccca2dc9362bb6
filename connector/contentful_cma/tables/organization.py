"""Tables below ``/organizations/{organization_id}``: people, apps, taxonomy, usage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contentful_cma.table import (
    ORGANIZATION,
    PERIODIC,
    VERSION,
    Record,
    Table,
    address,
    flag,
    instant,
    json,
    link,
    links,
    text,
    whole,
    widgets,
)

PREMIUM = "a Premium plan, and the rights of an organization owner or admin"
ADMIN = "the rights of an organization owner or admin"

USERS = Table(
    "USERS",
    ORGANIZATION,
    "users",
    "A person who belongs to the organization.",
    (
        text("first_name", "firstName", personal=True),
        text("last_name", "lastName", personal=True),
        text("email", personal=True),
        text("avatar_url", "avatarUrl", personal=True),
        flag("activated", "activated", "Whether the account was activated."),
        flag("confirmed", "confirmed", "Whether the e-mail address was confirmed."),
        flag("two_factor_enabled", "2faEnabled", "Whether two-factor authentication is on."),
        whole("sign_in_count", "signInCount", "Rises with every sign-in, as `version` does."),
        text("preferred_language", "preferredLanguage"),
    ),
    "people",
    sys=(
        VERSION,
        instant("created_at", "sys.createdAt"),
        instant("updated_at", "sys.updatedAt"),
    ),
    needs=PREMIUM,
)

ORGANIZATION_MEMBERSHIPS = Table(
    "ORGANIZATION_MEMBERSHIPS",
    ORGANIZATION,
    "organization_memberships",
    "What a user may do in the organization.",
    (
        link("user_id", "sys.user"),
        text("role", "role", "`owner`, `admin`, `developer` or `member`."),
        text(
            "status", "sys.status|status", "`active`, or `pending` until an invitation is taken."
        ),
        instant("last_active_at", "sys.lastActiveAt"),
        instant("sso_last_sign_in_at", "sys.sso.lastSignInAt"),
    ),
    "people",
    needs=PREMIUM,
)

TEAMS = Table(
    "TEAMS",
    ORGANIZATION,
    "teams",
    "A group of users who get rights together.",
    (text("name"), text("description"), whole("member_count", "sys.memberCount")),
    "people",
    needs=PREMIUM,
)

TEAM_MEMBERSHIPS = Table(
    "TEAM_MEMBERSHIPS",
    ORGANIZATION,
    "team_memberships",
    "That a user belongs to a team.",
    (
        link("team_id", "sys.team"),
        link("user_id", "sys.user"),
        text(
            "organization_membership_id",
            "organizationMembershipId|sys.organizationMembership.sys.id",
        ),
        flag("admin", "admin", "Whether the user may manage the team."),
    ),
    "people",
    needs=PREMIUM,
)

TEAM_SPACE_MEMBERSHIPS = Table(
    "TEAM_SPACE_MEMBERSHIPS",
    ORGANIZATION,
    "team_space_memberships",
    "What a team may do in a space.",
    (
        link("team_id", "sys.team"),
        link("space_id", "sys.space"),
        flag("admin", "admin", "Whether the team's members are admins of the space."),
        links("role_ids", "roles", "Ids of the roles that the team's members have."),
    ),
    "people",
    needs=PREMIUM,
)

SECURITY_CONTACTS = Table(
    "SECURITY_CONTACTS",
    ORGANIZATION,
    "security_contacts",
    "Whom Contentful tells about security incidents.",
    (
        text("name", personal=True),
        text("email", personal=True),
    ),
    "people",
    needs=ADMIN,
)

ACCESS_TOKENS = Table(
    "ACCESS_TOKENS",
    ORGANIZATION,
    "access_tokens",
    "A personal access token of a member; never the token itself.",
    (
        text("name"),
        link("user_id", "sys.user|sys.createdBy"),
        link("application_id", "sys.application"),
        json("scopes", "scopes", "What the token allows, such as `content_management_read`."),
        instant("expires_at", "sys.expiresAt"),
        instant("last_used_at", "sys.lastUsedAt"),
        instant("revoked_at", "revokedAt"),
    ),
    "people",
    sys=(instant("created_at", "sys.createdAt"), instant("updated_at", "sys.updatedAt")),
    needs=ADMIN,
)

APP_DEFINITIONS = Table(
    "APP_DEFINITIONS",
    ORGANIZATION,
    "app_definitions",
    "An app that the organization has built.",
    (
        text("name"),
        address("src", "src", "Where the app is hosted, without query."),
        link("bundle_id", "bundle", "The bundle, where Contentful hosts the app."),
        json("locations", "locations", "Where in the web app it appears."),
        flag("shared", "sys.shared", "Whether other organizations can install it."),
    ),
    "structure",
)

ENVIRONMENT_TEMPLATES = Table(
    "ENVIRONMENT_TEMPLATES",
    ORGANIZATION,
    "environment_templates",
    "A content model that can be installed in environments.",
    (
        text("name"),
        text("description"),
        text("version_name", "versionName"),
        text("version_description", "versionDescription"),
        flag("for_templated_spaces", "forTemplatedSpaces"),
        widgets(
            "entities", "entities", "The content types and editor interfaces that it consists of."
        ),
    ),
    "structure",
    needs="a plan with environment templates",
)

TAXONOMY_CONCEPTS = Table(
    "TAXONOMY_CONCEPTS",
    ORGANIZATION,
    "taxonomy/concepts",
    "A term that content is classified with.",
    (
        text("uri"),
        json("pref_label", "prefLabel", "The preferred label by locale."),
        json("alt_labels", "altLabels", "Other labels by locale."),
        json("hidden_labels", "hiddenLabels", "Labels for search only, by locale."),
        json("notations"),
        json("definition"),
        json("note"),
        json("change_note", "changeNote"),
        json("editorial_note", "editorialNote"),
        json("example"),
        json("history_note", "historyNote"),
        json("scope_note", "scopeNote"),
        links("concept_scheme_ids", "conceptSchemes", "Ids of the schemes that it belongs to."),
        links("broader_ids", "broader", "Ids of the concepts above it."),
        links("related_ids", "related", "Ids of the concepts beside it."),
    ),
    "model",
    needs="a plan with taxonomy",
)

TAXONOMY_CONCEPT_SCHEMES = Table(
    "TAXONOMY_CONCEPT_SCHEMES",
    ORGANIZATION,
    "taxonomy/concept-schemes",
    "A vocabulary: a set of concepts.",
    (
        text("uri"),
        json("pref_label", "prefLabel", "The label by locale."),
        json("definition", "definition", "The definition by locale."),
        links("top_concept_ids", "topConcepts", "Ids of the concepts at the top."),
        links("concept_ids", "concepts", "Ids of all concepts."),
        whole("total_concepts", "totalConcepts"),
    ),
    "model",
    needs="a plan with taxonomy",
)


def daily(record: Record) -> Iterator[dict[str, Any]]:
    """Yield one record for each day of a usage record, which holds up to 45 days of one metric."""
    days = record.get("usagePerDay")
    for day, usage in days.items() if isinstance(days, dict) else ():
        yield {**record, "day": day, "usage": usage}


_USAGE_COLUMNS = (
    whole("usage", "usage", "Requests on that day."),
    text("unit_of_measure", "unitOfMeasure"),
)
_METRIC = text("metric", "metric", "`cma`, `cda`, `cpa` or `gql`.")
_DAY = text("day", "day", "The day, as `YYYY-MM-DD`.")
_USAGE_NEEDS = f"{ADMIN}; Contentful ends this endpoint on 2027-02-28"

ORGANIZATION_USAGE = Table(
    "ORGANIZATION_USAGE",
    ORGANIZATION,
    "organization_periodic_usages",
    "API requests of the organization, by metric and day; days that the API no longer tells stay.",
    _USAGE_COLUMNS,
    "usage",
    key=(_METRIC, _DAY),
    sys=(),
    reading=PERIODIC,
    records=daily,
    needs=_USAGE_NEEDS,
)

SPACE_USAGE = Table(
    "SPACE_USAGE",
    ORGANIZATION,
    "space_periodic_usages",
    "API requests of a space, by metric and day; days that the API no longer tells stay.",
    _USAGE_COLUMNS,
    "usage",
    key=(link("space_id", "sys.space"), _METRIC, _DAY),
    sys=(),
    reading=PERIODIC,
    records=daily,
    needs=_USAGE_NEEDS,
)

ORGANIZATION_TABLES = (
    USERS,
    ORGANIZATION_MEMBERSHIPS,
    TEAMS,
    TEAM_MEMBERSHIPS,
    TEAM_SPACE_MEMBERSHIPS,
    SECURITY_CONTACTS,
    ACCESS_TOKENS,
    APP_DEFINITIONS,
    ENVIRONMENT_TEMPLATES,
    TAXONOMY_CONCEPTS,
    TAXONOMY_CONCEPT_SCHEMES,
    ORGANIZATION_USAGE,
    SPACE_USAGE,
)
