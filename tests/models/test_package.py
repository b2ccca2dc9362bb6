"""The package's documentation, keys and names, read from dbt's manifest."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import defaultdict
from typing import Any

import pytest
from engines import DBT, Engine

from contentful_cma.tables import TABLES

NAMES = re.compile(r"(stg|int)_contentful__[a-z_]+|contentful__[a-z_]+")


@pytest.fixture(scope="module")
def manifest(duckdb_utc: Engine) -> dict[str, Any]:
    """Give dbt's manifest of the project that installs the package."""
    path = duckdb_utc.project.folder / "integration_tests" / "target" / "manifest.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the package's models by name."""
    nodes = manifest["nodes"].values()
    ours = [one for one in nodes if one["package_name"] == "contentful"]
    return {one["name"]: one for one in ours if one["resource_type"] == "model"}


@pytest.mark.models
def test_every_column_is_described(models: dict[str, dict[str, Any]], duckdb_utc: Engine) -> None:
    """Each model and each of its columns has a description, and no other column has one."""
    actual: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in duckdb_utc.read("information_schema", "columns"):
        actual[row["table_schema"], row["table_name"]].append(row["column_name"])
    for name, model in models.items():
        described = {column: one["description"] for column, one in model["columns"].items()}
        assert model["description"], name
        assert sorted(described) == sorted(actual[model["schema"], name]), name
        assert all(described.values()), name


@pytest.mark.models
def test_every_key_is_tested(manifest: dict[str, Any], models: dict[str, dict[str, Any]]) -> None:
    """Each model has a test of its key."""
    tests = [one for one in manifest["nodes"].values() if one["resource_type"] == "test"]
    tested = {
        one["attached_node"].rpartition(".")[2]
        for one in tests
        if one["test_metadata"]["name"] == "key"
    }
    assert set(models) - tested == set()


@pytest.mark.models
def test_names_follow_fivetrans_packages(models: dict[str, dict[str, Any]]) -> None:
    """Model names follow Fivetran's packages, and each table has a staging model."""
    assert [name for name in models if not NAMES.fullmatch(name)] == []
    staged = {name.removeprefix("stg_contentful__") for name in models if name.startswith("stg_")}
    assert {table.name.lower() for table in TABLES} - staged == set()


@pytest.mark.models
def test_the_unit_tests_pass(duckdb_utc: Engine) -> None:
    """All dbt unit tests of the package pass."""
    # dbt runs only the unit tests of the project, not those of its packages.
    folder = duckdb_utc.project.folder
    variables = json.dumps({"contentful_schema": "tester"})
    options = ["--profiles-dir", "integration_tests", "--profile", "contentful"]
    command = [str(DBT), "test", *options, "--vars", variables, "--select", "test_type:unit"]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **duckdb_utc.project.environment, "DO_NOT_TRACK": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"PASS=[1-9]\d* WARN=0 ERROR=0", done.stdout)


@pytest.mark.models
def test_an_unsupported_warehouse_is_reported(duckdb_utc: Engine) -> None:
    """A macro that is missing for a warehouse fails dbt at parse time, with a message."""
    macros = duckdb_utc.project.folder / "macros" / "adapters" / "times.sql"
    text = macros.read_text(encoding="utf-8")
    macros.write_text(text.replace("duckdb__utc", "elsewhere__utc"), encoding="utf-8")
    try:
        with pytest.raises(RuntimeError, match="contentful: no utc for duckdb"):
            duckdb_utc.project.dbt("parse", "--no-partial-parse")
    finally:
        macros.write_text(text, encoding="utf-8")
