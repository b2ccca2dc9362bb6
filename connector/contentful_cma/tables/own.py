"""Tables that the connector fills with facts about its syncs."""

from __future__ import annotations

from .columns import boolean, integer, json_column, string, timestamp
from .places import ACCOUNT
from .table import Full, Table

SYNC_COVERAGE = Table(
    "SYNC_COVERAGE",
    ACCOUNT,
    "",
    "One row per table and place (account, organization, space or environment): whether the table"
    " was read, and why not. Written by the connector.",
    (
        string("organization_id", "", "Organization of the place; NULL for other places."),
        string("space_id", "", "Space of the place; NULL for the account and organizations."),
        string("environment_id", "", "Environment of the place; NULL for other places."),
        string(
            "status", "", "Result of the last scheduled read: `read`, `skipped` or `incomplete`."
        ),
        string("reason", "", "Cause of the skip, or the omitted records; NULL if read."),
    ),
    key=(
        string("table_name", "", "Name of a selected table, such as `ENTRIES`."),
        string("place", "", "Ids of the place, separated by `/`; empty for the account."),
    ),
    sys=(),
)
"""Selected with every table outside the group `core`."""

SYNCS = Table(
    "SYNCS",
    ACCOUNT,
    "",
    "One row per sync, also without changes. Written by the connector if `tables` names SYNCS.",
    (
        timestamp("ended_at", "", "End of the sync, in UTC; latest progress after a failure."),
        integer("requests", "", "Number of API requests until `ended_at`."),
        integer("rows_written", "", "Number of rows written until `ended_at`, except in SYNCS."),
        integer("rows_deleted", "", "Number of rows deleted until `ended_at`."),
        json_column("due", "", "Names of the tables scheduled for the sync."),
        boolean("is_complete", "", "True if every table due was read; false after a failure."),
    ),
    key=(timestamp("started_at", "", "Start of the sync by the API's clock, in UTC."),),
    sys=(),
    # These rows are history: a full read of the other tables keeps them.
    read=Full(keeps_missing=True),
)
