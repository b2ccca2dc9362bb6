"""The rate limit: a sliding window of one second for each token.

This is the strictest reading of "requests per second": no period of one second has more answers
than the limit, at any starting point.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 1.0
HOUR_SECONDS = 3600
MAX_TOKENS = 1000


class Limiter:
    """Counts answered requests; refused ones do not count."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow ``limit`` requests per second; 0 for no limit."""
        self.limit = limit
        self.advertised: int | None = None
        self._clock = clock
        self._answered: dict[str, deque[float]] = {}
        self._hours: dict[str, tuple[float, int]] = {}

    def take(self, token: str) -> bool:
        """Return whether one more request may be answered now; if it may, count it."""
        if self.limit:
            window = self._window(token)
            if len(window) >= self.limit:
                return False
            window.append(self._clock())
        self._hours[token] = (self._clock() // HOUR_SECONDS, self._used_this_hour(token) + 1)
        return True

    def _used_this_hour(self, token: str) -> int:
        hour, used = self._hours.get(token, (-1, 0))
        return used if hour == self._clock() // HOUR_SECONDS else 0

    def headers(self, token: str, *, refused: bool) -> dict[str, str]:
        """Return the headers of every answer; without a limit they advertise 1,000."""
        limit = self.advertised or self.limit or 1000
        used = len(self._window(token)) if self.limit else 0
        return {
            "X-Contentful-RateLimit-Hour-Limit": str(limit * HOUR_SECONDS),
            "X-Contentful-RateLimit-Hour-Remaining": str(
                max(0, limit * HOUR_SECONDS - self._used_this_hour(token))
            ),
            "X-Contentful-RateLimit-Second-Limit": str(limit),
            "X-Contentful-RateLimit-Second-Remaining": str(max(0, limit - used)),
            "X-Contentful-RateLimit-Reset": "1" if refused else "0",
        }

    def _window(self, token: str) -> deque[float]:
        if token not in self._answered and len(self._answered) >= MAX_TOKENS:
            self._answered.clear()
        window = self._answered.setdefault(token, deque())
        oldest = self._clock() - WINDOW_SECONDS
        while window and window[0] <= oldest:
            window.popleft()
        return window
