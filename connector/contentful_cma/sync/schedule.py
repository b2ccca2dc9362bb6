"""What has to be requested in this sync, and why: one question about a table in a place."""

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
"""Hours after which a request is made whose answer seems to be known."""

HOURS_SUSPECT = 1.0
"""Hours after which a listing is read again that was suddenly empty."""

MODEL_HOURS, HOURS_UNTITLED = DAY, 1.0
"""Hours between two reads of a model that no table asks for, and of one that lacked a type."""


@dataclass(frozen=True)
class Decision:
    """Whether a table is requested in a place, and why."""

    asks: bool
    reason: str


class Schedule:
    """Decides by the server's clock, and by what the state knew when the sync began.

    What this sync reads changes no decision, so each is the same from its first step to its last.
    """

    def __init__(
        self, tables: Iterable[Table], account: Account, client: Client, state: State
    ) -> None:
        """Begin with the *tables* of this sync and what *state* says of earlier ones."""
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
        """Return whether a table has to be requested in a place; the first rule that fits wins."""
        known = self._known_of(table, place.name)
        without = table.depends_on
        decision = self._decide(table, place.name)
        if decision.asks and without is not None and self._is_known(known, table, place):
            return Decision(asks=False, reason=f"{without.name} has no record here")
        return decision

    def asks(self, table: Table, place: Place) -> bool:
        """Tell whether a table has to be requested in a place."""
        return self.decide(table, place).asks

    def is_unchanged(self, table: Table, place: Place) -> bool:
        """Tell whether a table counts as read although nothing is requested."""
        return self._decide(table, place.name).asks and not self.asks(table, place)

    def asks_everything(self, table: Table, place: Place) -> bool:
        """Tell whether requests are made, too, whose answer was empty the last time."""
        known = self._known_of(table, place.name)
        is_full = not self._configuration.enable_incremental_sync
        return is_full or known.problem is not None or self._has_passed(DAY, known.asked)

    def is_made_of_others(self, table: Table, place: str) -> bool:
        """Tell whether the rows of a table are made of other columns or settings than now."""
        made_of = self._known_of(table, place).made_of
        if made_of is None:
            return False
        columns, _, settings = made_of.partition(" ")
        now, _, settings_now = self.made_of(table).partition(" ")
        return columns != now or settings not in (settings_now, UNKNOWN_SETTINGS)

    def is_confirmed(self, table: Table, place: Place) -> bool:
        """Tell whether a listing was found empty long enough ago to be believed if it still is."""
        problem = self._known_of(table, place.name).problem
        if problem is None or problem.kind != SUSPECT:
            return False
        return self._hours_since(problem.since) >= HOURS_SUSPECT

    def is_long_unreached(self, table: Table, place: str) -> bool:
        """Tell whether a place could not be listed, or was not ready, for a day by now.

        A refusal stays meanwhile, and where its place can be reached it is asked for within a day.
        """
        known = self._known_of(table, place)
        problem, reached = known.problem, {one.name for one in self._account.places(table.scope)}
        if problem is None or problem.kind not in (UNREACHED, REFUSED) or place in reached:
            return False
        if problem.kind == REFUSED:
            return self._hours_since(known.asked or problem.since) >= 2 * DAY
        return self._hours_since(problem.since) >= DAY

    def made_of(self, table: Table) -> str:
        """Return what differs when the columns or the settings give a table other rows."""
        asked, decide = self._configuration, []
        if any(column.personal for column in table.columns):
            decide.append(asked.personal_data)
        if table is SPACES:
            decide.append(asked.first_environment)
        settings = fingerprint({"settings": decide}) if decide else ""
        return f"{fingerprint(dict(table.declared()))} {settings}"

    def explain(self, results: Results) -> None:
        """Write to the debug log what was requested in places that can be read, and why."""
        for table in self._tables.values():
            for place in self._account.places(table.scope) if table.path else ():
                decision = self.decide(table, place)
                became = results.became(table.name, place.name)
                if became in (Status.PASSED_OVER, Status.GIVEN_UP):
                    decision = Decision(asks=False, reason=became.value)
                word = "requested" if decision.asks else "not requested"
                self._client.debug(
                    f"{table.name} {place.name}".rstrip() + f": {word}, because {decision.reason}."
                )

    def rebuild(self, table: Table) -> None:
        """Have a table be read again in all places."""
        self._rebuilt.add(table.name)

    @property
    def due(self) -> set[str]:
        """The names of the tables that are due in all places that exist."""
        existing = self._account.known_places()
        waiting = {
            name
            for name, place in self._held
            if name in self._tables
            and place in existing
            and not self._decide(self._tables[name], place).asks
        }
        return self._tables.keys() - waiting

    def _decide(self, table: Table, place: str) -> Decision:
        """Return whether a table has to be requested, whatever other listings show."""
        known = self._known_of(table, place)
        reason = self._reason_to_ask(table, known)
        if reason:
            return Decision(asks=True, reason=reason)
        # What was left out does not come back by asking more often.
        if known.problem is not None and known.problem.kind != PARTIAL:
            return self._after_a_problem(known, known.problem)
        if self.is_made_of_others(table, place):
            return Decision(asks=True, reason="its columns or settings are others")
        return self._by_interval(self._configuration.tables.get(table.name), known.read)

    def _by_interval(self, hours: float | None, read: str | None) -> Decision:
        """Return whether a table that was read at an instant has to be requested again."""
        if hours is None:
            return Decision(asks=True, reason="it is read in every sync")
        if self._has_passed(hours, read):
            return Decision(asks=True, reason=f"{hours:g} h have passed")
        return Decision(asks=False, reason=f"it was read at {read}, less than {hours:g} h ago")

    def _known_of(self, table: Table, place: str) -> Known:
        """Return what the sync began with; of an environment that was created again, nothing."""
        known = self._snapshot.get((table.name, place), Known())
        created_at = self._account.created_at.get(place, known.created_at)
        return known if known.created_at in (None, created_at) else Known()

    def _reason_to_ask(self, table: Table, known: Known) -> str:
        """Return why a table has to be requested whatever became of it before, "" if nothing."""
        if not self._configuration.enable_incremental_sync:
            return "enable_incremental_sync is false"
        if table in self._leads_to_places:
            return "it shows which places there are"
        if table.name in self._rebuilt:
            return "all of it is read again"
        never = known.read is None and known.made_of is None and known.problem is None
        return "it was never read here" if never else ""

    def _after_a_problem(self, known: Known, problem: Problem) -> Decision:
        """Return whether a table is requested that could not be read the last time.

        A refused one waits twice as long each time.
        """
        if problem.kind == SUSPECT and 0 <= self._hours_since(problem.since) < HOURS_SUSPECT:
            return Decision(asks=False, reason=f"it was suddenly empty at {problem.since}")
        if problem.kind != REFUSED:
            return Decision(asks=True, reason=f"the last sync left it {problem.kind}")
        asked = known.asked or problem.since
        if not asked or not problem.since:
            return Decision(asks=True, reason="it was refused")
        waited = (read_instant(asked) - read_instant(problem.since)) / timedelta(hours=1)
        hours = min(waited, DAY)
        if self._has_passed(max(hours, 0.0), asked):
            return Decision(asks=True, reason="it was refused, and that was long enough ago")
        refused = f"it was refused at {asked} ({problem.reason})"
        return Decision(asks=False, reason=f"{refused}, and {hours:.2g} h have not passed since")

    def _is_known(self, known: Known, table: Table, place: Place) -> bool:
        """Tell whether a listing that was read before has no record now, as another shows."""
        other = table.depends_on
        return (
            other is not None
            and self._configuration.enable_incremental_sync
            and known.problem is None
            and (table.name, place.name) in self._held
            and self._account.is_listed_empty(other, place)
            and not self._has_passed(DAY, known.asked)
        )

    def _hours_since(self, instant: str) -> float:
        """Return the hours from an instant until the start of this sync."""
        return (self._client.started_at() - read_instant(instant)) / timedelta(hours=1)

    def _has_passed(self, hours: float, since: str | None) -> bool:
        """Tell whether so many hours have passed at the start of this sync."""
        return has_passed(hours, since, self._client.started_at())

    # The model

    def lists_model(self, endpoint: Table, environment: EnvironmentModel) -> bool:
        """Tell whether a listing of the model has to be requested: for a table, or for titles."""
        if endpoint.path in environment.asked:
            return False
        place = environment.place
        content = [one for one in self._tables.values() if isinstance(one.read, Incremental)]
        return (
            environment.lacks_model
            or any(self.asks(table, place) for table in self.filled_by(endpoint))
            or any(
                self.asks(table, place) and self._has_old_model(table, endpoint, environment)
                for table in content
            )
        )

    def filled_by(self, endpoint: Table) -> tuple[Table, ...]:
        """Return the selected tables that a listing fills."""
        where = (endpoint.scope, endpoint.path)
        return tuple(one for one in self._tables.values() if (one.scope, one.path) == where)

    def _has_old_model(self, table: Table, endpoint: Table, environment: EnvironmentModel) -> bool:
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
        """Return the interval of its tables, or of the other listing's, or that of none."""
        intervals = self._configuration.tables
        for endpoints in ((endpoint,), MODEL):
            tables = [table for one in endpoints for table in self.filled_by(one)]
            if tables:
                return min(intervals.get(table.name) or 0.0 for table in tables)
        return MODEL_HOURS
