"""Build the dbt package and a typed model for each content type in a local warehouse.

Behind ``make models``.  The warehouse is that of ``make sync``, or another DuckDB file that the
connector has filled.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from environments import python_of
from fivetran import ROOT

PACKAGE = ROOT / "dbt_contentful"
PROJECT = PACKAGE / "integration_tests"
PYTHON = python_of(ROOT / ".venv-models")
TYPED = Path("models") / "typed"


def main() -> int:
    """Build everything; the exit status is dbt's."""
    given = arguments()
    warehouse = given.warehouse.resolve()
    if not warehouse.is_file():
        print(
            f"There is no warehouse {warehouse}: run `make sync` or `make demo KEEP=1`,"
            " or name one with WAREHOUSE=.",
            file=sys.stderr,
        )
        return 2
    environment = {**os.environ, "CONTENTFUL_WAREHOUSE": str(warehouse), "DO_NOT_TRACK": "1"}
    try:
        dbt(environment, "deps")
        dbt(environment, "build", "--select", "contentful", "--vars", given.vars)
        if given.marts:
            return 0
        models = dbt(environment, "run-operation", "contentful_models", "--args", options(given))
        writing = [str(PYTHON), str(PACKAGE / "write_models.py"), str(TYPED)]
        subprocess.run(writing, cwd=PROJECT, input=models, text=True, check=True)
        dbt(environment, "build", "--select", "contentful_integration_tests")
    except subprocess.CalledProcessError as failed:
        print(failed.stdout or "", file=sys.stderr)
        return failed.returncode
    print(
        f"\nThe models of {PROJECT.relative_to(ROOT)}/{TYPED} and the marts are in {warehouse},\n"
        "in the schemas analytics and analytics_contentful."
    )
    return 0


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = ROOT / "connector" / "files" / "warehouse.db"
    parser.add_argument("--warehouse", type=Path, default=default)
    parser.add_argument("--space", help="without, the environment with the most entries")
    parser.add_argument("--environment", default="master")
    parser.add_argument("--marts", action="store_true", help="no typed models")
    parser.add_argument("--vars", default="{}", help="dbt's variables, as YAML")
    parser.add_argument("--locale", help="one locale; without, a row for each")
    return parser.parse_args()


def options(given: argparse.Namespace) -> str:
    """Return the arguments of the operation as JSON."""
    names = ("space", "environment", "locale")
    return json.dumps({name: getattr(given, name) for name in names if getattr(given, name)})


def dbt(environment: dict[str, str], *command: str) -> str:
    """Run dbt and return what it prints, which is little; CalledProcessError on failure."""
    print(f"dbt {' '.join(command)}", flush=True)
    full = [str(PYTHON.with_name("dbt")), "--quiet", *command]
    done = subprocess.run(
        full, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
