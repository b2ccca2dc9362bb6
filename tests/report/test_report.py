"""The pages of the report on the demo account, as a browser shows them."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest
from views import HOSTILE, PYTHON, VIEWS, Report, browsed, drawn

from tools.project import ROOT

pytestmark = pytest.mark.report

LINKS = """select count(distinct (links.space_id, links.environment_id, target_type, target_id))
    from contentful__entry_links as links where {place} and is_live"""
ENTRIES = "select count(*) from contentful__entries where {place}"
FINDINGS = {
    "links_to_deleted_content": LINKS.replace("{place}", "{space}")
    + " and target_status = 'missing'",
    "links_to_unpublished_content": LINKS.replace("{place}", "{space}")
    + " and target_status = 'unpublished'",
    "missing_translations": """
        select count(distinct (space_id, environment_id, entry_id)) from contentful__translations
        where {place} and is_live and not is_default_locale and missing_fields > 0""",
    "images_without_alt_text": """
        select count(*) from contentful__assets
        where {space} and is_live and kind = 'image' and locales_without_description <> ''""",
    "unpublished_changes": f"{ENTRIES} and status = 'changed' and days_since_update > 30",
    "stale_content_that_others_link_to": f"{ENTRIES} and is_live and is_stale and links_in > 0",
    "stale_content": f"{ENTRIES} and is_live and is_stale and links_in = 0",
    "forgotten_drafts": f"{ENTRIES} and status = 'draft' and is_stale",
    "unused_assets": """
        select count(*) from contentful__orphans
        where {space} and record_type = 'Asset' and status <> 'archived'""",
    "unlinked_entries": """
        select count(*) from contentful__orphans
        where {place} and record_type = 'Entry' and is_type_referenced and status <> 'archived'""",
    "unused_content_types": """
        select count(*) from contentful__content_types where {place} and entries = 0""",
    "rarely_filled_fields": """
        select count(*) from contentful__content_type_fields
        where {place} and entries > 0 and filled_share < 0.25""",
    "unused_tags": "select count(*) from contentful__tags where {space} and is_unused",
    "upcoming_actions": """
        select count(*) from contentful__scheduled_actions where {space} and state = 'upcoming'""",
    "actions_that_did_not_run": """
        select count(*) from contentful__scheduled_actions
        where {space} and state in ('overdue', 'failed')""",
}
"""The query on the marts for the number of each tested finding."""

ADMINISTRATION = {
    "webhooks_that_fail": """
        select count(*) from contentful__webhooks
        where {only_space} and is_active and is_failing""",
    "keys": """
        select count(*) from contentful__credentials
        where {only_space} and credential_type <> 'access_token'""",
    "people_and_access": "select count(*) from contentful__access where {only_space}",
    "idle_tokens": """
        select count(*) from contentful__credentials
        where credential_type = 'access_token' and is_idle and not is_revoked
            and not is_expired""",
    "invited_never_signed_in": "select count(*) from contentful__seats where is_never_seen",
    "usage_and_limits": "select count(*) from contentful__limits",
}


def narrowed(query: str, chosen: dict[str, str]) -> str:
    """Return a query with the values of the filters; master is each space's main environment."""
    only_space = "space_id in (select id from tester.spaces where name = '{space}')"
    environment = chosen.get("environment", "master")
    parts = {
        "only_space": only_space.format(**chosen) if chosen.get("space") else "true",
        "environment": "true" if environment == "*" else f"environment_id = '{environment}'",
        "type": f"content_type_id = '{chosen['content_type'].lower()}'"
        if chosen.get("content_type")
        else "true",
    }
    space = f"{parts['only_space']} and {parts['environment']}"
    return query.format(
        only_space=parts["only_space"], space=space, place=f"{space} and {parts['type']}"
    )


def number(count: str) -> int:
    """Return the number of records of a list, as the page shows it."""
    return int(count.partition(" ")[0].replace(",", ""))


