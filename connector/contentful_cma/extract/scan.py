"""Scans of entries and assets in the order of creation, whole or in parts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from contentful_cma.api.pagination import Records
from contentful_cma.settings.period import get_time_range
from contentful_cma.state.bookmark import Bookmark, Scan
from contentful_cma.state.changes import BookmarkMoved
from contentful_cma.state.sketch import Sketch
from contentful_cma.values import Row, sortable

from .batch import Batch, Beside, Write
from .reader import Found, Reader

MOST_PARTS = 4
"""Parts of a large scan: they are read side by side, a request each."""

PAGES_OF_A_PART = 4
"""Pages that are worth a part of their own."""


class Progress:
    """How far one table in one place has come: its bookmark moves with what is written."""

    def __init__(self, reader: Reader, bookmark: Bookmark, write: Write) -> None:
        """Begin where *bookmark* is."""
        self.bookmark = bookmark
        self._reader = reader
        self._write = write

    def write(self, rows: Sequence[Row], deletes: Sequence[Row] = ()) -> None:
        """Write rows and delete keys, and make the bookmark last."""
        bookmark = self.bookmark
        if bookmark.oversized:
            touched = {row["id"] for row in (*rows, *deletes)}
            bookmark = replace(bookmark, oversized=bookmark.oversized - touched)
            self.bookmark = bookmark
        table, place = self._reader.table, self._reader.place
        self._write(
            Batch(
                [(table, row) for row in rows],
                [(table, keys) for keys in deletes],
                [BookmarkMoved(table.name, place.name, bookmark)],
            )
        )


class Scanner:
    """Reads all records of a table in a place, or what is left of them."""

    def __init__(self, reader: Reader, progress: Progress, beside: Beside) -> None:
        """Prepare; nothing is asked yet."""
        self._reader = reader
        self._progress = progress
        self._beside = beside
        self._client = reader.client

    async def everything(self, now: str) -> None:
        """Read all records, or those that ``initial_sync_days`` asks for."""
        first = await self._first_scan(now)
        has_more, total = self._use_first(first, await self._reader.first_page(first))
        if has_more:
            await self._split(total or 0)
            await self.go_on()
        else:
            await self._arrive()

    async def _first_scan(self, now: str) -> Scan:
        bookmark, configuration = self._progress.bookmark, self._client.configuration
        cells = self._reader.cells if bookmark.sketch is None else bookmark.sketch.cells
        since = get_time_range(configuration, None, self._client.started_at()).start
        if since is None:
            # All titles are made anew on the way.
            self._progress.bookmark = replace(bookmark, untitled=frozenset())
            first = Scan(None, now, "", Sketch(cells), is_anew=True)
        else:
            # What is left out exists all the same: its id is known, and none is added on the way.
            everyone = await self._reader.ids(now, cells)
            first = Scan(sortable(since), now, now, everyone, is_anew=True)
        return replace(first, not_met_yet=bookmark.made_meanwhile)

    def _use_first(self, scan: Scan, found: Found) -> tuple[bool, int | None]:
        records, total = found
        rows = self._reader.rows(records, {})
        scan = scan.past(records, self._reader.untitled_types(rows))
        self._progress.bookmark = replace(self._progress.bookmark, scans=(scan,))
        self._progress.write(rows)
        return total is None or total > len(records), total

    async def _split(self, total: int) -> None:
        """Cut what is left of a scan of *total* records into parts of about the same size."""
        (scan,) = self._progress.bookmark.scans
        parts = min(MOST_PARTS, total // (PAGES_OF_A_PART * self._reader.limit))
        skips = [part * total // parts for part in range(1, parts)]
        edges = [await self._reader.created_at(skip, scan) for skip in skips]
        bounds = sorted(
            {edge for edge in edges if edge is not None and edge > (scan.reached or "")}
        )
        ends = [*bounds, scan.ends_before]
        rest = [
            replace(
                scan,
                sketch=Sketch(scan.sketch.cells),
                reached=start,
                ends_before=end,
                ids_there=frozenset(),
            )
            for start, end in zip(bounds, ends[1:])
        ]
        scans = (replace(scan, ends_before=ends[0]), *rest)
        self._progress.bookmark = replace(self._progress.bookmark, scans=scans)

    async def scan(self, start: Scan) -> None:
        """Read the records of a scan from its start."""
        self._progress.bookmark = replace(self._progress.bookmark, scans=(start,))
        await self.go_on()

    async def go_on(self) -> None:
        """Finish what is left of a scan; its parts are read side by side."""
        scans = self._progress.bookmark.scans
        left = [part for part, scan in enumerate(scans) if not scan.is_done]
        if len(scans) > 1:
            self._progress.write([])
            await self._beside(*(partial(self._part, part) for part in left))
        elif left:
            await self._part(0)
        await self._arrive()

    async def _part(self, part: int) -> None:
        recent = self._progress.bookmark.recent
        start = self._progress.bookmark.scans[part]

        def use(records: Records, scan: Scan) -> Scan:
            rows = self._reader.rows(records, recent)
            scan = scan.with_untitled(self._reader.untitled_types(rows))
            self._progress.bookmark = self._progress.bookmark.at(part, scan)
            self._progress.write(rows)
            return scan

        end = replace(await self._reader.scan(start, use), is_done=True)
        self._progress.bookmark = self._progress.bookmark.at(part, end)
        if len(self._progress.bookmark.scans) > 1:
            self._progress.write([])

    async def _arrive(self) -> None:
        """End a scan; one that has read everything also knows what is gone."""
        old, scans = self._progress.bookmark.sketch, self._progress.bookmark.scans
        gone = frozenset.intersection(*(scan.not_met_yet for scan in scans))
        read = self._progress.bookmark.after(*scans)
        if scans[0].is_anew and old is not None and read.sketch is not None:
            difference = old.difference(read.sketch)
            if difference is None:
                raise self._reader.difference_too_large()
            gone |= frozenset(difference.removed)
        deletes = await self._reader.still_gone(gone)
        self._progress.bookmark = read
        self._progress.write([], deletes)
