"""What became of each table in each place in this sync: the only place that keeps it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum

from contentful_cma.errors import DifferenceTooLarge
from contentful_cma.extract.batch import Job
from contentful_cma.tables.places import WHOLE_ACCOUNT
from contentful_cma.tables.structure import ENVIRONMENTS
from contentful_cma.tables.table import Table

UNREACHED = "Its place could not be listed, or is not ready to be read."
"""Why nothing was requested of a place that may well exist."""


class Status(Enum):
    """What became of a table in a place."""

    UNFINISHED = "it was begun, and has failed if nothing is under way"
    READ = "all of it was read, but for what a warning names"
    REFUSED = "the plan or the rights forbid it"
    UNDECIDABLE = "more was deleted than the state can name"


@dataclass(frozen=True)
class Result:
    """What became of a table in a place; *leads_on* if other jobs depend on what it shows."""

    status: Status
    leads_on: bool = False


class Results:
    """One result for each table in each place; a later job replaces what an earlier one came to.

    A job without tables, which only shows what there is, has one under its own name.
    """

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._found: dict[tuple[str, str], Result] = {}
        self._lost: dict[Table, list[str]] = {}
        self._refused: set[Table] = set()

    def record(self, job: Job, status: Status) -> None:
        """Note what became of a job."""
        for name in [table.name for table in job.tables] or [job.subject]:
            self._found[name, job.place.name] = Result(status, _leads_on(job))
        if status is Status.REFUSED:
            self._refused.update(job.tables)

    def lose(self, table: Table, place: str) -> None:
        """Note that nothing names the rows of a table that are gone from a place."""
        self._lost.setdefault(table, []).append(place)

    def forget(self, table: Table) -> None:
        """Note that all of a table is read again, whatever became of it so far."""
        for key in [key for key in self._found if key[0] == table.name]:
            del self._found[key]

    def is_stuck(self, place: str) -> bool:
        """Tell whether a job has failed in a place; only while none is under way there."""
        return any(name == place for _, name in self._with(Status.UNFINISHED))

    @property
    def unread(self) -> set[str]:
        """The names of the tables that were not read in all places where they were begun."""
        return {name for name, _ in self._with(Status.UNFINISHED, Status.UNDECIDABLE)}

    @property
    def knows_all_places(self) -> bool:
        """Whether no job failed that decides what other jobs there are."""
        open_ones = self._with(Status.UNFINISHED, Status.UNDECIDABLE)
        return not any(self._found[key].leads_on for key in open_ones)

    @property
    def refused(self) -> set[Table]:
        """The tables that were refused in some place."""
        return set(self._refused)

    @property
    def to_rebuild(self) -> list[Table]:
        """The tables of which more was deleted than the state can name."""
        return sorted(self._lost, key=lambda table: table.name)

    def places_not_read(self, table: Table, places: Collection[str]) -> list[str]:
        """Return those *places* of a table to rebuild that this sync could not read."""
        read = {place for name, place in self._with(Status.READ) if name == table.name}
        return sorted(set(places) - read.union(self._lost[table]))

    def warning(self, table: Table) -> str:
        """Return what to say of a table that is truncated and read again."""
        return (
            f"{table.name} is truncated and read again, because more was deleted since the last"
            f" sync than the state can tell, in {', '.join(sorted(self._lost[table]))}."
        )

    def error(self, table: Table, places: Collection[str]) -> DifferenceTooLarge:
        """Return the error for a table that cannot be read again now; it holds *places*."""
        unread = ", ".join(self.places_not_read(table, places))
        reason = f"{unread} cannot be read" if unread else "this sync has failed"
        return DifferenceTooLarge(
            f"{table.name}: more was deleted in {', '.join(sorted(self._lost[table]))} than the"
            f" state can tell. The table keeps its rows and is read again in a sync that can read"
            f" all of it; now {reason}."
        )

    def _with(self, *statuses: Status) -> Iterator[tuple[str, str]]:
        """Yield table and place of the results of some statuses."""
        for key, result in self._found.items():
            if result.status in statuses:
                yield key


def _leads_on(job: Job) -> bool:
    """Tell whether a job decides what other jobs there are."""
    return not job.tables or job.place == WHOLE_ACCOUNT or ENVIRONMENTS in job.tables
