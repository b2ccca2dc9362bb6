"""Generated usage of organizations and spaces."""

from __future__ import annotations

from datetime import date, timedelta

from ..account.catalogue import Sample
from ..account.maker import Maker
from ..records import link
from .demo.usage import requests_on

METRICS = ("cma", "cda", "cpa", "gql")
MOST_REQUESTS_A_DAY = 5000


def usage(maker: Maker, metric: str, place: tuple[str, str], days: tuple[date, date]) -> Sample:
    """Return the requests of a period, by day; the number of a day never changes."""
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
