"""Tables that are read once for each parent record: snapshots, comments, tasks, webhook calls."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Callable, NamedTuple
from urllib.parse import quote

from contentful_cma.api.client import execute_api_request
from contentful_cma.api.pagination import Collection, Page, read_pages
from contentful_cma.errors import AnswerTooBig, NotReadable, QueryRefused
from contentful_cma.settings.period import OVERLAP
from contentful_cma.state.changes import ParentsRead, RowsChanged
from contentful_cma.state.ledger import Ledger, fingerprint
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Incremental, PerParent, Table
from contentful_cma.values import (
    KEY_SEPARATOR,
    Record,
    read_instant,
    sortable,
    time_of,
)

from .batch import Batch, ReadContext, Write, keyless, names_of


class Parent(NamedTuple):
    """What has to be known of a record to ask for its children."""

    id: str
    updated_at: str


def parent_of(read: PerParent, record: Record) -> Parent | None:
    """Return what is known of a parent; None where it is not asked for its children."""
    found = read.id_of(record)
    return Parent(found, time_of(record, "updatedAt")) if found and read.of(record) else None


class PerParentRead:
    """Reads one table in one place: asks for the children of each parent, one after the other.

    Where only changed parents have to be asked, the ledger keeps how far the changes were read.
    """

    def __init__(
        self,
        table: Table,
        read: PerParent,
        place: Place,
        parents: list[Parent] | None,
        context: ReadContext,
    ) -> None:
        """*parents* are those that were listed in this sync; None lists them here."""
        self.tables = (table,)
        self.place = place
        self._table = table
        self._read = read
        self._parents = parents
        self._client = context.client
        self._configuration = context.client.configuration
        self._state = context.state
        self._known: dict[str, set[str]] = {}
        self._misses_parents = False
        self._left_out: list[str] = []
        self._unread: list[str] = []
        self._keyless = 0

    @property
    def subject(self) -> str:
        """The table."""
        return names_of(self.tables)

    async def read(self, write: Write) -> None:
        """Write the children of each parent that has to be asked, and delete what is gone."""
        now = sortable(self._client.started_at())
        self._known = _by_parent(self._ledger.keys() or ())
        listed = await self._listed() if self._parents is None else self._parents
        parents: dict[str, Parent] = {}
        for parent in listed:
            # Several records can name one parent: the latest tells whether it has changed.
            parents[parent.id] = max(parent, parents.get(parent.id, parent))
        for parent in parents.values():
            if self._has_to_be_asked(parent):
                await self._read_children(parent.id, write)
        write(self._end(set(parents), now))

    @property
    def _ledger(self) -> Ledger:
        return self._state.ledger(self._table.name, self.place.name)

    # Parents

    async def _listed(self) -> list[Parent]:
        """Return the parents, of which no more is kept than what is needed."""
        parent = self._read.parent
        query = self.place.query(parent.query)
        if isinstance(parent.read, Incremental):
            # Entries are large, and of a parent only `sys` is needed.
            query = {"order": "sys.createdAt,sys.id", "select": "sys"}
        limit = min(self._configuration.max_records_per_page, parent.largest_page)
        listed: list[Parent] = []
        for variant in (*parent.variants, ()):
            found: list[Parent] = []
            asked = {**query, **dict(variant)}
            listing = Collection(self.place.path(parent.path), asked, limit, parent.headers)
            try:
                await read_pages(self._client, listing, partial(self._note, found))
            except QueryRefused:
                if not variant:
                    raise
            listed += found
        return listed

    def _note(self, found: list[Parent], page: Page) -> None:
        if page.first:
            found.clear()
        self._misses_parents |= bool(page.left_out)
        self._left_out += page.left_out
        parents = (parent_of(self._read, record) for record in page.records)
        found += [parent for parent in parents if parent is not None]

    def _has_to_be_asked(self, parent: Parent) -> bool:
        read_until = self._ledger.read_until
        if not self._read.only_changed or not self._configuration.enable_incremental_sync:
            return True
        if read_until is None or parent.id in self._ledger.unread:
            return True
        return parent.updated_at >= sortable(read_instant(read_until) - OVERLAP)

    # Children

    async def _read_children(self, parent: str, write: Write) -> None:
        """Write the children of a parent; the next sync asks again for what cannot be read."""
        problems = len(self._left_out)
        there: set[str] = set()
        try:
            await self._ask_twice(parent, partial(self._use, parent, there, write))
        except AnswerTooBig as problem:
            self._left_out.append(problem.summary)
        if len(self._left_out) > problems:
            self._unread.append(parent)
        else:
            write(self._deleted(sorted(self._known.get(parent, set()) - there)))

    async def _ask_twice(self, parent: str, use: Callable[[Page], None]) -> None:
        """Ask for the children of a parent; one that was deleted meanwhile has none."""
        if await self._ask(parent, use):
            return
        if self._read.only_changed or parent in self._known:
            # A 404 is also what a place answers that may not be read for a while.
            path = self.place.path(self._read.parent.path)
            with suppress(AnswerTooBig):
                await execute_api_request(self._client, path, {"limit": "1"})
            await self._ask(parent, use)

    async def _ask(self, parent: str, use: Callable[[Page], None]) -> bool:
        """Ask for the children of a parent; tell whether it was found."""
        limit = min(self._configuration.max_records_per_page, self._table.largest_page)
        try:
            for number, below in enumerate((self._table.path, *self._read.also)):
                path = self.place.path(below.replace("{parent}", quote(parent, safe="")))
                if self._read.single:
                    use(Page([await execute_api_request(self._client, path)], first=True))
                    continue
                query = {name: one.replace("{parent}", parent) for name, one in self._table.query}
                more = partial(_further, use) if number else use
                await read_pages(self._client, Collection(path, query, limit), more)
        except NotReadable as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            return False
        return True

    def _use(self, parent: str, there: set[str], write: Write, page: Page) -> None:
        if page.first:
            there.clear()
        self._left_out += page.left_out
        upserts, written = [], {}
        for record in page.records:
            child = {**record, "parent_id": parent}
            for row in self._table.rows(self.place, child, self._configuration.personal_data):
                key = self._table.key_of(row)
                if key is None:
                    self._keyless += 1
                    continue
                there.add(key)
                found = fingerprint(row)
                is_full = not self._configuration.enable_incremental_sync
                if is_full or not self._ledger.is_unchanged(key, found):
                    upserts.append((self._table, row))
                    written[key] = found
        changes = [RowsChanged(self._table.name, self.place.name, written)]
        write(Batch(upserts, changes=changes))

    # The end

    def _end(self, parents: set[str], now: str) -> Batch:
        """Delete the children of parents that are gone; of a partial listing that is not told."""
        missing = set() if self._misses_parents else self._known.keys() - parents
        batch = self._deleted([key for one in missing for key in sorted(self._known[one])])
        until = self._ledger.read_until if self._misses_parents else now
        read = ParentsRead(self._table.name, self.place.name, until, sorted(set(self._unread)))
        return Batch(
            deletes=batch.deletes, changes=[*batch.changes, read], left_out=self._problems()
        )

    def _deleted(self, gone: list[str]) -> Batch:
        deletes = [(self._table, self._table.keys_of(self.place, key)) for key in gone]
        changes = [RowsChanged(self._table.name, self.place.name, deleted=gone)]
        return Batch(deletes=deletes, changes=changes)

    def _problems(self) -> list[str]:
        where = f"{self._table.name} {self.place.name}"
        problems = keyless(self._table, self.place, self._keyless)
        if self._left_out:
            count = f"{len(self._left_out)} times something could not be read"
            problems.append(
                f"{where}: {count}, and nothing was deleted there: {self._left_out[0]}"
            )
        return problems


def _further(use: Callable[[Page], None], page: Page) -> None:
    """Use a page of a further listing: what the one before it has shown is there all the same."""
    use(replace(page, first=False))


def _by_parent(keys: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key in keys:
        found.setdefault(key.split(KEY_SEPARATOR)[0], set()).add(key)
    return found
