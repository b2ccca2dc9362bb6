"""The dbt snapshots, which keep history that the API does not keep."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from engines import duckdb_project, duckdb_rows

HISTORY = "analytics_contentful_history"


@pytest.mark.models
def test_history_is_kept_if_enabled(
    warehouse: Path, variables: dict[str, Any], tmp_path: Path
) -> None:
    """An edit adds a state, a deletion ends the last state, and unchanged rows stay the same."""
    copy = Path(shutil.copy(warehouse, tmp_path))
    project = duckdb_project(
        tmp_path, copy, "UTC", {**variables, "contentful__using_history": True}
    )
    project.dbt("run", "--select", "contentful.staging")
    project.dbt("snapshot")
    with duckdb.connect(str(copy)) as connection:
        names = "SELECT id FROM tester.entries WHERE NOT _fivetran_deleted ORDER BY ALL LIMIT 2"
        (edited,), (deleted,) = connection.execute(names).fetchall()
        connection.execute(
            "UPDATE tester.entries SET updated_at = updated_at + INTERVAL 1 DAY WHERE id = ?",
            [edited],
        )
        connection.execute(
            "UPDATE tester.entries SET _fivetran_deleted = true WHERE id = ?", [deleted]
        )
    before = duckdb_rows(copy, HISTORY, "contentful__entries_history")
    project.dbt("snapshot")
    after = duckdb_rows(copy, HISTORY, "contentful__entries_history")
    assert _states(before, edited) == [True] * len(_states(before, edited))
    assert _states(after, edited) == sorted([False, True] * len(_states(before, edited)))
    assert set(_states(after, deleted)) == {False}
    assert len(after) == len(before) + len(_states(before, edited))


def _states(rows: list[dict[str, Any]], entry: str) -> list[bool]:
    """Return for each state of an entry whether it is still valid."""
    return sorted(row["dbt_valid_to"] is None for row in rows if row["entry_id"] == entry)


@pytest.mark.models
def test_no_history_is_kept_by_default(
    warehouse: Path, variables: dict[str, Any], tmp_path: Path
) -> None:
    """Without the variable there are no snapshots; models of tables not synced are empty."""
    copy = Path(shutil.copy(warehouse, tmp_path))
    project = duckdb_project(
        tmp_path, copy, "UTC", {**variables, "contentful__using_entries": False}
    )
    assert "contentful__entries_history" not in project.dbt("ls")
    with duckdb.connect(str(copy)) as connection:
        connection.execute("DROP TABLE tester.assets")
        connection.execute("ALTER TABLE tester.spaces DROP COLUMN archived_at")
    project.dbt("run", "--select", "+contentful__orphans")
    assert duckdb_rows(copy, "analytics_contentful", "contentful__orphans") == []
    assert duckdb_rows(copy, "analytics_stg_contentful", "stg_contentful__assets") == []
    spaces = duckdb_rows(copy, "analytics_stg_contentful", "stg_contentful__spaces")
    assert {row["archived_at"] for row in spaces} == {None}
