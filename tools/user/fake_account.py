"""The account that a rehearsed sync reads, made with few requests to the real one.

- Small listings are requested once.
- Entries and assets are only counted, and as many are made up.
- Of tables that are read for each parent or for some days, one answer is requested and repeated.
- Requests for each entry are left to `per_entry`.
"""

from __future__ import annotations

import asyncio
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from contentful_cma.api.client import Client, execute_api_request
from contentful_cma.errors import (
    AnswerTooBig,
    ContentfulError,
    NotReadable,
    QueryRefused,
    RequestFailed,
)
from contentful_cma.tables import READABLE
from contentful_cma.tables.table import ByDay, Incremental, PerParent, Table

Query = Mapping[str, str]

FIRST_DAY = datetime(2015, 1, 1, tzinfo=timezone.utc)
"""When the first made-up record was created; each further one is a second younger."""


@dataclass(frozen=True)
class Response:
    """The status and the body of a response."""

    status: int
    body: dict[str, Any]

    @property
    def is_good(self) -> bool:
        """Whether the request succeeded."""
        return self.status == HTTPStatus.OK


def listing(items: list[dict[str, Any]], **more: Any) -> Response:
    """Return an answer with records."""
    return Response(HTTPStatus.OK, {"sys": {"type": "Array"}, "items": items, **more})


class RealAccount:
    """The real account, which gets each request once."""

    def __init__(self, client: Client) -> None:
        """*client* keeps to the rate limit and retries."""
        self.client = client
        self.failure: ContentfulError | None = None
        self.known: dict[str, Response] = {}

    def get(self, path: str, query: Query, headers: Query | None = None) -> Response:
        """Return the answer to a request, from memory if it was made before."""
        sent = (headers or {}).items()
        request = f"{path}?{urlencode(sorted(query.items()))} {sorted(sent)}"
        if request not in self.known:
            self.known[request] = self._requested(path, query, list(sent))
        return self.known[request]

    def _requested(self, path: str, query: Query, headers: list[tuple[str, str]]) -> Response:
        try:
            body = asyncio.run(execute_api_request(self.client, path, query, headers))
        except (NotReadable, QueryRefused) as refused:
            return _refusal(refused)
        except ContentfulError as failure:
            self.failure = self.failure or failure
            raise
        return Response(HTTPStatus.OK, body)


def _refusal(refused: RequestFailed) -> Response:
    kind, _, message = refused.reason.partition(": ")
    if isinstance(refused, AnswerTooBig):
        return Response(HTTPStatus.BAD_REQUEST, _error("BadRequest", "Response size too big."))
    return Response(refused.status or HTTPStatus.BAD_REQUEST, _error(kind, message))


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"sys": {"type": "Error", "id": kind}, "message": message}


class Content:
    """The entries or the assets of an environment: as many as there are, and made up."""

    def __init__(self, account: RealAccount, path: str) -> None:
        """Start without a request."""
        self.account = account
        self._path = path

    def answer(self, query: Query) -> Response:
        """Answer as the listing would; a walk for the requests per entry gets no entry.

        No record has changed for years, so the order does not matter.
        """
        if "pageNext" in query:
            start, end = json.loads(urlsafe_b64decode(query["pageNext"]))
            return self._page(start, end, {**query, "cursor": "true"})
        since = {name: one for name, one in query.items() if name == "sys.updatedAt[gte]"}
        counted = self.account.get(self._path, {"limit": "1", **since})
        if not counted.is_good:
            return counted
        total = 0 if _is_walk(query) else int(counted.body["total"])
        start = min(_number(query.get("sys.createdAt[gte]"), 0), total)
        end = max(min(_number(query.get("sys.createdAt[lt]"), total), total), start)
        if "sys.id[in]" in query:
            start = end
        return self._page(start, end, query)

    def count(self, query: Query) -> int | None:
        """Return how many there are, None where that is refused."""
        response = self.account.get(self._path, {"limit": "1", **query})
        return int(response.body["total"]) if response.is_good else None

    def example(self) -> dict[str, Any]:
        """Return a record that is there, or nothing."""
        response = self.account.get(self._path, {"limit": "1"})
        return next(iter(response.body.get("items", ())), {})

    def published(self) -> int:
        """Return how many were ever published, or all if the API refuses that query."""
        found = self.count({"sys.firstPublishedAt[exists]": "true"})
        return found if found is not None else self.count({}) or 0

    def _page(self, start: int, end: int, query: Query) -> Response:
        skip, limit = int(query.get("skip", 0)), int(query["limit"])
        first = min(start + skip, end)
        last = min(first + limit, end)
        kind = self.example().get("sys", {}).get("contentType")
        items = [_made_up(number, kind) for number in range(first, last)]
        if "cursor" not in query:
            return listing(items, total=end - start, skip=skip, limit=limit)
        token = urlsafe_b64encode(json.dumps([last, end]).encode()).decode()
        pages = {"next": f"{self._path}?pageNext={token}"} if last < end else {}
        return listing(items, limit=limit, pages=pages)


