"""Asking for entries and assets: walks, ids, and the rows that they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Callable

from .client import Client, execute_api_request
from .errors import AnswerTooBig, ListingChanged, QueryRefused
from .ledger import fingerprint
from .memory import Walk
from .paging import fitting, records_of, walk
from .rows import Model
from .sketch import Sketch
from .table import Place, Row, Table
from .values import record_id, whole

PROBE = 100
"""Records in the one request of a quiet sync: the latest changes, and their total number."""

IDS_AT_ONCE = 50
"""Ids in one request: its URL stays far below the limit of 7,600 characters
(https://www.contentful.com/developers/docs/technical-limits/)."""

TRIES_AT_A_WALK = 4

IMMUTABLE_ORDER = {"order": "sys.createdAt,sys.id"}


@dataclass(frozen=True)
class Circumstances:
    """What a reading needs beside its memory.

    ``model`` gives what decides the rows, by what was remembered of it; ``cells`` is
    the size of a new sketch, and ``origin`` tells the environment from another with the same id.
    """

    client: Client
    model: Callable[[Model], Model]
    cells: int
    origin: str


class Reader:
    """Asks for the records of one table in one place, and makes rows of them.

    ``too_big`` are the ids of records that do not fit into an answer, ``strays`` counts records
    without an id, and ``remembered`` is what decided the rows in an earlier sync.
    """

    def __init__(self, table: Table, place: Place, circumstances: Circumstances) -> None:
        """Prepare; nothing is asked yet."""
        self.table = table
        self.place = place
        self.circumstances = circumstances
        self.too_big: list[str] = []
        self.strays = 0
        self._client = circumstances.client
        self._configuration = circumstances.client.configuration
        self._path = place.path(table.path)
        self._asked_model: Model | None = None
        self.remembered = Model()
        self._has_cursors = True
        self.limit = min(self._configuration.max_records_per_page, table.largest_page)

    @property
    def has_content_types(self) -> bool:
        """Whether the records have a content type, which decides their titles."""
        return any(column.name == "content_type_id" for column in self.table.columns)

    @property
    def model(self) -> Model:
        """What decides the rows; asked for once."""
        if self._asked_model is None:
            self._asked_model = self.circumstances.model(self.remembered)
        return self._asked_model

    def rows(self, records: list[dict[str, Any]], known: Mapping[str, str]) -> list[Row]:
        """Return the rows of the records that are not *known* as they are."""
        if not self._configuration.enable_incremental_sync:
            known = {}
        rows: list[Row] = []
        personal = self._configuration.personal_data
        for record in records:
            found = record_id(record)
            self.strays += found is None
            is_known = found in known and known.get(str(found)) == fingerprint(record)
            if found is not None and not is_known:
                rows += self.table.rows(self.place, record, personal, self.model)
        return rows

    def untitled_types(self, rows: list[Row]) -> set[str]:
        """Return the content types of rows that were not known when their titles were made."""
        types = {row.get("content_type_id") for row in rows}
        return {found for found in types if found and found not in self.model.display_fields}

    def latest(self) -> tuple[list[dict[str, Any]], int | None]:
        """Return the records changed last, and the number of all; nothing where it is refused."""
        query = {"order": "-sys.updatedAt", "limit": str(min(PROBE, self.limit))}
        try:
            return self._records_and_total(query)
        except QueryRefused:
            return [], None

    def first_page(self, start: Walk) -> tuple[list[dict[str, Any]], int | None]:
        """Return the first records of a walk, and how many it has; nothing where it is refused."""
        try:
            return self._records_and_total({**self._query(start), "limit": str(self.limit)})
        except QueryRefused:
            return [], None

    def created_at(self, skip: int, start: Walk) -> str | None:
        """Return when the record with *skip* before it was created, None where it is refused."""
        query = {**self._query(start), "select": "sys", "limit": "1", "skip": str(skip)}
        try:
            records, _ = self._records_and_total(query)
        except QueryRefused:
            return None
        sys = records[0].get("sys") if records else None
        found = sys.get("createdAt") if isinstance(sys, Mapping) else None
        return found if isinstance(found, str) else None

    def total(self, now: str) -> int | None:
        """Return how many records were created before *now*."""
        query = {"limit": "1", "select": "sys", "sys.createdAt[lt]": now}
        return whole(execute_api_request(self._client, self._path, query).get("total"))

    def walked(
        self, start: Walk, more: Mapping[str, str] | None = None
    ) -> Iterator[tuple[list[dict[str, Any]], Walk]]:
        """Yield the new records of each page that is left of a walk, and the walk after them.

        A record that is too big for an answer is passed over.  *more* restricts the records.
        """
        tries = 0
        while True:
            try:
                for records in self._pages({**self._query(start), **(more or {})}):
                    new = [one for one in records if not start.has_read(one)]
                    start = start.past(new)
                    del records
                    yield new, start
                    del new
            except AnswerTooBig:
                start = self._past_too_big(start, more or {})
            except ListingChanged:
                tries += 1
                if tries == TRIES_AT_A_WALK:
                    raise
            else:
                return

    def rows_of(self, start: Walk, known: Mapping[str, str]) -> Iterator[tuple[list[Row], Walk]]:
        """Yield the rows of each page that is left of a walk, and the walk after them."""
        untitled: set[str] = set()
        for records, reached in self.walked(start):
            rows = self.rows(records, known)
            untitled |= self.untitled_types(rows)
            del records
            yield rows, reached.with_untitled(untitled)
            del rows

    def ids(self, now: str, cells: int) -> Sketch:
        """Return a sketch of the ids of all records created before *now*."""
        found = Sketch(cells)
        start = Walk(None, now, "", found, is_anew=True, until=now)
        for _, reached in self.walked(start, {"select": "sys"}):
            found = reached.sketch
        return found

    def by_id(self, ids: list[str], **more: str) -> list[dict[str, Any]]:
        """Return the records with these ids that exist, but for those that are too big."""
        found: list[dict[str, Any]] = []
        for start in range(0, len(ids), IDS_AT_ONCE):
            found += self._some_by_id(ids[start : start + IDS_AT_ONCE], more)
        return found

    def still_gone(self, ids: list[str]) -> list[Row]:
        """Return the primary keys of those *ids* that do not exist: some may have come back."""
        there = {record_id(one) for one in self.by_id(ids, select="sys")}
        keys = sorted(set(ids) - there)
        return [self.table.keys_of(self.place, key) for key in keys]

    def _records_and_total(
        self, query: Mapping[str, str]
    ) -> tuple[list[dict[str, Any]], int | None]:
        answer, _ = fitting(self._client, self._path, query)
        return records_of(self._path, answer), whole(answer.get("total"))

    def _query(self, start: Walk) -> dict[str, str]:
        query = dict(IMMUTABLE_ORDER)
        if start.since is not None:
            query["sys.updatedAt[gte]"] = start.since
        if start.at:
            query["sys.createdAt[gte]"] = start.at
        if start.until is not None:
            query["sys.createdAt[lt]"] = start.until
        too_big = start.too_big.union(self.too_big)
        if too_big:
            query["sys.id[nin]"] = ",".join(sorted(too_big))
        return query

    def _pages(self, query: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
        """Yield pages by cursor; where the API refuses that from the start, by offset."""
        is_first = True
        if self._has_cursors:
            try:
                with_cursor = {**query, "cursor": "true"}
                for records in walk(self._client, self._path, with_cursor, self.limit):
                    yield records
                    is_first = False
                    # A page must not live on while the next one is fetched.
                    del records
            except AnswerTooBig:
                raise
            except QueryRefused as refused:
                if not is_first:
                    sentence = f"{refused} The walk goes on where it was."
                    raise ListingChanged(sentence) from refused
                self._client.log.info(f"{refused} It is asked again by offset.")
                self._has_cursors = False
            else:
                return
        yield from walk(self._client, self._path, query, self.limit)

    def _past_too_big(self, start: Walk, more: Mapping[str, str]) -> Walk:
        """Note the first record that is left to read: it does not fit into an answer."""
        light = {**self._query(start), **more, "select": "sys"}
        for records in self._pages(light):
            for record in records:
                found = record_id(record)
                if found is not None and not start.has_read(record):
                    self.too_big.append(found)
                    return replace(start.past([record]), too_big=start.too_big | {found})
        sentence = f"GET {self._path}: a record that was too big has vanished; it is read again."
        raise ListingChanged(sentence)

    def _some_by_id(self, ids: list[str], more: Mapping[str, str]) -> list[dict[str, Any]]:
        query = {"sys.id[in]": ",".join(ids), "limit": str(len(ids)), **more}
        try:
            answer = execute_api_request(self._client, self._path, query)
        except AnswerTooBig:
            if len(ids) == 1:
                self.too_big += ids
                return []
            middle = len(ids) // 2
            return self._some_by_id(ids[:middle], more) + self._some_by_id(ids[middle:], more)
        return records_of(self._path, answer)
