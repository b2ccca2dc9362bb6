"""Sync Contentful through Fivetran every six hours, and wait until the sync ends.

Requires dagster and dagster-fivetran, and the environment variables FIVETRAN_ACCOUNT_ID,
FIVETRAN_API_KEY, FIVETRAN_API_SECRET and CONTENTFUL_CONNECTION_ID.
The first run turns off Fivetran's own schedule of the connection; Dagster then starts each sync.

A run fails if the connection is paused, as every new connection is: unpause it in Fivetran first.
A run stops a sync that is running and starts another, which resumes from the last checkpoint.
"""

import os

import dagster as dg
from dagster_fivetran import FivetranWorkspace


@dg.op
def sync(fivetran: FivetranWorkspace) -> None:
    """Start a sync and wait; fail if the sync fails or none was started."""
    connection = os.environ["CONTENTFUL_CONNECTION_ID"]
    synced = fivetran.get_client().sync_and_poll(connection, poll_timeout=5 * 3600)
    # Dagster only logs a warning if the connection is paused.
    if synced is None:
        raise dg.Failure(f"No sync was started: unpause the connection {connection} in Fivetran.")


@dg.job
def contentful() -> None:
    """Sync; add ops that need the rows here."""
    sync()


defs = dg.Definitions(
    jobs=[contentful],
    schedules=[dg.ScheduleDefinition(job=contentful, cron_schedule="0 */6 * * *")],
    resources={
        "fivetran": FivetranWorkspace(
            account_id=dg.EnvVar("FIVETRAN_ACCOUNT_ID"),
            api_key=dg.EnvVar("FIVETRAN_API_KEY"),
            api_secret=dg.EnvVar("FIVETRAN_API_SECRET"),
        )
    },
)
