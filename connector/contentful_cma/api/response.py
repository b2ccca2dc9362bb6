"""Parses the answer to a request: a usable body, or a problem in words and its error.

Each answer of the CMA, including errors (``{"sys": {"type": "Error", "id": ...}, ...}``), is JSON
with a request id (https://www.contentful.com/developers/docs/references/errors/).
"""

from __future__ import annotations

import json
import math
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
    QueryInvalid,
    QueryRefused,
    RequestFailed,
    TokenRefused,
)
from contentful_cma.redact import masked
from contentful_cma.settings.configuration import Configuration
from contentful_cma.settings.options import HOSTS

NOT_READABLE = frozenset((403, 404, 410, 422, 501))

ROOT = "/spaces"
"""The listing that every valid token can read; without it, nothing can be read."""

_TOKEN_INVALID = "AccessTokenInvalid"  # noqa: S105 - the name of an error

_LONGEST_MESSAGE = 300

_UNREADABLE = (
    "Nothing can be synced without the list of spaces. Check base_url or region ({host}), the"
    " rights of the token's user, and proxies."
)

GZIP = "gzip"
"""The requested encoding of answers, which are decompressed when they are parsed."""

LARGEST_ANSWER = 8 << 20
"""Most bytes of a body that are read, compressed or not; the API sends at most 7,340,032
(https://www.contentful.com/developers/docs/technical-limits/)."""

_GZIP_NAMES = (GZIP, "x-gzip")
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_TOO_DEEP = "a record is nested too deeply"

DEEPEST = 400
"""Levels of nesting that are read, twice as many if objects and lists alternate as in rich text.
Python's JSON parser fails slightly below 1,000."""

_ESCAPED_UNSAFE = re.compile(r"\\u(?:0000|[dD][89abAB][0-9a-fA-F]{2})")
_REQUEST_ID = re.compile(r"(?!CFPAT-)[A-Za-z0-9._:-]{1,64}\Z")
_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))


def _finite(digits: str) -> float | None:
    """Return a number, None if it is too large to be written as JSON."""
    found = float(digits)
    return found if math.isfinite(found) else None


def _readable(digits: str) -> int | None:
    """Return an integer, None if it has more digits than Python reads."""
    try:
        return int(digits)
    except ValueError:
        return None


def _no_number(_name: str) -> None:
    """Return None for NaN and Infinity, which Python reads but JSON does not have."""


_READER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_number)
_PATIENT_READER = json.JSONDecoder(
    parse_float=_finite, parse_int=_readable, parse_constant=_no_number
)


@dataclass(frozen=True)
class RawResponse:
    """The answer from the network: status, headers and bytes, or a problem in words.

    A *final* problem is permanent.  A *late* answer may arrive in time if it is smaller.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=CaseInsensitiveDict)
    content: bytes = b""
    problem: str | None = None
    is_final: bool = False
    is_late: bool = False


@dataclass(frozen=True)
class Response:
    """The outcome of one request: a body, or a problem in words.

    ``unfit`` is the error if a smaller answer may succeed.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=CaseInsensitiveDict)
    body: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None
    unfit: type[AnswerTooBig] | None = None
    is_final: bool = False
    is_late: bool = False

    @property
    def request_id(self) -> str | None:
        """The request id for Contentful's support; None if it is not a plain id."""
        from_body = values.text(self.body.get("requestId"))
        found = self.headers.get("X-Contentful-Request-Id") or from_body
        return found if found and _REQUEST_ID.match(found) else None

    @property
    def advertised_limit(self) -> float | None:
        """The allowed requests per second, according to the answer."""
        return values.number(self.headers.get("X-Contentful-RateLimit-Second-Limit"))

    @property
    def refuses_token(self) -> bool:
        """Whether the token is refused; a token of the delivery API gets a 403 with this error.

        Three public bug reports show this 403; it was not tried with the real API.
        """
        is_named = self.status in NOT_READABLE and _kind(self.body) == _TOKEN_INVALID
        return self.status == HTTPStatus.UNAUTHORIZED or is_named

    @property
    def is_retryable(self) -> bool:
        """Whether the fault may be temporary, so the same request may succeed later."""
        if self.status in NOT_READABLE or self.unfit or self.is_final:
            return False
        server_failed = self.status is None or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return server_failed or self.status == HTTPStatus.OK


def parse_response(answer: RawResponse, configuration: Configuration) -> Response:
    """Return the outcome of an answer."""
    status, headers = answer.status, answer.headers
    if status is None:
        return Response(problem=answer.problem, is_final=answer.is_final, is_late=answer.is_late)
    content = _unzipped(answer)
    if content is None:
        return Response(problem="the body is cut off or damaged")
    reason, unfit = _fault(content)
    text = content.decode("utf-8", errors="replace")
    # A sync needs most memory while it parses a page.
    del content
    body: Any = None
    if not reason:
        body, reason, unfit = _read(text)
    if reason:
        return Response(status, headers, {}, reason, unfit)
    sys = body.get("sys")
    if status == HTTPStatus.OK and not (isinstance(sys, dict) and sys.get("type") == "Error"):
        return Response(status, headers, body)
    # Only the message distinguishes this refusal from others with the code `BadRequest`.
    is_too_big = "response size too big" in str(body.get("message")).lower()
    unfit = AnswerTooBig if is_too_big and status == HTTPStatus.BAD_REQUEST else None
    return Response(status, headers, body, _message(body, configuration), unfit)


