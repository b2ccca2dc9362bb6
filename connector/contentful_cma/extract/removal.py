"""Deletes the rows of a place that was deleted, or that the settings no longer select."""

from __future__ import annotations

from dataclasses import replace

from contentful_cma.errors import DifferenceTooLarge, NotReadable
from contentful_cma.state.bookmark import Scan
from contentful_cma.state.changes import PlaceDropped
from contentful_cma.state.sketch import Sketch
from contentful_cma.tables.derived import NO_MODEL
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Incremental, Table
from contentful_cma.values import Record, record_id, to_millis_text

from .batch import Batch, ReadContext, WriteBatch
from .content_api import ContentApi
from .listing import ListingJob


class RemovalJob:
    """Deletes all rows of a table in a place.

    The state lists their keys if it can.  If a sketch has too many, a place that still exists is
    listed, so the sketch only has to identify the differences.
    """

    def __init__(self, table: Table, place: Place, context: ReadContext, *, exists: bool) -> None:
        """*exists* is true if the place can still be listed."""
        self.tables: tuple[Table, ...] = ()
        self.place = place
        self.table = table
        self.subject, self.requests_all, self.shows = table.name, True, ()
        self._exists = exists
        self._context = replace(context, see=_ignore)
        self._bookmark = context.state.bookmark(table.name, place.name)

    async def read(self, write: WriteBatch) -> None:
        """Delete the rows; raise DifferenceTooLarge if they cannot be identified."""
        try:
            keys = await self._keys(write)
        except NotReadable:
            keys = None
        if keys is None:
            where = f"{self.subject} {self.place.name}"
            raise DifferenceTooLarge(f"{where}: the rows to delete cannot be identified.")
        deletes = [
            (self.table, self.table.primary_key_values(self.place, key)) for key in sorted(keys)
        ]
        write(Batch(deletes=deletes, changes=[PlaceDropped(self.table.name, self.place.name)]))

    async def _keys(self, write: WriteBatch) -> set[str] | None:
        """Return the keys of the rows to delete, None if they cannot be identified."""
        if self.table.is_history:
            return set()
        if isinstance(self.table.read, Incremental):
            return await self._content_ids(write)
        keys = self._context.state.ledger(self.table.name, self.place.name).keys()
        return await self._list(write) if keys is None and self._exists else keys

    async def _content_ids(self, write: WriteBatch) -> set[str] | None:
        """Return the ids of entries or assets, None if they cannot be identified."""
        held = self._bookmark.held()
        if held is None:
            return None
        ids = held.read()
        if ids is not None:
            return set(ids)
        return await self._scan(held, write) if self._exists else None

    async def _list(self, write: WriteBatch) -> set[str] | None:
        """Return the keys of the rows of a listing, None if it is partial."""
        listing = ListingJob(self.table, (self.table,), self.place, self._context)
        await listing.read(lambda _: write(Batch()))
        return None if listing.left_out else listing.held(self.table)

    async def _scan(self, held: Sketch, write: WriteBatch) -> set[str] | None:
        """Return the ids that the warehouse has, from a scan and the differences to it."""
        client, bound = self._context.client, self._bookmark.bound
        reader = ContentApi(self.table, self.place, client, NO_MODEL, bound)
        today, ids = Sketch(held.cells), set[str]()
        # Records outside of the bound have no rows, but would count as differences.
        start = Scan(bound, to_millis_text(client.started_at()), "", Sketch(1))
        async for page in reader.pages(start, select="sys"):
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
    """Ignore the records of a place that is not selected."""
