"""The warehouses in which the package is tested, and the commands that run dbt there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import pytest

from tools.project import ROOT

DBT = ROOT / ".venv-models" / "bin" / "dbt"
PROJECT = ROOT / "dbt_contentful" / "integration_tests"
Row = dict[str, Any]

TYPED_FROM = (
    *("entries", "content_types", "content_type_fields", "locales", "environment_aliases"),
)
"""The tables from which the operation `contentful_models` builds the typed models."""


@dataclass(frozen=True)
class Project:
    """A copy of the package with the project that installs it, run against one warehouse."""

    folder: Path
    target: str
    environment: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)

    def dbt(self, *arguments: str) -> str:
        """Run dbt and return its output; raise RuntimeError with the output on failure."""
        options = ["--target", self.target, "--vars", json.dumps(self.variables)]
        command = [str(DBT), "--no-use-colors", *arguments, *options]
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
    """Copy the package, to keep dbt's output apart from other runs."""
    copy = folder / "dbt_contentful"
    left_out = shutil.ignore_patterns("target", "logs", "dbt_packages", "*.lock")
    shutil.copytree(ROOT / "dbt_contentful", copy, ignore=left_out)
    shutil.rmtree(copy / "integration_tests" / "models", ignore_errors=True)
    return copy


@dataclass(frozen=True)
class Engine:
    """A warehouse with models in it: ``read`` returns the rows of a schema's table.

    The spaces in ``second`` were synced by a second connection.
    """

    project: Project
    read: Callable[[str, str], list[Row]]
    second: frozenset[str] = frozenset()


def new_project(
    folder: Path, target: str, environment: dict[str, str], variables: dict[str, Any]
) -> Project:
    """Return a new project in *folder* with the package installed as by `dbt deps`."""
    package = copied_package(folder)
    link = package / "integration_tests" / "dbt_packages" / "contentful"
    link.parent.mkdir()
    link.symlink_to(package)
    return Project(package, target, environment, variables)


def duckdb_project(folder: Path, warehouse: Path, zone: str, variables: dict[str, Any]) -> Project:
    """Return a project that works in a DuckDB file."""
    environment = {"CONTENTFUL_WAREHOUSE": str(warehouse), "CONTENTFUL_ZONE": zone}
    return new_project(folder, "duckdb", environment, variables)


def write_typed(project: Project, folder: str, **arguments: Any) -> str:
    """Write the typed models into a folder of the project, and return the program's output."""
    options = ["--args", json.dumps({"prefix": f"{folder}_", **arguments})]
    models = project.dbt("run-operation", "contentful_models", *options, "--quiet")
    command = [sys.executable, "../write_models.py", f"models/{folder}"]
    done = subprocess.run(
        command,
        cwd=project.folder / "integration_tests",
        input=models,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def duckdb_rows(warehouse: Path, schema: str, table: str) -> list[Row]:
    """Return the rows of a table in a DuckDB file."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(f'SELECT * FROM "{schema}"."{table}"')
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(\+00:00|Z|\+00)?")
"""A time in UTC, as engines write it in JSON."""


Comparable = tuple[tuple[str, str], ...]


def comparable(row: Row) -> Comparable:
    """Return a row as sortable text by column, with numbers of nine significant digits."""
    return tuple(sorted((name, _shown(value)) for name, value in row.items()))


def same_rows(found: Iterable[Comparable], wanted: Iterable[Comparable]) -> None:
    """Assert that two lists have the same rows, equally often, and at least one row."""
    actual, expected = Counter(found), Counter(wanted)
    extra, absent = list((actual - expected).elements()), list((expected - actual).elements())
    if not actual or extra or absent:
        raise AssertionError(
            f"{sum(actual.values())} rows; {len(extra)} unexpected: {extra[:3]};"
            f" {len(absent)} missing: {absent[:3]}"
        )


def _shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, (int, float, Decimal)):
        return f"{round(float(value), 9) + 0.0:.9g}"
    if isinstance(value, (list, dict)):
        return json.dumps(value, sort_keys=True)
    time = TIME.fullmatch(value.isoformat() if isinstance(value, datetime) else str(value))
    if time is None:
        return value.isoformat() if isinstance(value, date) else str(value)
    return f"{time[1]}T{time[2]}.{(time[3] or '.')[1:4]:0<3}"


def missing(program: str) -> NoReturn:
    """Skip the test; fail it if all engines are required."""
    if os.environ.get("CONTENTFUL_ALL_ENGINES"):
        pytest.fail(f"{program} is not installed.")
    pytest.skip(f"{program} is not installed, so the test was skipped.")
