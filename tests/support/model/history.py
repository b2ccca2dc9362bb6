"""A history: one account, one warehouse, and what is allowed to happen between them."""

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
from support.model.filters import NEEDS_SPACES, Filters, Verdict
from support.model.judging import Demands, problems_of_coverage
from support.model.judging import Table as Judged
from support.model.limits import Limits
from support.model.outlook import Outlook, Place, paths_of
from support.model.rhythms import CONTENT, MODEL, Rhythms, without_model
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
"""A column of each table that an earlier version of the connector did not have."""

TYPES = ("CONTENT_TYPES", "CONTENT_TYPE_FIELDS")
"""Tables that one listing fills."""

ORGANIZATION = "<organization>"
"""Stands in settings for the id of the account's organization."""

QUIET = Disturbance()
HOUR, DAY = 3600, 86400

Tables = dict[str, dict[tuple[Any, ...], dict[str, Any]]]
Map = Optional[Callable[[Any], Row]]


class History:
    """One account and one warehouse over many syncs."""

    def __init__(self, account: Account, limits: Optional[Limits] = None) -> None:
        """Begin with a small account and an empty warehouse."""
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
        self.rhythms = Rhythms()
        self._due: set[str] = set()
        self._has_new_model = True
        self._began = EVER
        self._is_settled = False
        self._begun: set[str] = set()
        self._may_lack_locales = False
        self._made_before: set[Any] = set()
        self._gone: set[tuple[str, str]] = set()
        self._first = self._first_before = "*"
        self._before: Tables = {}
        self._met: dict[Place, str] = {}

    @property
    def configuration(self) -> dict[str, str]:
        """The configuration as it stands."""
        fixed = {"access_token": TOKEN, "base_url": self.account.url}
        retries = {"retry_attempts": str(RETRIES), "tables": self.rhythms.words(self.tables)}
        settings = {
            key: value.replace(ORGANIZATION, self._organization)
            for key, value in self.settings.items()
        }
        return {**fixed, **retries, **settings}

    # What may happen between two syncs

    def forget(self) -> None:
        """Have the next sync begin from an empty state, with the rows that there are."""
        self.warehouse.state = {}
        self._bounds.forget()
        self._begun.clear()
        self._filters.forget()
        self._waits = Waits()
        self._met.clear()
        self.rhythms.forget()
        self._is_settled = False

    def lag(self, seconds: float, skew: float) -> None:
        """Have listings lag, and the content plane's clock differ."""
        self._lag = max(self._lag, seconds)
        self.account.control(
            "POST", "settings", {"lag_seconds": seconds, "clock_skew_seconds": skew}
        )

    def become(self, lacking: Sequence[str] = ()) -> None:
        """Have the connector be a version in which these tables have a column less."""
        if self.lacking == frozenset(lacking):
            return
        self.lacking = frozenset(lacking)
        for table, column in NEW_COLUMNS.items():
            self.warehouse.is_without(table, (column,) if table in self.lacking else ())
        self.editor.everything_changed()

    def refuse(self, table: str, place: str, status: int) -> None:
        """Have a table be refused in a place until `grant`."""
        *_, path = paths_of(table, place)
        self._refusals.append(Fault(path.replace("/x/", "/*/"), status, -1))

    def grant(self) -> None:
        """Have nothing be refused any longer."""
        self._refusals.clear()

    # Syncs

    def sync(self, disturbance: Disturbance = QUIET) -> Run:
        """Sync, and check what the promise says of a sync with such a disturbance."""
        outlook = self._outlook(disturbance)
        self._waits.begin(outlook)
        verdict = self._verdict(outlook)
        known = self.warehouse.state
        before, is_first = self.warehouse.held(), not known
        self._before = before
        is_settled = self._is_settled and disturbance.is_quiet and outlook.is_clear
        is_settled &= not self._is_young
        places = self._places()
        run = self._disturbed(disturbance)
        assert self.warehouse.followed == 0, "an operation follows one that has failed"
        outlook.has_failed = run.error is not None
        is_certain = run.error is None and disturbance.is_quiet and not self._is_young
        self._is_settled = is_certain and outlook.is_clear
        demands = self._demands(outlook, before)
        self._note(places | self._places(), demands, outlook, is_certain=is_certain)
        is_whole = is_certain and outlook.is_sure
        self._filters.synced(self.tables, self.configuration, is_quiet=is_whole)
        if verdict is Verdict.REFUSED and not disturbance.edits:
            self._assert_refused(run, disturbance)
        elif run.error is not None:
            self._assert_explained(run, disturbance, verdict, outlook, demands)
        if not is_first and not disturbance.edits and not self._is_young:
            self._assert_nothing_lost(before, run, disturbance, demands, outlook)
        self._note_gone()
        if is_settled and not is_first and not self._waits:
            self._assert_not_emptied(before, run)
        if is_certain:
            self._gone = {one for one in self._gone if one[0] not in self.tables}
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
        """Check that syncs in peace make all equal and that another one has nothing to do."""
        self.become()
        self.lag(0, 0)
        self.grant()
        self._finish_environments()
        if self._verdict(self._outlook(QUIET)) is not Verdict.WORKS:
            self.settings = {
                **self.settings,
                "environment_id": "*",
                "space_ids": "",
                "organization_ids": "",
            }
        self._make_all_due()
        run = self.sync()
        if run.error is not None or self._waits:
            # What is suddenly empty, or that no space is left, is believed an hour later.
            self.editor.wait(HOUR)
            self.sync()
        waiting = [one for one in self._waits.known() if one[0] in self.tables]
        assert not waiting, f"still waiting: {sorted(waiting)}"
        self._make_all_due()
        before, outlook = self.warehouse.held(), self._outlook(QUIET)
        run = self._disturbed(QUIET)
        assert run.error is None, run.error
        if self.settings.get("enable_incremental_sync") != "false":
            done = (run.written, run.deleted, run.truncated)
            assert done == ([], [], []), f"the second sync had something to do: {done}"
        self._judge(before, run, self._demands(outlook, before), outlook)

    def _finish_environments(self) -> None:
        """Have every environment be ready."""
        for place in self._outlook(QUIET).waiting:
            space, environment = place.split("/")
            self.editor.apply(Edit("finish environment", space, environment))

    def _make_all_due(self) -> None:
        """Wait where anything waits or has a rhythm, so that the next sync reads everything."""
        self.rhythms.hours.clear()
        has_old_model = CONTENT.intersection(self.tables) and MODEL.isdisjoint(self.tables)
        if has_old_model or self._waits:
            self.editor.wait(DAY)

    # What a sync has to make of each table in each place

    def _outlook(self, disturbance: Disturbance) -> Outlook:
        faults = (*self._refusals, *disturbance.faults)
        now = self.editor.now()
        return Outlook(self.account, now, self.tables, self.configuration, faults)

    def _demands(self, outlook: Outlook, before: Tables) -> Demands:
        """Return what has to become of a table in a place, as a function."""

        @cache
        def demand(table: str, place: str) -> Demand:
            found = self._shown(table, place, outlook, before)
            # What is not due may be read all the same, with its listing or after an interruption.
            is_open = found is Demand.EQUAL and not self._is_due(table, place, outlook)
            return Demand.EITHER if is_open else found

        return demand

    def _shown(self, table: str, place: str, outlook: Outlook, before: Tables) -> Demand:
        """Return what has to become of a table if it is due in a place."""
        if outlook.lacks_spaces or outlook.is_troubled(place):
            return Demand.ANY
        space = place.partition("/")[0]
        if (table, place) not in outlook.places:
            # What exists and is not selected is deleted once all is listed.
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
        """Tell whether titles may be those of a content model that cannot be read now."""
        listings = ("LOCALES", "CONTENT_TYPES")
        return any(
            self._shown(one, place, outlook, before) is not Demand.EQUAL for one in listings
        )

    def _is_due(self, table: str, place: str, outlook: Outlook) -> bool:
        """Tell whether a table has to be read in a place: it is time, or the place is new."""
        created = outlook.created.get(place, "")
        is_new = table in self.tables and self._met.get((table, place)) != created
        return is_new or table in self._due or (table, place) not in outlook.places

    def _is_doubted(self, table: str, place: str, before: Tables) -> bool:
        """Tell whether an empty listing is doubted: of so many rows, or where a place is known."""
        if table == "ORGANIZATIONS":
            return bool(before.get(table))
        if table == "ENVIRONMENTS":
            known = {one for name, one in self._met if name in self.tables}
            known.update(place_of(table, key) + "/" for key in before.get(table, ()))
            return any(one.startswith(f"{place}/") for one in known)
        tables = [one for one in TYPES if one in self.tables] if table in TYPES else [table]
        counts = [
            sum(place_of(one, key) == place for key in before.get(one, ())) for one in tables
        ]
        return max(counts, default=0) >= self.limits.doubted

    def _is_local(self, run: Run, disturbance: Disturbance) -> bool:
        """Tell whether a sync has failed for nothing but what is known to have failed."""
        return (
            isinstance(run.error, (Unanswered, DifferenceTooLarge, NotReadable))
            and any(one.is_failure for one in disturbance.faults)
            is isinstance(run.error, Unanswered)
            and all(one.is_of_a_place for one in disturbance.faults if one.is_failure)
        )

    def _judge(self, before: Tables, run: Run, demands: Demands, outlook: Outlook) -> None:
        """Check of what was due that each table is in each place what it has to be."""
        lost = {table for table, _ in self._said("unknown deletions", "emptied")}
        for table, expected in self._expected().items():
            if run.error is not None and table in (*lost, COVERAGE):
                continue
            was = _by_key(table, before.get(table, {}).values())
            sides = [self._of_this_sync(table, one) for one in (self._found(table), expected, was)]
            if not self._follows_default_locales or run.error or not outlook.is_clear:
                _forget_default_locales(table, *sides)
            found, rows, was = sides
            if table == COVERAGE:
                # What is truncated is read again, also where its time has not come.
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
        """Leave out of rows what the last sync did not have to look at."""
        return without_model(rows) if table in CONTENT and not self._has_new_model else rows

    # What is so

    @property
    def _is_young(self) -> bool:
        """Whether the account has records that its listings may not show yet."""
        return self.editor.quiet_for < self._lag

    @property
    def _follows_default_locales(self) -> bool:
        """Whether the default locales of spaces are those of now.

        They are asked for only once the space itself has changed, or where they are listed anyway.
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
        # A listing that is empty by mistake can do no harm where nothing is held.
        holds = any(self.warehouse.rows(table) for table in NEEDS_SPACES.intersection(self.tables))
        is_harmless = not self.account.stored("spaces") and not holds
        is_open = self._is_young or is_harmless or not outlook.is_sure
        return Verdict.EITHER if is_open else verdict

    def _said(self, *kinds: str) -> set[Place]:
        """Return the tables and places of which the connector's state says that they wait."""
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
        self._due = self.rhythms.due(self.tables, now)
        self._has_new_model = self.rhythms.has_new_model(self.tables, now)
        ahead = [one.clock_ahead_seconds for one in faults if one.kind == "ahead"]
        self.rhythms.synced(now + timedelta(seconds=max([0.0, *ahead])))
        warehouse.operations_left = disturbance.operations
        with self._version(), self.limits.applied():
            run = warehouse.sync(self.configuration, SteppingTime(disturbance.step))
        warehouse.operations_left = None
        if faults:
            account.control("DELETE", "faults")
        if disturbance.edits:
            # Edits that the sync ended before happen now.
            for _ in range(
                len(account.requests()), max(number for number, _ in disturbance.edits)
            ):
                account.call("GET", "/users/me")
            account.remember()
        return run

    @contextmanager
    def _version(self) -> Iterator[None]:
        """Have the tables be those of the version that syncs, as the same objects."""
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
        """Note which bounds a sync has set, left alone, lifted or given up."""
        self._bounds.leave(places, self.tables, is_certain=is_certain and outlook.is_sure)
        read = {one for one in places if is_certain and demands(*one) is Demand.EQUAL}
        first, latest = EVER, EVER
        if self.settings.get("initial_sync_days"):
            days = timedelta(days=int(self.settings["initial_sync_days"]))
            first, latest = self._began - days, outlook.latest - days
        for some, is_read in ((read, True), (places - read, False)):
            if outlook.asks_all:
                self._bounds.lift(some, is_certain=is_read)
                continue
            for instant in {first, latest}:
                self._bounds.set(some, instant, is_certain=is_read)

    def _note_begun(self, demands: Demands) -> None:
        """Note the tables that were read, so that the next sync does not begin them."""
        self._begun.update(
            table for table, place in self._places() if demands(table, place) is Demand.EQUAL
        )

    def _note_waits(
        self, run: Run, demands: Demands, outlook: Outlook, *, is_certain: bool
    ) -> None:
        """Note what waits: exactly where a sync was certain, else by what its state says."""
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
                self._waits.meet(key, outlook)
            if is_certain and is_exact and is_due:
                self._waits.read(key, outlook, doubted=self._is_doubted(*key, self._before))
            elif is_due or key[0] in {*self.tables, *MODEL}:
                is_open.append(key)
        self._note_met(outlook, is_certain=is_certain)
        self._waits.leave_open(is_open, self._said("refused", "suspect"))
        self._waits.synced(outlook)
        for table, place in outlook.places:
            # What a listing lacked by mistake, or titles need again, may be written once more.
            space, _, environment = place.partition("/")
            is_model = table in MODEL and outlook.is_touched(table, place)
            if environment and (is_model or outlook.is_touched(table, place, by="empty")):
                self.editor.made.add((space, environment))

    def _note_met(self, outlook: Outlook, *, is_certain: bool) -> None:
        """Note which places a sync may have read: to the next one they are not new."""
        selected = {one for one in outlook.places if one[0] in self.tables}
        if is_certain and outlook.is_sure:
            gone = [one for one in self._met if one[0] in self.tables and one not in selected]
            for key in gone:
                del self._met[key]
        for key in selected:
            if outlook.is_reachable(key[1]):
                self._met[key] = outlook.created.get(key[1], "")

    def _note_gone(self) -> None:
        """Note of each table the places that are not, or no longer, those that its rows are of."""
        self._gone.update((table, one) for table in EVERY_TABLE for one in self.editor.gone)
        self.editor.gone.clear()

    # What has to be true of it

    def _assert_refused(self, run: Run, disturbance: Disturbance) -> None:
        """Check that a slip of the pen, or an account without spaces, deletes nothing.

        Where a fault hides the slip, a table may begin, and is emptied before its first row.
        """
        emptied = self._begun.intersection(run.truncated)
        assert (run.deleted, emptied) == ([], set()), "a slip of the pen deletes"
        if disturbance.is_quiet:
            assert run.error is not None, "a slip of the pen is no error"
            assert (run.written, run.truncated) == ([], []), "a slip of the pen writes"

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
        is_waiting = isinstance(run.error, DifferenceTooLarge) and self._is_held_up(
            outlook, demands
        )
        deletes = any(edit.action == "delete space" for _, edit in disturbance.edits)
        # The last space may vanish while it is read.
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

    def _is_held_up(self, outlook: Outlook, demands: Demands) -> bool:
        """Tell whether a table may have to wait before it is read again, as a place cannot be."""
        return self._waits.is_open or any(
            outlook.is_touched(*one)
            or (
                demands(*one) is Demand.KEPT
                and not self._waits.is_unready_for_a_day(*one, outlook.now)
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
        """Check that no row is gone that the account still has.

        A table that is emptied on its first sync, or before something happens, is filled later.
        """
        after = self.warehouse.held()
        is_surprised = disturbance.operations is not None or not all(
            one.is_trouble for one in disturbance.faults
        )
        for table, rows in self._expected().items():
            if table == COVERAGE or (
                table in run.truncated and (is_surprised or table not in self._begun)
            ):
                continue
            held = before.get(table, {}).keys() & self._bounds.required(table, rows).keys()
            lost = held - after.get(table, {}).keys()
            # Of an environment that has not been ready for a day the rows go with the others.
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
        """Check that nothing is remembered of places that are gone, or not selected any more."""
        there = {*self._places(), (COVERAGE, "")}
        for place, known in self.warehouse.state["places"].items():
            left = [one for one in known["tables"] if one in self.tables]
            assert all((one, place) in there for one in left), f"{place} is remembered: {left}"

    def _assert_not_emptied(self, before: Tables, run: Run) -> None:
        """Check that no table was emptied although nothing differs in the places that stay.

        What is no longer selected can be listed; only of what is gone from the account, be it
        made again since then or not, a small sketch cannot tell what it had.
        """
        expected, selected = self._expected(), self._places()
        for table in self._begun.intersection(run.truncated, expected):
            held = before.get(table, {})
            places = {place_of(table, key) for key in held}
            has_other_locales = table == "SPACES" and self._wanted[0] != self._first_before
            if has_other_locales or any((table, one) in self._gone for one in places):
                continue
            # One listing fills both tables, and both are read again.
            filled = TYPES if table in TYPES else (table,)
            differ = [
                key
                for one in filled
                for key in before.get(one, {}).keys() | self._required(one, expected).keys()
                if (one, place_of(one, key)) in selected
                and before.get(one, {}).get(key) != expected[one].get(key)
            ]
            assert differ, f"{table}: emptied although nothing differs in what stays"

    def _required(self, table: str, expected: dict[str, Rows]) -> Rows:
        """Return the rows of a table that the account has and that are not left out."""
        return self._bounds.required(table, expected.setdefault(table, {}))

    def _assert_useful(self, run: Run) -> None:
        """Check that nothing was written or deleted that had not changed."""
        if self.settings.get("enable_incremental_sync") != "false" and not run.truncated:
            useless = [one for one in self.warehouse.useless if not self._has_reason(*one)]
            assert useless == [], f"written again: {useless}"
        # What was edited while this sync went on may be noticed by the next one.
        self._made_before = set(self.editor.made)
        is_whole = self._has_new_model and set(self.tables) == self._due
        if is_whole and not self._waits and not self._refusals:
            self.editor.made.clear()

    def _has_reason(self, table: str, row: dict[str, Any]) -> bool:
        """Tell whether an equal row may be written again.

        An environment that was made anew, or whose model has lost something, is read from its
        beginning, and a space follows the name of the environment that its default locale is read
        from.
        """
        place = row.get("space_id"), row.get("environment_id")
        made = self._made_before.union(self.editor.made)
        return place in made or (table == "SPACES" and self._may_lack_locales)


def _by_key(table: str, rows: Iterable[Row]) -> Rows:
    """Return rows by the key that the documentation names."""
    return {tuple(row[key] for key in KEYS_OF[table]): row for row in rows}


def _forget_default_locales(table: str, *sides: dict[Any, Any]) -> None:
    """Leave out what is only asked for again once the space itself has changed (issue 2)."""
    for rows in sides:
        if table == COVERAGE:
            rows.pop(("SPACES", ""), None)
        for key, row in rows.items() if table == "SPACES" else ():
            rows[key] = {**row, "default_locale": None}


def _change(table: Table, columns: tuple[Column, ...], mapped: Map) -> None:
    """Give a table other columns; what was made of them is made again."""
    object.__setattr__(table, "columns", columns)
    object.__setattr__(table, "map", mapped)
    vars(table).pop("_mapper", None)


def _without(mapped: Callable[[Any], Row], column: str) -> Callable[[Any], Row]:
    """Return a function that makes rows without a column."""
    return lambda record: {key: one for key, one in mapped(record).items() if key != column}
