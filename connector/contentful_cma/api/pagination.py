"""Reads all records of a collection page by page, in any style of pages.

A page gives its records once and drops them before the next page is requested, so only one page of
records is in memory.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from contentful_cma import values
from contentful_cma.errors import (
    AccountUnreadable,
    AnswerTooBig,
    ListingChanged,
    NotReadable,
    QueryRefused,
    RequestFailed,
)

from .client import Client, Headers, Query, execute_api_request, request_page
from .included import with_included

TRIES_AT_A_LISTING = 4
"""Tries to read a listing from its start if records move between its pages."""

MOST_IN_A_ROW = 5
"""Records that may be skipped in succession.  An endpoint without pages is too large at every
position."""

Records = list[dict[str, Any]]


@dataclass(frozen=True)
class Listing:
    """The request of a collection: its path, its query and the most records per page.

    A collection that is not *paged* returns at most *limit* records for any query.
    """

    path: str
    query: Query
    limit: int
    paged: bool = True
    headers: Headers = ()


@dataclass
class Page:
    """Some records of a listing; ``first`` if the listing begins or begins again here.

    ``left_out`` has a sentence about each record that was skipped before these or after the last.
    """

    _records: Records = field(repr=False)
    first: bool = False
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of records that were not taken yet."""
        return len(self._records)

    def take(self) -> Records:
        """Return the records, once; do not keep a reference to them across an ``await``."""
        records, self._records = self._records, []
        return records


async def read_pages(client: Client, listing: Listing) -> AsyncIterator[Page]:
    """Yield a listing page by page.

    A record that does not fit into an answer is skipped, or ends the listing if the API cannot
    skip it; a page reports this.  If records move between two pages, the listing is read again
    from its start, with a ``first`` page; ListingChanged after several tries.
    """
    for tries in range(1, TRIES_AT_A_LISTING + 1):
        try:
            async for page in _skipping_oversized(client, listing):
                yield page
        except ListingChanged:
            if tries == TRIES_AT_A_LISTING:
                raise
        else:
            return


@dataclass
class _ListingAttempt:
    """The position of one try at a listing, and the records it skipped since its last page."""

    is_first: bool = True
    reached: int = 0
    skipped: list[str] = field(default_factory=list)

    def page_of(self, found: Page) -> Page:
        """Return the next page, with the records that were *found*."""
        self.reached += len(found)
        page = Page(found.take(), self.is_first, (*self.skipped, *found.left_out))
        self.is_first, self.skipped = False, []
        return page

    def end(self, why: str) -> Page:
        """Return the last page, which reports that no record after this position can be read."""
        reached = self.reached - len(self.skipped)
        sentence = f"{why} Records after the first {reached} were not read."
        return Page([], self.is_first, (sentence,))


async def _skipping_oversized(client: Client, listing: Listing) -> AsyncIterator[Page]:
    """Yield one try at a listing, without the records that do not fit into an answer.

    A record can be skipped by position, but not by cursor.  So a listing with a cursor is
    requested again without it; an API that supports only cursors refuses a position.
    """
    query, size, why = dict(listing.query), listing.limit, ""
    position = _ListingAttempt()
    while True:
        rest = replace(listing, query=query)
        try:
            async for page in _pages_of(client, rest, size):
                yield position.page_of(page)
        except AnswerTooBig as problem:
            if query.pop("cursor", None) is not None:
                position = _ListingAttempt()
                continue
            why = problem.summary
            is_over = len(position.skipped) == MOST_IN_A_ROW
        except QueryRefused:
            if not position.skipped:
                raise
            is_over = True
        else:
            return
        if is_over:
            yield position.end(why)
            return
        position.skipped.append(f"{why} {await _name_at(client, rest, position.reached)}")
        position.reached, size = position.reached + 1, 1
        query["skip"] = str(position.reached)


async def _name_at(client: Client, listing: Listing, position: int) -> str:
    """Return that a record was skipped, with its id if `sys` can be requested alone."""
    light = {**listing.query, "skip": str(position), "limit": "1", "select": "sys"}
    try:
        answer = await execute_api_request(client, listing.path, light)
        found = records_of(listing.path, answer)
    except (QueryRefused, NotReadable, AccountUnreadable):
        found = []
    name = values.record_id(found[0]) if len(found) == 1 else None
    which = f"at position {position}" if name is None else name
    return f"The record {which} was skipped."


