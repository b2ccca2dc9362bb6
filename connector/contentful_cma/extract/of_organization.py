"""One listing of an organization in place of one for each of its spaces.

It only tells which spaces are as they were; what differs is read from the space itself.  So it
may be a part of what there is, or show less of a record than the listing of a space, and nothing
is lost, deleted or written by it.
"""

from __future__ import annotations

from collections.abc import Iterable

from contentful_cma.api.pagination import Collection, Records, following_pages
from contentful_cma.errors import ContentfulError, TokenRefused
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import linked_id

from .batch import ReadContext, Write
from .in_listing import TableInListing


class OfOrganizationRead:
    """Looks into a listing of an organization for spaces of which a table is as it was.

    ``unchanged`` names them afterwards: it has shown exactly the rows that the warehouse holds.
    """

    def __init__(
        self, table: Table, place: Place, spaces: Iterable[Place], context: ReadContext
    ) -> None:
        """*place* is the organization, *spaces* are those of which rows may be known."""
        self.tables: tuple[Table, ...] = ()
        self.table = table
        self.place = place
        self.spaces = tuple(spaces)
        self.subject = f"{table.name} of the organization"
        self.unchanged: frozenset[str] = frozenset()
        self._client = context.client
        listings = (TableInListing(table, space, context) for space in self.spaces)
        self._same = {one.place.name: one for one in listings if one.knows_all}
        self._pages = 0

    async def read(self, _write: Write) -> None:
        """Look; a listing that is refused, changes or has no end tells nothing."""
        for one in self._same.values():
            one.begin()
        path = self.place.path(self.table.of_organization)
        listing = Collection(path, {}, self.table.page_size(self._client.configuration))
        try:
            if self._same:
                await following_pages(self._client, listing, self._use)
        except TokenRefused:
            raise
        except ContentfulError as problem:
            self._client.log.info(f"{self.table.name} is read space by space. {problem}")
            self._same.clear()
        self.unchanged = frozenset(
            space for space, one in self._same.items() if not one.diff.gone()
        )

    def _use(self, records: Records) -> bool:
        """Forget the spaces that differ; tell whether no more pages are worth asking for."""
        for record in records:
            space = str(linked_id(record, "space"))
            one = self._same.get(space)
            if one is not None and (one.news([record]) or one.problems()):
                del self._same[space]
        self._pages += 1
        if self._pages > len(self.spaces):
            # Most of it is about spaces that are not read.
            self._same.clear()
        return not self._same
