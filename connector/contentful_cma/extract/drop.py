"""Deleting the rows of a place that exists and is not selected any more."""

from __future__ import annotations

from contentful_cma.api.pagination import Records
from contentful_cma.errors import NotReadable
from contentful_cma.state.bookmark import Scan
from contentful_cma.state.changes import PlaceDropped
from contentful_cma.state.sketch import Sketch
from contentful_cma.tables.derived import NO_MODEL
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import record_id, sortable

from .batch import Batch, ReadContext, Write, names_of
from .reader import Reader


class DropRead:
    """Lists the ids of entries or assets in a place and deletes their rows.

    *held* is the sketch of what the warehouse has: more than it could tell by itself.
    """

    def __init__(self, table: Table, place: Place, held: Sketch, context: ReadContext) -> None:
        """Prepare; nothing is asked yet."""
        self.tables: tuple[Table, ...] = ()
        self.place = place
        self.table = table
        self.subject = names_of((table,))
        self._held = held
        bound = context.state.bookmark(table.name, place.name).bound
        self._reader = Reader(table, place, context.client, NO_MODEL, bound)
        self._now = sortable(context.client.started_at())

    async def read(self, write: Write) -> None:
        """Delete what is there, and what has gone since the last sync."""
        today, ids = Sketch(self._held.cells), list[str]()

        def use(records: Records, scan: Scan) -> Scan:
            """Note the ids that the place still has; a checkpoint may follow."""
            found = [one for one in map(record_id, records) if one is not None]
            ids.extend(found)
            for one in found:
                today.add(one)
            write(Batch())
            return scan

        # What was left out is none of ours; counted as added it would hide what is.
        start = Scan(self._reader.bound, self._now, "", Sketch(1))
        try:
            await self._reader.scan(start, use, select="sys")
        except NotReadable as refused:
            raise self._reader.difference_too_large() from refused
        difference = self._held.difference(today)
        if difference is None:
            raise self._reader.difference_too_large()
        gone = sorted(set(ids).difference(difference.added).union(difference.removed))
        deletes = [(self.table, self.table.keys_of(self.place, key)) for key in gone]
        write(Batch(deletes=deletes, changes=[PlaceDropped(self.table.name, self.place.name)]))
