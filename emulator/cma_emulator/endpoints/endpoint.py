"""An endpoint (a resource with its rules and samples), and a call of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..account.account import Account
from ..account.catalog import Origin
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
class Wording:
    """Older names in an answer, for the type of records and for links in their ``sys``.

    ``links`` are pairs of the current name and the older name.
    The ``linkType`` of a link follows its name.
    """

    type: str | None = None
    links: tuple[tuple[str, str], ...] = ()

    def of(self, record: Record) -> Record:
        """Return a record with these names."""
        sys = {**record["sys"], "type": self.type or record["sys"]["type"]}
        older = dict(self.links)
        return {
            **record,
            "sys": {older.get(key, key): part for key, part in sys.items()}
            | {name: linked(sys[key], name) for key, name in self.links if key in sys},
        }


def linked(target: Record, name: str) -> Record:
    """Return a resource link with the ``linkType`` of the link's name."""
    kind = f"Contentful:{name[0].upper()}{name[1:]}"
    return {"sys": {**target["sys"], "linkType": kind}}


@dataclass(frozen=True)
class Rules:
    """Special rules for reading and writing these records; each may raise a `Refusal`.

    Reading:
    ``narrow`` returns filters of a listing in addition to those in its parameters.
    ``wording`` returns the older names for the answers to a call, if it uses them.
    ``listed`` answers a listing that follows no common rule.
    ``includes`` returns linked records for ``includes`` of a listing, by type.
    ``missing`` may return a record for an id that no record has.

    Writing:
    ``complete`` adds the parts that the API adds to a record before it is stored.
    ``shown_once`` returns the answer to a creation, secrets included.
    ``allow_unpublish`` and ``allow_delete`` may refuse these steps.
    ``created``, ``updated``, ``published`` and ``deleted`` run after these steps.
    ``conflict`` is the refusal of a wrong version.
    ``saves_published`` makes every save a publication.
    ``ends_unchecked`` lets deletions and unpublications ignore the version.
    ``is_idempotent`` skips an update without changes, at any version.
    ``created_status`` is the status of a creation by POST.
    """

    narrow: Callable[[Call], tuple[Condition, ...]] = _no_filter
    wording: Callable[[Call], Wording | None] = lambda _call: None
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
    saves_published: bool = False
    ends_unchecked: bool = False
    is_idempotent: bool = False
    created_status: int = 201


@dataclass(frozen=True)
class Endpoint:
    """A resource, its rules, and its records, which are generated or ``derived`` from others.

    ``older`` is the last part of an older path to the same records.
    """

    resource: Resource
    rules: Rules = Rules()
    origin: Origin = Origin()  # noqa: RUF009 - it is frozen
    derived: Callable[[Call], Iterable[Record]] | None = None
    older: str | None = None


@dataclass(frozen=True)
class Special:
    """A route to neither a collection nor a record, such as ``users/me``, with its methods."""

    path: str
    endpoint: Endpoint
    answers: dict[str, Callable[[Call], Answer]]


@dataclass(frozen=True)
class Call:
    """A request to an endpoint; ``identifier`` names one of its records.

    ``scope`` has the real environment; ``shown_environment`` is the name in the path, which may
    be an alias.
    ``by_older_path`` is true for the older path of the endpoint.
    """

    account: Account
    request: Request
    endpoint: Endpoint
    scope: Scope
    identifier: str | None = None
    shown_environment: str | None = None
    by_older_path: bool = False

    @property
    def resource(self) -> Resource:
        """The resource of the endpoint."""
        return self.endpoint.resource

    @property
    def rules(self) -> Rules:
        """The rules of the endpoint."""
        return self.endpoint.rules

    @property
    def kept(self) -> Collection:
        """The stored records; of derived ones, those that were edited or stored by a test."""
        return self.other(self.resource.path)

    @property
    def collection(self) -> Collection:
        """The records of the endpoint; stored ones replace derived ones."""
        if self.endpoint.derived is None:
            return self.kept
        return collected(self.resource, (*self.endpoint.derived(self), *self.kept.records()))

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the query."""
        return dict(self.request.query)

    @property
    def alias(self) -> str | None:
        """The alias in the path, or None if the path names a real environment."""
        is_alias = self.shown_environment != self.scope.get("environment")
        return self.shown_environment if is_alias else None

    @property
    def moment(self) -> Moment:
        """The current time and the token's user."""
        return self.account.moment()

    def body(self) -> Record:
        """Return the JSON object in the body; no body is an empty object."""
        parsed = self.parsed_body()
        if not isinstance(parsed, dict):
            raise bad_request("The body you sent is not a valid JSON object.")
        return parsed

    def parsed_body(self) -> Any:
        """Return the JSON in the body; no body is an empty object."""
        try:
            return json.loads(self.request.body or b"{}")
        except ValueError:
            raise bad_request("The body you sent is not valid JSON.") from None

    def other(self, path: str, **scope: str) -> Collection:
        """Return the collection at another path, in this scope with the given changes."""
        return self.account.collection(path, {**self.scope, **scope})

    def add(self, path: str, identifier: str, body: Record, **scope: str) -> Record:
        """Store a new record of another resource, in this scope with the given changes."""
        return self.account.add(path, {**self.scope, **scope}, identifier, body)
