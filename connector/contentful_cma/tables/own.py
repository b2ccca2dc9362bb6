"""Tables that the connector makes itself, about its own syncs."""

from __future__ import annotations

from .columns import flag, instant, json, text, whole
from .places import ACCOUNT
from .table import Full, Table

SYNC_COVERAGE = Table(
    "SYNC_COVERAGE",
    ACCOUNT,
    "",
    "Whether each table could be read in each place, and why not; made by the connector itself.",
    (
        text("organization_id", "", "The organization, for tables of organizations."),
        text("space_id", "", "The space, for tables of spaces and environments."),
        text("environment_id", "", "The environment, for tables of environments."),
        text("status", "", "`read`, `skipped` or `incomplete`."),
        text("reason", "", "Why it was skipped, or what was left out."),
    ),
    key=(
        text("table_name", "", "What was to be read."),
        text("place", "", "Its place: the ids of space and environment, or of the organization."),
    ),
    sys=(),
)
"""Comes with any table beyond the group `core`."""

SYNCS = Table(
    "SYNCS",
    ACCOUNT,
    "",
    "A sync, whether or not it changed anything; made by the connector itself, only when named.",
    (
        instant("ended_at", "", "When it ended, or had come so far, in UTC."),
        whole("requests", "", "Requests that it made until then."),
        whole("rows_written", "", "Rows that it wrote, but for those of this table."),
        whole("rows_deleted", "", "Rows that it deleted until then."),
        json("due", "", "The tables that it read wherever they are."),
        flag("is_complete", "", "Whether all that was due was read; a failed sync is none."),
    ),
    key=(instant("started_at", "", "When it began by the API's clock, in UTC."),),
    sys=(),
    # Its rows are history: they stay when everything else is read again.
    read=Full(keeps_gone=True),
)
