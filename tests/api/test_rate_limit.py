"""The pace of requests, on a clock that sleeping moves."""

from __future__ import annotations

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
    for _ in range(100):
        pacer.answered(7)
    assert most_in_a_second(departures(pacer, time, 40)) == 7


def test_absurd_limits_are_ignored() -> None:
    """A limit of zero or less, or none, changes nothing."""
    pacer, time = paced()
    for limit in (0, -3, None):
        pacer.answered(limit)
    assert most_in_a_second(departures(pacer, time, 20)) == 7
