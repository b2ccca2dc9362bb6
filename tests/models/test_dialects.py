"""The SQL for warehouses that cannot be run here is parsed, which proves only its syntax."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from engines import DBT, Engine, missing, new_project

PARSE = Path(__file__).with_name("parse_sql.py")


@pytest.mark.models
@pytest.mark.parametrize("dialect", ["snowflake", "bigquery", "redshift", "databricks"])
def test_the_sql_of_another_warehouse_parses(
    dialect: str, duckdb_utc: Engine, tmp_path: Path
) -> None:
    """Each model compiles without a connection into SQL that its dialect's parser accepts."""
    python = str(DBT.with_name("python"))
    adapter = f"import dbt.adapters.{dialect}"
    if subprocess.run([python, "-c", adapter], check=False, capture_output=True).returncode:
        missing(f"dbt's adapter for {dialect}")
    project = new_project(tmp_path, dialect, {}, duckdb_utc.project.variables)
    models = Path("integration_tests") / "models"
    shutil.copytree(duckdb_utc.project.folder / models, project.folder / models)
    project.dbt("compile", "--no-introspect", "--no-populate-cache")
    compiled = project.folder / "integration_tests" / "target" / "compiled"
    done = subprocess.run(
        [python, str(PARSE), dialect, str(compiled)], check=True, capture_output=True, text=True
    )
    result = json.loads(done.stdout)
    assert result["faults"] == []
    assert result["parsed"] >= len(list((project.folder / "models").rglob("*.sql")))
