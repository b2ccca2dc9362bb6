"""What became of each table in each place in this sync: the only place that keeps it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum

from contentful_cma.errors import DifferenceTooLarge
from contentful_cma.extract.batch import Job, names_in
from contentful_cma.tables.table import Table


class Status(Enum):
    """What became of a table in a place."""

    UNFINISHED = "it was begun, and has failed if nothing is under way"
    READ = "all of it was read, but for what a warning names"
    PASSED_OVER = "something in its place failed before"
    GIVEN_UP = "the API does not answer"
    REFUSED = "the plan or the rights forbid it"
    SUSPECT = "it is suddenly empty"
    UNDECIDABLE = "more was deleted than the state can name"


class Results:
    """One result for each table in each place; a later job replaces what an earlier one came to.

    A job that writes no table has one under the name of the table that it lists.
    """

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._found: dict[tuple[str, str], Status] = {}
        self._lost: dict[Table, list[str]] = {}

    def record(self, job: Job, status: Status) -> None:
        """Note what became of a job."""
        for name in names_in(job):
            self._found[name, job.place.name] = status

    def lose(self, table: Table, place: str) -> None:
        """Note that nothing names the rows of a table that are gone from a place."""
        self._lost.setdefault(table, []).append(place)

    def forget(self, table: Table) -> None:
        """Note that all of a table is read again, whatever became of it so far."""
        for key in [key for key in self._found if key[0] == table.name]:
            del self._found[key]

    def became(self, table: str, place: str) -> Status | None:
        """Return what became of a table in a place, None where no job was about it."""
        return self._found.get((table, place))

    def is_stuck(self, place: str) -> bool:
        """Tell whether a job has failed in a place; only while none is under way there."""
        return any(name == place for _, name in self._with(Status.UNFINISHED))

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

    def error(self, table: Table, reason: str) -> DifferenceTooLarge:
        """Return the error for a table that cannot be read again now for this *reason*."""
        return DifferenceTooLarge(
            f"{table.name}: more was deleted in {', '.join(sorted(self._lost[table]))} than the"
            f" state can tell. The table keeps its rows and is read again in a sync that can read"
            f" all of it; now {reason}."
        )

    def _with(self, *statuses: Status) -> Iterator[tuple[str, str]]:
        """Yield table and place of the results of some statuses."""
        for key, status in self._found.items():
            if status in statuses:
                yield key