def test_a_page_makes_no_requests(report: Report, administration: Report) -> None:
    """A page makes no requests, logs nothing, is below 1.5 MB, and only its owner can read it."""
    for one in (report, administration):
        assert set(one.seen["requests"]) == {one.page.as_uri()}
        assert one.seen["console"] == []
        assert one.page.stat().st_size < 1_500_000
        assert one.page.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["start", "reset", *VIEWS])
def test_numbers_equal_the_marts(report: Report, name: str) -> None:
    """Each number equals the marts' number for the selected space, environment and type."""
    lists, chosen = report.seen["views"][name]["lists"], VIEWS.get(name, {})
    expected = {
        key: report.query(narrowed(query, chosen))[0][0] for key, query in FINDINGS.items()
    }
    assert {key: number(lists[key]["count"]) for key in FINDINGS} == expected
    counts = {key: value["count"] for key, value in report.seen["views"][name]["first"].items()}
    shown = {
        key: number(counts[key].partition("Not filtered")[0]) if key in counts else 0
        for key in FINDINGS
        if key != "upcoming_actions"
    }
    assert shown == {key: value for key, value in expected.items() if key != "upcoming_actions"}


@pytest.mark.parametrize("name", ["start", "website"])
def test_numbers_of_administration_equal_the_marts(administration: Report, name: str) -> None:
    """Each number about people, tokens and usage equals the marts' number for the space."""
    lists, chosen = administration.seen["views"][name]["lists"], VIEWS.get(name, {})
    expected = {
        key: administration.query(narrowed(query, chosen))[0][0]
        for key, query in ADMINISTRATION.items()
    }
    assert {key: number(lists[key]["count"]) for key in ADMINISTRATION} == expected


def test_a_number_that_a_filter_does_not_narrow_says_so(
    report: Report, administration: Report
) -> None:
    """A number stays under a filter that does not apply to it, and says so."""
    products, website = report.seen["views"]["products"], report.seen["views"]["website"]
    assert products["lists"]["unused_assets"]["note"] == "Not filtered by content type."
    assert (
        products["lists"]["unused_assets"]["count"] == website["lists"]["unused_assets"]["count"]
    )
    assert products["first"]["unused_assets"]["count"].endswith("Not filtered by content type.")
    assert products["lists"]["forgotten_drafts"]["note"] == ""
    tokens = administration.seen["views"]["website"]["lists"]["idle_tokens"]
    assert tokens["note"] == "Not filtered by space."
    assert (
        tokens["count"] == administration.seen["views"]["start"]["lists"]["idle_tokens"]["count"]
    )


def test_filters_are_kept_in_the_address(report: Report) -> None:
    """A page that is loaded again shows the filters that were chosen, and a reset removes them."""
    views = report.seen["views"]
    last = list(VIEWS)[-1]
    assert views["reloaded"] == views[last]
    assert views[last]["address"] == "#environment=staging"
    assert views["reset"] == {**views["start"], "address": ""}


def test_findings_are_in_the_order_of_harm_and_effort(report: Report) -> None:
    """Findings that somebody notices come first, and among equals the quickest to repair."""
    lines = list(report.seen["views"]["start"]["first"].values())
    harms = ["visitors", "risk", "upkeep"]
    assert [line["harm"] for line in lines] == sorted(
        (line["harm"] for line in lines), key=harms.index
    )
    minutes = {"min": 1, "h": 60, "days": 480}
    for harm in harms:
        efforts = [line["effort"].split() for line in lines if line["harm"] == harm]
        spent = [int(value) * minutes[unit] for value, unit in efforts]
        assert spent == sorted(spent), harm


def test_the_sentences_name_the_quickest_of_the_first_group(
    report: Report, administration: Report
) -> None:
    """The finding that is called the quickest of its group is the first line of the table."""
    for one in (report, administration):
        view = one.seen["views"]["start"]
        key, line = next(iter(view["first"].items()))
        title = view["lists"][key]["title"]
        named = f"{title[0].lower()}{title[1:]} ({line['count']})"
        assert named in view["said"]
        (taken,) = re.findall(
            r"quickest of its group to repair: .*?about (.+?)\.", view["said"], re.DOTALL
        )
        assert taken == line["effort"]


