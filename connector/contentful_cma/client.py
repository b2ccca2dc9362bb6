"""Asking the API: one request with its retries, and all pages of a collection.

Every answer is JSON with the content type of the CMA, errors too; every answer carries a request
id and, normally, the rate limit
(https://www.contentful.com/developers/docs/references/content-management-api/).
"""

from __future__ import annotations

import json
import platform
import random
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Callable, Protocol
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict

from . import __version__, values
from .configuration import Configuration
from .errors import (
    AnswerTooBig,
    AnswerTooDeep,
    ListingChanged,
    NotReadable,
    QueryRefused,
    RequestFailed,
    TokenRefused,
    Unanswered,
)
from .pacer import Pacer

MEDIA_TYPE = "application/vnd.contentful.management.v1+json"
NOT_READABLE = frozenset((403, 404, 410, 422, 501))

LONGEST_PAUSE = 60.0
"""Seconds to sleep at once after a 429, whatever the answer asks for; then it is asked again."""

PATIENCE = 900.0
"""Seconds that one request may spend on 429 answers altogether before it is given up."""

SHORTEST_PAUSE = 1.0
"""Seconds to pause after a 429 that names no usable time: the limit is counted per second."""

LONGEST_BACKOFF = 60.0
"""Seconds between two retries at the most."""

TRIES_AT_A_LISTING = 4
"""How often a listing is read from its start because records moved between its pages."""

DEEPEST = 400
"""Levels of nesting that are read: Python's own JSON gives up at somewhat under 1,000."""

_CHUNK = 1 << 16
_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_ESCAPED_UNSAFE = re.compile(rb"\\u(?:0000|[dD][89abAB][0-9a-fA-F]{2})")

Query = Mapping[str, str]


class Log(Protocol):
    """Where messages for people go."""

    def info(self, message: str) -> None:
        """Write what happened."""

    def warning(self, message: str) -> None:
        """Write what someone should look at."""


@dataclass
class Client:
    """What all requests share: settings, pace, one session a thread, and a few counts."""

    configuration: Configuration
    log: Log
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    requests_made: int = 0
    rate_limited: int = 0
    pacer: Pacer = field(init=False)
    _server_time: datetime | None = field(init=False, default=None)
    _sessions: list[requests.Session] = field(init=False, default_factory=list)
    _thread: threading.local = field(init=False, default_factory=threading.local)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Give all threads one pacer."""
        ceiling = self.configuration.requests_per_second
        self.pacer = Pacer(ceiling, self.clock, self.sleep)

    def session(self) -> requests.Session:
        """Return this thread's session, which keeps its connection open."""
        found: requests.Session | None = getattr(self._thread, "session", None)
        if found is None:
            found = self._thread.session = _session(self.configuration)
            with self._lock:
                self._sessions.append(found)
        return found

    def started_at(self) -> datetime:
        """Return the time of the first answer by the server's clock, or by ours before it."""
        return self._server_time or self.now()

    def note(self, path: str, query: Query, outcome: Outcome) -> None:
        """Count an outcome, log it if asked to, and remember the server's time of the first."""
        with self._lock:
            self.requests_made += 1
            self.rate_limited += outcome.status == HTTPStatus.TOO_MANY_REQUESTS
            if self._server_time is None:
                self._server_time = _date(outcome.headers)
        if self.configuration.enable_debug_logging:
            # Not log.debug: Fivetran shows debug messages nowhere but on the developer's machine.
            asked = f"GET {path} {dict(query)}"
            self.log.info(f"{asked}: {outcome.status or outcome.problem} {outcome.request_id}")

    def close(self) -> None:
        """Close the connections of all threads."""
        for session in self._sessions:
            session.close()


@dataclass(frozen=True)
class Outcome:
    """What became of one request: a body, or a problem in words."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=CaseInsensitiveDict)
    body: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None
    is_too_deep: bool = False

    @property
    def request_id(self) -> str | None:
        """The id by which Contentful's support finds the request."""
        from_body = values.text(self.body.get("requestId"))
        return self.headers.get("X-Contentful-Request-Id") or from_body

    @property
    def advertised_limit(self) -> float | None:
        """Requests per second that the answer says are allowed."""
        return values.number(self.headers.get("X-Contentful-RateLimit-Second-Limit"))

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed later."""
        if self.status in NOT_READABLE or self.is_too_deep:
            return False
        server_failed = self.status is None or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return server_failed or self.status == HTTPStatus.OK


@dataclass(frozen=True)
class Page:
    """Some records of a collection; ``first`` where the listing begins, or begins again."""

    records: list[dict[str, Any]]
    first: bool


class _Bearer(AuthBase):
    """Sends the token, also where a ``.netrc`` names the host: requests would prefer that one."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def execute_api_request(client: Client, path: str, query: Query | None = None) -> dict[str, Any]:
    """Return the JSON object at *path* (below the host), after as many retries as allowed.

    Raises TokenRefused, NotReadable, QueryRefused or RequestFailed at once, and Unanswered when
    the retries are spent.
    """
    failures, waited = 0, 0.0
    while True:
        client.pacer.wait()
        outcome = _ask(client, path, query or {})
        client.note(path, query or {}, outcome)
        if outcome.problem is None:
            client.pacer.answered(outcome.advertised_limit)
            return outcome.body
        if outcome.status == HTTPStatus.TOO_MANY_REQUESTS:
            waited += __handle_rate_limit(client, path, outcome, waited)
        else:
            failures += 1
            client.sleep(__handle_request_error(client, path, outcome, failures))


