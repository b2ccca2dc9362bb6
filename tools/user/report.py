"""Build the marts of a local warehouse, and draw the report on them, two HTML files.

Behind ``make report``.  Without ``--warehouse``, the DuckDB file is that of ``make sync``, or else
that of ``make demo``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from report.answers import NoReport, Schemas, connected, last_sync
from tools.command_line import start
from tools.project import ROOT, python_of
from tools.user.local_warehouse import default_warehouse
from tools.user.models import Programs, built

PYTHON = python_of(ROOT / ".venv-report")
NO_REPORT = """\
The report's programs are not installed.
Run `make report`, or without make: python -m tools.user.install report"""


def main() -> int:
    """Build and draw; the exit status is that of the failed program, 2 without a warehouse."""
    given = arguments()
    if not PYTHON.exists():
        print(NO_REPORT, file=sys.stderr)
        return 2
    given.vars = counted_from_sync(given)
    # The marts are built first, so the page is as recent as the last sync.
    status, programs = built(given, is_marts_only=True)
    if programs is None:
        return status
    print(f"\n{programs.summary()}", flush=True)
    return drawn(programs, given.specs)


def counted_from_sync(given: argparse.Namespace) -> str:
    """Return the variables of dbt, with the last sync as the time from which periods count."""
    variables = str(given.vars).strip()
    if "contentful__now" in variables:
        return variables
    try:
        with connected((given.warehouse or default_warehouse()).resolve()) as connection:
            as_of, _ = last_sync(connection, Schemas())
    except NoReport:
        # The next step shows the reason.
        return variables
    now = f"contentful__now: '{as_of:%Y-%m-%d %H:%M:%S}'"
    if variables.startswith("{"):
        rest = variables[1:].lstrip()
        return f"{{{now}{'' if rest.startswith('}') else ', '}{rest}"
    return f"{variables}\n{now}"


def drawn(programs: Programs, specs: Path | None) -> int:
    """Draw the page; return the exit status."""
    more = ["--specs", str(specs.resolve())] if specs else []
    command = [str(PYTHON), "-m", "report", str(programs.warehouse), *more]
    with programs.live:
        programs.live.show("Drawing the report.")
        done = programs.children.run(command, cwd=ROOT)
    print(done.stdout, end="")
    return done.returncode


def arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warehouse", type=Path, help="a DuckDB file that a sync has written")
    parser.add_argument("--specs", type=Path, help="a folder with more charts")
    parser.add_argument("--vars", default="{}", help="variables of dbt, as YAML")
    return parser.parse_args()


if __name__ == "__main__":
    start(main)