async def _pages_of(client: Client, listing: Listing, begin: int) -> AsyncIterator[Page]:
    """Yield each page once; ListingChanged if records have moved.

    The answer decides the style: ``pages.next`` is followed as a cursor, ``skip`` and ``total``
    are read by offset (see "Collection resources and pagination" in
    https://www.contentful.com/developers/docs/references/content-management-api/).
    *begin* is the size of the first page.
    """
    if not listing.paged:
        yield _whole(listing, await execute_api_request(client, listing.path, listing.query))
        return
    step: _PageRequest | None = _PageRequest({**listing.query, "limit": str(begin)})
    met: set[str] = set()
    with client.left.track(listing.limit) as left:
        while step is not None:
            left.records = step.left
            fitting = await fetch_fitting_page(client, listing.path, step.query, listing.headers)
            if step.is_beyond and _first_of(records_of(listing.path, fitting.answer)) in met:
                # The endpoint returns its only page for every position.
                return
            if fitting.was_late:
                listing = replace(listing, limit=fitting.size)
            page, first, step = _page_at(listing, step, fitting)
            # Otherwise its records would be in memory with those of the next page.
            del fitting
            yield page
            if step is not None and (first is None or first in met):
                raise _moved(listing, "a page has no new records, although more follow")
            met.add(str(first))


def _whole(listing: Listing, answer: dict[str, Any]) -> Page:
    """Return the only page of an endpoint without paging; ListingChanged if it lacks records."""
    records = records_of(listing.path, answer)
    if len(records) < (values.whole(answer.get("total")) or 0):
        raise _moved(listing, f"{len(records)} of {answer['total']} records were listed")
    return Page(records)


class FittingPage(NamedTuple):
    """An answer, its limit of records, and whether a larger one came too late."""

    answer: dict[str, Any]
    size: int
    was_late: bool

    def next_size(self, limit: int) -> int:
        """Return the size of the next page: up to *limit*, and at most twice this size.

        After a late page it is the same size.
        """
        return self.size if self.was_late else min(2 * self.size, limit)


@dataclass(frozen=True)
class _PageRequest:
    """The query of the next page, and the records *reached* before it.

    *left* is the number of records that follow, 0 if unknown.  The page *is_beyond* the total,
    which may be too small.
    An offset page begins with *edge*, the last record of the page before it.  Otherwise an earlier
    record was deleted meanwhile, and a record that moved between the pages would seem deleted too.
    """

    query: dict[str, str]
    edge: str | None = None
    reached: int = 0
    left: int = 0
    is_beyond: bool = False


def _page_at(
    listing: Listing, step: _PageRequest, fitting: FittingPage
) -> tuple[Page, str | None, _PageRequest | None]:
    """Return the page of a step, the first record of the answer, and the next step.

    The first record is None in an empty answer, the next step after the last page.
    """
    answer = fitting.answer
    if "skip" in listing.query and "pages" in answer:
        sentence = "a request by position returned a cursor"
        raise QueryRefused(listing.path, HTTPStatus.OK, None, sentence)
    records = records_of(listing.path, answer)
    first = _first_of(records)
    records = with_included(records, answer)
    limit = str(fitting.next_size(listing.limit))
    reached = step.reached + len(records)
    following = _next_step(listing, limit, answer, reached)
    if step.edge is not None:
        if first != step.edge:
            raise _moved(listing, "records moved between two pages")
        records = records[1:]
    return Page(records, left_out=_beyond_total(listing, answer, reached)), first, following


def _first_of(records: Records) -> str | None:
    """Return the identity of the first record, None if there is no record."""
    return _identity(records[0]) if records else None


def _beyond_total(listing: Listing, answer: dict[str, Any], reached: int) -> tuple[str, ...]:
    """Return a sentence if the total is too small, because then records may be missing."""
    total = values.whole(answer.get("total"))
    if total is None or reached <= total:
        return ()
    return (f"GET {listing.path} lists {reached} records but reports a total of {total}.",)


