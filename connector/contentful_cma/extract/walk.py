"""A walk through content in the order of its creation: each page is a question of its own.

It asks for what was created since the instant that it has reached, so nothing can move between
two pages, and it can be resumed anywhere.
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
    """A page of records of which those before *cursor* are new.

    *count* is the number of records with those that were read before, *size* how many were
    requested at once, *first* the id of the first one, and *left* how many records follow.
    """

    cursor: Cursor
    count: int
    size: int
    first: Optional[str]
    left: int
    is_last: bool
    _records: Records = field(repr=False)

    def take(self) -> Records:
        """Return the new records, once: a page that keeps them would keep them in memory.

        Give them no name across an ``await``.
        """
        records, self._records = self._records, []
        return records


async def walk(
    client: Client, path: str, query: Mapping[str, str], limit: int, cursor: Cursor
) -> AsyncIterator[WalkedPage]:
    """Yield the pages of a collection after *cursor*; *query* restricts its records.

    Raises AnswerTooBig where not even one record fits into an answer, and ListingChanged for
    answers that contradict the question.
    """
    size, skip, is_last = limit, 0, False
    first: str | None = None
    while not is_last:
        asked = {**query, **ORDER, "limit": str(size), "skip": str(skip)}
        if cursor.reached:
            asked[SINCE] = cursor.reached
        page = _page(path, asked, cursor, await fetch_fitting_page(client, path, asked))
        if skip and page.count and page.first == first:
            raise _contradicted(path, "a page is followed by itself")
        yield page
        # More records of one instant than a page holds are stepped over.
        skip = skip + page.count if page.cursor.reached == cursor.reached else 0
        # After a page that had to be small the next one is tried at twice its size.
        cursor, size = page.cursor, min(2 * page.size, limit)
        first, is_last = page.first, page.is_last


def _page(
    path: str, asked: Mapping[str, str], cursor: Cursor, answered: tuple[dict[str, Any], int]
) -> WalkedPage:
    """Return what an answer shows after *cursor*."""
    answer, size = answered
    records = records_of(path, answer)
    reached, total = int(asked["skip"]) + len(records), whole(answer.get("total"))
    if not records and reached < (total or 0):
        raise _contradicted(path, "a page had no records although there are more")
    # Where the answer has no total, only an empty page is the last one.
    is_last = not records if total is None else reached >= total
    keys = [key_of(one) for one in records]
    for created, _ in (*keys[:1], *keys[-1:]):
        if created and not asked.get(SINCE, "") <= created < asked.get(BEFORE, "9"):
            raise _contradicted(path, f"a record of {created} is outside of the requested period")
    return WalkedPage(
        cursor=cursor.past(keys),
        count=len(records),
        size=size,
        first=keys[0][1] if keys else None,
        left=max((total or 0) - reached, 0),
        is_last=is_last,
        _records=[
            one
            for one, (created, found) in zip(records, keys)
            if created != cursor.reached or found not in cursor.ids_there
        ],
    )


def _contradicted(path: str, what: str) -> ListingChanged:
    """Return the error for answers that cannot be trusted, and *what* shows it."""
    return ListingChanged(f"GET {path}: {what}; nothing was deleted.")


def key_of(record: Record) -> tuple[str, str | None]:
    """Return creation time and id of a record, by which a walk is in order."""
    return sort_time(record, "createdAt"), record_id(record)
