"""Faults planted in the SQL: the comparison with the records must detect each of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from engines import Comparable, Engine, comparable, duckdb_project, duckdb_rows

FAULTS = {
    "entry_links": ("when not targets.is_live then 'unpublished'", "when false then ''"),
    "orphans": ("where places.is_entries_read", "where true"),
    "assets": ("locales.code = filled.locale", "filled.locale is not null"),
    "content_type_fields": ("count(distinct entry_id)", "count(*)"),
    "translations": ("where fields.is_localized", "where true"),
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
    "entries": ("links_in.target_id", "links_in.target_id and links_in.links > 1"),
}
"""For each mart, a part of its SQL and a plausible mistake that replaces it."""


@pytest.fixture(scope="module")
def faulty(
    duckdb_utc: Engine, warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Engine:
    """Give DuckDB with all faults, each in a different mart, from one run."""
    folder = tmp_path_factory.mktemp("faulty")
    copy = Path(shutil.copy(warehouse, folder))
    project = duckdb_project(folder, copy, "UTC", duckdb_utc.project.variables)
    for mart, (right, wrong) in FAULTS.items():
        file = project.folder / "models" / "marts" / f"contentful__{mart}.sql"
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
