"""Sync Contentful through Fivetran every six hours, and wait until the rows are there.

Needs apache-airflow 3 and airflow-provider-fivetran-async, a connection ``fivetran`` in Airflow
(login: API key, password: API secret), and the variable ``contentful_connection_id``.
The first run takes the connection off Fivetran's own schedule, so that only Airflow starts it.

A run unpauses a paused connection: pause the DAG as well to keep it from syncing.
A run stops a sync that is running, and starts it again from its last checkpoint.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow.sdk import DAG
from fivetran_provider_async.operators import FivetranOperator

with DAG(
    "contentful",
    schedule=timedelta(hours=6),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
) as dag:
    # Fails when the sync fails; while it waits it takes no worker.
    sync = FivetranOperator(
        task_id="sync",
        fivetran_conn_id="fivetran",
        connector_id="{{ var.value.contentful_connection_id }}",
        execution_timeout=timedelta(hours=5),
    )
    # What needs the rows comes here: sync >> build_models
