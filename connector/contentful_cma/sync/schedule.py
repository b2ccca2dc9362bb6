"""Decides for each table and place if this sync requests it, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from contentful_cma.api.client import Client
from contentful_cma.extract.content_model import EnvironmentModel
from contentful_cma.settings.period import has_passed
from contentful_cma.state.from_version_2 import UNKNOWN_SETTINGS
from contentful_cma.state.ledger import fingerprint
from contentful_cma.state.problem import PARTIAL, REFUSED, SUSPECT, UNREACHED, Known, Problem
from contentful_cma.state.state import State
from contentful_cma.tables.core import ORGANIZATIONS, SPACES
from contentful_cma.tables.places import ENVIRONMENT, Place
from contentful_cma.tables.structure import ENVIRONMENTS
from contentful_cma.tables.table import Incremental, Table
from contentful_cma.values import read_instant

from .account import MODEL, Account
from .results import Results, Status

DAY = 24.0
"""Hours after which a request is repeated although its answer seems to be known."""

HOURS_SUSPECT = 1.0
"""Hours after which a suddenly empty listing is read again."""

MODEL_HOURS, HOURS_UNTITLED = DAY, 1.0
"""Hours between two reads of a content model without a table, and of one that lacked a type."""


@dataclass(frozen=True)
class Decision:
    """Whether a table is requested in a place, and why."""

    is_requested: bool
    reason: str


class Schedule:
    """Decides by the server's clock and by the state at the start of the sync.

    Results of this sync do not change a decision, so it is the same in all steps.
    """

    def __init__(
        self, tables: Iterable[Table], account: Account, client: Client, state: State
    ) -> None:
        """Begin with the *tables* of this sync and the *state* of earlier ones."""
        self._tables = {table.name: table for table in tables}
        self._account = account
        self._client = client
        self._configuration = client.configuration
        self._state = state
        self._snapshot = {one: state.known(*one) for one in state.tables_and_places()}
        self._held = {one for one in self._snapshot if state.has(*one)}
        self._rebuilt: set[str] = set()
        has_environments = any(table.scope is ENVIRONMENT for table in self._tables.values())
        self._leads_to_places = (
            (ORGANIZATIONS, SPACES, ENVIRONMENTS) if has_environments else (ORGANIZATIONS, SPACES)
        )

    def decide(self, table: Table, place: Place) -> Decision:
        """Return whether a table is requested in a place; the first rule that applies wins."""
        known = self._known_of(table, place.name)
        without = table.depends_on
        decision = self._decide(table, place.name)
        if decision.is_requested and without is not None and self._is_known(known, table, place):
            return _not_requested(f"{without.name} has no record here")
        return decision

    def is_requested(self, table: Table, place: Place) -> bool:
        """Return whether a table is requested in a place."""
        return self.decide(table, place).is_requested

    def is_unchanged(self, table: Table, place: Place) -> bool:
        """Return whether a table is due, but counts as read without a request."""
        return self._decide(table, place.name).is_requested and not self.is_requested(table, place)

    def requests_everything(self, table: Table, place: Place) -> bool:
        """Return whether requests with an empty last answer are repeated, too."""
        known = self._known_of(table, place.name)
        is_full = not self._configuration.enable_incremental_sync
        return is_full or known.problem is not None or self._has_passed(DAY, known.requested)

    def has_outdated_rows(self, table: Table, place: str) -> bool:
        """Return whether the rows of a table come from other columns or settings than now."""
        made_of = self._known_of(table, place).made_of
        if made_of is None:
            return False
        columns, _, settings = made_of.partition(" ")
        now, _, settings_now = self.made_of(table).partition(" ")
        return columns != now or settings not in (settings_now, UNKNOWN_SETTINGS)

    def is_confirmed(self, table: Table, place: Place) -> bool:
        """Return whether a listing was empty long enough ago to be accepted if it still is."""
        problem = self._known_of(table, place.name).problem
        if problem is None or problem.kind != SUSPECT:
            return False
        return self._hours_since(problem.since) >= HOURS_SUSPECT

    def is_long_unreached(self, table: Table, place: str) -> bool:
        """Return whether a place could not be listed, or was not ready, for a day.

        A refused table whose place can be reached is requested at least once a day, so it counts
        only two days after its last request.
        """
        known = self._known_of(table, place)
        problem, reached = known.problem, {one.name for one in self._account.places(table.scope)}
        if problem is None or problem.kind not in (UNREACHED, REFUSED) or place in reached:
            return False
        if problem.kind == REFUSED:
            return self._hours_since(known.requested or problem.since) >= 2 * DAY
        return self._hours_since(problem.since) >= DAY

    def is_only_waiting(self, table: Table, place: str) -> bool:
        """Return whether a table is not read in a place only because of its interval."""
        reached = {one.name for one in self._account.places(table.scope)}
        return place in reached and self._known_of(table, place).problem is None

    def made_of(self, table: Table) -> str:
        """Return a digest of the columns and settings that decide the rows of a table."""
        decide = []
        if any(column.personal for column in table.columns):
            decide.append(self._configuration.personal_data)
        if table is SPACES:
            decide.append(self._configuration.first_environment)
        settings = fingerprint({"settings": decide}) if decide else ""
        return f"{fingerprint(dict(table.declared()))} {settings}"

    def explain(self, results: Results) -> None:
        """Write the decisions for all places that can be read to the debug log."""
        for table in self._tables.values():
            for place in self._account.places(table.scope) if table.path else ():
                decision = self.decide(table, place)
                status = results.status_of(table.name, place.name)
                if status in (Status.SKIPPED, Status.GIVEN_UP):
                    decision = _not_requested(status.value)
                word = "requested" if decision.is_requested else "not requested"
                self._client.debug(
                    f"{table.name} {place.name}".rstrip() + f": {word}, because {decision.reason}."
                )

    def rebuild(self, table: Table) -> None:
        """Read a table again in all places."""
        self._rebuilt.add(table.name)

    @property
    def due(self) -> set[str]:
        """The names of the tables that are due in all places that exist."""
        existing = self._account.known_places()
        waiting = {
            name
            for name, place in self._held
            if name in self._tables and place in existing
            if not self._decide(self._tables[name], place).is_requested
        }
        return self._tables.keys() - waiting

    def _decide(self, table: Table, place: str) -> Decision:
        """Return whether a table is requested, without regard to other listings."""
        known = self._known_of(table, place)
        reason = self._reason_to_request(table, known)
        if reason:
            return _requested(reason)
        # More frequent requests do not help with records that were skipped.
        if known.problem is not None and known.problem.kind != PARTIAL:
            return self._after_a_problem(known, known.problem)
        if self.has_outdated_rows(table, place):
            return _requested("its columns or settings have changed")
        return self._by_interval(self._configuration.tables.get(table.name), known.read)

    def _by_interval(self, hours: float | None, read: str | None) -> Decision:
        """Return whether a table that was *read* at an instant is due."""
        if hours is None:
            return _requested("it is read in every sync")
        if self._has_passed(hours, read):
            return _requested(f"its interval of {hours:g} h has passed")
        return _not_requested(f"it was read at {read}, less than {hours:g} h ago")

    def _known_of(self, table: Table, place: str) -> Known:
        """Return the state at the start of the sync; empty for an environment created again."""
        known = self._snapshot.get((table.name, place), Known())
        created_at = self._account.created_at.get(place, known.created_at)
        return known if known.created_at in (None, created_at) else Known()

    def _reason_to_request(self, table: Table, known: Known) -> str:
        """Return why a table is requested regardless of its last result, "" if it is not."""
        if not self._configuration.enable_incremental_sync:
            return "enable_incremental_sync is false"
        if table in self._leads_to_places:
            return "it lists the places to read"
        if table.name in self._rebuilt:
            return "all of it is read again"
        never = known.read is None and known.made_of is None and known.problem is None
        return "it was never read here" if never else ""

    def _after_a_problem(self, known: Known, problem: Problem) -> Decision:
        """Return whether a table that could not be read in the last sync is requested.

        The wait after a refusal doubles each time.
        """
        if problem.kind == SUSPECT and 0 <= self._hours_since(problem.since) < HOURS_SUSPECT:
            return _not_requested(f"it was suddenly empty at {problem.since}")
        if problem.kind != REFUSED:
            return _requested(f"its last result was: {problem.kind}")
        last = known.requested or problem.since
        if not last or not problem.since:
            return _requested("it was refused")
        waited = (read_instant(last) - read_instant(problem.since)) / timedelta(hours=1)
        hours = min(waited, DAY)
        if self._has_passed(max(hours, 0.0), last):
            return _requested("it was refused, and the wait after that is over")
        refused = f"it was refused at {last} ({problem.reason})"
        return _not_requested(f"{refused}, less than {hours:.2g} h ago")

    def _is_known(self, known: Known, table: Table, place: Place) -> bool:
        """Return whether a table must be empty, because a listing that it depends on is empty."""
        other = table.depends_on
        if other is None or not self._configuration.enable_incremental_sync:
            return False
        if known.problem is not None or (table.name, place.name) not in self._held:
            return False
        is_empty = self._account.is_listed_empty(other, place)
        return is_empty and not self._has_passed(DAY, known.requested)

    def _hours_since(self, instant: str) -> float:
        """Return the hours from an instant to the start of this sync."""
        return (self._client.started_at() - read_instant(instant)) / timedelta(hours=1)

    def _has_passed(self, hours: float, since: str | None) -> bool:
        """Return whether *hours* had passed at the start of this sync."""
        return has_passed(hours, since, self._client.started_at())

    # The content model

    def lists_model(self, endpoint: Table, environment: EnvironmentModel) -> bool:
        """Return whether a listing of the content model is requested, for tables or titles."""
        if endpoint.path in environment.requested:
            return False
        place = environment.place
        if environment.lacks_model:
            return True
        content = [one for one in self._tables.values() if isinstance(one.read, Incremental)]
        stale = [one for one in content if self._has_old_model(one, endpoint, environment)]
        return any(
            self.is_requested(table, place) for table in (*self.filled_by(endpoint), *stale)
        )

    def filled_by(self, endpoint: Table) -> tuple[Table, ...]:
        """Return the selected tables that a listing fills."""
        where = (endpoint.scope, endpoint.path)
        return tuple(one for one in self._tables.values() if (one.scope, one.path) == where)

    def _has_old_model(self, table: Table, endpoint: Table, environment: EnvironmentModel) -> bool:
        """Return whether the content model of a table has to be listed again."""
        bookmark = self._state.bookmark(table.name, environment.place.name)
        is_other = bookmark.origin != environment.origin
        if is_other or bookmark.scans or not self._configuration.enable_incremental_sync:
            return True
        hours = self._hours_of_model(endpoint)
        if bookmark.untitled:
            hours = min(hours, HOURS_UNTITLED)
        return self._has_passed(hours, bookmark.made_of.get("asked", {}).get(endpoint.path))

    def _hours_of_model(self, endpoint: Table) -> float:
        """Return the interval of its tables, else of the other listing's, else the default."""
        intervals = self._configuration.tables
        for endpoints in ((endpoint,), MODEL):
            tables = [table for one in endpoints for table in self.filled_by(one)]
            if tables:
                return min(intervals.get(table.name) or 0.0 for table in tables)
        return MODEL_HOURS


def _requested(reason: str) -> Decision:
    """Return the decision to request a table."""
    return Decision(is_requested=True, reason=reason)


def _not_requested(reason: str) -> Decision:
    """Return the decision not to request a table."""
    return Decision(is_requested=False, reason=reason)
