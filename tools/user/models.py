"""Build the dbt package and a typed model for each content type in a local warehouse.

Behind ``make models``.  The warehouse is that of ``make sync``, or another DuckDB file that the
connector has filled.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from dbt_contentful.write_models import literal
from report.answers import NoReport, connected, unreadable
from tools.command_line import start
from tools.project import ROOT, python_of
from tools.user.children import Children

PACKAGE = ROOT / "dbt_contentful"
PROJECT = PACKAGE / "integration_tests"
PYTHON = python_of(ROOT / ".venv-models")
TYPED = Path("models") / "typed"

UNTYPED = {"CONTENTFUL_MODELS": "no-models", "DBT_TARGET_PATH": "target/package"}
"""Variables for dbt without the typed models, which an earlier run may have left in any state."""

FROM_DATABASE = re.compile(
    r"^\s*(IO Error: (?:Could not set lock|Could not read|Corrupt database).+)$", re.MULTILINE
)
"""The words of DuckDB about a file that it cannot read, in the output of dbt."""

NO_WAREHOUSE = """\
There is no warehouse {}.
Run `make sync` or `make demo KEEP=1`, or name one with WAREHOUSE=path.db."""

NO_TABLES = """\
{} has no tables of the connector.
Run `make sync` or `make demo KEEP=1`, or name another one with WAREHOUSE=path.db."""

BUILT = """
The models of {} and the marts are in {},
in the schemas analytics and analytics_contentful."""


class Failed(Exception):
    """A program has failed; its output and exit status."""

    def __init__(self, output: str, status: int) -> None:
        """Keep both."""
        super().__init__(output)
        self.output, self.status = output, status


def main() -> int:
    """Build everything; the exit status is that of what failed, 2 without a usable warehouse."""
    given = arguments()
    warehouse = given.warehouse.resolve()
    try:
        check(warehouse)
        build(given, Programs(Children(), warehouse))
    except NoReport as problem:
        print(problem, file=sys.stderr)
        return 2
    except Failed as failed:
        print(failed.output, end="", file=sys.stderr)
        return failed.status
    if not given.marts:
        print(BUILT.format((PROJECT / TYPED).relative_to(ROOT), warehouse))
    return 0


def check(warehouse: Path) -> None:
    """Raise NoReport for a warehouse that dbt could not use, or in which there is nothing."""
    if not warehouse.is_file():
        raise NoReport(NO_WAREHOUSE.format(warehouse))
    tables = "select 1 from duckdb_tables() where not starts_with(schema_name, 'analytics')"
    with connected(warehouse, is_read_only=False) as connection:
        if connection.execute(tables).fetchone() is None:
            raise NoReport(NO_TABLES.format(warehouse))


def build(given: argparse.Namespace, programs: Programs) -> None:
    """Build the marts and, unless only those are wanted, the typed models."""
    programs.dbt("deps", **UNTYPED)
    programs.dbt("build", "--select", "contentful", "--vars", given.vars, **UNTYPED)
    if given.marts:
        return
    operation = ("run-operation", "contentful_models", "--args", options(given))
    try:
        models = programs.dbt(*operation, **UNTYPED)
    except Failed as failed:
        # The next program shows the reason in a sentence.
        models = failed.output
    written = programs.run(str(PYTHON), str(PACKAGE / "write_models.py"), str(TYPED), given=models)
    print(written, end="")
    programs.dbt("build", "--select", "contentful_integration_tests")


@dataclass(frozen=True)
class Programs:
    """The programs that build models in a warehouse, all of which end when this one is ended."""

    children: Children
    warehouse: Path

    def dbt(self, *command: str, **variables: str) -> str:
        """Run dbt and return its output, which is little; Failed, or NoReport for the file."""
        print(f"dbt {' '.join(command)}", flush=True)
        try:
            return self.run(
                str(PYTHON.with_name("dbt")),
                "--quiet",
                *command,
                CONTENTFUL_WAREHOUSE=str(self.warehouse),
                DO_NOT_TRACK="1",
                # Python complains about semaphores of dbt when dbt is ended.
                PYTHONWARNINGS="ignore:resource_tracker",
                **variables,
            )
        except Failed as failed:
            problem = FROM_DATABASE.search(failed.output)
            if problem is None:
                raise
            raise unreadable(self.warehouse, problem[1]) from failed

    def run(self, *command: str, given: str | None = None, **variables: str) -> str:
        """Run a program in the project and return its output; Failed with it on failure."""
        environment = {**os.environ, **variables}
        done = self.children.run(command, given, cwd=PROJECT, env=environment)
        if done.returncode:
            raise Failed(done.stdout, done.returncode)
        return done.stdout


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = ROOT / "connector" / "files" / "warehouse.db"
    parser.add_argument("--warehouse", type=Path, default=default)
    parser.add_argument("--space", help="without, the environment with the most entries")
    parser.add_argument("--environment", help="without, master if a space is named")
    parser.add_argument("--marts", action="store_true", help="no typed models")
    parser.add_argument("--vars", default="{}", help="dbt's variables, as YAML")
    parser.add_argument("--locale", help="one locale; without, a row for each")
    return parser.parse_args()


def options(given: argparse.Namespace) -> str:
    """Return the arguments of the operation as YAML."""
    names = ("space", "environment", "locale")
    named = {name: getattr(given, name) for name in names}
    return f"{{{', '.join(f'{name}: {literal(one)}' for name, one in named.items() if one)}}}"


if __name__ == "__main__":
    start(main)
