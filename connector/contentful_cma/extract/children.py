"""Tables that are read once for each parent record: snapshots, comments, tasks, webhook calls.

The parents are walked in the order of their creation, and the state knows how far that came:
asking for the children of each of them may take longer than a sync is given.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import NamedTuple, Optional
from urllib.parse import quote

from contentful_cma.api.client import execute_api_request
from contentful_cma.api.pagination import Listing, Page, Records, read_pages
from contentful_cma.api.remaining import RemainingPages
from contentful_cma.errors import AnswerTooBig, NotReadable, QueryRefused, Unanswered
from contentful_cma.settings.period import OVERLAP
from contentful_cma.state.changes import ParentsRead, RowsChanged
from contentful_cma.state.ledger import Ledger, Position, fingerprint
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Incremental, PerParent, Table
from contentful_cma.values import (
    KEY_SEPARATOR,
    Record,
    read_instant,
    sort_time,
    to_millis_text,
)

from .batch import FEWEST_DOUBTED, Batch, ReadContext, WriteBatch, keyless, suspect
from .walk import key_of, walk

MOST_AT_NEWEST = 50
"""How many parents of the newest change's own instant are remembered."""

MOST_UNANSWERED = 3
"""Parents one after the other for whose children there is no answer: then the API is down."""


class Parent(NamedTuple):
    """What has to be known of a record to ask for its children."""

    created_at: str
    id: str
    updated_at: str


def parent_of(read: PerParent, record: Record) -> Parent | None:
    """Return what is known of a parent; None where it is not asked for its children."""
    found = read.id_of(record)
    if found is None or not read.of(record):
        return None
    return Parent(sort_time(record, "createdAt"), found, sort_time(record, "updatedAt"))


