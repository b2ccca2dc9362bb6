"""A history: one account and one warehouse over many syncs, with the checks after each sync."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any, Optional

from contentful_cma.errors import AccountEmpty, DifferenceTooLarge, NotReadable, Unanswered
from contentful_cma.tables import TABLES as DECLARED
from contentful_cma.tables.columns import Column
from contentful_cma.tables.table import Table
from support.account import TOKEN, Account
from support.model.bounds import EVER, Bounds, place_of
from support.model.calls import Edit
from support.model.disturbance import (
    RETRIES,
    Disturbance,
    Fault,
    FragileWarehouse,
    Interrupted,
    SteppingTime,
)
from support.model.editor import Editor
from support.model.expected import (
    IN_ENVIRONMENTS,
    IN_SPACES,
    KEYS_OF,
    PER_PARENT,
    Row,
    Rows,
    places_of,
    rows_of,
)
from support.model.filters import BELOW_ENVIRONMENTS, NEEDS_SPACES, Filters, Verdict
from support.model.judging import Demands, problems_of_coverage
from support.model.judging import Table as Judged
from support.model.limits import Limits
from support.model.outlook import Outlook, Place, paths_of
from support.model.schedules import CONTENT, MODEL, Schedules, without_model
from support.model.waits import Demand, Waits
from support.warehouse import Run

EVERY_TABLE = ("ORGANIZATIONS", "SPACES", *IN_SPACES, *IN_ENVIRONMENTS, *PER_PARENT)
TABLES = tuple(one for one in EVERY_TABLE if one not in PER_PARENT or one == "ENTRY_SNAPSHOTS")
COVERAGE = "SYNC_COVERAGE"
CORE = frozenset(("ORGANIZATIONS", "SPACES"))
BELOW = frozenset((*IN_ENVIRONMENTS, *PER_PARENT))
"""Tables that are in environments."""
READS_LOCALES = frozenset(("LOCALES", "ENTRIES", "ASSETS"))
NEW_COLUMNS = {
    "ORGANIZATIONS": "default_user_language",
    "SPACES": "organization_id",
    "ENVIRONMENTS": "status",
    "ENVIRONMENT_ALIASES": "environment_id",
    "ROLES": "permissions",
    "SPACE_MEMBERSHIPS": "admin",
    "SPACE_MEMBERS": "membership_ids",
    "LOCALES": "optional",
    "TAGS": "visibility",
    "CONTENT_TYPES": "urn",
    "CONTENT_TYPE_FIELDS": "position",
    "ENTRIES": "urn",
    "ASSETS": "urn",
    "ENTRY_SNAPSHOTS": "snapshot_type",
    "CONTENT_TYPE_SNAPSHOTS": "snapshot_type",
    "COMMENTS": "status",
    "TASKS": "assigned_to_type",
}
"""A column of each table that an earlier version of the connector lacked."""

TYPES = ("CONTENT_TYPES", "CONTENT_TYPE_FIELDS")
"""Tables that are filled from one listing."""

ORGANIZATION = "<organization>"
"""Placeholder in settings for the id of the account's organization."""

NO_DISTURBANCE = Disturbance()
HOUR, DAY = 3600, 86400

Tables = dict[str, dict[tuple[Any, ...], dict[str, Any]]]
Map = Optional[Callable[[Any], Row]]


