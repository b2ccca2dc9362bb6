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
from contentful_cma.api.pagination import Collection, Records, read_pages
from contentful_cma.api.response import ROOT
from contentful_cma.errors import ContentfulError, NotReadable
from contentful_cma.tables import configure
from contentful_cma.tables.core import ORGANIZATIONS, SPACES
from contentful_cma.tables.places import WHOLE_ACCOUNT
from contentful_cma.tables.table import Table
from contentful_cma.values import record_id

from .selection import gone

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
    """Request the list of spaces, which every token of the right kind can read."""
    await execute_api_request(client, ROOT, {"limit": "1"})
    return None


async def _check_account(client: Client) -> str | None:
    """List organizations and spaces, and compare them with the settings as a first sync does.

    A list of organizations that is refused is no obstacle: spaces name their owners.
    """
    asked = client.configuration
    filters = (ORGANIZATIONS, asked.organization_ids), (SPACES, asked.space_ids)
    for table, wanted in filters:
        path, setting = WHOLE_ACCOUNT.path(table.path), f"{table.path[:-1]}_ids"
        try:
            records = await _records(client, table)
        except NotReadable:
            continue
        gone(setting, wanted, {one for one in map(record_id, records) if one}, set())
        if not any(table.selects(asked, one) for one in records):
            return f"GET {path} lists nothing that the token and {setting} allow."
    return None


async def _check_environment(client: Client) -> str | None:
    """Ask the selected spaces for each environment until all were found."""
    missing = [one for one in client.configuration.environment_id if one != "*"]
    records = await _records(client, SPACES)
    selected = (one for one in records if SPACES.selects(client.configuration, one))
    for space in (one for one in map(record_id, selected) if one is not None):
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
        except (ContentfulError, ValueError) as problem:
            return str(problem)


async def _records(client: Client, table: Table) -> Records:
    """Return all records of a listing of the account."""
    found: Records = []
    limit = table.page_size(client.configuration)
    listing = Collection(WHOLE_ACCOUNT.path(table.path), {}, limit)
    await read_pages(client, listing, lambda page: found.extend(page.records))
    return found


async def _has_environment(client: Client, space: str, environment: str) -> bool:
    """Tell whether a space has an environment."""
    try:
        await execute_api_request(client, f"/spaces/{space}/environments/{environment}")
    except NotReadable:
        return False
    return True
