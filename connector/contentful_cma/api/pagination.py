"""All records of a collection, page by page, whatever style of pages it has.

A page has no name across an ``await``: it is given to a function that uses it at once, so that it
is gone before the next one is asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Callable
from urllib.parse import parse_qsl, urlsplit

from contentful_cma import values
from contentful_cma.errors import (
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

UseRecords = Callable[[Records], object]
"""Uses the records of a page at once; True says that those are enough."""


@dataclass(frozen=True)
class Collection:
    """A listing as it is asked for: its path, its query and how many records at once.

    One that is not *paged* gives at most *limit* records, whatever is asked for.
    """

    path: str
    query: Query
    limit: int
    paged: bool = True
    headers: Headers = ()


@dataclass(frozen=True)
class Page:
    """Some records of a collection; ``first`` where the listing begins, or begins again.

    ``left_out`` says in words what could not be read before these records, or after the last.
    """

    records: Records
    first: bool
    left_out: tuple[str, ...] = ()


async def read_pages(client: Client, collection: Collection, use: Callable[[Page], None]) -> None:
    """Give the records of a collection to *use*, page by page.

    A record that no answer holds is passed over, or ends the listing where that cannot be done;
    a page says so.  Where the listing turns out to have moved between two pages it is read again
    from its start, which the page says too; ListingChanged after several such tries.
    """
    for tries in range(1, TRIES_AT_A_LISTING + 1):
        try:
            await _skipping_oversized(client, collection, use)
        except ListingChanged:
            if tries == TRIES_AT_A_LISTING:
                raise
        else:
            return


@dataclass
class _Position:
    """How far one try at a listing has come, and what it passed over since its last page."""

    use: Callable[[Page], None]
    is_first: bool = True
    reached: int = 0
    passed: list[str] = field(default_factory=list)

    def take(self, records: Records) -> None:
        """Use the records of the next page."""
        self.reached += len(records)
        self.use(Page(records, self.is_first, tuple(self.passed)))
        self.is_first, self.passed = False, []

    def end(self, why: str) -> None:
        """Say that nothing after this position can be read."""
        reached = self.reached - len(self.passed)
        sentence = f"{why} What follows after {reached} records was not read."
        self.use(Page([], self.is_first, (sentence,)))


async def _skipping_oversized(
    client: Client, collection: Collection, use: Callable[[Page], None]
) -> None:
    """Read one try at a listing past the records that no answer holds.

    A position can be passed over, a cursor cannot: an API that was asked for cursors is asked
    again without, and one that knows nothing else refuses a position.
    """
    query, size, why = dict(collection.query), collection.limit, ""
    position = _Position(use)
    while True:
        rest = replace(collection, query=query)
        try:
            return await following_pages(client, rest, position.take, size)
        except AnswerTooBig as problem:
            if query.pop("cursor", None) is not None:
                position = _Position(use)
                continue
            why = problem.summary
            if len(position.passed) == MOST_IN_A_ROW:
                return position.end(why)
        except QueryRefused:
            if not position.passed:
                raise
            return position.end(why)
        position.passed.append(f"{why} {await _name_at(client, rest, position.reached)}")
        position.reached, size = position.reached + 1, 1
        query["skip"] = str(position.reached)


async def _name_at(client: Client, collection: Collection, position: int) -> str:
    """Say that a record was left out, by its id where `sys` can be asked for alone."""
    light = {**collection.query, "skip": str(position), "limit": "1", "select": "sys"}
    try:
        answer = await execute_api_request(client, collection.path, light)
        found = records_of(collection.path, answer)
    except (QueryRefused, NotReadable):
        found = []
    name = values.record_id(found[0]) if len(found) == 1 else None
    which = f"at position {position}" if name is None else name
    return f"The record {which} was left out."


async def following_pages(
    client: Client, collection: Collection, use: UseRecords, begin: int | None = None
) -> None:
    """Give the records of each page to *use* once; ListingChanged when the listing has moved.

    The answer decides the style: ``pages.next`` is followed as a cursor, ``skip`` and ``total``
    are walked by offset (see "Collection resources and pagination" in
    https://www.contentful.com/developers/docs/references/content-management-api/).
    *begin* is the size of the first page where that is not the collection's limit.
    """
    if not collection.paged:
        answer = await execute_api_request(client, collection.path, collection.query)
        records = records_of(collection.path, answer)
        if len(records) < (values.whole(answer.get("total")) or 0):
            raise _moved(collection, f"{len(records)} of {answer['total']} records were listed")
        use(records)
        return
    step: _Step | None = _Step({**collection.query, "limit": str(begin or collection.limit)})
    with client.left.of_a_listing(collection.limit) as left:
        while step is not None:
            left.records = step.left
            # A page with a name here would live on while the next one is awaited.
            step = _used(
                collection,
                step,
                await fitting(client, collection.path, step.query, collection.headers),
                use,
            )


@dataclass(frozen=True)
class _Step:
    """The query of the next page, how many records came before it, and its first one if known.

    *left* is the number of records that follow, 0 where nobody tells it.
    An offset page starts with the last record of the page before it.  If it does not, something
    before it was deleted meanwhile, and what slid over the edge would be taken for deleted too.
    """

    query: dict[str, str]
    edge: str | None = None
    reached: int = 0
    left: int = 0


def _used(
    collection: Collection,
    step: _Step,
    answered: tuple[dict[str, Any], int],
    use: UseRecords,
) -> _Step | None:
    """Use the records of a page and return the step to the next one, None after the last."""
    answer, size = answered
    if "skip" in collection.query and "pages" in answer:
        sentence = "a cursor came where a position was asked for"
        raise QueryRefused(collection.path, HTTPStatus.OK, None, sentence)
    records = records_of(collection.path, answer)
    if "include" in collection.query:
        records = with_included(records, answer)
    # After a page that had to be small the next one is tried at twice its size.
    limit = str(min(2 * size, collection.limit))
    following = _next_step(collection, limit, answer, step.reached + len(records))
    if step.edge is not None:
        if not records or _identity(records[0]) != step.edge:
            raise _moved(collection, "records moved between two pages")
        records = records[1:]
    if use(records) is True or following is None:
        return None
    if following.query == step.query:
        raise _moved(collection, "a page is followed by itself")
    return following


async def fitting(
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
    collection: Collection, limit: str, answer: dict[str, Any], reached: int
) -> _Step | None:
    """Return the step to the page after the one that has *reached* so many records.

    None after the last: there is no link to a next page and no record fewer than the total.
    """
    by = _next_by_cursor if isinstance(answer.get("pages"), dict) else _next_by_offset
    return by(collection, limit, answer, reached)


def _next_by_cursor(
    collection: Collection, limit: str, answer: dict[str, Any], reached: int
) -> _Step | None:
    """Return the step that the link to the next page tells."""
    query, total = collection.query, values.whole(answer.get("total"))
    following = _following(collection.path, answer["pages"].get("next"))
    if following is not None:
        opted_in = {"cursor": query["cursor"]} if "cursor" in query else {}
        left = 0 if total is None else total - reached
        return _Step({**opted_in, **following, "limit": limit}, None, reached, left)
    if total is not None and reached < total and "skip" not in query:
        raise _moved(collection, f"{reached} of {total} records were listed")
    return None


def _next_by_offset(
    collection: Collection, limit: str, answer: dict[str, Any], reached: int
) -> _Step | None:
    """Return the step to the position behind the page, less the record that is repeated."""
    query, count, total = collection.query, len(answer["items"]), values.whole(answer.get("total"))
    size = values.whole(answer.get("limit"))
    at = (values.whole(answer.get("skip")) or 0) + count
    # Extensions echo `limit: 0` and editor interfaces no limit at all; both give everything.
    # Snapshots have no total: there a page that is not full is the last one.
    if (not size or count < size) if total is None else at >= total:
        return None
    if not count:
        raise _moved(collection, "a page had no records although there are more")
    overlap = min(count - 1, 1)
    edge = _identity(answer["items"][-1]) if overlap else None
    left = 0 if total is None else total - at
    return _Step(
        {**query, "limit": limit, "skip": str(at - overlap)}, edge, reached - overlap, left
    )


def _moved(collection: Collection, what: str) -> ListingChanged:
    """Return the error for a listing that cannot be trusted, and *what* shows it."""
    return ListingChanged(f"GET {collection.path}: {what}; nothing was deleted.")


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
