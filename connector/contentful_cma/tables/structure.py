"""How the account is set up: environments, locales, tags, keys, webhooks, apps."""

from __future__ import annotations

from collections.abc import Mapping

from contentful_cma.values import Record, Row

from .columns import (
    DESCRIPTION,
    NAME,
    address,
    boolean,
    integer,
    json_column,
    link,
    links,
    origin,
    string,
    widgets,
)
from .derived import ContentModel
from .places import ENVIRONMENT, ORGANIZATION, SPACE
from .table import LARGEST_PAGE, PerParent, Table

ENVIRONMENTS = Table(
    "ENVIRONMENTS",
    SPACE,
    "environments",
    "A version of the space's content and content model.",
    (
        NAME,
        link("status", "sys.status", "`queued`, `inProgress`, `ready` or `failed`."),
        links("alias_ids", "sys.aliases", "Ids of the aliases that point to it."),
    ),
)


ENVIRONMENT_ALIASES = Table(
    "ENVIRONMENT_ALIASES",
    SPACE,
    "environment_aliases",
    "A name that points to an environment.",
    (link("environment_id", "environment", "The environment that it points to."),),
)


LOCALES = Table(
    "LOCALES",
    ENVIRONMENT,
    "locales",
    "A language that content is written in.",
    (
        NAME,
        string("code", "", "Such as `en-US`: content has its values below it."),
        string("internal_code", "", "The code that Contentful itself keeps for it."),
        string("fallback_code", "fallbackCode|fallback_code", "Where a missing text comes from."),
        boolean("is_default", "default", "Whether titles are taken from it."),
        boolean("optional", "optional", "Whether required fields may be empty in it."),
        boolean("content_management_api", "contentManagementApi", "Whether it can be written in."),
        boolean("content_delivery_api", "contentDeliveryApi|publish", "Whether readers get it."),
    ),
)


TAGS = Table(
    "TAGS",
    ENVIRONMENT,
    "tags",
    "A label that editors put on entries and assets.",
    (NAME, string("visibility", "sys.visibility", "`private` or `public`.")),
    LARGEST_PAGE,
)


API_KEYS = Table(
    "API_KEYS",
    SPACE,
    "api_keys",
    "A key of the Content Delivery API; never its token.",
    (
        NAME,
        DESCRIPTION,
        links("environment_ids", "environments", "Ids of the environments that it opens."),
        link("preview_api_key_id", "preview_api_key", "The preview key that belongs to it."),
        json_column("policies", "", "What the key is allowed, and what not."),
    ),
)


PREVIEW_API_KEYS = Table(
    "PREVIEW_API_KEYS",
    SPACE,
    "preview_api_keys",
    "A key of the Content Preview API; never its token.",
    (
        NAME,
        DESCRIPTION,
        links("environment_ids", "environments", "Ids of the environments that it opens."),
        json_column("policies", "", "What the key is allowed, and what not."),
    ),
)


def webhook_row(record: Record, row: Row, _model: ContentModel) -> Row:
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
        NAME,
        origin("url", "url", "Scheme and host that it calls; the path of many is a secret."),
        json_column("topics", "topics", "The events that it is called for."),
        json_column("filters", "filters", "Further conditions on the events."),
        json_column(
            "header_names", "header_names", "Names of the headers that it sends, no values."
        ),
        string(
            "transformation_method",
            "transformation.method",
            "The HTTP method, where the webhook has one of its own.",
        ),
        string(
            "transformation_content_type",
            "transformation.contentType",
            "The media type, where the webhook has one of its own; never what it sends.",
        ),
        boolean("active", "", "Whether it is called at all."),
    ),
    finish=webhook_row,
)


WEBHOOK_HEALTH = Table(
    "WEBHOOK_HEALTH",
    SPACE,
    "webhooks/{parent}/health",
    "How many of a webhook's recent calls succeeded.",
    (
        integer("calls_total", "calls.total", "Recent calls."),
        integer("calls_healthy", "calls.healthy", "Recent calls that succeeded."),
    ),
    key=(string("webhook_id", "parent_id", "Whose calls are counted (WEBHOOKS)."),),
    sys=(),
    read=PerParent(WEBHOOKS, single=True),
)


APP_DEFINITIONS = Table(
    "APP_DEFINITIONS",
    ORGANIZATION,
    "app_definitions",
    "An app that the organization has built.",
    (
        NAME,
        address("src", "src", "Where the app is hosted, without query."),
        link("bundle_id", "bundle", "The bundle, where Contentful hosts the app."),
        json_column("locations", "locations", "Where in the web app it appears."),
        boolean("shared", "sys.shared", "Whether other organizations can install it."),
    ),
)


APP_INSTALLATIONS = Table(
    "APP_INSTALLATIONS",
    ENVIRONMENT,
    "app_installations",
    "An app that is installed in the environment; never its parameters.",
    (),
    # Answers before September 2026 had no `sys.id`: an app is installed once or not at all.
    key=(
        link("app_definition_id", "sys.appDefinition", "The app; APP_DEFINITIONS has your own."),
    ),
)


EXTENSIONS = Table(
    "EXTENSIONS",
    ENVIRONMENT,
    "extensions",
    "A UI extension, the older kind of app; never its parameters.",
    (
        string("name", "extension.name", "What people call it."),
        json_column("field_types", "extension.fieldTypes", "What kinds of fields it can edit."),
        address("src", "extension.src", "Where it is hosted, without query."),
        string(
            "srcdoc_sha256", "sys.srcdocSha256", "The hash of the page, if Contentful hosts it."
        ),
        boolean("sidebar", "extension.sidebar", "Whether it stands beside the entry."),
    ),
    LARGEST_PAGE,
)


ENVIRONMENT_TEMPLATES = Table(
    "ENVIRONMENT_TEMPLATES",
    ORGANIZATION,
    "environment_templates",
    "A content model that can be installed in environments.",
    (
        NAME,
        DESCRIPTION,
        string("version_name", "versionName", "What people call this edition of it."),
        string(
            "version_description", "versionDescription", "What people wrote about this edition."
        ),
        boolean("for_templated_spaces", "forTemplatedSpaces", "Whether it is for whole spaces."),
        widgets(
            "entities", "entities", "The content types and editor interfaces that it consists of."
        ),
    ),
    needs="a plan with environment templates",
)


TABLES = (
    ENVIRONMENTS,
    ENVIRONMENT_ALIASES,
    LOCALES,
    TAGS,
    API_KEYS,
    PREVIEW_API_KEYS,
    WEBHOOKS,
    WEBHOOK_HEALTH,
    APP_DEFINITIONS,
    APP_INSTALLATIONS,
    EXTENSIONS,
    ENVIRONMENT_TEMPLATES,
)
