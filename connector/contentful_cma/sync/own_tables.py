"""The tables about the sync itself: SYNC_COVERAGE, and SYNCS if it is selected."""

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
from contentful_cma.values import KEY_SEPARATOR, Row, one_line, to_millis_text, write_instant

from .results import Results
from .schedule import Schedule

NOT_REACHED = "Its place could not be listed, or is not ready to be read."
"""The reason for a place that was not requested, but may exist."""


class CoverageTable:
    """Reports the result of each table in each place to the state and to SYNC_COVERAGE."""

    def __init__(
        self,
        selected: Iterable[Table],
        schedule: Schedule,
        results: Results,
        client: Client,
        state: State,
    ) -> None:
        """Begin with *state*; *selected* are the tables of this sync."""
        self._tables = {table.name: table for table in selected}
        self._is_written = SYNC_COVERAGE.name in self._tables
        self._schedule = schedule
        self._results = results
        self._client = client
        self._state = state
        self._notes: dict[tuple[str, str], list[str]] = {}
        self._refusals: dict[str, list[str]] = {}

    def add_problems(self, job: Job, sentences: Iterable[str]) -> None:
        """Note sentences about skipped records of a job."""
        for name in names_in(job):
            noted = self._notes.setdefault((name, job.place.name), [])
            # Sentences may contain ids of records, which were not checked.
            noted += [one for one in map(one_line, sentences) if one not in noted]

    def rows_for_success(self, job: Job) -> Batch:
        """Return the rows after a job has succeeded, with warnings about new problems."""
        place, reports, changes, warnings = job.place.name, [], list[Change](), set()
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
                reports.append((table, "incomplete" if sentence else "read", sentence or None))
        return replace(self._rows(job.place, reports, changes), warnings=sorted(warnings))

    def rows_for_refusal(self, job: Job, error: NotReadable) -> Batch:
        """Return the rows of a refused job; `warnings` reports a new refusal once."""
        reason, place = f"HTTP {error.status} {error.reason}", job.place.name
        known = [self._state.known(name, place).problem for name in names_in(job)]
        if any(one is None or one.reason != reason for one in known):
            self._refusals.setdefault(job.subject, []).append(str(error))
        reports = [(table, "skipped", reason) for table in job.tables]
        return self._rows(job.place, reports, self._with_problem(job, Problem(REFUSED, reason)))

    def rows_for_suspicion(self, job: Job, error: ListingSuspect) -> Batch:
        """Return the rows of a suddenly empty listing, with a warning."""
        reports = [(table, "incomplete", str(error)) for table in job.tables]
        batch = self._rows(job.place, reports, self._with_problem(job, Problem(SUSPECT)))
        return replace(batch, warnings=[str(error)])

    def warnings(self) -> list[str]:
        """Return one sentence for each table that is skipped now and was not before."""
        sentences = []
        for names, refusals in sorted(self._refusals.items()):
            places = "" if len(refusals) == 1 else f" in {len(refusals)} places"
            sentences.append(f"{names} was skipped{places}. Its rows are kept. {refusals[0]}")
        return sentences

    def rows_for_unreached(self, existing: set[str], *, is_over: bool) -> Batch:
        """Return the rows of tables and places without a job.

        Rows of tables that are not selected, and of places that do not exist, are deleted.  Other
        tables that were due could not be reached; they get a row if the sync *is_over* without a
        failure.  *existing* are the names of the existing places, as far as known.
        """
        written = sorted(self._ledger().keys() or ()) if self._is_written else ()
        parts = {key: key.split(KEY_SEPARATOR) for key in written}
        deleted = [
            key
            for key, (table, place, *_) in parts.items()
            if table not in self._tables or place not in existing
        ]
        rows, changes = [], list[Change]()
        for table, place in self._not_reached(existing):
            reason = NOT_REACHED[0].lower() + NOT_REACHED[1:]
            self._client.debug(f"{table.name} {place.name}: not requested, because {reason}")
            known = self._state.known(table.name, place.name).problem
            # A refused table waits for its next request, even if its place could be reached again.
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
        return self._changed(rows if self._is_written and is_over else [], deleted, changes)

    def _with_problem(self, job: Job, problem: Problem) -> list[Change]:
        """Return the changes for a job that was requested, but not read."""
        place = job.place.name
        return [Requested(name, place, self._now, problem=problem) for name in names_in(job)]

    @property
    def _now(self) -> str:
        """The start of this sync."""
        return to_millis_text(self._client.started_at())

    def _not_reached(self, existing: set[str]) -> Iterable[tuple[Table, Place]]:
        """Yield tables that were due in existing places, but had no job."""
        for name, place in self._state.tables_and_places():
            table = self._tables.get(name)
            if table is None or not table.path or place not in existing:
                continue
            found = place_named(table.scope, place)
            was_read = self._results.status_of(name, place) is not None
            if not was_read and self._schedule.is_requested(table, found):
                yield table, found

    def _rows(
        self,
        place: Place,
        reports: Sequence[tuple[Table, str, str | None]],
        covered: Sequence[Change],
    ) -> Batch:
        """Return the rows of a place as a batch, with the changes that they report."""
        rows = [_row(table, place, status, reason) for table, status, reason in reports]
        return self._changed(rows if self._is_written else [], [], covered)

    def _changed(self, rows: list[Row], deleted: list[str], covered: Sequence[Change]) -> Batch:
        """Return the new and changed ones of *rows*, and the deletion of others."""
        written = {_key(row): fingerprint(row) for row in rows}
        unchanged = self._ledger().is_unchanged
        table, name = SYNC_COVERAGE, SYNC_COVERAGE.name
        upserts = [(table, row) for row in rows if not unchanged(_key(row), written[_key(row)])]
        deletes = [(table, table.primary_key_values(WHOLE_ACCOUNT, key)) for key in deleted]
        changes = [RowsChanged(name, WHOLE_ACCOUNT.name, written, deleted)]
        return Batch(upserts, deletes, [*covered, *(changes if rows or deleted else ())])

    def _ledger(self) -> Ledger:
        """Return the ledger of SYNC_COVERAGE."""
        return self._state.ledger(SYNC_COVERAGE.name, WHOLE_ACCOUNT.name)


class SyncsTable:
    """Makes the row of the present sync in SYNCS, if that table is selected."""

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
    """Return the key of a row in the ledger."""
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
