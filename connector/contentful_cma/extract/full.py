"""Tables that are listed in full in each sync: what of them to write and what to delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlencode

from contentful_cma.api.pagination import Listing, Page, read_pages
from contentful_cma.errors import NotReadable, QueryRefused, Unanswered
from contentful_cma.state.changes import Change, ListingRead, RowsChanged
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Lookup, Table
from contentful_cma.values import Record, record_id

from .batch import Batch, ReadContext, Write, names_of, suspect
from .in_listing import NewRow, TableInListing, Told

OPTIONAL_QUERY = ("cursor", "order", "include")
"""Parameters that only make a listing steadier or fuller, in the order in which they are left out
where they are refused."""


class FullRead:
    """Reads one endpoint in one place, for all *tables* that it fills, or only to see what it has.

    ``left_out`` says in words what could not be read; while it says something the listing is
    partial, and nothing is deleted.
    """

    def __init__(
        self,
        endpoint: Table,
        tables: tuple[Table, ...],
        place: Place,
        context: ReadContext,
        *,
        variants: bool = True,
        known: Callable[[], int] = lambda: 0,
    ) -> None:
        """*variants* says whether those are listed, too.

        *known* tells, once the listing was read, how many records were known before; 0 lets an
        empty listing be believed.
        """
        self.endpoint = endpoint
        self.tables = tables
        self.place = place
        self.left_out: list[str] = []
        self.shows = (endpoint.name,)
        self._known = known
        self._counts: dict[int, int] = {}
        self._variants = endpoint.variants if variants else ()
        self._context = context
        self._client = context.client
        self._of_tables: list[TableInListing] = []
        self._shown: dict[str, int] = {}
        self._left_out: dict[int, list[str]] = {}

    @property
    def requests_all(self) -> bool:
        """Whether the variants are listed, too."""
        return self._variants == self.endpoint.variants

    @property
    def subject(self) -> str:
        """The tables, or that it only tells where there are tables."""
        return names_of(self.tables) or f"What is in {self.endpoint.name}"

    async def read(self, write: Write) -> None:
        """Write what is new or changed, page by page, and delete at the end what is gone."""
        context = self._context
        self._of_tables = [TableInListing(table, self.place, context) for table in self.tables]
        await self._read_with(self.place.query(self.endpoint.query), OPTIONAL_QUERY, write)
        if not self.waits:
            write(self._end())

    @property
    def waits(self) -> bool:
        """Whether rows lack what another listing tells: then `complete` is still to come."""
        return any(table.waiting for table in self._of_tables)

    @property
    def lacks_all_lookups(self) -> bool:
        """Whether all rows wait for what another listing tells."""
        return any(table.lacks_all for table in self._of_tables)

    async def complete(self, values: Mapping[str, str | None], write: Write) -> None:
        """Write the rows that wait, and delete what is gone.

        *values* is what this sync has been told, by key; what is not among it is asked for.
        """
        for table in self._of_tables:
            await self._look_up(table, values, write)
        write(self._end())

    async def _read_with(
        self, query: dict[str, str], optional: tuple[str, ...], write: Write
    ) -> None:
        """Read the listing; where it is refused, without one optional parameter after another."""
        try:
            await self._read(query, write)
        except QueryRefused as refused:
            given = [name for name in optional if name in query]
            if not given:
                raise
            self._client.log.info(f"{refused} It is asked again without {given[0]}.")
            plain = {name: value for name, value in query.items() if name != given[0]}
            await self._read_with(plain, tuple(given[1:]), write)

    async def _read(self, query: dict[str, str], write: Write) -> None:
        """Look at the listing until no table needs another look, then end."""
        looks, earlier = True, set[str]()
        while looks:
            await self._look(query, write)
            if not any(self._counts.values()) and self._known():
                raise suspect(self.endpoint, self.place, self._known())
            # What any look has passed over makes the listing a partial one.
            earlier.update(*self._left_out.values())
            again = [table.diff.look_again(is_whole=not earlier) for table in self._of_tables]
            looks = any(again)
        self.left_out = sorted(earlier)

    async def _look(self, query: dict[str, str], write: Write) -> None:
        """Read the listing once, and its variants before it."""
        self._shown, self._left_out, self._counts = {}, {}, {}
        for table in self._of_tables:
            table.begin()
        for number, variant in enumerate((*self._variants, ())):
            try:
                await self._list(number, {**query, **dict(variant)}, write)
            except (NotReadable, QueryRefused) as problem:
                if not variant:
                    raise
                # A parameter that is unknown (400) lists nothing, if it never did; what is
                # forbidden may be there.
                ledger = self._context.state.ledger(self.endpoint.name, self.place.name)
                is_unknown = isinstance(problem, QueryRefused) and not ledger.has_variants
                sentence = f"{urlencode(variant)}: {problem.summary}"
                self._left_out[number] = [] if is_unknown else [sentence]

    async def _list(self, number: int, query: dict[str, str], write: Write) -> None:
        """Read all pages of one variant; the last one is the listing itself."""
        limit = self.endpoint.page_size(self._client.configuration)
        path = self.place.path(self.endpoint.path)
        listing = Listing(path, query, limit, headers=self.endpoint.headers)
        async for page in read_pages(self._client, listing):
            self._use(number, write, page)

    def _use(self, number: int, write: Write, page: Page) -> None:
        """Write what is news on a page of the variant with this number."""
        if page.first:
            self._left_out[number], self._counts[number] = [], 0
            for table in self._of_tables if number == 0 else ():
                table.begin()
        self._left_out[number] += page.left_out
        self._counts[number] += len(page)
        records = [
            record
            for record in page.take()
            if self._is_first(number, record) and self._selects(record)
        ]
        found = [(table, table.news(records)) for table in self._of_tables]
        upserts = [(table.table, one.row) for table, news in found for one in news]
        write(Batch(upserts, changes=[c for table, news in found for c in table.wrote(news)]))

    def _is_first(self, number: int, record: Record) -> bool:
        """Tell whether no earlier variant has shown the record."""
        found = record_id(record) if self._variants else None
        return found is None or self._shown.setdefault(found, number) == number

    def _selects(self, record: Record) -> bool:
        """Tell whether the settings select a record, and let it be known either way."""
        selected = self.endpoint.selects(self._client.configuration, record)
        self._context.see(self.endpoint, self.place, record, is_selected=selected)
        return selected

    async def _look_up(
        self, table: TableInListing, values: Mapping[str, str | None], write: Write
    ) -> None:
        """Write the rows that lack what another request tells."""
        waiting, table.waiting, lookup = table.waiting, [], table.table.lookup
        if lookup is None or not waiting:
            return
        told = await self._context.beside(
            *(partial(self._tell, lookup, one, values) for one in waiting)
        )
        completed = [table.completed(lookup, one, found) for one, found in zip(waiting, told)]
        news = [one for one in completed if one is not None]
        upserts = [(table.table, one.row) for one in news if not one.is_held]
        write(Batch(upserts, changes=table.wrote(news)))

    async def _tell(self, lookup: Lookup, one: NewRow, values: Mapping[str, str | None]) -> Told:
        """Return what the listing of a lookup tells or has told, or why it tells nothing."""
        environment = self._client.configuration.first_environment
        path = lookup.path.format(id=one.row["id"], environment=environment)
        told = Told(f"GET {path} lists none.", values.get(one.key))
        if one.key in values:
            return told
        limit = self.endpoint.page_size(self._client.configuration)
        try:
            async for page in read_pages(self._client, Listing(path, {}, limit)):
                told.use(lookup, page)
        except (NotReadable, QueryRefused, Unanswered) as problem:
            # A space without an answer keeps no other one from being written.
            told.problem = problem.summary
        return told

    def follow(self, values: Mapping[str, str | None]) -> Batch:
        """Return the rows whose lookup tells another value now, by their keys.

        Something else has told it at no further request.
        """
        upserts, changes = [], list[Change]()
        for table in self._of_tables:
            news = table.told_otherwise(values)
            upserts += [(table.table, one.row) for one in news]
            changes += table.wrote(news) if news else []
        return Batch(upserts, changes=changes)

    def held(self, table: Table) -> set[str]:
        """Return the keys of all rows that the warehouse has of a table, after a whole listing."""
        return next(one.diff.held() for one in self._of_tables if one.table is table)

    def _end(self) -> Batch:
        """Delete what is gone; of a partial listing that cannot be told."""
        deletes, changes = [], list[Change]()
        has_variants = any(number < len(self._variants) for number in self._shown.values())
        is_plain = bool(self.endpoint.variants) and not self.left_out and not has_variants
        for one in self._of_tables:
            gone = one.diff.gone()
            if not one.table.is_history:
                deletes += [(one.table, one.table.keys_of(self.place, key)) for key in gone]
            changes.append(RowsChanged(one.table.name, self.place.name, deleted=gone))
            sketch = one.diff.settled()
            changes.append(ListingRead(one.table.name, self.place.name, sketch, is_plain))
        problems = [sentence for table in self._of_tables for sentence in table.problems()]
        if self.left_out:
            problems += [*self.left_out, "Nothing was deleted."]
        return Batch(deletes=deletes, changes=changes, left_out=problems)


class FullReadEnd:
    """Completes the rows of a listing that wait for what another one tells."""

    def __init__(self, listing: FullRead, values: Mapping[str, str | None]) -> None:
        """*values* is what was told in this sync, by key."""
        self.tables, self.place, self.subject = listing.tables, listing.place, listing.subject
        self.requests_all, self.shows = listing.requests_all, listing.shows
        self._listing = listing
        self._values = values

    async def read(self, write: Write) -> None:
        """Ask for what nothing has told."""
        await self._listing.complete(self._values, write)
