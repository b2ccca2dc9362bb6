"""Tables of what the token's user sees at the top of the API: organizations and spaces."""

from __future__ import annotations

from contentful_cma.client import Client
from contentful_cma.configuration import Configuration
from contentful_cma.errors import NotReadable
from contentful_cma.paging import pages
from contentful_cma.scopes import selects_organization, selects_space
from contentful_cma.table import (
    ACCOUNT,
    ID,
    SYS,
    VERSION,
    Column,
    Record,
    Row,
    Table,
    instant,
    link,
    map_record,
    text,
)

LARGEST_PAGE = 100
"""Records per request that this part of the API is known to give
(https://www.contentful.com/developers/docs/references/user-management-api/)."""

ORGANIZATION_COLUMNS: tuple[Column, ...] = (
    ID,
    text("name"),
    text("type", "sys.type", "Always `Organization`."),
    text("default_user_language", "defaultUserLanguage", "Language that new users start with."),
    VERSION,
    instant("created_at", "sys.createdAt"),
    instant("updated_at", "sys.updatedAt"),
)

SPACE_COLUMNS: tuple[Column, ...] = (
    ID,
    text("name"),
    link("organization_id", "sys.organization", "The organization that owns the space."),
    text(
        "default_locale",
        "defaultLocale",
        "Code of the default locale; where the space does not tell, that of the environment in"
        " `environment_id`.",
    ),
    text("type", "sys.type", "Always `Space`."),
    instant("archived_at", "sys.archivedAt", "When the space was archived, NULL if it is not."),
    *SYS,
)


def __map_organization_data(record: Record) -> Row:
    """Return the row of ORGANIZATIONS for one organization as ``GET /organizations`` lists it."""
    return map_record(ORGANIZATION_COLUMNS, record)


def __map_space_data(record: Record) -> Row:
    """Return the row of SPACES for one space as ``GET /spaces`` lists it.

    ``default_locale`` is None unless the space itself tells it; `read_default_locale` fills it in.
    """
    return map_record(SPACE_COLUMNS, record)


def read_default_locale(client: Client, configuration: Configuration, row: Row) -> str | None:
    """Fill in ``default_locale`` of a row of SPACES from the locales of the first environment.

    Returns None, or what could not be read, in words.
    """
    if row["default_locale"] is not None:
        return None
    environment = configuration.first_environment
    path = f"/spaces/{row['id']}/environments/{environment}/locales"
    problem = f"GET {path} lists none."
    try:
        for page in pages(client, path, {}, min(configuration.max_records_per_page, LARGEST_PAGE)):
            for locale in page.records:
                if locale.get("default") is True:
                    row["default_locale"] = locale.get("code")
                    return None
            problem = "".join(page.left_out[-1:]) or problem
    except NotReadable as refused:
        problem = refused.summary
    return f"default_locale of space {row['id']}. {problem}"


ORGANIZATIONS = Table(
    name="ORGANIZATIONS",
    scope=ACCOUNT,
    path="organizations",
    description="An organization that the token's user belongs to.",
    columns=ORGANIZATION_COLUMNS[1:],
    group="core",
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
    group="core",
    largest_page=LARGEST_PAGE,
    sys=(),
    map=__map_space_data,
    # Both are documented for spaces; the creation time never changes, so edits shift no page.
    query=(("order", "sys.createdAt"), ("cursor", "true")),
    selects=selects_space,
    complete=read_default_locale,
)

ACCOUNT_TABLES = (ORGANIZATIONS, SPACES)
