"""Reports on two accounts, each opened in a browser once."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
import requests
from views import HOSTILE, PICTURES, VIEWS, Report, browsed, built, drawn

from tools.user.emulated_account import configuration, emulated_account, whole


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Give the report on the demo account, with a chart from the user."""
    folder = tmp_path_factory.mktemp("demo")
    today = datetime.now(timezone.utc).date().isoformat()
    with emulated_account(demo=today, rate_limit=0) as url:
        warehouse = built(folder, whole(url))
    own = folder / "own"
    own.mkdir()
    (own / "locales.sql").write_text(
        "select space_id, environment_id, locale, count(*) as entries\n"
        "from contentful__translations group by all;\n"
    )
    spec = {
        "title": "My own chart",
        "description": "Entries in each locale.",
        "data": {"name": "locales"},
        "mark": "bar",
        "encoding": {
            "y": {"field": "locale", "type": "nominal"},
            "x": {"field": "entries", "aggregate": "sum"},
        },
    }
    (own / "mine.json").write_text(json.dumps(spec))
    page = drawn(warehouse, "--specs", str(own))
    return Report(page, warehouse, browsed(page, PICTURES / "demo", VIEWS))


@pytest.fixture(scope="session")
def administration(report: Report) -> Report:
    """Give the page about people, tokens and usage of the demo account."""
    page = report.page.with_name("report-admin.html")
    views = {"website": VIEWS["website"]}
    return Report(page, report.warehouse, browsed(page, PICTURES / "administration", views))


@pytest.fixture(scope="session")
def sparse_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Give the report on few tables: no entries, no access to them, and a hostile name."""
    folder = tmp_path_factory.mktemp("sparse")
    with emulated_account(organizations=1, spaces=1, environments=1, entries=0) as url:
        (space,) = requests.get(f"{url}/_emulator/store/spaces", timeout=10).json()["items"]
        hostile = {**space, "name": HOSTILE}
        stored = f"{url}/_emulator/store/spaces"
        requests.post(stored, json=hostile, timeout=10).raise_for_status()
        fault = {"path": "/spaces/*/entries", "method": "GET", "times": -1, "status": 403}
        error = {"sys": {"type": "Error", "id": "AccessDenied"}, "message": "No"}
        body = {**fault, "kind": "answer", "body": error}
        requests.post(f"{url}/_emulator/faults", json=body, timeout=10).raise_for_status()
        warehouse = built(folder, {**configuration(url), "tables": "core, ENTRIES"})
    page = drawn(warehouse)
    return Report(page, warehouse, browsed(page, PICTURES / "sparse", {}))
