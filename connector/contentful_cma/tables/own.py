"""Tables that the connector makes itself, about its own syncs."""

from __future__ import annotations

from .columns import boolean, integer, json_column, string, timestamp
from .places import ACCOUNT
from .table import Full, Table

SYNC_COVERAGE = Table(
    "SYNC_COVERAGE",
    ACCOUNT,
    "",
    "Whether each table could be read in each place, and why not; made by the connector itself.",
    (
        string("organization_id", "", "The organization, for tables of organizations."),
        string("space_id", "", "The space, for tables of spaces and environments."),
        string("environment_id", "", "The environment, for tables of environments."),
        string("status", "", "`read`, `skipped` or `incomplete`."),
        string("reason", "", "Why it was skipped, or what was left out."),
    ),
    key=(
        string("table_name", "", "What was to be read."),
        string(
            "place", "", "Its place: the ids of space and environment, or of the organization."
        ),
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
        timestamp("ended_at", "", "When it ended, or had come so far, in UTC."),
        integer("requests", "", "Requests that it made until then."),
        integer("rows_written", "", "Rows that it wrote, but for those of this table."),
        integer("rows_deleted", "", "Rows that it deleted until then."),
        json_column("due", "", "The tables that it read wherever they are."),
        boolean("is_complete", "", "Whether all that was due was read; a failed sync is none."),
    ),
    key=(timestamp("started_at", "", "When it began by the API's clock, in UTC."),),
    sys=(),
    # Its rows are history: they stay when everything else is read again.
    read=Full(keeps_gone=True),
)
