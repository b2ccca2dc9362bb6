"""Ordered faults, which alter the answers to the next requests of a path."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from ..answers import Answer, Request, to_json
from ..backends import GATEKEEPER, MEDIA_TYPE
from ..errors import STANDARD

REPLACING = frozenset(
    ("answer", "reset", "malformed", "gzip-damaged", "gzip-bomb", "endless", "html")
)
REWRITING = frozenset(("renamed-cursor", "silent-limit", "rewritten"))
KINDS = REPLACING | REWRITING | {"delay", "cut", "drip", "gzip-members"}
MAX_SECONDS = 60.0
MAX_SIZE = 1 << 30
CHUNK, BLANK, GZIP = 1 << 20, ord(" "), 31
FOR_EVER = -1
OK = 200


@dataclass
class Fault:
    """One order.

    ``times`` is how often the fault is still to happen (-1: without end).
    ``after`` is the number of matching requests to let pass first.
    ``clock_ahead_seconds`` shifts the ``Date`` of the answer.
    ``query`` has patterns for parameters that a request must have.
    ``parameter`` is the name of a renamed cursor.
    ``limit`` is the largest page with a silent limit.
    ``without`` are the keys that a rewritten answer omits, and ``more`` is added to its total.
    ``seconds`` is the pause before each byte of a drip, including headers if ``where`` is
    "headers".
    ``size`` is the size of a bomb (unpacked) or of an endless body, in bytes.
    """

    path: str
    method: str = "GET"
    kind: str = "answer"
    times: int = 1
    after: int = 0
    status: int = 500
    headers: dict[str, str | None] | None = None
    body: Any = None
    seconds: float = 0
    where: str = "before"
    clock_ahead_seconds: float = 0
    parameter: str = "nextToken"
    limit: int = 100
    query: dict[str, str] | None = None
    without: tuple[str, ...] = ()
    more: int = 0
    size: int = 64 << 20

    def __post_init__(self) -> None:
        """Refuse invalid values."""
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {sorted(KINDS)} (got {self.kind!r})")
        if not 0 <= self.seconds <= MAX_SECONDS:
            raise ValueError(f"seconds must be from 0 to {MAX_SECONDS} (got {self.seconds})")
        if not 0 <= self.size <= MAX_SIZE:
            raise ValueError(f"size must be from 0 to {MAX_SIZE} (got {self.size})")

    def matches(self, request: Request) -> bool:
        """Return whether this order applies to a request."""
        given, wanted = dict(request.query), self.query or {}
        has_query = all(
            name in given and fnmatchcase(given[name], one) for name, one in wanted.items()
        )
        return has_query and request.method == self.method and fnmatchcase(request.path, self.path)

    @property
    def replaces_answer(self) -> bool:
        """Whether the request is not carried out."""
        return self.kind in REPLACING

    def forwarded(self, request: Request) -> Request:
        """Return the request to carry out instead of the client's."""
        query = dict(request.query)
        if self.kind == "renamed-cursor" and self.parameter in query:
            query["pageNext"] = query.pop(self.parameter)
        if self.kind == "silent-limit":
            query["limit"] = str(min(self.limit, int(query.get("limit", self.limit))))
        return replace(request, query=tuple(query.items()))

    def altered(self, answer: Answer) -> Answer:
        """Return the answer for the client instead of the API's."""
        if self.kind not in REWRITING or answer.status != OK or answer.body is None:
            return answer
        body = json.loads(answer.body)
        if self.kind == "silent-limit":
            body.pop("limit", None)
        elif self.kind == "rewritten":
            body = {key: part for key, part in body.items() if key not in self.without}
            if "total" in body:
                body["total"] += self.more
        elif "next" in body.get("pages", {}):
            link = body["pages"]["next"]
            body["pages"]["next"] = link.replace("pageNext=", f"{self.parameter}=")
        return replace(answer, body=to_json(body))

    def answer(self, request_id: str) -> Answer:
        """Return the ordered answer; it has no headers for the rate limit."""
        match self.kind:
            case "html":
                page = b"<!DOCTYPE html><html><body><h1>Contentful is busy</h1></body></html>"
                return self._headed(200, page, "text/html; charset=utf-8")
            case "malformed":
                return self._headed(200, b'{"sys":{"type":"Array"},"items":[{"sys":{"id":"hal')
            case "gzip-damaged":
                packed = gzip.compress(b'{"sys":{"type":"Array"},"items":[]}' * 50)
                damaged = packed[:20] + bytes(len(packed) - 20)
                return self._zipped(damaged)
            case "gzip-bomb":
                return self._zipped(_bomb(self.size))
            case _:
                return self._ordered(request_id)

    def packed(self, body: bytes) -> bytes:
        """Return a body as two gzip members."""
        half = len(body) // 2
        return gzip.compress(body[:half]) + gzip.compress(body[half:])

    def _zipped(self, packed: bytes) -> Answer:
        answer = self._headed(200, packed)
        return Answer(200, packed, {**answer.headers, "Content-Encoding": "gzip"})

    def _ordered(self, request_id: str) -> Answer:
        if isinstance(self.body, str):
            kind = "text/html; charset=utf-8" if self.body.startswith("<") else MEDIA_TYPE
            return self._headed(self.status, self.body.encode(), kind)
        if self.body is None and self.status in STANDARD:
            return self._headed(
                self.status, to_json(STANDARD[self.status].body(GATEKEEPER, request_id))
            )
        return self._headed(self.status, b"" if self.body is None else to_json(self.body))

    def _headed(self, status: int, body: bytes, kind: str = MEDIA_TYPE) -> Answer:
        headers = {"Content-Type": kind, **(self.headers or {})}
        return Answer(status, body, {k: str(v) for k, v in headers.items() if v is not None})


@cache
def _bomb(size: int) -> bytes:
    """Return an empty JSON object after ``size`` spaces, compressed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, GZIP)
    blanks = bytes([BLANK]) * CHUNK
    parts = [packer.compress(blanks) for _ in range(size // CHUNK)]
    return b"".join([*parts, packer.compress(b"{}"), packer.flush()])


class Faults:
    """The open orders; the first one that matches a request happens."""

    def __init__(self) -> None:
        """Start with no orders."""
        self.orders: list[Fault] = []

    def take(self, request: Request) -> Fault | None:
        """Return the fault for a request, and count it."""
        for fault in self.orders:
            if not fault.matches(request) or fault.times == 0:
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.times > 0:
                fault.times -= 1
                self.orders = [one for one in self.orders if one.times != 0]
            return fault
        return None
