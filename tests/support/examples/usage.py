"""Examples of the group `usage`: a record holds many days of one metric, a row is one day."""

from __future__ import annotations

from .example import ACME, Example, link

ORGANIZATION_USAGE = Example(
    "ORGANIZATION_USAGE",
    "organizations/acme/organization_periodic_usages",
    "cma",
    {
        "metric": "cma",
        "usage": 30,
        "usagePerDay": {"2025-01-01": 10, "2025-01-02": 20},
        "unitOfMeasure": "apiRequestsCount",
        "dateRange": {"startAt": "2025-01-01", "endAt": "2025-01-02"},
        "sys": {
            "type": "OrganizationPeriodicUsage",
            "id": "usage-cma-acme-2025-01-01-2025-01-02",
            "organization": link("Organization", "acme"),
        },
    },
    (
        {
            **ACME,
            "metric": "cma",
            "day": "2025-01-01",
            "usage": 10,
            "unit_of_measure": "apiRequestsCount",
        },
        {
            **ACME,
            "metric": "cma",
            "day": "2025-01-02",
            "usage": 20,
            "unit_of_measure": "apiRequestsCount",
        },
    ),
    {"usagePerDay": {"2025-01-01": 11, "2025-01-02": 20}, "usage": 31},
    {"usage": 11},
    ("organization_id", "metric", "day"),
    answered=True,
    stays=True,
)

SPACE_USAGE = Example(
    "SPACE_USAGE",
    "organizations/acme/space_periodic_usages",
    "cda",
    {
        "metric": "cda",
        "usage": 7,
        "usagePerDay": {"2025-01-01": 7},
        "unitOfMeasure": "apiRequestsCount",
        "dateRange": {"startAt": "2025-01-01", "endAt": "2025-01-01"},
        "sys": {
            "type": "SpacePeriodicUsage",
            "id": "usage-cda-shop-2025-01-01-2025-01-01",
            "organization": link("Organization", "acme"),
            "space": link("Space", "shop"),
        },
    },
    (
        {
            **ACME,
            "space_id": "shop",
            "metric": "cda",
            "day": "2025-01-01",
            "usage": 7,
            "unit_of_measure": "apiRequestsCount",
        },
    ),
    {"usagePerDay": {"2025-01-01": 8}, "usage": 8},
    {"usage": 8},
    ("organization_id", "space_id", "metric", "day"),
    answered=True,
    stays=True,
)

USAGE = (ORGANIZATION_USAGE, SPACE_USAGE)
