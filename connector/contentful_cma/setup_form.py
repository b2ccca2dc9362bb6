"""What the setup form checks; `connector.py` makes the form itself from ``SETTINGS``.

Each check takes the configuration as Fivetran hands it over and returns None, or one sentence on
what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Callable

from .client import Client, execute_api_request
from .errors import ContentfulError, NotReadable
from .paging import pages
from .table import WHOLE_ACCOUNT, Record, Table
from .tables import configure
from .tables.account import ORGANIZATIONS, SPACES
from .values import record_id


def check_token(given: Mapping[str, Any]) -> str | None:
    """Check that the API accepts the token."""

    def check(client: Client) -> str | None:
        try:
            execute_api_request(client, "/users/me")
        except NotReadable:
            # A token of an app is accepted although it belongs to no user.
            return None
        return None

    return _checked(check, given)


def check_account(given: Mapping[str, Any]) -> str | None:
    """Check that organizations and spaces can be listed and the settings select some of them."""

    def check(client: Client) -> str | None:
        for table, setting in ((ORGANIZATIONS, "organization_ids"), (SPACES, "space_ids")):
            if next(_selected(client, table), None) is None:
                path = WHOLE_ACCOUNT.path(table.path)
                return f"GET {path} lists nothing that the token and {setting} allow."
        return None

    return _checked(check, given)


def check_environment(given: Mapping[str, Any]) -> str | None:
    """Check that each environment of ``environment_id`` exists in at least one selected space."""

    def check(client: Client) -> str | None:
        missing = [one for one in client.configuration.environment_id if one != "*"]
        for space in _selected(client, SPACES):
            missing = [one for one in missing if not _has_environment(client, space, one)]
            if not missing:
                return None
        names = ", ".join(missing) or "any environment"
        return f"No space that the token and the settings allow has {names} (environment_id)."

    return _checked(check, given)


class _Silence:
    """A log that keeps quiet: a check says what it has to say by its result."""

    def info(self, message: str) -> None:
        pass

    warning = info


def _checked(check: Callable[[Client], str | None], given: Mapping[str, Any]) -> str | None:
    try:
        client = Client(configure(given), _Silence())
    except ValueError as problem:
        return str(problem)
    try:
        return check(client)
    except ContentfulError as problem:
        return str(problem)
    finally:
        client.close()


def _selected(client: Client, table: Table) -> Iterator[Record]:
    limit = min(client.configuration.max_records_per_page, table.largest_page)
    for page in pages(client, WHOLE_ACCOUNT.path(table.path), {}, limit):
        yield from (r for r in page.records if table.selects(client.configuration, r))


def _has_environment(client: Client, space: Record, environment: str) -> bool:
    try:
        execute_api_request(client, f"/spaces/{record_id(space)}/environments/{environment}")
    except NotReadable:
        return False
    return True
