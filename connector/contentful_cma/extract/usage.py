"""Reads usage by day; the API has a year of past days and corrects the latest ones.

Days that can no longer change are written, but not kept in the state, because a year of them would
fill it.  Their rows stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from contentful_cma.api.pagination import Listing, Page, read_pages
from contentful_cma.api.remaining import RemainingPages
from contentful_cma.errors import (
    ContentfulError,
    ListingChanged,
    NotReadable,
    QueryRefused,
    RequestFailed,
    TokenRefused,
    summary_of,
)
from contentful_cma.settings.period import get_time_range
from contentful_cma.state.changes import ParentsRead, RowsChanged
from contentful_cma.state.ledger import Ledger, fingerprint
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import ByDay, Table
from contentful_cma.tables.usage import NAMES
from contentful_cma.values import KEY_SEPARATOR, read_instant, to_millis_text

from .batch import Batch, ReadContext, WriteBatch, keyless

MOST_ERRORS = 3
"""Metrics with an error after which a read ends, because each may take minutes."""

LEGACY_DAYS = 45
"""Days that the older endpoints always return, in one answer."""


@dataclass(frozen=True)
class Window:
    """The metric and the days of one request, both days included."""

    metric: str
    first: date
    last: date

    @property
    def query(self) -> dict[str, str]:
        """The parameters that name the days."""
        return {"date[gte]": self.first.isoformat(), "date[lte]": self.last.isoformat()}


class UsageJob:
    """Reads one table in one place, metric by metric and window by window."""

    def __init__(self, table: Table, read: ByDay, place: Place, context: ReadContext) -> None:
        """Prepare, without a request."""
        self.tables = (table,)
        self.subject, self.requests_all, self.shows = table.name, True, ()
        self.place = place
        self._table = table
        self._read = read
        self._client = context.client
        self._configuration = context.client.configuration
        self._state = context.state
        self._today = self._keep_from = date.min
        self._refused: dict[str, ContentfulError] = {}
        self._errors: list[ContentfulError] = []
        self._keyless = 0
        self._is_partial = self._is_legacy = False
        self._day = [column.name for column in table.key].index("day")

    @property
    def _ledger(self) -> Ledger:
        """The rows of the latest days in the warehouse."""
        return self._state.ledger(self._table.name, self.place.name)

    async def read(self, write: WriteBatch) -> None:
        """Write new and changed days; days that the API no longer returns stay.

        A metric that cannot be read waits for the next sync; its error is raised at the end.
        """
        self._today = self._client.started_at().date()
        self._keep_from = self._today - timedelta(days=self._read.restated)
        with self._client.left.track(1) as left:
            for number, metric in enumerate(self._read.metrics):
                rest = self._read.metrics[number:]
                left.records = sum(len(list(self._windows(one))) for one in rest)
                try:
                    await self._read_metric(metric, left, write)
                except TokenRefused:
                    raise
                except (NotReadable, QueryRefused) as refused:
                    self._refused[metric] = refused
                    if number == 0:
                        # The first metric is available to all, so the others are refused too.
                        await self._read_legacy(refused, write)
                        break
                except (RequestFailed, ListingChanged) as error:
                    self._refused[metric] = error
                    self._errors.append(error)
                    if len(self._errors) == MOST_ERRORS:
                        break
        if len(self._errors) < MOST_ERRORS:
            write(self._end())
        if self._errors:
            raise self._errors[0]

    async def _read_metric(self, metric: str, left: RemainingPages, write: WriteBatch) -> None:
        """Write the usage of one metric, window by window."""
        path = self.place.path(self._table.path.replace("{metric}", metric))
        limit = self._table.page_size(self._configuration)
        for window in self._windows(metric):
            query = {**dict(self._table.query), **window.query}
            seen: set[str] = set()
            listing = Listing(path, query, limit)
            async for page in read_pages(self._client, listing):
                self._use(window, seen, write, page)
            left.records -= 1
            if self._read.is_whole and not self._is_partial:
                write(self._lacking(window, seen))

    async def _read_legacy(self, refused: RequestFailed, write: WriteBatch) -> None:
        """Read the older endpoint, which ends in February 2027."""
        if not self._read.legacy:
            raise refused
        self._keep_from = self._today - timedelta(days=LEGACY_DAYS)
        window = Window("", self._keep_from, self._today)
        self._refused, self._is_legacy = dict.fromkeys(self._read.metrics, refused), True
        limit = self._table.page_size(self._configuration)
        listing = Listing(self.place.path(self._read.legacy), {}, limit)
        try:
            async for page in read_pages(self._client, listing):
                self._use(window, set(), write, page)
        except NotReadable:
            raise refused from None

    def _windows(self, metric: str) -> Iterator[Window]:
        """Yield the windows from the first day that can have changed until today."""
        first, step = self._first_day(metric), timedelta(days=self._read.days_at_once)
        while first <= self._today:
            yield Window(metric, first, min(first + step - timedelta(days=1), self._today))
            first += step

    def _first_day(self, metric: str) -> date:
        """Return the first day to request."""
        earliest = self._today - timedelta(days=self._read.look_back - 1)
        until = self._read_until(metric)
        is_rewritten = self._state.known(self._table.name, self.place.name).is_rewritten
        is_full = is_rewritten or not self._configuration.enable_incremental_sync
        if until is None or is_full:
            start = get_time_range(self._configuration, None, self._client.started_at()).start
            return earliest if start is None else max(earliest, start.date())
        return max(earliest, read_instant(until).date() - timedelta(days=self._read.restated))

    def _read_until(self, metric: str) -> str | None:
        """Return until when a metric was read; a refused metric has a separate instant.

        None for a metric that was never read, or that 1.0.0 has noted as refused.
        """
        refused = dict(one.partition(" ")[::2] for one in self._ledger.unread)
        return refused.get(metric, self._ledger.read_until) or None

    def _use(self, window: Window, seen: set[str], write: WriteBatch, page: Page) -> None:
        """Write the new and changed days of a page."""
        self._is_partial |= bool(page.left_out)
        upserts, written = [], {}
        for record in page.take():
            queried = {
                **record,
                "requested": {"metric": window.metric, "day": window.query["date[gte]"]},
            }
            for row in self._table.rows(self.place, queried, self._configuration.personal_data):
                key = self._table.row_key(row)
                if key is None:
                    self._keyless += 1
                    continue
                seen.add(key)
                found = fingerprint(self._table.form(row))
                is_full = not self._configuration.enable_incremental_sync
                if is_full or not self._ledger.is_unchanged(key, found):
                    upserts.append((self._table, row))
                if row["day"] >= self._keep_from.isoformat():
                    written[key] = found
        write(Batch(upserts, changes=[self._changed(written)], left_out=page.left_out))

    def _lacking(self, window: Window, seen: set[str]) -> Batch:
        """Delete rows of a window that the API no longer returns."""
        days = set(window.query.values())
        missing = sorted(key for key in self._keys() - seen if self._day_of(key) in days)
        deletes = [
            (self._table, self._table.primary_key_values(self.place, key)) for key in missing
        ]
        return Batch(deletes=deletes, changes=[self._changed({}, missing)])

    def _end(self) -> Batch:
        """Forget days that can no longer change, and report refused metrics."""
        # The days of a refused metric are read again from where it was read.
        refused = set() if self._is_legacy else {NAMES.get(one, one) for one in self._refused}
        old = [
            key
            for key in self._keys()
            if self._day_of(key) < self._keep_from.isoformat()
            if refused.isdisjoint(key.split(KEY_SEPARATOR))
        ]
        until = to_millis_text(self._client.started_at())
        # The ledger keeps refused metrics like unread parents: they are read again.
        unread = [f"{one} {self._read_until(one) or ''}".strip() for one in sorted(self._refused)]
        read = ParentsRead(self._table.name, self.place.name, until, unread)
        left_out = [*keyless(self._table, self.place, self._keyless), *self._problems()]
        return Batch(changes=[self._changed({}, sorted(old)), read], left_out=left_out)

    def _problems(self) -> list[str]:
        """Return sentences about refused metrics."""
        where = f"{self._table.name} {self.place.name}"
        if self._is_legacy:
            first = next(iter(self._refused.values()))
            return [f"{where}: only the older endpoint could be read. {summary_of(first)}"]
        return [f"{where}: {summary_of(one)}" for one in self._refused.values()]

    def _keys(self) -> set[str]:
        """Return the keys of the days in the state."""
        return self._ledger.keys() or set()

    def _day_of(self, key: str) -> str:
        """Return the day in a key."""
        return key.split(KEY_SEPARATOR)[self._day]

    def _changed(self, written: dict[str, str], missing: list[str] | None = None) -> RowsChanged:
        """Return the change of the ledger."""
        return RowsChanged(self._table.name, self.place.name, written, missing or [])
