"""Examples of the group `usage`: a record of days of a metric, a row for each day."""

from __future__ import annotations

from .example import ACME, IN_ORGANIZATION, Example, Record, Row, link

ANY_METRIC = "organizations/acme/*usages*"
"""Every endpoint that usage is read from, the older ones too."""


def usage(metric: str, data: list[float | None], **dimensions: Record) -> Record:
    """Return what is answered of a metric for the last days of February 2025."""
    return {
        "sys": {
            "id": f"usage-{metric}",
            "type": "AggregatedUsage",
            "key": metric,
            "organization": link("Organization", "acme"),
            "unitOfMeasurement": "Invocation",
            "accumulation": "integrate",
            "dimensions": dimensions,
        },
        "dateRange": {"start": "2025-02-26", "end": "2025-02-28"},
        "granularity": "P1D",
        "data": data,
        "dataLastUpdatedAt": "2025-02-28T03:04:05Z",
    }


def row(metric: str, day: str, used: float, **more: str) -> Row:
    """Return the row of a metric and day."""
    what = {"metric": metric, "day": day, "usage": used, "unit_of_measure": "Invocation"}
    return {**ACME, **more, **what}


ORGANIZATION_USAGE = Example(
    "ORGANIZATION_USAGE",
    "organizations/acme/usages/functions_invocations",
    "functions_invocations",
    usage("functions_invocations", [10, None, 2.5]),
    (
        row("functions_invocations", "2025-02-26", 10.0),
        row("functions_invocations", "2025-02-28", 2.5),
    ),
    {"data": [11, None, 2.5]},
    {"usage": 11.0},
    ("organization_id", "metric", "day"),
    endpoint=ANY_METRIC,
    answered=True,
    stays=True,
)

SPACE_USAGE = Example(
    "SPACE_USAGE",
    "organizations/acme/usages/functions_invocations",
    "functions_invocations",
    usage("functions_invocations", [7], space=link("Space", "shop")),
    (row("functions_invocations", "2025-02-26", 7.0, space_id="shop"),),
    {"data": [8]},
    {"usage": 8.0},
    ("organization_id", "space_id", "metric", "day"),
    endpoint=ANY_METRIC,
    answered=True,
    stays=True,
)

ASSET_BANDWIDTH = Example(
    "ASSET_BANDWIDTH",
    "organizations/acme/usages-detailed/asset_bandwidth",
    "asset-sun",
    {
        "usedBandwidth": 123_456.5,
        "sys": {
            "id": "asset-sun",
            "type": "AssetBandwidthUsage",
            "asset": link("Asset", "asset-sun"),
            "space": link("Space", "shop"),
            "day": "2025-02-28",
        },
    },
    (
        {
            **ACME,
            "day": "2025-02-28",
            "space_id": "shop",
            "asset_id": "asset-sun",
            "used_bandwidth": 123_456.5,
        },
    ),
    {"usedBandwidth": 200_000},
    {"used_bandwidth": 200_000.0},
    ("organization_id", "day", "space_id", "asset_id"),
)

SPACE_ADD_ONS = Example(
    "SPACE_ADD_ONS",
    "organizations/acme/space_add_ons",
    "add-on-records",
    {
        "name": "records",
        "used": 24_000,
        "allocated": 50_000,
        "sys": {
            "id": "add-on-records",
            "type": "SpaceAddOn",
            "organization": link("Organization", "acme"),
        },
    },
    (
        {
            **ACME,
            "id": "add-on-records",
            "name": "records",
            "used": 24_000.0,
            "allocated": 50_000.0,
            "created_at": None,
            "updated_at": None,
        },
    ),
    {"used": 24_001},
    {"used": 24_001.0},
    IN_ORGANIZATION,
)

USAGE = (ORGANIZATION_USAGE, SPACE_USAGE, ASSET_BANDWIDTH, SPACE_ADD_ONS)
