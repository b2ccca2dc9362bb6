"""How much the API is used, by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from contentful_cma.values import Record

from .columns import double, link, string, timestamp
from .people import ADMIN
from .places import ORGANIZATION
from .table import LARGEST_PAGE, ByDay, Table

NAMES = {
    "api_call_cma": "cma",
    "api_call_cda": "cda",
    "api_call_cpa": "cpa",
    "api_call_graphql": "gql",
}
"""Metrics that keep the names of the older endpoints, so that a series of them goes on."""

OF_SPACES = (
    *NAMES,
    "api_call_total",
    "functions_invocations",
    "asset_bandwidth",
    "ai_action_invocation",
    "ai_action_word_count",
    "ai_consumption_unit",
)
"""Metrics that can be told by space
(https://www.contentful.com/developers/docs/references/content-management-api/, "Usage")."""


def daily(record: Record) -> Iterator[dict[str, Any]]:
    """Yield one record for each day of a usage record, which holds several days of one metric.

    ``data`` has a number for each day from ``dateRange.start``, NULL for one that is not computed
    yet; older endpoints have the days in ``usagePerDay``.
    """
    sys, asked = record.get("sys"), record.get("asked") or {}
    key = sys.get("key") if isinstance(sys, dict) else None
    metric = record.get("metric") or key or asked.get("metric")
    for day, usage in _days(record):
        yield {**record, "metric": NAMES.get(str(metric), metric), "day": day, "usage": usage}


def _days(record: Record) -> Iterator[tuple[str, Any]]:
    """Yield each day of a record with its figure, in either shape of the API."""
    days, data, period = (record.get(name) for name in ("usagePerDay", "data", "dateRange"))
    if isinstance(days, dict):
        yield from days.items()
    try:
        first = date.fromisoformat(
            str(period.get("start"))[:10] if isinstance(period, dict) else ""
        )
    except ValueError:
        return
    for number, usage in enumerate(data if isinstance(data, list) else ()):
        if usage is not None:
            yield (first + timedelta(days=number)).isoformat(), usage


_USAGE_COLUMNS = (
    double("usage", "usage", "How much on that day, in the unit beside it."),
    string("unit_of_measure", "sys.unitOfMeasurement|unitOfMeasure", "What is counted."),
)

_METRIC = string(
    "metric",
    "metric",
    "`cma`, `cda`, `cpa` and `gql` for the kinds of API calls, and the API's own names such as"
    " `asset_bandwidth` for all else.",
)

_DAY = string("day", "day", "The day, as `YYYY-MM-DD`.")

_NEEDS = f"{ADMIN}; where this endpoint is refused, `{{}}` is read until Contentful ends it"

ORGANIZATION_USAGE = Table(
    "ORGANIZATION_USAGE",
    ORGANIZATION,
    "usages/{metric}",
    "Daily usage of the organization by metric; days past the API's window stay until a re-sync.",
    _USAGE_COLUMNS,
    LARGEST_PAGE,
    key=(_METRIC, _DAY),
    sys=(),
    read=ByDay((*OF_SPACES, "monthly_active_profiles"), legacy="organization_periodic_usages"),
    records=daily,
    needs=_NEEDS.format("organization_periodic_usages"),
)

SPACE_USAGE = Table(
    "SPACE_USAGE",
    ORGANIZATION,
    "usages/{metric}",
    "Daily usage of a space by metric; days past the API's window stay until a re-sync.",
    _USAGE_COLUMNS,
    LARGEST_PAGE,
    query=(("group", "sys.dimensions.space.sys.id"),),
    key=(
        link("space_id", "sys.dimensions.space|sys.space", "Where it was used (SPACES)."),
        _METRIC,
        _DAY,
    ),
    sys=(),
    read=ByDay(OF_SPACES, legacy="space_periodic_usages"),
    records=daily,
    needs=_NEEDS.format("space_periodic_usages"),
)

ASSET_BANDWIDTH = Table(
    "ASSET_BANDWIDTH",
    ORGANIZATION,
    "usages-detailed/{metric}",
    "An asset that was among the 30 with the most traffic of a day, and how much it had.",
    (double("used_bandwidth", "usedBandwidth", "Traffic of the asset on that day."),),
    key=(
        string("day", "asked.day", "The day, as `YYYY-MM-DD`."),
        link("space_id", "sys.space", "Where the asset is (SPACES)."),
        link("asset_id", "sys.asset", "What was fetched (ASSETS)."),
    ),
    sys=(),
    read=ByDay(("asset_bandwidth",), days_at_once=1, look_back=31, restated=3, is_whole=True),
    needs=ADMIN,
)

SPACE_ADD_ONS = Table(
    "SPACE_ADD_ONS",
    ORGANIZATION,
    "space_add_ons",
    "What the organization has bought for its spaces beyond their plans, and how much is in use.",
    (
        string("name", "name", "`records`, `environments`, `contentTypes` or the like."),
        double("used", "used", "How much of it the spaces use."),
        double("allocated", "allocated", "How much of it is given to spaces."),
    ),
    sys=(
        timestamp("created_at", "sys.createdAt", "When it was bought, where the API tells."),
        timestamp("updated_at", "sys.updatedAt", "When it last changed, where the API tells."),
    ),
    needs=f"an Enterprise plan, and {ADMIN}",
)

TABLES = (
    ORGANIZATION_USAGE,
    SPACE_USAGE,
    ASSET_BANDWIDTH,
    SPACE_ADD_ONS,
)
