"""Faults on order: what goes wrong with the next requests to a path."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from ..answers import Answer, Request, to_json
from ..backends import GATEKEEPER, MEDIA_TYPE
from ..errors import STANDARD

REPLACING = frozenset(("answer", "reset", "malformed", "gzip-damaged", "html"))
REWRITING = frozenset(("renamed-cursor", "silent-limit"))
KINDS = REPLACING | REWRITING | {"delay", "cut"}
MAX_SECONDS = 60.0
FOR_EVER = -1
OK = 200


@dataclass
class Fault:
    """One order, with how often it is still to happen and how many matches go by first.

    ``clock_ahead_seconds`` is how far the clock is ahead that dates the answer.
    ``parameter`` is what a renamed cursor is called, ``limit`` the most records of a page that
    does not tell its limit.
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

    def __post_init__(self) -> None:
        """Refuse what no fault can do."""
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {sorted(KINDS)}")
        if not 0 <= self.seconds <= MAX_SECONDS:
            raise ValueError(f"seconds must be from 0 to {MAX_SECONDS}")

    def matches(self, request: Request) -> bool:
        """Say whether this order is about a request."""
        return request.method == self.method and fnmatchcase(request.path, self.path)

    @property
    def replaces_answer(self) -> bool:
        """Whether the request is not carried out at all."""
        return self.kind in REPLACING

    def asked(self, request: Request) -> Request:
        """Return what the API is asked in place of a request."""
        query = dict(request.query)
        if self.kind == "renamed-cursor" and self.parameter in query:
            query["pageNext"] = query.pop(self.parameter)
        if self.kind == "silent-limit":
            query["limit"] = str(min(self.limit, int(query.get("limit", self.limit))))
        return replace(request, query=tuple(query.items()))

    def told(self, answer: Answer) -> Answer:
        """Return what is told in place of the API's answer."""
        if self.kind not in REWRITING or answer.status != OK or answer.body is None:
            return answer
        body = json.loads(answer.body)
        if self.kind == "silent-limit":
            body.pop("limit", None)
        elif "next" in body.get("pages", {}):
            link = body["pages"]["next"]
            body["pages"]["next"] = link.replace("pageNext=", f"{self.parameter}=")
        return replace(answer, body=to_json(body))

    def answer(self, request_id: str) -> Answer:
        """Return what is answered instead; nothing but what was ordered, so no rate headers."""
        match self.kind:
            case "html":
                page = b"<!DOCTYPE html><html><body><h1>Contentful is busy</h1></body></html>"
                return self._headed(200, page, "text/html; charset=utf-8")
            case "malformed":
                return self._headed(200, b'{"sys":{"type":"Array"},"items":[{"sys":{"id":"hal')
            case "gzip-damaged":
                packed = gzip.compress(b'{"sys":{"type":"Array"},"items":[]}' * 50)
                damaged = packed[:20] + bytes(len(packed) - 20)
                answer = self._headed(200, damaged)
                return Answer(200, damaged, {**answer.headers, "Content-Encoding": "gzip"})
            case _:
                return self._ordered(request_id)

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


class Faults:
    """The orders that are still open; the first that matches a request happens."""

    def __init__(self) -> None:
        """Start without any."""
        self.orders: list[Fault] = []

    def take(self, request: Request) -> Fault | None:
        """Return the fault that happens to a request, and count it."""
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
