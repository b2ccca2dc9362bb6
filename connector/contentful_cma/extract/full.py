"""Tables that are listed in full in each sync: what of them to write and what to delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Optional

from contentful_cma.api.pagination import Collection, Page, Records, read_pages
from contentful_cma.errors import NotReadable, QueryRefused
from contentful_cma.settings.period import initial_bound
from contentful_cma.state.changes import Change, ListingBegun, ListingRead, RowsChanged
from contentful_cma.state.ledger import fingerprint
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Lookup, Table
from contentful_cma.values import Record, Row, read_instant, record_id

from .batch import Batch, ReadContext, Write, keyless, names_of

OPTIONAL_QUERY = ("cursor", "order", "include")
"""Parameters that only make a listing steadier or fuller, in the order in which they are left out
where they are refused."""


class FullRead:
    """Reads one endpoint in one place, for all *tables* that it fills, or only to see what it has.

    ``left_out`` says in words what could not be read; while it says something the listing is
    partial, and nothing is deleted.
    """

    def __init__(
        self, endpoint: Table, tables: tuple[Table, ...], place: Place, context: ReadContext
    ) -> None:
        """Prepare; nothing is asked yet."""
        self.endpoint = endpoint
        self.tables = tables
        self.place = place
        self.left_out: list[str] = []
        self._context = context
        self._client = context.client
        self._of_tables: list[_TableInListing] = []
        self._shown: dict[str, int] = {}

    @property
    def subject(self) -> str:
        """The tables, or that it only tells where there are tables."""
        return names_of(self.tables) or f"What is in {self.endpoint.name}"

    async def read(self, write: Write) -> None:
        """Write what is new or changed, page by page, and delete at the end what is gone."""
        context = self._context
        self._of_tables = [_TableInListing(table, self.place, context) for table in self.tables]
        await self._read_with(self.place.query(self.endpoint.query), OPTIONAL_QUERY, write)
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
            for table in self._of_tables:
                await self._look_up(table, write)
            # What any look has passed over makes the listing a partial one.
            earlier.update(self.left_out)
            again = [table.diff.look_again(is_whole=not earlier) for table in self._of_tables]
            looks = any(again)
        self.left_out = sorted(earlier)

    async def _look(self, query: dict[str, str], write: Write) -> None:
        """Read the listing once, and its variants before it."""
        self._shown, refused = {}, list[str]()
        for table in self._of_tables:
            table.begin()
        for number, variant in enumerate((*self.endpoint.variants, ())):
            try:
                await self._list(number, {**query, **dict(variant)}, refused, write)
            except (NotReadable, QueryRefused) as problem:
                if not variant:
                    raise
                # A parameter that is unknown (400) lists nothing; what is forbidden may be there.
                is_unknown = isinstance(problem, QueryRefused)
                refused += [] if is_unknown else [f"{dict(variant)}: {problem.summary}"]

    async def _list(
        self, number: int, query: dict[str, str], before: list[str], write: Write
    ) -> None:
        """Read all pages of one look."""
        limit = self.endpoint.page_size(self._client.configuration)
        path = self.place.path(self.endpoint.path)
        listing = Collection(path, query, limit, headers=self.endpoint.headers)
        await read_pages(self._client, listing, partial(self._use, number, before, write))
        before[:] = self.left_out

    def _use(self, number: int, before: list[str], write: Write, page: Page) -> None:
        """Use a page of the listing with this number; *before* was left out of earlier ones."""
        if page.first:
            self.left_out = list(before)
            for table in self._of_tables if number == 0 else ():
                table.begin()
        self.left_out += page.left_out
        records = [
            record
            for record in page.records
            if self._is_first(number, record) and self._selects(record)
        ]
        found = [(table, table.news(records)) for table in self._of_tables]
        upserts = [(table.table, one.row) for table, news in found for one in news]
        write(Batch(upserts, changes=[c for table, news in found for c in table.wrote(news)]))

    def _is_first(self, number: int, record: Record) -> bool:
        """Tell whether no earlier variant has shown the record."""
        found = record_id(record) if self.endpoint.variants else None
        return found is None or self._shown.setdefault(found, number) == number

    def _selects(self, record: Record) -> bool:
        """Tell whether the settings select a record, and let it be known either way."""
        selected = self.endpoint.selects(self._client.configuration, record)
        self._context.see(self.endpoint, self.place, record, is_selected=selected)
        return selected

    async def _look_up(self, table: _TableInListing, write: Write) -> None:
        """Write the rows that lack what another request tells."""
        waiting, table.waiting, lookup = table.waiting, [], table.table.lookup
        if lookup is None or not waiting:
            return
        told = await self._context.beside(
            *(partial(self._ask, lookup, one.row) for one in waiting)
        )
        completed = [table.completed(lookup, one, found) for one, found in zip(waiting, told)]
        news = [one for one in completed if one is not None]
        write(Batch([(table.table, one.row) for one in news], changes=table.wrote(news)))

    async def _ask(self, lookup: Lookup, row: Row) -> _Told:
        """Return what the listing of a lookup tells, or why it tells nothing."""
        environment = self._client.configuration.first_environment
        path = lookup.path.format(id=row["id"], environment=environment)
        told = _Told(f"GET {path} lists none.")
        limit = self.endpoint.page_size(self._client.configuration)
        try:
            await read_pages(self._client, Collection(path, {}, limit), partial(told.use, lookup))
        except NotReadable as refused:
            told.problem = refused.summary
        return told

    def follow(self, values: Mapping[str, str]) -> Batch:
        """Return the rows whose lookup tells another value now, by their keys.

        Something else has told it at no further request.
        """
        upserts, changes = [], list[Change]()
        for table in self._of_tables:
            lookup = table.table.lookup
            if lookup is None:
                continue
            news = [
                table.with_value(lookup, table.lacking[key], value)
                for key, value in values.items()
                if key in table.lacking and table.told_before(key) != value
            ]
            upserts += [(table.table, one.row) for one in news]
            changes += table.wrote(news) if news else []
        return Batch(upserts, changes=changes)

    def held(self, table: Table) -> set[str]:
        """Return the keys of all rows that the warehouse has of a table, after a whole listing."""
        return next(one.diff.held() for one in self._of_tables if one.table is table)

    def _end(self) -> Batch:
        """Delete what is gone; of a partial listing that cannot be told."""
        deletes, changes = [], list[Change]()
        for one in self._of_tables:
            gone = one.diff.gone()
            if not one.table.is_history:
                deletes += [(one.table, one.table.keys_of(self.place, key)) for key in gone]
            changes.append(RowsChanged(one.table.name, self.place.name, deleted=gone))
            changes.append(ListingRead(one.table.name, self.place.name, one.diff.settled()))
        problems = [sentence for table in self._of_tables for sentence in table.problems()]
        if self.left_out:
            problems += [*self.left_out, "Nothing was deleted."]
        return Batch(deletes=deletes, changes=changes, left_out=problems)


@dataclass
class _Told:
    """What a lookup has brought so far; without a value, why not."""

    problem: str
    value: Any = None

    def use(self, lookup: Lookup, page: Page) -> None:
        """Take the first value that a record gives."""
        self.problem = "".join(page.left_out[-1:]) or self.problem
        for record in page.records:
            if self.value is None:
                self.value = lookup.pick(record)


@dataclass(frozen=True)
class _NewRow:
    """A row that a listing has shown, with its key and fingerprint."""

    key: str
    fingerprint: str
    row: Row


@dataclass
class _TableInListing:
    """One table beside what the warehouse holds of it, while its listing is read."""

    table: Table
    place: Place
    context: ReadContext
    waiting: list[_NewRow] = field(default_factory=list)
    lacking: dict[str, _NewRow] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with what the destination holds."""
        self._configuration = self.context.client.configuration
        self._is_incremental = self._configuration.enable_incremental_sync
        self._ledger = self.context.state.ledger(self.table.name, self.place.name)
        self.diff = self._ledger.diff()
        self._keyless = 0
        self._incomplete: list[str] = []
        self._since: Optional[str] = None
        # What a further request tells depends on the environment that it asks.
        self._depends_on = self._configuration.first_environment if self.table.lookup else ""

    def begin(self) -> None:
        """Begin, or begin again because the listing has moved."""
        self.diff.begin()
        self._keyless = 0
        self.waiting, self.lacking = [], {}
        self._since = self._bound()

    def news(self, records: Records) -> list[_NewRow]:
        """Return the rows that the warehouse lacks or has otherwise; some wait for a lookup."""
        found: list[_NewRow] = []
        for record in records:
            for row in self.table.rows(self.place, record, self._configuration.personal_data):
                key = self.table.key_of(row)
                if key is None:
                    self._keyless += 1
                    continue
                one = _NewRow(key, fingerprint(row, self._depends_on), row)
                if not (self._is_ours(row) and self.diff.note(key, one.fingerprint)):
                    continue
                lookup = self.table.lookup
                if lookup is not None and row[lookup.column] is None:
                    self.lacking[key] = one
                if self._has_to_be_written(one):
                    (self.waiting if key in self.lacking else found).append(one)
        return found

    def completed(self, lookup: Lookup, one: _NewRow, told: _Told) -> _NewRow | None:
        """Return the row with what a lookup told; None if it is as incomplete as it was."""
        if told.value is not None:
            return self.with_value(lookup, one, str(told.value))
        self._incomplete.append(f"{lookup.column} of {self.table.name} {one.key}. {told.problem}")
        # With this fingerprint the next sync asks again, and writes only what it learns.
        still_open = fingerprint(one.row, f"{self._depends_on} incomplete")
        if self._is_incremental and self.diff.has(one.key, still_open):
            return None
        return replace(one, fingerprint=still_open)

    def with_value(self, lookup: Lookup, one: _NewRow, value: str) -> _NewRow:
        """Return a row with the value of its lookup."""
        self.told[one.key] = value
        return replace(one, row={**one.row, lookup.column: value})

    def told_before(self, key: str) -> str | None:
        """Return the value of a lookup that the warehouse has, None where it has none."""
        return self.told.get(key, self._ledger.told.get(key))

    def wrote(self, news: list[_NewRow]) -> list[Change]:
        """Note rows that are about to be written; return what that changes in the state."""
        for one in news:
            self.diff.wrote(one.key, one.fingerprint)
        written = {one.key: one.fingerprint for one in news}
        name, place = self.table.name, self.place.name
        told = {one.key: self.told[one.key] for one in news if one.key in self.told}
        return [
            ListingBegun(name, place, self._since),
            RowsChanged(name, place, written, told=told),
        ]

    def problems(self) -> list[str]:
        """Return what the user should know of records that could not be read, in words."""
        where = f"{self.table.name} {self.place.name}".strip()
        sentences = keyless(self.table, self.place, self._keyless)
        if self._incomplete:
            sentences.append(
                f"{where}: a value is NULL in {len(self._incomplete)} rows because it could not"
                f" be read, for example: {self._incomplete[0]}"
            )
        return sentences

    def _bound(self) -> str | None:
        """Return the instant before whose updates records are left out.

        The first sync of the table sets it and no later one moves it.
        """
        if not self._ledger.is_new and self._is_incremental:
            return self._ledger.since
        if not self._is_incremental:
            return None
        return initial_bound(self._configuration, self.context.client.started_at())

    def _is_ours(self, row: Row) -> bool:
        """Tell whether a row is not left out, which is no difference to the warehouse."""
        updated = row.get("updated_at")
        if self._since is None or updated is None:
            return True
        return read_instant(updated) >= read_instant(self._since)

    def _has_to_be_written(self, one: _NewRow) -> bool:
        """Tell whether a row is news, or everything is written anew."""
        if self.diff.has_written(one.key, one.fingerprint):
            return False
        is_news = self.diff.changed(one.key, one.fingerprint)
        return is_news or (not self._is_incremental and self.diff.first_look)
