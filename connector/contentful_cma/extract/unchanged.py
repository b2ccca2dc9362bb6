"""A job without a request, for a table whose answer is known."""

from __future__ import annotations

from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table

from .batch import WriteBatch


class UnchangedJob:
    """Counts a table in one place as read, without changes since its last read."""

    def __init__(self, table: Table, place: Place) -> None:
        """Prepare the job."""
        self.tables = (table,)
        self.place = place
        self.subject = table.name
        self.requests_all, self.shows = False, ()

    async def read(self, _write: WriteBatch) -> None:
        """Change nothing."""
