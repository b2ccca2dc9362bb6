"""What became of one request: a usable body, or a problem in words and what it means.

Every answer of the CMA is JSON, errors too (``{"sys": {"type": "Error", "id": ...}, ...}``), and
carries a request id (https://www.contentful.com/developers/docs/references/errors/).
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from requests.structures import CaseInsensitiveDict

from contentful_cma import values
from contentful_cma.errors import (
    AccountUnreadable,
    AnswerTooBig,
    AnswerTooDeep,
    NotReadable,
    QueryRefused,
    RequestFailed,
    TokenRefused,
)
from contentful_cma.redact import masked
from contentful_cma.settings.configuration import Configuration
from contentful_cma.settings.options import HOSTS

NOT_READABLE = frozenset((403, 404, 410, 422, 501))

ROOT = "/spaces"
"""The listing that every good token can read: it decides whether anything can be read."""

_TOKEN_INVALID = "AccessTokenInvalid"  # noqa: S105 - the name of an error

_LONGEST_MESSAGE = 300

_UNREADABLE = (
    "Nothing can be synced without the list of spaces. Check base_url or region ({host}), the"
    " rights of the token, and proxies."
)

GZIP = "gzip"
"""The encoding that answers are asked in; they are unzipped where they are parsed."""

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_TOO_DEEP = object()

DEEPEST = 400
"""Levels of nesting that are read, twice as many where objects and lists alternate as in rich
text: Python's own JSON gives up at somewhat under 1,000."""

_ESCAPED_UNSAFE = re.compile(rb"\\u(?:0000|[dD][89abAB][0-9a-fA-F]{2})")
_REQUEST_ID = re.compile(r"(?!CFPAT-)[A-Za-z0-9._:-]{1,64}\Z")
_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))


@dataclass(frozen=True)
class RawResponse:
    """What came over the network: status, headers and bytes, or a problem in words.

    A problem that is *final* does not pass by itself.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=CaseInsensitiveDict)
    content: bytes = b""
    problem: str | None = None
    is_final: bool = False


@dataclass(frozen=True)
class Response:
    """What became of one request: a body, or a problem in words."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=CaseInsensitiveDict)
    body: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None
    is_too_deep: bool = False
    is_too_big: bool = False
    is_final: bool = False

    @property
    def request_id(self) -> str | None:
        """The id by which Contentful's support finds the request; None if it is no plain id."""
        from_body = values.text(self.body.get("requestId"))
        found = self.headers.get("X-Contentful-Request-Id") or from_body
        return found if found and _REQUEST_ID.match(found) else None

    @property
    def advertised_limit(self) -> float | None:
        """Requests per second that the answer says are allowed."""
        return values.number(self.headers.get("X-Contentful-RateLimit-Second-Limit"))

    @property
    def refuses_token(self) -> bool:
        """Whether the token is refused; that of the delivery API gets a 403 with the same error.

        Three public bug reports show that 403; it was not tried here.
        """
        is_named = self.status in NOT_READABLE and _kind(self.body) == _TOKEN_INVALID
        return self.status == HTTPStatus.UNAUTHORIZED or is_named

    @property
    def is_retryable(self) -> bool:
        """Whether the same request may succeed later."""
        if self.status in NOT_READABLE or self.is_too_deep or self.is_final:
            return False
        server_failed = self.status is None or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return server_failed or self.status == HTTPStatus.OK


def parse_response(answer: RawResponse, configuration: Configuration) -> Response:
    """Return what an answer amounts to."""
    status, headers = answer.status, answer.headers
    if status is None:
        return Response(problem=answer.problem, is_final=answer.is_final)
    content = _unzipped(answer)
    if content is None:
        return Response(problem="the body is cut off or damaged")
    body = _parse(content)
    if body is _TOO_DEEP:
        return Response(status, headers, {}, "a record is nested too deeply", is_too_deep=True)
    if not isinstance(body, dict):
        reason = "the body is not a JSON object" if content else "the body is empty"
        return Response(status, headers, {}, reason)
    sys = body.get("sys")
    if status == HTTPStatus.OK and not (isinstance(sys, dict) and sys.get("type") == "Error"):
        return Response(status, headers, body)
    # Nothing but its words tells this refusal from others of the kind `BadRequest`.
    is_too_big = "response size too big" in str(body.get("message")).lower()
    return Response(status, headers, body, _message(body, configuration), is_too_big=is_too_big)


