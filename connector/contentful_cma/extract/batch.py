"""Jobs and batches: a job reads one endpoint in one place and writes its rows in batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
"""A table with a row of it, or with a primary key."""


@dataclass(frozen=True)
class Batch:
    """Rows to write, primary keys to delete, and changes of the state that follow.

    A batch is written as a whole, without a checkpoint in between.  ``upserts`` are read once, one
    by one, so rows can be made while they are written.  ``left_out`` has sentences about skipped
    records, ``warnings`` sentences for the user.
    """

    upserts: Iterable[WrittenRow] = ()
    deletes: Sequence[WrittenRow] = ()
    changes: Sequence[Change] = ()
    left_out: Sequence[str] = ()
    warnings: Sequence[str] = ()


WriteBatch = Callable[[Batch], None]
"""Writes a batch at once."""


class RecordObserver(Protocol):
    """Sees each record of a listing."""

    def __call__(
        self, endpoint: Table, place: Place, record: Record, *, is_selected: bool
    ) -> None:
        """Note a record that was listed in a place, selected or not."""


class Job(Protocol):
    """Reads an endpoint in one place."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables that it writes."""

    @property
    def place(self) -> Place:
        """The place that it reads."""

    @property
    def subject(self) -> str:
        """The tables, in words."""

    @property
    def shows(self) -> tuple[str, ...]:
        """The table whose records the job lists without writing them, if it writes none."""

    @property
    def requests_all(self) -> bool:
        """Whether it makes all requests, including those whose last answer was empty."""

    async def read(self, write: WriteBatch) -> None:
        """Read everything and pass it to *write*."""


@dataclass(frozen=True)
class ReadContext:
    """Shared by all jobs."""

    client: Client
    state: State
    see: RecordObserver


FEWEST_DOUBTED = 10
"""Rows from which a suddenly empty listing has to be confirmed by a second one."""


def suspect(table: Table, place: Place, known: int) -> ListingSuspect:
    """Return the error for an empty listing of a table that had *known* records."""
    where = f"{table.name} {place.name}".strip()
    return ListingSuspect(
        f"{where}: the API lists no records, but the last sync had {known}. Nothing was deleted."
        " If the listing is still empty at least an hour later, a sync deletes the rows."
    )


def names_in(job: Job) -> list[str]:
    """Return the tables of a job, or the table that it lists without writing."""
    return [table.name for table in job.tables] or list(job.shows)


def names_of(tables: Sequence[Table]) -> str:
    """Return the names of tables as a list in words."""
    return ", ".join(table.name for table in tables)


def keyless(table: Table, place: Place, count: int) -> list[str]:
    """Return a sentence with the number of records that had no key and so no row, if any."""
    where = f"{table.name} {place.name}".strip()
    return [f"{where}: {count} records without a key were skipped."] if count else []
