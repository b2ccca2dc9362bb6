"""Aliases of environments in the typed models."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from engines import PROJECT, TYPED_FROM, Project, duckdb_project, duckdb_rows, write_typed

from benchmarks.models_scale import fill

BY_HAND = "{{ contentful.contentful_entries('article', 's', 'master', 'en-US') }}"
"""A user's own model, whose fields are queried at compile time."""

RELEASES = """
UPDATE tester.{table} SET environment_id = 'release-1';
INSERT INTO tester.{table} BY NAME
    SELECT * REPLACE ('release-2' AS environment_id) FROM tester.{table}
"""
ENTRIES = """
DELETE FROM tester.entries WHERE environment_id = 'release-2' AND id NOT IN ('e1', 'e2');
INSERT INTO tester.environment_aliases BY NAME
    SELECT 's' AS space_id, 'master' AS id, 'release-1' AS environment_id,
        false AS _fivetran_deleted
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Give a warehouse of release-1 with ten entries, alias `master`, and release-2 with two."""
    path = tmp_path / "warehouse.db"
    fill(path, 10)
    with duckdb.connect(str(path)) as connection:
        for table in ("entries", "content_types", "content_type_fields", "locales"):
            connection.execute(RELEASES.format(table=table))
        connection.execute(ENTRIES)
    return path


@pytest.fixture
def project(tmp_path: Path, warehouse: Path) -> Project:
    """Give a project with the staging models that the typed models need."""
    found = duckdb_project(tmp_path, warehouse, "UTC", {})
    found.dbt("run", "--select", *(f"stg_contentful__{table}" for table in TYPED_FROM))
    return found


def entries(warehouse: Path, model: str) -> set[str]:
    """Return the ids of the entries in a typed model."""
    return {row["entry_id"] for row in duckdb_rows(warehouse, "analytics", model)}


@pytest.mark.models
def test_typed_models_follow_an_alias(project: Project, warehouse: Path) -> None:
    """When an alias is switched, models of its name have the entries of its new target."""
    models = project.folder / PROJECT.name / "models"
    write_typed(project, "by_default")
    write_typed(project, "by_space", space="s", environment="master")
    (models / "by_hand.sql").write_text(BY_HAND, encoding="utf-8")
    written = (models / "by_default" / "by_default_article.sql").read_text(encoding="utf-8")
    assert "environment='master'" in written
    built = ("run", "--select", "contentful_integration_tests")
    project.dbt(*built)
    names = ("by_default_article", "by_space_article", "by_hand")
    assert [len(entries(warehouse, name)) for name in names] == [10, 10, 10]
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("UPDATE tester.environment_aliases SET environment_id = 'release-2'")
    project.dbt(*built)
    assert [entries(warehouse, name) for name in names] == [{"e1", "e2"}] * 3


@pytest.mark.models
def test_an_environment_that_is_named_is_not_an_alias(project: Project, warehouse: Path) -> None:
    """The name of an environment selects it, also if an alias points to it."""
    write_typed(project, "named", environment="release-1")
    write_typed(project, "second", space=["s"], environment="release-2")
    project.dbt("run", "--select", "contentful_integration_tests")
    assert len(entries(warehouse, "named_article")) == 10
    assert len(entries(warehouse, "second_article")) == 2
