"""Freshness depends on SYNCS only, because an unchanged table is not stale."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from engines import duckdb_project

FRESHNESS = ("source", "freshness", "--select", "source:contentful.syncs")


@pytest.mark.models
def test_only_complete_syncs_keep_the_tables_fresh(
    warehouse: Path, variables: dict[str, Any], tmp_path: Path
) -> None:
    """A day after the last complete sync dbt warns; after three days dbt fails."""
    copy = Path(shutil.copy(warehouse, tmp_path))
    project = duckdb_project(tmp_path, copy, "UTC", variables)
    output = [project.dbt(*FRESHNESS)]
    _let_pass(copy, "25 HOURS")
    output.append(project.dbt(*FRESHNESS))
    _let_pass(copy, "2 DAYS")
    with pytest.raises(RuntimeError, match=r"ERROR STALE freshness of contentful\.syncs"):
        project.dbt(*FRESHNESS)
    assert "PASS freshness of contentful.syncs" in output[0]
    assert "WARN freshness of contentful.syncs" in output[1]


def _let_pass(warehouse: Path, time: str) -> None:
    """Move all syncs into the past, and add a sync that has just failed."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"UPDATE tester.syncs SET ended_at = ended_at - INTERVAL {time}")
        connection.execute(
            "INSERT INTO tester.syncs BY NAME SELECT now() AS started_at, now() AS ended_at,"
            " false AS is_complete"
        )
