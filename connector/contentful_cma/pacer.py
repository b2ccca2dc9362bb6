"""One clock for all threads: how many requests a second the API allows.

Contentful counts requests per second and per organization and says its limit in every answer
(https://www.contentful.com/developers/docs/references/content-management-api/#/introduction/api-rate-limits).
Slots are spread evenly over the second, so that a full second never holds more than the limit.
"""

from __future__ import annotations

import threading
import time
from typing import Callable

DEFAULT_LIMIT = 7.0
"""Requests per second until an answer advertises another limit."""

HEADROOM = 0.97
"""Share of the limit that is used: requests that leave evenly still arrive unevenly."""

BACKED_OFF = 0.7
"""What a 429 multiplies our share by: someone else uses the same limit."""

REGAINED = 0.01
"""What each answered request adds to our share, up to all of it."""


class Pacer:
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
        self._paused_until = 0.0

    @property
    def rate(self) -> float:
        """Requests per second that are made at present."""
        allowed = self._limit * HEADROOM * self._share
        return allowed if self._ceiling is None else min(allowed, self._ceiling)

    def wait(self) -> None:
        """Sleep until this thread may make one request."""
        while True:
            seconds = self._take_slot()
            if seconds > 0:
                self._sleep(seconds)
            if self._clock() >= self._paused_until:
                return

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
        with self._lock:
            now = self._clock()
            slot = max(now, self._next_slot, self._paused_until)
            self._next_slot = slot + 1.0 / self.rate
            return slot - now
