"""How much the demo account is asked for, by day."""

from __future__ import annotations

from datetime import date

from ...account.maker import Maker
from .plan import SPACES
from .rhythm import rhythm, weight

ORDINARY = {"cma": 2_400, "cda": 61_000, "cpa": 900, "gql": 14_000}
"""Requests of the whole account on an ordinary day."""
SHARES = (70, 25, 5)
"""How many of a hundred requests are for each space."""


def requests_on(maker: Maker, metric: str, place: str, day: date) -> int:
    """Return the requests of an organization or a space on a day, which never change."""
    spaces = {maker.space_id(number): number for number in range(len(SPACES))}
    if place in spaces:
        return _of_space(maker, metric, spaces[place], day)
    return sum(
        _of_space(maker, metric, number, day)
        for number, space in enumerate(SPACES)
        if maker.organization_id(space.organization) == place
    )


def _of_space(maker: Maker, metric: str, number: int, day: date) -> int:
    """Return those of a space; customers also come at the weekend, editors do not."""
    today = rhythm(maker).today
    work = weight(day, today)
    busy = work if metric in ("cma", "cpa") else 0.5 + work / 2
    noise = 90 + maker.number(21, "usage", metric, number, day)
    return round(ORDINARY[metric] * SHARES[number] / 100 * busy * noise / 100)
