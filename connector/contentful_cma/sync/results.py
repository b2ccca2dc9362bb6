"""The results of this sync: one for each table in each place."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum

from contentful_cma.errors import DifferenceTooLarge
from contentful_cma.extract.batch import Job, names_in
from contentful_cma.tables.table import Table


class Status(Enum):
    """The result of a table in a place."""

    UNFINISHED = "it was begun; if its job has ended, it has failed"
    READ = "all of it was read, except parts that a warning names"
    SKIPPED = "another read of its place failed before"
    GIVEN_UP = "the API does not answer"
    REFUSED = "the plan or the rights forbid it"
    SUSPECT = "it is suddenly empty"
    UNDECIDABLE = "more was deleted than the state can identify"


class Results:
    """One result for each table in each place; a later job replaces an earlier result.

    A job that writes no table has a result under the name of the table that it lists.
    """

    def __init__(self) -> None:
        """Begin without results."""
        self._found: dict[tuple[str, str], Status] = {}
        self._lost: dict[Table, list[str]] = {}

    def record(self, job: Job, status: Status) -> None:
        """Note the result of a job."""
        for name in names_in(job):
            self._found[name, job.place.name] = status

    def note_unknown_deletions(self, table: Table, place: str) -> None:
        """Note that deleted rows of a table in a place cannot be identified."""
        self._lost.setdefault(table, []).append(place)

    def forget(self, table: Table) -> None:
        """Forget the results of a table, because all of it is read again."""
        for key in [key for key in self._found if key[0] == table.name]:
            del self._found[key]

    def status_of(self, table: str, place: str) -> Status | None:
        """Return the result of a table in a place, None if it had no job."""
        return self._found.get((table, place))

    def is_stuck(self, place: str) -> bool:
        """Return whether a job has failed in a place; call this only when no job runs there."""
        return any(name == place for _, name in self._with(Status.UNFINISHED))

    @property
    def to_rebuild(self) -> list[Table]:
        """The tables with more deletions than the state can identify."""
        return sorted(self._lost, key=lambda table: table.name)

    def places_not_read(self, table: Table, places: Collection[str]) -> list[str]:
        """Return the *places* of a table to rebuild that this sync did not read."""
        read = {place for name, place in self._with(Status.READ) if name == table.name}
        return sorted(set(places) - read.union(self._lost[table]))

    def warning(self, table: Table) -> str:
        """Return the warning for a table that is truncated and read again."""
        return (
            f"{table.name} is truncated and read again, because more was deleted since the last"
            f" sync than the state can identify, in {', '.join(sorted(self._lost[table]))}."
        )

    def error(self, table: Table, reason: str) -> DifferenceTooLarge:
        """Return the error for a table that cannot be read again now for this *reason*."""
        return DifferenceTooLarge(
            f"{table.name}: more was deleted in {', '.join(sorted(self._lost[table]))} than the"
            " state can identify. The table keeps its rows until a sync can read all of it. This"
            f" sync cannot, because {reason}."
        )

    def _with(self, *statuses: Status) -> Iterator[tuple[str, str]]:
        """Yield table and place of the results with these statuses."""
        for key, status in self._found.items():
            if status in statuses:
                yield key
