"""Build the dbt package, and a typed model per content type, in a local warehouse.

Behind ``make models``.  Without ``--warehouse``, the DuckDB file is that of ``make sync``, or else
that of ``make demo``.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dbt_contentful.write_models import literal
from report.answers import NoReport, connected, unreadable
from tools.command_line import named, start
from tools.project import ROOT, python_of, typed
from tools.user.children import Children
from tools.user.dbt_log import DbtLog
from tools.user.live_line import LiveLine
from tools.user.local_warehouse import default_warehouse

PACKAGE = ROOT / "dbt_contentful"
PROJECT = PACKAGE / "integration_tests"
PYTHON = python_of(ROOT / ".venv-models")
TYPED = Path("models") / "typed"

UNTYPED = {"CONTENTFUL_MODELS": "no-models", "DBT_TARGET_PATH": "target/package"}
"""Variables for dbt without the typed models, which an earlier run may have left in any state."""

FROM_DATABASE = re.compile(
    r"^\s*(IO Error: (?:Could not set lock|Could not read|Corrupt database).+)$", re.MULTILINE
)
"""DuckDB's message about a file that it cannot read, in the output of dbt."""

RUN = f"Run `{typed('sync')}` or `{typed('demo')}`, or name"
NO_WAREHOUSE = f"There is no warehouse {{}}.\n{RUN} one with WAREHOUSE=path.db."
NO_TABLES = f"{{}} has no tables of the connector.\n{RUN} another one with WAREHOUSE=path.db."
NO_DBT = """\
dbt is not installed.
Run `make models`, or without make: python -m tools.user.install models"""

PLACES = """\
The marts are in {warehouse}, schema analytics_contentful.
The typed models are there in schema analytics; their SQL is in
{files}."""

QUERY = "SELECT status, count(*) FROM contentful__entries GROUP BY 1"


class Failed(Exception):
    """A program has failed; its output and exit status."""

    def __init__(self, output: str, status: int) -> None:
        """Keep both."""
        super().__init__(output)
        self.output, self.status = output, status


def main() -> int:
    """Build everything; the exit status is that of the failed program, 2 without a warehouse."""
    given = arguments()
    status, programs = built(given)
    if programs is None:
        return status
    files = (PROJECT / TYPED).relative_to(ROOT)
    print(f"\n{programs.summary()}")
    print(PLACES.format(warehouse=named(programs.warehouse), files=files))
    variables = variables_of(programs.warehouse)
    query, report = typed("query", SQL=QUERY, **variables), typed("report", **variables)
    print(f"Next: {query}\n  or: {report}")
    return 0


def variables_of(warehouse: Path) -> dict[str, str]:
    """Return the variables of a make target that uses a warehouse."""
    is_default = warehouse == default_warehouse().resolve()
    return {} if is_default else {"WAREHOUSE": named(warehouse)}


def built(
    given: argparse.Namespace, *, is_marts_only: bool = False
) -> tuple[int, Programs | None]:
    """Build; return the exit status, and the programs that have run, None after a failure."""
    warehouse = (given.warehouse or default_warehouse()).resolve()
    programs = Programs(Children(), warehouse, LiveLine("dbt starts."), DbtLog())
    try:
        check(warehouse)
        with programs.live:
            build(given, programs, is_marts_only=is_marts_only)
    except NoReport as problem:
        print(problem, file=sys.stderr)
        return 2, None
    except Failed as failed:
        print(failed.output, end="", file=sys.stderr)
        return failed.status, None
    return 0, programs


def check(warehouse: Path) -> None:
    """Raise NoReport for a warehouse that dbt could not use, or that has no tables."""
    if not warehouse.is_file():
        raise NoReport(NO_WAREHOUSE.format(warehouse))
    tables = "select 1 from duckdb_tables() where not starts_with(schema_name, 'analytics')"
    with connected(warehouse, is_read_only=False) as connection:
        if connection.execute(tables).fetchone() is None:
            raise NoReport(NO_TABLES.format(warehouse))
    if not PYTHON.exists():
        raise NoReport(NO_DBT)


