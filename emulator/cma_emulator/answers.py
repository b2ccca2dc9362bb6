"""Requests and answers as values, independent of HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Request:
    """A request: the path is decoded, header names are in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def token(self) -> str | None:
        """The bearer token, from the header or the query."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return token
        return dict(self.query).get("access_token")


@dataclass(frozen=True)
class Answer:
    """An answer; a body of None is empty and has no content type."""

    status: int
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


def request_of(call: dict[str, Any]) -> Request:
    """Return the request that a JSON object (method, path, headers, body) describes."""
    parts = urlsplit(call["path"])
    headers = {name.lower(): str(value) for name, value in (call.get("headers") or {}).items()}
    body = call.get("body")
    return Request(
        method=call.get("method", "GET").upper(),
        path=unquote(parts.path),
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers=headers,
        body=b"" if body is None else to_json(body),
    )


def to_json(value: Any) -> bytes:
    """Return compact JSON; lone surrogates are escaped, because UTF-8 cannot hold them."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
