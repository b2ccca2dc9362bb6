"""`make plan`: its numbers and those of the syncs, its progress and its errors."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from contentful_cma.state.state import BUDGET
from contentful_cma.tables import TABLES
from contentful_cma.tables.table import ByDay
from support.account import TOKEN, Account
from support.terminal import terminal
from support.warehouse import Run, Warehouse
from tools.user import plan
from tools.user.per_entry import pages

DEMO: Mapping[str, Any] = {"demo": True}
SMALL: Mapping[str, Any] = {"organizations": 2, "spaces": 3, "environments": 2, "entries": 30}
LARGE: Mapping[str, Any] = {"spaces": 1, "entries": 9_500, "assets": 1_000}
CASES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, str]]] = {
    "core": (SMALL, {}),
    "all": (DEMO, {"tables": "all", "environment_id": "*"}),
    "requests per entry": (SMALL, {"tables": "history, model", "environment_id": "*"}),
    "small pages": (SMALL, {"tables": "ENTRIES, COMMENTS", "max_records_per_page": "10"}),
    "pages of content": (LARGE, {"tables": "content"}),
    "a bound": (SMALL, {"tables": "content, USERS", "initial_sync_days": "365"}),
    "everything each time": (SMALL, {"tables": "content", "enable_incremental_sync": "false"}),
    "usage": (SMALL, {"tables": "usage"}),
    "history": (DEMO, {"tables": "all, history, SYNCS", "space_ids": "54jffh3joja2"}),
    "every row each time": (DEMO, {"tables": "model, people", "enable_incremental_sync": "false"}),
    "longer intervals": (DEMO, {"tables": "core, content, model@1d, people@1d, structure@1d"}),
}
"""An account and settings, by their purpose."""


ONE = {table.name: table for table in TABLES}
ESTIMATED = {table.name for table in TABLES if isinstance(table.read, ByDay)}
"""Tables whose rows are estimated; the days of the demo account are like each other."""

Planned = Callable[[Mapping[str, str]], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def planned(
    tmp_path: Path,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Planned:
    """Give a function that runs the command with settings for the account."""

    def run(settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        given = {"access_token": TOKEN, "base_url": account.url, **settings}
        file = tmp_path / "my-configuration.json"
        file.write_text(json.dumps(given), encoding="utf-8")
        command = ["plan", str(file)]
        monkeypatch.setattr(sys, "argv", command)
        capsys.readouterr()
        status = plan.main()
        shown = capsys.readouterr()
        return subprocess.CompletedProcess(command, status, shown.out, shown.err)

    return run


def synced(account: Account, warehouse: Warehouse, settings: Mapping[str, str]) -> tuple[int, Run]:
    """Sync; return the number of requests and the run."""
    account.forget_requests()
    run = warehouse.sync({"access_token": TOKEN, "base_url": account.url, **settings})
    assert run.error is None
    return len(account.requests()), run


def number(pattern: str, text: str) -> int:
    """Return the number at a place of a plan."""
    (found,) = re.findall(pattern, text)
    return int(found.replace(",", ""))


def rows_by_table(text: str) -> dict[str, str]:
    """Return the rows that a plan shows, by table."""
    lines = (re.split(r" {2,}", line.strip()) for line in text.splitlines())
    return {line[0]: line[-2] for line in lines if len(line) > 2 and line[0].isupper()}


def total(name: str, text: str) -> tuple[int, int]:
    """Return the requests and rows that a plan shows for a sync."""
    pattern = rf"^{name}: ([\d,]+) requests? \([^)]*\), ([\d,]+) rows?\b"
    (found,) = re.findall(pattern, text, re.MULTILINE)
    requests, rows = (int(number.replace(",", "")) for number in found)
    return requests, rows


def rows_of(run: Run) -> Counter[str]:
    """Return the number of rows that a sync has written, by table."""
    keys = {
        (table, tuple(row[key] for key in ONE[table].primary_key)) for table, row in run.written
    }
    return Counter(table for table, _ in keys)


@pytest.mark.year_of_usage
@pytest.mark.parametrize(("world", "settings"), CASES.values(), ids=CASES)
def test_a_plan_equals_the_syncs(
    planned: Planned, account: Account, world: Mapping[str, Any], settings: Mapping[str, str]
) -> None:
    """A first sync and one with no changes make the requests and rows of the plan."""
    account.reset(**world)
    done = planned(settings)
    assert done.returncode == 0, done.stderr
    shown = {name: rows for name, rows in rows_by_table(done.stdout).items() if rows != "?"}
    is_estimated = "demo" not in world and not ESTIMATED.isdisjoint(shown)
    warehouse = Warehouse()
    for name in ("First sync", "Sync with no changes"):
        requests, run = synced(account, warehouse, settings)
        rows = {table: count for table, count in rows_of(run).items() if table in shown}
        assert total(name, done.stdout)[0] == requests
        assert is_estimated or total(name, done.stdout)[1] == sum(rows.values())
        if name == "First sync":
            exact = {name for name in shown if not is_estimated or name not in ESTIMATED}
            written = {table: f"{rows.get(table, 0):,}" for table in exact}
            assert written == {table: shown[table] for table in exact}


@pytest.mark.process
def test_a_plan_shows_its_progress(tmp_path: Path, account: Account) -> None:
    """While a plan is made, a live line counts requests; the plan itself has no trace of it."""
    account.reset(**SMALL)
    given = {"access_token": TOKEN, "base_url": account.url, "tables": "all"}
    (tmp_path / "a.json").write_text(json.dumps(given), encoding="utf-8")
    command = (sys.executable, "-m", "tools.user.plan", "a.json")
    with terminal(tmp_path, *command, TERM="xterm", COLUMNS="80") as shell:
        assert shell.status() == 0, shell.shown
    assert re.search(
        r"Counting the account: [\d,]+ requests? rehearsed, [\d,]+ made\.", shell.shown
    )
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert (done.stderr, "rehearsed" in done.stdout) == (f"{plan.BEGUN}\n", False)


@pytest.mark.parametrize(
    ("requests", "rate", "time"),
    [
        (743, 960.0, "743 requests (less than a minute)"),
        (1, 7.0, "1 request (less than a minute)"),
        (4_200, 7.0, "4,200 requests (10 min at 7 per second)"),
        (90, 0.5, "90 requests (3 min at 0.5 per second)"),
    ],
)
def test_the_time_of_requests(requests: int, rate: float, time: str) -> None:
    """A time is in whole minutes, and one below a minute has no rate."""
    assert plan._time(requests, rate) == time


def test_a_plan_reads_no_content(planned: Planned, account: Account) -> None:
    """A plan makes only GET requests, and no answer has more than one entry or asset."""
    account.reset(**SMALL)
    account.forget_requests()
    done = planned({"tables": "all, history"})
    made = account.requests()
    assert {one["method"] for one in made} == {"GET"}
    listed = re.compile(r"/environments/[^/]+/(entries|assets)$")
    limits = [one["query"]["limit"] for one in made if listed.search(one["path"])]
    assert limits
    assert [one for one in limits if one != ["1"]] == []
    shown = number(r"Requests made for this plan: ([\d,]+)", done.stdout)
    assert shown == len(made)
    assert len(made) < number(r"First sync: ([\d,]+) requests", done.stdout)


def test_a_plan_shows_selected_places_and_refused_tables(
    planned: Planned, account: Account
) -> None:
    """Selected places are listed with their content, and refused tables with the reason."""
    account.reset(**SMALL)
    one, other, _ = account.stored("spaces")
    account.fault("/organizations/*/teams", status=403)
    account.fault("*/comments", status=403)
    chosen = {"space_ids": one["sys"]["id"], "tables": "ENTRIES, TEAMS, COMMENTS, SPACES"}
    done = planned(chosen)
    assert re.search(rf"{one['name'][:30]}.* master +30\b", done.stdout)
    assert other["name"][:30] not in done.stdout
    assert re.search(r"^  TEAMS: HTTP 403 ", done.stdout, re.MULTILINE)
    assert re.search(r"^  COMMENTS: HTTP 403 ", done.stdout, re.MULTILINE)
    requests, _ = synced(account, Warehouse(), chosen)
    assert number(r"First sync: ([\d,]+) requests", done.stdout) == requests


@pytest.mark.parametrize(
    ("settings", "status", "sentence"),
    [
        (
            {"space_ids": "no-such-space"},
            1,
            "space_ids must name ids that the account has (got 'no-such-space'",
        ),
        ({"access_token": "CFPAT-wrong"}, 1, " refused the access token. Check"),
        (
            {"access_token": "cma-emulator-delivery-token"},
            1,
            "Create a personal access token of the Content Management API",
        ),
        (
            {"environment_id": "mastr"},
            1,
            "environment_id must name ids that the account has (got 'mastr'; nearest: master",
        ),
        ({"space_ids": "master"}, 1, "space_ids must name ids that the account has (got 'master'"),
        ({"tables": "ENTRYS"}, 2, "Did you mean ENTRIES?"),
    ],
)
def test_a_plan_fails_as_the_sync_would(
    planned: Planned, account: Account, settings: Mapping[str, str], status: int, sentence: str
) -> None:
    """A failure of a sync ends the plan with the same sentence, and without a traceback."""
    account.reset(**SMALL)
    done = planned(settings)
    assert done.returncode == status
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.process
def test_a_plan_names_a_proxy_that_cannot_be_used(
    planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan ends at once with the variable of a proxy that cannot be used, and its value."""
    monkeypatch.setenv("HTTPS_PROXY", "socks5://ann:s3cret@localhost:9")
    monkeypatch.delenv("https_proxy", raising=False)
    done = planned({"base_url": "https://nowhere.invalid"})
    assert (done.returncode, "s3cret" in done.stderr, "tries" in done.stderr) == (1, False, False)
    must = "HTTPS_PROXY must be the http:// or https:// URL of a proxy"
    assert f"{must} (got 'socks5://localhost:9'" in done.stderr


