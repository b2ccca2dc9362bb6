"""Sync Contentful through Fivetran every six hours, and wait until the rows are there.

Needs dagster and dagster-fivetran, and FIVETRAN_ACCOUNT_ID, FIVETRAN_API_KEY, FIVETRAN_API_SECRET
and CONTENTFUL_CONNECTION_ID in the environment.
The first run takes the connection off Fivetran's own schedule, so that only Dagster starts it.

A run fails where the connection is paused, as Fivetran creates it: unpause it in Fivetran first.
A run stops a sync that is running, and starts it again from its last checkpoint.
"""

import os

import dagster as dg
from dagster_fivetran import FivetranWorkspace


@dg.op
def sync(fivetran: FivetranWorkspace) -> None:
    """Start a sync and wait; the run fails when the sync does, and when none was started."""
    connection = os.environ["CONTENTFUL_CONNECTION_ID"]
    synced = fivetran.get_client().sync_and_poll(connection, poll_timeout=5 * 3600)
    # Dagster only logs a warning where the connection is paused.
    if synced is None:
        raise dg.Failure(f"No sync was started: unpause the connection {connection} in Fivetran.")


@dg.job
def contentful() -> None:
    """Sync, and whatever needs the rows."""
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
