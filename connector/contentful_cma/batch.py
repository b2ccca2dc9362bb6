"""What a job hands to the writer: rows, and what to remember once they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Callable

from .table import Place, Row, Table

if TYPE_CHECKING:
    from .state import State


def _nothing(_state: State) -> None:
    pass


@dataclass(frozen=True)
class Batch:
    """Rows to write and primary keys to delete; ``remember`` notes in the state that it was done.

    ``left_out`` says in words what is not among the rows, ``warnings`` what the user has to know.
    A batch is written as a whole before ``remember`` is called, and no checkpoint comes between.
    """

    upserts: list[tuple[Table, Row]] = field(default_factory=list)
    deletes: list[tuple[Table, Row]] = field(default_factory=list)
    remember: Callable[[State], None] = _nothing
    left_out: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def strays(table: Table, place: Place, count: int) -> list[str]:
    """Return in words how many records had no key and so no row; nothing if all had one."""
    where = f"{table.name} {place.name}".strip()
    return [f"{where}: {count} records without a key were left out."] if count else []
