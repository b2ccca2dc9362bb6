"""Warehouses that lack tables or columns: all models build, and unknown figures are NULL."""

from __future__ import annotations

import shutil
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest
from engines import Engine, Project, duckdb_project, duckdb_rows
from marts import KEYS

from contentful_cma.tables import GROUPS

ALONE = [(name,) for name in GROUPS]
PAIRS = list(combinations(GROUPS, 2))
BLOCKED = {
    "entries": ("links", "fields", "tags", "field_status"),
    "assets": ("fields", "tags"),
    "releases": ("entities",),
}
"""Columns that a user may have blocked in Fivetran, by table."""


def _build_some(
    warehouse: Path, folder: Path, variables: dict[str, Any], groups: tuple[str, ...]
) -> Project:
    """Build all models on the tables of some groups; pairs of groups have SYNC_COVERAGE, too."""
    kept = {name.lower() for group in groups for name in GROUPS[group]}
    kept |= {"sync_coverage"} if len(groups) > 1 else set()
    copy = Path(shutil.copy(warehouse, folder))
    with duckdb.connect(str(copy)) as connection:
        query = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'tester'"
        left_out = {one for (one,) in connection.execute(query).fetchall()} - kept
        coverage = "DELETE FROM tester.sync_coverage WHERE lower(table_name) IN (SELECT unnest(?))"
        connection.execute(coverage, [[*left_out]])
        for table in left_out:
            connection.execute(f"DROP TABLE tester.{table}")
    project = duckdb_project(folder, copy, "UTC", variables)
    project.dbt("build", "--exclude", "test_type:unit")
    return project


@pytest.mark.models
@pytest.mark.parametrize("groups", [("core",)])
def test_some_groups_build(
    groups: tuple[str, ...], warehouse: Path, variables: dict[str, Any], tmp_path: Path
) -> None:
    """All models build, and their tests pass, with the tables of some groups only."""
    _build_some(warehouse, tmp_path, variables, groups)


@pytest.mark.deep
@pytest.mark.parametrize("groups", [*ALONE, *PAIRS], ids="-".join)
def test_all_groups_and_pairs_build(
    groups: tuple[str, ...], warehouse: Path, variables: dict[str, Any], tmp_path: Path
) -> None:
    """All models build, and their tests pass, with each group and each pair of groups."""
    _build_some(warehouse, tmp_path, variables, groups)


@pytest.mark.models
def test_a_missing_column_makes_figures_unknown(
    installed: Engine, warehouse: Path, variables: dict[str, Any], tmp_path: Path
) -> None:
    """Without a column, each value of a mart is as before or NULL, and no row is new."""
    copy = Path(shutil.copy(warehouse, tmp_path))
    with duckdb.connect(str(copy)) as connection:
        for table, columns in BLOCKED.items():
            for column in columns:
                connection.execute(f"ALTER TABLE tester.{table} DROP COLUMN {column}")
    project = duckdb_project(tmp_path, copy, "UTC", variables)
    project.dbt("run")
    changed = 0
    for mart in KEYS:
        name = f"contentful__{mart}"
        before = _by_key(mart, installed.read("analytics_contentful", name))
        after = _by_key(mart, duckdb_rows(copy, "analytics_contentful", name))
        assert after.keys() <= before.keys(), mart
        for key, row in after.items():
            other = {
                column: (value, before[key][column])
                for column, value in row.items()
                if value != before[key][column]
            }
            assert all(value is None for value, _ in other.values()), (mart, key, other)
            changed += len(other)
    assert changed


def _by_key(mart: str, rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[name] for name in KEYS[mart]): row for row in rows}
