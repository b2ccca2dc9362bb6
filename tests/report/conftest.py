"""Reports on two accounts, looked at in a browser once."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
import requests
from looked import HOSTILE, PICTURES, VIEWS, Look, built, drawn, looked_at

from tools.user.emulated_account import configuration, emulated_account, whole


@pytest.fixture(scope="session")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Give the report on the demo account, with a chart of the user's own."""
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
        "description": "Which locales there are.",
        "data": {"name": "locales"},
        "mark": "bar",
        "encoding": {
            "y": {"field": "locale", "type": "nominal"},
            "x": {"field": "entries", "aggregate": "sum"},
        },
    }
    (own / "mine.json").write_text(json.dumps(spec))
    page = drawn(warehouse, "--specs", str(own))
    return Look(page, warehouse, looked_at(page, PICTURES / "demo", VIEWS))


@pytest.fixture(scope="session")
def scant(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Give the report on two tables and a refused one: no entries, no rights, a hostile name."""
    folder = tmp_path_factory.mktemp("scant")
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
    return Look(page, warehouse, looked_at(page, PICTURES / "scant", {}))
