"""Which tables are due, and where: each is read in a rhythm of its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from contentful_cma.api.client import Client
from contentful_cma.extract.batch import Job
from contentful_cma.extract.content_model import Environment
from contentful_cma.settings.period import has_passed
from contentful_cma.state.ledger import fingerprint
from contentful_cma.state.state import Reading, State
from contentful_cma.tables.model import CONTENT_TYPES
from contentful_cma.tables.places import Place
from contentful_cma.tables.structure import LOCALES
from contentful_cma.tables.table import Incremental, Table
from contentful_cma.values import sortable

from .discovery import Discovery
from .results import UNREACHED, Results

MODEL = (LOCALES, CONTENT_TYPES)
"""The listings that decide the titles of content."""

MODEL_HOURS, HOURS_UNTITLED = 24.0, 1.0
"""Hours between two readings of a model that no table asks for, and of one that lacked a type."""


class Due:
    """What a sync has to read, fixed by the server's clock when it is first asked for.

    A table that is being read has no reading in the state before it was read in all places, so
    whatever interrupts that, the next sync reads it anew.
    """

    def __init__(
        self,
        tables: Iterable[Table],
        discovery: Discovery,
        results: Results,
        client: Client,
        state: State,
    ) -> None:
        """Begin with the *tables* of this sync and what *state* says of their last readings."""
        self._results = results
        self._tables = {table.name: table for table in tables}
        self._discovery = discovery
        self._client = client
        self._configuration = client.configuration
        self._state = state
        self._new: dict[tuple[str, str], bool] = {}
        self._interrupted: dict[str, Reading] = {}

    @cached_property
    def tables(self) -> set[str]:
        """The names of the tables that are due wherever they are."""
        return {name for name, table in self._tables.items() if self._is_due(table)}

    def at(self, table: Table, place: Place) -> bool:
        """Tell whether a table has to be read in a place: what was never read there has to be."""
        if table.name in self.tables:
            return True
        where = (table.name, place.name)
        if where not in self._new:
            # Once it is being read it does not look new any more.
            self._new[where] = self._is_new(table, place)
        return self._new[where]

    def asks(self, endpoint: Table, environment: Environment) -> bool:
        """Tell whether a listing of the model has to be asked: for a table, or for titles."""
        if endpoint.path in environment.asked:
            return False
        place = environment.place
        content = [one for one in self._tables.values() if isinstance(one.read, Incremental)]
        return (
            environment.lacks_model
            or any(self.at(table, place) for table in self.filled_by(endpoint))
            or any(
                self.at(table, place) and self._has_old_model(table, endpoint, environment)
                for table in content
            )
        )

    def filled_by(self, endpoint: Table) -> tuple[Table, ...]:
        """Return the selected tables that a listing fills."""
        where = (endpoint.scope, endpoint.path)
        return tuple(one for one in self._tables.values() if (one.scope, one.path) == where)

    # What becomes of the jobs

    def add(self, table: Table) -> None:
        """Have a table be due wherever it is not read yet."""
        self.tables.add(table.name)

    def begin(self, job: Job) -> None:
        """Forget when the tables of a job were read: they may be half read from now on."""
        for table in job.tables:
            reading = self._state.readings.pop(table.name, None)
            if reading is not None:
                self._interrupted[table.name] = reading

    def settle(self) -> None:
        """Note at the end of a sync which tables it has read in all places."""
        unread = self._results.unread
        # Where a listing of places failed, nobody knows what else there was to read.
        knows_all_places = self._results.knows_all_places
        known = {**self._interrupted, **self._state.readings}
        readings = {}
        for name, table in self._tables.items():
            if self._configuration.tables.get(name) is None or name in unread:
                continue
            if name in self.tables and knows_all_places:
                readings[name] = self._reading(table)
            elif name not in self.tables and name in known:
                readings[name] = known[name]
        self._state.readings = readings
        self._state.origins = self._origins() if readings else {}

    # Rhythms

    def _is_due(self, table: Table) -> bool:
        """Tell whether a table has to be read wherever it is."""
        hours = self._configuration.tables.get(table.name)
        reading = self._state.readings.get(table.name)
        if hours is None or reading is None or not self._configuration.enable_incremental_sync:
            return True
        started_at, made_by = reading
        return made_by != self._made_by(table) or self._has_passed(hours, started_at)

    def _is_new(self, table: Table, place: Place) -> bool:
        """Tell whether a table was never read in a place, or not when it was due."""
        environment = self._discovery.environments.get(place.name)
        if environment is not None:
            origin = self._state.origins.get(place.name, environment.origin)
            if origin != environment.origin:
                return True
        why_not = self._state.coverage(table.name, place.name)
        return why_not == UNREACHED or not (why_not or self._state.has(table.name, place.name))

    def _origins(self) -> dict[str, str]:
        """Return the environments that were read: one that is made anew has the id of another."""
        existing = self._discovery.existing()
        read = {
            name: one.origin
            for name, one in self._discovery.environments.items()
            if not self._results.is_stuck(name)
        }
        known = {**self._state.origins, **read}
        return {name: origin for name, origin in known.items() if name in existing}

    def _reading(self, table: Table) -> Reading:
        """Return what is known of a table that this sync has read."""
        return [sortable(self._client.started_at()), self._made_by(table)]

    def _made_by(self, table: Table) -> str:
        """Return what differs when the settings or the columns give a table other rows."""
        asked = self._configuration
        decide = (
            *(asked.environment_id, sorted(asked.organization_ids), sorted(asked.space_ids)),
            *(asked.personal_data, asked.initial_sync_days),
        )
        return fingerprint({"columns": dict(table.declared()), "settings": decide})

    def _has_passed(self, hours: float, since: str | None) -> bool:
        """Tell whether so many hours have passed at the start of this sync."""
        return has_passed(hours, since, self._client.started_at())

    # The model

    def _has_old_model(self, table: Table, endpoint: Table, environment: Environment) -> bool:
        """Tell whether a listing of the model was used too long ago, or for something else."""
        bookmark = self._state.bookmark(table.name, environment.place.name)
        is_other = bookmark.origin != environment.origin
        if is_other or bookmark.scans or not self._configuration.enable_incremental_sync:
            return True
        hours = self._hours_of_model(endpoint)
        if bookmark.untitled:
            hours = min(hours, HOURS_UNTITLED)
        return self._has_passed(hours, bookmark.made_of.get("asked", {}).get(endpoint.path))

    def _hours_of_model(self, endpoint: Table) -> float:
        """Return the rhythm of its tables, or of the other listing's, or that of none."""
        rhythms = self._configuration.tables
        for endpoints in ((endpoint,), MODEL):
            tables = [table for one in endpoints for table in self.filled_by(one)]
            if tables:
                return min(rhythms.get(table.name) or 0.0 for table in tables)
        return MODEL_HOURS
