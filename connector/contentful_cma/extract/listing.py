"""Reads tables that are listed in full, and decides which rows to write and to delete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from contentful_cma.api.pagination import Listing, Page, Records, read_pages
from contentful_cma.errors import AccountUnreadable, NotReadable, QueryRefused
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import Record, record_id

from .batch import Batch, ReadContext, WriteBatch, names_of, suspect
from .table_diff import TableDiff

MAY_BE_A_PARAMETER = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
"""Statuses of refusals that may concern one parameter."""

OPTIONAL_QUERY = ("cursor", "order", "include")
"""Parameters that only improve a listing, in the order in which they are dropped after a
refusal."""


@dataclass(frozen=True)
class Expectation:
    """Checks of a listing that was read.

    *known* returns the number of records known before; with 0 an empty listing is accepted.
    *lacks_place* returns whether the listing lacks a known place.
    """

    known: Callable[[], int] = lambda: 0
    lacks_place: Callable[[], bool] = lambda: False


class ListingJob:
    """Reads one endpoint in one place for the *tables* that it fills, or only to see its records.

    ``left_out`` has a sentence about each part that could not be read; then the listing is
    partial, and nothing is deleted.  If it ``keeps_records``, another job writes them.
    """

    def __init__(
        self,
        endpoint: Table,
        tables: tuple[Table, ...],
        place: Place,
        context: ReadContext,
        *,
        variants: bool = True,
        expected: Expectation = Expectation(),
    ) -> None:
        """*variants* is true if the variants are listed, too."""
        self.keeps_records = False
        self.records: Records = []
        self.endpoint = endpoint
        self.tables = tables
        self.place = place
        self.left_out: list[str] = []
        self.shows = (endpoint.name,)
        self._expected = expected
        self._is_paged = False
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
        """The tables, or the listed endpoint if no table is written."""
        return names_of(self.tables) or f"The listing of {self.endpoint.name}"

    async def read(self, write: WriteBatch) -> None:
        """Write new and changed rows page by page; at the end, delete missing rows."""
        context = self._context
        self._of_tables = [TableDiff(table, self.place, context) for table in self.tables]
        await self._read_with(self.place.query(self.endpoint.query), OPTIONAL_QUERY, write)
        write(self._end())

    async def _read_with(
        self, query: dict[str, str], optional: tuple[str, ...], write: WriteBatch
    ) -> None:
        """Read the listing; after refusals, drop one optional parameter after another."""
        try:
            await self._read(query, write)
        except (QueryRefused, AccountUnreadable) as refused:
            given = [name for name in optional if name in query]
            if not given or refused.status not in MAY_BE_A_PARAMETER:
                raise
            self._client.log.info(f"{str(refused).rstrip('.')}. The next try omits {given[0]}.")
            plain = {name: value for name, value in query.items() if name != given[0]}
            await self._read_with(plain, tuple(given[1:]), write)

    async def _read(self, query: dict[str, str], write: WriteBatch) -> None:
        """Read the listing until no table needs another pass."""
        is_first, earlier, self.records = True, set[str](), []
        is_needed = True
        while is_needed:
            shown, self.records = self.records, []
            await self._pass(query, write)
            # Edits can move a record between pages, so one of two passes may lack it.
            found = {record_id(one) for one in self.records}
            self.records += [one for one in shown if record_id(one) not in found]
            known = 0 if any(self._counts.values()) else self._expected.known()
            if known:
                raise suspect(self.endpoint, self.place, known)
            # A record that any pass has skipped makes the listing partial.
            earlier.update(*self._left_out.values())
            passes = [
                table.diff.end_pass(is_whole=not earlier, is_paged=self._is_paged)
                for table in self._of_tables
            ]
            is_doubtful = is_first and self._is_paged and not earlier
            is_needed = any(passes) or (is_doubtful and self._expected.lacks_place())
            is_first = False
        self.left_out = sorted(earlier)

    async def _pass(self, query: dict[str, str], write: WriteBatch) -> None:
        """Read the variants of the listing, then the listing itself, once."""
        self._shown, self._left_out, self._counts = {}, {}, {}
        for table in self._of_tables:
            table.begin()
        for number, variant in enumerate((*self._variants, ())):
            try:
                await self._list(number, {**query, **dict(variant)}, write)
            except (NotReadable, QueryRefused) as problem:
                if not variant:
                    raise
                # An unknown parameter (400) lists no records, unless it listed some before.
                # Forbidden records may exist.
                ledger = self._context.state.ledger(self.endpoint.name, self.place.name)
                is_unknown = isinstance(problem, QueryRefused) and not ledger.has_variants
                sentence = f"{urlencode(variant)}: {problem.summary}"
                self._left_out[number] = [] if is_unknown else [sentence]

    async def _list(self, number: int, query: dict[str, str], write: WriteBatch) -> None:
        """Read all pages of one variant; the last variant is the listing itself."""
        limit = self.endpoint.page_size(self._client.configuration)
        path = self.place.path(self.endpoint.path)
        listing = Listing(path, query, limit, headers=self.endpoint.headers)
        async for page in read_pages(self._client, listing):
            self._use(number, write, page)

    def _use(self, number: int, write: WriteBatch, page: Page) -> None:
        """Write the new and changed rows of a page of the variant with this number."""
        self._is_paged |= not page.first
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
        """Return whether no earlier variant has listed the record."""
        found = record_id(record) if self._variants else None
        return found is None or self._shown.setdefault(found, number) == number

    def _selects(self, record: Record) -> bool:
        """Return whether the settings select a record, and report the record in any case."""
        selected = self.endpoint.selects(self._client.configuration, record)
        self._context.see(self.endpoint, self.place, record, is_selected=selected)
        return selected

    def held(self, table: Table) -> set[str]:
        """Return the keys of all rows of a table in the warehouse, after a whole listing."""
        return next(one.diff.all_keys() for one in self._of_tables if one.table is table)

    def _end(self) -> Batch:
        """Delete missing rows, unless the listing is partial."""
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
