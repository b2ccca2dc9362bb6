"""Asking for entries and assets: scans, ids, and the rows that they become."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Callable, Optional

from contentful_cma.api.client import Client, execute_api_request
from contentful_cma.api.pagination import Collection as Listing
from contentful_cma.api.pagination import Records, UseRecords, fitting, following_pages, records_of
from contentful_cma.errors import (
    AnswerTooBig,
    DifferenceTooLarge,
    ListingChanged,
    QueryRefused,
)
from contentful_cma.state.bookmark import Scan, later
from contentful_cma.state.ledger import fingerprint
from contentful_cma.state.sketch import Sketch
from contentful_cma.tables.derived import ContentModel
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import Row, record_id, time_of, whole

PROBE = 100
"""Records in the one request of a quiet sync: the latest changes, and their total number."""

IDS_AT_ONCE = 50
"""Ids in one request: its URL stays far below the limit of 7,600 characters
(https://www.contentful.com/developers/docs/technical-limits/)."""

TRIES_AT_A_SCAN = 4

IMMUTABLE_ORDER = {"order": "sys.createdAt,sys.id"}

UseScanned = Callable[[Records, Scan], Scan]
"""Uses the new records of a page at once; returns the scan after them, as it was told."""

Found = tuple[Records, Optional[int]]
"""Some records, and how many there are in all (None: not told)."""


class Reader:
    """Asks for the records of one table in one place, and makes rows of them.

    *model* decides the rows.  With a *bound* records that were updated before it are none of ours.
    ``oversized`` are the ids of records that do not fit into an answer, ``unknown`` the content
    types that the model lacks; ``keyless`` counts records without an id, ``has_older`` tells
    whether a row was made of a record created before the bound: an edit may have brought it within
    the bound, which no period of creation shows.
    """

    def __init__(
        self, table: Table, place: Place, client: Client, model: ContentModel, bound: str | None
    ) -> None:
        """Prepare; nothing is asked yet."""
        self.table = table
        self.place = place
        self.client = client
        self.model = model
        self.bound = bound
        self.oversized: list[str] = []
        self.keyless = 0
        self.has_older = False
        self.unknown: set[str] = set()
        self._configuration = client.configuration
        self._path = place.path(table.path)
        self._has_cursors = True
        self.limit = table.page_size(self._configuration)

    @property
    def has_content_types(self) -> bool:
        """Whether the records have a content type, which decides their titles."""
        return any(column.name == "content_type_id" for column in self.table.columns)

    def difference_too_large(self) -> DifferenceTooLarge:
        """Return the error for more deletions than can be told."""
        where = f"{self.table.name} {self.place.name}"
        return DifferenceTooLarge(f"{where}: too much was deleted to tell what.")

    def rows(self, records: list[dict[str, Any]], known: Mapping[str, str]) -> list[Row]:
        """Return the rows of the records that are not *known* as they are."""
        if not self._configuration.enable_incremental_sync:
            known = {}
        rows: list[Row] = []
        personal = self._configuration.personal_data
        for record in records:
            found = record_id(record)
            self.keyless += found is None
            is_known = found in known and known.get(str(found)) == fingerprint(record)
            if found is not None and not is_known:
                self.has_older |= time_of(record, "createdAt") < (self.bound or "")
                rows += self.table.rows(self.place, record, personal, self.model)
        return rows

    def untitled_types(self, rows: list[Row]) -> set[str]:
        """Return the content types of rows that were not known when their titles were made."""
        types = {row.get("content_type_id") for row in rows}
        unknown = {found for found in types if found and found not in self.model.display_fields}
        self.unknown |= unknown
        return unknown

    async def latest(self) -> Found:
        """Return the records changed last, and the number of all; nothing where it is refused."""
        query = {"order": "-sys.updatedAt", "limit": str(min(PROBE, self.limit))}
        return await self._found({**query, **self._ours})

    async def first_page(self, scan: Scan) -> Found:
        """Return the first records of a scan, and how many it has; nothing where it is refused."""
        return await self._found({**self._query(scan), "limit": str(self.limit)})

    async def created_at(self, skip: int, scan: Scan) -> str | None:
        """Return when the record with *skip* before it was created, None where it is refused."""
        query = {**self._query(scan), "select": "sys", "limit": "1", "skip": str(skip)}
        records, _ = await self._found(query)
        sys = records[0].get("sys") if records else None
        found = sys.get("createdAt") if isinstance(sys, Mapping) else None
        return found if isinstance(found, str) else None

    async def total(self, before: str) -> int | None:
        """Return how many records were created before an instant."""
        query = {"limit": "1", "select": "sys", "sys.createdAt[lt]": before, **self._ours}
        return whole((await execute_api_request(self.client, self._path, query)).get("total"))

    async def scan(self, scan: Scan, use: UseScanned, **more: str) -> Scan:
        """Give the new records of each page that is left of a scan to *use*; return its end.

        A record that is too big for an answer is passed over.  *more* restricts the records.
        """

        def take(records: Records) -> None:
            """Use the records that the scan has not read yet."""
            nonlocal scan
            new = [one for one in records if not scan.has_read(one)]
            scan = use(new, scan.past(new))

        tries = 0
        while True:
            began = scan.reached, scan.ids_there
            try:
                await self._pages({**self._query(scan), **more}, take)
            except AnswerTooBig:
                scan = await self._past_oversized(scan, more)
            except ListingChanged:
                # Pages that showed nothing new are no progress.
                tries = tries + 1 if began == (scan.reached, scan.ids_there) else 1
                if tries == TRIES_AT_A_SCAN:
                    raise
            else:
                return scan

    async def ids(self, before: str, cells: int, tick: Callable[[], None]) -> Sketch:
        """Return a sketch of the ids of all records created before an instant.

        *tick* is called after each page.
        """

        def use(_records: Records, scan: Scan) -> Scan:
            """Leave room for a checkpoint; the scan has noted the ids."""
            tick()
            return scan

        start = Scan(self.bound, later(before), "", Sketch(cells), ends_before=before)
        return (await self.scan(start, use, select="sys")).sketch

    async def by_id(self, ids: list[str], use: UseRecords, **more: str) -> None:
        """Give the records with these ids that exist to *use*, but for those that are too big."""
        for start in range(0, len(ids), IDS_AT_ONCE):
            await self._some_by_id(ids[start : start + IDS_AT_ONCE], use, more)

    async def still_gone(self, ids: Collection[str]) -> list[Row]:
        """Return the primary keys of those *ids* that do not exist: some may have come back."""
        there: set[str | None] = set()
        light = {"select": "sys", **self._ours}
        await self.by_id(sorted(ids), lambda found: there.update(map(record_id, found)), **light)
        return [self.table.keys_of(self.place, key) for key in sorted(set(ids) - there)]

    @property
    def _ours(self) -> dict[str, str]:
        """The part of each question that leaves out what is older than the bound."""
        return {} if self.bound is None else {"sys.updatedAt[gte]": self.bound}

    async def _found(self, query: Mapping[str, str]) -> Found:
        """Return the records of one answer with the total, neither if the API refuses."""
        try:
            answer, _ = await fitting(self.client, self._path, query)
        except QueryRefused:
            return [], None
        return records_of(self._path, answer), whole(answer.get("total"))

    def _query(self, scan: Scan) -> dict[str, str]:
        """Return the question for what a scan has not read yet."""
        query = dict(IMMUTABLE_ORDER)
        if scan.since is not None:
            query["sys.updatedAt[gte]"] = scan.since
        if scan.reached:
            query["sys.createdAt[gte]"] = scan.reached
        if scan.ends_before is not None:
            query["sys.createdAt[lt]"] = scan.ends_before
        oversized = scan.oversized.union(self.oversized)
        if oversized:
            query["sys.id[nin]"] = ",".join(sorted(oversized))
        return query

    async def _pages(self, query: Mapping[str, str], use: UseRecords) -> None:
        """Read pages by cursor; where the API refuses that from the start, by offset."""
        if not (self._has_cursors and await self._by_cursor(query, use)):
            await following_pages(self.client, Listing(self._path, query, self.limit), use)

    async def _by_cursor(self, query: Mapping[str, str], use: UseRecords) -> bool:
        """Read pages by cursor; tell whether the API gave any."""
        has_pages = False

        def take(records: Records) -> object:
            """Use a page, and note that there is one."""
            nonlocal has_pages
            has_pages = True
            return use(records)

        listing = Listing(self._path, {**query, "cursor": "true"}, self.limit)
        try:
            await following_pages(self.client, listing, take)
        except AnswerTooBig:
            raise
        except QueryRefused as refused:
            if has_pages:
                sentence = f"{refused} The scan goes on where it was."
                raise ListingChanged(sentence) from refused
            self.client.log.info(f"{refused} It is asked again by offset.")
            self._has_cursors = False
        return self._has_cursors

    async def _past_oversized(self, scan: Scan, more: Mapping[str, str]) -> Scan:
        """Note the first record that is left to read: it does not fit into an answer."""
        left: list[dict[str, Any]] = []

        def find(records: Records) -> bool:
            """Keep the first record that is not read; tell whether there was one."""
            named = (one for one in records if record_id(one) is not None)
            left.extend(islice((one for one in named if not scan.has_read(one)), 1))
            return bool(left)

        await self._pages({**self._query(scan), **more, "select": "sys"}, find)
        found = record_id(left[0]) if left else None
        if found is None:
            sentence = (
                f"GET {self._path}: a record that was too big has vanished; it is read again."
            )
            raise ListingChanged(sentence)
        self.oversized.append(found)
        return replace(scan.past(left), oversized=scan.oversized | {found})

    async def _some_by_id(self, ids: list[str], use: UseRecords, more: Mapping[str, str]) -> None:
        """Give the records with these ids to *use*, in halves where they are too big."""
        query = {"sys.id[in]": ",".join(ids), "limit": str(len(ids)), **more}
        try:
            use(records_of(self._path, await execute_api_request(self.client, self._path, query)))
        except AnswerTooBig:
            if len(ids) == 1:
                self.oversized += ids
                return
            middle = len(ids) // 2
            await self._some_by_id(ids[:middle], use, more)
            await self._some_by_id(ids[middle:], use, more)
