"""Create the report: ``python -m report warehouse.db`` writes ``report.html`` next to it."""

from __future__ import annotations

import argparse
from pathlib import Path

from report.answers import NoReport, Schemas
from report.page import page
from report.picture import picture
from tools.command_line import no_file, refused, start, write

USAGE = "Name a DuckDB file that has the marts: make report WAREHOUSE=path.db"
PUBLIC = 0o644
"""The file mode of the picture, which is part of the documents."""


def main() -> int:
    """Write the page and print its path; return 2 if there is nothing to report on."""
    given = arguments()
    missing = no_file(str(given.warehouse), USAGE)
    if missing is not None:
        return refused(missing)
    target = given.out or given.warehouse.with_name("report.html")
    schemas = Schemas(marts=given.marts, tables=given.tables)
    try:
        if given.picture:
            write(given.picture, picture(given.warehouse, schemas), PUBLIC)
            return 0
        made = page(given.warehouse, schemas, given.specs)
    except NoReport as problem:
        return refused(str(problem))
    # By default only the owner can read it, because it has data about people and content.
    write(target, made)
    print(
        f"\nThe report is one file of {len(made.encode()) / 1e6:.2f} MB:\n\n    {target.resolve()}"
    )
    return 0


def arguments() -> argparse.Namespace:
    """Return the arguments of the command line."""
    parser = argparse.ArgumentParser(prog="report", description=__doc__)
    parser.add_argument("warehouse", type=Path, help="a DuckDB file that has the marts")
    parser.add_argument("--out", type=Path, help="the path of the page")
    parser.add_argument("--specs", type=Path, help="a folder with additional charts")
    parser.add_argument("--picture", type=Path, help="draw a few charts into this SVG instead")
    parser.add_argument("--marts", default=Schemas.marts, help="the schema of the marts")
    parser.add_argument(
        "--tables", default=Schemas.tables, help="the schema of the connector's tables"
    )
    return parser.parse_args()


if __name__ == "__main__":
    start(main)
