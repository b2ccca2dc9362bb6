"""One call of the API: what is asked of which collection, in the account as it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .answers import Request
from .errors import bad_request
from .lifecycle import Moment
from .records import Record, Scope
from .resource import Resource
from .store import Collection, collected

if TYPE_CHECKING:
    from .world import World


@dataclass(frozen=True)
class Call:
    """A request that was matched to a resource; ``identifier`` names one record of it.

    ``scope`` holds the real environment; ``shown_environment`` what the path says, which may be
    an alias.
    """

    world: World
    request: Request
    resource: Resource
    scope: Scope
    identifier: str | None = None
    shown_environment: str | None = None

    @property
    def collection(self) -> Collection:
        """The records that the call is about; a test may have put some beside derived ones."""
        kept = self.world.store.collection(self.resource, self.scope)
        if self.resource.derived is None:
            return kept
        return collected(self.resource, (*self.resource.derived(self), *kept.records()))

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
        return Moment(self.world.clock.now_ms(), self.world.user)

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

    def other(self, resource: Resource, **scope: str) -> Collection:
        """Return the collection of another resource in this scope, or in one that differs."""
        return self.world.store.collection(resource, {**self.scope, **scope})
