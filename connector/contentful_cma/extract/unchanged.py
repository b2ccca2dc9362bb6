"""What needs no question, because its answer is known."""

from __future__ import annotations

from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table

from .batch import WriteBatch


class UnchangedJob:
    """A table that is in one place as it was when it was read last, or counts as such."""

    def __init__(self, table: Table, place: Place) -> None:
        """Nothing will be asked."""
        self.tables = (table,)
        self.place = place
        self.subject = table.name
        self.requests_all, self.shows = False, ()

    async def read(self, _write: WriteBatch) -> None:
        """Leave all as it is."""
