"""Sync Contentful through Fivetran every six hours, and wait until the rows are there.

Needs dagster and dagster-fivetran, and FIVETRAN_ACCOUNT_ID, FIVETRAN_API_KEY, FIVETRAN_API_SECRET
and CONTENTFUL_CONNECTION_ID in the environment.
The first run takes the connection off Fivetran's own schedule, so that only Dagster starts it.
"""

import os

import dagster as dg
from dagster_fivetran import FivetranWorkspace


@dg.op
def sync(fivetran: FivetranWorkspace) -> None:
    """Start a sync and wait; the run fails when the sync does."""
    connection = os.environ["CONTENTFUL_CONNECTION_ID"]
    fivetran.get_client().sync_and_poll(connection, poll_timeout=5 * 3600)


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
