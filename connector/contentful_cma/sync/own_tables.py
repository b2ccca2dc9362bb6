"""The tables about the sync itself: SYNC_COVERAGE, and SYNCS where the settings name it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from contentful_cma.api.client import Client
from contentful_cma.extract.batch import Batch, Job
from contentful_cma.extract.full import FullRead
from contentful_cma.state.changes import Change, Covered, RowsChanged
from contentful_cma.state.ledger import Ledger, fingerprint
from contentful_cma.state.state import State
from contentful_cma.tables.own import SYNC_COVERAGE, SYNCS
from contentful_cma.tables.places import WHOLE_ACCOUNT, Place, place_named
from contentful_cma.tables.table import Table
from contentful_cma.values import KEY_SEPARATOR, Row, write_instant

from .due import Due
from .refused import Refusal
from .results import UNREACHED

EVERYWHERE = (
    "(refused in the whole organization: one place of it is asked in each sync, all once a day)"
)
"""What is added where it is not the place that is refused."""


class Coverage:
    """Knows what was said of each table and place, so that only news is written."""

    def __init__(self, selected: Iterable[Table], state: State) -> None:
        """Begin with what *state* says; *selected* are the tables of this sync."""
        self._tables = {table.name: table for table in selected}
        self._is_written = SYNC_COVERAGE.name in self._tables
        self._state = state
        self._notes: dict[tuple[str, str], list[str]] = {}
        self._refusals: dict[str, list[str]] = {}
        self._told: set[str] = set()

    def note(self, job: Job, sentences: Iterable[str]) -> None:
        """Note what a job left out."""
        for name in _names(job):
            noted = self._notes.setdefault((name, job.place.name), [])
            noted += [one for one in sentences if one not in noted]

    def read(self, job: Job) -> Batch:
        """Return what to write after a job has succeeded, and to warn about if it is news."""
        place = job.place.name
        left_out = {one: " ".join(self._notes.get((one, place), ())) for one in _names(job)}
        known = {"", *(self._state.coverage(name, place) for name in left_out)}
        covered = [Covered(name, place, sentences) for name, sentences in left_out.items()]
        said = [
            (table, "incomplete" if left_out[table.name] else "read", left_out[table.name] or None)
            for table in job.tables
        ]
        warnings = sorted({*left_out.values()} - known)
        return replace(self._news(job.place, said, covered), warnings=warnings)

    def skipped(self, refusal: Refusal) -> Batch:
        """Return what to write of a job that was not read; `warnings` tells of it, once."""
        job, reason = refusal.job, refusal.reason
        told = f"{reason} {EVERYWHERE}" if refusal.is_whole else reason
        place = job.place.name
        said = [(table, "skipped", told) for table in job.tables]
        if any(self._state.coverage(name, place) != reason for name in _names(job)):
            self._refusals.setdefault(job.subject, []).append(refusal.sentence)
        return self._news(job.place, said, [Covered(name, place, reason) for name in _names(job)])

    def warnings(self) -> list[str]:
        """Return one sentence for each table that is skipped now and was not before."""
        sentences = []
        for names, refusals in sorted(self._refusals.items()):
            places = "" if len(refusals) == 1 else f" in {len(refusals)} places, for example"
            sentences.append(
                f"{names} was skipped, its rows stay as they are{places}: {refusals[0]}"
            )
        return sentences

    def of_the_rest(self, existing: set[str], due: set[str], *, is_over: bool) -> Batch:
        """Return what to write of what no job was about.

        Tables that are not selected and places that are gone are no longer told of.  If the sync
        *is_over* without a failure, what else was *due* (names of tables) and not told of could
        not be reached.  *existing* are the names of the places that exist as far as is known.
        """
        gone, unread, covered = [], [], list[Change]()
        for key in sorted(self._ledger().keys() or ()) if self._is_written else ():
            name, place = key.split(KEY_SEPARATOR)
            table = self._tables.get(name)
            if table is None or place not in existing:
                gone.append(key)
            elif name in due and key not in self._told:
                # It is due as soon as it can be reached, unless it was refused when it could.
                reason = self._state.coverage(name, place) or UNREACHED
                covered.append(Covered(name, place, reason))
                if is_over:
                    unread.append(
                        _row(table, place_named(table.scope, place), "skipped", UNREACHED)
                    )
        return self._changed(unread, gone, covered)

    def _news(
        self,
        place: Place,
        said: Sequence[tuple[Table, str, str | None]],
        covered: Sequence[Change],
    ) -> Batch:
        """Return what to write of tables in a place."""
        rows = [_row(table, place, status, reason) for table, status, reason in said]
        self._told.update(_key(row) for row in rows)
        return self._changed(rows if self._is_written else [], [], covered)

    def _changed(self, told: list[Row], gone: list[str], covered: Sequence[Change]) -> Batch:
        """Return rows that are news, and the deletion of others."""
        written = {_key(row): fingerprint(row) for row in told}
        ledger = self._ledger()
        rows = [row for row in told if not ledger.is_unchanged(_key(row), written[_key(row)])]
        deletes = [(SYNC_COVERAGE, SYNC_COVERAGE.keys_of(WHOLE_ACCOUNT, key)) for key in gone]
        changes = [RowsChanged(SYNC_COVERAGE.name, WHOLE_ACCOUNT.name, written, gone)]
        upserts = [(SYNC_COVERAGE, row) for row in rows]
        return Batch(upserts, deletes, [*covered, *(changes if told or gone else ())])

    def _ledger(self) -> Ledger:
        """Return what the destination holds of SYNC_COVERAGE."""
        return self._state.ledger(SYNC_COVERAGE.name, WHOLE_ACCOUNT.name)


class Syncs:
    """Tells of the sync that is under way, where the settings name SYNCS."""

    def __init__(self, tables: Collection[Table], client: Client, due: Due) -> None:
        """Begin now; *tables* are those of this sync."""
        self._is_selected = SYNCS in tables
        self._client = client
        self._due = due
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
            "due": sorted(self._due.tables - {SYNCS.name, SYNC_COVERAGE.name}),
            "is_complete": is_complete,
        }
        return [row]


def _names(job: Job) -> list[str]:
    """Return the tables of a job, or words for a listing that only tells where tables are."""
    unwritten = [job.subject] if isinstance(job, FullRead) else []
    return [table.name for table in job.tables] or unwritten


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