def __handle_rate_limit(client: Client, path: str, outcome: Outcome, waited: float) -> float:
    """Pause all threads after a 429 and return for how many seconds.

    Contentful documents ``X-Contentful-RateLimit-Reset``, in seconds; proxies add ``Retry-After``.
    What is absent, no number or not above zero counts as one second.  Raises Unanswered when this
    request has *waited* long enough.
    """
    asked = [outcome.headers.get(name) for name in ("Retry-After", "X-Contentful-RateLimit-Reset")]
    usable = [seconds for seconds in map(values.number, asked) if seconds is not None]
    seconds = min(max([SHORTEST_PAUSE, *usable[:1]]), LONGEST_PAUSE)
    if waited + seconds > PATIENCE:
        reason = f"{outcome.problem}; given up after {waited:.0f} seconds of waiting"
        raise Unanswered(path, outcome.status, outcome.request_id, reason)
    client.pacer.refused(seconds)
    client.log.info(f"Rate limit reached at GET {path}: all requests pause for {seconds:g} s.")
    return seconds


def __handle_request_error(client: Client, path: str, outcome: Outcome, failures: int) -> float:
    """Return how many seconds to wait before the next try, or raise what ends the request.

    *failures* counts the failed tries so far.  Only what may pass by itself is tried again: 5xx,
    no answer in time, a broken connection, a body that is cut off or no JSON object.
    """
    status, request_id, problem = outcome.status, outcome.request_id, str(outcome.problem)
    if not outcome.may_pass:
        raise _refusal(client.configuration, path, outcome)
    if failures > client.configuration.retry_attempts:
        reason = f"{problem}; given up after {failures} tries"
        raise Unanswered(path, status, request_id, reason)
    seconds = backoff(failures, random.random())  # noqa: S311 - jitter, no secret
    client.log.info(
        f"GET {path} failed (status {status}, request id {request_id}): {problem};"
        f" try {failures + 1} follows in {seconds:.1f} s."
    )
    return seconds


def backoff(failures: int, chance: float) -> float:
    """Return seconds to wait after *failures* failed tries; *chance* in [0, 1) is the jitter.

    Doubles from one second to a minute; half of it is left to chance, so that threads that failed
    together do not come back together.
    """
    return min(2.0 ** (failures - 1), LONGEST_BACKOFF) * (0.5 + chance / 2)


def pages(client: Client, path: str, query: Query, limit: int) -> Iterator[Page]:
    """Yield all records of the collection at *path*, *limit* or fewer at a time.

    Where the listing turns out to have moved between two pages it is read again from its start,
    which the page says; ListingChanged after several such tries.
    """
    for tries in range(1, TRIES_AT_A_LISTING + 1):
        first = True
        try:
            for records in walk(client, path, query, limit):
                yield Page(records, first)
                first = False
        except ListingChanged:
            if tries == TRIES_AT_A_LISTING:
                raise
        else:
            return


