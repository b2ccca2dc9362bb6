"""Tables below ``/spaces/{space_id}``: environments, access, keys, webhooks, AI actions."""

from __future__ import annotations

from collections.abc import Mapping

from contentful_cma.rows import Model
from contentful_cma.table import (
    ID,
    PER_PARENT,
    SPACE,
    Record,
    Row,
    Table,
    errors,
    flag,
    instant,
    json,
    link,
    links,
    origin,
    text,
    whole,
)

PREMIUM = "a Premium plan"

ENVIRONMENTS = Table(
    "ENVIRONMENTS",
    SPACE,
    "environments",
    "A version of the space's content and content model.",
    (
        text("name"),
        link("status", "sys.status", "`queued`, `inProgress`, `ready` or `failed`."),
        links("alias_ids", "sys.aliases", "Ids of the aliases that point to it."),
    ),
    "structure",
)

ENVIRONMENT_ALIASES = Table(
    "ENVIRONMENT_ALIASES",
    SPACE,
    "environment_aliases",
    "A name that points to an environment.",
    (link("environment_id", "environment", "The environment that it points to."),),
    "structure",
)

ROLES = Table(
    "ROLES",
    SPACE,
    "roles",
    "What its members may do in the space.",
    (
        text("name"),
        text("description"),
        json("policies", "policies", "What is allowed and denied on content."),
        json("permissions", "permissions", "What is allowed beside content."),
    ),
    "people",
)

SPACE_MEMBERSHIPS = Table(
    "SPACE_MEMBERSHIPS",
    SPACE,
    "space_memberships",
    "What a user may do in the space, given directly.",
    (
        link("user_id", "sys.user|user"),
        flag("admin", "admin", "Whether the user is an admin of the space."),
        links("role_ids", "roles", "Ids of the roles that the user has."),
    ),
    "people",
)

SPACE_MEMBERS = Table(
    "SPACE_MEMBERS",
    SPACE,
    "space_members",
    "A user who can open the space, directly or through teams.",
    (
        flag("admin", "admin", "Whether the user is an admin of the space."),
        links("role_ids", "roles", "Ids of the roles that the user has."),
        links(
            "membership_ids", "sys.relatedMemberships", "Ids of the memberships that give them."
        ),
    ),
    "people",
    # The member is the user; whether the record has an id of its own is not documented.
    key=(link("user_id", "sys.user"),),
    sys=(),
)

API_KEYS = Table(
    "API_KEYS",
    SPACE,
    "api_keys",
    "A key of the Content Delivery API; never its token.",
    (
        text("name"),
        text("description"),
        links("environment_ids", "environments", "Ids of the environments that it opens."),
        link("preview_api_key_id", "preview_api_key", "The preview key that belongs to it."),
        json("policies"),
    ),
    "structure",
)

PREVIEW_API_KEYS = Table(
    "PREVIEW_API_KEYS",
    SPACE,
    "preview_api_keys",
    "A key of the Content Preview API; never its token.",
    (
        text("name"),
        text("description"),
        links("environment_ids", "environments", "Ids of the environments that it opens."),
        json("policies"),
    ),
    "structure",
)


def webhook_row(record: Record, row: Row, _model: Model) -> Row:
    """Add the names of a webhook's headers; their values may be secrets."""
    headers = record.get("headers")
    listed = headers if isinstance(headers, list) else []
    named = [one.get("key") for one in listed if isinstance(one, Mapping)]
    row["header_names"] = [name for name in named if isinstance(name, str)]
    return row


WEBHOOKS = Table(
    "WEBHOOKS",
    SPACE,
    "webhook_definitions",
    "A call to another system when content changes.",
    (
        text("name"),
        origin("url", "url", "Scheme and host that it calls; the path of many is a secret."),
        json("topics", "topics", "The events that it is called for."),
        json("filters", "filters", "Further conditions on the events."),
        json("header_names", "header_names", "Names of the headers that it sends, no values."),
        flag("active"),
    ),
    "structure",
    finish=webhook_row,
)

WEBHOOK_HEALTH = Table(
    "WEBHOOK_HEALTH",
    SPACE,
    "webhooks/{parent}/health",
    "How many of a webhook's recent calls succeeded.",
    (
        whole("calls_total", "calls.total", "Recent calls."),
        whole("calls_healthy", "calls.healthy", "Recent calls that succeeded."),
    ),
    "structure",
    key=(text("webhook_id", "parent_id"),),
    sys=(),
    reading=PER_PARENT,
    parent=WEBHOOKS,
    single=True,
)

WEBHOOK_CALLS = Table(
    "WEBHOOK_CALLS",
    SPACE,
    "webhooks/{parent}/calls",
    "A recent call of a webhook; Contentful keeps them for a while only.",
    (
        text("event_type", "eventType"),
        whole("status_code", "statusCode", "The answer's HTTP status."),
        origin("url", "url", "Scheme and host that it called."),
        errors("errors"),
        instant("request_at", "requestAt"),
        instant("response_at", "responseAt"),
    ),
    "history",
    key=(text("webhook_id", "parent_id"), ID),
    sys=(instant("created_at", "sys.createdAt"),),
    reading=PER_PARENT,
    parent=WEBHOOKS,
)

AI_ACTIONS = Table(
    "AI_ACTIONS",
    SPACE,
    "ai/actions",
    "A prompt that editors can run on content.",
    (
        text("name"),
        text("description"),
        json("configuration", "configuration", "Model and temperature."),
        json("instruction", "instruction", "The prompt's template, variables and conditions."),
        json("test_cases", "testCases"),
        whole("published_version", "sys.publishedVersion"),
        instant("published_at", "sys.publishedAt"),
        link("published_by_id", "sys.publishedBy"),
    ),
    "work",
    query=(("status", "all"),),
    needs="a plan with AI actions",
)

SPACE_TABLES = (
    ENVIRONMENTS,
    ENVIRONMENT_ALIASES,
    ROLES,
    SPACE_MEMBERSHIPS,
    SPACE_MEMBERS,
    API_KEYS,
    PREVIEW_API_KEYS,
    WEBHOOKS,
    WEBHOOK_HEALTH,
    WEBHOOK_CALLS,
    AI_ACTIONS,
)
