"""Builders of all engines except the first: copies of its project on their own data."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import spark
from engines import Engine, duckdb_project, duckdb_rows, missing, new_project
from postgres import Postgres

ELSEWHERE = "America/New_York"


@dataclass(frozen=True)
class Given:
    """Inputs of the builders: the synced DuckDB file, DuckDB in UTC, a filled Postgres server."""

    warehouse: Path
    first: Engine
    server: Postgres | None


def _duckdb(given: Given, folder: Path) -> Engine:
    copy = Path(shutil.copy(given.warehouse, folder))
    project = duckdb_project(folder, copy, ELSEWHERE, given.first.project.variables)
    add_typed(given.first, project.folder)
    project.dbt("run")
    return Engine(project, partial(duckdb_rows, copy))


def _postgres(zone: str, given: Given, folder: Path) -> Engine:
    if given.server is None:
        missing("Postgres")
    # Each time zone has its own database.
    server = given.server.copied(zone.rpartition("/")[2].lower())
    environment = server.environment(zone)
    project = new_project(folder, "postgres", environment, given.first.project.variables)
    add_typed(given.first, project.folder)
    project.dbt("run")
    return Engine(project, server.rows)


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
    "postgres": partial(_postgres, "UTC"),
    "postgres in New York": partial(_postgres, ELSEWHERE),
    "duckdb in New York": _duckdb,
}
"""By engine name, the slowest first."""


def add_typed(first: Engine, package: Path) -> None:
    """Copy the typed models of the first engine into another copy of the package."""
    shutil.copytree(typed_models(first.project.folder), typed_models(package))


def typed_models(package: Path) -> Path:
    """Return the folder of the models of the project that installs the package."""
    return package / "integration_tests" / "models"
