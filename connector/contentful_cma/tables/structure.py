"""The setup of the account: environments, locales, tags, keys, webhooks, apps."""

from __future__ import annotations

from collections.abc import Mapping

from contentful_cma.values import Record, Row

from .columns import (
    CREATED,
    DESCRIPTION,
    NAME,
    UPDATED,
    address,
    boolean,
    integer,
    json_column,
    link,
    links,
    newer,
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
    "One row per environment, a version of the space's content and content model.",
    (
        NAME,
        link("status", "sys.status", "State: `queued`, `inProgress`, `ready` or `failed`."),
        links(
            "alias_ids",
            "sys.aliases",
            "Ids of the aliases of the environment (ENVIRONMENT_ALIASES).",
        ),
    ),
)


ENVIRONMENT_ALIASES = Table(
    "ENVIRONMENT_ALIASES",
    SPACE,
    "environment_aliases",
    "One row per alias, a name that points to an environment.",
    (link("environment_id", "environment", "Target of the alias (ENVIRONMENTS)."),),
)


LOCALES = Table(
    "LOCALES",
    ENVIRONMENT,
    "locales",
    "One row per locale, a language of the content.",
    (
        NAME,
        string("code", "", "Locale such as `en-US`, the key of values in `fields` of ENTRIES."),
        string("internal_code", "", "Code that Contentful uses internally."),
        string(
            "fallback_code",
            "fallbackCode|fallback_code",
            "Code of the locale that supplies missing values; NULL if none.",
        ),
        boolean("is_default", "default", "True if the locale supplies the titles of content."),
        boolean("optional", "optional", "True if required fields may be empty in the locale."),
        boolean(
            "content_management_api",
            "contentManagementApi",
            "True if editors can write in the locale.",
        ),
        boolean(
            "content_delivery_api",
            "contentDeliveryApi|publish",
            "True if the Content Delivery API returns the locale.",
        ),
        *newer(
            string(
                "environment_uuid",
                "sys.environment.sys.uuid",
                "Internal id of the environment in Contentful.",
            )
        ),
    ),
)


TAGS = Table(
    "TAGS",
    ENVIRONMENT,
    "tags",
    "One row per tag, a label for entries and assets.",
    (
        NAME,
        string("visibility", "sys.visibility", "Visibility of the tag: `private` or `public`."),
    ),
    LARGEST_PAGE,
)


ENVIRONMENT_IDS = links(
    "environment_ids",
    "environments",
    "Ids of the environments that the key can read (ENVIRONMENTS).",
)
POLICIES = json_column("policies", "", "Allowed and denied actions of the key.")

API_KEYS = Table(
    "API_KEYS",
    SPACE,
    "api_keys",
    "One row per key of the Content Delivery API, without the token.",
    (
        NAME,
        DESCRIPTION,
        ENVIRONMENT_IDS,
        link(
            "preview_api_key_id",
            "preview_api_key",
            "Preview key that belongs to the key (PREVIEW_API_KEYS).",
        ),
        POLICIES,
    ),
)


PREVIEW_API_KEYS = Table(
    "PREVIEW_API_KEYS",
    SPACE,
    "preview_api_keys",
    "One row per key of the Content Preview API, without the token.",
    (
        NAME,
        DESCRIPTION,
        ENVIRONMENT_IDS,
        POLICIES,
    ),
)


def webhook_row(record: Record, row: Row, _model: ContentModel) -> Row:
    """Add the names of a webhook's headers, without values, which may be secrets."""
    headers = record.get("headers")
    listed = headers if isinstance(headers, list) else []
    named = [one.get("key") for one in listed if isinstance(one, Mapping)]
    row["header_names"] = [name for name in named if isinstance(name, str)]
    return row


