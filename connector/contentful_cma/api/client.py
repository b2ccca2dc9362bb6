"""Makes requests to the API, with retries.

Each answer, including errors, is JSON with the content type of the CMA.  It has a request id and
normally the rate limit
(https://www.contentful.com/developers/docs/references/content-management-api/).
"""

from __future__ import annotations

import asyncio
import platform
import random
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Callable, Optional, Protocol

import requests
from requests.auth import AuthBase

from contentful_cma import __version__, values
from contentful_cma.errors import AccountUnreadable, NotReadable, TokenRefused, Unanswered
from contentful_cma.settings.configuration import Configuration

from .connection import Proxy, connection_problem, proxy_for
from .deadline import Deadlines, NotedConnections
from .rate_limit import RateLimiter
from .remaining import OpenListings
from .response import (
    GZIP,
    LARGEST_ANSWER,
    ROOT,
    RawResponse,
    Response,
    error_for,
    parse_response,
)

MEDIA_TYPE = "application/vnd.contentful.management.v1+json"

AT_ONCE = 6
"""Concurrent requests: enough for 10 per second that take 0.6 seconds each.  Each answer may wait
as JSON of up to 7 MB while another page is processed."""

LONGEST_PAUSE = 60.0
"""Most seconds between a 429 and the next try, even if the answer names a longer time."""

PATIENCE = 900.0
"""Most seconds that one request waits after 429 answers in total."""

SHORTEST_PAUSE = 1.0
"""Seconds to pause after a 429 without a usable time: the limit is counted per second."""

LONGEST_BACKOFF = 60.0
"""Most seconds between two retries."""

_CHUNK = 1 << 16

_BROKEN: type[Exception] = getattr(requests.exceptions, "BaseHTTPError")  # noqa: B009
_STALLED: type[Exception] = getattr(requests.adapters, "ReadTimeoutError")  # noqa: B009
"""Errors while the raw body is read.  They come from the library below `requests`, which imports
them but does not export them."""

_CURSORS = ("pageNext", "pagePrev")

Query = Mapping[str, str]

Headers = Iterable[tuple[str, str]]
"""Headers of a request in addition to those of all requests."""


class Log(Protocol):
    """The log for people."""

    def info(self, message: str) -> None:
        """Log an event."""

    def warning(self, message: str) -> None:
        """Log a problem that someone should look at."""


