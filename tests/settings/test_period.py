"""The period that a sync covers, and the time when a run is due."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from contentful_cma.settings.configuration import Configuration
from contentful_cma.settings.period import TimeRange, get_time_range, is_due
from contentful_cma.tables import configure

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def configured(**settings: str) -> Configuration:
    """Return a configuration with these settings."""
    return configure({"access_token": "cma-token", **settings})


@pytest.mark.parametrize(
    ("settings", "last", "start"),
    [
        ({}, None, None),
        ({"initial_sync_days": "30"}, None, datetime(2026, 1, 30, 12, tzinfo=timezone.utc)),
        ({}, "2026-02-28T10:00:00Z", datetime(2026, 2, 28, 9, 59, tzinfo=timezone.utc)),
        (
            {"initial_sync_days": "1"},
            "2026-02-01T10:00:00Z",
            datetime(2026, 2, 1, 9, 59, tzinfo=timezone.utc),
        ),
        ({"enable_incremental_sync": "false"}, "2026-02-28T10:00:00Z", None),
    ],
)
def test_the_period(settings: dict, last: str | None, start: datetime | None) -> None:
    """A period starts one minute before the end of the last one, or where a first sync starts."""
    assert get_time_range(configured(**settings), last, NOW) == TimeRange(start, NOW)


@pytest.mark.parametrize(
    ("hours", "elapsed", "due"),
    [
        ("6", timedelta(hours=5, minutes=49), False),
        ("6", timedelta(hours=5, minutes=50), True),
        ("1", timedelta(minutes=53), False),
        ("1", timedelta(minutes=54), True),
        ("0.1", timedelta(minutes=5), False),
        ("0.1", timedelta(minutes=5, seconds=24), True),
        ("6", timedelta(hours=-1), True),
        ("999999999", timedelta(days=3650), False),
    ],
)
def test_when_a_run_is_due(hours: str, elapsed: timedelta, due: bool) -> None:  # noqa: FBT001
    """A run may be early by a tenth of the period, at most by ten minutes."""
    last = (NOW - elapsed).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert is_due(configured(sync_frequency_hours=hours), last, NOW) is due
    assert is_due(configured(), last, NOW)
    assert is_due(configured(sync_frequency_hours=hours), None, NOW)
