"""Tables of which more was deleted than the state can tell: they are read anew, or wait."""

from __future__ import annotations

from contentful_cma.errors import DifferenceTooLarge
from contentful_cma.extract.batch import Job
from contentful_cma.state.state import State
from contentful_cma.tables.table import Table

from .discovery import Discovery


class Lost:
    """Knows where it cannot be told what is gone, and which places were read in this sync."""

    def __init__(self, state: State, discovery: Discovery) -> None:
        """Begin with nothing lost."""
        self._state = state
        self._discovery = discovery
        self._places: dict[Table, list[str]] = {}
        self._finished: set[tuple[str, str]] = set()

    def lose(self, table: Table, place: str) -> None:
        """Note that nobody can tell what is gone from a table in a place."""
        self._places.setdefault(table, []).append(place)

    def finished(self, job: Job) -> None:
        """Note that a job has read its tables in its place."""
        self._finished.update((table.name, job.place.name) for table in job.tables)

    @property
    def tables(self) -> list[Table]:
        """The tables to be read anew."""
        return sorted(self._places, key=lambda table: table.name)

    def kept(self, table: Table) -> list[str]:
        """Return the places of a table that are not gone."""
        gone = set(self._discovery.vanished())
        return [one for one in self._state.places(table.name) if (table, one) not in gone]

    def unread(self, table: Table) -> list[str]:
        """Return the places that this sync could not read, which must keep their rows."""
        done = {one for name, one in self._finished if name == table.name}
        return sorted(set(self.kept(table)) - done.union(self._places[table]))

    def warning(self, table: Table) -> str:
        """Return what to say of a table that is read anew."""
        return (
            f"{table.name} is truncated and read again, because more was deleted since the last"
            f" sync than the state can tell, in {', '.join(sorted(self._places[table]))}."
        )

    def error(self, table: Table) -> DifferenceTooLarge:
        """Return the error for a table that cannot be read anew in this sync."""
        unread = ", ".join(self.unread(table))
        reason = f"{unread} cannot be read" if unread else "this sync has failed"
        return DifferenceTooLarge(
            f"{table.name}: more was deleted in {', '.join(sorted(self._places[table]))} than the"
            f" state can tell. The table keeps its rows and is read again in a sync that can read"
            f" all of it; now {reason}."
        )
