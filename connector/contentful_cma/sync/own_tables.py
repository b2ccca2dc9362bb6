"""The tables about the sync itself: SYNC_COVERAGE, and SYNCS where the settings name it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from contentful_cma.api.client import Client
from contentful_cma.errors import ListingSuspect, NotReadable
from contentful_cma.extract.batch import Batch, Job, names_in
from contentful_cma.state.changes import Change, Requested, RowsChanged
from contentful_cma.state.ledger import Ledger, fingerprint
from contentful_cma.state.problem import PARTIAL, REFUSED, SUSPECT, UNREACHED, Problem
from contentful_cma.state.state import State
from contentful_cma.tables.own import SYNC_COVERAGE, SYNCS
from contentful_cma.tables.places import WHOLE_ACCOUNT, Place, place_named
from contentful_cma.tables.table import Table
from contentful_cma.values import KEY_SEPARATOR, Row, to_millis_text, write_instant

from .results import Results
from .schedule import Schedule

NOT_REACHED = "Its place could not be listed, or is not ready to be read."
"""Why nothing was requested of a place that may well exist."""


class CoverageTable:
    """Says what became of each table in each place: to the state, and to SYNC_COVERAGE."""

    def __init__(
        self,
        selected: Iterable[Table],
        schedule: Schedule,
        results: Results,
        client: Client,
        state: State,
    ) -> None:
        """Begin with what *state* says; *selected* are the tables of this sync."""
        self._tables = {table.name: table for table in selected}
        self._is_written = SYNC_COVERAGE.name in self._tables
        self._schedule = schedule
        self._results = results
        self._client = client
        self._state = state
        self._notes: dict[tuple[str, str], list[str]] = {}
        self._refusals: dict[str, list[str]] = {}

    def add_problems(self, job: Job, sentences: Iterable[str]) -> None:
        """Note what a job left out."""
        for name in names_in(job):
            noted = self._notes.setdefault((name, job.place.name), [])
            noted += [one for one in sentences if one not in noted]

    def rows_for_success(self, job: Job) -> Batch:
        """Return what to write after a job has succeeded, and to warn about if it is news."""
        place, said, changes, warnings = job.place.name, [], list[Change](), set()
        for name in names_in(job):
            sentence = " ".join(self._notes.get((name, place), ()))
            table = self._tables.get(name)
            problem = Problem(PARTIAL, fingerprint({"left out": sentence})) if sentence else None
            made_of = None if table is None else self._schedule.made_of(table)
            changes.append(Requested(name, place, self._now, made_of, job.requests_all, problem))
            known = self._state.known(name, place).problem
            if problem is not None and (known is None or known.reason != problem.reason):
                warnings.add(sentence)
            if table is not None:
                said.append((table, "incomplete" if sentence else "read", sentence or None))
        return replace(self._rows(job.place, said, changes), warnings=sorted(warnings))

    def rows_for_refusal(self, job: Job, error: NotReadable) -> Batch:
        """Return what to write of a job that was refused; `warnings` tells of it, once."""
        reason, place = f"HTTP {error.status} {error.reason}", job.place.name
        known = [self._state.known(name, place).problem for name in names_in(job)]
        if any(one is None or one.reason != reason for one in known):
            self._refusals.setdefault(job.subject, []).append(str(error))
        said = [(table, "skipped", reason) for table in job.tables]
        return self._rows(job.place, said, self._with_problem(job, Problem(REFUSED, reason)))

    def rows_for_suspicion(self, job: Job, error: ListingSuspect) -> Batch:
        """Return what to write of a listing that is suddenly empty, and to warn about."""
        said = [(table, "incomplete", str(error)) for table in job.tables]
        batch = self._rows(job.place, said, self._with_problem(job, Problem(SUSPECT)))
        return replace(batch, warnings=[str(error)])

    def warnings(self) -> list[str]:
        """Return one sentence for each table that is skipped now and was not before."""
        sentences = []
        for names, refusals in sorted(self._refusals.items()):
            places = "" if len(refusals) == 1 else f" in {len(refusals)} places, for example"
            sentences.append(
                f"{names} was skipped, its rows stay as they are{places}: {refusals[0]}"
            )
        return sentences

    def rows_for_unreached(self, existing: set[str], *, is_over: bool) -> Batch:
        """Return what to write of what no job was about.

        Rows of tables that are not selected, and of places that are gone, are deleted.  What else
        was due could not be reached, and has a row that says so if the sync *is_over* without a
        failure.
        *existing* are the names of the places that exist as far as is known.
        """
        gone = [
            key
            for key in (sorted(self._ledger().keys() or ()) if self._is_written else ())
            if key.split(KEY_SEPARATOR)[0] not in self._tables
            or key.split(KEY_SEPARATOR)[1] not in existing
        ]
        rows, changes = [], list[Change]()
        for table, place in self._not_reached(existing):
            reason = NOT_REACHED[0].lower() + NOT_REACHED[1:]
            self._client.debug(f"{table.name} {place.name}: not requested, because {reason}")
            known = self._state.known(table.name, place.name).problem
            # A refusal waits for its time, also where its place comes back meanwhile.
            if known is None or known.kind != REFUSED:
                unreached = Problem(UNREACHED)
                changes.append(
                    Requested(
                        table.name,
                        place.name,
                        self._now,
                        was_requested=False,
                        problem=unreached,
                    )
                )
            rows.append(_row(table, place, "skipped", NOT_REACHED))
        return self._changed(rows if self._is_written and is_over else [], gone, changes)

    def _with_problem(self, job: Job, problem: Problem) -> list[Change]:
        """Return that a job was requested in vain."""
        place = job.place.name
        return [Requested(name, place, self._now, problem=problem) for name in names_in(job)]

    @property
    def _now(self) -> str:
        """The start of this sync."""
        return to_millis_text(self._client.started_at())

    def _not_reached(self, existing: set[str]) -> Iterable[tuple[Table, Place]]:
        """Yield what was due, in places that exist, and that no job was about."""
        for name, place in self._state.tables_and_places():
            table = self._tables.get(name)
            if table is None or not table.path or place not in existing:
                continue
            found = place_named(table.scope, place)
            was_read = self._results.became(name, place) is not None
            if not was_read and self._schedule.asks(table, found):
                yield table, found

    def _rows(
        self,
        place: Place,
        said: Sequence[tuple[Table, str, str | None]],
        covered: Sequence[Change],
    ) -> Batch:
        """Return what to write of tables in a place."""
        rows = [_row(table, place, status, reason) for table, status, reason in said]
        return self._changed(rows if self._is_written else [], [], covered)

    def _changed(self, told: list[Row], gone: list[str], covered: Sequence[Change]) -> Batch:
        """Return rows that are news, and the deletion of others."""
        written = {_key(row): fingerprint(row) for row in told}
        ledger = self._ledger()
        rows = [row for row in told if not ledger.is_unchanged(_key(row), written[_key(row)])]
        deletes = [
            (SYNC_COVERAGE, SYNC_COVERAGE.primary_key_values(WHOLE_ACCOUNT, key)) for key in gone
        ]
        changes = [RowsChanged(SYNC_COVERAGE.name, WHOLE_ACCOUNT.name, written, gone)]
        upserts = [(SYNC_COVERAGE, row) for row in rows]
        return Batch(upserts, deletes, [*covered, *(changes if told or gone else ())])

    def _ledger(self) -> Ledger:
        """Return what the destination holds of SYNC_COVERAGE."""
        return self._state.ledger(SYNC_COVERAGE.name, WHOLE_ACCOUNT.name)


class SyncsTable:
    """Tells of the sync that is under way, where the settings name SYNCS."""

    def __init__(self, tables: Collection[Table], client: Client, schedule: Schedule) -> None:
        """Begin now; *tables* are those of this sync."""
        self._is_selected = SYNCS in tables
        self._client = client
        self._schedule = schedule
        self._began = client.clock()

    def rows(self, written: int, deleted: int, *, is_complete: bool) -> Iterable[Row]:
        """Return the row of this sync with the number of rows *written* and *deleted* so far."""
        if not self._is_selected:
            return []
        start = self._client.started_at().replace(microsecond=0)
        took = timedelta(seconds=round(self._client.clock() - self._began))
        row = {
            "started_at": write_instant(start),
            "ended_at": write_instant(start + took),
            "requests": self._client.requests_made,
            "rows_written": written,
            "rows_deleted": deleted,
            "due": sorted(self._schedule.due - {SYNCS.name, SYNC_COVERAGE.name}),
            "is_complete": is_complete,
        }
        return [row]


def _key(row: Row) -> str:
    """Return the key of a row."""
    return f"{row['table_name']}{KEY_SEPARATOR}{row['place']}"


def _row(table: Table, place: Place, status: str, reason: str | None) -> Row:
    """Return the row about a table in a place."""
    keys = place.keys
    return {
        "table_name": table.name,
        "place": place.name,
        "organization_id": keys.get("organization_id"),
        "space_id": keys.get("space_id"),
        "environment_id": keys.get("environment_id"),
        "status": status,
        "reason": reason,
    }
