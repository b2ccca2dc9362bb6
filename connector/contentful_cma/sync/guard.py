"""Guards against wrong deletions: checks the account, and that filters name existing ids.

With the token of another account, complete listings lack all rows of the warehouse; with a typo in
a filter, most of them.  So no row is written or deleted before `Guard.check` has passed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from contentful_cma.api.client import Client
from contentful_cma.api.pagination import Listing, read_pages
from contentful_cma.errors import NotReadable, StateUnusable
from contentful_cma.settings.nearest import nearest
from contentful_cma.state.state import State
from contentful_cma.tables.core import ORGANIZATIONS
from contentful_cma.tables.places import WHOLE_ACCOUNT, owner_of
from contentful_cma.tables.table import Table
from contentful_cma.values import Record, record_id

from .account import Account

NOT_NAMED = (("*",), ("master",))
"""All environments, and the default of the setting."""

MOST_NAMED = 3
"""Most similar ids in a message."""

NAMED_ORGANIZATIONS = 5
"""Most organizations in a message; an account may have hundreds."""


class Guard:
    """Compares the account and the settings with the state.

    The account is recognized without the filters, because these may change.
    """

    def __init__(self, client: Client, account: Account, state: State) -> None:
        """Begin with *state*; StateUnusable if it was read from another host."""
        self._client = client
        self._configuration = client.configuration
        self._account = account
        self._state = state
        self._host = client.configuration.base_url
        self._known = frozenset(state.account.get("organizations", ()))
        self._seen: set[str] = set()
        host = state.account.get("host", self._host)
        if host != self._host:
            raise _unusable(f"from {host}, but the configuration uses {self._host}")

    def see(self, endpoint: Table, record: Record) -> None:
        """Note the organization of a record that was listed, selected or not."""
        found = record_id(record) if endpoint is ORGANIZATIONS else owner_of(record)
        if found is not None:
            self._seen.add(found)

    def save(self) -> None:
        """Keep the account in the state."""
        self._state.keep_account(self._host, self._known | self._seen)

    async def check(self, *, has_listed: bool) -> list[str]:
        """Return warnings; raise an error if no row may be written or deleted.

        StateUnusable for another account, ValueError for filters.  If nothing could be listed, no
        row would be written or deleted.
        """
        if has_listed or self._seen:
            await self._recognize()
        return self._check_filters()

    @property
    def _is_recognized(self) -> bool:
        """Whether a known organization was seen, or the state knows no organization."""
        return not self._known or not self._known.isdisjoint(self._seen)

    async def _recognize(self) -> None:
        """List organizations if no known one was seen, because not every sync lists them."""
        if self._is_recognized:
            return
        path, limit = WHOLE_ACCOUNT.path(ORGANIZATIONS.path), ORGANIZATIONS.largest_page
        try:
            async for page in read_pages(self._client, Listing(path, {}, limit)):
                for record in page.take():
                    self.see(ORGANIZATIONS, record)
        except NotReadable as refused:
            self._client.log.info(f"The owners of the spaces identify the account. {refused}")
        if not self._is_recognized:
            known, seen = _names(self._known), _names(self._seen)
            raise _unusable(f"from {known} at {self._host}, but the access token can see {seen}")

    def _check_filters(self) -> list[str]:
        """Return a warning for each id in the state that no longer exists.

        ValueError for ids that neither the account nor the state has, and for filters that select
        no place.  Incomplete listings are not used.
        """
        settings, found, known = self._configuration, self._account, self._state
        warnings = []
        if found.has_all_organizations():
            listed, ever = found.listed["organizations"], known.organizations()
            warnings += check_names("organization_ids", settings.organization_ids, listed, ever)
        if not found.has_all_spaces():
            return warnings
        if not found.has_all_organizations():
            seen = found.owners() | known.organizations()
            check_names("organization_ids", settings.organization_ids, seen, set())
        listed, ever = found.listed["spaces"], known.spaces()
        warnings += check_names("space_ids", settings.space_ids, listed, ever)
        if found.listed["spaces"] and not found.spaces and not self._is_about_organizations:
            raise ValueError(_nothing_selected("space", "space_ids and organization_ids"))
        names = found.environment_names
        if names and found.lists_all_environments() and settings.environment_id not in NOT_NAMED:
            ever = known.environments()
            warnings += check_names("environment_id", settings.environment_id, names, ever)
            if not names.intersection(settings.environment_id):
                raise ValueError(_nothing_selected("environment", "environment_id"))
        return warnings

    @property
    def _is_about_organizations(self) -> bool:
        """Whether the settings select an organization without spaces."""
        return bool(self._account.organizations) and not self._configuration.space_ids


def _nothing_selected(kind: str, settings: str) -> str:
    """Return the message for filters that select no place of a kind."""
    return (
        f"{settings} must select at least one {kind} of the account. Nothing was written or"
        f" deleted. Name an existing {kind}, or remove the setting."
    )


def check_names(
    setting: str, wanted: Iterable[str], listed: set[str], ever: set[str]
) -> list[str]:
    """Return a warning for each id that no longer exists; ValueError for one that never existed.

    *listed* are the ids that the account has, and *ever* those that the state remembers.
    """
    missing = sorted(set(wanted) - listed)
    unknown = [one for one in missing if one not in ever]
    if unknown:
        near = nearest(unknown[0], sorted(listed), MOST_NAMED)
        raise ValueError(
            f"{setting} must name ids that the account has (got {unknown[0]!r}; nearest:"
            f" {', '.join(near) or 'none'}). Nothing was written or deleted."
        )
    return [
        f"{setting} names {one}, which no longer exists in the account. Its rows are deleted."
        for one in missing
    ]


def _names(organizations: Collection[str]) -> str:
    """Return the organizations as a phrase."""
    if not organizations:
        return "no organization"
    named = sorted(organizations)[:NAMED_ORGANIZATIONS]
    more = len(organizations) - len(named)
    return f"organization {', '.join(named)}" + (f" and {more} more" if more else "")


def _unusable(what: str) -> StateUnusable:
    """Return the error for the state of another account."""
    sentence = (
        f"The saved state was read {what}. The token may belong to another account. Nothing was"
        " written or deleted. Restore region, base_url and access_token, or re-sync the connection"
        " with an empty state."
    )
    return StateUnusable(sentence)