async def fetch_fitting_page(
    client: Client, path: str, query: Query, headers: Headers = ()
) -> FittingPage:
    """Return the answer to *query* with as many records as fit.

    Answers have at most 7,340,032 bytes
    (https://www.contentful.com/developers/docs/technical-limits/); a larger one is refused and
    requested again with half the records.  AnswerTooBig if a single record does not fit.
    """
    size = int(query["limit"])
    while True:
        try:
            answer, got = await request_page(client, path, query, size, headers)
            return FittingPage(answer, got or size, was_late=got != size)
        except AnswerTooBig:
            if size == 1:
                raise
            size //= 2


def _next_step(
    listing: Listing, limit: str, answer: dict[str, Any], reached: int
) -> _PageRequest | None:
    """Return the step to the next page after *reached* records.

    None after the last page: it has no link to a next page, or no record can follow.
    """
    by = _next_by_cursor if isinstance(answer.get("pages"), dict) else _next_by_offset
    return by(listing, limit, answer, reached)


def _next_by_cursor(
    listing: Listing, limit: str, answer: dict[str, Any], reached: int
) -> _PageRequest | None:
    """Return the step for the link to the next page."""
    query, total = listing.query, values.whole(answer.get("total"))
    following = _following(listing.path, answer["pages"].get("next"))
    if following is not None:
        opted_in = {"cursor": query["cursor"]} if "cursor" in query else {}
        left = 0 if total is None else total - reached
        return _PageRequest({**opted_in, **following, "limit": limit}, None, reached, left)
    if total is not None and reached < total and "skip" not in query:
        raise _moved(listing, f"{reached} of {total} records were listed")
    return None


def _next_by_offset(
    listing: Listing, limit: str, answer: dict[str, Any], reached: int
) -> _PageRequest | None:
    """Return the step to the position after the page, minus the record that is repeated."""
    query, count, total = listing.query, len(answer["items"]), values.whole(answer.get("total"))
    size, skip = values.whole(answer.get("limit")), values.whole(answer.get("skip"))
    at = (skip or 0) + count
    if total is None and skip is None:
        # The last page of a cursor may have no `pages` (seen for automations).
        return None
    # Extensions return `limit: 0` and editor interfaces no limit; both return all records.
    # Snapshots have no total, and a total may be too small, so records may follow a full page.
    is_full = bool(size) and count >= (size or 0)
    if not is_full and (total is None or at >= total):
        return None
    if not count:
        raise _moved(listing, "a page has no records, although more follow")
    overlap = min(count - 1, 1)
    edge = _identity(answer["items"][-1]) if overlap else None
    left = 0 if total is None else total - at
    sent = {**query, "limit": limit, "skip": str(at - overlap)}
    return _PageRequest(sent, edge, reached - overlap, max(left, 0), is_beyond=left <= 0)


def _moved(listing: Listing, reason: str) -> ListingChanged:
    """Return the error for a listing that cannot be trusted."""
    return ListingChanged(f"GET {listing.path}: {reason}. Nothing was deleted.")


def _following(path: str, link: Any) -> dict[str, str] | None:
    """Return the parameters of ``/spaces?pageNext=<token>``; its host and path are not followed.

    The token contains all other parameters, but some endpoints want theirs next to it.
    RequestFailed for a link without parameters.
    """
    if link is None:
        return None
    found = dict(parse_qsl(urlsplit(link).query)) if isinstance(link, str) else {}
    if not found:
        raise RequestFailed(path, HTTPStatus.OK, None, "the link to the next page is invalid")
    return found


def records_of(path: str, answer: dict[str, Any]) -> Records:
    """Return the records of an answer; RequestFailed if it has no list of them."""
    items = answer.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise RequestFailed(path, HTTPStatus.OK, None, "the answer has no list of records")
    return items


def _identity(record: dict[str, Any]) -> str:
    """Return a text that identifies a record on the next page."""
    sys = record.get("sys")
    return json.dumps(sys.get("id", sys) if isinstance(sys, dict) else record, sort_keys=True)