def _is_walk(query: Query) -> bool:
    """Return whether a query is for a page of a walk over the ids of all entries."""
    is_light = query.get("select") == "sys" and "order" in query
    return is_light and not {"cursor", "sys.createdAt[lt]"} & query.keys()


def _made_up(number: int, content_type: Any) -> dict[str, Any]:
    at = (FIRST_DAY + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    sys = {"id": f"made-up-{number}", "version": 2, "createdAt": at, "updatedAt": at}
    return {"sys": {**sys, **({"contentType": content_type} if content_type else {})}}


def _number(instant: str | None, without: int) -> int:
    """Return how many made-up records were created before an instant."""
    if instant is None:
        return without
    found = datetime.fromisoformat(instant.replace("Z", "+00:00"))
    return max(-((FIRST_DAY - found) // timedelta(seconds=1)), 0)


@dataclass
class FakeAccount:
    """Answers the requests of a rehearsed sync, and counts them."""

    account: RealAccount
    on_request: Callable[[FakeAccount], None] | None = None
    requests: int = 0
    content: dict[str, Content] = field(default_factory=dict)
    _firsts: dict[tuple[str, str], str] = field(default_factory=dict)

    def answer(self, path: str, query: Query, headers: Query) -> Response:
        """Answer one request, and report it to *on_request*."""
        self.requests += 1
        if self.on_request is not None:
            self.on_request(self)
        table = next((one for one, pattern in PATTERNS if pattern.fullmatch(path)), None)
        if table is None:
            return self.account.get(path, query, headers)
        if isinstance(table.read, Incremental):
            return self.content_at(path).answer(query)
        if isinstance(table.read, ByDay):
            return self._of_days(path, query)
        return self._of_a_parent(table, path, query)

    def content_at(self, path: str) -> Content:
        """Return the entries or the assets at a path."""
        return self.content.setdefault(path, Content(self.account, path))

    def _of_days(self, path: str, query: Query) -> Response:
        """Answer for some days with those that ended yesterday; for today, as the account does.

        Today is not like other days: the account may not show it yet.
        """
        today = datetime.now(timezone.utc).date()
        first, last = (date.fromisoformat(query[name]) for name in ("date[gte]", "date[lte]"))
        if last >= today:
            return self.account.get(path, query)
        until = today - timedelta(days=1)
        window = {
            "date[gte]": (until - (last - first)).isoformat(),
            "date[lte]": until.isoformat(),
        }
        response = self.account.get(path, {**query, **window})
        for item in response.body.get("items", ()):
            if "dateRange" in item:
                item["dateRange"] = {"start": query["date[gte]"], "end": query["date[lte]"]}
        return response

    def _of_a_parent(self, table: Table, path: str, query: Query) -> Response:
        """Answer for the first parent as the account does, and repeat that for the others."""
        place = "/".join(path.split("/")[: 1 + 2 * len(table.scope.keys)])
        request, kind = f"{path}?{urlencode(query)}", f"{table.name} {path.rpartition('/')[2]}"
        first = self._firsts.setdefault((place, kind), request)
        there, _, wanted = first.partition("?")
        response = self.account.get(there, dict(parse_qsl(wanted)))
        is_single = isinstance(table.read, PerParent) and table.read.single
        if not response.is_good or is_single or request == first:
            return response
        return listing([], total=0, skip=0, limit=table.largest_page)


def _pattern(table: Table) -> re.Pattern[str]:
    path = table.path if table.path.startswith("/") else f"{table.scope.prefix}/{table.path}"
    also = table.read.also if isinstance(table.read, PerParent) else ()
    paths = [path, *(f"{table.scope.prefix}/{one}" for one in also)]
    return re.compile("|".join(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(one)) for one in paths))


PATTERNS = [
    (table, _pattern(table))
    for table in READABLE
    if isinstance(table.read, (Incremental, ByDay, PerParent))
]
"""The paths of made-up answers."""
