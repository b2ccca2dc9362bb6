"""How much the API is used, by day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contentful_cma.values import Record

from .columns import link, text, whole
from .people import ADMIN
from .places import ORGANIZATION
from .table import Periodic, Table


def daily(record: Record) -> Iterator[dict[str, Any]]:
    """Yield one record for each day of a usage record, which holds up to 45 days of one metric."""
    days = record.get("usagePerDay")
    for day, usage in days.items() if isinstance(days, dict) else ():
        yield {**record, "day": day, "usage": usage}


_USAGE_COLUMNS = (
    whole("usage", "usage", "Requests on that day."),
    text("unit_of_measure", "unitOfMeasure"),
)


_METRIC = text("metric", "metric", "`cma`, `cda`, `cpa` or `gql`.")


_DAY = text("day", "day", "The day, as `YYYY-MM-DD`.")


_USAGE_NEEDS = f"{ADMIN}; Contentful ends this endpoint on 2027-02-28"


ORGANIZATION_USAGE = Table(
    "ORGANIZATION_USAGE",
    ORGANIZATION,
    "organization_periodic_usages",
    "API requests of the organization, by metric and day; days that the API no longer tells stay.",
    _USAGE_COLUMNS,
    key=(_METRIC, _DAY),
    sys=(),
    read=Periodic(),
    records=daily,
    needs=_USAGE_NEEDS,
)


SPACE_USAGE = Table(
    "SPACE_USAGE",
    ORGANIZATION,
    "space_periodic_usages",
    "API requests of a space, by metric and day; days that the API no longer tells stay.",
    _USAGE_COLUMNS,
    key=(link("space_id", "sys.space"), _METRIC, _DAY),
    sys=(),
    read=Periodic(),
    records=daily,
    needs=_USAGE_NEEDS,
)


TABLES = (
    ORGANIZATION_USAGE,
    SPACE_USAGE,
)
