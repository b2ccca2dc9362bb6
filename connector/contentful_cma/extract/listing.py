"""Tables that are listed in full in each sync: what of them to write and what to delete."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from contentful_cma.api.pagination import Listing, Page, Records, read_pages
from contentful_cma.errors import NotReadable, QueryRefused
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import Record, record_id

from .batch import Batch, ReadContext, WriteBatch, names_of, suspect
from .table_diff import TableDiff

OPTIONAL_QUERY = ("cursor", "order", "include")
"""Parameters that only make a listing steadier or fuller, in the order in which they are left out
where they are refused."""


class ListingJob:
    """Reads one endpoint in one place, for all *tables* that it fills, or only to see what it has.

    ``left_out`` has a sentence about each part that could not be read; then the listing is
    partial, and nothing is deleted.  Where it ``keeps_records``, another job writes them.
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

        *known* gives, once the listing was read, how many records were known before; 0 lets an
        empty listing be believed.
        """
        self.keeps_records = False
        self.records: Records = []
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
        self._of_tables: list[TableDiff] = []
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

    async def read(self, write: WriteBatch) -> None:
        """Write what is new or changed, page by page, and delete at the end what is gone."""
        context = self._context
        self._of_tables = [TableDiff(table, self.place, context) for table in self.tables]
        await self._read_with(self.place.query(self.endpoint.query), OPTIONAL_QUERY, write)
        write(self._end())

    async def _read_with(
        self, query: dict[str, str], optional: tuple[str, ...], write: WriteBatch
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

    async def _read(self, query: dict[str, str], write: WriteBatch) -> None:
        """Look at the listing until no table needs another look, then end."""
        looks, earlier = True, set[str]()
        while looks:
            await self._look(query, write)
            if not any(self._counts.values()) and self._known():
                raise suspect(self.endpoint, self.place, self._known())
            # What any look has passed over makes the listing a partial one.
            earlier.update(*self._left_out.values())
            again = [table.diff.end_pass(is_whole=not earlier) for table in self._of_tables]
            looks = any(again)
        self.left_out = sorted(earlier)

    async def _look(self, query: dict[str, str], write: WriteBatch) -> None:
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

    async def _list(self, number: int, query: dict[str, str], write: WriteBatch) -> None:
        """Read all pages of one variant; the last one is the listing itself."""
        limit = self.endpoint.page_size(self._client.configuration)
        path = self.place.path(self.endpoint.path)
        listing = Listing(path, query, limit, headers=self.endpoint.headers)
        async for page in read_pages(self._client, listing):
            self._use(number, write, page)

    def _use(self, number: int, write: WriteBatch, page: Page) -> None:
        """Write what is news on a page of the variant with this number."""
        if page.first:
            self._left_out[number], self._counts[number] = [], 0
            self.records.clear()
            for table in self._of_tables if number == 0 else ():
                table.begin()
        self._left_out[number] += page.left_out
        self._counts[number] += len(page)
        records = [
            record
            for record in page.take()
            if self._is_first(number, record) and self._selects(record)
        ]
        if self.keeps_records:
            self.records += records
        found = [(table, table.changed(table.rows(records))) for table in self._of_tables]
        upserts = [(table.table, one.row) for table, rows in found for one in rows]
        write(Batch(upserts, changes=[c for table, rows in found for c in table.changes(rows)]))

    def _is_first(self, number: int, record: Record) -> bool:
        """Tell whether no earlier variant has shown the record."""
        found = record_id(record) if self._variants else None
        return found is None or self._shown.setdefault(found, number) == number

    def _selects(self, record: Record) -> bool:
        """Tell whether the settings select a record, and let it be known either way."""
        selected = self.endpoint.selects(self._client.configuration, record)
        self._context.see(self.endpoint, self.place, record, is_selected=selected)
        return selected

    def held(self, table: Table) -> set[str]:
        """Return the keys of all rows that the warehouse has of a table, after a whole listing."""
        return next(one.diff.all_keys() for one in self._of_tables if one.table is table)

    def _end(self) -> Batch:
        """Delete what is gone; of a partial listing that cannot be told."""
        has_variants = any(number < len(self._variants) for number in self._shown.values())
        is_plain = bool(self.endpoint.variants) and not self.left_out and not has_variants
        ends = [table.end(is_plain=is_plain) for table in self._of_tables]
        problems = [sentence for table in self._of_tables for sentence in table.problems()]
        if self.left_out:
            problems += [*self.left_out, "Nothing was deleted."]
        return Batch(
            deletes=[one for end in ends for one in end.deletes],
            changes=[one for end in ends for one in end.changes],
            left_out=problems,
        )
