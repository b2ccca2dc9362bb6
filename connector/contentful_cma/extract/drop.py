"""Deleting the rows of a place that exists and is not selected any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from contentful_cma.errors import NotReadable
from contentful_cma.state.bookmark import Scan
from contentful_cma.state.changes import PlaceDropped
from contentful_cma.state.sketch import Sketch
from contentful_cma.tables.derived import NO_MODEL
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import Record, record_id, sortable

from .batch import Batch, ReadContext, Write, names_of
from .full import FullRead
from .reader import Reader


class DropRead:
    """Lists what a table has in a place and deletes its rows.

    *held* is the sketch of what the warehouse has of entries or assets: more than it could tell by
    itself.  Of a table that is listed in full the ledger knows it.
    """

    def __init__(
        self, table: Table, place: Place, held: Optional[Sketch], context: ReadContext
    ) -> None:
        """Prepare; nothing is asked yet."""
        self.tables: tuple[Table, ...] = ()
        self.place = place
        self.table = table
        self.subject = names_of((table,))
        self.requests_all, self.shows = True, ()
        self._held = held
        self._context = replace(context, see=_ignore)
        bound = context.state.bookmark(table.name, place.name).bound
        self._reader = Reader(table, place, context.client, NO_MODEL, bound)
        self._now = sortable(context.client.started_at())

    async def read(self, write: Write) -> None:
        """Delete what is there, and what has gone since the last sync."""
        held = self._held
        try:
            gone = await (self._listed(write) if held is None else self._scanned(held, write))
        except NotReadable as refused:
            raise self._reader.difference_too_large() from refused
        if gone is None:
            raise self._reader.difference_too_large()
        deletes = [(self.table, self.table.keys_of(self.place, key)) for key in sorted(gone)]
        write(Batch(deletes=deletes, changes=[PlaceDropped(self.table.name, self.place.name)]))

    async def _listed(self, write: Write) -> set[str] | None:
        """Return the keys of the rows of a listing, None where it is a partial one."""
        listing = FullRead(self.table, (self.table,), self.place, self._context)
        await listing.read(lambda _: write(Batch()))
        return None if listing.left_out else listing.held(self.table)

    async def _scanned(self, held: Sketch, write: Write) -> set[str] | None:
        """Return the ids of the rows of entries or assets, None where they cannot be told."""
        today, ids = Sketch(held.cells), set[str]()
        # What was left out is none of ours; counted as added it would hide what is.
        start = Scan(self._reader.bound, self._now, "", Sketch(1))
        async for page in self._reader.pages(start, select="sys"):
            found = {one for one in map(record_id, page.take()) if one is not None}
            for one in found - ids:
                today.add(one)
            ids |= found
            write(Batch())
        difference = held.difference(today)
        if difference is None:
            return None
        return ids.difference(difference.added).union(difference.removed)


def _ignore(
    endpoint: Table,
    place: Place,
    record: Record,
    *,
    is_selected: bool,
) -> None:
    """Learn nothing of the account from a place that is not selected."""
