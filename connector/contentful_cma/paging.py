"""All records of a collection, page by page, whatever style of pages it has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from . import values
from .client import Client, Query, execute_api_request
from .errors import AnswerTooBig, ListingChanged, NotReadable, QueryRefused, RequestFailed

TRIES_AT_A_LISTING = 4
"""How often a listing is read from its start because records moved between its pages."""

MOST_IN_A_ROW = 5
"""How many records are passed over one after another.  An endpoint that gives everything at once
is too big at whatever position it is asked for."""


@dataclass(frozen=True)
class Page:
    """Some records of a collection; ``first`` where the listing begins, or begins again.

    ``left_out`` says in words what could not be read before these records, or after the last.
    """

    records: list[dict[str, Any]]
    first: bool
    left_out: tuple[str, ...] = ()


def pages(client: Client, path: str, query: Query, limit: int) -> Iterator[Page]:
    """Yield the records of the collection at *path*, *limit* or fewer at a time.

    A record that no answer holds is passed over, or ends the listing where that cannot be done;
    a page says so.  Where the listing turns out to have moved between two pages it is read again
    from its start, which the page says too; ListingChanged after several such tries.
    """
    for tries in range(1, TRIES_AT_A_LISTING + 1):
        try:
            yield from _readable(client, path, query, limit)
        except ListingChanged:
            if tries == TRIES_AT_A_LISTING:
                raise
        else:
            return


def _readable(client: Client, path: str, query: Query, limit: int) -> Iterator[Page]:
    """Yield the pages of one try.

    A position can be passed over, a cursor cannot: an API that was asked for cursors is asked
    again without, and one that knows nothing else refuses a position.
    """
    start, size, first, reached = dict(query), limit, True, 0
    passed: list[str] = []
    why = ""
    while True:
        try:
            for records in walk(client, path, start, limit, size):
                reached += len(records)
                yield Page(records, first, tuple(passed))
                first, passed = False, []
        except AnswerTooBig as problem:
            if start.pop("cursor", None) is not None:
                first, reached = True, 0
                continue
            why = problem.summary
            if len(passed) == MOST_IN_A_ROW:
                break
            passed.append(f"{why} {_name_at(client, path, start, reached)} was left out.")
            reached, size = reached + 1, 1
            start["skip"] = str(reached)
        except QueryRefused:
            if not passed:
                raise
            break
        else:
            return
    sentence = f"{why} What follows after {reached - len(passed)} records was not read."
    yield Page([], first, (sentence,))


def _name_at(client: Client, path: str, query: Query, position: int) -> str:
    """Return what to call the record at a position: its id where `sys` can be asked for alone."""
    light = {**query, "skip": str(position), "limit": "1", "select": "sys"}
    try:
        found = records_of(path, execute_api_request(client, path, light))
    except (QueryRefused, NotReadable):
        found = []
    name = values.record_id(found[0]) if len(found) == 1 else None
    return f"The record at position {position}" if name is None else f"The record {name}"


def walk(
    client: Client, path: str, query: Query, limit: int, begin: int | None = None
) -> Iterator[list[dict[str, Any]]]:
    """Yield the records of each page once; ListingChanged when the listing has moved.

    The answer decides the style: ``pages.next`` is followed as a cursor, ``skip`` and ``total``
    are walked by offset (see "Collection resources and pagination" in
    https://www.contentful.com/developers/docs/references/content-management-api/).

    An offset page starts with the last record of the page before it.  If it does not, something
    before it was deleted meanwhile, and what slid over the edge would be taken for deleted too.
    *begin* is the size of the first page where that is not *limit*.
    """
    step: dict[str, str] | None = {**query, "limit": str(begin or limit)}
    edge: str | None = None
    while step is not None:
        answer, size = fitting(client, path, step)
        if "skip" in query and "pages" in answer:
            sentence = "a cursor came where a position was asked for"
            raise QueryRefused(path, HTTPStatus.OK, None, sentence)
        records = records_of(path, answer)
        # After a page that had to be small the next one is tried at twice its size.
        step["limit"] = str(min(2 * size, limit))
        following, overlaps = _next_step(query, step, answer, len(records))
        if edge is not None:
            if not records or _identity(records[0]) != edge:
                sentence = f"GET {path}: records moved between two pages; nothing was deleted."
                raise ListingChanged(sentence)
            records = records[1:]
        edge = _identity(answer["items"][-1]) if overlaps else None
        step = following
        # A page takes 10 MB; it must not live on while the next one is fetched.
        del answer
        yield records
        del records


def fitting(client: Client, path: str, query: Query) -> tuple[dict[str, Any], int]:
    """Return the answer to *query*, and at how many records at once it fitted.

    Answers have at most 7,340,032 bytes
    (https://www.contentful.com/developers/docs/technical-limits/); a larger one is refused and
    asked again at half the size.  AnswerTooBig when not even one record fits.
    """
    size = int(query["limit"])
    while True:
        try:
            return execute_api_request(client, path, {**query, "limit": str(size)}), size
        except AnswerTooBig:
            if size == 1:
                raise
            size //= 2


def _next_step(
    query: Query, step: Query, answer: dict[str, Any], count: int
) -> tuple[dict[str, str] | None, bool]:
    """Return the query of the next page (None after the last) and whether it repeats a record."""
    limit = step["limit"]
    if isinstance(answer.get("pages"), dict):
        following = _following(answer["pages"].get("next"))
        if following is None:
            return None, False
        opted_in = {"cursor": query["cursor"]} if "cursor" in query else {}
        return {**opted_in, **following, "limit": limit}, False
    total, size = values.whole(answer.get("total")), values.whole(answer.get("limit"))
    reached = (values.whole(answer.get("skip")) or 0) + count
    # Extensions echo `limit: 0` and editor interfaces no limit at all; both give everything.
    # Snapshots have no total: there a page that is not full is the last one.
    if not size or (count < size if total is None else reached >= total):
        return None, False
    if not count:
        sentence = "a page had no records although there are more; nothing was deleted."
        raise ListingChanged(sentence)
    overlap = min(count - 1, 1)
    return {**query, "limit": limit, "skip": str(reached - overlap)}, overlap > 0


def _following(link: Any) -> dict[str, str] | None:
    """Return the parameters of ``/spaces?pageNext=<token>``; its host and path are not followed.

    The token holds all other parameters, but some endpoints want theirs beside it.
    """
    found = dict(parse_qsl(urlsplit(link).query)) if isinstance(link, str) else {}
    return found if "pageNext" in found else None


def records_of(path: str, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the records of an answer; RequestFailed where it has no list of them."""
    items = answer.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise RequestFailed(path, HTTPStatus.OK, None, "the answer has no list of records")
    return items


def _identity(record: dict[str, Any]) -> str:
    sys = record.get("sys")
    return json.dumps(sys.get("id", sys) if isinstance(sys, dict) else record, sort_keys=True)
