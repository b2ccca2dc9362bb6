"""Plans the jobs of each step: one for each endpoint in each place that was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from contentful_cma.extract.batch import FEWEST_DOUBTED, Job, ReadContext
from contentful_cma.extract.children import ChildrenJob
from contentful_cma.extract.content import ContentJob
from contentful_cma.extract.content_model import EnvironmentModel, listed_types
from contentful_cma.extract.listing import Expectation, ListingJob
from contentful_cma.extract.removal import RemovalJob
from contentful_cma.extract.spaces import SpacesJob
from contentful_cma.extract.unchanged import UnchangedJob
from contentful_cma.extract.usage import UsageJob
from contentful_cma.tables.core import ORGANIZATIONS, SPACES
from contentful_cma.tables.model import CONTENT_TYPES
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
from contentful_cma.tables.table import ByDay, Incremental, PerParent, Table

from .account import MODEL, Account
from .guard import NOT_NAMED
from .schedule import Schedule

LISTED_ELSEWHERE = tuple((one.scope, one.path) for one in (ENVIRONMENTS, *MODEL))
"""Listings that belong to other steps than their places."""

ALL_CELLS = 60_000
"""Cells of all sketches together, which keeps the state below 5 MB."""

FEWEST_CELLS, MOST_CELLS = 300, 9_600
"""Cells of one sketch: 180 deletions between two syncs can always be identified."""


class Plan:
    """Makes the jobs of each step from the results of the steps before it."""

    def __init__(
        self,
        tables: list[Table],
        account: Account,
        schedule: Schedule,
        context: ReadContext,
    ) -> None:
        """*tables* are those of this sync; the *schedule* decides which are due."""
        self._tables = [table for table in tables if table.path]
        self._account = account
        self._schedule = schedule
        self._context = context
        self._configuration = context.client.configuration
        self._state = context.state

    def account(self) -> Iterator[Job]:
        """Return the jobs that list organizations, if needed, and spaces.

        Spaces are listed in every sync, to check that the token can read anything.
        """
        is_needed = ORGANIZATIONS in self._tables or bool(self._tables_in(ORGANIZATION))
        if is_needed or self._configuration.organization_ids:
            yield self._listing(ORGANIZATIONS, WHOLE_ACCOUNT)
        expected = self._expected_places(SPACES, WHOLE_ACCOUNT)
        spaces = ListingJob(SPACES, (), WHOLE_ACCOUNT, self._context, expected=expected)
        spaces.keeps_records = SPACES in self._tables
        yield spaces

    def lists_of_environments(self) -> Iterator[Job]:
        """Return the jobs that list the environments of all spaces."""
        is_needed = bool(self._tables_in(ENVIRONMENT))
        for place in self._account.places(SPACE):
            is_selected = ENVIRONMENTS in self._tables
            if is_needed or (is_selected and self._schedule.is_requested(ENVIRONMENTS, place)):
                yield self._listing(ENVIRONMENTS, place)

    def named_environments(self) -> Iterator[Job]:
        """Yield jobs that list environments until all in ``environment_id`` were seen.

        Only if no other listing shows that they exist: default locales are looked up in the first
        one, which may be a typo.
        """
        wanted = self._configuration.environment_id
        lacks_locales = any(job.lacks_all_locales() for job in self.spaces())
        if self._tables_in(ENVIRONMENT) or not lacks_locales:
            return
        for place in self._account.places(SPACE):
            if wanted in NOT_NAMED or self._account.environment_names.issuperset(wanted):
                return
            yield self._listing(ENVIRONMENTS, place)

    def spaces(self) -> list[SpacesJob]:
        """Return the job that writes the spaces that this sync has listed."""
        listing = self._account.spaces_listing
        if listing is None or SPACES not in self._tables:
            return []
        locales = self._account.default_locales(self._configuration.first_environment)
        return [SpacesJob(listing, locales, self._context)]

    def model(self, environments: Iterable[EnvironmentModel]) -> list[Job]:
        """Return the jobs that list locales and content types that are due."""
        jobs: list[Job] = []
        for environment in environments:
            for endpoint in MODEL:
                if self._schedule.lists_model(endpoint, environment):
                    tables, place = self._schedule.filled_by(endpoint), environment.place
                    expected = Expectation(partial(self._known_rows, endpoint, tables, place))
                    job = ListingJob(endpoint, tables, place, self._context, expected=expected)
                    jobs.append(job)
        return jobs

    def content(self, environments: Iterable[EnvironmentModel]) -> list[Job]:
        """Return the jobs of content, after the content model for its titles was read."""
        return [
            self._content_job(table, environment)
            for environment in environments
            for table in self._tables
            if isinstance(table.read, Incremental)
            if self._schedule.is_requested(table, environment.place)
        ]

    def organizations_and_spaces(self) -> Iterator[Job]:
        """Return the jobs for organizations and spaces."""
        for place in (*self._account.places(ORGANIZATION), *self._account.places(SPACE)):
            yield from self._listings(place)

    def environments(self) -> Iterator[Job]:
        """Return the jobs for environments, without content and its model."""
        for place in self._account.places(ENVIRONMENT):
            yield from self._listings(place)

    def dependent_tables(self) -> Iterator[Job]:
        """Return the jobs of tables that are empty if another table is empty."""
        for table in self._tables:
            for place in self._account.places(table.scope) if table.depends_on else ():
                if self._schedule.is_requested(table, place):
                    yield self._full((table,), place)
                elif self._schedule.is_unchanged(table, place):
                    yield UnchangedJob(table, place)

    def per_parent(self) -> Iterator[Job]:
        """Return the jobs of tables that are read per parent."""
        for table in self._tables:
            read = table.read
            if isinstance(read, PerParent):
                for place in self._due_places(table):
                    parents = self._account.parents(table, read.parent, place)
                    confirms = not self._schedule.is_confirmed(table, place)
                    yield ChildrenJob(
                        table, read, place, parents, self._context, confirms_empty=confirms
                    )

    def usage(self) -> Iterator[Job]:
        """Return the jobs of tables that are read by day."""
        for table in self._tables:
            read = table.read
            if isinstance(read, ByDay):
                for place in self._due_places(table):
                    yield UsageJob(table, read, place, self._context)

    def reread(self, table: Table) -> list[Job]:
        """Return the jobs that read a table again in all places."""
        if table is SPACES:
            return [*self.spaces()]
        if not isinstance(table.read, Incremental):
            places = self._account.places(table.scope)
            return [ListingJob(table, (table,), place, self._context) for place in places]
        environments = self._account.environments.values()
        return [self._content_job(table, one) for one in environments]

    def removals(self) -> list[Job]:
        """Return the jobs that delete the rows of places that were deleted or are not selected."""
        return [
            RemovalJob(
                table,
                place_named(table.scope, name),
                self._context,
                exists=self._account.is_deselected(table, name),
            )
            for table, name in self._account.places_to_remove()
        ]

    def _tables_in(self, scope: Scope) -> list[Table]:
        """Return the selected tables of a scope."""
        return [table for table in self._tables if table.scope is scope]

    def _due_places(self, table: Table) -> list[Place]:
        """Return the places in which a table is due."""
        places = self._account.places(table.scope)
        return [place for place in places if self._schedule.is_requested(table, place)]

    def _listings(self, place: Place) -> Iterator[Job]:
        """Return a job for each endpoint of the place with a table that is due.

        The job reads all tables of the endpoint.
        """
        listed = [table for table in self._tables_in(place.scope) if _is_listed_alone(table)]
        for path in dict.fromkeys(table.path for table in listed):
            tables = tuple(table for table in listed if table.path == path)
            is_due = any(self._schedule.is_requested(table, place) for table in tables)
            if is_due and (place.scope, path) not in LISTED_ELSEWHERE:
                yield self._full(tables, place)

    def _full(self, tables: tuple[Table, ...], place: Place) -> ListingJob:
        """Return the job that lists tables, without variants if these had no record before."""
        is_plain = self._state.ledger(tables[0].name, place.name).is_plain
        variants = not is_plain or self._schedule.requests_everything(tables[0], place)
        expected = Expectation(partial(self._known_rows, tables[0], tables, place))
        return ListingJob(
            tables[0], tables, place, self._context, variants=variants, expected=expected
        )

    def _known_rows(self, endpoint: Table, tables: tuple[Table, ...], place: Place) -> int:
        """Return how many rows an empty listing would delete, if that has to be confirmed.

        Content types that rows of content use count like rows.
        """
        rows = [self._state.ledger(table.name, place.name).count for table in tables]
        if endpoint is CONTENT_TYPES:
            content = [one.name for one in self._tables if isinstance(one.read, Incremental)]
            made_of = [self._state.bookmark(name, place.name).made_of for name in content]
            rows += [len(listed_types(one)) for one in made_of]
        known, first = max(rows, default=0), next(iter(tables), endpoint)
        is_believed = known < FEWEST_DOUBTED or self._schedule.is_confirmed(first, place)
        return 0 if is_believed else known

    def _expected_places(self, endpoint: Table, place: Place) -> Expectation:
        """Return the checks of a listing of places."""
        known = partial(self._known_places, endpoint, place)
        return Expectation(known, partial(self._lacks_places, endpoint, place))

    def _known_places(self, endpoint: Table, place: Place) -> int:
        """Return how many places an empty listing would delete, if that has to be confirmed."""
        if self._schedule.is_confirmed(endpoint, place):
            return 0
        is_written = endpoint in self._tables
        own = self._state.ledger(endpoint.name, place.name).count if is_written else 0
        return max(len(self._places_below(endpoint, place)), own)

    def _lacks_places(self, endpoint: Table, place: Place) -> bool:
        """Return whether a listing lacks a place in the state."""
        return not self._places_below(endpoint, place) <= self._account.shown(endpoint)

    def _places_below(self, endpoint: Table, place: Place) -> set[str]:
        """Return the places in the state that a listing should have."""
        tables = {table.name for table in self._tables}
        return self._state.places_below(endpoint.name, place.name, tables)

    def _listing(self, endpoint: Table, place: Place) -> ListingJob:
        """Return the job that lists an endpoint, and writes its rows if it is selected."""
        written = (endpoint,) if endpoint in self._tables else ()
        expected = self._expected_places(endpoint, place)
        return ListingJob(endpoint, written, place, self._context, expected=expected)

    def _content_job(self, table: Table, environment: EnvironmentModel) -> ContentJob:
        """Return the job of a table that is read by changes."""
        sketches = max(2 * len(self._account.environments), 1)
        cells = FEWEST_CELLS
        # Doubled, so a sketch can be folded if there are more sketches later.
        while 2 * cells <= min(ALL_CELLS // sketches, MOST_CELLS):
            cells *= 2
        confirms = not self._schedule.is_confirmed(table, environment.place)
        return ContentJob(table, environment, cells, self._context, confirms_empty=confirms)


def _is_listed_alone(table: Table) -> bool:
    """Return whether a table is listed in full and does not depend on another table."""
    is_listed = not isinstance(table.read, (Incremental, PerParent, ByDay))
    return is_listed and table.depends_on is None
