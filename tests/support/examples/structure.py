"""Examples of the group `structure`."""

from __future__ import annotations

from .example import (
    ACME,
    CONTENT_ROW,
    IN_ENVIRONMENT,
    IN_ORGANIZATION,
    IN_SPACE,
    MANAGED_ROW,
    MASTER,
    SHOP,
    Example,
    content,
    link,
    managed,
    without,
)

SPACE = link("Space", "shop")
APP = {"widgetId": "app-translator", "widgetNamespace": "app"}

ENVIRONMENTS = Example(
    "ENVIRONMENTS",
    "spaces/shop/environments",
    "master",
    {
        "name": "The live one",
        "sys": managed(
            "Environment", "master", space=SPACE, status=link("Status", "ready"), aliases=[]
        ),
    },
    (
        {
            **SHOP,
            "id": "master",
            "name": "The live one",
            "status": "ready",
            "alias_ids": [],
            **MANAGED_ROW,
        },
    ),
    {"name": "Live"},
    {"name": "Live"},
    IN_SPACE,
)

ENVIRONMENT_ALIASES = Example(
    "ENVIRONMENT_ALIASES",
    "spaces/shop/environment_aliases",
    "live",
    {
        "environment": link("Environment", "master"),
        "sys": managed("EnvironmentAlias", "live", space=SPACE),
    },
    ({**SHOP, "id": "live", "environment_id": "master", **MANAGED_ROW},),
    {"environment": link("Environment", "release-2")},
    {"environment_id": "release-2"},
    IN_SPACE,
)

LOCALES = Example(
    "LOCALES",
    "spaces/shop/environments/master/locales",
    "locale-us",
    {
        "name": "English (United States)",
        "internal_code": "en-US",
        "code": "en-US",
        "fallbackCode": None,
        "default": True,
        "contentManagementApi": True,
        "contentDeliveryApi": True,
        "optional": False,
        "sys": managed(
            "Locale", "locale-us", space=SPACE, environment=link("Environment", "master")
        ),
    },
    (
        {
            **MASTER,
            "id": "locale-us",
            "name": "English (United States)",
            "code": "en-US",
            "internal_code": "en-US",
            "fallback_code": None,
            "is_default": True,
            "optional": False,
            "content_management_api": True,
            "content_delivery_api": True,
            **MANAGED_ROW,
        },
    ),
    {"name": "American", "contentDeliveryApi": False},
    {"name": "American", "content_delivery_api": False},
    IN_ENVIRONMENT,
)

TAGS = Example(
    "TAGS",
    "spaces/shop/environments/master/tags",
    "tag-summer",
    {"name": "Summer", "sys": content("Tag", "tag-summer", visibility="private")},
    (
        {
            **MASTER,
            "id": "tag-summer",
            "name": "Summer",
            "visibility": "private",
            **CONTENT_ROW,
        },
    ),
    {"name": "High summer"},
    {"name": "High summer"},
    IN_ENVIRONMENT,
)

API_KEYS = Example(
    "API_KEYS",
    "spaces/shop/api_keys",
    "key-website",
    {
        "name": "Website",
        "description": None,
        "accessToken": "SECRET-delivery-token",
        "policies": [{"effect": "allow", "actions": "all"}],
        "environments": [link("Environment", "master")],
        "preview_api_key": link("PreviewApiKey", "preview-website"),
        "sys": managed("ApiKey", "key-website", space=SPACE),
    },
    (
        {
            **SHOP,
            "id": "key-website",
            "name": "Website",
            "description": None,
            "environment_ids": ["master"],
            "preview_api_key_id": "preview-website",
            "policies": [{"effect": "allow", "actions": "all"}],
            **MANAGED_ROW,
        },
    ),
    {"description": "The new website"},
    {"description": "The new website"},
    IN_SPACE,
)

PREVIEW_API_KEYS = Example(
    "PREVIEW_API_KEYS",
    "spaces/shop/preview_api_keys",
    "preview-website",
    {
        "name": "Website",
        "description": "Drafts",
        "accessToken": "SECRET-preview-token",
        "policies": [],
        "environments": [],
        "sys": managed("PreviewApiKey", "preview-website", space=SPACE),
    },
    (
        {
            **SHOP,
            "id": "preview-website",
            "name": "Website",
            "description": "Drafts",
            "environment_ids": [],
            "policies": [],
            **MANAGED_ROW,
        },
    ),
    {"environments": [link("Environment", "master")]},
    {"environment_ids": ["master"]},
    IN_SPACE,
)

FILTERS = [{"equals": [{"doc": "sys.environment.sys.id"}, "master"]}]

WEBHOOKS = Example(
    "WEBHOOKS",
    "spaces/shop/webhook_definitions",
    "hook-search",
    {
        "name": "Search index",
        "url": "https://robot:SECRET@search.example.com/SECRET?token=SECRET#SECRET",
        "topics": ["Entry.publish", "Entry.unpublish"],
        "httpBasicUsername": "SECRET-user",
        "filters": FILTERS,
        "transformation": {
            "method": "PUT",
            "contentType": "application/json",
            "includeContentLength": True,
            "body": "SECRET",
        },
        "headers": [
            {"key": "X-Index", "value": "SECRET"},
            {"key": "Authorization", "secret": True},
        ],
        "active": True,
        "sys": managed("WebhookDefinition", "hook-search", space=SPACE),
    },
    (
        {
            **SHOP,
            "id": "hook-search",
            "name": "Search index",
            "url": "https://search.example.com",
            "topics": ["Entry.publish", "Entry.unpublish"],
            "filters": FILTERS,
            "header_names": ["X-Index", "Authorization"],
            "transformation_method": "PUT",
            "transformation_content_type": "application/json",
            "active": True,
            **MANAGED_ROW,
        },
    ),
    {"active": False, "headers": [], "transformation": None},
    {
        "active": False,
        "header_names": [],
        "transformation_method": None,
        "transformation_content_type": None,
    },
    IN_SPACE,
)

