"""Daily usage of the API, and limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from contentful_cma.values import Record

from .columns import double, link, string, timestamp
from .people import ADMIN
from .places import ORGANIZATION, SPACE
from .table import LARGEST_PAGE, ByDay, Table

NAMES = {
    "api_call_cma": "cma",
    "api_call_cda": "cda",
    "api_call_cpa": "cpa",
    "api_call_graphql": "gql",
}
"""Metrics that keep the names of the older endpoints, which continues their series."""

OF_SPACES = (
    *NAMES,
    "api_call_total",
    "functions_invocations",
    "asset_bandwidth",
    "ai_action_invocation",
    "ai_action_word_count",
    "ai_consumption_unit",
)
"""Metrics that the API reports by space
(https://www.contentful.com/developers/docs/references/content-management-api/, "Usage")."""


def daily(record: Record) -> Iterator[dict[str, Any]]:
    """Yield one record for each day of a usage record, which has several days of one metric.

    ``data`` has a number for each day from ``dateRange.start``, or NULL for a day that is not yet
    computed.  Older endpoints have the days in ``usagePerDay``.
    """
    sys, requested = record.get("sys"), record.get("requested") or {}
    key = sys.get("key") if isinstance(sys, dict) else None
    metric = record.get("metric") or key or requested.get("metric")
    for day, usage in _days(record):
        yield {**record, "metric": NAMES.get(str(metric), metric), "day": day, "usage": usage}


def _days(record: Record) -> Iterator[tuple[str, Any]]:
    """Yield each day of a record with its usage, in either shape of the API."""
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
    double("usage", "usage", "Amount on that day, in units of `unit_of_measure`."),
    string(
        "unit_of_measure",
        "sys.unitOfMeasurement|unitOfMeasure",
        "Unit of `usage`, such as `apiRequestsCount`.",
    ),
)

_METRIC = string(
    "metric",
    "metric",
    "Called API (`cma`, `cda`, `cpa` or `gql`), or a metric's name such as `asset_bandwidth`.",
)

_DAY = string("day", "day", "Date as `YYYY-MM-DD`.")

_NEEDS = f"{ADMIN}; if the API refuses this endpoint, the older `{{}}` is read instead"

ORGANIZATION_USAGE = Table(
    "ORGANIZATION_USAGE",
    ORGANIZATION,
    "usages/{metric}",
    "One row per metric and day of the organization. Days outside the API's window stay until a"
    " re-sync.",
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
    "One row per space, metric and day. Days outside the API's window stay until a re-sync.",
    _USAGE_COLUMNS,
    LARGEST_PAGE,
    query=(("group", "sys.dimensions.space.sys.id"),),
    key=(
        link("space_id", "sys.dimensions.space|sys.space", "Space of the usage (SPACES)."),
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
    "One row per day and asset, for the 30 assets with the most traffic on the day.",
    (double("used_bandwidth", "usedBandwidth", "Traffic of the asset on that day."),),
    key=(
        string("day", "requested.day", _DAY.description),
        link("space_id", "sys.space", "Space that holds the asset (SPACES)."),
        link("asset_id", "sys.asset", "Asset with the traffic (ASSETS)."),
    ),
    sys=(),
    read=ByDay(("asset_bandwidth",), days_at_once=1, look_back=31, restated=3, is_whole=True),
    needs=ADMIN,
)

_RESOURCE = string("name", "name", "Resource such as `records`, `environments` or `contentTypes`.")

_UPDATED = "Time of the last change, in UTC; NULL if not reported."

SPACE_ADD_ONS = Table(
    "SPACE_ADD_ONS",
    ORGANIZATION,
    "space_add_ons",
    "One row per add-on that the organization has bought for its spaces beyond their plans.",
    (
        _RESOURCE,
        double("used", "used", "Amount in use by the spaces."),
        double("allocated", "allocated", "Amount given to the spaces."),
    ),
    sys=(
        timestamp("created_at", "sys.createdAt", "Purchase time, in UTC; NULL if not reported."),
        timestamp("updated_at", "sys.updatedAt", _UPDATED),
    ),
    needs=f"an Enterprise plan, and {ADMIN}",
)

SPACE_RECORD_LIMITS = Table(
    "SPACE_RECORD_LIMITS",
    SPACE,
    "space_add_ons",
    "One row per limited resource of a space, such as records, with usage and limit.",
    (
        _RESOURCE,
        double("used", "used", "Amount in use by the space."),
        double("allocated", "allocated", "Maximum that the space may use."),
    ),
    sys=(
        timestamp("created_at", "sys.createdAt", "Allocation time, in UTC; NULL if not reported."),
        timestamp("updated_at", "sys.updatedAt", _UPDATED),
    ),
    needs="an Enterprise plan",
)

TABLES = (
    ORGANIZATION_USAGE,
    SPACE_USAGE,
    ASSET_BANDWIDTH,
    SPACE_ADD_ONS,
    SPACE_RECORD_LIMITS,
)
