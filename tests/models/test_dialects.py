"""The SQL for warehouses that are not here: it is parsed, which proves its syntax and no more."""

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
    """Every model is compiled without a connection into SQL that its warehouse's grammar knows."""
    python = str(DBT.with_name("python"))
    there = f"import dbt.adapters.{dialect}"
    if subprocess.run([python, "-c", there], check=False, capture_output=True).returncode:
        missing(f"dbt's adapter for {dialect}")
    project = new_project(tmp_path, dialect, {}, duckdb_utc.project.variables)
    models = Path("integration_tests") / "models"
    shutil.copytree(duckdb_utc.project.folder / models, project.folder / models)
    project.dbt("compile", "--no-introspect", "--no-populate-cache")
    compiled = project.folder / "integration_tests" / "target" / "compiled"
    done = subprocess.run(
        [python, str(PARSE), dialect, str(compiled)], check=True, capture_output=True, text=True
    )
    told = json.loads(done.stdout)
    assert told["faults"] == []
    assert told["parsed"] >= len(list((project.folder / "models").rglob("*.sql")))
