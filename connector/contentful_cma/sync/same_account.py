"""Whose state it is: that of the account that the token sees, or that of another one.

With the token of another account a complete listing lacks all that the warehouse holds, which
would be deleted.  So nothing that was read is acted on before an organization is seen that the
state knows.
"""

from __future__ import annotations

from collections.abc import Collection

from contentful_cma.api.client import Client
from contentful_cma.api.pagination import Listing, read_pages
from contentful_cma.errors import NotReadable, StateUnusable
from contentful_cma.state.state import State
from contentful_cma.tables.core import ORGANIZATIONS
from contentful_cma.tables.places import WHOLE_ACCOUNT, owner_of
from contentful_cma.tables.table import Table
from contentful_cma.values import Record, record_id

NAMED_ORGANIZATIONS = 5
"""Organizations that are named in a sentence; an account may have hundreds."""


class SameAccount:
    """The account that the state was read from, beside what the token sees now.

    What the settings select does not matter here: they may change, the account stays the same.
    """

    def __init__(self, client: Client, state: State) -> None:
        """Begin with what *state* knows; StateUnusable if that was read from another host."""
        self._client = client
        self._state = state
        self._host = client.configuration.base_url
        self._known = frozenset(state.account.get("organizations", ()))
        self._seen: set[str] = set()
        host = state.account.get("host", self._host)
        if host != self._host:
            raise _unusable(f"from {host}, and the settings ask {self._host}")

    def see(self, endpoint: Table, record: Record) -> None:
        """Note the organization of a record that was listed, be it selected or not."""
        found = record_id(record) if endpoint is ORGANIZATIONS else owner_of(record)
        if found is not None:
            self._seen.add(found)

    @property
    def is_recognised(self) -> bool:
        """Whether an organization was seen that the state knows, or it knows none."""
        return not self._known or not self._known.isdisjoint(self._seen)

    @property
    def saw_something(self) -> bool:
        """Whether any organization was seen."""
        return bool(self._seen)

    def keep(self) -> None:
        """Remember where all of this was read from."""
        self._state.keep_account(self._host, self._known | self._seen)

    async def recognise(self) -> None:
        """Ask for all organizations if none that is known was seen; they are not always listed.

        StateUnusable if it is another account.
        """
        if self.is_recognised:
            return
        path, limit = WHOLE_ACCOUNT.path(ORGANIZATIONS.path), ORGANIZATIONS.largest_page
        try:
            async for page in read_pages(self._client, Listing(path, {}, limit)):
                for record in page.take():
                    self.see(ORGANIZATIONS, record)
        except NotReadable as refused:
            self._client.log.info(f"The spaces have to tell whose they are. {refused}")
        if not self.is_recognised:
            known, seen = _names(self._known), _names(self._seen)
            raise _unusable(f"from {known} at {self._host}, and the access token sees {seen}")


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
