"""Usage of the demo account, by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ...account.catalog import Sample
from ...account.maker import Maker
from ...records import Scope, link
from .activity import activity, weight
from .plan import SPACES, asset_id, organization_of

ORDINARY = {
    "cma": 2_400,
    "cda": 61_000,
    "cpa": 900,
    "gql": 14_000,
    "functions_invocations": 320,
    "asset_bandwidth": 5_400_000_000,
    "ai_action_invocation": 40,
    "ai_action_word_count": 5_200,
    "ai_consumption_unit": 65,
    "monthly_active_profiles": 1_900,
}
"""The usage of the whole account on an ordinary day, by metric."""
BY_EDITORS = ("cma", "cpa", "ai_action_invocation", "ai_action_word_count", "ai_consumption_unit")
SHARES = (70, 25, 5)
"""The share of each space, in percent."""


TRAFFIC_DAYS = 40
TOP = 8


def requests_on(maker: Maker, metric: str, place: str, day: date) -> int:
    """Return the usage of an organization or a space on a day; it does not change."""
    spaces = {maker.space_id(number): number for number in range(len(SPACES))}
    if place in spaces:
        return _of_space(maker, metric, spaces[place], day)
    return sum(
        _of_space(maker, metric, number, day)
        for number, space in enumerate(SPACES)
        if maker.organization_id(space.organization) == place
    )


def top_assets(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the traffic of the most used assets of each space, on each of the last 40 days."""
    today = activity(maker).today
    for number, space in enumerate(SPACES):
        if space.organization != organization_of(maker, scope):
            continue
        for ago in range(1, TRAFFIC_DAYS + 1):
            day = today - timedelta(days=ago)
            for asset in range(TOP):
                key = (space.name, asset, day)
                most = SHARES[number] << 20
                busy = 0.5 + weight(day, today) / 2
                sys = {
                    "asset": link("Asset", asset_id(maker, space, asset * 3)),
                    "space": link("Space", maker.space_id(number)),
                    "day": day.isoformat(),
                }
                used = round((most + maker.number(most, *key)) * busy / (asset + 1))
                yield Sample(maker.identifier("demo traffic", *key), {"usedBandwidth": used}, sys)


def _of_space(maker: Maker, metric: str, number: int, day: date) -> int:
    """Return the usage of a space; customers use it at the weekend too, editors hardly do."""
    today = activity(maker).today
    work = weight(day, today)
    busy = work if metric in BY_EDITORS else 0.5 + work / 2
    noise = 90 + maker.number(21, "usage", metric, number, day)
    return round(ORDINARY[metric] * SHARES[number] / 100 * busy * noise / 100)
