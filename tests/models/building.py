"""Builders of all engines except the first: copies of its project on their own data."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import spark
from connections import VARIABLES
from engines import Engine, duckdb_project, duckdb_rows, missing, new_project
from postgres import Postgres

ON_SPARK_TWICE = ("entries", "access", "limits", "usage_daily")
"""The marts that Spark builds of two connections: from spaces, organizations, and both."""

ELSEWHERE = "America/New_York"


@dataclass(frozen=True)
class Given:
    """Inputs of the builders.

    ``warehouse`` is the synced DuckDB file, ``first`` is DuckDB in UTC, and ``server`` is an empty
    Postgres.  A second connection has the spaces in ``second``; its engines use ``split``.
    """

    warehouse: Path
    split: Path
    second: frozenset[str]
    first: Engine
    server: Postgres | None

    def variables(self, **more: Any) -> dict[str, Any]:
        """Return the variables of dbt for two connections, and *more*."""
        return {**self.first.project.variables, **VARIABLES, **more}


def _duckdb_twice(given: Given, folder: Path) -> Engine:
    project = duckdb_project(folder, given.split, ELSEWHERE, given.variables())
    add_typed(given.first, project.folder)
    project.dbt("build")
    return Engine(project, partial(duckdb_rows, given.split), given.second)


def _postgres(given: Given, folder: Path) -> Engine:
    return _in_postgres("UTC", given.first.project.variables, given.warehouse, given, folder)


def _postgres_twice(given: Given, folder: Path) -> Engine:
    engine = _in_postgres(ELSEWHERE, given.variables(), given.split, given, folder)
    return replace(engine, second=given.second)


def _in_postgres(
    zone: str, variables: dict[str, Any], warehouse: Path, given: Given, folder: Path
) -> Engine:
    if given.server is None:
        missing("Postgres")
    # Each time zone has its own database.
    server = given.server.created(zone.rpartition("/")[2].lower())
    server.fill(warehouse, folder / "csv")
    project = new_project(folder, "postgres", server.environment(zone), variables)
    add_typed(given.first, project.folder)
    project.dbt("run")
    return Engine(project, server.rows)


def _spark_twice(given: Given, folder: Path) -> Engine:
    if not spark.is_there():
        missing("Spark (Java, and a Python that its package takes)")
    files = spark.export(given.split, folder / "files")
    variables = given.variables(spark_files=files)
    project = new_project(folder, "spark", spark.settings(folder), variables)
    project.dbt("run", "--select", *(f"+contentful__{mart}" for mart in ON_SPARK_TWICE))
    return Engine(project, partial(spark.rows, folder), given.second)


def _spark(given: Given, folder: Path) -> Engine:
    if not spark.is_there():
        missing("Spark (Java, and a Python that its package takes)")
    files = {"spark_files": spark.export(given.warehouse, folder / "files")}
    variables = {**given.first.project.variables, **files}
    project = new_project(folder, "spark", spark.settings(folder), variables)
    add_typed(given.first, project.folder)
    # Spark needs minutes for its 500 columns, and no test compares it there.
    (typed_models(project.folder) / "awkward" / "awkward_wide.sql").unlink()
    (typed_models(project.folder) / "awkward" / "awkward_wide.yml").unlink()
    project.dbt("run")
    return Engine(project, partial(spark.rows, folder))


BUILDERS: dict[str, Callable[[Given, Path], Engine]] = {
    "spark": _spark,
    "spark, two connections": _spark_twice,
    "postgres": _postgres,
    "postgres in New York, two connections": _postgres_twice,
    "duckdb in New York, two connections": _duckdb_twice,
}
"""By engine name, the slowest first."""


def add_typed(first: Engine, package: Path) -> None:
    """Copy the typed models of the first engine into another copy of the package."""
    shutil.copytree(typed_models(first.project.folder), typed_models(package))


def typed_models(package: Path) -> Path:
    """Return the folder of the models of the project that installs the package."""
    return package / "integration_tests" / "models"
