"""Scans entries and assets in the order of creation, whole or in concurrent parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from contentful_cma.api.remaining import RemainingPages
from contentful_cma.api.workers import gather_all
from contentful_cma.state.bookmark import Bookmark, Scan, later
from contentful_cma.state.changes import BookmarkMoved
from contentful_cma.state.sketch import Sketch
from contentful_cma.values import Row

from .batch import Batch, WriteBatch, suspect
from .content_api import ContentApi, ResultPage, ScannedPage
from .walk import key_of

MOST_PARTS = 4
"""Most parts of a large scan, which are read concurrently."""

PAGES_OF_A_PART = 4
"""Fewest pages of a part."""


class BookmarkWriter:
    """Moves the bookmark of one table in one place with the rows that are written."""

    def __init__(self, api: ContentApi, bookmark: Bookmark, write: WriteBatch) -> None:
        """Begin where *bookmark* is."""
        self.bookmark = bookmark
        self._api = api
        self._write = write

    def write(self, rows: Iterable[Row], deletes: Sequence[Row] = ()) -> None:
        """Write rows and delete keys, together with the bookmark."""
        bookmark = self.bookmark
        if bookmark.oversized:
            rows = [*rows]
            touched = {row["id"] for row in (*rows, *deletes)}
            self.bookmark = bookmark = replace(bookmark, oversized=bookmark.oversized - touched)
        table, place = self._api.table, self._api.place
        self._write(
            Batch(
                ((table, row) for row in rows),
                [(table, keys) for keys in deletes],
                [BookmarkMoved(table.name, place.name, bookmark)],
            )
        )

    def allow_checkpoint(self) -> None:
        """Allow a checkpoint while no rows are written for long."""
        self._write(Batch())


class ContentScanner:
    """Reads all records of a table in a place, or the rest of a scan."""

    def __init__(self, api: ContentApi, progress: BookmarkWriter, fewest: int | None) -> None:
        """*fewest* is the number of known records from which an empty listing needs confirming."""
        self._fewest = fewest
        self._api = api
        self._progress = progress
        self._left = RemainingPages()

    async def read_all(self, now: str, cells: int) -> None:
        """Read all records, with a sketch of *cells*."""
        # The scan rewrites all titles.
        self._progress.bookmark = replace(self._progress.bookmark, untitled=frozenset())
        # The next sync reads records that are created later.
        scan = Scan(self._api.bound, now, "", Sketch(cells), is_full=True, ends_before=later(now))
        has_more, total = self._write_first_page(scan, await self._api.first_page(scan))
        if has_more:
            with self._api.client.left.track(self._api.limit) as self._left:
                self._left.records = (total or 0) - self._api.limit
                await self._split(total or 0)
                await self.resume()
        else:
            await self._finish_scan()

    def check_empty(self, total: int | None) -> None:
        """Raise ListingSuspect if many records were known and the *total* is now zero."""
        bookmark = self._progress.bookmark
        known = len(bookmark.young) + (bookmark.sketch.count if bookmark.sketch else 0)
        if total == 0 and self._fewest is not None and known >= self._fewest:
            raise suspect(self._api.table, self._api.place, known)

    def _write_first_page(self, scan: Scan, found: ResultPage) -> tuple[bool, int | None]:
        """Write the first page; return whether there are more pages, and the total."""
        records, total = found
        self.check_empty(total)
        changed = self._api.changed(records, {})
        scan = scan.past(records).at(scan.cursor.past(map(key_of, records)))
        scan = replace(scan, untitled=frozenset(self._api.note_unknown_types(changed)))
        self._progress.bookmark = replace(self._progress.bookmark, scans=(scan,))
        self._progress.write(self._api.make_rows(changed))
        # A total may be too small, so records may follow a full page.
        is_full = len(records) >= self._api.limit
        return total is None or total > len(records) or is_full, total

    async def _split(self, total: int) -> None:
        """Split the rest of a scan of *total* records into parts of similar size."""
        (scan,) = self._progress.bookmark.scans
        parts = min(MOST_PARTS, total // (PAGES_OF_A_PART * self._api.limit))
        skips = [part * total // parts for part in range(1, parts)]
        found = [await self._api.created_at(skip, scan) for skip in skips]
        edges = sorted({edge for edge in found if edge is not None and edge > scan.cursor.reached})
        ends = [*edges, scan.ends_before]
        scans = [replace(scan, ends_before=ends[0])]
        scans += [scan.empty_between(start, end) for start, end in zip(edges, ends[1:])]
        self._progress.bookmark = replace(self._progress.bookmark, scans=tuple(scans))

    async def scan(self, start: Scan) -> None:
        """Read the records of a scan from its start."""
        self._progress.bookmark = replace(self._progress.bookmark, scans=(start,))
        await self.resume()

    async def resume(self) -> None:
        """Finish the rest of a scan; its parts are read concurrently."""
        scans = self._progress.bookmark.scans
        left = [part for part, scan in enumerate(scans) if not scan.is_done]
        if len(scans) > 1:
            self._progress.write([])
            await gather_all(partial(self._part, part) for part in left)
        elif left:
            await self._part(0)
        await self._finish_scan()

    async def _part(self, part: int) -> None:
        """Read one part of the scan to its end."""
        progress = self._progress
        recent = progress.bookmark.recent
        async for page in self._api.pages(progress.bookmark.scans[part]):
            self._use(part, page, recent)
        # Saved with the next batch; until then, a retry reads the last page again.
        end = replace(progress.bookmark.scans[part], is_done=True)
        progress.bookmark = progress.bookmark.at(part, end)

    def _use(self, part: int, page: ScannedPage, recent: Mapping[str, str]) -> None:
        """Write the rows of a page, and move its part of the scan."""
        progress = self._progress
        self._left.records -= page.count
        changed = self._api.changed(page.take(), recent)
        untitled = progress.bookmark.scans[part].untitled | self._api.note_unknown_types(changed)
        progress.bookmark = progress.bookmark.at(part, replace(page.scan, untitled=untitled))
        progress.write(self._api.make_rows(changed))

    async def _finish_scan(self) -> None:
        """End a scan, and delete missing records; only a full scan can detect all of them."""
        bookmark = self._progress.bookmark
        read = bookmark.with_scans_finished(*bookmark.scans)
        if bookmark.scans[0].is_full:
            missing = self._missing_ids(bookmark, read)
        else:
            # A young record that was not read may have been deleted since; these are few.
            missing = bookmark.young.keys() & read.young.keys()
        deletes = await self._api.confirm_deleted(missing)
        self._progress.bookmark = read.without(keys["id"] for keys in deletes)
        self._progress.write([], deletes)

    def _missing_ids(self, before: Bookmark, after: Bookmark) -> set[str]:
        """Return the ids that were known before a full scan, but not after it."""
        if before.sketch is None:
            return set()
        difference = before.known().difference(after.known())
        if difference is None:
            raise self._api.difference_too_large()
        return set(difference.removed)
