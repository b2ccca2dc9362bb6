"""Make the report: ``python -m report warehouse.db`` writes ``report.html`` beside it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from report.answers import NoReport, Schemas
from report.page import page
from report.picture import picture


def main() -> int:
    """Write the page and say where it is; 2 where there is nothing to report on."""
    given = arguments()
    target = given.out or given.warehouse.with_name("report.html")
    schemas = Schemas(marts=given.marts, tables=given.tables)
    try:
        if given.picture:
            given.picture.write_text(picture(given.warehouse, schemas), encoding="utf-8")
            return 0
        made = page(given.warehouse, schemas, given.specs)
    except NoReport as problem:
        print(problem, file=sys.stderr)
        return 2
    # It tells about people and content, so it is its owner's to hand on.
    target.touch(mode=0o600)
    target.write_text(made, encoding="utf-8")
    print(
        f"\nThe report is one file of {len(made.encode()) / 1e6:.2f} MB:\n\n    {target.resolve()}"
    )
    return 0


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="report", description=__doc__)
    parser.add_argument("warehouse", type=Path, help="a DuckDB file with the marts")
    parser.add_argument("--out", type=Path, help="where to write the page")
    parser.add_argument("--specs", type=Path, help="a folder with more charts")
    parser.add_argument("--picture", type=Path, help="draw a few charts into this SVG instead")
    parser.add_argument("--marts", default=Schemas.marts, help="the schema of the marts")
    parser.add_argument("--tables", default=Schemas.tables, help="that of the connector's tables")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
