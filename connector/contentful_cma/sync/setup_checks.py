"""The checks of the setup form; `connector.py` makes the form from ``SETTINGS``.

Each check takes the configuration from Fivetran and returns None, or one sentence about a problem.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import closing
from typing import Any, Callable, Optional

from contentful_cma.api.client import Client, execute_api_request
from contentful_cma.api.pagination import Listing, Records, read_pages
from contentful_cma.api.response import ROOT
from contentful_cma.errors import ContentfulError, NotReadable
from contentful_cma.tables import configure
from contentful_cma.tables.core import ORGANIZATIONS, SPACES
from contentful_cma.tables.places import WHOLE_ACCOUNT
from contentful_cma.tables.table import Table
from contentful_cma.values import record_id

from .guard import check_names

Check = Callable[[Client], Coroutine[Any, Any, Optional[str]]]


def check_token(given: Mapping[str, Any]) -> str | None:
    """Check that the API accepts the token."""
    return _checked(_check_token, given)


def check_account(given: Mapping[str, Any]) -> str | None:
    """Check that organizations and spaces can be listed, and that the settings select some."""
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

    A refused list of organizations is not a problem, because spaces name their owners.
    """
    settings = client.configuration
    filters = (ORGANIZATIONS, settings.organization_ids), (SPACES, settings.space_ids)
    for table, wanted in filters:
        path, setting = WHOLE_ACCOUNT.path(table.path), f"{table.path[:-1]}_ids"
        try:
            records = await _records(client, table)
        except NotReadable:
            continue
        check_names(setting, wanted, {one for one in map(record_id, records) if one}, set())
        if not any(table.selects(settings, one) for one in records):
            return f"GET {path} lists no {table.path} that the token and {setting} allow."
    return None


async def _check_environment(client: Client) -> str | None:
    """Request each environment from the selected spaces until all were found."""
    missing = [one for one in client.configuration.environment_id if one != "*"]
    records = await _records(client, SPACES)
    selected = (one for one in records if SPACES.selects(client.configuration, one))
    for space in (one for one in map(record_id, selected) if one is not None):
        missing = [one for one in missing if not await _has_environment(client, space, one)]
        if not missing:
            return None
    names = ", ".join(missing) or "*"
    return f"environment_id must name environments of the selected spaces (got {names!r})."


class _Silence:
    """A log without output, because a check only returns its result."""

    def info(self, message: str) -> None:
        """Ignore a message."""

    warning = info


def _checked(check: Check, given: Mapping[str, Any]) -> str | None:
    """Return a problem of the configuration or of the check, None if there is none."""
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
    async for page in read_pages(client, Listing(WHOLE_ACCOUNT.path(table.path), {}, limit)):
        found += page.take()
    return found


async def _has_environment(client: Client, space: str, environment: str) -> bool:
    """Return whether a space has an environment or alias of this id."""
    try:
        await execute_api_request(client, f"/spaces/{space}/environments/{environment}")
    except NotReadable:
        return False
    return True
