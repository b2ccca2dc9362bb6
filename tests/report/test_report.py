"""The report on the demo account, as a browser shows it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from views import HOSTILE, PYTHON, VIEWS, Report

from tools.project import ROOT

pytestmark = pytest.mark.report

PUBLIC = {"environment": "master"}
ENTRIES = "from contentful__entries where {place}"
NUMBERS = {
    ("glance", "Entries"): f"select count(*) {ENTRIES}",
    (
        "glance",
        "Live entries",
    ): f"""
        select count(*) {ENTRIES} and status in ('published', 'changed')""",
    ("glance", "Assets"): "select count(*) from contentful__assets where {space}",
    ("age", "Stale live entries"): f"select count(*) {ENTRIES} and is_stale and is_live",
    ("age", "Forgotten drafts"): f"select count(*) {ENTRIES} and is_stale and status = 'draft'",
    ("publishing", "Created in the last 30 days"): f"""
        select count(*) {ENTRIES} and created_at >= current_date - interval 29 days""",
    ("translations", "Fields to translate"): """
        select sum(missing_fields) from contentful__translations
        where {place} and is_live and not is_default_locale""",
    ("broken", "References to missing content"): """
        select count(*) from contentful__entry_links
        where {place} and is_live and target_status = 'missing'""",
    ("broken", "References to unpublished content"): """
        select count(*) from contentful__entry_links
        where {place} and is_live and target_status = 'unpublished'""",
    ("broken", "Orphaned entries"): """
        select count(*) from contentful__orphans
        where {place} and record_type = 'Entry' and status <> 'archived'""",
    ("model", "Content types without entries"): """
        select count(*) from contentful__content_types where {place} and entries = 0""",
    ("model", "Fields that no entry fills"): """
        select count(*) from contentful__content_type_fields
        where {place} and entries > 0 and filled_entries = 0""",
    ("access", "Seats"): "select count(*) from contentful__access where {only_space}",
    ("access", "Admin seats"): """
        select count(*) from contentful__access where {only_space} and is_admin""",
    ("credentials", "Tokens and keys"): """
        select count(*) from contentful__credentials where {only_space}""",
    ("work", "Failing webhooks"): """
        select count(*) from contentful__webhooks
        where {only_space} and is_failing and is_active""",
    ("work", "Open workflows"): """
        select count(*) from contentful__workflows where {space} and state = 'open'""",
    ("usage", "Requests in the last 30 days"): """
        select sum(used) from contentful__usage_daily
        where space_id is null and metric in ('cma', 'cda', 'cpa', 'gql')
            and day > current_date - 30""",
    ("limits", "Limits above 80%"): """
        select count(*) from contentful__limits where {only_space} and used_share >= 0.8""",
}
"""The query on the marts for each tested number of the page."""


def narrowed(query: str, chosen: dict[str, str]) -> str:
    """Return a query with the values of the filters."""
    only_space = "space_id in (select id from tester.spaces where name = '{space}')"
    parts = {
        "only_space": only_space.format(**chosen) if chosen.get("space") else "true",
        "environment": f"environment_id = '{chosen['environment']}'"
        if chosen.get("environment")
        else "true",
        "type": f"content_type_id = '{chosen['content_type'].lower()}'"
        if chosen.get("content_type")
        else "true",
    }
    space = f"{parts['only_space']} and {parts['environment']}"
    return query.format(
        only_space=parts["only_space"], space=space, place=f"{space} and {parts['type']}"
    )


def shown(view: dict[str, Any], section: str, label: str) -> str:
    """Return a number as the page shows it."""
    return str(view["sections"][section]["numbers"][label][0])


def written(value: Any) -> str:
    """Return a number in the format of the page."""
    if (value or 0) >= 1_000_000:
        return f"{float(value) / 1e6:.2f}".rstrip("0").rstrip(".") + "M"
    return f"{round(value or 0):,}"


def test_the_page_makes_no_requests(report: Report) -> None:
    """The page makes no requests, logs no messages, and is smaller than 2 MB."""
    assert set(report.seen["requests"]) == {report.page.as_uri()}
    assert report.seen["console"] == []
    assert report.page.stat().st_size < 2_000_000
    assert report.page.stat().st_mode & 0o077 == 0


SMALL_DISK = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
runpy.run_module("report", run_name="__main__", alter_sys=True)
"""
"""Creates the report with at most 1,000 bytes of disk space."""


