"""The period that a sync covers, and the check whether a sync is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from contentful_cma.values import read_instant, to_millis_text

from .configuration import Configuration

OVERLAP = timedelta(minutes=1)
"""The overlap of a period with the previous one.

A listing may show ``updatedAt`` some milliseconds later than the response to the edit did, and
several records can share one instant.
"""


@dataclass(frozen=True)
class TimeRange:
    """A period: *start* is inclusive, None without a limit; *end* is the start of the sync.

    Requests have no upper bound, and the next period starts at this one's end.  So a record that
    is edited during the sync may be read twice, but is never missed.
    """

    start: datetime | None
    end: datetime


def get_time_range(
    configuration: Configuration, last_success: str | None, now: datetime
) -> TimeRange:
    """Return the period of a sync that starts *now* (server's clock, aware).

    *last_success* is the ``end`` of the last period that was read completely.  If None, the period
    starts ``initial_sync_days`` ago.
    """
    if not configuration.enable_incremental_sync:
        return TimeRange(None, now)
    if last_success is not None:
        return TimeRange(read_instant(last_success) - OVERLAP, now)
    bound = initial_bound(configuration, now)
    return TimeRange(None if bound is None else read_instant(bound), now)


def initial_bound(configuration: Configuration, now: datetime) -> str | None:
    """Return the start of a first sync's period; older records are omitted.

    None if ``initial_sync_days`` is not set.
    """
    days = configuration.initial_sync_days
    return None if days is None else to_millis_text(now - timedelta(days=days))


def is_due(configuration: Configuration, last_success: str | None, now: datetime) -> bool:
    """Return whether ``sync_frequency_hours`` have passed at *now* (aware)."""
    hours = configuration.sync_frequency_hours
    return hours is None or has_passed(hours, last_success, now)


def has_passed(hours: float, since: str | None, now: datetime) -> bool:
    """Return whether *hours* have passed at *now* (aware); True if *since* is None.

    A run may be early by a tenth of the period, at most ten minutes, because schedulers are not
    punctual.  An instant in the future means that a clock was wrong, so the run does not wait.
    """
    if since is None:
        return True
    elapsed = (now - read_instant(since)).total_seconds()
    period = hours * 3600
    return elapsed < 0 or elapsed >= period - min(period / 10, 600)
