"""All records of a collection, page by page, whatever style of pages it has.

A page gives its records once and forgets them, so that it is empty before the next one is
requested: one page of records at a time is in memory.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any
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

from .client import Client, Headers, Query, execute_api_request
from .included import with_included

TRIES_AT_A_LISTING = 4
"""How often a listing is read from its start because records moved between its pages."""

MOST_IN_A_ROW = 5
"""How many records are passed over one after another.  An endpoint that gives everything at once
is too big at whatever position it is asked for."""

Records = list[dict[str, Any]]


@dataclass(frozen=True)
class Listing:
    """A collection as it is requested: its path, its query and how many records at once.

    One that is not *paged* gives at most *limit* records, whatever is requested.
    """

    path: str
    query: Query
    limit: int
    paged: bool = True
    headers: Headers = ()


@dataclass
class Page:
    """Some records of a listing; ``first`` where it begins, or begins again.

    ``left_out`` says what could not be read before these records, or after the last.
    """

    _records: Records = field(repr=False)
    first: bool = False
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return how many records it still has."""
        return len(self._records)

    def take(self) -> Records:
        """Return the records, once; give them no name across an ``await``."""
        records, self._records = self._records, []
        return records


async def read_pages(client: Client, listing: Listing) -> AsyncIterator[Page]:
    """Yield a listing page by page.

    A record that no answer holds is passed over, or ends the listing where that cannot be done;
    a page says so.  Where the listing turns out to have moved between two pages it is read again
    from its start, which the page says too; ListingChanged after several such tries.
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
    """How far one try at a listing has come, and what it passed over since its last page."""

    is_first: bool = True
    reached: int = 0
    passed: list[str] = field(default_factory=list)

    def page_of(self, records: Records) -> Page:
        """Return the next page."""
        self.reached += len(records)
        page = Page(records, self.is_first, tuple(self.passed))
        self.is_first, self.passed = False, []
        return page

    def end(self, why: str) -> Page:
        """Return the page that says that nothing after this position can be read."""
        reached = self.reached - len(self.passed)
        sentence = f"{why} What follows after {reached} records was not read."
        return Page([], self.is_first, (sentence,))


async def _skipping_oversized(client: Client, listing: Listing) -> AsyncIterator[Page]:
    """Yield one try at a listing past the records that no answer holds.

    A position can be passed over, a cursor cannot: an API that was asked for cursors is asked
    again without, and one that knows nothing else refuses a position.
    """
    query, size, why = dict(listing.query), listing.limit, ""
    position = _ListingAttempt()
    while True:
        rest = replace(listing, query=query)
        try:
            async for page in _pages_of(client, rest, size):
                yield position.page_of(page.take())
        except AnswerTooBig as problem:
            if query.pop("cursor", None) is not None:
                position = _ListingAttempt()
                continue
            why = problem.summary
            is_over = len(position.passed) == MOST_IN_A_ROW
        except QueryRefused:
            if not position.passed:
                raise
            is_over = True
        else:
            return
        if is_over:
            yield position.end(why)
            return
        position.passed.append(f"{why} {await _name_at(client, rest, position.reached)}")
        position.reached, size = position.reached + 1, 1
        query["skip"] = str(position.reached)


async def _name_at(client: Client, listing: Listing, position: int) -> str:
    """Say that a record was left out, by its id where `sys` can be asked for alone."""
    light = {**listing.query, "skip": str(position), "limit": "1", "select": "sys"}
    try:
        answer = await execute_api_request(client, listing.path, light)
        found = records_of(listing.path, answer)
    except (QueryRefused, NotReadable, AccountUnreadable):
        found = []
    name = values.record_id(found[0]) if len(found) == 1 else None
    which = f"at position {position}" if name is None else name
    return f"The record {which} was left out."


async def _pages_of(client: Client, listing: Listing, begin: int) -> AsyncIterator[Page]:
    """Yield each page once; ListingChanged when the listing has moved.

    The answer decides the style: ``pages.next`` is followed as a cursor, ``skip`` and ``total``
    are walked by offset (see "Collection resources and pagination" in
    https://www.contentful.com/developers/docs/references/content-management-api/).
    *begin* is the size of the first page.
    """
    if not listing.paged:
        yield _whole(listing, await execute_api_request(client, listing.path, listing.query))
        return
    step: _PageRequest | None = _PageRequest({**listing.query, "limit": str(begin)})
    with client.left.of_a_listing(listing.limit) as left:
        while step is not None:
            left.records = step.left
            page, following = _page_at(
                listing,
                step,
                await fetch_fitting_page(client, listing.path, step.query, listing.headers),
            )
            yield page
            if following is not None and following.query == step.query:
                raise _moved(listing, "a page is followed by itself")
            step = following


def _whole(listing: Listing, answer: dict[str, Any]) -> Page:
    """Return the only page of a listing."""
    records = records_of(listing.path, answer)
    if len(records) < (values.whole(answer.get("total")) or 0):
        raise _moved(listing, f"{len(records)} of {answer['total']} records were listed")
    return Page(records)


@dataclass(frozen=True)
class _PageRequest:
    """The query of the next page, how many records came before it, and its first one if known.

    *left* is the number of records that follow, 0 where nobody tells it.
    An offset page starts with the last record of the page before it.  If it does not, something
    before it was deleted meanwhile, and what slid over the edge would be taken for deleted too.
    """

    query: dict[str, str]
    edge: str | None = None
    reached: int = 0
    left: int = 0


def _page_at(
    listing: Listing, step: _PageRequest, answered: tuple[dict[str, Any], int]
) -> tuple[Page, _PageRequest | None]:
    """Return the page of a step, and the step to the next one: None after the last."""
    answer, size = answered
    if "skip" in listing.query and "pages" in answer:
        sentence = "a cursor came where a position was asked for"
        raise QueryRefused(listing.path, HTTPStatus.OK, None, sentence)
    records = records_of(listing.path, answer)
    if "include" in listing.query:
        records = with_included(records, answer)
    # After a page that had to be small the next one is tried at twice its size.
    limit = str(min(2 * size, listing.limit))
    following = _next_step(listing, limit, answer, step.reached + len(records))
    if step.edge is not None:
        if not records or _identity(records[0]) != step.edge:
            raise _moved(listing, "records moved between two pages")
        records = records[1:]
    return Page(records), following


async def fetch_fitting_page(
    client: Client, path: str, query: Query, headers: Headers = ()
) -> tuple[dict[str, Any], int]:
    """Return the answer to *query*, and at how many records at once it fitted.

    Answers have at most 7,340,032 bytes
    (https://www.contentful.com/developers/docs/technical-limits/); a larger one is refused and
    asked again at half the size.  AnswerTooBig when not even one record fits.
    """
    size = int(query["limit"])
    while True:
        try:
            sized = {**query, "limit": str(size)}
            return await execute_api_request(client, path, sized, headers), size
        except AnswerTooBig:
            if size == 1:
                raise
            size //= 2


def _next_step(
    listing: Listing, limit: str, answer: dict[str, Any], reached: int
) -> _PageRequest | None:
    """Return the step to the page after the one that has *reached* so many records.

    None after the last: there is no link to a next page and no record fewer than the total.
    """
    by = _next_by_cursor if isinstance(answer.get("pages"), dict) else _next_by_offset
    return by(listing, limit, answer, reached)


def _next_by_cursor(
    listing: Listing, limit: str, answer: dict[str, Any], reached: int
) -> _PageRequest | None:
    """Return the step that the link to the next page tells."""
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
    """Return the step to the position behind the page, less the record that is repeated."""
    query, count, total = listing.query, len(answer["items"]), values.whole(answer.get("total"))
    size = values.whole(answer.get("limit"))
    at = (values.whole(answer.get("skip")) or 0) + count
    # Extensions echo `limit: 0` and editor interfaces no limit at all; both give everything.
    # Snapshots have no total: there a page that is not full is the last one.
    if (not size or count < size) if total is None else at >= total:
        return None
    if not count:
        raise _moved(listing, "a page had no records although there are more")
    overlap = min(count - 1, 1)
    edge = _identity(answer["items"][-1]) if overlap else None
    left = 0 if total is None else total - at
    return _PageRequest(
        {**query, "limit": limit, "skip": str(at - overlap)}, edge, reached - overlap, left
    )


def _moved(listing: Listing, what: str) -> ListingChanged:
    """Return the error for a listing that cannot be trusted, and *what* shows it."""
    return ListingChanged(f"GET {listing.path}: {what}; nothing was deleted.")


def _following(path: str, link: Any) -> dict[str, str] | None:
    """Return the parameters of ``/spaces?pageNext=<token>``; its host and path are not followed.

    The token holds all other parameters, but some endpoints want theirs beside it.  RequestFailed
    for a link without any.
    """
    if link is None:
        return None
    found = dict(parse_qsl(urlsplit(link).query)) if isinstance(link, str) else {}
    if not found:
        raise RequestFailed(path, HTTPStatus.OK, None, "the link to the next page is none")
    return found


def records_of(path: str, answer: dict[str, Any]) -> Records:
    """Return the records of an answer; RequestFailed where it has no list of them."""
    items = answer.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise RequestFailed(path, HTTPStatus.OK, None, "the answer has no list of records")
    return items


def _identity(record: dict[str, Any]) -> str:
    """Return by what a record is known again on the next page."""
    sys = record.get("sys")
    return json.dumps(sys.get("id", sys) if isinstance(sys, dict) else record, sort_keys=True)
