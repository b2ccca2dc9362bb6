"""Requests entries and assets: scans, ids, and the rows made of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Callable, Optional

from contentful_cma.api.client import Client, execute_api_request
from contentful_cma.api.pagination import Records, fetch_fitting_page, records_of
from contentful_cma.errors import (
    AnswerTooBig,
    DifferenceTooLarge,
    QueryRefused,
)
from contentful_cma.state.bookmark import Scan, later
from contentful_cma.state.ledger import fingerprint
from contentful_cma.state.sketch import Sketch
from contentful_cma.tables.derived import ContentModel
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import Record, Row, linked_id, record_id, sort_time, whole

from .walk import BEFORE, ORDER, WalkedPage, walk

PROBE = 100
"""Records in the only request of a sync with no changes: the latest changes and the total."""

IDS_AT_ONCE = 50
"""Ids per request: its URL stays far below the limit of 7,600 characters
(https://www.contentful.com/developers/docs/technical-limits/)."""

UseRecords = Callable[[Records], object]
"""Uses records immediately."""

ResultPage = tuple[Records, Optional[int]]
"""Some records, and the total number (None: unknown)."""


@dataclass
class ScannedPage:
    """The new records of a page (*count*), and the scan after them."""

    scan: Scan
    count: int
    _records: Records

    def take(self) -> Records:
        """Return the records, once; do not keep a reference to them across an ``await``."""
        records, self._records = self._records, []
        return records


def _is_known(record: Record, known: Mapping[str, str]) -> bool:
    """Return whether a record has its known fingerprint."""
    found = str(record_id(record))
    return found in known and known[found] == fingerprint(record)


def _scanned(scan: Scan, page: WalkedPage) -> ScannedPage:
    """Return the page with the scan after it."""
    records = page.take()
    return ScannedPage(scan.past(records).at(page.cursor), len(records), records)


class ContentApi:
    """Requests the records of one table in one place, and makes rows of them.

    *model* decides titles and other values.  With a *bound*, records updated earlier are omitted.
    ``oversized`` are the ids of records that do not fit into an answer, ``unknown_types`` the
    content types that the model lacks.  ``has_rows_before_bound`` is true if a row comes from a
    record created before the bound: a later edit has brought it within the bound.
    """

    def __init__(
        self, table: Table, place: Place, client: Client, model: ContentModel, bound: str | None
    ) -> None:
        """Prepare, without a request."""
        self.table = table
        self.place = place
        self.client = client
        self.model = model
        self.bound = bound
        self.oversized: list[str] = []
        self.records_without_id = 0
        self.has_rows_before_bound = False
        self.unknown_types: set[str] = set()
        self._configuration = client.configuration
        self._path = place.path(table.path)
        self.limit = table.page_size(self._configuration)

    @property
    def has_content_types(self) -> bool:
        """Whether the records have content types, which decide their titles."""
        return any(column.name == "content_type_id" for column in self.table.columns)

    def difference_too_large(self) -> DifferenceTooLarge:
        """Return the error for more deletions than the state can identify."""
        where = f"{self.table.name} {self.place.name}"
        return DifferenceTooLarge(f"{where}: more was deleted than the state can identify.")

    def changed(self, records: Records, known: Mapping[str, str]) -> Records:
        """Return the records that have an id and whose fingerprints are not *known*."""
        if not self._configuration.enable_incremental_sync:
            known = {}
        found = [one for one in records if record_id(one) is not None]
        self.records_without_id += len(records) - len(found)
        if known:
            found = [one for one in found if not _is_known(one, known)]
        if self.bound is not None:
            bound = self.bound
            self.has_rows_before_bound |= any(sort_time(one, "createdAt") < bound for one in found)
        return found

    def make_rows(self, records: Records) -> Iterator[Row]:
        """Yield the rows of records one by one, because a page of rows takes much memory."""
        personal = self._configuration.personal_data
        for record in records:
            yield from self.table.rows(self.place, record, personal, self.model)

    def note_unknown_types(self, records: Records) -> set[str]:
        """Return the content types of records that the model lacks."""
        if not self.has_content_types:
            return set()
        types = {linked_id(record, "contentType") for record in records}
        unknown = {found for found in types if found and found not in self.model.display_fields}
        self.unknown_types |= unknown
        return unknown

    async def latest_changes(self) -> ResultPage:
        """Return the latest changes and the total; no records and None if refused."""
        query = {"order": "-sys.updatedAt", "limit": str(min(PROBE, self.limit))}
        return await self._found({**query, **self._bound_query})

    async def first_page(self, scan: Scan) -> ResultPage:
        """Return the first records of a scan and the total; no records and None if refused."""
        return await self._found({**self._query(scan), **ORDER, "limit": str(self.limit)})

    async def created_at(self, skip: int, scan: Scan) -> str | None:
        """Return the creation time of the record after *skip* others, None if refused."""
        query = {**self._query(scan), **ORDER, "select": "sys", "limit": "1", "skip": str(skip)}
        records, _ = await self._found(query)
        sys = records[0].get("sys") if records else None
        found = sys.get("createdAt") if isinstance(sys, Mapping) else None
        return found if isinstance(found, str) else None

    async def count_before(self, before: str) -> int | None:
        """Return how many records were created before an instant."""
        query = {"limit": "1", "select": "sys", "sys.createdAt[lt]": before, **self._bound_query}
        return whole((await execute_api_request(self.client, self._path, query)).get("total"))

    async def pages(self, scan: Scan, **filters: str) -> AsyncIterator[ScannedPage]:
        """Yield the new records of each remaining page of a scan, and the scan after them.

        A record that is too large for an answer is skipped.  *filters* restrict the records.
        """
        is_over = False
        while not is_over:
            query = {**self._query(scan), **filters}
            try:
                async for walked in walk(self.client, self._path, query, self.limit, scan.cursor):
                    page = _scanned(scan, walked)
                    scan = page.scan
                    yield page
                is_over = True
            except AnswerTooBig:
                read = await self._page_by_id(scan, query, filters)
                is_over = read is None
                if read is not None:
                    scan = read.scan
                    yield read

    async def ids(self, before: str, cells: int, allow_checkpoint: Callable[[], None]) -> Sketch:
        """Return a sketch of the ids of all records created before an instant.

        *allow_checkpoint* is called after each page.
        """
        scan = Scan(self.bound, later(before), "", Sketch(cells), ends_before=before)
        async for page in self.pages(scan, select="sys"):
            scan = page.scan
            allow_checkpoint()
        return scan.sketch

    async def by_id(self, ids: list[str], use: UseRecords, **more: str) -> None:
        """Pass the existing records with these ids to *use*, except those that are too large."""
        for start in range(0, len(ids), IDS_AT_ONCE):
            await self._some_by_id(ids[start : start + IDS_AT_ONCE], use, more)

    async def confirm_deleted(self, ids: Collection[str]) -> list[Row]:
        """Return the primary keys of *ids* that do not exist; some may have been restored."""
        there: set[str | None] = set()
        light = {"select": "sys", **self._bound_query}
        await self.by_id(sorted(ids), lambda found: there.update(map(record_id, found)), **light)
        return [self.table.primary_key_values(self.place, key) for key in sorted(set(ids) - there)]

    @property
    def _bound_query(self) -> dict[str, str]:
        """The parameters of each request that omit records older than the bound."""
        return {} if self.bound is None else {"sys.updatedAt[gte]": self.bound}

    async def _found(self, query: Mapping[str, str]) -> ResultPage:
        """Return the records of one answer and the total; no records and None if refused."""
        try:
            answer = (await fetch_fitting_page(self.client, self._path, query)).answer
        except QueryRefused:
            return [], None
        return records_of(self._path, answer), whole(answer.get("total"))

    def _query(self, scan: Scan) -> dict[str, str]:
        """Return the parameters that restrict the records of a scan."""
        query = {}
        if scan.since is not None:
            query["sys.updatedAt[gte]"] = scan.since
        if scan.ends_before is not None:
            query[BEFORE] = scan.ends_before
        return query

    async def _page_by_id(
        self, scan: Scan, query: Mapping[str, str], filters: Mapping[str, str]
    ) -> ScannedPage | None:
        """Return the next records of a scan by id, without those that are too large.

        None if no record remains.  Ids are listed first, because these fit into an answer.
        """
        light = {**query, "select": "sys"}
        async for walked in walk(self.client, self._path, light, IDS_AT_ONCE, scan.cursor):
            listed = {found: one for one in walked.take() if (found := record_id(one)) is not None}
            if not listed:
                continue
            records: Records = []
            await self.by_id([*listed], records.extend, **filters)
            oversized = listed.keys() & self.oversized
            # Of a record that is too large, only the id and the times are known.
            scan = scan.past([*records, *(listed[one] for one in sorted(oversized))])
            scan = replace(scan.at(walked.cursor), oversized=scan.oversized | oversized)
            return ScannedPage(scan, len(records), records)
        return None

    async def _some_by_id(self, ids: list[str], use: UseRecords, more: Mapping[str, str]) -> None:
        """Pass the records with these ids to *use*, in halves if they are too large."""
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