def test_every_list_is_complete(report: Report, administration: Report) -> None:
    """Each list and its CSV have as many rows as the list says, and each row a name."""
    for one in (report, administration):
        opened = one.seen["opened"]
        assert len(opened["csv"]) >= 10
        for name, text in opened["csv"].items():
            found = opened["lists"][name.removesuffix(".csv")]
            rows = list(csv.reader(text.splitlines()))
            count = 0 if found["count"] == "not known" else number(found["count"])
            assert len(found["table"]) == len(rows) == count + 1, name
            assert all(row[0] not in ("", "\N{EN DASH}") for row in found["table"][1:]), name
            columns = [title for title in rows[0] if title != "Link"]
            assert found["table"][0] == columns, name
        assert opened["axe"] == []


def test_titles_link_to_the_web_app(report: Report) -> None:
    """The title of an entry is a link to the entry in Contentful's web app."""
    found = report.seen["opened"]["lists"]["forgotten_drafts"]["links"]
    expected = report.query(
        narrowed(
            "select web_app_url from contentful__entries"
            " where {place} and status = 'draft' and is_stale",
            {},
        )
    )
    assert sorted(found) == sorted(url for (url,) in expected)
    assert all(url.startswith("https://app.contentful.com/spaces/") for url in found)


def test_content_types_link_to_the_web_app(report: Report) -> None:
    """A content type without entries links to its fields in the web app, without `master`."""
    expected = report.query("""
        select 'https://app.contentful.com/spaces/' || space_id || '/content_types/'
            || content_type_id || '/fields'
        from contentful__content_types where environment_id = 'master' and entries = 0
    """)
    found = report.seen["opened"]["lists"]["unused_content_types"]["links"]
    assert sorted(found) == sorted(url for (url,) in expected)
    assert expected


def test_usage_links_to_its_organization(administration: Report) -> None:
    """A limit, a quota and the usage of a space link to the usage of the organization."""
    ids = administration.query("select distinct organization_id from contentful__usage_daily")
    pages = {f"https://app.contentful.com/account/organizations/{one}/usage" for (one,) in ids}
    lists = administration.seen["opened"]["lists"]
    for name in ("usage_and_limits", "usage_by_space", "limits_almost_reached"):
        assert set(lists[name]["links"]) <= pages, name
        assert len(lists[name]["links"]) == len(lists[name]["table"]) - 1 > 0, name


def test_people_who_left_are_named(report: Report) -> None:
    """The list of people who left has those who edited live entries and are no longer members."""
    expected = report.query("""
        select coalesce(
                (select first_name || ' ' || last_name from tester.users
                    where id = updated_by_id limit 1),
                'User ' || updated_by_id),
            count(*)::varchar
        from contentful__entries
        where environment_id = 'master' and is_live and updated_by_type = 'User'
            and updated_by_id not in
                (select id from tester.users where not coalesce(_fivetran_deleted, false))
        group by updated_by_id, space_id
    """)
    rows = report.seen["opened"]["lists"]["content_of_people_who_left"]["table"]
    assert sorted(tuple(row[:2]) for row in rows[1:]) == sorted(expected)
    assert expected


def test_a_search_finds_rows_of_all_lists(report: Report) -> None:
    """The search keeps the rows that contain the text, and hides lists without such rows."""
    lists = report.seen["views"]["searched"]["lists"]
    rows = {key: value["table"][1:] for key, value in lists.items() if value["shown"]}
    assert rows
    for key, found in rows.items():
        assert found, key
        assert all("lamp" in " ".join(row).lower() for row in found), key
    # Rows of the demo's lamps exist in this list.
    assert "images_without_alt_text" in rows


