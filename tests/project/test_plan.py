"""What `make plan` says before a sync, beside what the syncs then ask and write."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from contentful_cma.state.state import BUDGET
from support.account import TOKEN, Account
from support.warehouse import Run, Warehouse
from tools.user import plan
from tools.user.per_entry import pages

DEMO: Mapping[str, Any] = {"demo": True}
SMALL: Mapping[str, Any] = {"organizations": 2, "spaces": 3, "environments": 2, "entries": 30}
LARGE: Mapping[str, Any] = {"spaces": 1, "entries": 9_500, "assets": 1_000}
CASES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, str]]] = {
    "core": (SMALL, {}),
    "all": (DEMO, {"tables": "all", "environment_id": "*"}),
    "what is asked for each entry": (SMALL, {"tables": "history, model", "environment_id": "*"}),
    "small pages": (SMALL, {"tables": "ENTRIES, COMMENTS", "max_records_per_page": "10"}),
    "pages of content": (LARGE, {"tables": "content"}),
    "a bound": (SMALL, {"tables": "content, USERS", "initial_sync_days": "365"}),
    "everything each time": (SMALL, {"tables": "content", "enable_incremental_sync": "false"}),
    "usage": (SMALL, {"tables": "usage"}),
}


Planned = Callable[[Mapping[str, str]], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def planned(
    tmp_path: Path,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Planned:
    """Give what runs the command with settings beside the token and the address of the account."""

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
    """Sync for real; return how many requests that took."""
    account.forget_requests()
    run = warehouse.sync({"access_token": TOKEN, "base_url": account.url, **settings})
    assert run.error is None
    return len(account.requests()), run


def number(pattern: str, text: str) -> int:
    """Return the one number that a plan says there."""
    (found,) = re.findall(pattern, text)
    return int(found.replace(",", ""))


def counted(name: str, text: str) -> str:
    """Return how many rows of a table a plan foresees."""
    (line,) = [line for line in text.splitlines() if line.split()[:1] == [name]]
    return line.split()[-2]


@pytest.mark.parametrize(("world", "settings"), CASES.values(), ids=CASES)
def test_a_plan_foretells_the_requests(
    planned: Planned, account: Account, world: Mapping[str, Any], settings: Mapping[str, str]
) -> None:
    """A first and a quiet sync ask exactly as often as the plan said, and have its entries."""
    account.reset(**world)
    done = planned(settings)
    assert done.returncode == 0, done.stderr
    warehouse = Warehouse()
    first, run = synced(account, warehouse, settings)
    quiet, _ = synced(account, warehouse, settings)
    assert (
        number(r"First sync: ([\d,]+) requests", done.stdout),
        number(r"Quiet sync: ([\d,]+) requests", done.stdout),
    ) == (first, quiet)
    written = [table for table, _ in run.written]
    for table in {"SPACES", "USERS", "ENTRIES", "ASSETS", "TAGS"} & set(written):
        assert counted(table, done.stdout) == f"{written.count(table):,}"


def test_a_plan_reads_no_content(planned: Planned, account: Account) -> None:
    """Only reading requests are made; one entry or asset at most is in any answer to them."""
    account.reset(**SMALL)
    account.forget_requests()
    done = planned({"tables": "all, history"})
    asked = account.requests()
    assert {one["method"] for one in asked} == {"GET"}
    listed = re.compile(r"/environments/[^/]+/(entries|assets)$")
    limits = [one["query"]["limit"] for one in asked if listed.search(one["path"])]
    assert limits
    assert [one for one in limits if one != ["1"]] == []
    said = number(r"Requests made for this plan: ([\d,]+)", done.stdout)
    assert said == len(asked)
    assert len(asked) < number(r"First sync: ([\d,]+) requests", done.stdout)


def test_a_plan_shows_what_is_selected_and_what_is_refused(
    planned: Planned, account: Account
) -> None:
    """The places that the settings select are listed with their content, and refusals named."""
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
    asked, _ = synced(account, Warehouse(), chosen)
    assert number(r"First sync: ([\d,]+) requests", done.stdout) == asked


@pytest.mark.parametrize(
    ("settings", "status", "sentence"),
    [
        (
            {"space_ids": "no-such-space"},
            1,
            "space_ids must name ids that the account has (got 'no-such-space'",
        ),
        ({"access_token": "CFPAT-wrong"}, 1, "the access token was refused by http"),
        (
            {"access_token": "cma-emulator-delivery-token"},
            1,
            "create a personal access token of the Content Management API",
        ),
        (
            {"environment_id": "mastr"},
            1,
            "environment_id must name ids that the account has (got 'mastr'; nearest: master",
        ),
        ({"space_ids": "master"}, 1, "space_ids must name ids that the account has (got 'master'"),
        ({"tables": "ENTRYS"}, 2, "the nearest is ENTRIES"),
    ],
)
def test_a_plan_fails_as_the_sync_would(
    planned: Planned, account: Account, settings: Mapping[str, str], status: int, sentence: str
) -> None:
    """What would end a sync ends the plan with the same sentence, and without a traceback."""
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
    """Without a configuration that exists, the command says how to name one."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.user.plan", *given],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "make plan CONFIGURATION=my-configuration.json" in done.stderr


def test_a_large_account_is_shared_out() -> None:
    """Each connection keeps below the budget of a state, and each space is in one of them."""
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
    """A page that is not full is the last one; each but the first repeats a record."""
    assert pages(records, size) == expected
