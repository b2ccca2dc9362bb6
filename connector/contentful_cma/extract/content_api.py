"""Asking for entries and assets: scans, ids, and the rows that they become."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Callable, Optional

from contentful_cma.api.client import Client, execute_api_request
from contentful_cma.api.pagination import Records, fetch_fitting_page, records_of
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
from contentful_cma.values import Row, record_id, sort_time, whole

from .walk import BEFORE, ORDER, WalkedPage, key_of, walk

PROBE = 100
"""Records in the one request of a quiet sync: the latest changes, and their total number."""

IDS_AT_ONCE = 50
"""Ids in one request: its URL stays far below the limit of 7,600 characters
(https://www.contentful.com/developers/docs/technical-limits/)."""

MOST_VANISHED = 4
_VANISHED = "No record is left that could be too big, so nothing can be left out."

Key = tuple[str, str]
"""Creation time and id of a record."""

UseRecords = Callable[[Records], object]
"""Uses records at once."""

ResultPage = tuple[Records, Optional[int]]
"""Some records, and how many there are in all (None: not told)."""


@dataclass
class ScannedPage:
    """The new records of a page, *count* of them, to be taken once, and the scan after them."""

    scan: Scan
    count: int
    _records: Records

    def take(self) -> Records:
        """Return the records, once; give them no name across an ``await``."""
        records, self._records = self._records, []
        return records


def _scanned(scan: Scan, page: WalkedPage) -> ScannedPage:
    """Return a page of a walk as a page of a scan."""
    records = page.take()
    return ScannedPage(scan.past(records).at(page.cursor), len(records), records)


class ContentApi:
    """Asks for the records of one table in one place, and makes rows of them.

    *model* decides the rows.  With a *bound* the connector leaves out records that were updated
    before it.  ``oversized`` are the ids of records that do not fit into an answer,
    ``unknown_types`` the content types that the model lacks.  ``has_rows_before_bound`` tells
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
        self.records_without_id = 0
        self.has_rows_before_bound = False
        self.unknown_types: set[str] = set()
        self._configuration = client.configuration
        self._path = place.path(table.path)
        self.limit = table.page_size(self._configuration)

    @property
    def has_content_types(self) -> bool:
        """Whether the records have a content type, which decides their titles."""
        return any(column.name == "content_type_id" for column in self.table.columns)

    def difference_too_large(self) -> DifferenceTooLarge:
        """Return the error for more deletions than can be told."""
        where = f"{self.table.name} {self.place.name}"
        return DifferenceTooLarge(f"{where}: too much was deleted to tell what.")

    def make_rows(self, records: list[dict[str, Any]], known: Mapping[str, str]) -> list[Row]:
        """Return the rows of the records that are not *known* as they are."""
        if not self._configuration.enable_incremental_sync:
            known = {}
        rows: list[Row] = []
        personal = self._configuration.personal_data
        for record in records:
            found = record_id(record)
            self.records_without_id += found is None
            is_known = found in known and known.get(str(found)) == fingerprint(record)
            if found is not None and not is_known:
                self.has_rows_before_bound |= sort_time(record, "createdAt") < (self.bound or "")
                rows += self.table.rows(self.place, record, personal, self.model)
        return rows

    def note_unknown_types(self, rows: list[Row]) -> set[str]:
        """Return the content types of rows that were not known when their titles were made."""
        types = {row.get("content_type_id") for row in rows}
        unknown = {found for found in types if found and found not in self.model.display_fields}
        self.unknown_types |= unknown
        return unknown

    async def latest_changes(self) -> ResultPage:
        """Return the records changed last, and the number of all; nothing where it is refused."""
        query = {"order": "-sys.updatedAt", "limit": str(min(PROBE, self.limit))}
        return await self._found({**query, **self._ours})

    async def first_page(self, scan: Scan) -> ResultPage:
        """Return the first records of a scan, and how many it has; nothing where it is refused."""
        return await self._found({**self._query(scan), **ORDER, "limit": str(self.limit)})

    async def created_at(self, skip: int, scan: Scan) -> str | None:
        """Return when the record with *skip* before it was created, None where it is refused."""
        query = {**self._query(scan), **ORDER, "select": "sys", "limit": "1", "skip": str(skip)}
        records, _ = await self._found(query)
        sys = records[0].get("sys") if records else None
        found = sys.get("createdAt") if isinstance(sys, Mapping) else None
        return found if isinstance(found, str) else None

    async def count_before(self, before: str) -> int | None:
        """Return how many records were created before an instant."""
        query = {"limit": "1", "select": "sys", "sys.createdAt[lt]": before, **self._ours}
        return whole((await execute_api_request(self.client, self._path, query)).get("total"))

    async def pages(self, scan: Scan, **filters: str) -> AsyncIterator[ScannedPage]:
        """Yield the new records of each page that is left of a scan, and the scan after them.

        A record that is too big for an answer is passed over.  *filters* restrict the records.
        """
        places_to_remove, is_over = 0, False
        while not is_over:
            query = {**self._query(scan), **filters}
            try:
                async for walked in walk(self.client, self._path, query, self.limit, scan.cursor):
                    page = _scanned(scan, walked)
                    scan = page.scan
                    yield page
                is_over = True
            except AnswerTooBig as problem:
                found = await self._first_unread(scan, filters)
                # One that is gone by now is no longer in the way.
                places_to_remove += found is None
                if places_to_remove == MOST_VANISHED:
                    raise ListingChanged(f"{problem} {_VANISHED}") from problem
                scan = scan if found is None else self._without(scan, found)

    async def ids(self, before: str, cells: int, allow_checkpoint: Callable[[], None]) -> Sketch:
        """Return a sketch of the ids of all records created before an instant.

        *allow_checkpoint* is called after each page, to leave room for a checkpoint.
        """
        scan = Scan(self.bound, later(before), "", Sketch(cells), ends_before=before)
        async for page in self.pages(scan, select="sys"):
            scan = page.scan
            allow_checkpoint()
        return scan.sketch

    async def by_id(self, ids: list[str], use: UseRecords, **more: str) -> None:
        """Give the records with these ids that exist to *use*, but for those that are too big."""
        for start in range(0, len(ids), IDS_AT_ONCE):
            await self._some_by_id(ids[start : start + IDS_AT_ONCE], use, more)

    async def confirm_deleted(self, ids: Collection[str]) -> list[Row]:
        """Return the primary keys of those *ids* that do not exist: some may have come back."""
        there: set[str | None] = set()
        light = {"select": "sys", **self._ours}
        await self.by_id(sorted(ids), lambda found: there.update(map(record_id, found)), **light)
        return [self.table.primary_key_values(self.place, key) for key in sorted(set(ids) - there)]

    @property
    def _ours(self) -> dict[str, str]:
        """The part of each question that leaves out what is older than the bound."""
        return {} if self.bound is None else {"sys.updatedAt[gte]": self.bound}

    async def _found(self, query: Mapping[str, str]) -> ResultPage:
        """Return the records of one answer with the total, neither if the API refuses."""
        try:
            answer, _ = await fetch_fitting_page(self.client, self._path, query)
        except QueryRefused:
            return [], None
        return records_of(self._path, answer), whole(answer.get("total"))

    def _query(self, scan: Scan) -> dict[str, str]:
        """Return what restricts the records of a scan."""
        query = {}
        if scan.since is not None:
            query["sys.updatedAt[gte]"] = scan.since
        if scan.ends_before is not None:
            query[BEFORE] = scan.ends_before
        oversized = scan.oversized.union(self.oversized)
        if oversized:
            query["sys.id[nin]"] = ",".join(sorted(oversized))
        return query

    async def _first_unread(self, scan: Scan, filters: Mapping[str, str]) -> Key | None:
        """Return creation time and id of the first record that is left of a scan, if any is."""
        query = {**self._query(scan), **filters, "select": "sys"}
        async for page in walk(self.client, self._path, query, self.limit, scan.cursor):
            for created, found in map(key_of, page.take()):
                if found is not None:
                    return created, found
        return None

    def _without(self, scan: Scan, key: Key) -> Scan:
        """Return a scan past a record that does not fit into an answer."""
        _, found = key
        self.oversized.append(found)
        record = {"sys": {"id": found, "createdAt": key[0]}}
        passed = scan.past([record]).at(scan.cursor.past([key]))
        return replace(passed, oversized=scan.oversized | {found})

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