def _fault(content: bytes) -> tuple[str, type[AnswerTooBig] | None]:
    """Return the problem of a body that is not parsed, and its error; empty for other bodies."""
    if len(content) > LARGEST_ANSWER:
        return f"the body has more than {LARGEST_ANSWER:,} bytes", AnswerTooBig
    return (_TOO_DEEP, AnswerTooDeep) if is_too_deep(content) else ("", None)


def _read(text: str) -> tuple[dict[str, Any], str, type[AnswerTooBig] | None]:
    """Return the JSON object of a body, or the problem, with the error if the body is unfit."""
    try:
        body = _parse(text)
    except RecursionError:
        return {}, _TOO_DEEP, AnswerTooDeep
    if type(body) is not dict:
        return {}, "the body is not a JSON object" if text else "the body is empty", None
    return body, "", None


def _message(body: dict[str, Any], configuration: Configuration) -> str:
    """Return the code and the message of an error, redacted.

    A message can name people, so it is redacted if the configuration hides personal data.
    """
    message = body.get("message") or "no message"
    if configuration.personal_data != "include":
        message = "the API's message is redacted because of personal_data"
    sentence = values.one_line(f"{_kind(body) or 'no error code'}: {message}")
    return masked(sentence, configuration.access_token)[:_LONGEST_MESSAGE]


def _kind(body: dict[str, Any]) -> Any:
    """Return the code of an error, such as ``AccessDenied``."""
    sys = body.get("sys")
    # Newer services answer ``{"statusCode": 403, "error": "Forbidden", "message": ...}``.
    return sys.get("id") if isinstance(sys, dict) else body.get("error")


def is_too_deep(content: bytes) -> bool:
    """Return whether JSON nests deeper than DEEPEST, without parsing it.

    Only the brackets are kept.  Each round removes the innermost pairs: one level, or two if an
    object contains only a list or the reverse.  A bracket in a text can only stop this too early.
    """
    skeleton = content.translate(None, _NO_BRACKETS)
    for _ in range(DEEPEST):
        smaller = skeleton.replace(b"{}", b"").replace(b"[]", b"")
        if len(smaller) == len(skeleton):
            return False
        skeleton = smaller
    return bool(skeleton)


def _unzipped(answer: RawResponse) -> bytes | None:
    """Return the decompressed body, None if it was cut off or damaged."""
    if answer.headers.get("Content-Encoding", "").lower().strip() not in _GZIP_NAMES:
        return answer.content
    content, left = b"", answer.content
    # There may be several members, and zeros at the end.
    while left.strip(b"\0"):
        reader = zlib.decompressobj(_GZIP_WINDOW)
        try:
            content += reader.decompress(left, LARGEST_ANSWER + 1 - len(content))
        except zlib.error:
            return None
        if len(content) > LARGEST_ANSWER:
            break
        if not reader.eof:
            return None
        left = reader.unused_data
    return content


def _parse(text: str) -> Any:
    """Return the value of a JSON text, None if it is not valid; RecursionError if too deep."""
    try:
        try:
            body = _READER.decode(text)
        except ValueError:
            # Python does not read numbers of more than 4,300 digits.
            body = _PATIENT_READER.decode(text)
    except ValueError:
        return None
    # A search for one character is much faster than the expression.
    return values.clean(body) if "\\" in text and _ESCAPED_UNSAFE.search(text) else body


def error_for(
    configuration: Configuration, path: str, outcome: Response, *, was_accepted: bool
) -> RequestFailed:
    """Return the error for a permanent fault.

    *was_accepted* is true if the API accepted the token earlier in this sync.
    """
    status, problem = outcome.status, str(outcome.problem)
    if outcome.unfit is not None:
        return outcome.unfit(path, status, outcome.request_id, problem)
    if outcome.refuses_token:
        reason = _refused(configuration, status, was_accepted=was_accepted)
        return TokenRefused(path, status, outcome.request_id, reason)
    if status in NOT_READABLE and path == ROOT:
        reason = f"{problem.rstrip('.')}. {_UNREADABLE.format(host=configuration.base_url)}"
        return AccountUnreadable(path, status, outcome.request_id, reason)
    if status in NOT_READABLE:
        kind = QueryInvalid if status == HTTPStatus.UNPROCESSABLE_ENTITY else NotReadable
        return kind(path, status, outcome.request_id, problem)
    if status == HTTPStatus.BAD_REQUEST:
        return QueryRefused(path, status, outcome.request_id, problem)
    if "Location" in outcome.headers:
        problem = "a redirect, which is not followed because the token must not leave the host"
    return RequestFailed(path, status, outcome.request_id, problem)


def _refused(configuration: Configuration, status: int | None, *, was_accepted: bool) -> str:
    """Return why a token may have been refused, and how to fix that."""
    host, region = configuration.base_url, configuration.region
    if status != HTTPStatus.UNAUTHORIZED:
        return (
            f"{host} refused the access token because it is of another kind, such as a delivery or"
            " preview token. Create a personal access token of the Content Management API"
        )
    if was_accepted:
        return f"{host} accepted the access token before, so it has expired or was revoked"
    setting = f"the region ({region})" if host == HOSTS[region] else "base_url"
    return f"{host} refused the access token. Check the token and {setting}"
