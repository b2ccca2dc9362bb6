"""What a job hands to the writer: rows, keys, and what is known once they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable, Protocol

from contentful_cma.api.client import Client
from contentful_cma.errors import ListingSuspect
from contentful_cma.state.changes import Change
from contentful_cma.state.state import State
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import Record, Row

WrittenRow = tuple[Table, Row]
"""A row, or the primary key of one, and the table that it belongs to."""


@dataclass(frozen=True)
class Batch:
    """Rows to write, primary keys to delete, and what the state knows once that is done.

    It is written as a whole, without a checkpoint in between.  ``left_out`` says in words what is
    not among the rows, ``warnings`` what the user has to know.
    """

    upserts: Sequence[WrittenRow] = ()
    deletes: Sequence[WrittenRow] = ()
    changes: Sequence[Change] = ()
    left_out: Sequence[str] = ()
    warnings: Sequence[str] = ()


WriteBatch = Callable[[Batch], None]
"""Writes a batch at once."""


class RecordObserver(Protocol):
    """Is told each record of a listing."""

    def __call__(
        self, endpoint: Table, place: Place, record: Record, *, is_selected: bool
    ) -> None:
        """Take note of a record that was listed in a place, be it selected or not."""


class Job(Protocol):
    """Something that is read in one place."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables that it writes."""

    @property
    def place(self) -> Place:
        """The place that it reads."""

    @property
    def subject(self) -> str:
        """What it reads, in words."""

    @property
    def shows(self) -> tuple[str, ...]:
        """The table whose records it lists without writing them, if it writes none."""

    @property
    def requests_all(self) -> bool:
        """Whether it requests all that there may be, also what was empty the last time."""

    async def read(self, write: WriteBatch) -> None:
        """Read all of it; what is written with *write* is on its way to the warehouse."""


@dataclass(frozen=True)
class ReadContext:
    """What all readings share."""

    client: Client
    state: State
    see: RecordObserver


FEWEST_DOUBTED = 10
"""Rows from which on a listing that is suddenly empty has to be confirmed by a second one."""


def suspect(table: Table, place: Place, known: int) -> ListingSuspect:
    """Return the error for a listing that has no record where *known* ones were."""
    where = f"{table.name} {place.name}".strip()
    return ListingSuspect(
        f"{where}: the API lists no record, and the last sync knew {known}. Nothing was deleted;"
        " if a listing at least an hour later is empty, too, the rows are deleted."
    )


def names_in(job: Job) -> list[str]:
    """Return the tables of a job, or the one that a listing shows without writing it."""
    return [table.name for table in job.tables] or list(job.shows)


def names_of(tables: Sequence[Table]) -> str:
    """Return the names of tables as a list in words."""
    return ", ".join(table.name for table in tables)


def keyless(table: Table, place: Place, count: int) -> list[str]:
    """Return in words how many records had no key and so no row; nothing if all had one."""
    where = f"{table.name} {place.name}".strip()
    return [f"{where}: {count} records without a key were left out."] if count else []
