"""Reads entries and assets by changes, because there may be a million of them.

Changes are requested by ``sys.updatedAt``.  Deletions show in the number of records; only then are
all ids listed and compared with the sketch (see `sketch`).  The sketch has the records created
more than an overlap before the last sync.  All of them are in a listing by then, despite lag and
clock errors, so equal numbers mean equal sets.  The few younger records are known by their ids.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from contentful_cma.api.pagination import Records
from contentful_cma.settings.period import initial_bound
from contentful_cma.state.bookmark import Bookmark, Scan, later
from contentful_cma.state.ledger import fingerprint
from contentful_cma.state.sketch import Sketch
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import record_id, sort_time, to_millis_text

from .batch import FEWEST_DOUBTED, Batch, ReadContext, WriteBatch, keyless
from .content_api import ContentApi, ResultPage, ScannedPage
from .content_model import EnvironmentModel
from .content_scan import BookmarkWriter, ContentScanner


@dataclass(frozen=True)
class _LatestChanges:
    """The latest changes: all changed records, and the number of records.

    *missing* are young records that are not among them.
    """

    changed: Records
    scan: Scan
    total: int
    missing: set[str]


class ContentJob:
    """Reads one table in one environment, whose content model is known."""

    def __init__(
        self,
        table: Table,
        environment: EnvironmentModel,
        cells: int,
        context: ReadContext,
        *,
        confirms_empty: bool = True,
    ) -> None:
        """*cells* is the size of a sketch.

        With *confirms_empty*, an empty listing has to be confirmed if many records were known.
        """
        self._confirms_empty = confirms_empty
        self.tables = (table,)
        self.place: Place = environment.place
        self.subject, self.requests_all, self.shows = table.name, True, ()
        self._table = table
        self._environment = environment
        self._cells = cells
        self._columns = fingerprint(dict(table.declared()))
        self._context = context
        self._client = context.client
        self._configuration = context.client.configuration

    async def read(self, write: WriteBatch) -> None:
        """Finish an interrupted scan, read the changes, and delete missing records."""
        self._start(write)
        try:
            await self._read()
            write(Batch(left_out=self._problems()))
        finally:
            # *write* refers to this job: a cycle, which only the garbage collector frees.
            del self._api, self._progress, self._scanner

    async def _read(self) -> None:
        """Read everything that has changed."""
        now = to_millis_text(self._client.started_at())
        await self._resume()
        is_full = not self._configuration.enable_incremental_sync
        if is_full or self._progress.bookmark.read_until is None:
            await self._scanner.read_all(now, self._cells)
        else:
            await self._read_changes(now)
        await self._reread_stale_types()
        self._environment.met_unknown_type |= bool(self._api.unknown_types)

    def _start(self, write: WriteBatch) -> None:
        """Begin with the state and the present content model."""
        saved = self._context.state.bookmark(self._table.name, self.place.name)
        bookmark = self._with_bound(saved).folded(self._cells)
        model = self._environment.model(bookmark.made_of)
        self._api = ContentApi(self._table, self.place, self._client, model, bookmark.bound)
        self._progress = BookmarkWriter(self._api, bookmark, write)
        fewest = FEWEST_DOUBTED if self._confirms_empty else None
        self._scanner = ContentScanner(self._api, self._progress, fewest)

    async def _resume(self) -> None:
        """Finish an interrupted scan, and start over if all rows have to be re-read."""
        progress = self._progress
        if self._reason_to_reread(progress.bookmark) and progress.bookmark.held() is None:
            # Only at the end of the scan is it known again which rows the warehouse holds.
            await self._scanner.resume()
        progress.bookmark = self._start_over_if_needed(progress.bookmark)
        if progress.bookmark.scans:
            # The rows before the interruption may include some from before the bound.
            self._api.has_rows_before_bound = self._api.bound is not None
            await self._scanner.resume()

    # Before the first request

    def _with_bound(self, bookmark: Bookmark) -> Bookmark:
        """Return the bookmark with its bound, which the first sync sets and later syncs keep."""
        if not self._configuration.enable_incremental_sync:
            return replace(bookmark, bound=None)
        if not bookmark.is_new:
            return bookmark
        return replace(
            bookmark, bound=initial_bound(self._configuration, self._client.started_at())
        )

    def _start_over_if_needed(self, bookmark: Bookmark) -> Bookmark:
        """Return the bookmark to continue from; it has only ids if all rows have to be re-read.

        The first batch saves the content model of the new rows, so an interrupted sync knows it.
        """
        environment, was = self._environment, bookmark.made_of
        now = environment.made_of(was, with_types=self._api.has_content_types)
        untitled = bookmark.untitled | environment.changed_types(was)
        reason = self._reason_to_reread(bookmark)
        if reason:
            self._log(f"all records are re-read, because {reason}.")
            sketch = None if bookmark.is_empty else bookmark.held()
            bookmark = Bookmark(bound=bookmark.bound, sketch=sketch, oversized=bookmark.oversized)
        made_of = {**now, "columns": self._columns}
        return replace(bookmark, origin=environment.origin, made_of=made_of, untitled=untitled)

    def _reason_to_reread(self, bookmark: Bookmark) -> str:
        """Return why all rows have to be re-read, "" if they do not."""
        environment, was = self._environment, bookmark.made_of
        if bookmark.origin not in (None, environment.origin):
            return "its environment was recreated"
        if was and was["columns"] != self._columns:
            return "its columns have changed"
        return "its locales have changed" if environment.has_changed_locales(was) else ""

    # Changes

    async def _read_changes(self, now: str) -> None:
        """Read the changes: in one request if they are few, else by a scan."""
        progress = self._progress
        scan = progress.bookmark.next_scan(now)
        probed = self._latest_changes(scan, await self._api.latest_changes())
        if probed is None:
            await self._scanner.scan(scan)
            total = await self._api.count_before(scan.settled_before)
        elif self._api.unknown_types and "content_types" not in self._environment.requested:
            # The table is read again in this sync, with the content types.
            return
        else:
            total = probed.total
            deletes = await self._api.confirm_deleted(probed.missing)
            read = progress.bookmark.with_scans_finished(probed.scan)
            progress.bookmark = read.without(keys["id"] for keys in deletes)
            progress.write(self._api.make_rows(probed.changed), deletes)
        held = progress.bookmark.sketch
        if held is None or total != held.count or self._api.has_rows_before_bound:
            written = set(map(record_id, probed.changed)) if probed else set()
            await self._reconcile(scan.settled_before, written)

    def _latest_changes(self, scan: Scan, latest: ResultPage) -> _LatestChanges | None:
        """Return the latest changes, None if there may be more than the answer has."""
        records, total = latest
        self._scanner.check_empty(total)
        changed = [one for one in records if sort_time(one, "updatedAt") >= str(scan.since)]
        if total is None or (len(changed) == len(records) and len(records) < total):
            return None
        missing = set(scan.young).difference(map(record_id, changed))
        total -= sum(sort_time(one, "createdAt") >= scan.settled_before for one in changed)
        scan = scan.past(changed)
        changed = self._api.changed(changed, self._progress.bookmark.recent)
        scan = replace(scan, untitled=frozenset(self._api.note_unknown_types(changed)))
        return _LatestChanges(changed, scan, total, missing)

    # Deletions

    async def _reconcile(self, before: str, written: set[str | None]) -> None:
        """Compare all ids: delete missing records, and read those never read or *written*."""
        progress = self._progress
        old = progress.bookmark.sketch or Sketch(self._cells)
        today = await self._api.ids(before, old.cells, progress.allow_checkpoint)
        difference = old.difference(today)
        if difference is None:
            raise self._api.difference_too_large()
        deletes = await self._api.confirm_deleted(difference.removed)
        missed: Records = []
        await self._api.by_id(
            [one for one in difference.added if one not in written],
            lambda records: missed.extend(self._api.changed(records, {})),
        )
        oversized = progress.bookmark.oversized.union(self._api.oversized)
        untitled = progress.bookmark.untitled | self._api.note_unknown_types(missed)
        progress.bookmark = replace(
            progress.bookmark, sketch=today, oversized=oversized, untitled=untitled
        )
        progress.write(self._api.make_rows(missed), deletes)

    # Rewritten rows

    async def _reread_stale_types(self) -> None:
        """Rewrite entries that were not edited, but whose content type has changed."""
        progress = self._progress
        known = progress.bookmark.untitled & set(self._api.model.display_fields)
        until = str(progress.bookmark.read_until)
        for content_type in sorted(known):
            start = Scan(self._api.bound, until, "", Sketch(1), ends_before=later(until))
            self._log(
                f"entries of {content_type} are re-read, because the content model has changed."
            )
            # The parameter `content_type` is refused if no content type has this id.
            only = {"sys.contentType.sys.id": content_type}
            async for page in self._api.pages(start, **only):
                self._rewrite(page)
        if known:
            bookmark = progress.bookmark
            progress.bookmark = replace(bookmark, untitled=bookmark.untitled - known)
            progress.write([])

    def _rewrite(self, page: ScannedPage) -> None:
        """Rewrite rows; the next sync reads records that are not known yet."""
        young, edge = self._progress.bookmark.young, page.scan.settled_before
        held = [
            one
            for one in page.take()
            if record_id(one) in young or sort_time(one, "createdAt") < edge
        ]
        self._progress.write(self._api.make_rows(self._api.changed(held, {})))

    def _log(self, sentence: str) -> None:
        """Log why rows are rewritten that nobody edited."""
        self._client.log.info(f"{self._table.name} {self.place.name}: {sentence}")

    def _problems(self) -> list[str]:
        """Return sentences about skipped records."""
        table, place = self._table, self.place
        problems = keyless(table, place, self._api.records_without_id)
        oversized = self._progress.bookmark.oversized
        if oversized:
            ids = ", ".join(sorted(oversized))
            sentence = "skipped, because too large for an answer or too deeply nested"
            problems.append(f"{table.name} {place.name}: {sentence}: {ids}.")
        return problems
