"""Faults on order: what goes wrong with the next requests to a path."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ..answers import Answer, Request, to_json
from ..backends import GATEKEEPER, MEDIA_TYPE
from ..errors import STANDARD

KINDS = frozenset(("answer", "delay", "reset", "cut", "malformed", "gzip-damaged", "html"))
MAX_SECONDS = 60.0
FOR_EVER = -1


@dataclass
class Fault:
    """One order, with how often it is still to happen and how many matches go by first."""

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
        return self.kind not in {"delay", "cut"}

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
