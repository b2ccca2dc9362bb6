"""Sync Contentful through Fivetran every six hours, and wait until the sync ends.

Requires apache-airflow 3 and airflow-provider-fivetran-async, a connection ``fivetran`` in Airflow
(login: API key, password: API secret), and the variable ``contentful_connection_id``.
The first run turns off Fivetran's own schedule of the connection; Airflow then starts each sync.

A run unpauses a paused connection: to keep it from syncing, pause the DAG too.
A run stops a sync that is running and starts another, which resumes from the last checkpoint.
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
    # Fails when the sync fails; uses no worker while it waits.
    sync = FivetranOperator(
        task_id="sync",
        fivetran_conn_id="fivetran",
        connector_id="{{ var.value.contentful_connection_id }}",
        execution_timeout=timedelta(hours=5),
    )
    # Add tasks that need the rows here: sync >> build_models
