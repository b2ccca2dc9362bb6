"""What period a sync covers, and whether it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from contentful_cma.values import read_instant, to_millis_text

from .configuration import Configuration

OVERLAP = timedelta(minutes=1)
"""How far a period reaches back into the one before it.

The API's ``updatedAt`` has been seen some milliseconds later in a listing than in the answer to
the edit, and several records can share one instant.
"""


@dataclass(frozen=True)
class TimeRange:
    """A period: *start* is inclusive and None at the beginning of time, *end* is the sync's start.

    No request asks for an upper bound: a record edited while it is read may come twice, never not
    at all, because the next period begins at this one's end.
    """

    start: datetime | None
    end: datetime


def get_time_range(
    configuration: Configuration, last_success: str | None, now: datetime
) -> TimeRange:
    """Return the period that a sync beginning *now* (server's clock, aware) has to cover.

    *last_success* is the ``end`` of the last period that was read completely, None before the
    first one, which reaches back ``initial_sync_days``.
    """
    if not configuration.enable_incremental_sync:
        return TimeRange(None, now)
    if last_success is not None:
        return TimeRange(read_instant(last_success) - OVERLAP, now)
    bound = initial_bound(configuration, now)
    return TimeRange(None if bound is None else read_instant(bound), now)


def initial_bound(configuration: Configuration, now: datetime) -> str | None:
    """Return the instant before whose updates a first sync at *now* leaves records out.

    None where ``initial_sync_days`` is not set.
    """
    days = configuration.initial_sync_days
    return None if days is None else to_millis_text(now - timedelta(days=days))


def is_due(configuration: Configuration, last_success: str | None, now: datetime) -> bool:
    """Tell whether a run at *now* (aware) comes late enough after the last one."""
    hours = configuration.sync_frequency_hours
    return hours is None or has_passed(hours, last_success, now)


def has_passed(hours: float, since: str | None, now: datetime) -> bool:
    """Tell whether *hours* have passed at *now* (aware) since an instant, None being never.

    Schedulers are not punctual: a run may come early by a tenth of the period, at most ten
    minutes. An instant in the future means that a clock was wrong, and is no reason to wait.
    """
    if since is None:
        return True
    elapsed = (now - read_instant(since)).total_seconds()
    period = hours * 3600
    return elapsed < 0 or elapsed >= period - min(period / 10, 600)
