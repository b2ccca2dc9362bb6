"""Usage of an organization and of its spaces, and their add-ons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from .. import paths
from ..account.catalog import Origin
from ..account.resource import Resource
from ..answers import Answer, to_json
from ..backends import CONTENT, GATEKEEPER
from ..errors import not_found, validation_failed
from ..listing.paging import envelope
from ..records import Record, changed, link_id
from ..samples import usage as samples
from .core import spaces_of_organization
from .endpoint import Call, Endpoint, Rules, Special

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
    """Return the first and last day of the requested period; default: the last 45 days."""
    given = call.parameters
    today = call.account.clock.now().date()
    try:
        last = date.fromisoformat(given.get("dateRange.endAt", today.isoformat())[:10])
        earliest = last - timedelta(days=LONGEST_PERIOD_DAYS - 1)
        first = date.fromisoformat(given.get("dateRange.startAt", earliest.isoformat())[:10])
    except ValueError as problem:
        raise validation_failed("date", ["dateRange"], None, str(problem)) from None
    if not earliest <= first <= last:
        message = "The period must be of 45 days at most."
        raise validation_failed("dateRange", ["dateRange"], first.isoformat(), message)
    return first, min(last, today)


LONGEST_WINDOW_DAYS = 31
LOOK_BACK_DAYS = 366
MOST_MONTHS = 12
MOST_SKIPPED = 10_000
BY_SPACE = "sys.dimensions.space.sys.id"


def _aggregated(call: Call) -> Answer:
    """Answer with the usage of one metric, of the organization or of each space."""
    given, metric = call.parameters, call.scope["metric"]
    if metric not in samples.AGGREGATED:
        raise not_found(call.resource.back_end, call.resource.type, {}, metric)
    first, last = _window(call)
    groups = given.get("group", "")
    if groups not in {"", BY_SPACE} or (groups and metric == "monthly_active_profiles"):
        raise validation_failed("group", ["group"], groups, "This metric has no such dimension.")
    places = [("organization", call.scope["organization"])]
    if groups:
        places = [("space", one) for one in _space_ids(call)]
    today = call.account.clock.now().date()
    days = [first + timedelta(days=one) for one in range((min(last, today) - first).days + 1)]
    records = [
        call.account.sampled(
            call.resource, call.scope, samples.aggregated(call.account.maker, metric, one, days)
        )
        for one in places
        if days and call.account.is_generated(f"{one[0]}s/{one[1]}/usage")
    ]
    limit, skip = _paging(given)
    parts = {"total": len(records), "skip": skip, "limit": limit}
    items = [to_json(one) for one in records[skip : skip + limit]]
    return Answer(200, envelope(call.resource, parts, items))


def _paging(given: dict[str, str]) -> tuple[int, int]:
    limit, skip = int(given.get("limit", "100")), int(given.get("skip", "0"))
    if not 1 <= limit <= CONTENT.largest_limit or not 0 <= skip <= MOST_SKIPPED:
        raise validation_failed("limit", ["limit"], limit, "limit or skip is out of range.")
    return limit, skip


def _window(call: Call) -> tuple[date, date]:
    """Return the first and last day for the newer endpoints; both are required."""
    given, today = call.parameters, call.account.clock.now().date()
    try:
        first, last = (date.fromisoformat(given[f"date[{one}]"][:10]) for one in ("gte", "lte"))
    except (KeyError, ValueError) as problem:
        raise validation_failed("required", ["date"], None, str(problem)) from None
    earliest = today - timedelta(days=LOOK_BACK_DAYS)
    longest = timedelta(days=LONGEST_WINDOW_DAYS - 1)
    if not earliest <= first <= last <= first + longest:
        message = "A window has 31 days at most and begins at most 12 months ago."
        raise validation_failed("date", ["date"], first.isoformat(), message)
    return first, last


AGGREGATED = Endpoint(
    Resource(
        path=f"{paths.ORGANIZATION}/usages/{{metric}}",
        type="AggregatedUsage",
        back_end=CONTENT,
        links=("organization",),
        leading=("sys",),
        authored=False,
        dated=False,
        first_version=None,
        addressable=False,
    ),
    Rules(listed=_aggregated),
)

LARGEST_RANKING = 30


def _detailed(call: Call) -> Answer:
    """Answer with the assets with the most traffic in a window, without total and skip."""
    first, last = _window(call)
    traffic: dict[tuple[str, str], Record] = {}
    for record in call.collection.records():
        if not first.isoformat() <= record["sys"]["day"] <= last.isoformat():
            continue
        shown = changed(record, day=None)
        key = (str(link_id(record["sys"]["space"])), str(link_id(record["sys"]["asset"])))
        known = traffic.get(key, {"usedBandwidth": 0})
        shown["usedBandwidth"] += known["usedBandwidth"]
        traffic[key] = shown
    ranked = sorted(traffic.values(), key=lambda one: -one["usedBandwidth"])
    items = [to_json(one) for one in ranked[:LARGEST_RANKING]]
    return Answer(200, envelope(call.resource, {"limit": LARGEST_RANKING}, items))


DETAILED = Endpoint(
    Resource(
        path=f"{paths.ORGANIZATION}/usages-detailed/asset_bandwidth",
        type="AssetBandwidthUsage",
        back_end=CONTENT,
        links=(),
        leading=("sys",),
        authored=False,
        dated=False,
        first_version=None,
        addressable=False,
    ),
    Rules(listed=_detailed),
    Origin(samples.top_assets),
)
ADD_ONS = Endpoint(
    Resource(
        path=f"{paths.ORGANIZATION}/space_add_ons",
        type="SpaceAddOn",
        back_end=GATEKEEPER,
        authored=False,
        dated=False,
        first_version=None,
        order="name",
        orders=("name",),
        default_limit=100,
    ),
    origin=Origin(samples.add_ons),
)

SPACE_ADD_ONS = Endpoint(
    replace(ADD_ONS.resource, path=f"{paths.SPACE}/space_add_ons"),
    origin=Origin(samples.add_ons_of_space),
)

ENDPOINTS = (USAGE, SPACE_USAGE, AGGREGATED, DETAILED, ADD_ONS, SPACE_ADD_ONS)
SPECIALS: tuple[Special, ...] = ()
