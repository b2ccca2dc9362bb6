"""The organizations and spaces that the token's user can access."""

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
"""The maximum number of records per request that this part of the API documents
(https://www.contentful.com/developers/docs/references/user-management-api/)."""

ORGANIZATION_COLUMNS: tuple[Column, ...] = (
    ID,
    NAME,
    string("type", "sys.type", "Record type; always `Organization`."),
    string("default_user_language", "defaultUserLanguage", "Initial language of new users."),
    VERSION,
    CREATED[0],
    UPDATED[0],
)

SPACE_COLUMNS: tuple[Column, ...] = (
    ID,
    NAME,
    link(
        "organization_id", "sys.organization", "Organization that owns the space (ORGANIZATIONS)."
    ),
    string(
        "default_locale",
        "defaultLocale",
        "Default locale code. Taken from the first environment in `environment_id` if the API"
        " omits it.",
    ),
    string("type", "sys.type", "Record type; always `Space`."),
    timestamp("archived_at", "sys.archivedAt", "Archiving time, in UTC; NULL if not archived."),
    link("license_id", "sys.license", "Id of the license that the space uses."),
    string("license_product_id", "sys.license.productId", "Id of the licensed product."),
    string("license_product_name", "sys.license.productName", "Name of the licensed product."),
    boolean(
        "license_is_trial",
        "sys.license.isTrial",
        "True for a trial, false for a paid license.",
    ),
    timestamp(
        "license_expires_at",
        "sys.license.expiresAt",
        "End of the license, in UTC; NULL if unlimited.",
    ),
    *SYS,
)


def __map_organization_data(record: Record) -> Row:
    """Return the row of ORGANIZATIONS for a record of ``GET /organizations``."""
    return map_record(ORGANIZATION_COLUMNS, record)


def __map_space_data(record: Record) -> Row:
    """Return the row of SPACES for a record of ``GET /spaces``.

    ``default_locale`` is None if the record omits the locale; `SpacesJob` fills in the value.
    """
    return map_record(SPACE_COLUMNS, record)


ORGANIZATIONS = Table(
    name="ORGANIZATIONS",
    scope=ACCOUNT,
    path="organizations",
    description="One row per organization that the token's user belongs to.",
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
    description="One row per space that the token's user can open.",
    columns=SPACE_COLUMNS[1:],
    largest_page=LARGEST_PAGE,
    sys=(),
    map=__map_space_data,
    # `order` and `cursor` are documented for spaces.  The creation time never changes, so an edit
    # shifts no page.
    query=(("order", "sys.createdAt"), ("cursor", "true"), ("include", "sys.license")),
    selects=selects_space,
)

TABLES = (ORGANIZATIONS, SPACES)
