"""The places and parents in the account, as this sync has listed them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contentful_cma.extract.batch import Job
from contentful_cma.extract.children import Parent, parent_of
from contentful_cma.extract.content_model import EnvironmentModel
from contentful_cma.extract.listing import ListingJob
from contentful_cma.settings.configuration import Configuration
from contentful_cma.state.state import State
from contentful_cma.tables import READABLE
from contentful_cma.tables.core import ORGANIZATIONS, SPACES
from contentful_cma.tables.model import CONTENT_TYPES
from contentful_cma.tables.places import (
    ACCOUNT,
    ENVIRONMENT,
    ORGANIZATION,
    SPACE,
    WHOLE_ACCOUNT,
    Place,
    Scope,
    owner_of,
)
from contentful_cma.tables.structure import ENVIRONMENTS, LOCALES
from contentful_cma.tables.table import PerParent, Table
from contentful_cma.values import Record, is_path_step, link_id, link_ids, record_id

MODEL = (LOCALES, CONTENT_TYPES)
"""The listings that decide the titles of content."""


class Account:
    """The account, as far as this sync has listed it.

    Only a complete listing can detect deletions.
    """

    def __init__(self, tables: list[Table], configuration: Configuration, state: State) -> None:
        """Begin with the places of *tables* in *state*."""
        self.organizations: dict[str, Place] = {}
        self.spaces: dict[str, Place] = {}
        self.environments: dict[str, EnvironmentModel] = {}
        self.listed: dict[str, set[str]] = {"organizations": set(), "spaces": set()}
        self.environment_names: set[str] = set()
        self.spaces_listing: ListingJob | None = None
        self._tables = tables
        self._catalog = {table.name: table for table in READABLE}
        self._wanted = configuration.environment_id
        self._state = state
        self._existing: set[str] = set()
        self._listed_environments: set[str] = set()
        self._complete: set[tuple[str, str]] = set()
        self._shown: set[tuple[str, str]] = set()
        self._owners: dict[str, str | None] = {}
        self._parents: dict[tuple[str, str], list[Parent]] = {}
        self.created_at: dict[str, str] = {}

    def record(self, endpoint: Table, place: Place, record: Record, *, is_selected: bool) -> None:
        """Note the place, the part of a content model, or the parents in a record."""
        found = record_id(record)
        if endpoint.path in self.listed and found is not None:
            self.listed[endpoint.path].add(found)
        self._shown.add((endpoint.path, place.name))
        if endpoint is SPACES and found is not None:
            self._owners[found] = owner_of(record)
        if not is_selected or not is_path_step(str(found)):
            return
        if endpoint is ORGANIZATIONS and found is not None:
            self.organizations[found] = Place(ORGANIZATION, (found,))
        elif endpoint is SPACES and found is not None:
            self.spaces[found] = Place(SPACE, (found,))
        elif endpoint is ENVIRONMENTS:
            self._see_environment(place, record)
        elif place.name in self.environments:
            self.environments[place.name].add_record(endpoint.path, record)
        for table in self._children_of(endpoint):
            parent = parent_of(table.read, record) if isinstance(table.read, PerParent) else None
            if parent is not None:
                self._parents.setdefault((table.name, place.name), []).append(parent)

    def default_locales(self, environment: str) -> dict[str, str | None]:
        """Return the default locale of each space whose environment of this name lists locales."""
        return {
            found.place.ids[0]: found.default_locale
            for found in self.environments.values()
            if environment in found.names and found.has_listed_locales
        }

    def listing_started(self, job: Job, now: str) -> None:
        """Note that a listing of a content model is requested *now*, even if it fails."""
        if isinstance(job, ListingJob) and job.endpoint in MODEL:
            self.environments[job.place.name].requested[job.endpoint.path] = now

    def listing_finished(self, listing: ListingJob) -> None:
        """Note that a listing has ended."""
        if listing.endpoint is SPACES:
            self.spaces_listing = listing
        path, name = listing.endpoint.path, listing.place.name
        is_whole = not listing.left_out
        if is_whole:
            self._complete.add((path, name))
        if name in self.environments:
            self.environments[name].listing_finished(path, is_whole=is_whole)

    def is_listed_empty(self, table: Table, place: Place) -> bool:
        """Return whether a complete listing of this sync had no record of a table."""
        listing = table.path, place.name
        return listing in self._complete and listing not in self._shown

    def owner(self, place: Place) -> str | None:
        """Return the organization of a space or an environment, if known."""
        is_below = place.scope in (SPACE, ENVIRONMENT)
        return self._owners.get(place.ids[0]) if is_below else None

    def parents(self, table: Table, parent: Table, place: Place) -> list[Parent] | None:
        """Return the parents in a complete listing, None if there was no such listing."""
        if (parent.path, place.name) not in self._complete:
            return None
        return self._parents.get((table.name, place.name), [])

    def shown(self, endpoint: Table) -> set[str]:
        """Return the names of the places that a listing returned."""
        is_below = endpoint is ENVIRONMENTS
        return self._listed_environments if is_below else self.listed[endpoint.path]

    def places(self, scope: Scope) -> list[Place]:
        """Return the places of a scope that can be read."""
        if scope is ENVIRONMENT:
            return [environment.place for environment in self.environments.values()]
        known = {ORGANIZATION: self.organizations, SPACE: self.spaces}
        return [WHOLE_ACCOUNT] if scope is ACCOUNT else list(known[scope].values())

    def known_places(self) -> set[str]:
        """Return the names of all places that exist, as far as known."""
        known = {WHOLE_ACCOUNT.name, *self.organizations, *self.spaces, *self._existing}
        return known.union(name for one, name in self._saved() if not self._is_deleted(one, name))

    def places_to_remove(self) -> list[tuple[Table, str]]:
        """Return each table and place with rows in the warehouse that have to be deleted.

        An existing place that is not selected is included only if all listings that could have
        the selected places are complete.
        """
        is_sure = self.has_all_spaces() and self.has_all_environments()
        return [
            (table, name)
            for table, name in self._saved()
            if self._is_deleted(table, name) or (is_sure and self.is_deselected(table, name))
        ]

    def kept(self, table: Table) -> list[str]:
        """Return the known places of a table, without those to remove."""
        removed = {place for one, place in self.places_to_remove() if one is table}
        return [one for one in self._state.places(table.name) if one not in removed]

    def is_deselected(self, table: Table, name: str) -> bool:
        """Return whether a place was listed and the settings do not select it."""
        owner = name.split("/", maxsplit=1)[0]
        if table.scope is ORGANIZATION:
            return name in self.listed["organizations"] and name not in self.organizations
        if table.scope is ACCOUNT:
            return False
        if owner not in self.spaces:
            return owner in self.listed["spaces"]
        if table.scope is not ENVIRONMENT:
            return False
        return name in self._listed_environments and name not in self._existing

    def owners(self) -> set[str]:
        """Return the organizations that were listed, or that own spaces."""
        return self.listed["organizations"].union(filter(None, self._owners.values()))

    def has_all_organizations(self) -> bool:
        """Whether all organizations were listed."""
        return self._has_all(ORGANIZATIONS, "")

    def has_all_spaces(self) -> bool:
        """Whether all spaces were listed."""
        return self._has_all(SPACES, "")

    def has_all_environments(self) -> bool:
        """Whether the environments of all selected spaces were listed, or none are needed."""
        needs = any(table.scope is ENVIRONMENT for table in self._tables)
        return not needs or self.lists_all_environments()

    def lists_all_environments(self) -> bool:
        """Whether the environments of all selected spaces were listed in this sync."""
        return all(self._has_all(ENVIRONMENTS, space) for space in self.spaces)

    def _saved(self) -> Iterator[tuple[Table, str]]:
        """Yield each table with each place that has a record in the state.

        Rows of a table that is not selected stay until it is selected again.
        """
        selected = {table.name: table for table in self._tables}
        for name, place in self._state.tables_and_places():
            table = selected.get(name)
            if table is None and not self._state.has(name, place):
                table = self._catalog.get(name)
            if table is not None:
                yield table, place

    def _is_deleted(self, table: Table, name: str) -> bool:
        """Return whether a complete listing lacks the place."""
        owner = name.split("/", maxsplit=1)[0]
        if table.scope is ORGANIZATION:
            return self.has_all_organizations() and name not in self.owners()
        if table.scope is ACCOUNT or not self.has_all_spaces():
            return False
        if owner not in self.listed["spaces"]:
            return True
        is_listed = table.scope is ENVIRONMENT and self._has_all(ENVIRONMENTS, owner)
        return is_listed and name not in self._listed_environments

    def _has_all(self, endpoint: Table, place: str) -> bool:
        """Return whether the listing of an endpoint in a place was complete."""
        return (endpoint.path, place) in self._complete

    def _children_of(self, endpoint: Table) -> Iterator[Table]:
        """Yield the tables that are read per record of a listing."""
        for table in self._tables:
            parent = table.read.parent if isinstance(table.read, PerParent) else None
            # The listing of CONTENT_TYPES may come from CONTENT_TYPE_FIELDS.
            if parent and (parent.scope, parent.path) == (endpoint.scope, endpoint.path):
                yield table

    def _see_environment(self, space: Place, record: Record) -> None:
        """Note a selected environment under its id, not an alias.

        Only environments that are ready can be read; others keep their rows.
        """
        sys, found = record.get("sys"), record_id(record)
        if not isinstance(sys, Mapping) or found is None:
            return
        names = {found, *(link_ids(sys.get("aliases")) or ())}
        self.environment_names |= names
        if "aliasedEnvironment" in sys:
            return
        place = Place(ENVIRONMENT, (*space.ids, found))
        self._listed_environments.add(place.name)
        if self._wanted != ("*",) and not names & set(self._wanted):
            return
        self._existing.add(place.name)
        self.created_at[place.name] = str(sys.get("createdAt"))
        if link_id(sys.get("status")) in (None, "ready"):
            self.environments[place.name] = EnvironmentModel(
                place, names, self.created_at[place.name]
            )
