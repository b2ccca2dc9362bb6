"""Freshness depends on SYNCS only, because an unchanged table is not stale."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from engines import duckdb_project, duckdb_rows

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


@pytest.mark.models
def test_freshness_can_be_switched_off(
    warehouse: Path, variables: dict[str, Any], tmp_path: Path
) -> None:
    """Without SYNCS and with its variable, source freshness looks at no table."""
    copy = Path(shutil.copy(warehouse, tmp_path))
    with duckdb.connect(str(copy)) as connection:
        connection.execute("DROP TABLE tester.syncs")
    given = {**variables, "contentful__using_syncs": False}
    project = duckdb_project(tmp_path, copy, "UTC", given)
    assert "syncs" not in project.dbt("source", "freshness")
    project.dbt("run", "--select", "stg_contentful__syncs")
    assert duckdb_rows(copy, "analytics_stg_contentful", "stg_contentful__syncs") == []