def _message(body: dict[str, Any], configuration: Configuration) -> str:
    """Return the kind of an error and what the API says of it, without what nobody may read.

    A message can name people, so it is left out where the settings hide them.
    """
    said = body.get("message") or "no message"
    if configuration.personal_data != "include":
        said = "the API's message is left out because of personal_data"
    return masked(f"{_kind(body)}: {said}", configuration.access_token)[:_LONGEST_MESSAGE]


def _kind(body: dict[str, Any]) -> Any:
    """Return the name of an error, such as ``AccessDenied``."""
    sys = body.get("sys")
    # Newer services say ``{"statusCode": 403, "error": "Forbidden", "message": ...}``.
    return sys.get("id") if isinstance(sys, dict) else body.get("error")


def is_too_deep(content: bytes) -> bool:
    """Tell whether JSON nests deeper than DEEPEST, without parsing it.

    All but the brackets is thrown away; then each round takes out the innermost pairs: one level,
    or two where a list is all that is in an object or the other way round.  A text with a bracket
    of its own can only end that too early.
    """
    skeleton = content.translate(None, _NO_BRACKETS)
    for _ in range(DEEPEST):
        smaller = skeleton.replace(b"{}", b"").replace(b"[]", b"")
        if len(smaller) == len(skeleton):
            return False
        skeleton = smaller
    return bool(skeleton)


def _unzipped(answer: RawResponse) -> bytes | None:
    """Return the body, None if it was cut off or damaged on its way."""
    if answer.headers.get("Content-Encoding", "").lower() != GZIP:
        return answer.content
    reader = zlib.decompressobj(_GZIP_WINDOW)
    try:
        content = reader.decompress(answer.content)
    except zlib.error:
        return None
    return content if reader.eof else None


def _parse(content: bytes) -> Any:
    """Return what JSON holds, None if it is none, and _TOO_DEEP if that cannot be told."""
    if is_too_deep(content):
        return _TOO_DEEP
    try:
        body = json.loads(content.decode("utf-8", errors="replace"))
    except ValueError:
        return None
    except RecursionError:
        return _TOO_DEEP
    return values.clean(body) if _ESCAPED_UNSAFE.search(content) else body


def error_for(
    configuration: Configuration, path: str, outcome: Response, *, was_accepted: bool
) -> RequestFailed:
    """Return the error for an answer that asking again would not change.

    *was_accepted* tells whether the token was good for another request of this sync.
    """
    status, problem = outcome.status, str(outcome.problem)
    if outcome.is_too_deep:
        return AnswerTooDeep(path, status, outcome.request_id, problem)
    if outcome.refuses_token:
        reason = _refused(configuration, status, was_accepted=was_accepted)
        return TokenRefused(path, status, outcome.request_id, reason)
    if status in NOT_READABLE and path == ROOT:
        reason = f"{problem.rstrip('.')}. {_UNREADABLE.format(host=configuration.base_url)}"
        return AccountUnreadable(path, status, outcome.request_id, reason)
    if status in NOT_READABLE:
        return NotReadable(path, status, outcome.request_id, problem)
    if status == HTTPStatus.BAD_REQUEST:
        kind = AnswerTooBig if outcome.is_too_big else QueryRefused
        return kind(path, status, outcome.request_id, problem)
    if "Location" in outcome.headers:
        problem = "a redirect, which is not followed because the token must not leave the host"
    return RequestFailed(path, status, outcome.request_id, problem)


def _refused(configuration: Configuration, status: int | None, *, was_accepted: bool) -> str:
    """Return why a token may have been refused, and what to do."""
    host, region = configuration.base_url, configuration.region
    if status != HTTPStatus.UNAUTHORIZED:
        return (
            f"{host} refused the access token as one of another kind, such as a delivery or"
            " preview token; create a personal access token of the Content Management API"
        )
    if was_accepted:
        return f"{host} took the access token before, so it has expired or was revoked meanwhile"
    if host == HOSTS[region]:
        return f"the access token was refused by {host}; check the token and the region ({region})"
    return f"the access token was refused by {host}; check the token and base_url"
