"""Faults planted in the SQL: the comparison with the records must detect each of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from engines import Comparable, Engine, comparable, duckdb_project, duckdb_rows

FAULTS = {
    "entry_links": ("when not links.is_target_live then 'unpublished'", "when false then ''"),
    "orphans": ("where places.is_links_read", "where true"),
    "assets": ("locales.code = filled.locale", "filled.locale is not null"),
    "content_type_fields": ("where is_state", "where locale = 'en-US'"),
    "translations": ("where is_localized", "where true"),
    "publishing_daily": ("snapshots.created_at > entries.first_published_at", "true"),
    "environment_drift": (
        "before.field_id is null then 'added'",
        "after.field_id is null then 'added'",
    ),
    "access": ("when teams.teams is not null or read_organizations.is_teams_read", "when true"),
    "credentials": ("coalesce(last_used_at, created_at)", "last_used_at"),
    "webhooks": ("health.calls_total *", "0 *"),
    "scheduled_actions": ("when actions.status = 'scheduled' then 'overdue'", ""),
    "workflows": ("when workflows.deleted_at is not null then 'deleted'", ""),
    "usage_daily": ("date_after('reported.day', -7)", "date_after('reported.day', -8)"),
    "limits": ("and created_at < {{ window }}", ""),
    "entries": ("uses.target_type = 'Entry'", "uses.target_type = 'Entry' and uses.uses > 1"),
    "workflow_steps": ("lead(event_at)", "max(event_at)"),
    "tags": ("record_type = 'Entry' and is_live", "record_type = 'Entry'"),
    "releases": ("when statuses.status is null then 1", "when false then 1"),
    "tasks": ("tasks.status = 'active' and", ""),
    "asset_bandwidth": ("and assets.is_master", ""),
    "apps": ("count(distinct installations.space_id)", "count(installations.space_id)"),
    "seats": ("members.status = 'pending' or", ""),
    "editors_monthly": ("('last_edited', 'updated')", "('last_edited', 'created')"),
    "content_drift": ("when here.status <> in_master.status then 'other status'", ""),
    "missing_fields": ("not coalesce(is_omitted, false)", "true"),
}
"""For each mart, a part of its SQL and a plausible mistake that replaces it."""

ELSEWHERE = {"translations": "intermediate/by_entry/int_contentful__entry_locales"}
"""The model with the SQL of a mart, if the mart only selects its rows."""


@pytest.fixture(scope="module")
def faulty(
    duckdb_utc: Engine, warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Engine:
    """Give DuckDB with all faults, each in a different mart, from one run."""
    folder = tmp_path_factory.mktemp("faulty")
    copy = Path(shutil.copy(warehouse, folder))
    project = duckdb_project(folder, copy, "UTC", duckdb_utc.project.variables)
    for mart, (right, wrong) in FAULTS.items():
        model = ELSEWHERE.get(mart, f"marts/contentful__{mart}")
        file = project.folder / "models" / f"{model}.sql"
        text = file.read_text(encoding="utf-8")
        assert right in text, mart
        file.write_text(text.replace(right, wrong), encoding="utf-8")
    project.dbt("run")
    return Engine(project, partial(duckdb_rows, copy))


@pytest.mark.models
@pytest.mark.parametrize("mart", FAULTS)
def test_a_fault_is_detected(
    mart: str, wanted: Callable[[str], list[Comparable]], faulty: Engine
) -> None:
    """A mart with a fault in its SQL differs from the rows computed from the records."""
    found = map(comparable, faulty.read("analytics_contentful", f"contentful__{mart}"))
    assert sorted(found) != sorted(wanted(mart))