@pytest.mark.parametrize("status", [403, 404, 501])
def test_a_plan_needs_the_list_of_spaces(planned: Planned, account: Account, status: int) -> None:
    """A plan without the list of spaces fails in the sentence of a sync."""
    account.reset(**SMALL)
    account.fault("/spaces", status=status)
    done = planned({})
    assert done.returncode == 1
    assert f"GET /spaces answered {status} (request id " in done.stderr
    assert "Nothing can be synced without the list of spaces." in done.stderr


@pytest.mark.process
@pytest.mark.parametrize("given", [(), ("no-such-file.json",)])
def test_a_plan_without_a_configuration(given: tuple[str, ...]) -> None:
    """Without a configuration file, the command is shown."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.user.plan", *given],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "make plan CONFIGURATION=my-configuration.json" in done.stderr


def test_a_large_account_is_shared_out() -> None:
    """Each connection is below the budget of a state, and each space is in one connection."""
    half = "x" * (BUDGET // 2 - 1_000)
    state = {
        "places": {"a/master": half, "b/master": half, "c": half, "d/master": "y", "acme": "z"},
    }
    sizes = plan.sizes_of({"a", "b", "c", "d"}, state)
    assert sizes == {"a": len(half) + 2, "b": len(half) + 2, "c": len(half) + 2, "d": 3}
    assert plan.shared_out(sizes) == [["a", "b", "d"], ["c"]]


@pytest.mark.parametrize(
    ("records", "size", "expected"), [(0, 10, 1), (9, 10, 1), (10, 10, 2), (19, 10, 3), (2, 1, 5)]
)
def test_pages_that_repeat_a_record(records: int, size: int, expected: int) -> None:
    """A page that is not full is the last one; each later page repeats a record."""
    assert pages(records, size) == expected
