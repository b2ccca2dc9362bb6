"""The pace of requests, on a clock that advances only when the code sleeps."""

from __future__ import annotations

from typing import Callable

from contentful_cma.api.rate_limit import RateLimiter
from support.warehouse import FastTime


def departures(pacer: RateLimiter, time: FastTime, count: int) -> list[float]:
    """Return the times, in seconds, at which *count* requests are sent."""
    left = []
    for _ in range(count):
        pacer.wait()
        left.append(time.clock())
    return left


def most_in_a_second(left: list[float]) -> int:
    """Return the largest number of requests within any second."""
    return max(sum(1 for other in left if start <= other < start + 1) for start in left)


def paced(ceiling: float | None = None) -> tuple[RateLimiter, FastTime]:
    """Return a rate limiter and its clock."""
    time = FastTime()
    return RateLimiter(ceiling, time.clock, time.sleep), time


def test_the_default_pace_is_seven_a_second() -> None:
    """By default, at most 7 requests a second are sent, and under 5 % of that is unused."""
    left = departures(*paced(), 70)
    assert most_in_a_second(left) == 7
    assert left[-1] <= 69 / 7 * 1.045


def test_the_advertised_limit_is_followed() -> None:
    """Once the API advertises 10 or 3 requests a second, that is the pace."""
    for limit in (10, 3):
        pacer, time = paced()
        pacer.answered(limit)
        left = departures(pacer, time, 10 * limit)
        assert most_in_a_second(left) == limit
        assert left[-1] <= (10 * limit - 1) / limit * 1.045


def test_the_ceiling_is_an_upper_bound() -> None:
    """`requests_per_second` lowers the pace and never raises it."""
    pacer, time = paced(2)
    pacer.answered(10)
    assert departures(pacer, time, 5)[-1] == 2.0
    pacer, time = paced(100)
    assert most_in_a_second(departures(pacer, time, 40)) == 7


def test_a_429_pauses_all_requests_and_lowers_the_pace() -> None:
    """After a 429, all requests pause, and fewer are sent each second for a while."""
    pacer, time = paced()
    departures(pacer, time, 3)
    refused_at = time.clock()
    pacer.refused(5)
    left = departures(pacer, time, 30)
    assert left[0] >= refused_at + 5
    assert most_in_a_second(left) == 5
    pacer.answered(7)
    assert most_in_a_second(departures(pacer, time, 30)) == 5
    for _ in range(100):
        pacer.answered(7)
    assert most_in_a_second(departures(pacer, time, 40)) == 7


class Crowd:
    """Threads that share a rate limiter, simulated by one: events happen while it sleeps."""

    def __init__(self) -> None:
        """Start without a sleeping thread."""
        self.left: list[float] = []
        self.meanwhile: list[Callable[[], None]] = []
        self.time = FastTime()
        self.pacer = RateLimiter(None, self.time.clock, self._sleep)

    def leave(self) -> None:
        """Make one request."""
        self.pacer.wait()
        self.left.append(self.time.clock())

    def _sleep(self, seconds: float) -> None:
        wakes = self.time.clock() + seconds
        if self.meanwhile:
            self.meanwhile.pop()()
        self.time.sleep(max(wakes - self.time.clock(), 0))


def test_late_threads_keep_the_limit() -> None:
    """Threads that oversleep their slots still send no more requests a second than the limit."""
    crowd = Crowd()
    for _ in range(3):
        # Seven threads take their slots while the earlier ones sleep, and all wake at once.
        crowd.meanwhile = [lambda: crowd.time.sleep(2), *[crowd.leave] * 6]
        crowd.leave()
    assert len(crowd.left) > 14
    assert most_in_a_second(crowd.left) == 7


def test_a_request_that_was_sent_late_counts_from_then() -> None:
    """The limit holds for the instants at which requests were sent, late or not."""
    pacer, time = paced()
    first = pacer.wait()
    pacer.sent(first, 0.1)
    assert most_in_a_second([first + 0.1, *departures(pacer, time, 30)]) == 7


def test_a_pause_applies_to_sleeping_threads() -> None:
    """A thread that sleeps until its slot when a 429 arrives also waits for the pause."""
    crowd = Crowd()
    crowd.leave()
    crowd.meanwhile = [lambda: crowd.pacer.refused(5)]
    crowd.leave()
    assert crowd.left == [0, 5]


def test_a_shorter_pause_does_not_replace_a_longer_one() -> None:
    """Of several 429 answers at once, the longest pause counts, and the pace drops once."""
    pacer, time = paced()
    departures(pacer, time, 3)
    refused_at = time.clock()
    for seconds in (9, 5, 1):
        pacer.refused(seconds)
    left = departures(pacer, time, 30)
    assert left[0] >= refused_at + 9
    assert most_in_a_second(left) == 5


def test_invalid_limits_are_ignored() -> None:
    """An advertised limit that is zero, negative or missing changes nothing."""
    pacer, time = paced()
    for limit in (0, -3, None):
        pacer.answered(limit)
    assert most_in_a_second(departures(pacer, time, 20)) == 7
