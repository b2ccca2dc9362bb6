"""Walks through content in the order of creation, with an independent request for each page.

A request returns the records created since the instant that the walk has reached.  So records
cannot move between pages, and a walk can be resumed anywhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from contentful_cma.api.client import Client
from contentful_cma.api.pagination import Records, fetch_fitting_page, records_of
from contentful_cma.errors import ListingChanged
from contentful_cma.state.cursor import Cursor
from contentful_cma.values import Record, record_id, sort_time, whole

ORDER = {"order": "sys.createdAt,sys.id"}

SINCE, BEFORE = "sys.createdAt[gte]", "sys.createdAt[lt]"
"""The parameters that name the period of creation."""


@dataclass
class WalkedPage:
    """A page of records, and the *cursor* after them.

    *count* includes records that were read before, *first* is the id of the first record, and
    *left* the number of records that follow.
    """

    cursor: Cursor
    count: int
    first: Optional[str]
    left: int
    is_last: bool
    _records: Records = field(repr=False)

    def take(self) -> Records:
        """Return the new records, once, to free their memory before the next page.

        Do not keep a reference to them across an ``await``.
        """
        records, self._records = self._records, []
        return records


async def walk(
    client: Client, path: str, query: Mapping[str, str], limit: int, cursor: Cursor
) -> AsyncIterator[WalkedPage]:
    """Yield the pages of a collection after *cursor*; *query* restricts its records.

    Raises AnswerTooBig if a single record does not fit into an answer, and ListingChanged for
    answers that contradict the query.
    """
    size, skip, is_last = limit, 0, False
    first: str | None = None
    while not is_last:
        sent = {**query, **ORDER, "limit": str(size), "skip": str(skip)}
        if cursor.reached:
            sent[SINCE] = cursor.reached
        fitting = await fetch_fitting_page(client, path, sent)
        page = _page(path, sent, cursor, fitting.answer)
        size, limit = fitting.next_size(limit), fitting.size if fitting.was_late else limit
        # Otherwise its records would be in memory with those of the next page.
        del fitting
        if skip and page.count and page.first == first:
            raise _contradicted(path, "a page has no new records, although more follow")
        yield page
        # If one instant has more records than a page, they are read by position.
        skip = skip + page.count if page.cursor.reached == cursor.reached else 0
        cursor = page.cursor
        first, is_last = page.first, page.is_last


def _page(
    path: str, sent: Mapping[str, str], cursor: Cursor, answer: dict[str, Any]
) -> WalkedPage:
    """Return the page of an answer after *cursor*."""
    records = records_of(path, answer)
    reached, total = int(sent["skip"]) + len(records), whole(answer.get("total"))
    if not records and reached < (total or 0):
        raise _contradicted(path, "a page has no records, although more follow")
    # A total may be too small, so records may follow a full page.  Without a total only an empty
    # page is the last one.
    is_full = len(records) >= int(sent["limit"])
    is_last = not records if total is None else reached >= total and not is_full
    times = [sort_time(one, "createdAt") for one in records]
    for created in (*times[:1], *times[-1:]):
        if created and not sent.get(SINCE, "") <= created < sent.get(BEFORE, "9"):
            raise _contradicted(path, f"a record of {created} is outside of the requested period")
    latest = max(times, default="")
    return WalkedPage(
        cursor=cursor.past(
            (created, record_id(one)) for created, one in zip(times, records) if created == latest
        ),
        count=len(records),
        first=record_id(records[0]) if records else None,
        left=max((total or 0) - reached, 0),
        is_last=is_last,
        _records=[
            one
            for created, one in zip(times, records)
            if created != cursor.reached or record_id(one) not in cursor.ids_there
        ],
    )


def _contradicted(path: str, reason: str) -> ListingChanged:
    """Return the error for answers that cannot be trusted."""
    return ListingChanged(f"GET {path}: {reason}. Nothing was deleted.")


def key_of(record: Record) -> tuple[str, Optional[str]]:
    """Return creation time and id of a record, the order of a walk."""
    return sort_time(record, "createdAt"), record_id(record)
