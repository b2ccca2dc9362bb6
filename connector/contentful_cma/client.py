"""Asking the API: one request with its retries.

Every answer is JSON with the content type of the CMA, errors too; every answer carries a request
id and, normally, the rate limit
(https://www.contentful.com/developers/docs/references/content-management-api/).
"""

from __future__ import annotations

import platform
import random
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Callable, Protocol, TypeVar

import requests
from requests.auth import AuthBase

from . import __version__, values
from .answers import Outcome, outcome_of, refusal, untrusted
from .configuration import Configuration
from .errors import (
    Unanswered,
)
from .pacer import Pacer
from .turn import Turn

MEDIA_TYPE = "application/vnd.contentful.management.v1+json"

LONGEST_PAUSE = 60.0
"""Seconds to sleep at once after a 429, whatever the answer asks for; then it is asked again."""

PATIENCE = 900.0
"""Seconds that one request may spend on 429 answers altogether before it is given up."""

SHORTEST_PAUSE = 1.0
"""Seconds to pause after a 429 that names no usable time: the limit is counted per second."""

LONGEST_BACKOFF = 60.0
"""Seconds between two retries at the most."""

_CHUNK = 1 << 16

_CURSORS = ("pageNext", "pagePrev")

SINGLE_REQUESTS = 4
"""Requests for single records that are under way at once."""

Query = Mapping[str, str]
Item = TypeVar("Item")
Answer = TypeVar("Answer")


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
    turn: Turn = field(init=False, default_factory=Turn)
    pacer: Pacer = field(init=False)
    _server_time: datetime | None = field(init=False, default=None)
    _pool: ThreadPoolExecutor = field(init=False)
    _sessions: list[requests.Session] = field(init=False, default_factory=list)
    _thread: threading.local = field(init=False, default_factory=threading.local)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Give all threads one pacer, and the single requests of a page threads of their own."""
        ceiling = self.configuration.requests_per_second
        self.pacer = Pacer(ceiling, self.clock, self.sleep)
        self._pool = ThreadPoolExecutor(SINGLE_REQUESTS)

    def session(self) -> requests.Session:
        """Return this thread's session, which keeps its connection open."""
        found: requests.Session | None = getattr(self._thread, "session", None)
        if found is None:
            found = self._thread.session = _session(self.configuration)
            with self._lock:
                self._sessions.append(found)
        return found

    def side_by_side(self, ask: Callable[[Item], Answer], items: list[Item]) -> list[Answer]:
        """Return what *ask* gives for each item; some are asked at the same time."""
        self.turn.end()
        return list(self._pool.map(lambda item: self.turn.alone(lambda: ask(item)), items))

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
            # A cursor is the API's own text, long and of use to nobody else.
            shown = {name: value for name, value in query.items() if name not in _CURSORS}
            asked = f"GET {path} {shown}"
            self.log.info(f"{asked}: {outcome.status or outcome.problem} {outcome.request_id}")

    def close(self) -> None:
        """End the threads and close their connections."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for session in self._sessions:
            session.close()


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
        client.turn.end()
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
        raise refusal(client.configuration, path, outcome)
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


def _session(configuration: Configuration) -> requests.Session:
    session = requests.Session()
    session.auth = _Bearer(configuration.access_token)
    # In clear text only to this machine: a proxy that the environment names may be another one.
    session.trust_env = configuration.base_url.startswith("https:")
    session.headers["Content-Type"] = MEDIA_TYPE
    session.headers["X-Contentful-User-Agent"] = (
        f"app contentful-fivetran-connector/{__version__};"
        f" platform python/{platform.python_version()}; os {platform.system()};"
    )
    return session


def _ask(client: Client, path: str, query: Query) -> Outcome:
    """Make one request; a redirect is not followed, so the token never leaves the host."""
    seconds, url = client.configuration.request_timeout_seconds, client.configuration.base_url
    session = client.session()
    try:
        request = session.prepare_request(requests.Request("GET", url + path, params=query))
        options = session.merge_environment_settings(
            request.url, proxies={}, stream=True, verify=None, cert=None
        )
        # All is ready before the slot: what leaves late meets the requests of the next slots.
        client.pacer.wait()
        # The network keeps real time, whatever clock the rest is given.
        deadline = time.monotonic() + seconds
        with session.send(request, timeout=seconds, allow_redirects=False, **options) as response:
            chunks = []
            for chunk in response.iter_content(_CHUNK):
                chunks.append(chunk)
                if time.monotonic() > deadline:
                    raise requests.Timeout  # noqa: TRY301 - as if a read had timed out
            client.turn.take()
            content = b"".join(chunks)
            chunks.clear()
            return outcome_of(response, content, client.configuration)
    except requests.Timeout:
        return Outcome(problem=f"no complete answer within {seconds:g} seconds")
    except (OSError, HTTPException) as error:
        if _is_about_a_certificate(error):
            return untrusted(client.configuration)
        # The text of these errors is long and names inner classes; the kind says enough.
        return Outcome(problem=f"the connection or its body broke ({type(error).__name__})")


def _is_about_a_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        found = parsedate_to_datetime(headers["Date"])
    except (KeyError, TypeError, ValueError):
        return None
    return found.astimezone(timezone.utc)
