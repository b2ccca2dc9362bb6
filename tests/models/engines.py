"""The warehouses in which the package is tried, and how dbt is run there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from fivetran import ROOT

DBT = ROOT / ".venv-models" / "bin" / "dbt"
PROJECT = ROOT / "dbt_contentful" / "integration_tests"
Row = dict[str, Any]


@dataclass(frozen=True)
class Project:
    """A copy of the package with the project that installs it, run against one warehouse."""

    folder: Path
    target: str
    environment: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)

    def dbt(self, *arguments: str, variables: dict[str, Any] | None = None) -> str:
        """Run dbt and return what it printed; RuntimeError with all of it on failure."""
        given = json.dumps({**self.variables, **(variables or {})})
        options = ["--target", self.target, "--vars", given]
        command = [str(DBT), "--no-use-colors", arguments[0], *options, *arguments[1:]]
        done = subprocess.run(
            command,
            cwd=self.folder / "integration_tests",
            env={**os.environ, "DO_NOT_TRACK": "1", **self.environment},
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"dbt {' '.join(arguments)} failed.\n{done.stdout}{done.stderr}")
        return done.stdout


def copied_package(folder: Path) -> Path:
    """Copy the package, so that nothing that dbt writes is in the way of anything else."""
    copy = folder / "dbt_contentful"
    left_out = shutil.ignore_patterns("target", "logs", "dbt_packages", "*.lock")
    shutil.copytree(ROOT / "dbt_contentful", copy, ignore=left_out)
    return copy


def duckdb_project(folder: Path, warehouse: Path, zone: str = "UTC", **more: Any) -> Project:
    """Return a project that works in a DuckDB file."""
    environment = {"CONTENTFUL_WAREHOUSE": str(warehouse), "CONTENTFUL_ZONE": zone}
    project = Project(copied_package(folder), "duckdb", environment, more)
    project.dbt("deps")
    return project


def duckdb_rows(warehouse: Path, relation: str) -> list[Row]:
    """Return the rows of a relation in a DuckDB file."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(f"SELECT * FROM {relation}")  # noqa: S608 - our own names
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def comparable(row: Row) -> tuple[tuple[str, str], ...]:
    """Return a row as something to compare and sort: by column, numbers to nine places."""
    return tuple(sorted((name, _shown(value)) for name, value in row.items()))


def _shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, (int, float, Decimal)):
        return f"{round(float(value), 9) + 0.0:.9g}"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="milliseconds")
    return value.isoformat() if isinstance(value, date) else str(value)
