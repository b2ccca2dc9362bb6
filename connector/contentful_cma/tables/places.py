"""Scopes of tables, the places in each scope, and the places that the settings select.

A place is the account, an organization, a space or an environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from contentful_cma.settings.configuration import Configuration
from contentful_cma.values import Record, linked_id, record_id


@dataclass(frozen=True)
class Scope:
    """The kind of place that a table is read in: its URL prefix and its key columns."""

    name: str
    prefix: str
    keys: tuple[str, ...]


SCOPE_KEYS: Mapping[str, str] = {
    "organization_id": "Organization that owns the record (ORGANIZATIONS).",
    "space_id": "Space that holds the record (SPACES).",
    "environment_id": "Environment that holds the record, never an alias (ENVIRONMENTS).",
}
"""The descriptions of the key columns of scopes."""

ACCOUNT = Scope("account", "", ())
ORGANIZATION = Scope("organization", "/organizations/{organization_id}", ("organization_id",))
SPACE = Scope("space", "/spaces/{space_id}", ("space_id",))
ENVIRONMENT = Scope(
    "environment",
    "/spaces/{space_id}/environments/{environment_id}",
    ("space_id", "environment_id"),
)


@dataclass(frozen=True)
class Place:
    """One organization, space or environment, or the account itself."""

    scope: Scope
    ids: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The ids as one text, the key of the place in the state; empty for the account."""
        return "/".join(self.ids)

    @cached_property
    def keys(self) -> dict[str, str]:
        """The values of the key columns that all rows of this place share."""
        return dict(zip(self.scope.keys, self.ids))

    def path(self, below: str) -> str:
        """Return the path of an endpoint: *below* this place, or absolute after a slash."""
        template = below if below.startswith("/") else f"{self.scope.prefix}/{below}"
        return template.format(**{key: quote(one, safe="") for key, one in self.keys.items()})

    def query(self, query: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Return query parameters with the ids of this place filled in."""
        return {name: value.format(**self.keys) for name, value in query}


WHOLE_ACCOUNT = Place(ACCOUNT)


def place_named(scope: Scope, name: str) -> Place:
    """Return the place of *scope* that has this `Place.name`."""
    return Place(scope, tuple(name.split("/"))) if name else WHOLE_ACCOUNT


def selects_organization(configuration: Configuration, record: Record) -> bool:
    """Return whether ``organization_ids`` selects the organization; blank selects all."""
    wanted = configuration.organization_ids
    return not wanted or record_id(record) in wanted


def selects_space(configuration: Configuration, record: Record) -> bool:
    """Return whether ``space_ids`` and ``organization_ids`` select the space; blank is all."""
    wanted, owners = configuration.space_ids, configuration.organization_ids
    if wanted and record_id(record) not in wanted:
        return False
    return not owners or owner_of(record) in owners


def owner_of(space: Record) -> str | None:
    """Return the id of the organization that owns a space, None if the API omits it."""
    return linked_id(space, "organization")