def test_a_full_disk_keeps_the_old_report(report: Report, tmp_path: Path) -> None:
    """Without disk space for a new report the old one is kept, and the error is one sentence."""
    page = tmp_path / "report.html"
    page.write_text("the old one", encoding="utf-8")
    command = [str(PYTHON), "-c", SMALL_DISK, str(report.warehouse), "--out", str(page)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert line.startswith(f"{page} cannot be used (File too large): ")
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [
        ("report.html", "the old one")
    ]


@pytest.mark.parametrize("name", ["start", *VIEWS])
def test_numbers_equal_the_marts(report: Report, name: str) -> None:
    """Each number equals the marts' number for the selected space, environment and type."""
    view, chosen = report.seen["views"][name], {**PUBLIC, **VIEWS.get(name, {})}
    expected = {
        key: written(report.query(narrowed(query, chosen))[0][0]) for key, query in NUMBERS.items()
    }
    assert {key: shown(view, *key) for key in NUMBERS} == expected


def test_numbers_without_a_filter_column_are_marked(report: Report) -> None:
    """Data that a filter does not narrow is marked, and a reset restores the first view."""
    views = report.seen["views"]
    sections = views["products"]["sections"]
    assert views["products"]["scope"] == (
        "Space: Website · Environment: master · Content type: Product"
    )
    assert sections["access"]["notes"] == ["Not filtered by content type: these numbers."]
    assert sections["glance"]["figures"]["figure-01b_assets_by_kind"]["note"] == (
        "Not filtered by content type."
    )
    assert views["reset"] == views["start"]


def counted(table: list[list[str]], column: str) -> int:
    """Return the sum of a column of a table on the page."""
    at = table[0].index(column)
    return sum(int(row[at].replace(",", "")) for row in table[1:])


def test_the_table_of_a_chart_has_its_numbers(report: Report) -> None:
    """A chart's table has the sums of the chart, which add up to the section's number."""
    for name in ("start", "website", "products"):
        view = report.seen["views"][name]
        figures = view["sections"]["glance"]["figures"]
        table = figures["figure-01a_entries_by_content_type"]["table"]
        assert table[0] == ["Content type", "Status", "Entries"] or name == "products"
        assert written(counted(table, "Entries")) == shown(view, "glance", "Entries")
    query = """
        select types.name, entries.status, count(*)
        from contentful__entries as entries
        join contentful__content_types as types
            using (space_id, environment_id, content_type_id)
        where environment_id = 'master' group by all
    """
    expected = {(name, status, written(entries)) for name, status, entries in report.query(query)}
    figures = report.seen["views"]["start"]["sections"]["glance"]["figures"]
    rows = figures["figure-01a_entries_by_content_type"]["table"][1:]
    assert {tuple(row) for row in rows} == expected


def figures(view: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    """Return all figures of a view, with their names."""
    return (pair for section in view["sections"].values() for pair in section["figures"].items())


def test_every_figure_is_complete(report: Report) -> None:
    """Each figure has a title, a description, marks if it is a chart, and a table with rows."""
    empty = []
    for name, figure in figures(report.seen["views"]["start"]):
        assert figure["title"], name
        assert figure["says"].endswith("."), name
        assert figure["marks"] is None or figure["marks"] > 0, name
        if len(figure["table"]) < 2:
            empty.append((name, figure["note"]))
    assert empty == [("figure-06d_fields_hardly_filled", "Nothing found.")]


def test_attention_repeats_the_alarming_numbers(report: Report) -> None:
    """The list at the top repeats the alarming numbers of the sections, without zeros."""
    view = report.seen["views"]["start"]
    missing = shown(view, "broken", "References to missing content")
    assert f"{missing} References to missing content" in view["attention"]
    assert not [one for one in view["attention"] if one.startswith("0 ")]


def test_a_chart_from_the_user_is_shown(report: Report) -> None:
    """A specification and a query from a user's folder are drawn in a separate section."""
    section = report.seen["views"]["start"]["sections"]["own"]
    (figure,) = section["figures"].values()
    assert section["title"] == "Your own charts"
    assert figure["title"] == "My own chart"
    query = "select locale, count(*) from contentful__translations where environment_id = 'master'"
    expected = {(name, written(rows)) for name, rows in report.query(f"{query} group by all")}
    assert {tuple(row) for row in figure["table"][1:]} == expected
    assert figure["marks"] > 0


@pytest.mark.parametrize("name", ["light", "dark", "phone"])
def test_axe_finds_no_violation(report: Report, name: str) -> None:
    """Light, dark and at 390 pixels, axe finds no violation and no content overflows."""
    assert report.seen["axe"][name] == []
    assert report.seen["overflow"].get(name, 0) <= 0


def test_the_page_works_by_keyboard(report: Report) -> None:
    """Tab reaches the filters first, and Enter sorts a table in both directions."""
    keyboard = report.seen["keyboard"]
    assert keyboard["tabs"][:4] == [
        "Skip to the report",
        "space",
        "environment",
        "content_type",
    ]
    (up, first), (down, last) = keyboard["sorted"]
    assert (up, down) == ("ascending", "descending")
    assert first == sorted(first, key=str.casefold) != keyboard["before"]
    assert last == first[::-1] or len(last) == 100


def test_a_table_is_copied(report: Report) -> None:
    """Copy puts the whole table with its headings into the clipboard, separated by tabs."""
    lines = [line.split("\t") for line in report.seen["copied"].splitlines()]
    assert lines[0][:2] == ["Space", "Content type"]
    assert {len(line) for line in lines} == {len(lines[0])}


def test_no_chart_is_cut_in_print(report: Report) -> None:
    """On paper, each chart is smaller than a page, inside its margins, and unbroken."""
    charts = [(name, one["chart"]) for name, one in figures(report.seen["print"]) if one["chart"]]
    assert len(charts) > 12
    for name, chart in charts:
        assert chart["inside"] == "avoid", name
        assert 0 <= chart["left"] <= chart["left"] + chart["width"] <= 688, name
        assert 20 < chart["height"] < 900, name


def test_data_that_was_not_read_is_unknown(sparse_report: Report) -> None:
    """Data that was not synced or was refused is unknown, never zero, and the page works."""
    view = sparse_report.seen["views"]["start"]
    assert set(sparse_report.seen["requests"]) == {sparse_report.page.as_uri()}
    assert sparse_report.seen["console"] == []
    assert sparse_report.seen["axe"] == {"light": [], "dark": [], "phone": []}
    numbers = {
        (section, label): values[0]
        for section, one in view["sections"].items()
        for label, values in one["numbers"].items()
    }
    assert {key for key, value in numbers.items() if value != "unknown"} == set()
    assert view["attention"] == []
    unread = view["sections"]["glance"]["unread"]
    assert any("ENTRIES" in one and "HTTP 403" in one for one in unread)
    assert any(one.startswith("ASSETS: not synced") for one in unread)
    limits = view["sections"].pop("limits")["figures"]
    assert {figure["note"] for _, figure in figures(view)} == {"Unknown: the data was not read."}
    assert limits["figure-11a_shares_of_limits"]["note"] == (
        "Unknown: the warehouse has no values."
    )
    # The tests set the limit; its usage is unknown.
    unknown = "\N{EN DASH}"
    roles = ["the whole space", "roles", unknown, "10", unknown, unknown, unknown]
    assert roles in [row[-7:] for row in limits["figure-11b_limits_list"]["table"]]
    assert HOSTILE in unread[0] + unread[1]


def test_a_report_that_fails_gives_a_short_reason(tmp_path: Path, report: Report) -> None:
    """Missing marts, an invalid specification and a failing query each give a short reason."""
    out = tmp_path / "no.html"
    for name, files, sentence in (
        ("broken", {"a.json": "{"}, "must be a JSON specification"),
        ("lost", {"a.json": '{"data": {"name": "lost"}}'}, "has no lost.sql"),
        (
            "bad",
            {"a.json": '{"data": {"name": "bad"}}', "bad.sql": "select 1 from nowhere"},
            "bad.sql failed: ",
        ),
    ):
        folder = tmp_path / name
        folder.mkdir()
        for file, content in files.items():
            (folder / file).write_text(content)
        assert sentence in refused(report.warehouse, "--specs", folder, "--out", out)
    duckdb.connect(str(tmp_path / "empty.db")).close()
    assert "has no marts" in refused(tmp_path / "empty.db", "--out", out)
    assert not out.exists()


def refused(*arguments: object) -> str:
    """Run the command, which fails without creating a page, and return its message."""
    command = [str(PYTHON), "-m", "report", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) < 8
    return done.stderr


def test_make_report_ends_with_the_page(report: Report, tmp_path: Path) -> None:
    """`make report` shows its steps and results, and ends with the path of the page."""
    warehouse = Path(shutil.copy(report.warehouse, tmp_path))
    make = shutil.which("make") or "make"
    command = [make, "--no-print-directory", "report", f"WAREHOUSE={warehouse}"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line]
    assert lines[0] == "Step 1 of 2, packages of dbt."
    assert re.fullmatch(r"Built \d+ models and passed \d+ tests in \d+ s\.", lines[-3])
    assert lines[-1].strip() == str(warehouse.with_name("report.html"))
