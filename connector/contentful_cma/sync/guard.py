"""Guards deletions: the right account, filters that name what exists, and no sudden emptiness.

With the token of another account a complete listing lacks all that the warehouse holds, and with
a mistyped filter most of it.  So nothing that was read is acted on before `Guard.check` passed.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from contentful_cma.api.client import Client
from contentful_cma.api.pagination import Listing, read_pages
from contentful_cma.errors import NotReadable, StateUnusable
from contentful_cma.state.state import State
from contentful_cma.tables.core import ORGANIZATIONS
from contentful_cma.tables.places import WHOLE_ACCOUNT, owner_of
from contentful_cma.tables.table import Table
from contentful_cma.values import Record, record_id

from .account import Account

NOT_NAMED = (("*",), ("master",))
"""All environments, and the one that is read where the setting names none."""

MOST_NAMED = 3
"""Ids that are named in a sentence as the nearest ones."""

NAMED_ORGANIZATIONS = 5
"""Organizations that are named in a sentence; an account may have hundreds."""


class Guard:
    """The account and the settings next to what the state knows.

    What the settings select decides nothing about the account: they may change, it stays the same.
    """

    def __init__(self, client: Client, account: Account, state: State) -> None:
        """Begin with what *state* knows; StateUnusable if that was read from another host."""
        self._client = client
        self._configuration = client.configuration
        self._account = account
        self._state = state
        self._host = client.configuration.base_url
        self._known = frozenset(state.account.get("organizations", ()))
        self._seen: set[str] = set()
        host = state.account.get("host", self._host)
        if host != self._host:
            raise _unusable(f"from {host}, and the settings ask {self._host}")

    def see(self, endpoint: Table, record: Record) -> None:
        """Note the organization of a record that was listed, selected or not."""
        found = record_id(record) if endpoint is ORGANIZATIONS else owner_of(record)
        if found is not None:
            self._seen.add(found)

    def save(self) -> None:
        """Remember where all of this was read from."""
        self._state.keep_account(self._host, self._known | self._seen)

    async def check(self, *, has_listed: bool) -> list[str]:
        """Return what to warn about; raise what forbids to act on what was listed.

        StateUnusable for another account, and ValueError for filters.  Where nothing could be
        listed there is nothing to act on.
        """
        if has_listed or self._seen:
            await self._recognize()
        return self._check_filters()

    @property
    def _is_recognized(self) -> bool:
        """Whether an organization was seen that the state knows, or it knows none."""
        return not self._known or not self._known.isdisjoint(self._seen)

    async def _recognize(self) -> None:
        """List all organizations if none that is known was seen; they are not always listed."""
        if self._is_recognized:
            return
        path, limit = WHOLE_ACCOUNT.path(ORGANIZATIONS.path), ORGANIZATIONS.largest_page
        try:
            async for page in read_pages(self._client, Listing(path, {}, limit)):
                for record in page.take():
                    self.see(ORGANIZATIONS, record)
        except NotReadable as refused:
            self._client.log.info(f"The spaces have to show whose they are. {refused}")
        if not self._is_recognized:
            known, seen = _names(self._known), _names(self._seen)
            raise _unusable(f"from {known} at {self._host}, and the access token sees {seen}")

    def _check_filters(self) -> list[str]:
        """Return a warning for each id that the state knows and that is gone.

        ValueError for ids that neither the account nor the state has, and for a selection that is
        empty as a whole because of a filter.  Listings that are not complete decide nothing.
        """
        asked, found, known = self._configuration, self._account, self._state
        warnings = []
        if found.has_all_organizations():
            listed, ever = found.listed["organizations"], known.organizations()
            warnings += gone("organization_ids", asked.organization_ids, listed, ever)
        if not found.has_all_spaces():
            return warnings
        if not found.has_all_organizations():
            seen = found.owners() | known.organizations()
            gone("organization_ids", asked.organization_ids, seen, set())
        listed, ever = found.listed["spaces"], known.spaces()
        warnings += gone("space_ids", asked.space_ids, listed, ever)
        if found.listed["spaces"] and not found.spaces and not self._is_about_organizations:
            raise ValueError(self._nothing("no space", "space_ids and organization_ids"))
        names = found.environment_names
        if names and found.lists_all_environments() and asked.environment_id not in NOT_NAMED:
            ever = known.environments()
            warnings += gone("environment_id", asked.environment_id, names, ever)
            if not names.intersection(asked.environment_id):
                raise ValueError(self._nothing("no environment", "environment_id"))
        return warnings

    @property
    def _is_about_organizations(self) -> bool:
        """Whether the settings select an organization that has no space."""
        return bool(self._account.organizations) and not self._configuration.space_ids

    @staticmethod
    def _nothing(what: str, settings: str) -> str:
        """Return in words that the settings select nothing."""
        return (
            f"{settings} select {what} of those that the account has; nothing was written or"
            " deleted. Name one that exists, or leave the setting out."
        )


def gone(setting: str, wanted: Iterable[str], listed: set[str], known: set[str]) -> list[str]:
    """Return a sentence for each id that is gone; ValueError for one that never was.

    *listed* and *known* hold ids of the setting's own kind: those that the account has now,
    and those that the state remembers.
    """
    missing = sorted(set(wanted) - listed)
    unknown = [one for one in missing if one not in known]
    if unknown:
        near = difflib.get_close_matches(unknown[0], sorted(listed), n=MOST_NAMED, cutoff=0.0)
        raise ValueError(
            f"{setting} must name ids that the account has (got {unknown[0]!r}; nearest:"
            f" {', '.join(near) or 'none'}). Nothing was written or deleted."
        )
    return [
        f"{setting} names {one}, which is gone from the account; its rows are deleted."
        for one in missing
    ]


def _names(organizations: Collection[str]) -> str:
    """Return in words which organizations there are."""
    if not organizations:
        return "no organization"
    named = sorted(organizations)[:NAMED_ORGANIZATIONS]
    more = len(organizations) - len(named)
    return f"organization {', '.join(named)}" + (f" and {more} more" if more else "")


def _unusable(what: str) -> StateUnusable:
    """Return the error for the state of another account."""
    sentence = (
        f"The saved state was read {what}, so the token may belong to another account; nothing was"
        " written or deleted. Set region, base_url and access_token back, or re-sync the"
        " connection from its beginning (an empty state)."
    )
    return StateUnusable(sentence)