def test_every_chart_is_complete(report: Report, administration: Report) -> None:
    """Each chart has a title, a text, marks, and words for a screen reader that name it."""
    charts = {**report.seen["views"]["start"]["figures"]}
    charts |= administration.seen["views"]["start"]["figures"]
    assert len(charts) == 11
    for name, chart in charts.items():
        assert chart["title"], name
        assert chart["says"].endswith("."), name
        assert chart["marks"] > 0, name
        assert chart["spoken"].startswith(f"Chart: {chart['title']}. {chart['says']}"), name
        assert chart["inner"][0] == "true", name
        assert chart["note"] == "" or chart["note"].startswith("The 1"), (name, chart["note"])


def test_a_chart_that_fails_fails_alone(report: Report) -> None:
    """A chart that cannot be drawn says so, and all others and the lists are as before."""
    before, broken = report.seen["views"]["start"], report.seen["views"]["broken"]
    # The tables of the charts were opened in between.
    opened = report.seen["opened"]["figures"]
    first, *others = opened
    assert broken["figures"][first]["note"] == "This chart could not be drawn: made up"
    assert {key: broken["figures"][key] for key in others} == {key: opened[key] for key in others}
    assert broken["first"] == before["first"]


def test_a_chart_from_the_user_is_shown(report: Report) -> None:
    """A specification and a query from a user's folder are drawn in a separate section."""
    figure = report.seen["views"]["start"]["figures"]["own-mine"]
    assert figure["title"] == "My own chart"
    assert figure["marks"] > 0
    expected = report.query("""
        select spaces.name, environment_id, locale, count(*)::varchar
        from contentful__translations join tester.spaces on space_id = spaces.id
        where environment_id = 'master' group by all
    """)
    head, *rows = report.seen["opened"]["figures"]["own-mine"]["table"]
    assert head == ["Space", "Environment", "Locale", "Entries"]
    assert sorted(tuple(row) for row in rows) == sorted(
        (*place, f"{int(entries):,}") for *place, entries in expected
    )


CHARTS = {
    "chart-1_stale_share": (
        {"Live entries": "count(*)", "Stale entries": "count(*) filter (is_stale)"},
        "contentful__entries where environment_id = 'master' and is_live",
    ),
    "chart-3_time_to_publish": (
        {
            "Created": "31 * count(*)",
            "Published": "sum(greatest(0, 31 - floor(hours_to_first_publication / 24)))",
        },
        "contentful__entries where environment_id = 'master' and age_days between 30 and 395",
    ),
    "chart-4_age": (
        {"Entries": "count(*)"},
        "contentful__entries where environment_id = 'master' and is_live",
    ),
    "chart-5_locales": (
        {"Missing fields": "sum(missing_fields)", "Incomplete": "countif(missing_fields > 0)"},
        """contentful__translations where environment_id = 'master' and is_live
            and not is_default_locale and translated_share is not null""",
    ),
    "chart-7_filled_fields": (
        {"Fields": "count(*)"},
        "contentful__content_type_fields where environment_id = 'master' and entries > 0",
    ),
    "chart-8_workflows": (
        {"Open workflows": "count(*)"},
        "contentful__workflows where environment_id = 'master' and state = 'open'",
    ),
}
"""For each tested chart, the sums of columns of its table, as SQL, and their source."""


@pytest.mark.parametrize("name", CHARTS)
def test_the_data_of_a_chart_equals_the_marts(report: Report, name: str) -> None:
    """The columns of a chart's table add up to the numbers of the marts."""
    sums, source = CHARTS[name]
    head, *rows = report.seen["opened"]["figures"][name]["table"]
    found = {
        title: sum(float(row[head.index(title)].replace(",", "")) for row in rows)
        for title in sums
    }
    (expected,) = report.query(f"select {', '.join(sums.values())} from {source}")
    assert found == dict(zip(sums, map(float, expected), strict=True))
    assert all(found.values())


def test_a_month_that_is_not_over_is_dotted(report: Report, administration: Report) -> None:
    """Only the chart of months has a dotted line, and its text says why."""
    figures = {**report.seen["views"]["start"]["figures"]}
    figures |= administration.seen["views"]["start"]["figures"]
    assert [name for name, chart in figures.items() if chart["dotted"]] == ["chart-2_publishing"]
    assert "the current month, which is not over" in figures["chart-2_publishing"]["says"]


