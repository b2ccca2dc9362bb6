"""SYNC_COVERAGE: whether each table could be read in each place, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from .batch import Batch
from .errors import NotReadable
from .ledger import fingerprint
from .listing import Listing
from .state import State
from .table import KEY_SEPARATOR, WHOLE_ACCOUNT, Place, Row, Table
from .tables import SYNC_COVERAGE

UNREACHED = "Its place could not be listed, or is not ready to be read."
"""Why nothing was asked of a place that may well exist."""


class Covered(Protocol):
    """A job, as far as coverage is concerned."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables that it reads."""

    @property
    def place(self) -> Place:
        """The place that it reads them in."""


class Coverage:
    """Knows what was said of each table and place, so that only news is written."""

    def __init__(self, selected: Iterable[Table], state: State) -> None:
        """Begin with what *state* says; *selected* are the tables of this sync."""
        self._tables = {table.name: table for table in selected}
        self._is_written = SYNC_COVERAGE.name in self._tables
        self._state = state
        self._ledger = state.ledger(SYNC_COVERAGE.name, WHOLE_ACCOUNT.name)
        self._notes: dict[tuple[str, str], list[str]] = {}
        self._refusals: dict[str, list[str]] = {}
        self._told: set[str] = set()

    @property
    def tables(self) -> tuple[Table, ...]:
        """SYNC_COVERAGE where it is written."""
        return (SYNC_COVERAGE,) if self._is_written else ()

    def note(self, job: Covered, sentences: Iterable[str]) -> None:
        """Note what a job left out."""
        for name in _names(job):
            self._notes.setdefault((name, job.place.name), []).extend(sentences)

    def read(self, job: Covered) -> Batch:
        """Return what to write after a job has succeeded, and to warn about if it is news."""
        place = job.place.name
        left_out = {one: " ".join(self._notes.get((one, place), ())) for one in _names(job)}
        known = {"", *(self._state.coverage(name, place) for name in left_out)}
        # What was refused was refused to all tables of the job at once.
        self._state.cover(", ".join(left_out), place, "")
        for name, sentences in left_out.items():
            self._state.cover(name, place, sentences)
        said = [
            (table, "incomplete" if left_out[table.name] else "read", left_out[table.name] or None)
            for table in job.tables
        ]
        return replace(self._news(job.place, said), warnings=sorted({*left_out.values()} - known))

    def skipped(self, job: Covered, refused: NotReadable) -> Batch:
        """Return what to write after a job was refused; `warnings` tells of it, once."""
        reason = f"HTTP {refused.status} {refused.reason}"
        batch = self._news(job.place, [(table, "skipped", reason) for table in job.tables])
        names = ", ".join(_names(job))
        key = names, job.place.name
        if self._state.coverage(*key) != reason:
            self._refusals.setdefault(names, []).append(str(refused))
        self._state.cover(*key, reason)
        return batch

    def warnings(self) -> list[str]:
        """Return one sentence for each table that is skipped now and was not before."""
        sentences = []
        for names, refusals in sorted(self._refusals.items()):
            places = "" if len(refusals) == 1 else f" in {len(refusals)} places, for example"
            sentences.append(
                f"{names} was skipped, its rows stay as they are{places}: {refusals[0]}"
            )
        return sentences

    def of_the_rest(self, places: Mapping[str, set[str]], *, is_over: bool) -> Batch:
        """Return what to write of what no job was about.

        Tables that are not selected and places that are gone are no longer told of.  If the sync
        *is_over* without a failure, what else was not told of could not be reached.  *places* are,
        by scope, the names of those that exist as far as is known.
        """
        gone, unread = [], []
        for key in sorted(self._ledger.keys() or ()) if self._is_written else ():
            name, place = key.split(KEY_SEPARATOR)
            table = self._tables.get(name)
            if table is None or not any(place in names for names in places.values()):
                gone.append(key)
            elif is_over and key not in self._told:
                known = Place(table.scope, tuple(place.split("/")))
                unread.append(_row(table, known, "skipped", UNREACHED))
        return self._remembering(unread, gone)

    def _news(self, place: Place, said: list[tuple[Table, str, str | None]]) -> Batch:
        rows = [_row(table, place, status, reason) for table, status, reason in said]
        self._told.update(_key(row) for row in rows)
        return self._remembering(rows if self._is_written else [], [])

    def _remembering(self, told: list[Row], gone: list[str]) -> Batch:
        marks = {_key(row): fingerprint(row) for row in told}
        rows = [row for row in told if not self._ledger.is_unchanged(_key(row), fingerprint(row))]

        def remember(state: State) -> None:
            if self._is_written:
                self._ledger.record(marks)
                self._ledger.forget(gone)
                state.keep_ledger(SYNC_COVERAGE.name, WHOLE_ACCOUNT.name, self._ledger)

        deletes = [(SYNC_COVERAGE, SYNC_COVERAGE.keys_of(WHOLE_ACCOUNT, key)) for key in gone]
        return Batch([(SYNC_COVERAGE, row) for row in rows], deletes, remember)


def _names(job: Covered) -> list[str]:
    """Return the tables of a job, or words for what only tells where there are tables."""
    unwritten = [f"What is in {job.endpoint.name}"] if isinstance(job, Listing) else []
    return [table.name for table in job.tables] or unwritten


def _key(row: Row) -> str:
    return f"{row['table_name']}{KEY_SEPARATOR}{row['place']}"


def _row(table: Table, place: Place, status: str, reason: str | None) -> Row:
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
