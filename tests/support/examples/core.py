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

LICENSE = {
    "productId": "team-2026",
    "productName": "Team",
    "isTrial": True,
    "expiresAt": "2025-06-30T00:00:00Z",
    "sys": {"type": "SpaceLicense", "id": "license-team"},
}

SPACES = Example(
    "SPACES",
    "spaces",
    "shop",
    {
        "name": "The shop",
        "sys": managed(
            "Space",
            "shop",
            organization=link("Organization", "acme"),
            license=link("SpaceLicense", "license-team"),
        ),
    },
    (
        {
            "id": "shop",
            "name": "The shop",
            "organization_id": "acme",
            "default_locale": "en-US",
            "type": "Space",
            "archived_at": None,
            "license_id": "license-team",
            "license_product_id": "team-2026",
            "license_product_name": "Team",
            "license_is_trial": True,
            "license_expires_at": "2025-06-30T00:00:00Z",
            **MANAGED_ROW,
        },
    ),
    {"name": "The new shop"},
    {"name": "The new shop"},
    IN_ACCOUNT,
    around=(("organizations/acme/available_licenses", LICENSE),),
)

CORE = (ORGANIZATIONS, SPACES)
