"""Create the report: ``python -m report warehouse.db`` writes two pages next to the warehouse.

``report.html`` is about content, ``report-admin.html`` about people, tokens and usage.  Lists that
are too long for a page are in a folder next to it, ``report-lists`` or ``report-admin-lists``, and
the totals of earlier reports in ``report-history.json``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from report import history
from report.answers import NoReport, Schemas, Warehouse, opened
from report.charts import VIEWS, charts
from report.findings import findings, write_csv
from report.head import head
from report.page import View, now, page
from report.picture import picture
from tools.command_line import no_file, refused, replaced, start, write

USAGE = "Name a DuckDB file that has the marts: make report WAREHOUSE=path.db"
PUBLIC = 0o644
"""The file mode of the pictures, which are part of the documents."""

PRIVATE = 0o700
"""The mode of the folder of lists: only the owner can read them."""

SUFFIXES = {"content": "", "administration": "-admin"}
SUBJECTS = {"content": "content", "administration": "people, tokens and usage"}


def main() -> int:
    """Write the pages and print their paths; return 2 if there is nothing to report on."""
    given = arguments()
    missing = no_file(str(given.warehouse), USAGE)
    if missing is not None:
        return refused(missing)
    target = given.out or given.warehouse.with_name("report.html")
    schemas = Schemas(marts=given.marts, tables=given.tables)
    try:
        with opened(given.warehouse, schemas) as warehouse:
            made = views(warehouse, target, given.specs)
            if given.picture:
                for scheme in ("light", "dark"):
                    path = given.picture.with_stem(f"{given.picture.stem}-{scheme}")
                    write(path, picture(made[0].head, scheme), PUBLIC)
                return 0
            written = write_all(warehouse, target, made)
    except NoReport as problem:
        return refused(str(problem))
    print("\nThe report is two files, which only you can read:\n")
    for path, size, subject in written:
        print(f"    {path.resolve()}  ({subject}, {size / 1e6:.2f} MB)")
    return 0


def views(warehouse: Warehouse, target: Path, specs: Path | None) -> list[View]:
    """Return all that the two pages show."""
    run = warehouse.connection.execute
    mains = dict(run("select space, environment from main_environments order by all").fetchall())
    places = [
        list(row)
        for row in run("""
            select distinct coalesce(spaces.space, places.space_id), places.environment_id,
                types.content_type
            from contentful_places as places
            left join contentful_spaces as spaces using (space_id)
            left join contentful__content_types as models
                on places.space_id = models.space_id
                and places.environment_id = models.environment_id
            left join contentful_types as types
                on models.space_id = types.space_id
                and models.content_type_id = types.content_type_id
            order by all
        """).fetchall()
    ]
    found = list(findings(warehouse))
    drawn = list(charts(warehouse, specs))
    before = history.before(history.read(history_of(target)), warehouse.as_of)
    made = []
    for name in VIEWS:
        mine = [one for one in found if one.facts["view"] == name]
        figures = [one for one in drawn if one.view == name]
        made.append(
            View(
                name=name,
                lists=lists_of(page_of(target, name)).name,
                head=head(mine, mains, before),
                findings=mine,
                charts=figures,
                places=places,
                mains=mains,
            )
        )
    return made


def page_of(target: Path, view: str) -> Path:
    """Return the path of a view's page; *target* is that of the page about content."""
    return target.with_name(f"{target.stem}{SUFFIXES[view]}{target.suffix}")


def lists_of(path: Path) -> Path:
    """Return the folder of the lists that are too long for a page."""
    return path.with_name(f"{path.stem}-lists")


def history_of(target: Path) -> Path:
    """Return the path of the file with earlier totals, next to a page."""
    return target.with_name(f"{target.stem}-history.json")


def write_all(warehouse: Warehouse, target: Path, made: list[View]) -> list[tuple[Path, int, str]]:
    """Write pages, long lists and the history; return path, size and subject of each page.

    Only the owner can read them at first, because they have data about people and content.
    """
    pages = [(view, page(view, warehouse, now())) for view in made]
    written = []
    for view, html in pages:
        path = page_of(target, view.name)
        write_lists(warehouse, lists_of(path), view)
        write(path, html)
        remove_lists(lists_of(path), view)
        written.append((path, len(html.encode()), SUBJECTS[view.name]))
    # A number that is not known, or a minimum, is nothing to compare a later one with.
    totals = {
        one.id: one.total(view.mains)
        for view in made
        for one in view.findings
        if not one.is_minimum()
    }
    kept = history.read(history_of(target))
    write(history_of(target), history.added(kept, warehouse.as_of, totals))
    return written


def write_lists(warehouse: Warehouse, folder: Path, view: View) -> None:
    """Write the lists that are cut in a page."""
    for one in view.cut_lists():
        folder.mkdir(mode=PRIVATE, exist_ok=True)
        with (
            replaced(folder / f"{one.id}.csv") as new,
            new.open("w", encoding="utf-8", newline="") as target,
        ):
            write_csv(warehouse, one, target)


def remove_lists(folder: Path, view: View) -> None:
    """Remove the lists of an earlier page that this page has completely."""
    cut = {one.id for one in view.cut_lists()}
    for one in view.findings:
        if one.id not in cut:
            (folder / f"{one.id}.csv").unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def arguments() -> argparse.Namespace:
    """Return the arguments of the command line."""
    parser = argparse.ArgumentParser(prog="report", description=__doc__)
    parser.add_argument("warehouse", type=Path, help="a DuckDB file that has the marts")
    parser.add_argument("--out", type=Path, help="the path of the page about content")
    parser.add_argument("--specs", type=Path, help="a folder with additional charts")
    parser.add_argument("--picture", type=Path, help="draw the head into two SVGs instead")
    parser.add_argument("--marts", default=Schemas.marts, help="the schema of the marts")
    parser.add_argument(
        "--tables", default=Schemas.tables, help="the schema of the connector's tables"
    )
    return parser.parse_args()


if __name__ == "__main__":
    start(main)