WEBHOOKS = Table(
    "WEBHOOKS",
    SPACE,
    "webhook_definitions",
    "One row per webhook, a call to another system on events such as content changes.",
    (
        NAME,
        origin("url", "url", "Scheme and host only; webhook paths often contain secrets."),
        json_column("topics", "topics", "Events that trigger the webhook."),
        json_column("filters", "filters", "Conditions that the events must also meet."),
        json_column("header_names", "header_names", "Names of the sent headers, without values."),
        string(
            "transformation_method",
            "transformation.method",
            "Custom HTTP method; NULL for the default.",
        ),
        string(
            "transformation_content_type",
            "transformation.contentType",
            "Custom media type; NULL for the default. The body is not read.",
        ),
        boolean("active", "", "True if the webhook is enabled."),
    ),
    finish=webhook_row,
)


WEBHOOK_HEALTH = Table(
    "WEBHOOK_HEALTH",
    SPACE,
    "webhooks/{parent}/health",
    "One row per webhook: the number of recent calls and of successes.",
    (
        integer("calls_total", "calls.total", "Number of recent calls."),
        integer("calls_healthy", "calls.healthy", "Number of recent calls that succeeded."),
    ),
    key=(string("webhook_id", "parent_id", "Webhook that made the calls (WEBHOOKS)."),),
    sys=(),
    read=PerParent(WEBHOOKS, single=True),
)


APP_DEFINITIONS = Table(
    "APP_DEFINITIONS",
    ORGANIZATION,
    "app_definitions",
    "One row per app that the organization has built.",
    (
        NAME,
        address("src", "src", "URL of a self-hosted app, without query."),
        link("bundle_id", "bundle", "Id of the bundle of an app that Contentful hosts."),
        json_column("locations", "locations", "Parts of the web app that show the app."),
        boolean("shared", "sys.shared", "True if other organizations can install the app."),
    ),
)


APP_INSTALLATIONS = Table(
    "APP_INSTALLATIONS",
    ENVIRONMENT,
    "app_installations",
    "One row per app installed in the environment, without the app's parameters.",
    newer(
        string(
            "app_name",
            "sys.appDefinition.name",
            "Display name of the app, also from the marketplace.",
        ),
        link(
            "app_organization_id",
            "sys.appDefinition.sys.organization",
            "Organization that owns the app; may be outside the account.",
        ),
    ),
    # Responses before September 2026 had no `sys.id`.  An environment has an app at most once.
    key=(
        link(
            "app_definition_id",
            "sys.appDefinition",
            "Installed app; APP_DEFINITIONS lists only your organization's apps.",
        ),
    ),
    sys=(
        integer("version", "sys.version", "Always NULL; installed apps have no version."),
        *CREATED,
        *UPDATED,
    ),
)


EXTENSIONS = Table(
    "EXTENSIONS",
    ENVIRONMENT,
    "extensions",
    "One row per UI extension, the older kind of app, without its parameters.",
    (
        string("name", "extension.name", NAME.description),
        json_column(
            "field_types", "extension.fieldTypes", "Field types that the extension can edit."
        ),
        address("src", "extension.src", "URL of a self-hosted extension, without query."),
        string(
            "srcdoc_sha256",
            "sys.srcdocSha256",
            "SHA-256 of the code of an extension that Contentful hosts.",
        ),
        boolean("sidebar", "extension.sidebar", "True if the extension is next to the entry."),
    ),
    LARGEST_PAGE,
)


ENVIRONMENT_TEMPLATES = Table(
    "ENVIRONMENT_TEMPLATES",
    ORGANIZATION,
    "environment_templates",
    "One row per environment template, a content model that environments can install.",
    (
        NAME,
        DESCRIPTION,
        string("version_name", "versionName", "Display name of the template's revision."),
        string(
            "version_description",
            "versionDescription",
            "Free-text description of the template's revision.",
        ),
        boolean(
            "for_templated_spaces",
            "forTemplatedSpaces",
            "True if the template is for whole spaces.",
        ),
        widgets("entities", "entities", "Content types and editor interfaces in the template."),
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
