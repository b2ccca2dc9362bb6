"""Activity by day: on weekdays, less in summer and around the new year, more after a launch."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import accumulate

from ...account.clock import DAY_MS, milliseconds
from ...account.maker import Maker

DAYS = 3 * 365
"""The age of the account in days."""

WEEKDAYS = (1.0, 1.15, 1.1, 1.0, 0.75, 0.1, 0.06)
MONTHS = (0.8, 1.0, 1.2, 1.1, 1.0, 0.9, 0.6, 0.65, 1.2, 1.4, 1.5, 0.8)
LAUNCHES = (420, 21)
"""The days since the launches of new collections."""
LAUNCH_DAYS = 14

_FINE = 1 << 40
_MORNING_MS = 7 * 3_600_000
WORKDAY_MS = 10 * 3_600_000


def weight(day: date, today: date) -> float:
    """Return the amount of work on a day; 1 is an ordinary day of the first year."""
    ago = (today - day).days
    holidays = 0.15 if (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 2) else 1.0
    launched = max(1.0 if ago > one or ago < one - LAUNCH_DAYS else 2.5 for one in LAUNCHES)
    growth = 1 + 0.7 * (DAYS - ago) / DAYS
    return WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] * holidays * launched * growth


@dataclass(frozen=True)
class Activity:
    """The activity of the account; ``ends[n]`` is the sum of `weight` up to the end of day *n*.

    ``midnight`` is the start of ``today``, in milliseconds since 1970.
    """

    today: date
    midnight: int
    ends: tuple[float, ...]

    def ms(self, ago: float) -> int:
        """Return the midnight ``ago`` days ago, in milliseconds since 1970; below 0 is later."""
        return self.midnight - round(ago * DAY_MS)

    def between(self, maker: Maker, first: int, last: int, *parts: object) -> int:
        """Return an instant between two instants, if possible in working hours of a busy day."""
        start, end = self._done(first), self._done(last)
        chosen = start + (end - start) * maker.number(_FINE, "when", *parts) / _FINE
        day = bisect_right(self.ends, chosen)
        hour = _MORNING_MS + maker.number(WORKDAY_MS, "hour", *parts)
        wanted = self.ms(DAYS - day) + hour
        return wanted if first < wanted < last else first + (last - first) // 2

    def _done(self, ms: int) -> float:
        day, rest = divmod(ms - self.ms(DAYS), DAY_MS)
        if not 0 <= day < DAYS:
            return 0.0 if day < 0 else self.ends[-1]
        before = self.ends[day - 1] if day else 0.0
        return before + (self.ends[day] - before) * rest / DAY_MS


@lru_cache(maxsize=8)
def activity(maker: Maker) -> Activity:
    """Return the activity of the demo account."""
    today = date.fromisoformat(maker.settings.demo)
    days = (today - timedelta(days=ago) for ago in range(DAYS, 0, -1))
    midnight = milliseconds(datetime.combine(today, datetime.min.time(), timezone.utc))
    return Activity(today, midnight, tuple(accumulate(weight(day, today) for day in days)))
