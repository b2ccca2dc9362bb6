"""An endpoint: a resource with its rules and samples, and one call of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..account.account import Account
from ..account.catalogue import Origin
from ..account.lifecycle import Moment
from ..account.resource import Resource
from ..account.store import Collection, collected
from ..answers import Answer, Request
from ..errors import Refusal, bad_request, version_mismatch
from ..listing.query import Condition
from ..records import Record, Scope


def _unchanged(_call: Call, record: Record) -> Record:
    return record


def _no_filter(_call: Call) -> tuple[Condition, ...]:
    return ()


def _none(_call: Call) -> Record | None:
    return None


def _no_includes(_call: Call, _parameters: dict[str, str]) -> Record | None:
    return None


def _nothing(_call: Call, _record: Record) -> None:
    return None


@dataclass(frozen=True)
class Rules:
    """What is special about reading and writing these records; each may raise a `Refusal`.

    ``narrow`` gives filters that a listing has beside those that its parameters name.
    ``renamed`` are parts of ``sys`` that a listing shows under another name.
    ``listed`` answers a listing that is like no other.
    ``includes`` gives linked records that a listing shows beside its own, by their type.
    ``missing`` may give a record for a name that no record has.
    ``complete`` gets a record that is about to be stored by a creation or an update and returns it
    with what the API adds.
    ``shown_once`` gives what the answer to a creation shows, secrets included.
    ``allow_delete`` refuses deletions; the others run after the fact.
    ``conflict`` is the refusal of a wrong version.
    ``ends_unchecked`` says that deletions and unpublications look at no version, ``is_idempotent``
    that an update that changes nothing is none, whatever its version.
    ``created_status`` is the status of a creation by POST.
    """

    narrow: Callable[[Call], tuple[Condition, ...]] = _no_filter
    renamed: Callable[[Call], tuple[tuple[str, str], ...]] = lambda _call: ()
    listed: Callable[[Call], Answer] | None = None
    includes: Callable[[Call, dict[str, str]], Record | None] = _no_includes
    missing: Callable[[Call], Record | None] = _none
    complete: Callable[[Call, Record], Record] = _unchanged
    shown_once: Callable[[Call, Record], Record] = _unchanged
    created: Callable[[Call, Record], None] = _nothing
    updated: Callable[[Call, Record], None] = _nothing
    published: Callable[[Call, Record], None] = _nothing
    allow_unpublish: Callable[[Call, Record], None] = _nothing
    allow_delete: Callable[[Call, Record], None] = _nothing
    deleted: Callable[[Call, Record], None] = _nothing
    conflict: Callable[[], Refusal] = version_mismatch
    ends_unchecked: bool = False
    is_idempotent: bool = False
    created_status: int = 201


@dataclass(frozen=True)
class Endpoint:
    """A resource, its rules, and its records: generated ones, or ones ``derived`` from others."""

    resource: Resource
    rules: Rules = Rules()
    origin: Origin = Origin()  # noqa: RUF009 - it is frozen
    derived: Callable[[Call], Iterable[Record]] | None = None


@dataclass(frozen=True)
class Special:
    """A route that is no collection or record, such as ``users/me``; methods that it answers."""

    path: str
    endpoint: Endpoint
    answers: dict[str, Callable[[Call], Answer]]


@dataclass(frozen=True)
class Call:
    """A request that was matched to an endpoint; ``identifier`` names one record of it.

    ``scope`` holds the real environment; ``shown_environment`` what the path says, which may be
    an alias.
    """

    account: Account
    request: Request
    endpoint: Endpoint
    scope: Scope
    identifier: str | None = None
    shown_environment: str | None = None

    @property
    def resource(self) -> Resource:
        """The resource that the call is about."""
        return self.endpoint.resource

    @property
    def rules(self) -> Rules:
        """What is special about its records."""
        return self.endpoint.rules

    @property
    def collection(self) -> Collection:
        """The records that the call is about; a test may have put some beside derived ones."""
        kept = self.other(self.resource.path)
        if self.endpoint.derived is None:
            return kept
        return collected(self.resource, (*self.endpoint.derived(self), *kept.records()))

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the query."""
        return dict(self.request.query)

    @property
    def alias(self) -> str | None:
        """The alias in the path, None where the path names a real environment."""
        is_alias = self.shown_environment != self.scope.get("environment")
        return self.shown_environment if is_alias else None

    @property
    def moment(self) -> Moment:
        """Now, and the user whose token it is."""
        return self.account.moment()

    def body(self) -> Record:
        """Return the JSON object that was sent, an empty one for no body."""
        parsed = self.parsed_body()
        if not isinstance(parsed, dict):
            raise bad_request("The body you sent is not a valid JSON object.")
        return parsed

    def parsed_body(self) -> Any:
        """Return the JSON that was sent."""
        try:
            return json.loads(self.request.body or b"{}")
        except ValueError:
            raise bad_request("The body you sent is not valid JSON.") from None

    def other(self, path: str, **scope: str) -> Collection:
        """Return the collection with another path in this scope, or in one that differs."""
        return self.account.collection(path, {**self.scope, **scope})

    def add(self, path: str, identifier: str, body: Record, **scope: str) -> Record:
        """Keep a new record of another resource in this scope, or in one that differs."""
        return self.account.add(path, {**self.scope, **scope}, identifier, body)
