"""What there is to read, step by step: jobs for the tables in each place that was discovered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contentful_cma.extract.batch import Batch, Job, ReadContext
from contentful_cma.extract.content_model import ContentModelRead, Environment
from contentful_cma.extract.drop import DropRead
from contentful_cma.extract.full import FullRead
from contentful_cma.extract.incremental import IncrementalRead
from contentful_cma.extract.metered import MeteredRead
from contentful_cma.extract.per_parent import PerParentRead
from contentful_cma.state.changes import PlaceDropped
from contentful_cma.tables import SYNC_COVERAGE
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

from .discovery import Discovery

ALL_CELLS = 60_000
"""Cells of all sketches together, which keeps the state below 5 MB."""

FEWEST_CELLS, MOST_CELLS = 300, 9_600
"""Cells of one sketch: 180 deletions between two syncs can always be told."""


class Plan:
    """Makes the jobs of each step from what the steps before it have discovered."""

    def __init__(self, tables: list[Table], discovery: Discovery, context: ReadContext) -> None:
        """*tables* are those of this sync."""
        self._tables = [table for table in tables if table is not SYNC_COVERAGE]
        self._discovery = discovery
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
        if ENVIRONMENTS in self._tables or self._of(ENVIRONMENT):
            for place in self._discovery.places(SPACE):
                yield self._listing(ENVIRONMENTS, place)

    def organizations_and_spaces(self) -> Iterator[Job]:
        """Return the jobs of what is in all organizations and spaces."""
        places = (*self._discovery.places(ORGANIZATION), *self._discovery.places(SPACE))
        for place in places:
            yield from self._listings(place, without=ENVIRONMENTS)

    def environments(self) -> Iterator[Job]:
        """Return the jobs that list what is in each environment, but for its content."""
        for place in self._discovery.places(ENVIRONMENT):
            yield from self._listings(place)

    def content(self) -> Iterator[Job]:
        """Return the jobs of content, and of what is read per parent."""
        for place in self._discovery.places(SPACE):
            yield from self._per_parent(place)
        content = self._content()
        for environment in list(self._discovery.environments.values()):
            if content:
                yield ContentModelRead(environment, self._context.client, content)
            yield from self._per_parent(environment.place)

    def after(self, job: Job) -> list[Job]:
        """Return the jobs that can be read once *job* was."""
        if not isinstance(job, ContentModelRead):
            return []
        return [self._incremental(table, job.environment) for table in self._content()]

    def again(self, tables: Iterable[Table]) -> Iterator[Job]:
        """Return the jobs that read tables anew in all places."""
        for table in tables:
            if isinstance(table.read, Incremental):
                for environment in list(self._discovery.environments.values()):
                    yield self._incremental(table, environment)
            else:
                for place in self._discovery.places(table.scope):
                    yield FullRead(table, (table,), place, self._context)

    def drop(self, table: Table, name: str) -> Batch | Job | None:
        """Return the deletions of all rows of a table in a place, or the job that finds them.

        None where they cannot be told.  Usage stays: it is history.
        """
        place = place_named(table.scope, name)
        forgotten = PlaceDropped(table.name, name)
        if table.is_history:
            return Batch(changes=[forgotten])
        is_content = isinstance(table.read, Incremental)
        held = self._state.bookmark(table.name, name).held() if is_content else None
        ledger = self._state.ledger(table.name, name)
        keys = (None if held is None else held.read()) if is_content else ledger.keys()
        can_be_listed = held is not None or not is_content
        if keys is None and can_be_listed and self._discovery.is_deselected(table, name):
            return DropRead(table, place, held, self._context)
        if keys is None:
            return None
        deletes = [(table, table.keys_of(place, key)) for key in sorted(keys)]
        return Batch(deletes=deletes, changes=[forgotten])

    def _of(self, scope: Scope) -> list[Table]:
        """Return the selected tables of a scope."""
        return [table for table in self._tables if table.scope is scope]

    def _content(self) -> list[Table]:
        """Return the selected tables that are read by what changed."""
        return [table for table in self._tables if isinstance(table.read, Incremental)]

    def _listings(self, place: Place, without: Table | None = None) -> Iterator[Job]:
        """Return one job for each endpoint of the place, which may fill several tables."""
        endpoints: dict[str, list[Table]] = {}
        for table in self._of(place.scope):
            if isinstance(table.read, Metered):
                yield MeteredRead(table, table.read, place, self._context)
            elif table is not without and not isinstance(table.read, (Incremental, PerParent)):
                endpoints.setdefault(table.path, []).append(table)
        for tables in endpoints.values():
            yield FullRead(tables[0], tuple(tables), place, self._context)

    def _listing(self, endpoint: Table, place: Place) -> FullRead:
        """Return the job that lists an endpoint, and writes it if it is selected."""
        written = (endpoint,) if endpoint in self._tables else ()
        return FullRead(endpoint, written, place, self._context)

    def _per_parent(self, place: Place) -> Iterator[Job]:
        """Yield the jobs of a place that ask once for each parent record."""
        for table in self._of(place.scope):
            if isinstance(table.read, PerParent):
                parents = self._discovery.parents(table, table.read.parent, place)
                yield PerParentRead(table, table.read, place, parents, self._context)

    def _incremental(self, table: Table, environment: Environment) -> IncrementalRead:
        """Return the job of a table that is read by what changed."""
        sketches = max(2 * len(self._discovery.environments), 1)
        cells = FEWEST_CELLS
        # Doubled, so that a sketch can be folded when there are more of them.
        while 2 * cells <= min(ALL_CELLS // sketches, MOST_CELLS):
            cells *= 2
        return IncrementalRead(table, environment, cells, self._context)