class History:
    """One account and one warehouse over many syncs."""

    def __init__(self, account: Account, limits: Optional[Limits] = None) -> None:
        """Start with a small account and an empty warehouse."""
        self.account = account
        self.limits = limits or Limits()
        self.editor = Editor(account)
        self.warehouse = FragileWarehouse()
        self.settings: dict[str, str] = {"environment_id": "*"}
        self.tables: tuple[str, ...] = EVERY_TABLE
        self.lacking: frozenset[str] = frozenset()
        self._organization = account.stored("organizations")[0]["sys"]["id"]
        self._lag = 0.0
        self._refusals: list[Fault] = []
        self._bounds = Bounds()
        self._filters = Filters(account)
        self._waits = Waits()
        self.schedules = Schedules()
        self._due: set[str] = set()
        self._has_new_model = True
        self._began = EVER
        self._is_settled = False
        self._begun: set[str] = set()
        self._may_lack_locales = False
        self._made_before: set[Any] = set()
        self._deleted: set[tuple[str, str]] = set()
        self._first = self._first_before = "*"
        self._before: Tables = {}
        self._seen: dict[Place, str] = {}

    @property
    def configuration(self) -> dict[str, str]:
        """The configuration for the next sync."""
        fixed = {"access_token": TOKEN, "base_url": self.account.url}
        retries = {
            "retry_attempts": str(RETRIES),
            "tables": self.schedules.as_setting(self.tables),
        }
        settings = {
            key: value.replace(ORGANIZATION, self._organization)
            for key, value in self.settings.items()
        }
        return {**fixed, **retries, **settings}

    # Events between two syncs

    def resync(self) -> None:
        """Let the next sync start with an empty state and the existing rows."""
        self.warehouse.state = {}
        self._bounds.forget()
        self._begun.clear()
        self._filters.forget()
        self._waits = Waits()
        self._seen.clear()
        self.schedules.forget()
        self._is_settled = False

    def lag(self, seconds: float, skew: float) -> None:
        """Let listings lag, and let the clock of the content plane differ."""
        self._lag = max(self._lag, seconds)
        self.account.control(
            "POST", "settings", {"lag_seconds": seconds, "clock_skew_seconds": skew}
        )

    def set_version(self, lacking: Sequence[str] = ()) -> None:
        """Use a version of the connector in which these tables lack a column."""
        if self.lacking == frozenset(lacking):
            return
        self.lacking = frozenset(lacking)
        for table, column in NEW_COLUMNS.items():
            self.warehouse.set_missing_columns(table, (column,) if table in self.lacking else ())
        self.editor.everything_changed()

    def refuse(self, table: str, place: str, status: int) -> None:
        """Refuse a table in a place until `grant`."""
        *_, path = paths_of(table, place)
        self._refusals.append(Fault(path.replace("/x/", "/*/"), status, -1))

    def grant(self) -> None:
        """End all refusals."""
        self._refusals.clear()

    # Syncs

    def sync(self, disturbance: Disturbance = NO_DISTURBANCE) -> Run:
        """Sync with a disturbance, and check all promises that hold for it."""
        outlook = self._outlook(disturbance)
        self._waits.begin(outlook)
        verdict = self._verdict(outlook)
        known = self.warehouse.state
        before, is_first = self.warehouse.held(), not known
        self._before = before
        is_settled = self._is_settled and disturbance.is_absent and outlook.is_clear
        is_settled &= not self._is_young
        places = self._places()
        run = self._disturbed(disturbance)
        assert self.warehouse.followed == 0, "an operation follows a failed one"
        outlook.has_failed = run.error is not None
        is_certain = run.error is None and disturbance.is_absent and not self._is_young
        self._is_settled = is_certain and outlook.is_clear
        demands = self._demands(outlook, before)
        self._note(places | self._places(), demands, outlook, is_certain=is_certain)
        is_whole = is_certain and outlook.is_sure
        self._filters.synced(self.tables, self.configuration, is_certain=is_whole)
        if verdict is Verdict.REFUSED and not disturbance.edits:
            self._assert_refused(run, disturbance)
        elif run.error is not None:
            self._assert_explained(run, disturbance, verdict, outlook, demands)
        if not is_first and not disturbance.edits and not self._is_young:
            self._assert_nothing_lost(before, run, disturbance, demands, outlook)
        self._note_deleted()
        if is_settled and not is_first and not self._waits:
            self._assert_not_emptied(before, run)
        if is_certain:
            self._deleted = {one for one in self._deleted if one[0] not in self.tables}
        is_judged = disturbance.is_judged and not self._is_young
        if is_judged and (run.error is None or self._is_local(run, disturbance)):
            self._judge(before, run, demands, outlook)
        if self.warehouse.state is not known:
            self._note_waits(run, demands, outlook, is_certain=is_certain)
        if is_judged and run.error is None:
            self._note_begun(demands)
            self._assert_useful(run)
        if is_certain and outlook.is_sure:
            self._assert_forgotten()
        return run

    def finish(self) -> None:
        """Check that undisturbed syncs make all rows equal, and that one more changes nothing."""
        self.set_version()
        self.lag(0, 0)
        self.grant()
        self._finish_environments()
        if self._verdict(self._outlook(NO_DISTURBANCE)) is not Verdict.WORKS:
            self.settings = {
                **self.settings,
                "environment_id": "*",
                "space_ids": "",
                "organization_ids": "",
            }
        self._make_all_due()
        run = self.sync()
        if run.error is not None or self._waits:
            # Suddenly empty listings, and an account without spaces, are confirmed an hour later.
            self.editor.wait(HOUR)
            self.sync()
        waiting = [one for one in self._waits.known() if one[0] in self.tables]
        assert not waiting, f"still waiting: {sorted(waiting)}"
        self._make_all_due()
        before, outlook = self.warehouse.held(), self._outlook(NO_DISTURBANCE)
        run = self._disturbed(NO_DISTURBANCE)
        assert run.error is None, run.error
        if self.settings.get("enable_incremental_sync") != "false":
            done = (run.written, run.deleted, run.truncated)
            assert done == ([], [], []), f"the second sync made changes: {done}"
        self._judge(before, run, self._demands(outlook, before), outlook)

    def _finish_environments(self) -> None:
        """Make every environment ready."""
        for place in self._outlook(NO_DISTURBANCE).waiting:
            space, environment = place.split("/")
            self.editor.apply(Edit("finish environment", space, environment))

    def _make_all_due(self) -> None:
        """Wait if a table waits or has an interval, so the next sync reads everything."""
        self.schedules.hours.clear()
        has_old_model = CONTENT.intersection(self.tables) and MODEL.isdisjoint(self.tables)
        if has_old_model or self._waits:
            self.editor.wait(DAY)

    # The demand on each table in each place: how its rows must be after the sync

    def _outlook(self, disturbance: Disturbance) -> Outlook:
        faults = (*self._refusals, *disturbance.faults)
        now = self.editor.now()
        return Outlook(self.account, now, self.tables, self.configuration, faults)

    def _demands(self, outlook: Outlook, before: Tables) -> Demands:
        """Return a function that gives the demand on a table in a place."""

        @cache
        def demand(table: str, place: str) -> Demand:
            found = self._demand_if_due(table, place, outlook, before)
            # A table that is not due may still be read, with its listing or after an interruption.
            is_open = found is Demand.EQUAL and not self._is_due(table, place, outlook)
            return Demand.EITHER if is_open else found

        return demand

    def _demand_if_due(self, table: str, place: str, outlook: Outlook, before: Tables) -> Demand:
        """Return the demand on a table that is due in a place."""
        if outlook.lacks_spaces or outlook.is_troubled(place):
            return Demand.ANY
        space = place.partition("/")[0]
        if (table, place) not in outlook.places:
            # A deselected place is deleted once all places are listed.
            is_hidden = outlook.exists(place) and not outlook.is_sure
            is_hidden |= outlook.is_blind(space)
            return Demand.EITHER if is_hidden else Demand.EQUAL
        if not outlook.is_reachable(place):
            doubted = self._is_doubted("ENVIRONMENTS", space, before)
            leading = self._waits.demand(("ENVIRONMENTS", space), outlook, doubted=doubted)
            return Demand.ANY if leading in (Demand.ANY, Demand.EITHER) else Demand.KEPT
        doubted = self._is_doubted(table, place, before)
        return self._waits.demand((table, place), outlook, doubted=doubted)

    def _has_old_model(self, place: str, outlook: Outlook, before: Tables) -> bool:
        """Return whether titles may follow an old content model, as it cannot be read now."""
        listings = ("LOCALES", "CONTENT_TYPES")
        return any(
            self._demand_if_due(one, place, outlook, before) is not Demand.EQUAL
            for one in listings
        )

    def _is_due(self, table: str, place: str, outlook: Outlook) -> bool:
        """Return whether a table must be read in a place: it is time, or the place is new."""
        created = outlook.created.get(place, "")
        is_new = table in self.tables and self._seen.get((table, place)) != created
        return is_new or table in self._due or (table, place) not in outlook.places

    def _is_doubted(self, table: str, place: str, before: Tables) -> bool:
        """Return whether an empty listing needs confirmation: many rows, or a known place."""
        if table == "ORGANIZATIONS":
            return bool(before.get(table))
        if table == "ENVIRONMENTS":
            known = {one for name, one in self._seen if name in self.tables}
            known.update(place_of(table, key) + "/" for key in before.get(table, ()))
            return any(one.startswith(f"{place}/") for one in known)
        tables = [one for one in TYPES if one in self.tables] if table in TYPES else [table]
        counts = [
            sum(place_of(one, key) == place for key in before.get(one, ())) for one in tables
        ]
        return max(counts, default=0) >= self.limits.doubted

    def _is_local(self, run: Run, disturbance: Disturbance) -> bool:
        """Return whether the sync failed only because of the planned faults."""
        return (
            isinstance(run.error, (Unanswered, DifferenceTooLarge, NotReadable))
            and any(one.is_failure for one in disturbance.faults)
            is isinstance(run.error, Unanswered)
            and all(one.is_of_a_place for one in disturbance.faults if one.is_failure)
        )

    def _judge(self, before: Tables, run: Run, demands: Demands, outlook: Outlook) -> None:
        """Check the rows of each table in each place against the demands."""
        lost = {table for table, _ in self._waiting("unknown deletions", "emptied")}
        refused = {table for table, _ in self._waiting("refused")}
        if isinstance(run.error, DifferenceTooLarge):
            # No row of the table in the error is deleted, not even in a deselected place.
            lost.add(str(run.error).partition(":")[0])
        for table, expected in self._expected().items():
            if run.error is not None and table in (*lost, COVERAGE):
                continue
            if table not in self.warehouse.state.get("tables", ()) and table in refused:
                # A re-sync keeps the rows of a table that is refused in all of its places.
                continue
            was = _by_key(table, before.get(table, {}).values())
            sides = [self._of_this_sync(table, one) for one in (self._found(table), expected, was)]
            has_locales = self._follows_default_locales and not outlook.may_lack_locales
            if not has_locales or run.error or not outlook.is_clear:
                _forget_default_locales(table, *sides)
            found, rows, was = sides
            if table == COVERAGE:
                # A truncated table is read again even if it is not due.
                due = self._due.difference(run.truncated)
                problems = problems_of_coverage(found, rows, demands, due)
                assert not problems, f"{table}: {problems}"
                continue
            needed, allowed = self._bounds.required(table, rows), self._bounds.allowed(table, rows)
            judged = Judged(table, found, was, needed, allowed, table in run.truncated)
            old = {
                place
                for place in outlook.created
                if table in CONTENT and self._has_old_model(place, outlook, before)
            }
            problems = judged.problems(demands, old)
            assert not problems, f"{table}: {problems}"

    def _of_this_sync(self, table: str, rows: Rows) -> Rows:
        """Remove columns of content that the last sync did not have to update."""
        return without_model(rows) if table in CONTENT and not self._has_new_model else rows

    # Facts about the account and the settings

    @property
    def _is_young(self) -> bool:
        """Whether listings may not yet show some records of the account."""
        return self.editor.seconds_since_edit < self._lag

    @property
    def _follows_default_locales(self) -> bool:
        """Whether the default locales of spaces must be current.

        They are requested only if the space itself changed, or if locales are listed anyway.
        """
        listed = READS_LOCALES.intersection(self._due)
        is_listed = bool(listed) and self._has_new_model and not self._is_partial
        is_followed = is_listed or not self.editor.has_other_default
        return is_followed and not self._may_lack_locales

    @property
    def _is_partial(self) -> bool:
        return "*" not in self.settings["environment_id"] and "master" not in self._wanted

    @property
    def _wanted(self) -> list[str]:
        return self.settings["environment_id"].split(",")

    def _verdict(self, outlook: Outlook) -> Verdict:
        verdict = self._filters.verdict(self.tables, self.configuration)
        # A listing that is empty by mistake is harmless if the warehouse has no rows.
        holds = any(self.warehouse.rows(table) for table in NEEDS_SPACES.intersection(self.tables))
        is_harmless = not self.account.stored("spaces") and not holds
        is_open = self._is_young or is_harmless or not outlook.is_sure
        due = self.schedules.due(self.tables, outlook.now)
        # If no other table needs the environments, they are requested only when due.
        is_alone = BELOW_ENVIRONMENTS.isdisjoint(self.tables)
        is_open |= verdict is Verdict.REFUSED and is_alone and "ENVIRONMENTS" not in due
        return Verdict.EITHER if is_open else verdict

    def _waiting(self, *kinds: str) -> set[Place]:
        """Return the tables and places that wait for these reasons, by the connector's state."""
        return {
            (table, place)
            for place, known in self.warehouse.state.get("places", {}).items()
            for table, record in known["tables"].items()
            if record.get("problem", [""])[0] in kinds
        }

    def _places(self) -> set[tuple[str, str]]:
        return places_of(self.account, self.tables, self.configuration)

    def _expected(self) -> dict[str, Rows]:
        selected = self.tables if set(self.tables) <= CORE else (*self.tables, COVERAGE)
        expected = rows_of(self.account, selected, self.configuration)
        for table in self.lacking:
            for row in expected.get(table, {}).values():
                del row[NEW_COLUMNS[table]]
        return expected

    def _found(self, table: str) -> Rows:
        return _by_key(table, self.warehouse.rows(table))

    # One sync

    def _disturbed(self, disturbance: Disturbance) -> Run:
        account, warehouse = self.account, self.warehouse
        self._may_lack_locales |= self._wanted[0] not in ("*", "master")
        self._first_before, self._first = self._first, self._wanted[0]
        faults = (*self._refusals, *disturbance.faults)
        for fault in faults:
            account.control("POST", "faults", fault.order)
        if disturbance.edits:
            account.forget_requests()
        for number, edit in disturbance.edits:
            self.editor.plan(edit, number)
        self._began = now = self.editor.now()
        self._due = self.schedules.due(self.tables, now)
        self._has_new_model = self.schedules.has_new_model(self.tables, now)
        ahead = [one.clock_ahead_seconds for one in faults if one.kind == "ahead"]
        self.schedules.synced(now + timedelta(seconds=max([0.0, *ahead])))
        warehouse.operations_left = disturbance.operations
        with self._version(), self.limits.applied():
            run = warehouse.sync(self.configuration, SteppingTime(disturbance.step))
        warehouse.operations_left = None
        if faults:
            account.control("DELETE", "faults")
        if disturbance.edits:
            # Edits that were planned after the last request of the sync happen now.
            for _ in range(
                len(account.requests()), max(number for number, _ in disturbance.edits)
            ):
                account.call("GET", "/users/me")
            account.remember()
        return run

    @contextmanager
    def _version(self) -> Iterator[None]:
        """Remove the columns that the version lacks from the same table objects."""
        changed = [one for one in DECLARED if one.name in self.lacking]
        was = [(one.columns, one.map) for one in changed]
        for table in changed:
            gone = NEW_COLUMNS[table.name]
            columns = tuple(one for one in table.columns if one.name != gone)
            _change(table, columns, table.map and _without(table.map, gone))
        yield
        for table, (columns, mapped) in zip(changed, was):
            _change(table, columns, mapped)

    def _note(
        self, places: set[Place], demands: Demands, outlook: Outlook, *, is_certain: bool
    ) -> None:
        """Note the bounds that a sync has set, kept, lifted or dropped."""
        self._bounds.leave(places, self.tables, is_certain=is_certain and outlook.is_sure)
        # A place that a listing hides, or does not show yet, may look new to the next sync.
        hidden = [one for one in places if self._is_young or demands(*one) is Demand.ANY]
        self._bounds.doubt(hidden)
        read = {one for one in places if is_certain and demands(*one) is Demand.EQUAL}
        first, latest = EVER, EVER
        if self.settings.get("initial_sync_days"):
            days = timedelta(days=int(self.settings["initial_sync_days"]))
            first, latest = self._began - days, outlook.latest - days
        for some, is_read in ((read, True), (places - read, False)):
            if outlook.reads_all:
                self._bounds.lift(some, is_certain=is_read)
                continue
            for instant in {first, latest}:
                self._bounds.set(some, instant, is_certain=is_read)

    def _note_begun(self, demands: Demands) -> None:
        """Note the tables that were read, so the next sync is not their first."""
        self._begun.update(
            table for table, place in self._places() if demands(table, place) is Demand.EQUAL
        )

    def _note_waits(
        self, run: Run, demands: Demands, outlook: Outlook, *, is_certain: bool
    ) -> None:
        """Note the waiting tables: exactly after a certain sync, otherwise from the state."""
        listed = {*self._due, "SPACES"}
        if not BELOW.isdisjoint(self.tables):
            listed.add("ENVIRONMENTS")
        rebuilt = self._begun.intersection(run.truncated)
        is_over = run.error is None or isinstance(run.error, DifferenceTooLarge)
        known = self._waits.known()
        judged = {one: demands(*one) for one in {*outlook.places, *known}}
        is_open = [one for one in known - outlook.places if one[0] in self.tables]
        for key in outlook.places:
            is_due = key[0] in listed or self._is_due(*key, outlook)
            is_exact = judged[key] in (Demand.EQUAL, Demand.KEPT) and key[0] not in rebuilt
            if is_due and is_over and not outlook.is_reachable(key[1]):
                self._waits.note_unready(key, outlook)
            if is_certain and is_exact and is_due:
                self._waits.read(key, outlook, doubted=self._is_doubted(*key, self._before))
            elif is_due or key[0] in {*self.tables, *MODEL}:
                is_open.append(key)
        self._note_seen(outlook, is_certain=is_certain)
        self._waits.leave_open(is_open, self._waiting("refused", "suspect"))
        self._waits.synced(outlook)
        for table, place in outlook.places:
            # Rows may be rewritten if a listing lacked them by mistake, or for their titles.
            space, _, environment = place.partition("/")
            is_model = table in MODEL and outlook.is_touched(table, place)
            if environment and (is_model or outlook.is_touched(table, place, by="empty")):
                self.editor.made.add((space, environment))

    def _note_seen(self, outlook: Outlook, *, is_certain: bool) -> None:
        """Note which places a sync may have read, so they are not new to the next one."""
        selected = {one for one in outlook.places if one[0] in self.tables}
        if is_certain and outlook.is_sure:
            gone = [one for one in self._seen if one[0] in self.tables and one not in selected]
            for key in gone:
                del self._seen[key]
        for key in selected:
            # A fault after some requests may or may not hide a place.
            is_open = not is_certain and not outlook.is_hidden(key[1].partition("/")[0])
            if is_open or outlook.is_reachable(key[1]):
                self._seen[key] = outlook.created.get(key[1], "")

    def _note_deleted(self) -> None:
        """Note for each table the places that were deleted, or deleted and recreated."""
        self._deleted.update((table, one) for table in EVERY_TABLE for one in self.editor.deleted)
        self.editor.deleted.clear()

    # Checks

    def _assert_refused(self, run: Run, disturbance: Disturbance) -> None:
        """Check that a mistyped filter, or an account without spaces, deletes no row.

        If a fault hides the typo, a table may be started: truncated before its first row.
        """
        emptied = self._begun.intersection(run.truncated)
        assert (run.deleted, emptied) == ([], set()), "a mistyped filter deletes rows"
        if disturbance.is_absent:
            assert run.error is not None, "a mistyped filter is not an error"
            assert (run.written, run.truncated) == ([], []), "a mistyped filter writes rows"

    def _assert_explained(
        self,
        run: Run,
        disturbance: Disturbance,
        verdict: Verdict,
        outlook: Outlook,
        demands: Demands,
    ) -> None:
        failures = sum(fault.is_failure for fault in disturbance.faults)
        faulty = failures > RETRIES or any(fault.is_fatal for fault in disturbance.faults)
        is_waiting = isinstance(run.error, DifferenceTooLarge) and self._may_be_postponed(
            outlook, demands
        )
        deletes = any(edit.action == "delete space" for _, edit in disturbance.edits)
        # The last space may be deleted while it is read.
        may_be_empty = deletes or outlook.lacks_spaces
        if isinstance(run.error, AccountEmpty):
            done = (run.written, run.deleted, run.truncated)
            assert done == ([], [], []), f"an account without spaces changes rows: {done}"
        is_waiting |= may_be_empty and isinstance(run.error, AccountEmpty)
        if isinstance(run.error, Interrupted):
            assert disturbance.operations is not None
        elif not faulty and not is_waiting and verdict is Verdict.WORKS:
            assert run.error is not None
            raise run.error

    def _may_be_postponed(self, outlook: Outlook, demands: Demands) -> bool:
        """Return whether a reload may wait because a place cannot be read."""
        return self._waits.is_open or any(
            outlook.is_touched(*one)
            or (
                demands(*one) is Demand.KEPT
                and (
                    outlook.is_reachable(one[1])
                    or not self._waits.is_unready_for_a_day(*one, outlook.now)
                )
            )
            for one in outlook.places
            if one[0] in self.tables
        )

    def _assert_nothing_lost(
        self,
        before: Tables,
        run: Run,
        disturbance: Disturbance,
        demands: Demands,
        outlook: Outlook,
    ) -> None:
        """Check that no row of an existing record was deleted.

        A table truncated by its first sync, or before a disturbance, is filled later.
        """
        after = self.warehouse.held()
        is_surprised = disturbance.operations is not None or not all(
            one.is_permanent for one in disturbance.faults
        )
        for table, rows in self._expected().items():
            if table == COVERAGE or (
                table in run.truncated and (is_surprised or table not in self._begun)
            ):
                continue
            held = before.get(table, {}).keys() & self._bounds.required(table, rows).keys()
            lost = held - after.get(table, {}).keys()
            # A reload deletes the rows of an environment that was unready for a day.
            lost = {
                one
                for one in lost
                if demands(table, place_of(table, one)) is not Demand.ANY
                and not (
                    table in run.truncated
                    and self._waits.is_unready_for_a_day(table, place_of(table, one), outlook.now)
                )
            }
            assert not lost, f"{table}: lost {sorted(lost)}"

    def _assert_forgotten(self) -> None:
        """Check that the state has no record of deleted or deselected places."""
        there = {*self._places(), (COVERAGE, "")}
        for place, known in self.warehouse.state["places"].items():
            left = [one for one in known["tables"] if one in self.tables]
            assert all((one, place) in there for one in left), (
                f"the state still has {place}: {left}"
            )

    def _assert_not_emptied(self, before: Tables, run: Run) -> None:
        """Check that no table was truncated if no row differs in the remaining places.

        Deselected places can be listed.  Only rows of deleted places, recreated or not, cannot be
        identified by a small sketch.
        """
        expected, selected = self._expected(), self._places()
        for table in self._begun.intersection(run.truncated, expected):
            held = before.get(table, {})
            places = {place_of(table, key) for key in held}
            has_other_locales = table == "SPACES" and self._wanted[0] != self._first_before
            if has_other_locales or any((table, one) in self._deleted for one in places):
                continue
            # Both tables are filled from one listing, so both are read again.
            filled = TYPES if table in TYPES else (table,)
            differ = [
                key
                for one in filled
                for key in before.get(one, {}).keys() | self._required(one, expected).keys()
                if (one, place_of(one, key)) in selected
                and before.get(one, {}).get(key) != expected[one].get(key)
            ]
            assert differ, f"{table}: truncated although no remaining row differs"

    def _required(self, table: str, expected: dict[str, Rows]) -> Rows:
        """Return the rows of a table that must be in the warehouse."""
        return self._bounds.required(table, expected.setdefault(table, {}))

    def _assert_useful(self, run: Run) -> None:
        """Check that no unchanged row was written and no missing row deleted."""
        if self.settings.get("enable_incremental_sync") != "false" and not run.truncated:
            useless = [one for one in self.warehouse.useless if not self._has_reason(*one)]
            assert useless == [], f"useless operations: {useless}"
        # Edits during this sync may be found by the next one.
        self._made_before = set(self.editor.made)
        is_whole = self._has_new_model and set(self.tables) == self._due
        if is_whole and self._is_settled and not self._waits and not self._refusals:
            self.editor.made.clear()

    def _has_reason(self, table: str, row: dict[str, Any]) -> bool:
        """Return whether an equal row may be rewritten.

        All rows of an environment are rewritten if it was recreated or its model lost a part.  A
        space is rewritten if its default locale is read from another environment.
        """
        place = row.get("space_id"), row.get("environment_id")
        made = self._made_before.union(self.editor.made)
        return place in made or (table == "SPACES" and self._may_lack_locales)


def _by_key(table: str, rows: Iterable[Row]) -> Rows:
    """Return rows by their documented key."""
    return {tuple(row[key] for key in KEYS_OF[table]): row for row in rows}


def _forget_default_locales(table: str, *sides: dict[Any, Any]) -> None:
    """Remove default locales, which are read only after a change of the space (issue 2)."""
    for rows in sides:
        if table == COVERAGE:
            rows.pop(("SPACES", ""), None)
        for key, row in rows.items() if table == "SPACES" else ():
            rows[key] = {**row, "default_locale": None}


def _change(table: Table, columns: tuple[Column, ...], mapped: Map) -> None:
    """Give a table other columns, and drop its cached mapper."""
    object.__setattr__(table, "columns", columns)
    object.__setattr__(table, "map", mapped)
    vars(table).pop("_mapper", None)


def _without(mapped: Callable[[Any], Row], column: str) -> Callable[[Any], Row]:
    """Return a function that computes rows without a column."""
    return lambda record: {key: one for key, one in mapped(record).items() if key != column}
