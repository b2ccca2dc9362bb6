"""Pages of collections: limits, offsets, cursors and the envelope of the items."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from ..account.resource import Paging, Resource
from ..account.store import Collection, Handle
from ..answers import to_json
from ..errors import bad_request
from ..records import Record
from .query import Condition, FieldIds, Query, View, parse_query, parse_select
from .selection import cursor_key, position, select

CURSOR_PARAMETERS = ("cursor", "pageNext", "pagePrev")
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Listing:
    """A request for a listing: a collection of a resource, and a path with parameters.

    ``narrowed`` are filters in addition to those in the parameters.
    ``unseen`` are keys of records that are too new to be listed.
    ``includes`` returns the linked records that the parameters request.
    """

    resource: Resource
    collection: Collection
    path: str
    parameters: dict[str, str]
    fields_of: FieldIds
    narrowed: tuple[Condition, ...] = ()
    view: View = View()  # noqa: RUF009 - it is frozen
    unseen: frozenset[str] = frozenset()
    includes: Callable[[dict[str, str]], Record | None] = lambda _parameters: None


def list_page(listing: Listing) -> bytes:
    """Return the body of a page, or raise the `Refusal` of the API."""
    paging = listing.resource.paging
    if paging in {Paging.UNPAGED, Paging.ZERO_LIMIT, Paging.AT_MOST_100}:
        return _everything(listing)
    parameters = listing.parameters
    cursor = parameters.get("cursor") == "true" or {"pageNext", "pagePrev"} & parameters.keys()
    if paging is Paging.CURSOR or (paging is Paging.OFFSET_OR_CURSOR and cursor):
        return _cursor_page(listing)
    return _offset_page(listing)


def limit_of(resource: Resource, text: str | None) -> int:
    """Return the page size that the back end uses for a ``limit``."""
    back_end = resource.back_end
    largest = resource.largest_limit or back_end.largest_limit
    if text is None:
        return resource.default_limit or back_end.default_limit
    limit = _number("limit", text)
    if limit > largest and back_end.refuses_larger_limits:
        raise bad_request(f"The limit must be between 0 and {largest}.")
    return min(limit, largest)


def _everything(listing: Listing) -> bytes:
    query, view = _query(listing, listing.parameters)
    found = _found(listing, query)
    if listing.resource.paging is Paging.AT_MOST_100:
        items = _items(listing.collection, found[:MOST_AT_ONCE], view)
        return envelope(listing.resource, {"skip": 0, "limit": MOST_AT_ONCE}, items)
    items = _items(listing.collection, found, view)
    parts: dict[str, Any] = {"total": len(found)}
    if listing.resource.paging is Paging.ZERO_LIMIT:
        parts |= {"skip": 0, "limit": 0}
    return envelope(listing.resource, parts, items)


def _offset_page(listing: Listing) -> bytes:
    parameters = listing.parameters
    limit = limit_of(listing.resource, parameters.get("limit"))
    skip = _number("skip", parameters.get("skip", "0"))
    query, view = _query(listing, parameters)
    found = _found(listing, query)
    items = _items(listing.collection, found[skip : skip + limit], view)
    parts: dict[str, Any] = {"skip": skip, "limit": limit}
    if listing.resource.paging is not Paging.WITHOUT_TOTAL:
        parts["total"] = len(found)
    return envelope(listing.resource, parts, items, listing.includes(parameters))


def _cursor_page(listing: Listing) -> bytes:
    parameters = listing.parameters
    if listing.resource.paging_setting is not None:
        # Clients of the older paging still send skip; it is ignored.
        parameters = {name: value for name, value in parameters.items() if name != "skip"}
    parameters, key, backwards = _resumed(parameters)
    resource, collection = listing.resource, listing.collection
    limit = limit_of(resource, parameters.get("limit"))
    query, view = _query(listing, parameters)
    found = _found(listing, query)
    start = 0
    if key is not None:
        start = position(collection, query, found, key, after=not backwards)
        start = max(0, start - limit) if backwards else start
    page = found[start : start + limit]
    pages = {}
    if page and start + limit < len(found):
        last = cursor_key(collection, query, page[-1])
        pages["next"] = _url(listing, "pageNext", parameters, last)
    if page and start > 0:
        first = cursor_key(collection, query, page[0])
        pages["prev"] = _url(listing, "pagePrev", parameters, first)
    parts: dict[str, Any] = {"limit": limit}
    if page or not resource.bare_when_empty:
        parts["pages"] = pages
    return envelope(resource, parts, _items(collection, page, view), listing.includes(parameters))


def _resumed(parameters: dict[str, str]) -> tuple[dict[str, str], Any, bool]:
    """Return the frozen parameters, the key to continue from, and whether to page backwards."""
    if "skip" in parameters:
        raise bad_request("The skip parameter cannot be used with cursor pagination.")
    if "pageNext" in parameters and "pagePrev" in parameters:
        raise bad_request("pageNext and pagePrev cannot be used together.")
    name = "pageNext" if "pageNext" in parameters else "pagePrev"
    if name not in parameters:
        return {k: v for k, v in parameters.items() if k not in CURSOR_PARAMETERS}, None, False
    frozen, key = _opened(parameters[name])
    if "limit" in parameters:
        frozen = {**frozen, "limit": parameters["limit"]}
    return frozen, key, name == "pagePrev"


def envelope(
    resource: Resource, parts: dict[str, Any], items: list[bytes], includes: Record | None = None
) -> bytes:
    """Return a collection as JSON, with keys in the order of the back end."""
    rendered = {name: to_json(value) for name, value in parts.items()}
    rendered["sys"] = b'{"type":"Array"}'
    rendered["items"] = b"[%b]" % b",".join(items)
    names = [name for name in resource.back_end.envelope if name in rendered]
    if includes is not None:
        rendered["includes"] = to_json(includes)
        names.append("includes")
    pieces = [b"{"]
    for name in names:
        pieces += (b'"', name.encode(), b'":', rendered[name], b",")
    pieces[-1] = b"}"
    return b"".join(pieces)


def _found(listing: Listing, query: Query) -> Sequence[Handle]:
    found = select(listing.collection, query)
    return [one for one in found if one not in listing.unseen] if listing.unseen else found


def _query(listing: Listing, parameters: dict[str, str]) -> tuple[Query, View]:
    query = parse_query(listing.resource, parameters, listing.fields_of)
    narrowed = replace(query, conditions=query.conditions + listing.narrowed)
    return narrowed, replace(listing.view, select=parse_select(listing.resource, parameters))


def _items(collection: Collection, handles: Sequence[Handle], view: View) -> list[bytes]:
    items: list[bytes] = []
    for virtual, run in groupby(handles, lambda handle: isinstance(handle, int)):
        if virtual and collection.base is not None:
            items += collection.base.rendered(run, view)  # type: ignore[arg-type]
        else:
            items += (to_json(view(collection.record(handle))) for handle in run)
    return items


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise bad_request(f"The {name} parameter must be a non-negative integer.")
    return int(text)


def _url(listing: Listing, name: str, parameters: dict[str, str], key: Any) -> str:
    """Return the link to another page; if the resource pages only by cursor, with the filters."""
    sealed = base64.urlsafe_b64encode(json.dumps([parameters, key]).encode()).decode()
    always = listing.resource.paging is Paging.CURSOR
    filters = {k: v for k, v in parameters.items() if always and k != "limit"}
    return f"{listing.path}?{urlencode({**filters, name: sealed})}"


def _opened(token: str) -> tuple[dict[str, str], list[Any]]:
    try:
        parameters, key = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError):
        raise bad_request("The cursor is invalid.") from None
    return parameters, key