def test_the_day_of_the_sync_is_not_drawn(administration: Report) -> None:
    """Requests are drawn up to the day before the last sync, because its day is not over."""
    head, *rows = administration.seen["opened"]["figures"]["chart-9_requests"]["table"]
    ((expected,),) = administration.query("""
        select max(day) from contentful__usage_daily
        where space_id is null and metric = 'cma'
            and day < (select max(_fivetran_synced)::date from tester.sync_coverage)""")
    assert max(row[head.index("Day")] for row in rows) == f"{expected:%Y-%m-%d}"


def test_usage_says_where_it_is_counted(administration: Report) -> None:
    """Each row of usage has the number of its organization, space and environment."""
    expected = administration.query("""
        select
            (select name from tester.organizations where id = organization_id),
            coalesce((select name from tester.spaces where id = space_id), 'all spaces'),
            coalesce(environment_id, '\N{EN DASH}'),
            used
        from contentful__limits where used is not null""")
    head, *rows = administration.seen["opened"]["lists"]["usage_and_limits"]["table"]
    titles = ("Organization", "Counted in", "Counted environment", "Used")
    places = [head.index(title) for title in titles]
    found = [tuple(row[place] for place in places) for row in rows]
    shown = [(*names, f"{used:,}") for *names, used in expected]
    assert sorted(row for row in found if row[-1] != "\N{EN DASH}") == sorted(shown)


def test_fields_are_in_the_class_of_their_share(report: Report) -> None:
    """A bar has the fields whose share is at least its start, and below the start of the next."""
    head, *rows = report.seen["opened"]["figures"]["chart-7_filled_fields"]["table"]
    found: dict[float, int] = {}
    for row in rows:
        start = float(row[head.index("Filled from")])
        found[start] = found.get(start, 0) + int(row[head.index("Fields")])
    for start, fields in found.items():
        below = "filled_share <= 1" if start == 0.9 else f"filled_share < {start} + 0.1"
        ((expected,),) = report.query(f"""
            select count(*) from contentful__content_type_fields
            where environment_id = 'master' and filled_share >= {start} and {below}""")
        assert fields == expected, start
    assert len(found) > 1


def test_a_chart_of_the_first_targets_says_of_how_many(report: Report) -> None:
    """The chart of dead links has twelve bars, and names the number of all targets."""
    ((deleted,),) = report.query(narrowed(FINDINGS["links_to_deleted_content"], {}))
    ((unpublished,),) = report.query(narrowed(FINDINGS["links_to_unpublished_content"], {}))
    figure = report.seen["views"]["start"]["figures"]["chart-6_dead_links"]
    assert figure["note"] == (
        f"The 12 targets with the most dead links, of {deleted + unpublished:,}."
    )


@pytest.mark.parametrize("name", ["light", "dark", "tablet", "phone"])
def test_axe_finds_no_violation(report: Report, administration: Report, name: str) -> None:
    """Light, dark, at 1,024 and at 390 pixels, axe finds no violation and nothing overflows."""
    for one in (report, administration):
        assert one.seen["axe"][name] == []
        assert one.seen["overflow"].get(name, 0) <= 0


def test_the_page_works_by_keyboard(report: Report) -> None:
    """Tab reaches the filters first, and Enter sorts a table in both directions."""
    assert report.seen["tabs"][:6] == [
        "Skip to the report",
        "space",
        "environment",
        "content_type",
        "search",
        "Reset",
    ]
    (up, first), (down, last) = report.seen["opened"]["sorted"]
    assert (up, down) == ("ascending", "descending")
    assert first == sorted(first, key=str.casefold)
    assert last == first[::-1]


def test_no_chart_is_cut_in_print(report: Report, administration: Report) -> None:
    """On paper, each chart is smaller than a page, inside its margins, and unbroken."""
    for one in (report, administration):
        for name, figure in one.seen["print"]["figures"].items():
            chart = figure["chart"]
            assert chart["inside"] == "avoid", name
            assert 0 <= chart["left"] <= chart["left"] + chart["width"] <= 688, name
            assert 20 < chart["height"] < 900, name


