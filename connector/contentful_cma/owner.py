"""Whose state it is: that of the account that the token sees, or that of another one.

With the token of another account a complete listing lacks all that the warehouse holds, which
would be deleted.  So nothing that was read is acted on before an organization is seen that the
state knows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from typing import Any, Optional

from .client import Client
from .errors import NotReadable, StateUnusable
from .paging import pages
from .scopes import owner_of
from .state import State
from .table import WHOLE_ACCOUNT, Record, Table
from .tables import ORGANIZATIONS
from .values import record_id

NAMED_ORGANIZATIONS = 5
"""Organizations that are named in a sentence; an account may have hundreds."""

Event = tuple[Any, Optional[Any], Optional[BaseException]]
"""What `side_by_side` yields: a job with its batch, with its error, or at its end."""


class Owner:
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

    def once_recognised(self, events: Iterator[Event]) -> Iterator[Event]:
        """Pass on what happens while the account is listed, once it is that of the state.

        StateUnusable if it is another one, before anything was passed on.
        """
        held: deque[Event] = deque()
        for event in events:
            held.append(event)
            while held and self._is_recognised:
                if held[0][2] is None:
                    # A refused token, say one of the other region, makes the state nobody's.
                    self._state.keep_account(self._host, self._known | self._seen)
                yield held.popleft()
        # Where nothing could be listed there is nothing to act on either.
        if self._seen or any(error is None for _, _, error in held):
            self._recognise()
        yield from held

    @property
    def _is_recognised(self) -> bool:
        return not self._known or not self._known.isdisjoint(self._seen)

    def _recognise(self) -> None:
        """Ask for all organizations if none that is known was seen; they are not always listed."""
        if self._is_recognised:
            return
        path, limit = WHOLE_ACCOUNT.path(ORGANIZATIONS.path), ORGANIZATIONS.largest_page
        try:
            for page in pages(self._client, path, {}, limit):
                for record in page.records:
                    self.see(ORGANIZATIONS, record)
        except NotReadable as refused:
            self._client.log.info(f"The spaces have to tell whose they are. {refused}")
        if not self._is_recognised:
            known, seen = _names(self._known), _names(self._seen)
            raise _unusable(f"from {known} at {self._host}, and the access token sees {seen}")
        self._state.keep_account(self._host, self._known | self._seen)


def _names(organizations: Collection[str]) -> str:
    if not organizations:
        return "no organization"
    named = sorted(organizations)[:NAMED_ORGANIZATIONS]
    more = len(organizations) - len(named)
    return f"organization {', '.join(named)}" + (f" and {more} more" if more else "")


def _unusable(what: str) -> StateUnusable:
    sentence = (
        f"The saved state was read {what}, so the token may belong to another account; nothing was"
        " written or deleted. Set region, base_url and access_token back, or re-sync the"
        " connection from its beginning (an empty state)."
    )
    return StateUnusable(sentence)