class ChildrenJob:
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
        *,
        doubts: bool = True,
    ) -> None:
        """*parents* are those that were listed in this sync; None lists them here.

        With *doubts* it has to be confirmed that no parent is left of many children.
        """
        self._doubts = doubts
        self.tables = (table,)
        self.subject, self.requests_all, self.shows = table.name, True, ()
        self.place = place
        self._table = table
        self._read = read
        self._parents = parents
        self._client = context.client
        self._configuration = context.client.configuration
        self._state = context.state
        self._known: dict[str, set[str]] = {}
        self._seen: set[str] = set()
        self._misses_parents = False
        self._left_out: list[str] = []
        self._unread: set[str] = set()
        self._newest, self._at_newest = "", set[str]()
        self._unanswered: list[Unanswered] = []
        self._in_a_row = 0
        self._keyless = 0
        self._left = RemainingPages()

    async def read(self, write: WriteBatch) -> None:
        """Write the children of each parent that has to be asked, and delete what is gone.

        A parent without an answer waits for the next sync; the error is raised at the end.
        """
        now = to_millis_text(self._client.started_at())
        self._known = _by_parent(self._ledger.keys() or ())
        self._unread = set(self._ledger.unread)
        interrupted = self._ledger.position
        if interrupted is not None:
            await self._ask_from(interrupted, None, write)
            write(self._reached(interrupted.started_at, None))
        # What an earlier sync has asked may have changed since.
        with self._client.left.of_a_listing(1) as self._left:
            await self._ask_from(Position(now), interrupted, write)
        write(self._end(now))
        if self._unanswered:
            raise self._unanswered[0]

    @property
    def _ledger(self) -> Ledger:
        """What the destination holds of the table in this place."""
        return self._state.ledger(self._table.name, self.place.name)

    # Parents

    async def _ask_from(
        self, position: Position, before: Position | None, write: WriteBatch
    ) -> None:
        """Ask for the children of all parents from a position on, or of those *before* another."""
        if self._parents is None and isinstance(self._read.parent.read, Incremental):
            await self._walk(position, before, write)
            return
        if self._parents is None:
            self._parents = await self._listed()
        parents: dict[str, Parent] = {}
        for parent in sorted(self._parents, key=lambda one: one.updated_at):
            # Several records can name one parent: the latest tells whether it has changed.
            parents[parent.id] = parent
        self._left.records = len(parents) if self._asks_all else 0
        await self._ask_all(sorted(parents.values()), position, before, write)

    async def _walk(self, position: Position, before: Position | None, write: WriteBatch) -> None:
        """Ask for the children of content, a page of parents at a time.

        Each page is a question of its own, so that nothing moves while the children are asked for.
        """
        path = self.place.path(self._read.parent.path)
        limit = self._read.parent.page_size(self._configuration)
        query = {"select": "sys"}
        async for page in walk(self._client, path, query, limit, position.cursor):
            self._left.records = page.left + page.count if self._asks_all else 0
            # Nothing of a record is kept but what its children are asked by.
            parents, last = self._parents_of(page.take())
            await self._ask_all(parents, position, before, write)
            position = replace(position, cursor=page.cursor)
            if before is not None and last is not None and not before.has(last):
                return

    def _parents_of(
        self, records: Records
    ) -> tuple[list[Parent], Optional[tuple[str, Optional[str]]]]:
        """Return the parents among records, and creation time and id of the last record."""
        found = [parent_of(self._read, one) for one in records]
        last = key_of(records[-1]) if records else None
        return [one for one in found if one is not None], last

    async def _ask_all(
        self,
        parents: Sequence[Parent],
        position: Position,
        before: Position | None,
        write: WriteBatch,
    ) -> None:
        """Ask for the children of parents in their order, from a position on."""
        for parent in parents:
            self._left.records -= 1
            self._note_change(parent)
            is_over = before is not None and not before.has(parent)
            if is_over or position.has(parent) or parent.id in self._seen:
                continue
            self._seen.add(parent.id)
            if self._has_to_be_asked(parent):
                await self._read_children(parent.id, write)
                position = position.past([parent])
                write(self._reached(self._ledger.read_until, position))

    async def _listed(self) -> list[Parent]:
        """Return the parents, of which no more is kept than what is needed."""
        parent = self._read.parent
        query = self.place.query(parent.query)
        listed: list[Parent] = []
        for variant in (*parent.variants, ()):
            found: list[Parent] = []
            asked, limit = {**query, **dict(variant)}, parent.page_size(self._configuration)
            path = self.place.path(parent.path)
            listing = Listing(path, asked, limit, headers=parent.headers)
            try:
                async for page in read_pages(self._client, listing):
                    self._note(found, page)
            except QueryRefused as refused:
                if not variant:
                    raise
                # What listed some before may list them again.
                if self._state.ledger(parent.name, self.place.name).has_variants:
                    self._misses_parents = True
                    self._left_out.append(refused.summary)
            listed += found
        return listed

    def _note(self, found: list[Parent], page: Page) -> None:
        """Note the parents of a page; the first page of a try starts over."""
        if page.first:
            found.clear()
        self._misses_parents |= bool(page.left_out)
        self._left_out += page.left_out
        parents = (parent_of(self._read, record) for record in page.take())
        found += [parent for parent in parents if parent is not None]

    @property
    def _asks_all(self) -> bool:
        """Whether every parent is asked for its children."""
        is_remade = self._state.known(self._table.name, self.place.name).is_remade
        is_full = not self._configuration.enable_incremental_sync or is_remade
        return is_full or not self._read.only_changed or self._ledger.read_until is None

    def _has_to_be_asked(self, parent: Parent) -> bool:
        """Tell whether the children of a parent may have changed.

        After a clock that was ahead a later change may have an earlier instant than the last sync.
        """
        read_until = self._ledger.read_until
        if self._asks_all or read_until is None or parent.id in self._unread:
            return True
        newest, known = self._ledger.newest
        is_newer = bool(newest) and parent.updated_at >= newest and parent.id not in known
        is_newer |= bool(newest) and parent.updated_at > newest
        return is_newer or parent.updated_at >= to_millis_text(read_instant(read_until) - OVERLAP)

    def _note_change(self, parent: Parent) -> None:
        """Note when a parent has changed, if none has changed later."""
        if parent.updated_at > self._newest:
            self._newest, self._at_newest = parent.updated_at, set()
        if parent.updated_at == self._newest and len(self._at_newest) <= MOST_AT_NEWEST:
            self._at_newest.add(parent.id)

    # Children

    async def _read_children(self, parent: str, write: WriteBatch) -> None:
        """Write the children of a parent; the next sync asks again for what cannot be read."""
        problems = len(self._left_out)
        there: set[str] = set()
        try:
            await self._write_twice(parent, there, write)
        except AnswerTooBig as problem:
            self._left_out.append(problem.summary)
        except Unanswered as problem:
            self._unanswered.append(problem)
            self._unread.add(parent)
            self._in_a_row += 1
            if self._in_a_row == MOST_UNANSWERED:
                raise
            return
        self._in_a_row = 0
        if len(self._left_out) > problems:
            self._unread.add(parent)
        else:
            self._unread.discard(parent)
            write(self._deleted(sorted(self._known.get(parent, set()) - there)))

    async def _write_twice(self, parent: str, there: set[str], write: WriteBatch) -> None:
        """Write the children of a parent; one that was deleted meanwhile has none."""
        if await self._is_found(parent, there, write):
            return
        if self._read.only_changed or parent in self._known:
            # A 404 is also what a place answers that may not be read for a while.
            path = self.place.path(self._read.parent.path)
            with suppress(AnswerTooBig):
                await execute_api_request(self._client, path, {"limit": "1"})
            await self._is_found(parent, there, write)

    async def _is_found(self, parent: str, there: set[str], write: WriteBatch) -> bool:
        """Write the children of a parent; tell whether it was found."""
        try:
            async for page in self._children_of(parent):
                self._use(parent, there, write, page)
        except NotReadable as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            return False
        return True

    async def _children_of(self, parent: str) -> AsyncIterator[Page]:
        """Yield the pages of a parent's children."""
        limit = self._table.page_size(self._configuration)
        for number, below in enumerate((self._table.path, *self._read.also)):
            path = self.place.path(below.replace("{parent}", quote(parent, safe="")))
            if self._read.single:
                yield Page([await execute_api_request(self._client, path)], first=True)
                continue
            query = {name: one.replace("{parent}", parent) for name, one in self._table.query}
            listing = Listing(path, query, limit, self._table.paged)
            async for page in read_pages(self._client, listing):
                # What the listing before has shown is there all the same.
                page.first = page.first and not number
                yield page

    def _use(self, parent: str, there: set[str], write: WriteBatch, page: Page) -> None:
        """Write what a page of a parent's children has of news."""
        if page.first:
            there.clear()
        self._left_out += page.left_out
        if not self._table.paged and len(page) >= self._table.largest_page:
            sentence = f"at most {self._table.largest_page} are listed, there may be more"
            self._left_out.append(f"{self._read.parent.name} {parent}: {sentence}")
        upserts, written = [], {}
        for record in page.take():
            child = {**record, "parent_id": parent}
            for row in self._table.rows(self.place, child, self._configuration.personal_data):
                key = self._table.row_key(row)
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

    def _reached(self, until: str | None, position: Position | None) -> Batch:
        """Return what to remember of how far the parents were asked."""
        unread = sorted(self._unread)
        read = ParentsRead(self._table.name, self.place.name, until, unread, position)
        return Batch(changes=[read])

    def _end(self, now: str) -> Batch:
        """Delete the children of parents that are gone; of a partial listing that is not told."""
        gone = set() if self._misses_parents else self._known.keys() - self._seen
        lost = sum(len(self._known[parent]) for parent in gone)
        if self._doubts and not self._seen and lost >= FEWEST_DOUBTED:
            raise suspect(self._table, self.place, lost)
        self._unread &= self._seen
        batch = self._deleted([key for one in sorted(gone) for key in sorted(self._known[one])])
        until = self._ledger.read_until if self._misses_parents else now
        if not self._newest:
            # Where no parent was listed, all that come are new, whenever they were changed.
            until = None
        name, place, unread = self._table.name, self.place.name, sorted(self._unread)
        read = ParentsRead(name, place, until, unread, newest=self._newest_change())
        changes = [*batch.changes, read]
        return Batch(deletes=batch.deletes, changes=changes, left_out=self._problems())

    def _newest_change(self) -> tuple[str, list[str]]:
        """Return the newest change of a parent that was ever seen, and the parents of its instant.

        Where those are too many, the instant after it.
        """
        instant, ids = self._ledger.newest
        if self._newest >= instant:
            instant, ids = self._newest, frozenset(self._at_newest)
        return (f"{instant}~", []) if len(ids) > MOST_AT_NEWEST else (instant, sorted(ids))

    def _deleted(self, gone: list[str]) -> Batch:
        """Return the deletion of rows by their keys."""
        deletes = [(self._table, self._table.primary_key_values(self.place, key)) for key in gone]
        changes = [RowsChanged(self._table.name, self.place.name, deleted=gone)]
        return Batch(deletes=deletes, changes=changes)

    def _problems(self) -> list[str]:
        """Return in words what could not be read."""
        where = f"{self._table.name} {self.place.name}"
        problems = keyless(self._table, self.place, self._keyless)
        if self._left_out:
            count = f"{len(self._left_out)} times something could not be read"
            problems.append(
                f"{where}: {count}, and nothing was deleted there: {self._left_out[0]}"
            )
        return problems


def _by_parent(keys: Iterable[str]) -> dict[str, set[str]]:
    """Return the keys of rows by the parent that they begin with."""
    found: dict[str, set[str]] = {}
    for key in keys:
        found.setdefault(key.split(KEY_SEPARATOR)[0], set()).add(key)
    return found