def test_the_head_needs_no_script(report: Report) -> None:
    """Without JavaScript, the page shows its age, the sentences, and all findings with numbers."""
    view, plain = report.seen["views"]["start"], report.seen["plain"]
    assert view["about"] in plain
    assert view["said"] in plain
    words = " ".join(plain.split())
    for key, line in view["first"].items():
        title = view["lists"][key]["title"]
        shown = f"{title} {line['count']} {line['change']} {line['next']} {line['effort']}"
        assert f"{shown} {line['owner']}" in words


def test_an_old_browser_shows_the_head(report: Report) -> None:
    """A browser that cannot unpack the data shows the head, and says that the rest is missing."""
    view, old = report.seen["views"]["start"], report.seen["old"]
    assert view["said"] in old
    assert "The lists and charts cannot be shown: " in old
    assert "Open the file in a newer browser." in old


def test_data_that_was_not_read_is_unknown(sparse_report: Report) -> None:
    """Data that was not synced or was refused is unknown, never zero, and the page works."""
    view = sparse_report.seen["views"]["start"]
    assert set(sparse_report.seen["requests"]) == {sparse_report.page.as_uri()}
    assert sparse_report.seen["console"] == []
    assert sparse_report.seen["axe"] == {name: [] for name in ("light", "dark", "tablet", "phone")}
    assert view["first"] == {}
    assert view["said"] == "Nothing is known yet: the tables of the findings were not synced."
    assert view["nothing"] == ""
    known = [key for key, value in view["lists"].items() if value["count"] != "not known"]
    assert known == []
    assert {one["note"] for one in view["figures"].values()} == {
        "Not known, because data is missing: see the end of the page."
    }
    assert any("ENTRIES" in one and "HTTP 403" in one for one in view["missing"])
    assert any(one.startswith("ASSETS not synced") for one in view["missing"])
    assert HOSTILE in " ".join(view["missing"])


