"""The report on the demo account, as a browser shows it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from looked import HOSTILE, PYTHON, VIEWS, Look

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
    ("age", "Live entries that are stale"): f"select count(*) {ENTRIES} and is_stale and is_live",
    ("age", "Forgotten drafts"): f"select count(*) {ENTRIES} and is_stale and status = 'draft'",
    ("publishing", "Created in the last 30 days"): f"""
        select count(*) {ENTRIES} and created_at >= current_date - interval 29 days""",
    ("translations", "Fields to translate"): """
        select sum(missing_fields) from contentful__translations
        where {place} and is_live and not is_default_locale""",
    ("broken", "References to what is missing"): """
        select count(*) from contentful__entry_links
        where {place} and is_live and target_status = 'missing'""",
    ("broken", "References to what is not live"): """
        select count(*) from contentful__entry_links
        where {place} and is_live and target_status = 'unpublished'""",
    ("broken", "Orphaned entries"): """
        select count(*) from contentful__orphans
        where {place} and record_type = 'Entry' and status <> 'archived'""",
    ("model", "Content types without an entry"): """
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
"""What a number on the page is in the marts."""


def narrowed(query: str, chosen: dict[str, str]) -> str:
    """Return a query about what is chosen in the filters."""
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
    """Return a number as it stands on the page."""
    return str(view["sections"][section]["numbers"][label][0])


def written(value: Any) -> str:
    """Return a number as a person writes it."""
    if (value or 0) >= 1_000_000:
        return f"{float(value) / 1e6:.2f}".rstrip("0").rstrip(".") + "M"
    return f"{round(value or 0):,}"


def test_it_asks_for_nothing_but_itself(look: Look) -> None:
    """The page makes no request, logs nothing, and is smaller than 2 MB."""
    assert set(look.seen["requests"]) == {look.page.as_uri()}
    assert look.seen["console"] == []
    assert look.page.stat().st_size < 2_000_000
    assert look.page.stat().st_mode & 0o077 == 0


