"""A history: one account, one warehouse, and what is allowed to happen between them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import contentful_cma.tables
from contentful_cma.errors import AccountEmpty, DifferenceTooLarge
from contentful_cma.tables import TABLES as DECLARED
from support.account import TOKEN, Account
from support.model.bounds import EVER, Bounds, place_of
from support.model.disturbance import (
    RETRIES,
    Disturbance,
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
    Rows,
    places_of,
    rows_of,
)
from support.model.filters import NEEDS_SPACES, Filters, Verdict
from support.model.rhythms import CONTENT, MODEL, Rhythms, without_model
from support.warehouse import Run

EVERY_TABLE = ("ORGANIZATIONS", "SPACES", *IN_SPACES, *IN_ENVIRONMENTS, *PER_PARENT)
TABLES = tuple(one for one in EVERY_TABLE if one not in PER_PARENT or one == "ENTRY_SNAPSHOTS")
COVERAGE = "SYNC_COVERAGE"
CORE = frozenset(("ORGANIZATIONS", "SPACES"))
READS_LOCALES = frozenset(("LOCALES", "ENTRIES", "ASSETS"))
NEW_COLUMNS = {"ENTRIES": ("urn",), "ASSETS": ("urn",), "TAGS": ("visibility",)}
"""Columns that a previous version of the connector did not have."""

QUIET = Disturbance()
HOUR, DAY = 3600, 86400

Tables = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


class History:
    """One account and one warehouse over many syncs."""

    def __init__(self, account: Account) -> None:
        """Begin with a small account and an empty warehouse."""
        self.account = account
        self.editor = Editor(account)
        self.warehouse = FragileWarehouse()
        self.settings: dict[str, str] = {"environment_id": "*"}
        self.tables: tuple[str, ...] = EVERY_TABLE
        self.is_previous_version = False
        self._lag = 0.0
        self._bounds = Bounds()
        self._filters = Filters(account)
        self.rhythms = Rhythms()
        self._due: set[str] = set()
        self._has_new_model = True
        self._began = EVER
        self._is_settled = False
        self._begun: set[str] = set()
        self._may_lack_locales = False
        self._made_before: set[Any] = set()
        self._gone: set[tuple[str, str]] = set()

    @property
    def configuration(self) -> dict[str, str]:
        """The configuration as it stands."""
        fixed = {"access_token": TOKEN, "base_url": self.account.url}
        retries = {"retry_attempts": str(RETRIES), "tables": self.rhythms.words(self.tables)}
        return {**fixed, **retries, **self.settings}

    # What may happen between two syncs

    def forget(self) -> None:
        """Have the next sync begin from an empty state, with the rows that there are."""
        self.warehouse.state = {}
        self._bounds.forget()
        self._begun.clear()
        self._filters.forget()
        self.rhythms.forget()
        self._is_settled = False

    def lag(self, seconds: float, skew: float) -> None:
        """Have listings lag, and the content plane's clock differ."""
        self._lag = max(self._lag, seconds)
        self.account.control(
            "POST", "settings", {"lag_seconds": seconds, "clock_skew_seconds": skew}
        )

    def become(self, *, is_previous_version: bool) -> None:
        """Have the connector be the version before, which has some columns less, or this one."""
        self.is_previous_version = is_previous_version
        for table, columns in NEW_COLUMNS.items():
            self.warehouse.is_without(table, columns if is_previous_version else ())
        self.editor.everything_changed()

    # Syncs

    def sync(self, disturbance: Disturbance = QUIET) -> Run:
        """Sync, and check what the promise says of a sync with such a disturbance."""
        verdict = self._verdict()
        before, is_first = self.warehouse.held(), not self.warehouse.state
        is_settled = self._is_settled and disturbance.is_quiet
        places = self._places()
        run = self._disturbed(disturbance)
        is_certain = run.error is None and disturbance.is_quiet and not self._is_young
        self._is_settled = is_certain
        self._note(places | self._places(), is_certain=is_certain)
        self._filters.synced(self.tables, self.configuration, is_quiet=is_certain)
        if verdict is Verdict.REFUSED and not disturbance.edits:
            self._assert_refused(run, disturbance)
        elif run.error is not None:
            self._assert_explained(run, disturbance, verdict)
        if not is_first and not disturbance.edits and not self._is_young:
            self._assert_nothing_lost(before, run, disturbance)
        self._note_gone()
        if is_settled and not is_first:
            self._assert_not_emptied(before, run)
        if is_certain:
            self._gone = {one for one in self._gone if one[0] not in self.tables}
        if run.error is None and self._waits_for_a_second_listing:
            # What is suddenly empty is believed an hour later.
            self.editor.wait(HOUR)
            return self.sync()
        if run.error is None and disturbance.is_harmless and not self._is_young:
            self._begun.update(table for table, _ in self._places())
            self.assert_equal()
            self._assert_useful(run)
        return run

    def finish(self) -> None:
        """Check that a sync in peace makes all equal and that another one has nothing to do."""
        self.become(is_previous_version=False)
        self.lag(0, 0)
        if self._verdict() is not Verdict.WORKS:
            self.settings = {**self.settings, "environment_id": "*", "space_ids": ""}
        self._make_all_due()
        run = self.sync()
        if run.error is not None:
            # That no space is left is believed an hour later, too.
            self.editor.wait(HOUR)
            self.sync()
        self._make_all_due()
        run = self._disturbed(QUIET)
        assert run.error is None, run.error
        if self.settings.get("enable_incremental_sync") != "false":
            done = (run.written, run.deleted, run.truncated)
            assert done == ([], [], []), f"the second sync had something to do: {done}"
        self.assert_equal()

    def _make_all_due(self) -> None:
        """Wait where anything has a rhythm, so that the next sync reads everything."""
        self.rhythms.hours.clear()
        if CONTENT.intersection(self.tables) and MODEL.isdisjoint(self.tables):
            self.editor.wait(DAY)

    def assert_equal(self) -> None:
        """Check that what was due in the warehouse equals the account, table by table."""
        for table, expected in self._expected().items():
            if table not in (*self._due, COVERAGE):
                continue
            both = (self._found(table), expected)
            found, rows = (self._of_this_sync(table, one) for one in both)
            if not self._follows_default_locales:
                _forget_default_locales(table, found, rows)
            needed, allowed = self._bounds.required(table, rows), self._bounds.allowed(table, rows)
            # What may be there or not has to be right if it is.
            should = {**needed, **{key: allowed[key] for key in allowed.keys() & found.keys()}}
            assert found == should, f"{table}: {_difference(found, should)}"

    def _of_this_sync(self, table: str, rows: Rows) -> Rows:
        """Leave out of rows what the last sync did not have to look at."""
        if table == COVERAGE:
            return {key: row for key, row in rows.items() if key[0] in self._due}
        return without_model(rows) if table in CONTENT and not self._has_new_model else rows

    # What is so

    @property
    def _waits_for_a_second_listing(self) -> bool:
        """Whether the last sync met a listing that was suddenly empty."""
        return any(
            record.get("problem", [""])[0] == "suspect"
            for known in self.warehouse.state.get("places", {}).values()
            for record in known["tables"].values()
        )

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

    def _verdict(self) -> Verdict:
        verdict = self._filters.verdict(self.tables, self.configuration)
        # A listing that is empty by mistake can do no harm where nothing is held.
        holds = any(self.warehouse.rows(table) for table in NEEDS_SPACES.intersection(self.tables))
        is_harmless = not self.account.stored("spaces") and not holds
        return Verdict.EITHER if self._is_young or is_harmless else verdict

    def _places(self) -> set[tuple[str, str]]:
        return places_of(self.account, self.tables, self.configuration)

    def _expected(self) -> dict[str, Rows]:
        selected = self.tables if set(self.tables) <= CORE else (*self.tables, COVERAGE)
        expected = rows_of(self.account, selected, self.configuration)
        columns = NEW_COLUMNS if self.is_previous_version else {}
        for table, gone in columns.items():
            for row in expected.get(table, {}).values():
                for column in gone:
                    del row[column]
        return expected

    def _found(self, table: str) -> Rows:
        keys = KEYS_OF[table]
        return {tuple(row[key] for key in keys): row for row in self.warehouse.rows(table)}

    # One sync

    def _disturbed(self, disturbance: Disturbance) -> Run:
        account, warehouse = self.account, self.warehouse
        self._may_lack_locales |= self._wanted[0] not in ("*", "master")
        for fault in disturbance.faults:
            account.control("POST", "faults", dict(vars(fault)))
        account.forget_requests()
        for number, edit in disturbance.edits:
            self.editor.plan(edit, number)
        self._began = now = self.editor.now()
        self._due = self.rhythms.due(self.tables, now)
        self._has_new_model = self.rhythms.has_new_model(self.tables, now)
        self.rhythms.synced(now)
        warehouse.operations_left = disturbance.operations
        with self._version():
            run = warehouse.sync(self.configuration, SteppingTime(disturbance.step))
        warehouse.operations_left = None
        if disturbance.faults:
            account.control("DELETE", "faults")
        if disturbance.edits:
            # Edits that the sync ended before happen now.
            for _ in range(
                len(account.requests()), max(number for number, _ in disturbance.edits)
            ):
                account.call("GET", "/users/me")
            account.remember()
        return run

    def _version(self) -> AbstractContextManager[Any]:
        """Have the tables be those of the version that syncs."""
        if not self.is_previous_version:
            return nullcontext()
        tables = tuple(
            replace(one, columns=tuple(c for c in one.columns if c.name not in columns))
            if (columns := NEW_COLUMNS.get(one.name))
            else one
            for one in DECLARED
        )
        return patch.object(contentful_cma.tables, "TABLES", tables)

    def _note(self, places: set[tuple[str, str]], *, is_certain: bool) -> None:
        """Note which bounds a sync has set, left alone, lifted or given up."""
        self._bounds.leave(places, self.tables, is_certain=is_certain)
        if self.settings.get("enable_incremental_sync") == "false":
            self._bounds.lift(places, is_certain=is_certain)
            return
        days = self.settings.get("initial_sync_days")
        first = self._began - timedelta(days=int(days)) if days else EVER
        self._bounds.set(places, first, is_certain=is_certain)

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

    def _assert_explained(self, run: Run, disturbance: Disturbance, verdict: Verdict) -> None:
        failures = sum(fault.is_failure for fault in disturbance.faults)
        faulty = failures > RETRIES or any(fault.is_fatal for fault in disturbance.faults)
        is_refused = any(fault.is_refusal for fault in disturbance.faults)
        is_waiting = is_refused and isinstance(run.error, DifferenceTooLarge)
        deletes = any(edit.action == "delete space" for _, edit in disturbance.edits)
        # The last space may vanish while it is read.
        is_waiting |= deletes and isinstance(run.error, AccountEmpty)
        is_waiting |= self._waits_for_a_second_listing
        if isinstance(run.error, Interrupted):
            assert disturbance.operations is not None
        elif not faulty and not is_waiting and verdict is Verdict.WORKS:
            assert run.error is not None
            raise run.error

    def _assert_nothing_lost(self, before: Tables, run: Run, disturbance: Disturbance) -> None:
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
            assert not lost, f"{table}: lost {sorted(lost)}"

    def _assert_not_emptied(self, before: Tables, run: Run) -> None:
        """Check that no table was emptied although nothing differs in the places that stay.

        What is no longer selected can be listed; only of what is gone from the account, be it
        made again since then or not, a small sketch cannot tell what it had.
        """
        expected, selected = self._expected(), self._places()
        for table in self._begun.intersection(run.truncated, expected):
            held, rows = before.get(table, {}), expected[table]
            places = {place_of(table, key) for key in held}
            if any((table, one) in self._gone for one in places):
                continue
            differ = [
                key
                for key in held.keys() | self._bounds.required(table, rows).keys()
                if (table, place_of(table, key)) in selected and held.get(key) != rows.get(key)
            ]
            assert differ, f"{table}: emptied although nothing differs in what stays"

    def _assert_useful(self, run: Run) -> None:
        """Check that nothing was written or deleted that had not changed."""
        if self.settings.get("enable_incremental_sync") != "false" and not run.truncated:
            useless = [one for one in self.warehouse.useless if not self._has_reason(*one)]
            assert useless == [], f"written again: {useless}"
        # What was edited while this sync went on may be noticed by the next one.
        self._made_before = set(self.editor.made)
        if self._has_new_model and set(self.tables) == self._due:
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


def _forget_default_locales(table: str, *sides: dict[Any, Any]) -> None:
    """Leave out what is only asked for again once the space itself has changed (issue 2)."""
    for rows in sides:
        if table == COVERAGE:
            rows.pop(("SPACES", ""), None)
        for key, row in rows.items() if table == "SPACES" else ():
            rows[key] = {**row, "default_locale": None}


def _difference(found: dict[Any, Any], expected: dict[Any, Any]) -> str:
    lines = [f"lingers: {key}" for key in found.keys() - expected.keys()]
    lines += [f"lacks: {key}" for key in expected.keys() - found.keys()]
    for key in found.keys() & expected.keys():
        for column in sorted(found[key].keys() | expected[key].keys()):
            has, should = found[key].get(column, "?"), expected[key].get(column, "?")
            if has != should:
                lines.append(f"{key} {column}: has {has!r}, should have {should!r}")
    return "; ".join(sorted(lines))
