"""Asking the API: one request with its retries.

Every answer is JSON with the content type of the CMA, errors too; every answer carries a request
id and, normally, the rate limit
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
from .rate_limit import RateLimiter
from .remaining import OpenListings
from .response import GZIP, ROOT, RawResponse, Response, error_for, parse_response

MEDIA_TYPE = "application/vnd.contentful.management.v1+json"

AT_ONCE = 6
"""Requests under way at once: enough for 10 a second that take 0.6 seconds each.  The answer to
each may wait as JSON, up to 7 MB, while another page is used."""

LONGEST_PAUSE = 60.0
"""Seconds to sleep at once after a 429, whatever the answer asks for; then it is asked again."""

PATIENCE = 900.0
"""Seconds that one request may spend on 429 answers altogether before it is given up."""

SHORTEST_PAUSE = 1.0
"""Seconds to pause after a 429 that names no usable time: the limit is counted per second."""

LONGEST_BACKOFF = 60.0
"""Seconds between two retries at the most."""

_CHUNK = 1 << 16

_BROKEN: type[Exception] = getattr(requests.exceptions, "BaseHTTPError")  # noqa: B009
_STALLED: type[Exception] = getattr(requests.adapters, "ReadTimeoutError")  # noqa: B009
"""What a body that is read as it was sent can end with: errors of the library below `requests`,
which names them for itself alone."""

_CURSORS = ("pageNext", "pagePrev")

Query = Mapping[str, str]

Headers = Iterable[tuple[str, str]]
"""Headers of a request beside those that all requests have."""


class Log(Protocol):
    """Where messages for people go."""

    def info(self, message: str) -> None:
        """Write what happened."""

    def warning(self, message: str) -> None:
        """Write what someone should look at."""


@dataclass
class Client:
    """What all requests share: settings, pace, a few counts, and the threads that wait for them.

    The threads do nothing but wait for the rate limit and the network; answers are parsed by
    whoever awaits them.  ``sleep`` replaces a sleep that ends when the client is closed.
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
    _turns: asyncio.Semaphore | None = field(init=False, default=None)
    _sessions: list[requests.Session] = field(init=False, default_factory=list)
    _thread: threading.local = field(init=False, default_factory=threading.local)
    _closed: threading.Event = field(init=False, default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Give all requests one limiter and threads of their own."""
        ceiling = self.configuration.requests_per_second
        self.limiter = RateLimiter(ceiling, self.clock, self._wait)
        self.at_once = AT_ONCE
        self._pool = ThreadPoolExecutor(self.at_once)

    async def ask(self, path: str, query: Query, pause: float, headers: Headers = ()) -> Response:
        """Make one request after *pause* seconds and return what became of it."""
        loop = asyncio.get_running_loop()
        # Before Python 3.10 a semaphore belongs to the loop that runs when it is made.
        self._turns = self._turns or asyncio.Semaphore(self.at_once)
        async with self._turns:
            answer = await loop.run_in_executor(
                self._pool, self._send, path, query, pause, headers
            )
            outcome = parse_response(answer, self.configuration)
        self._note(path, query, outcome)
        return outcome

    @property
    def has_answered(self) -> bool:
        """Whether the API has given a good answer."""
        return self._server_time is not None

    def started_at(self) -> datetime:
        """Return the time of the first good answer by the server's clock; before it by ours."""
        return self._server_time or self.now()

    def close(self) -> None:
        """End the threads, whatever they sleep for, and close their connections."""
        self._closed.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for session in self._sessions:
            session.close()

    def _note(self, path: str, query: Query, outcome: Response) -> None:
        """Count an outcome, log it if asked to, and note the time of the first good one."""
        self.requests_made += 1
        self.rate_limited += outcome.status == HTTPStatus.TOO_MANY_REQUESTS
        # A gateway that answers for the API may have another clock.
        if self._server_time is None and outcome.problem is None:
            self._server_time = _date(outcome.headers)
        # A cursor is the API's own text, long and of use to nobody else.
        shown = {name: value for name, value in query.items() if name not in _CURSORS}
        answer = f"{outcome.status or outcome.problem} {outcome.request_id}"
        self.debug(f"GET {path} {shown}: {answer}")

    def debug(self, sentence: str) -> None:
        """Log a sentence where the settings ask for all of them."""
        if self.configuration.enable_debug_logging:
            # Not log.debug: Fivetran shows debug messages nowhere but on the developer's machine.
            self.log.info(sentence)

    def _send(self, path: str, query: Query, pause: float, headers: Headers) -> RawResponse:
        """Wait and ask, in a thread; a redirect is not followed: the token stays at the host."""
        self._wait(pause)
        seconds = self.configuration.request_timeout_seconds
        session = self._session()
        proxy: Proxy | None = None
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
            # All is ready before the slot: what leaves late meets the requests of the next slots.
            self.limiter.wait()
            # The network keeps real time, whatever clock the rest is given.
            deadline = time.monotonic() + seconds
            with session.send(
                request, timeout=seconds, allow_redirects=False, **options
            ) as response:
                if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                    # At once: the others leave while this answer waits to be looked at.
                    self.limiter.refused(_pause(response.headers))
                return RawResponse(
                    response.status_code, response.headers, _body(response, deadline)
                )
        except (OSError, HTTPException, UnicodeError) as error:
            return connection_problem(error, self.configuration, proxy)

    def _session(self) -> requests.Session:
        """Return this thread's session, which keeps its connection open."""
        found: requests.Session | None = getattr(self._thread, "session", None)
        if found is None:
            found = self._thread.session = _session(self.configuration)
            self._sessions.append(found)
        return found

    def _wait(self, seconds: float) -> None:
        """Sleep in a thread; once the client is closed, nothing is asked any more."""
        (self.sleep or self._closed.wait)(seconds)
        if self._closed.is_set():
            raise CancelledError


class _Bearer(AuthBase):
    """Sends the token, also where a ``.netrc`` names the host: requests would prefer that one."""

    def __init__(self, token: str) -> None:
        """Send this token."""
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request with the token in its header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


async def execute_api_request(
    client: Client, path: str, query: Query | None = None, headers: Headers = ()
) -> dict[str, Any]:
    """Return the JSON object at *path* (below the host), after as many retries as allowed.

    Raises TokenRefused, NotReadable, QueryRefused or RequestFailed at once, and Unanswered when
    the retries are spent.
    """
    failures, waited, pause = 0, 0.0, 0.0
    while True:
        outcome = await client.ask(path, query or {}, pause, headers)
        if outcome.problem is None:
            client.limiter.answered(outcome.advertised_limit)
            return outcome.body
        if outcome.refuses_token and await _is_token_good(client, path):
            reason = f"{outcome.problem} The token is good: GET {ROOT} accepts it."
            raise NotReadable(path, outcome.status, outcome.request_id, reason)
        if outcome.status == HTTPStatus.TOO_MANY_REQUESTS:
            pause = __handle_rate_limit(client, path, outcome, waited)
            waited += pause
        else:
            failures += 1
            pause = __handle_request_error(client, path, outcome, failures)


async def _is_token_good(client: Client, path: str) -> bool:
    """Tell whether a token that was refused at *path* can read the list of spaces now.

    Some endpoints answer 401 where others answer 403: then only this place is refused.
    """
    if path == ROOT:
        return False
    try:
        await execute_api_request(client, ROOT, {"limit": "1"})
    except (TokenRefused, AccountUnreadable):
        return False
    return True


def __handle_rate_limit(client: Client, path: str, outcome: Response, waited: float) -> float:
    """Return how many seconds a request has to wait after a 429, as all others do.

    Raises Unanswered when it has *waited* long enough.
    """
    seconds = _pause(outcome.headers)
    if waited + seconds > PATIENCE:
        reason = f"{outcome.problem}; given up after {waited:.0f} seconds of waiting"
        raise Unanswered(path, outcome.status, outcome.request_id, reason)
    client.log.info(f"Rate limit reached at GET {path}: all requests pause for {seconds:g} s.")
    return seconds


def _pause(headers: Mapping[str, str]) -> float:
    """Return for how many seconds a 429 asks nobody to ask.

    Contentful documents ``X-Contentful-RateLimit-Reset``, in seconds; proxies add ``Retry-After``.
    What is absent, no number or not above zero counts as one second.
    """
    asked = [headers.get(name) for name in ("Retry-After", "X-Contentful-RateLimit-Reset")]
    usable = [seconds for seconds in map(values.number, asked) if seconds is not None]
    return min(max([SHORTEST_PAUSE, *usable[:1]]), LONGEST_PAUSE)


def __handle_request_error(client: Client, path: str, outcome: Response, failures: int) -> float:
    """Return how many seconds to wait before the next try, or raise what ends the request.

    *failures* counts the failed tries so far.  Only what may pass by itself is tried again: 5xx,
    no answer in time, a broken connection, a body that is cut off or no JSON object.
    """
    status, request_id, problem = outcome.status, outcome.request_id, str(outcome.problem)
    if not outcome.is_retryable:
        was_accepted = client.has_answered
        raise error_for(client.configuration, path, outcome, was_accepted=was_accepted)
    if failures > client.configuration.retry_attempts:
        reason = f"{problem}; given up after {failures} {'try' if failures == 1 else 'tries'}"
        raise Unanswered(path, status, request_id, reason)
    seconds = backoff(failures, random.random())  # noqa: S311 - jitter, no secret
    client.log.info(
        f"GET {path} failed (status {status}, request id {request_id}): {problem};"
        f" try {failures + 1} follows in {seconds:.1f} s."
    )
    return seconds


def backoff(failures: int, chance: float) -> float:
    """Return seconds to wait after *failures* failed tries; *chance* in [0, 1) is the jitter.

    Doubles from one second to a minute; half of it is left to chance, so that requests that failed
    together do not come back together.
    """
    return min(2.0 ** (failures - 1), LONGEST_BACKOFF) * (0.5 + chance / 2)


def _session(configuration: Configuration) -> requests.Session:
    """Return a session that sends the token, and says who asks."""
    session = requests.Session()
    session.auth = _Bearer(configuration.access_token)
    # In clear text only to this machine: a proxy that the environment names may be another one.
    session.trust_env = configuration.base_url.startswith("https:")
    session.headers["Content-Type"] = MEDIA_TYPE
    session.headers["Accept-Encoding"] = GZIP
    session.headers["X-Contentful-User-Agent"] = (
        f"app contentful-fivetran-connector/{__version__};"
        f" platform python/{platform.python_version()}; os {platform.system()};"
    )
    return session


def _body(response: requests.Response, deadline: float) -> bytes:
    """Return the body as it was sent: several wait at a time, and zipped they take a fifth."""
    chunks = []
    try:
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            chunks.append(chunk)
            if time.monotonic() > deadline:
                raise requests.Timeout
    except _STALLED as stalled:
        raise requests.Timeout from stalled
    except _BROKEN as broken:
        raise requests.ConnectionError from broken
    return b"".join(chunks)


def _date(headers: Mapping[str, str]) -> datetime | None:
    """Return the server's time, None where the answer does not tell it."""
    try:
        found = parsedate_to_datetime(headers["Date"])
    except (KeyError, TypeError, ValueError):
        return None
    return found.astimezone(timezone.utc)
