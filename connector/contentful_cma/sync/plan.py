"""What there is to read, step by step: jobs for the tables in each place that was discovered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from contentful_cma.extract.batch import Batch, Job, ReadContext
from contentful_cma.extract.content_model import Environment
from contentful_cma.extract.drop import DropRead
from contentful_cma.extract.full import FullRead
from contentful_cma.extract.incremental import IncrementalRead
from contentful_cma.extract.metered import MeteredRead
from contentful_cma.extract.per_parent import PerParentRead
from contentful_cma.state.changes import PlaceDropped
from contentful_cma.tables.core import ORGANIZATIONS, SPACES
from contentful_cma.tables.places import (
    ENVIRONMENT,
    ORGANIZATION,
    SPACE,
    WHOLE_ACCOUNT,
    Place,
    Scope,
    place_named,
)
from contentful_cma.tables.structure import ENVIRONMENTS
from contentful_cma.tables.table import Incremental, Metered, PerParent, Table
from contentful_cma.values import sortable

from .discovery import Discovery
from .due import MODEL, Due

ASKED_FIRST = tuple((one.scope, one.path) for one in (ENVIRONMENTS, *MODEL))
"""Listings that other steps than those of their places ask."""

ALL_CELLS = 60_000
"""Cells of all sketches together, which keeps the state below 5 MB."""

FEWEST_CELLS, MOST_CELLS = 300, 9_600
"""Cells of one sketch: 180 deletions between two syncs can always be told."""


class Plan:
    """Makes the jobs of each step from what the steps before it have discovered."""

    def __init__(
        self, tables: list[Table], discovery: Discovery, due: Due, context: ReadContext
    ) -> None:
        """*tables* are those of this sync, of which only what is *due* is read."""
        self._tables = [table for table in tables if table.path]
        self._discovery = discovery
        self._due = due
        self._context = context
        self._configuration = context.client.configuration
        self._state = context.state

    def account(self) -> Iterator[Job]:
        """Return the jobs that list organizations and spaces."""
        scopes = {table.scope for table in self._tables}
        filtered = {ORGANIZATIONS} if self._configuration.organization_ids else set()
        for endpoint, below in ((ORGANIZATIONS, {ORGANIZATION}), (SPACES, {SPACE, ENVIRONMENT})):
            if endpoint in self._tables or scopes & below or endpoint in filtered:
                yield self._listing(endpoint, WHOLE_ACCOUNT)

    def lists_of_environments(self) -> Iterator[Job]:
        """Return the jobs that list the environments of all spaces."""
        is_needed = bool(self._of(ENVIRONMENT))
        for place in self._discovery.places(SPACE):
            is_due = ENVIRONMENTS in self._tables and self._due.at(ENVIRONMENTS, place)
            if is_needed or is_due:
                yield self._listing(ENVIRONMENTS, place)

    def model(self, environments: Iterable[Environment]) -> Iterator[Job]:
        """Return the jobs that list locales and content types where their time has come."""
        now = sortable(self._context.client.started_at())
        for environment in environments:
            for endpoint in MODEL:
                if self._due.asks(endpoint, environment):
                    environment.asked[endpoint.path] = now
                    tables, place = self._due.filled_by(endpoint), environment.place
                    yield FullRead(endpoint, tables, place, self._context)

    def content(self, environments: Iterable[Environment]) -> list[Job]:
        """Return the jobs of content, once it is known what decides its titles."""
        return self._readable(
            self._incremental(table, environment)
            for environment in environments
            for table in self._tables
            if isinstance(table.read, Incremental) and self._due.at(table, environment.place)
        )

    def organizations_and_spaces(self) -> Iterator[Job]:
        """Return the jobs of what is in all organizations and spaces."""
        for place in (*self._discovery.places(ORGANIZATION), *self._discovery.places(SPACE)):
            yield from self._listings(place)

    def environments(self) -> Iterator[Job]:
        """Return the jobs that list what else is in each environment."""
        for place in self._discovery.places(ENVIRONMENT):
            yield from self._listings(place)

    def per_parent(self) -> Iterator[Job]:
        """Return the jobs of what is read for each of some other records."""
        for table, place in self._all_due(PerParent):
            parents = self._discovery.parents(table, table.read.parent, place)
            yield PerParentRead(table, table.read, place, parents, self._context)

    def usage(self) -> Iterator[Job]:
        """Return the jobs of what is read by day."""
        for table, place in self._all_due(Metered):
            yield MeteredRead(table, table.read, place, self._context)

    def again(self, table: Table) -> list[Job]:
        """Return the jobs that read a table anew in all places."""
        if not isinstance(table.read, Incremental):
            places = self._discovery.places(table.scope)
            return [FullRead(table, (table,), place, self._context) for place in places]
        environments = self._discovery.environments.values()
        return self._readable(self._incremental(table, one) for one in environments)

    def drop(self, table: Table, name: str) -> Batch | Job | None:
        """Return the deletions of all rows of a table in a place, or the job that finds them.

        None where they cannot be told.  Usage stays: it is history.
        """
        place = place_named(table.scope, name)
        forgotten = PlaceDropped(table.name, name)
        if table.is_history:
            return Batch(changes=[forgotten])
        if isinstance(table.read, Incremental):
            held = self._state.bookmark(table.name, name).held()
            ids = None if held is None else held.read()
            keys = None if ids is None else set(ids)
            if keys is None and held is not None and self._discovery.is_deselected(table, name):
                return DropRead(table, place, held, self._context)
        else:
            keys = self._state.ledger(table.name, name).keys()
        if keys is None:
            return None
        deletes = [(table, table.keys_of(place, key)) for key in sorted(keys)]
        return Batch(deletes=deletes, changes=[forgotten])

    def _of(self, scope: Scope) -> list[Table]:
        return [table for table in self._tables if table.scope is scope]

    def _readable(self, jobs: Iterable[Job]) -> list[Job]:
        """Return the jobs of places where nothing has failed; the others come next time."""
        found = list(jobs)
        stuck = [job for job in found if self._due.is_stuck(job.place)]
        for job in stuck:
            self._due.began(job)
        return [job for job in found if job not in stuck]

    def _all_due(self, kind: type) -> Iterator[tuple[Any, Place]]:
        for table in self._tables:
            for place in (
                self._discovery.places(table.scope) if isinstance(table.read, kind) else ()
            ):
                if self._due.at(table, place):
                    yield table, place

    def _listings(self, place: Place) -> Iterator[Job]:
        """Return a job for each endpoint of the place of which something is due.

        It serves all tables that it fills.
        """
        other = (Incremental, PerParent, Metered)
        listed = [table for table in self._of(place.scope) if not isinstance(table.read, other)]
        for path in dict.fromkeys(table.path for table in listed):
            tables = tuple(table for table in listed if table.path == path)
            is_asked = (place.scope, path) in ASKED_FIRST
            if not is_asked and any(self._due.at(table, place) for table in tables):
                yield FullRead(tables[0], tables, place, self._context)

    def _listing(self, endpoint: Table, place: Place) -> FullRead:
        written = (endpoint,) if endpoint in self._tables else ()
        return FullRead(endpoint, written, place, self._context)

    def _incremental(self, table: Table, environment: Environment) -> IncrementalRead:
        sketches = max(2 * len(self._discovery.environments), 1)
        cells = FEWEST_CELLS
        # Doubled, so that a sketch can be folded when there are more of them.
        while 2 * cells <= min(ALL_CELLS // sketches, MOST_CELLS):
            cells *= 2
        return IncrementalRead(table, environment, cells, self._context)
