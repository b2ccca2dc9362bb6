"""Tables that are read by day: usage, of which the API tells some days back and corrects the last.

Days that can no longer change are written and not remembered, so that a year of them does not
fill the state; their rows stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from contentful_cma.api.pagination import Listing, Page, read_pages
from contentful_cma.api.remaining import RemainingPages
from contentful_cma.errors import NotReadable, QueryRefused, RequestFailed
from contentful_cma.settings.period import get_time_range
from contentful_cma.state.changes import ParentsRead, RowsChanged
from contentful_cma.state.ledger import Ledger, fingerprint
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import ByDay, Table
from contentful_cma.values import KEY_SEPARATOR, read_instant, to_millis_text

from .batch import Batch, ReadContext, WriteBatch, keyless

LEGACY_DAYS = 45
"""Days that the older endpoints tell of, all at once and whatever is asked."""


@dataclass(frozen=True)
class Window:
    """The days of one request, both included, and the metric that it is about."""

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
        """Prepare; nothing is asked yet."""
        self.tables = (table,)
        self.subject, self.requests_all, self.shows = table.name, True, ()
        self.place = place
        self._table = table
        self._read = read
        self._client = context.client
        self._configuration = context.client.configuration
        self._state = context.state
        self._today = self._keep_from = date.min
        self._refused: dict[str, RequestFailed] = {}
        self._keyless = 0
        self._is_partial = False
        self._day = [column.name for column in table.key].index("day")

    @property
    def _ledger(self) -> Ledger:
        """What the destination holds of the last days."""
        return self._state.ledger(self._table.name, self.place.name)

    async def read(self, write: WriteBatch) -> None:
        """Write the days that are new or have changed; what the API no longer tells stays."""
        self._today = self._client.started_at().date()
        self._keep_from = self._today - timedelta(days=self._read.restated)
        with self._client.left.of_a_listing(1) as left:
            for number, metric in enumerate(self._read.metrics):
                rest = self._read.metrics[number:]
                left.records = sum(len(list(self._windows(one))) for one in rest)
                try:
                    await self._read_metric(metric, left, write)
                except (NotReadable, QueryRefused) as refused:
                    self._refused[metric] = refused
                    if number == 0:
                        # What everybody may ask is refused: so is the rest.
                        await self._read_legacy(refused, write)
                        break
        write(self._end())

    async def _read_metric(self, metric: str, left: RemainingPages, write: WriteBatch) -> None:
        """Read the windows of one metric."""
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
        self._refused = dict.fromkeys(self._read.metrics, refused)
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
        """Return the first day that has to be asked for."""
        earliest = self._today - timedelta(days=self._read.look_back - 1)
        until = self._ledger.read_until
        is_known = until is not None and metric not in self._ledger.unread
        is_remade = self._state.known(self._table.name, self.place.name).is_remade
        is_full = is_remade or not self._configuration.enable_incremental_sync
        if until is None or not is_known or is_full:
            start = get_time_range(self._configuration, None, self._client.started_at()).start
            return earliest if start is None else max(earliest, start.date())
        return max(earliest, read_instant(until).date() - timedelta(days=self._read.restated))

    def _use(self, window: Window, seen: set[str], write: WriteBatch, page: Page) -> None:
        """Write what a page has of new and changed days."""
        self._is_partial |= bool(page.left_out)
        upserts, written = [], {}
        for record in page.take():
            asked = {
                **record,
                "asked": {"metric": window.metric, "day": window.query["date[gte]"]},
            }
            for row in self._table.rows(self.place, asked, self._configuration.personal_data):
                key = self._table.row_key(row)
                if key is None:
                    self._keyless += 1
                    continue
                seen.add(key)
                found = fingerprint(row)
                is_full = not self._configuration.enable_incremental_sync
                if is_full or not self._ledger.is_unchanged(key, found):
                    upserts.append((self._table, row))
                if row["day"] >= self._keep_from.isoformat():
                    written[key] = found
        write(Batch(upserts, changes=[self._changed(written)], left_out=page.left_out))

    def _lacking(self, window: Window, seen: set[str]) -> Batch:
        """Delete what was told of a window before and is not told now."""
        days = set(window.query.values())
        gone = sorted(key for key in self._keys() - seen if self._day_of(key) in days)
        deletes = [(self._table, self._table.primary_key_values(self.place, key)) for key in gone]
        return Batch(deletes=deletes, changes=[self._changed({}, gone)])

    def _end(self) -> Batch:
        """Forget the days that can no longer change, and say what was refused."""
        old = [key for key in self._keys() if self._day_of(key) < self._keep_from.isoformat()]
        until = to_millis_text(self._client.started_at())
        # The metrics are to the ledger what parents are: a refused one is read again.
        read = ParentsRead(self._table.name, self.place.name, until, sorted(self._refused))
        left_out = [*keyless(self._table, self.place, self._keyless), *self._problems()]
        return Batch(changes=[self._changed({}, sorted(old)), read], left_out=left_out)

    def _problems(self) -> list[str]:
        """Return in words which metrics were refused."""
        where = f"{self._table.name} {self.place.name}"
        if len(self._refused) == len(self._read.metrics):
            first = next(iter(self._refused.values()))
            return [f"{where}: only the older endpoint could be read. {first.summary}"]
        return [f"{where}: {one.summary}" for one in self._refused.values()]

    def _keys(self) -> set[str]:
        """Return the keys of the days that are remembered."""
        return self._ledger.keys() or set()

    def _day_of(self, key: str) -> str:
        """Return the day in a row's key."""
        return key.split(KEY_SEPARATOR)[self._day]

    def _changed(self, written: dict[str, str], gone: list[str] | None = None) -> RowsChanged:
        """Return the change of the ledger."""
        return RowsChanged(self._table.name, self.place.name, written, gone or [])
