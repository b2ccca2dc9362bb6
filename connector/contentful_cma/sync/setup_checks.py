"""What the setup form checks; `connector.py` makes the form itself from ``SETTINGS``.

Each check takes the configuration as Fivetran hands it over and returns None, or one sentence on
what is wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import closing
from typing import Any, Callable, Optional

from contentful_cma.api.client import Client, execute_api_request
from contentful_cma.api.pagination import Collection, Page, read_pages
from contentful_cma.errors import ContentfulError, NotReadable
from contentful_cma.tables import configure
from contentful_cma.tables.core import ORGANIZATIONS, SPACES
from contentful_cma.tables.places import WHOLE_ACCOUNT
from contentful_cma.tables.table import Table
from contentful_cma.values import record_id

Check = Callable[[Client], Coroutine[Any, Any, Optional[str]]]


def check_token(given: Mapping[str, Any]) -> str | None:
    """Check that the API accepts the token."""
    return _checked(_check_token, given)


def check_account(given: Mapping[str, Any]) -> str | None:
    """Check that organizations and spaces can be listed and the settings select some of them."""
    return _checked(_check_account, given)


def check_environment(given: Mapping[str, Any]) -> str | None:
    """Check that each environment of ``environment_id`` exists in at least one selected space."""
    return _checked(_check_environment, given)


async def _check_token(client: Client) -> str | None:
    """Ask who the token belongs to."""
    try:
        await execute_api_request(client, "/users/me")
    except NotReadable:
        # A token of an app is accepted although it belongs to no user.
        return None
    return None


async def _check_account(client: Client) -> str | None:
    """List organizations and spaces."""
    for table, setting in ((ORGANIZATIONS, "organization_ids"), (SPACES, "space_ids")):
        if not await _selected(client, table):
            path = WHOLE_ACCOUNT.path(table.path)
            return f"GET {path} lists nothing that the token and {setting} allow."
    return None


async def _check_environment(client: Client) -> str | None:
    """Ask the selected spaces for each environment until all were found."""
    missing = [one for one in client.configuration.environment_id if one != "*"]
    spaces = await _selected(client, SPACES)
    for space in spaces:
        missing = [one for one in missing if not await _has_environment(client, space, one)]
        if not missing:
            return None
    names = ", ".join(missing) or "any environment"
    return f"No space that the token and the settings allow has {names} (environment_id)."


class _Silence:
    """A log that keeps quiet: a check says what it has to say by its result."""

    def info(self, message: str) -> None:
        """Say nothing."""

    warning = info


def _checked(check: Check, given: Mapping[str, Any]) -> str | None:
    """Return what is wrong, be it the configuration or what the check finds."""
    try:
        client = Client(configure(given), _Silence())
    except ValueError as problem:
        return str(problem)
    with closing(client):
        try:
            return asyncio.run(check(client))
        except ContentfulError as problem:
            return str(problem)


async def _selected(client: Client, table: Table) -> list[str]:
    """Return the ids of the records that the settings select."""
    found: list[str] = []

    def take(page: Page) -> None:
        """Keep the ids of a page's selected records."""
        selected = (one for one in page.records if table.selects(client.configuration, one))
        found.extend(one for one in map(record_id, selected) if one is not None)

    limit = table.page_size(client.configuration)
    await read_pages(client, Collection(WHOLE_ACCOUNT.path(table.path), {}, limit), take)
    return found


async def _has_environment(client: Client, space: str, environment: str) -> bool:
    """Tell whether a space has an environment."""
    try:
        await execute_api_request(client, f"/spaces/{space}/environments/{environment}")
    except NotReadable:
        return False
    return True
