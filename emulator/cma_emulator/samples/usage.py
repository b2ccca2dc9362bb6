"""Generated usage of organizations and spaces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from ..account.catalog import Sample
from ..account.maker import Maker
from ..records import Scope, link
from .core import owner_of, spaces_of
from .demo.usage import requests_on

METRICS = ("cma", "cda", "cpa", "gql")
AGGREGATED = {
    "api_call_cma": "requests",
    "api_call_cda": "requests",
    "api_call_cpa": "requests",
    "api_call_graphql": "requests",
    "api_call_total": "requests",
    "functions_invocations": "Invocation",
    "asset_bandwidth": "bytes",
    "ai_action_invocation": "Invocation",
    "ai_action_word_count": "words",
    "ai_consumption_unit": "units",
    "monthly_active_profiles": "Profile",
}
"""The metrics of the newer endpoint, with their units."""

OLD_NAMES = {
    "api_call_cma": "cma",
    "api_call_cda": "cda",
    "api_call_cpa": "cpa",
    "api_call_graphql": "gql",
}
COMPUTED = "2026-11-24T03:04:05Z"
MOST_REQUESTS_A_DAY = 5000


def used(maker: Maker, metric: str, identifier: str, day: date) -> float:
    """Return the usage of a day; ``api_call_total`` is the sum of the other calls."""
    if metric == "api_call_total":
        return sum(used(maker, one, identifier, day) for one in OLD_NAMES)
    found = _on(maker, OLD_NAMES.get(metric, metric), identifier, day)
    return found + 0.5 if metric == "ai_consumption_unit" else found


def aggregated(maker: Maker, metric: str, place: tuple[str, str], days: list[date]) -> Sample:
    """Return the usage of a metric by day, of an organization or of one of its spaces."""
    kind, identifier = place
    dimensions = {kind: link(kind.title(), identifier)} if kind == "space" else {}
    body = {
        "dateRange": {"start": days[0].isoformat(), "end": days[-1].isoformat()},
        "granularity": "P1D",
        "data": [used(maker, metric, identifier, day) for day in days],
        "dataLastUpdatedAt": COMPUTED,
    }
    sys = {
        "key": metric,
        "unitOfMeasurement": AGGREGATED[metric],
        "accumulation": "integrate",
        "dimensions": dimensions,
    }
    return Sample(f"{metric}-{identifier}-{days[0]}-{days[-1]}", body, sys)


def top_assets(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the traffic of two assets on each of the five days up to 2026-11-24."""
    for space in spaces_of(maker, scope["organization"])[:1]:
        for number in range(DAYS_OF_TRAFFIC):
            day = LAST_TRAFFIC - timedelta(days=number)
            for asset in range(2):
                place = ("bandwidth", space, asset, day)
                sys = {
                    "asset": link("Asset", f"asset-{asset}"),
                    "space": link("Space", space),
                    "day": day.isoformat(),
                }
                traffic = {"usedBandwidth": 1 + maker.number(1 << 30, *place)}
                yield Sample(maker.identifier(*place), traffic, sys)


DAYS_OF_TRAFFIC = 5
LAST_TRAFFIC = date(2026, 11, 24)


def add_ons(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the add-ons of an organization."""
    for name, allocated in ADD_ONS.items():
        yield _add_on(maker, name, scope["organization"], 10 * allocated)


def add_ons_of_space(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the add-ons that the organization has allocated to a space."""
    return allocated_add_ons(maker, scope["space"], owner_of(maker, scope["space"]))


def allocated_add_ons(maker: Maker, space: str, organization: str) -> Iterator[Sample]:
    """Yield the add-ons of a space, with a link to its organization."""
    sys = {"organization": link("Organization", organization)}
    for name, allocated in ADD_ONS.items():
        yield replace(_add_on(maker, name, space, allocated), sys=sys)


ADD_ONS = {"environments": 1, "contentTypes": 10, "records": 10_000}
"""The allocation of a space, by add-on; that of an organization is 10 times as large."""


def _add_on(maker: Maker, name: str, owner: str, allocated: int) -> Sample:
    place = ("add-on", owner, name)
    body = {"name": name, "used": maker.number(allocated + 1, *place), "allocated": allocated}
    return Sample(maker.identifier(*place), body)


def usage(maker: Maker, metric: str, place: tuple[str, str], days: tuple[date, date]) -> Sample:
    """Return the requests of a period by day; the number of a day does not change."""
    kind, identifier = place
    first, last = days
    each = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    by_day = {day.isoformat(): _on(maker, metric, identifier, day) for day in each}
    body = {
        "metric": metric,
        "usage": sum(by_day.values()),
        "usagePerDay": by_day,
        "unitOfMeasure": "apiRequestsCount",
        "dateRange": {"startAt": first.isoformat(), "endAt": last.isoformat()},
    }
    period = f"{first.isoformat()}-{last.isoformat()}"
    name = f"usage-{metric}-{identifier}-{period}"
    return Sample(name, body, {kind: link(kind.title(), identifier)})


def _on(maker: Maker, metric: str, identifier: str, day: date) -> int:
    if maker.settings.demo:
        return requests_on(maker, metric, identifier, day)
    return maker.number(MOST_REQUESTS_A_DAY, metric, identifier, day)