@dataclass
class Client:
    """The settings, rate limiter, counts and threads that all requests share.

    The threads only wait for the rate limit and the network; the event loop parses the answers.
    ``sleep`` replaces a sleep that ends when the client is closed.
    """

    configuration: Configuration
    log: Log
    sleep: Optional[Callable[[float], None]] = None
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    requests_made: int = 0
    rate_limited: int = 0
    left: OpenListings = field(init=False, default_factory=OpenListings)
    limiter: RateLimiter = field(init=False)
    _server_time: datetime | None = field(init=False, default=None)
    at_once: int = field(init=False)
    _pool: ThreadPoolExecutor = field(init=False)
    _deadlines: Deadlines = field(init=False)
    _turns: asyncio.Semaphore | None = field(init=False, default=None)
    _sessions: list[requests.Session] = field(init=False, default_factory=list)
    _thread: threading.local = field(init=False, default_factory=threading.local)
    _closed: threading.Event = field(init=False, default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Create the limiter and the threads."""
        ceiling = self.configuration.requests_per_second
        self.limiter = RateLimiter(ceiling, self.clock, self._wait)
        self.at_once = AT_ONCE
        self._pool = ThreadPoolExecutor(self.at_once)
        self._deadlines = Deadlines(self.configuration.request_timeout_seconds)

    async def send(self, path: str, query: Query, pause: float, headers: Headers = ()) -> Response:
        """Make one request after *pause* seconds and return its outcome."""
        loop = asyncio.get_running_loop()
        # Before Python 3.10 a semaphore belongs to the loop that runs when it is created.
        self._turns = self._turns or asyncio.Semaphore(self.at_once)
        async with self._turns:
            answer = await loop.run_in_executor(
                self._pool, self._request, path, query, pause, headers
            )
            outcome = parse_response(answer, self.configuration)
        self._note(path, query, outcome)
        return outcome

    @property
    def has_answered(self) -> bool:
        """Whether the API has accepted a request."""
        return self._server_time is not None

    def started_at(self) -> datetime:
        """Return the server's time of the first accepted request; before that, the local time."""
        return self._server_time or self.now()

    def close(self) -> None:
        """End the threads, even if they sleep, and close their connections."""
        self._closed.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._deadlines.close()
        for session in self._sessions:
            session.close()

    def _note(self, path: str, query: Query, outcome: Response) -> None:
        """Count an outcome, log it for debugging, and note the time of the first good one."""
        self.requests_made += 1
        self.rate_limited += outcome.status == HTTPStatus.TOO_MANY_REQUESTS
        # A gateway that answers for the API may have another clock.
        if self._server_time is None and outcome.problem is None:
            self._server_time = _date(outcome.headers)
        # Cursors are long and mean nothing to people.
        shown = {name: value for name, value in query.items() if name not in _CURSORS}
        number = f"request id {outcome.request_id}" if outcome.request_id else "no request id"
        self.debug(f"GET {path} {shown}: {outcome.status or outcome.problem} ({number})")

    def debug(self, sentence: str) -> None:
        """Log a sentence if debug logging is enabled."""
        if self.configuration.enable_debug_logging:
            # Not log.debug: Fivetran shows debug messages only on the developer's machine.
            self.log.info(sentence)

    def _request(self, path: str, query: Query, pause: float, headers: Headers) -> RawResponse:
        """Wait and make a request, in a thread.

        Redirects are not followed, because the token must not leave the host.
        """
        self._wait(pause)
        seconds = self.configuration.request_timeout_seconds
        session = self._session()
        proxy: Proxy | None = None
        deadline = self._deadlines.prepare()
        try:
            request = session.prepare_request(
                requests.Request(
                    "GET", self.configuration.base_url + path, dict(headers), params=query
                )
            )
            options = session.merge_environment_settings(
                request.url, proxies={}, stream=True, verify=None, cert=None
            )
            proxy = proxy_for(self.configuration.base_url, options["proxies"])
            # Prepared before the slot, because a late request meets those of the next slots.
            departure, left = self.limiter.wait(), time.monotonic()
            with (
                deadline,
                session.send(
                    request, timeout=seconds, allow_redirects=False, **options
                ) as response,
            ):
                self.limiter.sent(departure, deadline.sent_at - left)
                if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                    # Here, because others would be sent while this answer waits to be parsed.
                    self.limiter.refused(_pause(response.headers))
                body = _body(response)
            if not deadline.is_over:
                return RawResponse(response.status_code, response.headers, body)
            failure: Exception = requests.Timeout()
        except (OSError, HTTPException, UnicodeError) as error:
            failure = requests.Timeout() if deadline.is_over else error
        return connection_problem(failure, self.configuration, proxy)

    def _session(self) -> requests.Session:
        """Return this thread's session, which keeps its connection open."""
        found: requests.Session | None = getattr(self._thread, "session", None)
        if found is None:
            found = self._thread.session = _session(self.configuration)
            self._sessions.append(found)
        return found

    def _wait(self, seconds: float) -> None:
        """Sleep in a thread; once the client is closed, no request is made any longer."""
        (self.sleep or self._closed.wait)(seconds)
        if self._closed.is_set():
            raise CancelledError


class _Bearer(AuthBase):
    """Sends the token; otherwise `requests` would prefer a ``.netrc`` that names the host."""

    def __init__(self, token: str) -> None:
        """Keep the token."""
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request with the token in its header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


async def execute_api_request(
    client: Client, path: str, query: Query | None = None, headers: Headers = ()
) -> dict[str, Any]:
    """Return the JSON object at *path* (below the host), with retries.

    Raises TokenRefused, NotReadable, QueryRefused or RequestFailed at once, and Unanswered after
    the last retry.
    """
    return (await request_page(client, path, query or {}, None, headers))[0]


async def request_page(
    client: Client, path: str, query: Query, size: int | None, headers: Headers = ()
) -> tuple[dict[str, Any], int | None]:
    """Return a page of at most *size* records, and the number of records requested in the end.

    A page that came too late is requested again at half its size.
    """
    failures, waited, pause = 0, 0.0, 0.0
    while True:
        sized = {**query, "limit": str(size)} if size else query
        outcome = await client.send(path, sized, pause, headers)
        if outcome.problem is None:
            client.limiter.answered(outcome.advertised_limit)
            return outcome.body, size
        if outcome.refuses_token and await _is_token_good(client, path):
            problem = outcome.problem.rstrip(".")
            reason = f"{problem}. The token is valid: GET {ROOT} accepts it."
            raise NotReadable(path, outcome.status, outcome.request_id, reason)
        if outcome.status == HTTPStatus.TOO_MANY_REQUESTS:
            pause = __handle_rate_limit(client, path, outcome, waited)
            waited += pause
        else:
            failures += 1
            pause = __handle_request_error(client, path, outcome, failures)
            size = max(size // 2, 1) if outcome.is_late and size else size


async def _is_token_good(client: Client, path: str) -> bool:
    """Return whether a token that was refused at *path* can read the list of spaces.

    Some endpoints answer 401 where others answer 403; then only this endpoint is refused.
    """
    if path == ROOT:
        return False
    try:
        await execute_api_request(client, ROOT, {"limit": "1"})
    except (TokenRefused, AccountUnreadable):
        return False
    return True


def __handle_rate_limit(client: Client, path: str, outcome: Response, waited: float) -> float:
    """Return the seconds to wait after a 429; all other requests wait too.

    Raises Unanswered if the request has *waited* too long.
    """
    seconds = _pause(outcome.headers)
    if waited + seconds > PATIENCE:
        reason = f"{outcome.problem}; given up after {waited:.0f} seconds of waiting"
        raise Unanswered(path, outcome.status, outcome.request_id, reason)
    client.log.info(f"Rate limit reached at GET {path}: all requests pause for {seconds:g} s.")
    return seconds


def _pause(headers: Mapping[str, str]) -> float:
    """Return for how many seconds all requests pause after a 429.

    Contentful documents ``X-Contentful-RateLimit-Reset``, in seconds; proxies add ``Retry-After``.
    A value that is absent, not a number or not above zero counts as one second.
    """
    named = [headers.get(name) for name in ("Retry-After", "X-Contentful-RateLimit-Reset")]
    usable = [seconds for seconds in map(values.number, named) if seconds is not None]
    return min(max([SHORTEST_PAUSE, *usable[:1]]), LONGEST_PAUSE)


def __handle_request_error(client: Client, path: str, outcome: Response, failures: int) -> float:
    """Return the seconds to wait before the next try, or raise an error that ends the request.

    *failures* is the number of failed tries so far.  Only temporary faults are retried: 5xx, no
    answer in time, a broken connection, a body that is cut off or not a JSON object.
    """
    status, request_id, problem = outcome.status, outcome.request_id, str(outcome.problem)
    if not outcome.is_retryable:
        was_accepted = client.has_answered
        raise error_for(client.configuration, path, outcome, was_accepted=was_accepted)
    if failures > client.configuration.retry_attempts:
        reason = f"{problem}; given up after {failures} {'try' if failures == 1 else 'tries'}"
        raise Unanswered(path, status, request_id, reason)
    seconds = backoff(failures, random.random())  # noqa: S311 - jitter, no secret
    failure = Unanswered(path, status, request_id, problem)
    client.log.info(f"{failure}; try {failures + 1} follows in {seconds:.1f} s.")
    return seconds


def backoff(failures: int, chance: float) -> float:
    """Return the seconds to wait after *failures* failed tries; *chance* in [0, 1) is the jitter.

    The time doubles from one second to a minute.  Half of it is random, so requests that failed
    together are not repeated together.
    """
    return min(2.0 ** (failures - 1), LONGEST_BACKOFF) * (0.5 + chance / 2)


def _session(configuration: Configuration) -> requests.Session:
    """Return a session that sends the token and the name of the connector."""
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, NotedConnections())
    session.auth = _Bearer(configuration.access_token)
    # Clear text may only reach this machine; a proxy in the environment may be another machine.
    session.trust_env = configuration.base_url.startswith("https:")
    session.headers["Content-Type"] = MEDIA_TYPE
    session.headers["Accept-Encoding"] = GZIP
    session.headers["X-Contentful-User-Agent"] = (
        f"app contentful-fivetran-connector/{__version__};"
        f" platform python/{platform.python_version()}; os {platform.system()};"
    )
    return session


def _body(response: requests.Response) -> bytes:
    """Return the body as it was sent: several wait in memory, and compressed they take a fifth.

    Reading stops once a body is larger than any valid answer.
    """
    chunks, size = [], 0
    try:
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST_ANSWER:
                break
    except _STALLED as stalled:
        raise requests.Timeout from stalled
    except _BROKEN as broken:
        raise requests.ConnectionError from broken
    return b"".join(chunks)


def _date(headers: Mapping[str, str]) -> datetime | None:
    """Return the server's time, None if the answer has none."""
    try:
        found = parsedate_to_datetime(headers["Date"])
    except (KeyError, TypeError, ValueError):
        return None
    # A date without a zone, or with -0000, is in UTC like all dates of HTTP.
    return found.replace(tzinfo=found.tzinfo or timezone.utc).astimezone(timezone.utc)
