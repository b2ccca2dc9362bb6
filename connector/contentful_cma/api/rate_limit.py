"""Limits the requests per second of all threads to the limit of the API.

Contentful counts requests per second and per organization, and each answer has the limit
(https://www.contentful.com/developers/docs/references/content-management-api/#/introduction/api-rate-limits).
Slots are spread evenly over the second.  Threads sometimes wake late, and a request may be sent
some time after its slot, so each request is also checked against those before it, by the time when
they were sent: no second has more requests than the limit.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Callable

DEFAULT_LIMIT = 7.0
"""Requests per second until an answer advertises another limit."""

HEADROOM = 0.97
"""Share of the limit that is used: with `SECOND`, no more is possible."""

SECOND = 1.03
"""Seconds without more requests than the limit; a little longer than the API's second, because
requests may arrive closer together than they were sent."""

_INSTANT = 1e-6

BACKED_OFF = 0.7
"""Factor for our share after a 429, because another client uses the same limit."""

LEAST_SHARE = 0.1
"""Least share of a limit of up to one per second; of a higher limit it is one per second."""

REGAINED = 0.01
"""Part of the limit that each answered request adds to our share, up to all of it."""


class RateLimiter:
    """Gives slots to the threads that make requests.

    ``ceiling`` is the limit that the user sets, in requests per second (None: no limit).
    """

    def __init__(
        self,
        ceiling: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Start at the default limit; the first answer corrects it."""
        self._ceiling = ceiling
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._limit = DEFAULT_LIMIT
        self._share = 1.0
        self._next_slot = 0.0
        self._departures: deque[float] = deque()
        self._paused_until = 0.0

    @property
    def rate(self) -> float:
        """The present rate, in requests per second."""
        allowed = self._limit * HEADROOM * self._share
        return allowed if self._ceiling is None else min(allowed, self._ceiling)

    def wait(self) -> float:
        """Sleep until this thread may make one request; return the instant at which it leaves."""
        free = self._take_slot()
        while True:
            seconds = free - self._clock()
            if seconds > _INSTANT:
                self._sleep(seconds)
            has_left, free = self._depart()
            if has_left:
                return free

    def sent(self, departure: float, seconds: float) -> None:
        """Note how many *seconds* after its departure a request was sent.

        A thread may wait for the one that parses pages, and a new connection takes time.
        """
        with self._lock:
            if departure in self._departures:
                self._departures.remove(departure)
                self._departures = deque(sorted((*self._departures, departure + seconds)))

    def answered(self, limit: float | None) -> None:
        """Note an answer other than a 429, and the limit that it advertised, if any."""
        with self._lock:
            if limit is not None and limit > 0:
                self._limit = limit
            self._share = min(1.0, self._share + REGAINED)

    def refused(self, seconds: float) -> None:
        """Note a 429: pause all threads for *seconds* and lower the rate."""
        with self._lock:
            now = self._clock()
            # Several threads often get a 429 at once; only the first one lowers the rate.
            if now >= self._paused_until:
                least = 1.0 / self._limit if self._limit > 1.0 else LEAST_SHARE
                self._share = max(self._share * BACKED_OFF, least)
            self._paused_until = max(self._paused_until, now + seconds)

    def _take_slot(self) -> float:
        """Reserve the next slot and return its instant."""
        with self._lock:
            slot = max(self._clock(), self._next_slot, self._paused_until)
            self._next_slot = slot + 1.0 / self.rate
        return slot

    def _depart(self) -> tuple[bool, float]:
        """Return whether this thread leaves now, and the instant, or else until when it waits."""
        with self._lock:
            now = self._clock()
            while self._departures and self._departures[0] <= now - SECOND:
                self._departures.popleft()
            crowd = len(self._departures) - max(int(self._limit), 1)
            free = self._departures[crowd] + SECOND if crowd >= 0 else now
            free = max(free, self._paused_until)
            if free - now > _INSTANT:
                return False, free
            self._departures.append(now)
            return True, now
