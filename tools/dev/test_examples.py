"""Check hooks, workflows, Terraform, jobs of Airflow and Dagster, and metrics.

Behind ``make test-examples``, in an environment with the packages of the examples.  No request
leaves this machine: examples/README.md lists the checks that are therefore missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.command_line import start
from tools.project import ROOT, python_of

BIN = Path(sys.executable).parent
WORKFLOWS = (
    ".github/workflows/ci.yml",
    ".github/workflows/release.yml",
    "examples/github/deploy.yml",
)
FORMS = (".github/ISSUE_TEMPLATE/new_table.yml", ".github/ISSUE_TEMPLATE/problem.yml")
VARIABLES = ("FIVETRAN_ACCOUNT_ID", "FIVETRAN_API_KEY", "FIVETRAN_API_SECRET")
LOAD_DAG = """
import sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
assert not bag.import_errors, bag.import_errors
(task,) = bag.dags["contentful"].tasks
print(type(task).__name__, task.task_id, task.connector_id)
"""


class Check(NamedTuple):
    """The subject of a check, and the command that fails on an error."""

    subject: str
    command: list[str]


def main() -> int:
    """Run all checks; 1 if one of them fails."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="contentful-") as home:
        for check in checks():
            done = subprocess.run(
                check.command,
                cwd=ROOT,
                env=environment(home),
                check=False,
                capture_output=True,
                text=True,
            )
            failed += done.returncode != 0
            print(f"{'FAILED' if done.returncode else 'passed'}: {check.subject}")
            if done.returncode:
                print(done.stdout + done.stderr)
    if shutil.which("terraform") is None:
        print("skipped: the format of Terraform's files, because terraform is missing")
    return int(failed > 0)


def checks() -> Iterator[Check]:
    """Yield all checks that are possible on this machine."""
    yield schema("workflows", "github-workflows", *WORKFLOWS)
    yield schema("Dependabot's settings", "dependabot", ".github/dependabot.yml")
    yield schema("forms of issues", "github-issue-forms", *FORMS)
    yield Check("hooks before a commit", [tool("pre-commit"), "run", "--all-files"])
    yield Check("security of workflows", [tool("zizmor"), "--offline", "--quiet", *WORKFLOWS])
    yield Check("Terraform's syntax", [tool("hcl2tojson"), "examples/terraform/main.tf"])
    if terraform := shutil.which("terraform"):
        formatted = [terraform, "fmt", "-check", "-diff", "examples/terraform"]
        yield Check("the format of Terraform's files", formatted)
    for file in ("airflow/contentful_dag.py", "dagster/contentful_job.py"):
        yield Check(f"types of {file}", [tool("mypy"), "--strict", f"examples/{file}"])
    yield Check("Airflow loads the DAG", [sys.executable, "-c", LOAD_DAG, "examples/airflow"])
    validate = ["definitions", "validate", "-f", "examples/dagster/contentful_job.py"]
    yield Check("Dagster loads the job", [tool("dagster"), *validate])
    for name in ("airflow", "dagster"):
        run = [sys.executable, "-m", "tools.dev.run_jobs", name]
        yield Check(f"runs of {name}'s job, also with a paused connection", run)
    metrics = [str(python_of(ROOT / ".venv")), "-m", "tools.dev.run_metrics"]
    yield Check("metrics of the semantic layer equal SQL", metrics)


def schema(subject: str, name: str, *files: str) -> Check:
    """Return the check of files by a schema that the checker contains."""
    return Check(subject, [tool("check-jsonschema"), "--builtin-schema", f"vendor.{name}", *files])


def tool(name: str) -> str:
    """Return a program of this environment."""
    return str(BIN / name)


def environment(home: str) -> dict[str, str]:
    """Return variables that keep the files of the tools in *home* and turn off telemetry."""
    homes = {"AIRFLOW_HOME": home, "DAGSTER_HOME": home, "MYPY_CACHE_DIR": f"{home}/mypy"}
    silence = {"DO_NOT_TRACK": "1", "DAGSTER_DISABLE_TELEMETRY": "1"}
    return {**os.environ, **homes, **silence, **dict.fromkeys(VARIABLES, "made-up")}


if __name__ == "__main__":
    start(main, __doc__)
