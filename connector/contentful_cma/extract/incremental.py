"""Tables that are read by what changed: entries and assets, of which there may be a million.

What changed is asked for by ``sys.updatedAt``; that something was deleted shows in the number of
records, and only then are the ids listed and compared with the sketch (see `sketch`).  What is
remembered is true for the records created before a bookmark: each record falls into exactly one
period between two syncs, so its id is added exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from contentful_cma.api.pagination import Records
from contentful_cma.settings.period import OVERLAP
from contentful_cma.state.bookmark import Bookmark, Scan
from contentful_cma.state.sketch import Sketch
from contentful_cma.tables.derived import ContentModel
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import Row, read_instant, sortable, time_of

from .batch import Batch, ReadContext, Write, keyless, names_of
from .content_model import Environment
from .reader import Found, Reader
from .scan import Progress, Scanner


@dataclass(frozen=True)
class _Probed:
    """What the latest changes told: all rows that changed, and how many records there are."""

    rows: list[Row]
    scan: Scan
    total: int


class IncrementalRead:
    """Reads one table in one environment, whose content model is known."""

    def __init__(
        self, table: Table, environment: Environment, cells: int, context: ReadContext
    ) -> None:
        """Prepare; nothing is asked yet.  *cells* is the size of a new sketch."""
        self.tables = (table,)
        self.place: Place = environment.place
        self._context = context
        self._client = context.client
        self._bookmark = context.state.bookmark(table.name, self.place.name)
        self._origin = environment.origin
        titles = self._bookmark.titles
        model = environment.model(ContentModel(titles.get("locale"), titles.get("fields", {})))
        self._reader = Reader(table, self.place, context.client, model, cells)

    @property
    def subject(self) -> str:
        """The table."""
        return names_of(self.tables)

    async def read(self, write: Write) -> None:
        """Finish a scan that was interrupted, read what is new, and delete what is gone."""
        self._progress = progress = Progress(self._reader, self._begun(), write)
        self._scanner = Scanner(self._reader, progress, self._context.beside)
        now = sortable(self._client.started_at())
        if progress.bookmark.scans:
            await self._scanner.go_on()
        read_until = progress.bookmark.read_until
        if read_until is None or not self._client.configuration.enable_incremental_sync:
            await self._scanner.everything(now)
        else:
            await self._what_changed(read_until, now)
        await self._retitle()
        write(Batch(left_out=self._problems()))

    # Before the first request

    def _begun(self) -> Bookmark:
        """Return the bookmark to go on from: without what is of no use any more."""
        bookmark = self._bookmark
        if self._has_other_records() or self._has_other_titles():
            bookmark = self._anew()
        return replace(self._titled(bookmark), origin=self._origin)

    def _anew(self) -> Bookmark:
        """Return a bookmark of nothing but the ids of what is in the warehouse."""
        old = self._bookmark
        bookmark = replace(old, read_until=None, scans=(), recent={}, titles={})
        if not old.scans:
            return bookmark
        ids = old.ids()
        if ids is None:
            raise self._reader.difference_too_large()
        sketch = self._reader.new_sketch()
        for one in ids:
            sketch.add(one)
        return replace(bookmark, sketch=sketch, made_meanwhile=frozenset())

    def _has_other_records(self) -> bool:
        """Tell whether another environment has the id now: its dates may be before ours."""
        return self._bookmark.origin not in (None, self._origin)

    def _has_other_titles(self) -> bool:
        """Tell whether the default locale has changed, and with it what every row shows."""
        was, now = self._bookmark.titles, self._reader.model.default_locale
        return bool(was) and now is not None and was.get("locale") != now

    def _titled(self, bookmark: Bookmark) -> Bookmark:
        """Return the bookmark with what the titles of the rows to come are made from.

        It is kept with the first batch, so that a sync that is interrupted knows what it has made.
        Content types whose display field is another one than before have to be written again.
        """
        model = self._reader.model
        # Only entries have a content type; the title of an asset is always its field `title`.
        display = dict(model.display_fields) if self._reader.has_content_types else {}
        was = bookmark.titles.get("fields", {})
        changed = {kind for kind, field in display.items() if was.get(kind, field) != field}
        titles = {"locale": model.default_locale, "fields": display}
        return replace(bookmark, titles=titles, untitled=bookmark.untitled | changed)

    # What changed

    async def _what_changed(self, read_until: str, now: str) -> None:
        """Read the changes since a bookmark: in one request if they are few, else by a scan."""
        bookmark = self._progress.bookmark
        since = sortable(read_instant(read_until) - OVERLAP)
        sketch = bookmark.sketch or self._reader.new_sketch()
        scan = Scan(since, now, read_until, sketch, not_met_yet=bookmark.made_meanwhile)
        probed = self._probed(scan, await self._reader.latest())
        if probed is None:
            await self._scanner.scan(scan)
            total = await self._reader.total(now)
        else:
            total = probed.total
            deletes = await self._reader.still_gone(probed.scan.not_met_yet)
            self._progress.bookmark = bookmark.after(probed.scan)
            self._progress.write(probed.rows, deletes)
        held = self._progress.bookmark.sketch
        if held is None or total != held.count:
            await self._reconcile(now)

    def _probed(self, scan: Scan, latest: Found) -> _Probed | None:
        """Return what the latest changes tell, None where they are not all that changed."""
        records, total = latest
        since, now = str(scan.since), scan.started_at
        changed = [one for one in records if time_of(one, "updatedAt") >= since]
        if total is None or (len(changed) == len(records) and len(records) < total):
            return None
        rows = self._reader.rows(changed, self._progress.bookmark.recent)
        scan = scan.past(changed, self._reader.untitled_types(rows))
        total -= sum(time_of(one, "createdAt") >= now for one in changed)
        return _Probed(rows, scan, total)

    # What is gone

    async def _reconcile(self, now: str) -> None:
        """Find out by all ids which records are gone, and which were never read."""
        old = self._progress.bookmark.sketch or self._reader.new_sketch()
        today = await self._reader.ids(now, old.cells)
        difference = old.difference(today)
        if difference is None:
            raise self._reader.difference_too_large()
        deletes = await self._reader.still_gone(difference.removed)
        missed: list[Row] = []
        await self._reader.by_id(
            difference.added, lambda records: missed.extend(self._reader.rows(records, {}))
        )
        bookmark = self._progress.bookmark
        oversized = bookmark.oversized.union(self._reader.oversized)
        self._progress.bookmark = replace(bookmark, sketch=today, oversized=oversized)
        self._progress.write(missed, deletes)

    # Titles

    async def _retitle(self) -> None:
        """Write again what has another title although it was not edited itself."""
        bookmark = self._progress.bookmark
        known = bookmark.untitled & set(self._reader.model.display_fields)
        for content_type in sorted(known):
            start = Scan(None, bookmark.read_until or "", "", Sketch(1))
            await self._reader.scan(start, self._write_again, content_type=content_type)
        if known:
            bookmark = self._progress.bookmark
            self._progress.bookmark = replace(bookmark, untitled=bookmark.untitled - known)
            self._progress.write([])

    def _write_again(self, records: Records, scan: Scan) -> Scan:
        self._progress.write(self._reader.rows(records, {}))
        return scan

    def _problems(self) -> list[str]:
        table, place = self._reader.table, self.place
        problems = keyless(table, place, self._reader.keyless)
        oversized = self._progress.bookmark.oversized
        if oversized:
            ids = ", ".join(sorted(oversized))
            sentence = "too big for an answer, or too deeply nested, and left out"
            problems.append(f"{table.name} {place.name}: {sentence}: {ids}.")
        return problems
