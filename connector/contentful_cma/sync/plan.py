"""What there is to read, step by step: jobs for the tables in each place that was discovered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contentful_cma.extract.batch import Batch, Job, ReadContext
from contentful_cma.extract.content_model import ContentModelRead, Environment
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

FEWEST_CELLS, MOST_CELLS = 300, 12_000
"""Cells of one sketch: 180 deletions between two syncs can always be told."""


class Plan:
    """Makes the jobs of each step from what the steps before it have discovered."""

    def __init__(self, tables: list[Table], discovery: Discovery, context: ReadContext) -> None:
        """*tables* are those of this sync."""
        self._tables = [table for table in tables if table is not SYNC_COVERAGE]
        self._discovery = discovery
        self._context = context
        self._state = context.state

    def account(self) -> Iterator[Job]:
        """Return the jobs that list organizations and spaces."""
        scopes = {table.scope for table in self._tables}
        for endpoint, below in ((ORGANIZATIONS, {ORGANIZATION}), (SPACES, {SPACE, ENVIRONMENT})):
            if endpoint in self._tables or scopes & below:
                yield self._listing(endpoint, WHOLE_ACCOUNT)

    def organizations_and_spaces(self) -> Iterator[Job]:
        """Return the jobs of all organizations and spaces, those that list environments first."""
        spaces = self._discovery.places(SPACE)
        if ENVIRONMENTS in self._tables or self._of(ENVIRONMENT):
            for place in spaces:
                yield self._listing(ENVIRONMENTS, place)
        for place in (*self._discovery.places(ORGANIZATION), *spaces):
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

    def drop(self, table: Table, name: str) -> Batch | None:
        """Return the deletions of all rows of a table in a place, None if they cannot be told."""
        if isinstance(table.read, Incremental):
            ids = self._state.bookmark(table.name, name).ids()
            keys = None if ids is None else set(ids)
        else:
            keys = self._state.ledger(table.name, name).keys()
        if keys is None:
            return None
        place = place_named(table.scope, name)
        deletes = [(table, table.keys_of(place, key)) for key in sorted(keys)]
        return Batch(deletes=deletes, changes=[PlaceDropped(table.name, name)])

    def _of(self, scope: Scope) -> list[Table]:
        return [table for table in self._tables if table.scope is scope]

    def _content(self) -> list[Table]:
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
        written = (endpoint,) if endpoint in self._tables else ()
        return FullRead(endpoint, written, place, self._context)

    def _per_parent(self, place: Place) -> Iterator[Job]:
        for table in self._of(place.scope):
            if isinstance(table.read, PerParent):
                parents = self._discovery.parents(table, table.read.parent, place)
                yield PerParentRead(table, table.read, place, parents, self._context)

    def _incremental(self, table: Table, environment: Environment) -> IncrementalRead:
        sketches = max(2 * len(self._discovery.environments), 1)
        cells = min(max(ALL_CELLS // sketches, FEWEST_CELLS), MOST_CELLS)
        return IncrementalRead(table, environment, cells, self._context)
