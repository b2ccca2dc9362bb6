"""The pace of requests, on a clock that sleeping moves."""

from __future__ import annotations

from typing import Callable

from contentful_cma.api.rate_limit import RateLimiter
from support.warehouse import FastTime


def departures(pacer: RateLimiter, time: FastTime, count: int) -> list[float]:
    """Return the seconds at which *count* requests leave."""
    left = []
    for _ in range(count):
        pacer.wait()
        left.append(time.clock())
    return left


def most_in_a_second(left: list[float]) -> int:
    """Return the largest number of requests in any second."""
    return max(sum(1 for other in left if start <= other < start + 1) for start in left)


def paced(ceiling: float | None = None) -> tuple[RateLimiter, FastTime]:
    """Return a pacer and its clock."""
    time = FastTime()
    return RateLimiter(ceiling, time.clock, time.sleep), time


def test_seven_a_second_until_told_otherwise() -> None:
    """No second holds more than 7 requests, and no more than 4 % of the limit is left unused."""
    left = departures(*paced(), 70)
    assert most_in_a_second(left) == 7
    assert left[-1] <= 69 / 7 * 1.045


def test_the_advertised_limit_is_followed() -> None:
    """An advertised limit of 10 or of 3 is the pace from then on."""
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


def test_a_refusal_pauses_everyone_and_slows_down() -> None:
    """After a 429 nobody leaves before its seconds are over, and then fewer do for a while."""
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
    """Threads that share a pacer, played by one: while one sleeps, something else happens."""

    def __init__(self) -> None:
        """Begin with nobody asleep."""
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


def test_threads_that_wake_late_do_not_crowd_a_second() -> None:
    """Slots that threads oversleep are no reason to send more than the limit in a second."""
    crowd = Crowd()
    for _ in range(3):
        # Each of seven takes its slot while those before it sleep, and all wake at one time.
        crowd.meanwhile = [lambda: crowd.time.sleep(2), *[crowd.leave] * 6]
        crowd.leave()
    assert len(crowd.left) > 14
    assert most_in_a_second(crowd.left) == 7


def test_a_pause_holds_for_threads_that_already_sleep() -> None:
    """A thread that sleeps until its slot when a 429 comes leaves after the pause."""
    crowd = Crowd()
    crowd.leave()
    crowd.meanwhile = [lambda: crowd.pacer.refused(5)]
    crowd.leave()
    assert crowd.left == [0, 5]


def test_a_shorter_pause_shortens_none() -> None:
    """Of two 429 answers that come together the longer pause counts, and one slows us down."""
    pacer, time = paced()
    departures(pacer, time, 3)
    refused_at = time.clock()
    for seconds in (9, 5, 1):
        pacer.refused(seconds)
    left = departures(pacer, time, 30)
    assert left[0] >= refused_at + 9
    assert most_in_a_second(left) == 5


def test_absurd_limits_are_ignored() -> None:
    """A limit of zero or less, or none, changes nothing."""
    pacer, time = paced()
    for limit in (0, -3, None):
        pacer.answered(limit)
    assert most_in_a_second(departures(pacer, time, 20)) == 7
