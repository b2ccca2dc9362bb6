"""One clock for all threads: how many requests a second the API allows.

Contentful counts requests per second and per organization and says its limit in every answer
(https://www.contentful.com/developers/docs/references/content-management-api/#/introduction/api-rate-limits).
Slots are spread evenly over the second.  Threads wake late now and then, so each departure is also
held against those before it: no second holds more of them than the limit.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Callable

DEFAULT_LIMIT = 7.0
"""Requests per second until an answer advertises another limit."""

HEADROOM = 0.96
"""Share of the limit that is used: requests that leave evenly still arrive unevenly while large
pages are parsed."""

SECOND = 1.03
"""Seconds that hold no more requests than the limit; a little longer than those of the API,
because requests that left one after the other may arrive closer together."""

_INSTANT = 1e-6

BACKED_OFF = 0.7
"""What a 429 multiplies our share by: someone else uses the same limit."""

REGAINED = 0.01
"""What each answered request adds to our share, up to all of it."""


class RateLimiter:
    """Hands out slots to the threads that want to make a request.

    ``ceiling`` is the user's own upper bound in requests per second (None: none).
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
        """Requests per second that are made at present."""
        allowed = self._limit * HEADROOM * self._share
        return allowed if self._ceiling is None else min(allowed, self._ceiling)

    def wait(self) -> None:
        """Sleep until this thread may make one request."""
        seconds = self._take_slot()
        while seconds > 0:
            self._sleep(seconds)
            seconds = self._depart()

    def answered(self, limit: float | None) -> None:
        """Note an answer that was not a 429 and the limit that it advertised, if any."""
        with self._lock:
            if limit is not None and limit > 0:
                self._limit = limit
            self._share = min(1.0, self._share + REGAINED)

    def refused(self, seconds: float) -> None:
        """Note a 429: pause all threads for *seconds* and ask for less afterwards."""
        with self._lock:
            now = self._clock()
            # One refusal often comes to several threads at once; only the first one slows us down.
            if now >= self._paused_until:
                self._share = max(self._share * BACKED_OFF, 1.0 / self._limit)
            self._paused_until = max(self._paused_until, now + seconds)

    def _take_slot(self) -> float:
        """Reserve the next slot; return the seconds to it, 0 once this thread has left."""
        with self._lock:
            now = self._clock()
            slot = max(now, self._next_slot, self._paused_until)
            self._next_slot = slot + 1.0 / self.rate
        return slot - now if slot > now else self._depart()

    def _depart(self) -> float:
        """Note that this thread leaves now and return 0, or return how long it has to wait."""
        with self._lock:
            now = self._clock()
            while self._departures and self._departures[0] <= now - SECOND:
                self._departures.popleft()
            crowd = len(self._departures) - max(int(self._limit), 1)
            free = self._departures[crowd] + SECOND if crowd >= 0 else now
            seconds = max(free, self._paused_until) - now
            if seconds > _INSTANT:
                return seconds
            self._departures.append(now)
            return 0.0