SMALL_DISK = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
runpy.run_module("report", run_name="__main__", alter_sys=True)
"""
"""Makes the report on what is, for it, a disk with 1,000 bytes of room."""


def test_a_full_disk_costs_no_report(look: Look, tmp_path: Path) -> None:
    """Where there is no room for a new report the old one stays, and one sentence says so."""
    page = tmp_path / "report.html"
    page.write_text("the old one", encoding="utf-8")
    command = [str(PYTHON), "-c", SMALL_DISK, str(look.warehouse), "--out", str(page)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert line.startswith(f"{page} cannot be used (File too large): ")
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [
        ("report.html", "the old one")
    ]


@pytest.mark.parametrize("name", ["start", *VIEWS])
def test_its_numbers_are_those_of_the_marts(look: Look, name: str) -> None:
    """Each number is what the marts say of the space, environment and type that are chosen."""
    view, chosen = look.seen["views"][name], {**PUBLIC, **VIEWS.get(name, {})}
    expected = {
        key: written(look.asked(narrowed(query, chosen))[0][0]) for key, query in NUMBERS.items()
    }
    assert {key: shown(view, *key) for key in NUMBERS} == expected


def test_filters_tell_what_they_do_not_narrow(look: Look) -> None:
    """What a filter cannot narrow says so, and everything is as before once they are reset."""
    views = look.seen["views"]
    sections = views["products"]["sections"]
    assert views["products"]["scope"] == (
        "Space: Website · Environment: master · Content type: Product"
    )
    assert sections["access"]["notes"] == ["Not narrowed by content type: these numbers."]
    assert sections["glance"]["figures"]["figure-01b_assets_by_kind"]["note"] == (
        "Not narrowed by content type."
    )
    assert views["reset"] == views["start"]


def counted(table: list[list[str]], column: str) -> int:
    """Return the sum of a column of a table on the page."""
    at = table[0].index(column)
    return sum(int(row[at].replace(",", "")) for row in table[1:])


def test_the_table_behind_a_chart_has_its_numbers(look: Look) -> None:
    """The table is what the chart adds up, and as many as the number above them says."""
    for name in ("start", "website", "products"):
        view = look.seen["views"][name]
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
    expected = {(name, status, written(entries)) for name, status, entries in look.asked(query)}
    figures = look.seen["views"]["start"]["sections"]["glance"]["figures"]
    told = figures["figure-01a_entries_by_content_type"]["table"][1:]
    assert {tuple(row) for row in told} == expected


def figures(view: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    """Return all figures of a view by their names."""
    return (pair for section in view["sections"].values() for pair in section["figures"].items())


def test_every_figure_says_what_to_do(look: Look) -> None:
    """Each figure has a title, a sentence, a drawing if it is a chart, and a table with rows."""
    empty = []
    for name, figure in figures(look.seen["views"]["start"]):
        assert figure["title"], name
        assert figure["says"].endswith("."), name
        assert figure["marks"] is None or figure["marks"] > 0, name
        if len(figure["table"]) < 2:
            empty.append((name, figure["note"]))
    assert empty == [("figure-06d_fields_hardly_filled", "Nothing here.")]


def test_what_needs_attention_comes_first(look: Look) -> None:
    """The list at the top repeats the alarming numbers of the sections below, and no zero."""
    view = look.seen["views"]["start"]
    missing = shown(view, "broken", "References to what is missing")
    assert f"{missing} References to what is missing" in view["attention"]
    assert not [one for one in view["attention"] if one.startswith("0 ")]


def test_a_chart_of_the_users_own_appears(look: Look) -> None:
    """A specification and a query in a folder are drawn in a section of their own."""
    section = look.seen["views"]["start"]["sections"]["own"]
    (figure,) = section["figures"].values()
    assert section["title"] == "Your own charts"
    assert figure["title"] == "My own chart"
    query = "select locale, count(*) from contentful__translations where environment_id = 'master'"
    expected = {(name, written(rows)) for name, rows in look.asked(f"{query} group by all")}
    assert {tuple(row) for row in figure["table"][1:]} == expected
    assert figure["marks"] > 0


@pytest.mark.parametrize("name", ["light", "dark", "phone"])
def test_axe_finds_nothing(look: Look, name: str) -> None:
    """No rule of accessibility is broken, in light, dark and at 390 pixels, and nothing is cut."""
    assert look.seen["axe"][name] == []
    assert look.seen["overflow"].get(name, 0) <= 0


def test_it_is_used_by_keyboard(look: Look) -> None:
    """Keys reach the filters first, and sort a table both ways."""
    keyboard = look.seen["keyboard"]
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


def test_a_table_is_copied(look: Look) -> None:
    """The clipboard has the whole table with its headings, as a spreadsheet takes it."""
    lines = [line.split("\t") for line in look.seen["copied"].splitlines()]
    assert lines[0][:2] == ["Space", "Content type"]
    assert {len(line) for line in lines} == {len(lines[0])}


def test_no_chart_is_cut_in_print(look: Look) -> None:
    """On paper each chart is smaller than a page, inside of its margins, and never broken."""
    charts = [(name, one["chart"]) for name, one in figures(look.seen["print"]) if one["chart"]]
    assert len(charts) > 12
    for name, chart in charts:
        assert chart["inside"] == "avoid", name
        assert 0 <= chart["left"] <= chart["left"] + chart["width"] <= 688, name
        assert 20 < chart["height"] < 900, name


def test_a_poor_warehouse_gives_an_honest_page(scant: Look) -> None:
    """What was not synced or is refused is unknown and never zero, and the page works."""
    view = scant.seen["views"]["start"]
    assert set(scant.seen["requests"]) == {scant.page.as_uri()}
    assert scant.seen["console"] == []
    assert scant.seen["axe"] == {"light": [], "dark": [], "phone": []}
    told = {
        (section, label): values[0]
        for section, one in view["sections"].items()
        for label, values in one["numbers"].items()
    }
    assert {key for key, value in told.items() if value != "unknown"} == set()
    assert view["attention"] == []
    unread = view["sections"]["glance"]["unread"]
    assert any("ENTRIES" in one and "HTTP 403" in one for one in unread)
    assert any(one.startswith("ASSETS: not synced") for one in unread)
    limits = view["sections"].pop("limits")["figures"]
    assert {figure["note"] for _, figure in figures(view)} == {
        "Unknown: what this needs was not read."
    }
    assert limits["figure-11a_shares_of_limits"]["note"] == (
        "Unknown: the warehouse does not tell it."
    )
    # The limit is what the tests give; how much of it is used nobody knows.
    unknown = "\N{EN DASH}"
    roles = ["the whole space", "roles", unknown, "10", unknown, unknown, unknown]
    assert roles in [row[-7:] for row in limits["figure-11b_limits_list"]["table"]]
    assert HOSTILE in unread[0] + unread[1]


def test_what_stands_in_the_way_is_said_in_a_sentence(tmp_path: Path, look: Look) -> None:
    """No marts, a specification without data and a query that fails each end in one sentence."""
    out = tmp_path / "no.html"
    for name, files, sentence in (
        ("broken", {"a.json": "{"}, "is no specification"),
        ("lost", {"a.json": '{"data": {"name": "lost"}}'}, "has no lost.sql"),
        (
            "bad",
            {"a.json": '{"data": {"name": "bad"}}', "bad.sql": "select 1 from nowhere"},
            "cannot be answered",
        ),
    ):
        folder = tmp_path / name
        folder.mkdir()
        for file, content in files.items():
            (folder / file).write_text(content)
        assert sentence in refused(look.warehouse, "--specs", folder, "--out", out)
    duckdb.connect(str(tmp_path / "empty.db")).close()
    assert "has no marts" in refused(tmp_path / "empty.db", "--out", out)
    assert not out.exists()


def refused(*arguments: object) -> str:
    """Run the command, which makes no page, and return what it says instead."""
    command = [str(PYTHON), "-m", "report", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) < 8
    return done.stderr