def spoiled(report: Report, folder: Path, *statements: str) -> Path:
    """Return a copy of the warehouse after some statements."""
    warehouse = Path(shutil.copy(report.warehouse, folder))
    with duckdb.connect(str(warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)
    return warehouse


def test_awkward_names_harm_nothing(report: Report, tmp_path: Path) -> None:
    """Names of 300 letters, and those of properties in JavaScript, neither widen nor blank it."""
    warehouse = spoiled(
        report,
        tmp_path,
        "update tester.spaces set name = repeat('x', 300) where name = 'Website'",
        "update tester.organizations set name = repeat('y', 300)",
        "update analytics_contentful.contentful__content_types"
        " set name = '__proto__' where content_type_id = 'product'",
        "update analytics_contentful.contentful__content_types"
        " set name = 'constructor' where content_type_id = 'article'",
    )
    page = drawn(warehouse)
    for one in (page, page.with_name("report-admin.html")):
        seen = browsed(one, tmp_path / one.stem, None)
        assert {*seen["overflow"].values()} == {0}
        assert seen["console"] == []
        for name, figure in seen["views"]["start"]["figures"].items():
            assert figure["marks"] > 0, name


def test_old_data_is_named_as_such(report: Report, tmp_path: Path) -> None:
    """The page of data that is 90 days old says so at its top, and counts from its last sync."""
    with duckdb.connect(str(report.warehouse), read_only=True) as connection:
        query = "select table_name from duckdb_tables() where schema_name = 'tester'"
        tables = [name for (name,) in connection.execute(query).fetchall()]
    earlier = "update tester.{} set _fivetran_synced = _fivetran_synced - interval 90 days"
    page = drawn(spoiled(report, tmp_path, *map(earlier.format, tables)))
    text = page.read_text(encoding="utf-8")
    about = re.search(r'<p id="about" class="(\w+)">([^<]+)</p>', text)
    assert about is not None
    assert about[1] == "old"
    assert "That is 90 days ago: check that the connection syncs." in about[2]


def test_a_second_report_shows_the_change(report: Report, tmp_path: Path) -> None:
    """A report on newer data has the change of each number since the one before."""
    page = drawn(spoiled(report, tmp_path))
    with duckdb.connect(str(tmp_path / "warehouse.db")) as connection:
        connection.execute("""
            delete from analytics_contentful.contentful__tags where tag_id in (
                select tag_id from analytics_contentful.contentful__tags
                where is_unused and environment_id = 'master' limit 1)""")
        connection.execute(
            "update tester.spaces set _fivetran_synced = _fivetran_synced + interval 1 hour"
        )
    drawn(tmp_path / "warehouse.db")
    text = page.read_text(encoding="utf-8")
    assert re.search(
        'data-id="unused_tags">.*<td class="number change">\N{MINUS SIGN}1</td>', text
    )
    assert re.search(r'data-id="forgotten_drafts">.*<td class="number change">±0</td>', text)
    history = tmp_path / "report-history.json"
    reports = json.loads(history.read_text(encoding="utf-8"))["reports"]
    assert len(reports) == 2
    # TASKS was not synced, so a later number of tasks has nothing to be compared with.
    assert "overdue_tasks" not in reports[0]["totals"]
    assert history.stat().st_size < 5_000


SMALL_ROOM = """
import runpy
from report import findings
findings.ROOM = 20_000
runpy.run_module("report", run_name="__main__", alter_sys=True)
"""
"""Creates the report with room for short lists only."""


def test_long_lists_are_next_to_the_page(report: Report, tmp_path: Path) -> None:
    """A list without room in the page is cut there, and complete in a CSV file next to it."""
    page = tmp_path / "report.html"
    command = [str(PYTHON), "-c", SMALL_ROOM, str(report.warehouse), "--out", str(page)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    path = tmp_path / "report-lists" / "forgotten_drafts.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    ((expected,),) = report.query(
        "select count(*) from contentful__entries where status = 'draft' and is_stale"
    )
    assert len(rows) == expected
    assert path.stat().st_mode & 0o077 == 0
    assert page.stat().st_size < report.page.stat().st_size - 200_000
    # A page with room for a list needs no file of it.
    drawn(report.warehouse, "--out", str(page))
    for one in (tmp_path / "report-lists").iterdir():
        assert len(list(csv.reader(one.read_text(encoding="utf-8").splitlines()))) > 2_001, one
    assert not path.exists()


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
    assert "(File too large): " in line
    assert page.read_text("utf-8") == "the old one"


EVERY_TYPE = """
-- A comment.
select
    true as flag, 1::tinyint as tiny, 2::hugeint as huge, 1.5::decimal(4, 2) as exact,
    2.25::float as real, 'text' as words, 'a'::enum ('a', 'b') as choice,
    date '2026-01-02' as day, time '12:30:00' as clock,
    timestamp '2026-01-02 03:04:05' as instant, timestamptz '2026-01-02 03:04:05+00' as zoned,
    interval 1 day as span, uuid '5ba69cd0-0b29-4f8c-9b0a-3c1a1f1c7d4d' as id,
    [1, 2] as list, {'a': 1} as struct, map {'k': 1} as map, 'ab'::blob as bytes,
    '101'::bit as bits, null as nothing, 0.5 as used_share, 1 as n, 'o' as owner,
    'u' as url, 2 as amount
; -- A comment behind the end.
"""


def test_a_query_may_have_any_type(report: Report, tmp_path: Path) -> None:
    """A user's query may have values of any type, and the name of one of the report's queries."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "4_age.sql").write_text(EVERY_TYPE)
    table = {"title": {"text": ["Every", "type"]}, "data": {"name": "4_age"}, "usermeta": None}
    (own / "4_age.json").write_text(json.dumps(table))
    page = drawn(report.warehouse, "--specs", str(own), "--out", str(tmp_path / "report.html"))
    figures = browsed(page, tmp_path / "seen", None)["views"]["start"]["figures"]
    # The report's chart uses its own query.
    assert figures["chart-4_age"] == report.seen["views"]["start"]["figures"]["chart-4_age"]
    assert figures["own-4_age"]["title"] == "Every type"
    shown = dict(zip(*figures["own-4_age"]["table"], strict=True))
    assert shown == {
        "Flag": "yes",
        "Tiny": "1",
        "Huge": "2",
        "Exact": "1.5",
        "Real": "2.25",
        "Words": "text",
        "Choice": "a",
        "Day": "2026-01-02",
        "Clock": "12:30:00",
        "Instant": "2026-01-02 03:04:05",
        "Zoned": "2026-01-02 03:04:05",
        "Span": "1 day",
        "Id": "5ba69cd0-0b29-4f8c-9b0a-3c1a1f1c7d4d",
        "List": "[1,2]",
        "Struct": '{"a":1}',
        "Map": '{"k":1}',
        "Bytes": "ab",
        "Bits": "101",
        "Nothing": "\N{EN DASH}",
        "Used share": "50%",
        "N": "1",
        "Owner": "o",
        "Url": "u",
        "Amount": "2",
    }


BAR = '{"data": {"name": "a"}, "mark": "bar", "encoding": {"x": {"field": "one"}}}'
REFUSED = {
    "broken": ({"a.json": "{"}, "a.json must be JSON: "),
    "a list": ({"a.json": "[]"}, "a.json must be a JSON object (got list)."),
    "nameless": ({"a.json": "{}"}, "a.json must name its query: "),
    "lost": ({"a.json": '{"data": {"name": "lost"}}'}, "lost.sql, which is missing."),
    "no table": ({"a.json": BAR, "a.sql": "select 1 from nowhere"}, "a.sql cannot be used: "),
    "two": (
        {"a.json": BAR, "a.sql": "select 1; select 2"},
        "must be one SELECT statement (got 2)",
    ),
    "infinite": (
        {"a.json": BAR, "a.sql": "select 1 / 0 as one"},
        "a.sql cannot be used: Column one must have finite numbers (got inf).",
    ),
    "mark": (
        {"a.json": BAR.replace("bar", "barre"), "a.sql": "select 1 as one"},
        "a.json cannot be drawn: ",
    ),
    "empty": ({}, "There is no specification (*.json) in "),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_chart_that_cannot_be_used_is_named(report: Report, tmp_path: Path, name: str) -> None:
    """A specification or query that cannot be used ends the command with its file and reason."""
    files, sentence = REFUSED[name]
    for file, content in files.items():
        (tmp_path / file).write_text(content)
    out = tmp_path / "no.html"
    assert sentence in refused(report.warehouse, "--specs", tmp_path, "--out", out)
    assert not out.exists()


def test_a_warehouse_without_marts_is_refused(tmp_path: Path) -> None:
    """A DuckDB file without the marts ends the command with a short reason."""
    duckdb.connect(str(tmp_path / "empty.db")).close()
    assert "has no marts" in refused(tmp_path / "empty.db")


def refused(*arguments: object) -> str:
    """Run the command, which fails without creating a page, and return its message."""
    command = [str(PYTHON), "-m", "report", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) < 8
    return done.stderr


def test_make_report_ends_with_the_pages(report: Report, tmp_path: Path) -> None:
    """`make report` shows its steps and results, and ends with the paths of the pages."""
    warehouse = Path(shutil.copy(report.warehouse, tmp_path))
    make = shutil.which("make") or "make"
    command = [make, "--no-print-directory", "report", f"WAREHOUSE={warehouse}"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line]
    assert lines[0] == "Step 1 of 2, packages of dbt."
    assert re.fullmatch(r"Built \d+ models and passed \d+ tests in \d+ s\.", lines[-4])
    content, administration = (line.split()[0] for line in lines[-2:])
    assert content == str(warehouse.with_name("report.html"))
    assert administration == str(warehouse.with_name("report-admin.html"))
