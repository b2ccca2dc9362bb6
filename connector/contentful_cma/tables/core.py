"""Tables of what the token's user sees at the top of the API: organizations and spaces."""

from __future__ import annotations

from contentful_cma.values import Record, Row

from .columns import (
    CREATED,
    ID,
    NAME,
    SYS,
    UPDATED,
    VERSION,
    Column,
    boolean,
    link,
    map_record,
    string,
    timestamp,
)
from .places import ACCOUNT, selects_organization, selects_space
from .table import Table

LARGEST_PAGE = 100
"""Records per request that this part of the API is known to give
(https://www.contentful.com/developers/docs/references/user-management-api/)."""

ORGANIZATION_COLUMNS: tuple[Column, ...] = (
    ID,
    NAME,
    string("type", "sys.type", "Always `Organization`."),
    string("default_user_language", "defaultUserLanguage", "Language that new users start with."),
    VERSION,
    CREATED[0],
    UPDATED[0],
)

SPACE_COLUMNS: tuple[Column, ...] = (
    ID,
    NAME,
    link("organization_id", "sys.organization", "The organization that owns the space."),
    string(
        "default_locale",
        "defaultLocale",
        "Code of the default locale; where the space does not tell, that of the environment in"
        " `environment_id`.",
    ),
    string("type", "sys.type", "Always `Space`."),
    timestamp("archived_at", "sys.archivedAt", "When the space was archived, NULL if it is not."),
    link("license_id", "sys.license", "The licence that the space uses."),
    string("license_product_id", "sys.license.productId", "What was bought, by its id."),
    string("license_product_name", "sys.license.productName", "What was bought, by its name."),
    boolean("license_is_trial", "sys.license.isTrial", "Whether the licence is a trial."),
    timestamp("license_expires_at", "sys.license.expiresAt", "When it ends, NULL if it does not."),
    *SYS,
)


def __map_organization_data(record: Record) -> Row:
    """Return the row of ORGANIZATIONS for one organization as ``GET /organizations`` lists it."""
    return map_record(ORGANIZATION_COLUMNS, record)


def __map_space_data(record: Record) -> Row:
    """Return the row of SPACES for one space as ``GET /spaces`` lists it.

    ``default_locale`` is None unless the space itself shows it; `SpacesJob` fills it in.
    """
    return map_record(SPACE_COLUMNS, record)


ORGANIZATIONS = Table(
    name="ORGANIZATIONS",
    scope=ACCOUNT,
    path="organizations",
    description="An organization that the token's user belongs to.",
    columns=ORGANIZATION_COLUMNS[1:],
    largest_page=LARGEST_PAGE,
    sys=(),
    map=__map_organization_data,
    selects=selects_organization,
)

SPACES = Table(
    name="SPACES",
    scope=ACCOUNT,
    path="spaces",
    description="A space that the token's user can open.",
    columns=SPACE_COLUMNS[1:],
    largest_page=LARGEST_PAGE,
    sys=(),
    map=__map_space_data,
    # Both are documented for spaces; the creation time never changes, so edits shift no page.
    query=(("order", "sys.createdAt"), ("cursor", "true"), ("include", "sys.license")),
    selects=selects_space,
)

TABLES = (ORGANIZATIONS, SPACES)
