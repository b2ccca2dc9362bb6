"""How much was asked of an organization and of its spaces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from .. import paths
from ..account.resource import Resource
from ..backends import GATEKEEPER
from ..errors import validation_failed
from ..records import Record
from ..samples import usage as samples
from .core import spaces_of_organization
from .endpoint import Call, Endpoint, Special

LONGEST_PERIOD_DAYS = 45

USAGE = Endpoint(
    Resource(
        path=f"{paths.ORGANIZATION}/organization_periodic_usages",
        type="OrganizationPeriodicUsage",
        back_end=GATEKEEPER,
        order="metric",
        filters=("metric",),
        default_limit=100,
        authored=False,
        dated=False,
        first_version=None,
        addressable=False,
    ),
    derived=lambda call: _usages(call, [("organization", call.scope["organization"])]),
)
SPACE_USAGE = Endpoint(
    replace(
        USAGE.resource,
        path=f"{paths.ORGANIZATION}/space_periodic_usages",
        type="SpacePeriodicUsage",
        links=(),
        order="sys.id",
    ),
    derived=lambda call: _usages(call, [("space", one) for one in _space_ids(call)]),
)


def _space_ids(call: Call) -> list[str]:
    return [space["sys"]["id"] for space in spaces_of_organization(call)]


def _usages(call: Call, places: list[tuple[str, str]]) -> Iterator[Record]:
    days = _period(call)
    for place in places:
        if not call.account.is_generated(f"{place[0]}s/{place[1]}/usage"):
            continue
        for metric in samples.METRICS:
            sample = samples.usage(call.account.maker, metric, place, days)
            yield call.account.sampled(call.resource, call.scope, sample)


def _period(call: Call) -> tuple[date, date]:
    """Return the first and last day that a call asks for, by default the last 45 days."""
    asked = call.parameters
    today = call.account.clock.now().date()
    try:
        last = date.fromisoformat(asked.get("dateRange.endAt", today.isoformat())[:10])
        earliest = last - timedelta(days=LONGEST_PERIOD_DAYS - 1)
        first = date.fromisoformat(asked.get("dateRange.startAt", earliest.isoformat())[:10])
    except ValueError as problem:
        raise validation_failed("date", ["dateRange"], None, str(problem)) from None
    if not earliest <= first <= last:
        message = "The period must be of 45 days at most."
        raise validation_failed("dateRange", ["dateRange"], first.isoformat(), message)
    return first, min(last, today)


ENDPOINTS = (USAGE, SPACE_USAGE)
SPECIALS: tuple[Special, ...] = ()