def build(given: argparse.Namespace, programs: Programs, *, is_marts_only: bool) -> None:
    """Build the marts and, unless *is_marts_only*, the typed models."""
    steps = 2 if is_marts_only else 4
    programs.step(f"Step 1 of {steps}, packages of dbt")
    programs.dbt("deps", **UNTYPED)
    programs.step(f"Step 2 of {steps}, models of the package and their tests")
    programs.build("--select", "contentful", "--vars", given.vars, **UNTYPED)
    if is_marts_only:
        return
    programs.step(f"Step 3 of {steps}, SQL of a model per content type")
    operation = ("run-operation", "contentful_models", "--args", options(given))
    try:
        models = programs.dbt(*operation, **UNTYPED)
    except Failed as failed:
        # The next program shows the reason in a sentence.
        models = failed.output
    written = programs.run(str(PYTHON), str(PACKAGE / "write_models.py"), str(TYPED), given=models)
    programs.live.say(written.rstrip("\n"))
    programs.step(f"Step 4 of {steps}, models of content types and their tests")
    programs.build("--select", "contentful_integration_tests")


@dataclass
class Programs:
    """The programs that build models in a warehouse; all of them end with this one."""

    children: Children
    warehouse: Path
    live: LiveLine
    log: DbtLog
    began_at: float = field(default_factory=time.monotonic)
    _step: str = ""

    def step(self, sentence: str) -> None:
        """Show that a step starts."""
        self._step = sentence
        self.live.show(f"{sentence}.", plain=f"{sentence}.")

    def summary(self) -> str:
        """Return the numbers of models and tests, and the time, in words."""
        return f"Built {self.log.summary()} in {time.monotonic() - self.began_at:.0f} s."

    def dbt(self, *command: str, **variables: str) -> str:
        """Run dbt and return its output; Failed, or NoReport for the file."""
        return self._run_dbt(["--quiet", *command], variables)

    def build(self, *options: str, **variables: str) -> None:
        """Run ``dbt build`` and show its progress; Failed, or NoReport for the file."""
        self.log.begin()
        self._run_dbt(["--log-format", "json", "build", *options], variables, self._take)

    def _take(self, line: str) -> None:
        progress = self.log.take(line)
        if progress:
            self.live.show(f"{self._step}: {progress}.")

    def _run_dbt(
        self,
        arguments: list[str],
        variables: dict[str, str],
        on_line: Callable[[str], None] = lambda _line: None,
    ) -> str:
        program = shutil.which("dbt", path=str(PYTHON.parent)) or str(PYTHON.with_name("dbt"))
        try:
            return self.run(
                program,
                *arguments,
                on_line=on_line,
                CONTENTFUL_WAREHOUSE=str(self.warehouse),
                DO_NOT_TRACK="1",
                # Python complains about semaphores of dbt when dbt is ended.
                PYTHONWARNINGS="ignore:resource_tracker",
                **variables,
            )
        except Failed as failed:
            output = self.log.errors() or failed.output
            problem = FROM_DATABASE.search(output)
            if problem is None:
                raise Failed(output, failed.status) from failed
            raise unreadable(self.warehouse, problem[1]) from failed

    def run(
        self,
        *command: str,
        given: str | None = None,
        on_line: Callable[[str], None] = lambda _line: None,
        **variables: str,
    ) -> str:
        """Run a program in the project and return its output; Failed with it on failure."""
        environment = {**os.environ, **variables}
        done = self.children.run(command, given, on_line, cwd=PROJECT, env=environment)
        if done.returncode:
            raise Failed(done.stdout, done.returncode)
        return done.stdout


def arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warehouse", type=Path, help="a DuckDB file that a sync has written")
    parser.add_argument("--space", help="default: the environment with the most entries")
    parser.add_argument("--environment", help="default: master if a space is named")
    parser.add_argument("--vars", default="{}", help="variables of dbt, as YAML")
    parser.add_argument("--locale", help="one locale; default: one row per locale")
    return parser.parse_args()


def options(given: argparse.Namespace) -> str:
    """Return the arguments of the operation as YAML."""
    names = ("space", "environment", "locale")
    values = {name: getattr(given, name) for name in names}
    return f"{{{', '.join(f'{name}: {literal(one)}' for name, one in values.items() if one)}}}"


if __name__ == "__main__":
    start(main)
