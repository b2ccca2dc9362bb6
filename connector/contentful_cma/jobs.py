"""What there is to read: jobs for each table in each organization, space and environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Union

from .batch import Batch
from .changes import Changes, Part
from .children import Children
from .client import Client
from .environments import Environment
from .listing import Listing
from .owner import Owner
from .reading import Circumstances, Reader
from .state import State
from .table import (
    ACCOUNT,
    CHANGED,
    ENVIRONMENT,
    ORGANIZATION,
    PER_PARENT,
    SPACE,
    WHOLE_ACCOUNT,
    Place,
    Record,
    Scope,
    Table,
)
from .tables import ENVIRONMENTS, ORGANIZATIONS, SPACES, SYNC_COVERAGE
from .values import link_id, link_ids, record_id

ALL_CELLS = 60_000
"""Cells of all sketches together, which keeps the state below 5 MB."""

FEWEST_CELLS, MOST_CELLS = 300, 12_000
"""Cells of one sketch: 180 deletions between two syncs can always be told."""

Job = Union[Listing, Changes, Part, Children]


class Jobs:
    """Discovers the account while it is read, and makes the jobs of each step."""

    def __init__(self, tables: list[Table], client: Client, state: State, owner: Owner) -> None:
        """*tables* are those of this sync; *owner* is shown all organizations and spaces."""
        self._tables = [table for table in tables if table is not SYNC_COVERAGE]
        self._client = client
        self._configuration = client.configuration
        self._state = state
        self._owner = owner
        self._organizations: dict[str, Place] = {}
        self._spaces: dict[str, Place] = {}
        self._environments: dict[str, Environment] = {}
        self._existing: set[str] = set()
        self._complete: set[tuple[str, str]] = set()
        self._parents: dict[tuple[str, str], list[Record]] = {}

    def account(self) -> Iterator[Job]:
        """Return the jobs that list organizations and spaces."""
        for endpoint, scopes in ((ORGANIZATIONS, {ORGANIZATION}), (SPACES, {SPACE, ENVIRONMENT})):
            if endpoint in self._tables or scopes & {table.scope for table in self._tables}:
                yield self._listing(endpoint, WHOLE_ACCOUNT)

    def organizations_and_spaces(self) -> Iterator[Job]:
        """Return the jobs of all organizations and spaces, those that list environments first."""
        for place in self._spaces.values():
            if self._listed(ENVIRONMENTS) or self._of(ENVIRONMENT):
                yield self._listing(ENVIRONMENTS, place)
        for place in (*self._organizations.values(), *self._spaces.values()):
            yield from self._listings(place, without=ENVIRONMENTS)

    def environments(self) -> Iterator[Job]:
        """Return the jobs that list what is in each environment, but for its content."""
        for environment in self._environments.values():
            yield from self._listings(environment.place)

    def content(self) -> Iterator[Job]:
        """Return the jobs of content, and of what is read per parent."""
        for place in self._spaces.values():
            yield from self._children(place)
        for environment in self._environments.values():
            for table in self._of(ENVIRONMENT):
                if table.reading == CHANGED:
                    yield self._changes(table, environment)
            yield from self._children(environment.place)

    def again(self, tables: Iterable[Table]) -> Iterator[Job]:
        """Return the jobs that read tables anew in all places."""
        for table in tables:
            if table.reading == CHANGED:
                for environment in self._environments.values():
                    yield self._changes(table, environment)
                continue
            for place in self._places_of(table.scope):
                yield self._listing(table, place, (table,))

    def _places_of(self, scope: Scope) -> list[Place]:
        environments = [environment.place for environment in self._environments.values()]
        known = {ORGANIZATION: self._organizations.values(), SPACE: self._spaces.values()}
        return [WHOLE_ACCOUNT] if scope is ACCOUNT else list(known.get(scope, environments))

    def finished(self, job: Job) -> Iterable[Job]:
        """Note that a job has come to its end; return the jobs that follow from that."""
        if isinstance(job, Changes):
            return job.parts
        if isinstance(job, Part):
            return self._after(job)
        if isinstance(job, Listing):
            is_whole = not job.left_out
            if is_whole:
                self._complete.add((job.endpoint.name, job.place.name))
            environment = self._environments.get(job.place.name)
            if environment is not None:
                environment.noted(job.endpoint.name, is_whole=is_whole)
        return ()

    def places(self) -> dict[str, set[str]]:
        """Return the names of all places that exist as far as is known, by scope."""
        known = {
            "account": {WHOLE_ACCOUNT.name},
            "organization": set(self._organizations),
            "space": set(self._spaces),
            "environment": set(self._environments) | self._existing,
        }
        for table in self._tables:
            for name in self._state.places(table.name):
                if not self._has_vanished(table, name):
                    known[table.scope.name].add(name)
        return known

    def vanished(self) -> list[tuple[Table, str]]:
        """Return each table and place of which the warehouse holds rows and that is gone."""
        return [
            (table, name)
            for table in self._tables
            for name in self._state.places(table.name)
            if self._has_vanished(table, name)
        ]

    def drop(self, table: Table, name: str) -> Batch | None:
        """Return the deletions of all rows of a table in a place, None if they cannot be told."""
        keys = self._keys(table, name)
        if keys is None:
            return None
        place = Place(table.scope, tuple(name.split("/")))
        deletes = [(table, table.keys_of(place, key)) for key in sorted(keys)]
        return Batch(deletes=deletes, remember=lambda state: state.forget(table.name, name))

    def _keys(self, table: Table, name: str) -> set[str] | None:
        if table.reading != CHANGED:
            return self._state.ledger(table.name, name).keys()
        ids = self._state.memory(table.name, name).ids()
        return None if ids is None else set(ids)

    def _has_vanished(self, table: Table, name: str) -> bool:
        """Tell whether a complete listing lacks the place; never by a listing that failed."""
        owner = name.split("/", maxsplit=1)[0]
        if table.scope is ORGANIZATION:
            return self._is_complete(ORGANIZATIONS, "") and name not in self._organizations
        if table.scope is ACCOUNT or not self._is_complete(SPACES, ""):
            return False
        if owner not in self._spaces:
            return True
        if table.scope is SPACE or not self._is_complete(ENVIRONMENTS, owner):
            return False
        return name not in self._existing

    def _is_complete(self, endpoint: Table, place: str) -> bool:
        return (endpoint.name, place) in self._complete

    def _of(self, scope: Scope) -> list[Table]:
        return [table for table in self._tables if table.scope is scope]

    def _listed(self, *tables: Table) -> tuple[Table, ...]:
        return tuple(table for table in tables if table in self._tables)

    def _listings(self, place: Place, without: Table | None = None) -> Iterator[Job]:
        """Return one job for each endpoint of the place, which may fill several tables."""
        endpoints: dict[str, list[Table]] = {}
        for table in self._of(place.scope):
            if table is not without and table.reading not in (CHANGED, PER_PARENT):
                endpoints.setdefault(table.path, []).append(table)
        for tables in endpoints.values():
            yield self._listing(tables[0], place, tuple(tables))

    def _listing(
        self, endpoint: Table, place: Place, tables: tuple[Table, ...] | None = None
    ) -> Listing:
        written = self._listed(endpoint) if tables is None else tables
        return Listing(
            endpoint, written, place, self._client, self._state, self._notice(endpoint, place)
        )

    def _children(self, place: Place) -> Iterator[Job]:
        for table in self._of(place.scope):
            if table.reading == PER_PARENT and table.parent is not None:
                parents = None
                if self._is_complete(table.parent, place.name):
                    parents = self._parents[table.parent.name, place.name]
                ledger = self._state.ledger(table.name, place.name)
                yield Children(table, place, self._client, ledger, parents)

    def _changes(self, table: Table, environment: Environment) -> Changes:
        client = self._client
        circumstances = Circumstances(
            client, lambda old: environment.model(client, old), self._cells(), environment.origin
        )
        reader = Reader(table, environment.place, circumstances)
        return Changes(reader, self._state.memory(table.name, environment.place.name))

    def _after(self, part: Part) -> Iterator[Job]:
        """Return the job that goes on once all parts of a walk are done."""
        name, place = part.tables[0].name, part.place.name
        memory = self._state.memory(name, place)
        if all(walk.is_done for walk in memory.walks):
            yield Changes(part.whole.reader, memory, after_parts=part.whole.is_of_this_sync)

    def _cells(self) -> int:
        sketches = max(2 * len(self._environments), 1)
        return min(max(ALL_CELLS // sketches, FEWEST_CELLS), MOST_CELLS)

    def _notice(self, endpoint: Table, place: Place) -> Any:
        """Return what has to be told each record of a listing, None where nothing has."""
        notices = [self._scope_notice(endpoint, place), self._parent_notice(endpoint, place)]
        called = [notice for notice in notices if notice is not None]

        def notice(record: Record, is_selected: bool) -> None:  # noqa: FBT001 - a callback
            if endpoint.scope is ACCOUNT:
                self._owner.see(endpoint, record)
            for one in called if is_selected else ():
                one(record)

        return notice if called else None

    def _parent_notice(self, endpoint: Table, place: Place) -> Any:
        """Return what keeps `sys` of the records that other tables ask for their children."""
        if not any(table.parent is endpoint for table in self._tables):
            return None
        known = self._parents.setdefault((endpoint.name, place.name), [])
        return lambda record: known.append({"sys": record.get("sys")})

    def _scope_notice(self, endpoint: Table, place: Place) -> Any:
        if endpoint is ORGANIZATIONS:
            return lambda record: self._note(self._organizations, ORGANIZATION, record)
        if endpoint is SPACES:
            return lambda record: self._note(self._spaces, SPACE, record)
        if endpoint is ENVIRONMENTS:
            return lambda record: self._note_environment(place, record)
        environment = self._environments.get(place.name)
        if environment is not None and endpoint.path == "content_types":
            return environment.note_content_type
        if environment is not None and endpoint.path == "locales":
            return environment.note_locale
        return None

    @staticmethod
    def _note(places: dict[str, Place], scope: Scope, record: Record) -> None:
        found = record_id(record)
        if found is not None:
            places[found] = Place(scope, (found,))

    def _note_environment(self, space: Place, record: Record) -> None:
        """Note an environment that the settings select, under its own id and never an alias's.

        Only environments that are ready can be read; what is still being made keeps its rows.
        """
        sys, found = record.get("sys"), record_id(record)
        if not isinstance(sys, Mapping) or found is None or "aliasedEnvironment" in sys:
            return
        names = {found, *(link_ids(sys.get("aliases")) or ())}
        wanted = self._configuration.environment_id
        if wanted != ("*",) and not names & set(wanted):
            return
        place = Place(ENVIRONMENT, (*space.ids, found))
        self._existing.add(place.name)
        if link_id(sys.get("status")) in (None, "ready"):
            origin = str(sys.get("createdAt"))
            self._environments[place.name] = Environment(place, origin)
