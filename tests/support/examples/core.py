"""Examples of the group `core`, and the account that all examples are in."""

from __future__ import annotations

from .example import IN_ACCOUNT, MANAGED_ROW, Example, link, managed, without

ORGANIZATIONS = Example(
    "ORGANIZATIONS",
    "organizations",
    "acme",
    {
        "name": "Acme Corporation",
        "defaultUserLanguage": "en",
        "sys": without(managed("Organization", "acme"), "createdBy", "updatedBy"),
    },
    (
        {
            "id": "acme",
            "name": "Acme Corporation",
            "type": "Organization",
            "default_user_language": "en",
            "version": 3,
            "created_at": "2024-05-06T07:08:09Z",
            "updated_at": "2024-06-07T08:09:10Z",
        },
    ),
    {"name": "Acme Holding"},
    {"name": "Acme Holding"},
    IN_ACCOUNT,
)

SPACES = Example(
    "SPACES",
    "spaces",
    "shop",
    {
        "name": "The shop",
        "sys": managed("Space", "shop", organization=link("Organization", "acme")),
    },
    (
        {
            "id": "shop",
            "name": "The shop",
            "organization_id": "acme",
            "default_locale": "en-US",
            "type": "Space",
            "archived_at": None,
            **MANAGED_ROW,
        },
    ),
    {"name": "The new shop"},
    {"name": "The new shop"},
    IN_ACCOUNT,
)

CORE = (ORGANIZATIONS, SPACES)
