"""Reads tables with a request per parent record: snapshots, comments, tasks, webhook calls.

Parents are read in the order of their creation, and the state has the position, because reading
the children of all parents may take longer than one sync.
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
from contentful_cma.errors import (
    AnswerTooBig,
    ContentfulError,
    ListingChanged,
    NotReadable,
    QueryRefused,
    RequestFailed,
    TokenRefused,
    summary_of,
)
from contentful_cma.settings.period import OVERLAP
from contentful_cma.state.changes import ParentsRead, RowsChanged
from contentful_cma.state.ledger import Ledger, Position, fingerprint
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Incremental, PerParent, Table
from contentful_cma.values import (
    KEY_SEPARATOR,
    Record,
    is_path_step,
    read_instant,
    sort_time,
    to_millis_text,
)

from .batch import FEWEST_DOUBTED, Batch, ReadContext, WriteBatch, keyless, suspect
from .walk import key_of, walk

MOST_AT_NEWEST = 50
"""Parents changed at the newest instant that are remembered."""

FEWEST_FAILED = 3
"""Failed parents after which, without any success, one more parent decides whether the table can
be read at all."""

MOST_ERRORS = 30
"""Parents with an error after which a read ends, because each may take minutes."""

MOST_UNREAD = 1000
"""Unread parents that the state remembers; if there are more, the next sync requests all."""


class Parent(NamedTuple):
    """The parts of a record that are needed to read its children."""

    created_at: str
    id: str
    updated_at: str


def parent_of(read: PerParent, record: Record) -> Parent | None:
    """Return the parent of a record, None if its children are not read."""
    found = read.id_of(record)
    if found is None or not read.of(record):
        return None
    return Parent(sort_time(record, "createdAt"), found, sort_time(record, "updatedAt"))


class ChildrenJob:
    """Reads one table in one place: the children of each parent, one after the other.

    For `only_changed` tables, the ledger has the instant up to which changes were read.
    """

    def __init__(
        self,
        table: Table,
        read: PerParent,
        place: Place,
        parents: list[Parent] | None,
        context: ReadContext,
        *,
        confirms_empty: bool = True,
    ) -> None:
        """*parents* are those that this sync has listed; None lists them here.

        With *confirms_empty*, an empty list of parents with many children has to be confirmed.
        """
        self._confirms_empty = confirms_empty
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
        self._refusals: list[RequestFailed] = []
        self._errors: list[ContentfulError] = []
        self._has_answered = False
        self._other: str | None = None
        self._spelled: dict[str, str] = {}
        self._keyless = 0
        self._left = RemainingPages()

    async def read(self, write: WriteBatch) -> None:
        """Write the children of each parent that is due, and delete missing rows.

        A parent whose children cannot be read waits for the next sync.  An error is raised at the
        end; a refusal is raised if no parent could be read.
        """
        now = to_millis_text(self._client.started_at())
        self._known = _by_parent(self._ledger.keys() or ())
        self._unread = set(self._ledger.unread)
        interrupted = self._ledger.position
        if interrupted is not None:
            await self._read_from(interrupted, None, write)
            write(self._reached(interrupted.started_at, None))
        # Parents that an earlier sync has read may have changed since.
        with self._client.left.track(1) as self._left:
            await self._read_from(Position(now), interrupted, write)
        if self._table.is_history and not self._misses_parents:
            # The last events of a parent appear after it has left the listing.
            for parent in sorted(self._vanished - self._ledger.missing):
                await self._read_children(parent, write)
                await self._give_up_if_too_many_failed(None, write)
        if self._failures and not self._has_answered:
            await self._look_for_an_answer(self._other, write)
        write(self._end(now))
        if self._errors:
            raise self._errors[0]

    @property
    def _ledger(self) -> Ledger:
        """The ledger of the table in this place."""
        return self._state.ledger(self._table.name, self.place.name)

    # Parents

    async def _read_from(
        self, position: Position, before: Position | None, write: WriteBatch
    ) -> None:
        """Read the children of all parents from a position, or of those *before* another one."""
        if self._parents is None and isinstance(self._read.parent.read, Incremental):
            await self._walk(position, before, write)
            return
        if self._parents is None:
            self._parents = await self._list_parents()
        known = self._known.keys() - self._ledger.missing
        if not known <= {one.id for one in self._parents}:
            # Edits can move a parent between pages, so only a second listing proves a deletion.
            self._parents = [*self._parents, *await self._list_parents()]
        parents: dict[str, Parent] = {}
        for parent in sorted(self._parents, key=lambda one: one.updated_at):
            # Several records can name one parent; the latest shows whether it has changed.
            parents[parent.id] = parent
        self._left.records = len(parents) if self._is_full else 0
        await self._read_all(sorted(parents.values()), position, before, write)

    async def _walk(self, position: Position, before: Position | None, write: WriteBatch) -> None:
        """Read the children of content, one page of parents at a time.

        Each page is an independent request, so parents cannot move while the children are read.
        """
        path = self.place.path(self._read.parent.path)
        limit = self._read.parent.page_size(self._configuration)
        query = {"select": "sys"}
        async for page in walk(self._client, path, query, limit, position.cursor):
            self._left.records = page.left + page.count if self._is_full else 0
            # Only the parts that the requests for children need are kept.
            parents, last = self._parents_of(page.take())
            await self._read_all(parents, position, before, write)
            position = replace(position, cursor=page.cursor)
            if before is not None and last is not None and not before.has(last):
                return

    def _parents_of(
        self, records: Records
    ) -> tuple[list[Parent], Optional[tuple[str, Optional[str]]]]:
        """Return the parents among records, with creation time and id of the last record."""
        found = [parent_of(self._read, one) for one in records]
        last = key_of(records[-1]) if records else None
        return [one for one in found if one is not None], last

    async def _read_all(
        self,
        parents: Sequence[Parent],
        position: Position,
        before: Position | None,
        write: WriteBatch,
    ) -> None:
        """Read the children of parents in their order, from a position."""
        for parent in parents:
            self._left.records -= 1
            self._note_change(parent)
            is_over = before is not None and not before.has(parent)
            if is_over or position.has(parent) or parent.id in self._seen:
                continue
            self._seen.add(parent.id)
            if self._may_have_changed(parent):
                await self._read_children(parent.id, write)
                await self._give_up_if_too_many_failed(parents[-1].id, write)
                position = position.past([parent])
                # A table that cannot be read at all stays unchanged.
                if self._has_answered:
                    write(self._reached(self._ledger.read_until, position))
            if parent.id not in self._unread:
                self._other = parent.id

    async def _give_up_if_too_many_failed(self, other: str | None, write: WriteBatch) -> None:
        """Raise a failure if reading on is pointless; the *other* parent may decide that."""
        if not self._has_answered and len(self._failures) == FEWEST_FAILED:
            await self._look_for_an_answer(other, write)
        if len(self._errors) == MOST_ERRORS:
            raise self._errors[0]

    async def _look_for_an_answer(self, other: str | None, write: WriteBatch) -> None:
        """Raise the first failure if the children of no parent can be read."""
        if other is not None and other not in self._unread:
            await self._read_children(other, write)
        if not self._has_answered:
            raise self._failures[0]

    @property
    def _failures(self) -> list[ContentfulError]:
        """The errors, which fail the sync, then the refusals."""
        return [*self._errors, *self._refusals]

    async def _list_parents(self) -> list[Parent]:
        """Return the parents in the listing and its variants."""
        parent = self._read.parent
        query = self.place.query(parent.query)
        listed: list[Parent] = []
        for variant in (*parent.variants, ()):
            found: list[Parent] = []
            sent, limit = {**query, **dict(variant)}, parent.page_size(self._configuration)
            path = self.place.path(parent.path)
            listing = Listing(path, sent, limit, headers=parent.headers)
            try:
                async for page in read_pages(self._client, listing):
                    self._note(found, page)
            except QueryRefused as refused:
                if not variant:
                    raise
                # A variant that listed parents before may list them again.
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
    def _is_full(self) -> bool:
        """Whether the children of every parent are requested."""
        is_rewritten = self._state.known(self._table.name, self.place.name).is_rewritten
        is_full = not self._configuration.enable_incremental_sync or is_rewritten
        return is_full or not self._read.only_changed or self._ledger.read_until is None

    def _may_have_changed(self, parent: Parent) -> bool:
        """Return whether the children of a parent may have changed.

        If a clock was ahead, a later change may have an earlier instant than the last sync.
        """
        read_until = self._ledger.read_until
        if self._is_full or read_until is None or parent.id in self._unread:
            return True
        newest, known = self._ledger.newest
        is_newer = bool(newest) and parent.updated_at >= newest and parent.id not in known
        is_newer |= bool(newest) and parent.updated_at > newest
        return is_newer or parent.updated_at >= to_millis_text(read_instant(read_until) - OVERLAP)

    def _note_change(self, parent: Parent) -> None:
        """Note the time of a parent's change if it is the newest."""
        if parent.updated_at > self._newest:
            self._newest, self._at_newest = parent.updated_at, set()
        if parent.updated_at == self._newest and len(self._at_newest) <= MOST_AT_NEWEST:
            self._at_newest.add(parent.id)

    # Children

    async def _read_children(self, parent: str, write: WriteBatch) -> None:
        """Write the children of a parent, and delete the missing ones.

        Children that cannot be read are requested again in the next sync.
        """
        if not is_path_step(parent):
            sentence = "this id cannot be part of a URL."
            self._left_out.append(f"{self._read.parent.name} {parent}: {sentence}")
            return
        problems = len(self._left_out)
        there: set[str] = set()
        try:
            await self._write_if_found(parent, there, write)
        except AnswerTooBig as problem:
            self._left_out.append(problem.summary)
        except TokenRefused:
            raise
        except (NotReadable, QueryRefused) as refusal:
            self._unread.add(parent)
            self._refusals.append(refusal)
            return
        except (RequestFailed, ListingChanged) as error:
            self._unread.add(parent)
            self._errors.append(error)
            return
        self._has_answered = True
        if len(self._left_out) > problems:
            self._unread.add(parent)
            return
        self._unread.discard(parent)
        if not self._table.is_history:
            write(self._deleted(sorted(self._known.get(parent, set()) - there)))

    async def _write_if_found(self, parent: str, there: set[str], write: WriteBatch) -> None:
        """Write the children of a parent; a parent that was deleted meanwhile has none.

        A parent that was just published may be found only a moment later.
        """
        try:
            await self._write_children(parent, there, write)
        except NotReadable as refused:
            if refused.status != HTTPStatus.NOT_FOUND or self._table.is_history:
                raise
            if not await self._is_deleted(parent):
                await self._write_children(parent, there, write)

    async def _is_deleted(self, parent: str) -> bool:
        """Return whether a parent was deleted.

        Raises NotReadable if parents cannot be listed: a place to which access is refused also
        answers 404.  The parent is requested after that listing, so a refusal that ends in between
        deletes nothing.
        """
        parents = self.place.path(self._read.parent.path)
        with suppress(AnswerTooBig):
            await execute_api_request(self._client, parents, {"limit": "1"})
            try:
                await execute_api_request(self._client, f"{parents}/{quote(parent, safe='')}")
            except NotReadable as absent:
                if absent.status == HTTPStatus.NOT_FOUND:
                    return True
                raise
        return False

    async def _write_children(self, parent: str, there: set[str], write: WriteBatch) -> None:
        """Write the children of a parent; *there* gets their keys."""
        has_several_pages = await self._write_as_spelled(parent, there, write)
        if has_several_pages and not self._known.get(parent, set()) <= there:
            # Edits can move a record between pages, so only a second listing proves a deletion.
            listed = set(there)
            await self._write_pages(parent, there, write)
            there |= listed

    async def _write_as_spelled(self, parent: str, there: set[str], write: WriteBatch) -> bool:
        """Write all pages; for the first parent, try the other spelling of the query if needed."""
        is_open = bool(self._read.otherwise) and not self._spelled and not self._has_answered
        refused, has_several = None, False
        try:
            has_several = await self._write_pages(parent, there, write)
        except QueryRefused as problem:
            if isinstance(problem, AnswerTooBig) or not is_open:
                raise
            refused = problem
        if is_open and not there:
            self._spelled = dict(self._read.otherwise)
            with suppress(QueryRefused):
                has_several = await self._write_pages(parent, there, write)
            if not there:
                self._spelled = {}
                if refused is not None:
                    raise refused
        return has_several

    async def _write_pages(self, parent: str, there: set[str], write: WriteBatch) -> bool:
        """Write the children of a parent; return whether they had several pages."""
        has_several = False
        async for page in self._children_of(parent):
            has_several |= not page.first
            self._use(parent, there, write, page)
        return has_several

    async def _children_of(self, parent: str) -> AsyncIterator[Page]:
        """Yield the pages of a parent's children, from each endpoint that lists them."""
        limit = self._table.page_size(self._configuration)
        for number, below in enumerate((self._table.path, *self._read.also)):
            path = self.place.path(below.replace("{parent}", quote(parent, safe="")))
            if self._read.single:
                yield Page([await execute_api_request(self._client, path)], first=True)
                continue
            given = {**dict(self._table.query), **self._spelled}
            query = {name: one.replace("{parent}", parent) for name, one in given.items()}
            listing = Listing(path, query, limit, self._table.paged)
            async for page in read_pages(self._client, listing):
                # Records of the listing before still count.
                page.first = page.first and not number
                yield page

    def _use(self, parent: str, there: set[str], write: WriteBatch, page: Page) -> None:
        """Write the new and changed children of a page."""
        if page.first:
            there.clear()
        self._left_out += page.left_out
        if not self._table.paged and len(page) >= self._table.largest_page:
            sentence = f"the API lists at most {self._table.largest_page}, so more may exist"
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
                found = fingerprint(self._table.form(row))
                is_full = not self._configuration.enable_incremental_sync
                if is_full or not self._ledger.is_unchanged(key, found):
                    upserts.append((self._table, row))
                    written[key] = found
        changes = [RowsChanged(self._table.name, self.place.name, written)]
        write(Batch(upserts, changes=changes))

    # The end

    def _reached(self, until: str | None, position: Position | None) -> Batch:
        """Return a batch with the position of the walk through parents."""
        until, unread = self._still_to_read(until)
        read = ParentsRead(self._table.name, self.place.name, until, unread, position)
        return Batch(changes=[read])

    def _still_to_read(self, until: str | None) -> tuple[str | None, list[str]]:
        """Return until when changes were read, and the parents to request in any case."""
        is_many = len(self._unread) > MOST_UNREAD
        return (None, []) if is_many else (until, sorted(self._unread))

    @property
    def _vanished(self) -> set[str]:
        """The parents of known rows that this read has not seen."""
        return self._known.keys() - self._seen

    def _end(self, now: str) -> Batch:
        """Delete the rows of missing parents, unless some parents may be hidden."""
        vanished = set() if self._misses_parents else self._vanished
        if self._table.is_history:
            missing, lost = sorted(vanished - self._unread), list[str]()
            self._unread &= self._seen | self._known.keys()
        else:
            missing, lost = [], sorted(key for one in vanished for key in self._known[one])
            if self._confirms_empty and not self._seen and len(lost) >= FEWEST_DOUBTED:
                raise suspect(self._table, self.place, len(lost))
            self._unread &= self._seen
        until = self._ledger.read_until if self._misses_parents else now
        if not self._newest:
            # After an empty list of parents, all later ones are new, whenever they changed.
            until = None
        until, unread = self._still_to_read(until)
        read = ParentsRead(
            self._table.name,
            self.place.name,
            until,
            unread,
            newest=self._newest_change(),
            missing=missing,
        )
        batch = self._deleted(lost)
        return Batch(
            deletes=batch.deletes, changes=[*batch.changes, read], left_out=self._problems()
        )

    def _newest_change(self) -> tuple[str, list[str]]:
        """Return the newest change of a parent ever seen, and the parents changed then.

        If there are too many of them, the instant after it.
        """
        instant, ids = self._ledger.newest
        if self._newest >= instant:
            instant, ids = self._newest, frozenset(self._at_newest)
        return (f"{instant}~", []) if len(ids) > MOST_AT_NEWEST else (instant, sorted(ids))

    def _deleted(self, missing: list[str]) -> Batch:
        """Return the deletions of rows that a parent's children lack."""
        deletes = [
            (self._table, self._table.primary_key_values(self.place, key)) for key in missing
        ]
        changes = [RowsChanged(self._table.name, self.place.name, deleted=missing)]
        return Batch(deletes=deletes, changes=changes)

    def _problems(self) -> list[str]:
        """Return sentences about children that could not be read."""
        where = f"{self._table.name} {self.place.name}"
        problems = keyless(self._table, self.place, self._keyless)
        left_out = [*self._left_out, *map(summary_of, self._failures)]
        if left_out:
            problems.append(
                f"{where}: {len(left_out)} problems while reading parents or children. Affected"
                f" rows are kept. First problem: {left_out[0]}"
            )
        return problems


def _by_parent(keys: Iterable[str]) -> dict[str, set[str]]:
    """Return the keys of rows by the parent that they begin with."""
    found: dict[str, set[str]] = {}
    for key in keys:
        found.setdefault(key.split(KEY_SEPARATOR)[0], set()).add(key)
    return found
