"""The emulator's clock: real, shifted or stopped."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import cache

DAY_MS = 86_400_000
_MINUTES = [b"%02d:%02d:" % divmod(minute, 60) for minute in range(24 * 60)]
_FRACTION = re.compile(r"\.(\d+)")


class Clock:
    """The clock for the times of records and the ``Date`` of answers."""

    def __init__(self) -> None:
        """Start with the real time."""
        self._fixed: datetime | None = None
        self._shift = timedelta()

    def set(self, now: str | None) -> None:
        """Stop at an ISO 8601 instant, or return to the real time for None."""
        self._fixed = None if now is None else parse(now)
        self._shift = timedelta()

    def advance(self, seconds: float) -> None:
        """Move forward; a stopped clock stays stopped, at the later instant."""
        if self._fixed is None:
            self._shift += timedelta(seconds=seconds)
        else:
            self._fixed += timedelta(seconds=seconds)

    def now(self) -> datetime:
        """Return the emulator's time in UTC."""
        return self._fixed or datetime.now(timezone.utc) + self._shift

    def now_ms(self) -> int:
        """Return the emulator's time in milliseconds since 1970."""
        return milliseconds(self.now())


def parse(text: str) -> datetime:
    """Return the instant of an ISO 8601 text; the default time zone is UTC."""
    # Python 3.10 reads fractions of three or six digits only.
    padded = _FRACTION.sub(lambda found: f".{found[1][:6]:0<6}", text)
    instant = datetime.fromisoformat(padded.replace("Z", "+00:00"))
    return instant if instant.tzinfo else instant.replace(tzinfo=timezone.utc)


def milliseconds(instant: datetime) -> int:
    """Return milliseconds since 1970."""
    return (instant - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)


def parse_ms(text: str) -> int:
    """Return the milliseconds since 1970 of an ISO 8601 text."""
    return milliseconds(parse(text))


def stamp(ms: int, *, precise: bool) -> str:
    """Return an instant in the API's format, in milliseconds or in whole seconds."""
    text = stamp_bytes(ms).decode()
    return text if precise else text[:19] + "Z"


def stamp_bytes(ms: int) -> bytes:
    """Return an instant in milliseconds; fast, for pages of 1,000 records."""
    day, rest = divmod(ms, DAY_MS)
    minute, rest = divmod(rest, 60_000)
    return b"%bT%b%02d.%03dZ" % (_day(day), _MINUTES[minute], rest // 1000, rest % 1000)


@cache
def _day(day: int) -> bytes:
    midnight = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(days=day)
    return midnight.date().isoformat().encode()