def walk(client: Client, path: str, query: Query, limit: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the records of each page once; ListingChanged when the listing has moved.

    The answer decides the style: ``pages.next`` is followed as a cursor, ``skip`` and ``total``
    are walked by offset (see "Collection resources and pagination" in
    https://www.contentful.com/developers/docs/references/content-management-api/).

    An offset page starts with the last record of the page before it.  If it does not, something
    before it was deleted meanwhile, and what slid over the edge would be taken for deleted too.
    """
    step: dict[str, str] | None = {**query, "limit": str(limit)}
    edge: str | None = None
    while step is not None:
        answer, size = fitting(client, path, step)
        records = _records(path, answer)
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


def _records(path: str, answer: dict[str, Any]) -> list[dict[str, Any]]:
    items = answer.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise RequestFailed(path, HTTPStatus.OK, None, "the answer has no list of records")
    return items


def _identity(record: dict[str, Any]) -> str:
    sys = record.get("sys")
    return json.dumps(sys.get("id", sys) if isinstance(sys, dict) else record, sort_keys=True)


def _session(configuration: Configuration) -> requests.Session:
    session = requests.Session()
    session.auth = _Bearer(configuration.access_token)
    session.headers["Content-Type"] = MEDIA_TYPE
    session.headers["X-Contentful-User-Agent"] = (
        f"app contentful-fivetran-connector/{__version__};"
        f" platform python/{platform.python_version()}; os {platform.system()};"
    )
    return session


def _ask(client: Client, path: str, query: Query) -> Outcome:
    """Make one request; a redirect is not followed, so the token never leaves the host."""
    seconds = client.configuration.request_timeout_seconds
    # The network keeps real time, whatever clock the rest is given.
    deadline = time.monotonic() + seconds
    url = client.configuration.base_url + path
    try:
        with client.session().get(
            url, params=query, timeout=seconds, allow_redirects=False, stream=True
        ) as response:
            chunks = []
            for chunk in response.iter_content(_CHUNK):
                chunks.append(chunk)
                if time.monotonic() > deadline:
                    raise requests.Timeout  # noqa: TRY301 - as if a read had timed out
            return _outcome(response, b"".join(chunks), client.configuration.access_token)
    except requests.Timeout:
        return Outcome(problem=f"no complete answer within {seconds:g} seconds")
    except (OSError, HTTPException) as error:
        # The text of these errors is long and names inner classes; the kind says enough.
        return Outcome(problem=f"the connection or its body broke ({type(error).__name__})")


def _outcome(response: requests.Response, content: bytes, token: str) -> Outcome:
    status, headers = response.status_code, response.headers
    if is_too_deep(content):
        return Outcome(status, headers, {}, "a record is nested too deeply", is_too_deep=True)
    try:
        body = _parse(content)
    except ValueError:
        body = None
    except RecursionError:
        return Outcome(status, headers, {}, "a record is nested too deeply", is_too_deep=True)
    if not isinstance(body, dict):
        reason = "the body is not a JSON object" if content else "the body is empty"
        return Outcome(status, headers, {}, reason)
    sys = body.get("sys")
    if status == HTTPStatus.OK and not (isinstance(sys, dict) and sys.get("type") == "Error"):
        return Outcome(status, headers, body)
    kind = sys.get("id") if isinstance(sys, dict) else None
    message = f"{kind}: {body.get('message') or 'no message'}"
    return Outcome(status, headers, body, message.replace(token, "<access_token>")[:300])


def is_too_deep(content: bytes) -> bool:
    """Tell whether JSON nests deeper than DEEPEST, without parsing it.

    All but the brackets is thrown away; then each round takes out the innermost pairs, so there
    are as many rounds as levels.  A text with a bracket of its own can only end that too early.
    """
    skeleton = content.translate(None, _NO_BRACKETS)
    for _ in range(DEEPEST):
        smaller = skeleton.replace(b"{}", b"").replace(b"[]", b"")
        if len(smaller) == len(skeleton):
            return False
        skeleton = smaller
    return bool(skeleton)


def _parse(content: bytes) -> Any:
    body = json.loads(content.decode("utf-8", errors="replace"))
    return values.clean(body) if _ESCAPED_UNSAFE.search(content) else body


def _refusal(configuration: Configuration, path: str, outcome: Outcome) -> RequestFailed:
    """Return the error for an answer that asking again would not change."""
    status, problem = outcome.status, str(outcome.problem)
    if outcome.is_too_deep:
        return AnswerTooDeep(path, status, outcome.request_id, problem)
    if status == HTTPStatus.UNAUTHORIZED:
        reason = (
            f"the access token was refused by {configuration.base_url}"
            f" (region {configuration.region}); check the token and the region"
        )
        return TokenRefused(path, status, outcome.request_id, reason)
    if status in NOT_READABLE:
        return NotReadable(path, status, outcome.request_id, problem)
    if status == HTTPStatus.BAD_REQUEST:
        # Nothing but its words tells this refusal from others of the kind `BadRequest`.
        kind = AnswerTooBig if "response size too big" in problem.lower() else QueryRefused
        return kind(path, status, outcome.request_id, problem)
    if "Location" in outcome.headers:
        problem = "a redirect, which is not followed because the token must not leave the host"
    return RequestFailed(path, status, outcome.request_id, problem)


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        found = parsedate_to_datetime(headers["Date"])
    except (KeyError, TypeError, ValueError):
        return None
    return found.astimezone(timezone.utc)