# How a webhook does follows from its calls, which nobody can edit.
WEBHOOK_HEALTH = Example(
    "WEBHOOK_HEALTH",
    "spaces/shop/webhooks/hook-search/calls",
    "hook-search",
    {
        "statusCode": 500,
        "errors": ["InternalServerError"],
        "eventType": "publish",
        "url": "https://search.example.com/in",
        "requestAt": "2024-06-07T08:09:10.123Z",
        "responseAt": "2024-06-07T08:09:11.456Z",
        "sys": {
            "type": "WebhookCallOverview",
            "id": "call-0",
            "space": SPACE,
            "createdBy": link("WebhookDefinition", "hook-search"),
            "createdAt": "2024-06-07T08:09:11.500Z",
        },
    },
    ({**SHOP, "webhook_id": "hook-search", "calls_total": 1, "calls_healthy": 0},),
    {"statusCode": 200, "errors": []},
    {"calls_healthy": 1},
    ("space_id", "webhook_id"),
    around=(
        (WEBHOOKS.collection, WEBHOOKS.record),
        (WEBHOOKS.collection, WEBHOOKS.neighbour.record),
    ),
    removed=f"{WEBHOOKS.collection}/hook-search",
    endpoint="spaces/shop/webhooks/*/health",
)

APP_DEFINITIONS = Example(
    "APP_DEFINITIONS",
    "organizations/acme/app_definitions",
    "app-translator",
    {
        "name": "Translator",
        "src": "https://robot:SECRET@app.example.com/translate?key=SECRET",
        "locations": [{"location": "entry-sidebar"}],
        "parameters": {"installation": [{"id": "key", "default": "SECRET"}]},
        "sys": managed(
            "AppDefinition",
            "app-translator",
            organization=link("Organization", "acme"),
            shared=False,
        ),
    },
    (
        {
            **ACME,
            "id": "app-translator",
            "name": "Translator",
            "src": "https://app.example.com/translate",
            "bundle_id": None,
            "locations": [{"location": "entry-sidebar"}],
            "shared": False,
            **MANAGED_ROW,
        },
    ),
    {"src": None, "bundle": link("AppBundle", "bundle-1")},
    {"src": None, "bundle_id": "bundle-1"},
    IN_ORGANIZATION,
)

APP_INSTALLATIONS = Example(
    "APP_INSTALLATIONS",
    "spaces/shop/environments/master/app_installations",
    "app-translator",
    {
        "parameters": {"apiKey": "SECRET"},
        "sys": without(
            content(
                "AppInstallation",
                "app-translator",
                appDefinition=link("AppDefinition", "app-translator"),
                organization=link("Organization", "acme"),
            ),
            "version",
        ),
    },
    ({**MASTER, "app_definition_id": "app-translator", **CONTENT_ROW, "version": None},),
    {"parameters": {"apiKey": "SECRET-2"}},
    {},
    ("space_id", "environment_id", "app_definition_id"),
)

EXTENSIONS = Example(
    "EXTENSIONS",
    "spaces/shop/environments/master/extensions",
    "extension-map",
    {
        "extension": {
            "name": "Map",
            "fieldTypes": [{"type": "Location"}],
            "src": "https://map.example.com/?key=SECRET",
            "sidebar": False,
            "parameters": {"installation": []},
        },
        "parameters": {"key": "SECRET"},
        "sys": content("Extension", "extension-map", srcdocSha256="0a1b"),
    },
    (
        {
            **MASTER,
            "id": "extension-map",
            "name": "Map",
            "field_types": [{"type": "Location"}],
            "src": "https://map.example.com/",
            "srcdoc_sha256": "0a1b",
            "sidebar": False,
            **CONTENT_ROW,
        },
    ),
    {"extension": {"name": "Map 2", "srcdoc": "<!DOCTYPE html>SECRET", "sidebar": True}},
    {"name": "Map 2", "field_types": None, "src": None, "sidebar": True},
    IN_ENVIRONMENT,
)

ENVIRONMENT_TEMPLATES = Example(
    "ENVIRONMENT_TEMPLATES",
    "organizations/acme/environment_templates",
    "template-blog",
    {
        "name": "Blog",
        "description": "Posts and authors",
        "versionName": "First",
        "versionDescription": None,
        "forTemplatedSpaces": False,
        "entities": {
            "contentTypeTemplates": [{"id": "post"}],
            "editorInterfaceTemplates": [{"controls": [{**APP, "settings": {"key": "SECRET"}}]}],
        },
        "sys": content(
            "EnvironmentTemplate", "template-blog", organization=link("Organization", "acme")
        ),
    },
    (
        {
            **ACME,
            "id": "template-blog",
            "name": "Blog",
            "description": "Posts and authors",
            "version_name": "First",
            "version_description": None,
            "for_templated_spaces": False,
            "entities": {
                "contentTypeTemplates": [{"id": "post"}],
                "editorInterfaceTemplates": [{"controls": [APP]}],
            },
            **CONTENT_ROW,
        },
    ),
    {"versionName": "Second", "versionDescription": "With pictures"},
    {"version_name": "Second", "version_description": "With pictures"},
    IN_ORGANIZATION,
)

STRUCTURE = (
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
