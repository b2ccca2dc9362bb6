"""What a quiet sync costs: the requests that docs/tables.md derives, and no row."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from support.account import Account
from support.warehouse import Warehouse

DOCUMENT = Path(__file__).parents[2] / "docs" / "tables.md"
SECTION = re.compile(
    r"^### (\w+)\n.*?^- Endpoint: `GET ([^?`]+).*?^- Requests when nothing changed: (.+?)\.$",
    re.MULTILINE | re.DOTALL,
)


def documented() -> dict[str, tuple[str, str]]:
    """Return endpoint and cost of every table, as the document has them."""
    sections = DOCUMENT.read_text(encoding="utf-8").split("\n### ")[1:]
    found = {}
    for section in sections:
        match = SECTION.search("### " + section)
        if match:
            found[match[1]] = (match[2], match[3])
    return found


def places(account: Account) -> dict[str, list[dict[str, str]]]:
    """Return the ids of each organization, space and environment, by the name of the scope."""
    spaces = [space["sys"]["id"] for space in account.stored("spaces")]
    return {
        "account": [{}],
        "organization": [
            {"organization_id": one["sys"]["id"]} for one in account.stored("organizations")
        ],
        "space": [{"space_id": space} for space in spaces],
        "environment": [
            {"space_id": space, "environment_id": one["sys"]["id"]}
            for space in spaces
            for one in account.stored(f"spaces/{space}/environments")
        ],
    }


def derived(account: Account, groups: set[str]) -> Counter[str]:
    """Return how many requests each path takes by the document, where all fit on one page."""
    found: Counter[str] = Counter()
    shared: set[str] = set()
    for name, (endpoint, cost) in documented().items():
        if name not in groups or name in shared:
            continue
        shared.update(re.findall(r"shared with (\w+)", cost))
        if "metrics" in cost:
            found += of_metrics(account, endpoint, cost)
            continue
        scope = re.search(r"for each (account|organization|space|environment)", cost)
        if scope:
            for ids in places(account)[scope[1]]:
                found[endpoint.format(**ids)] += 2 if "asked in 2 ways" in cost else 1
        elif cost.startswith("1 for each record of WEBHOOKS"):
            for ids in places(account)["space"]:
                for webhook in account.stored(f"spaces/{ids['space_id']}/webhook_definitions"):
                    found[endpoint.format(**ids, parent=webhook["sys"]["id"])] += 1
        else:
            raise AssertionError(f"{name}: {cost}")
    return found


def of_metrics(account: Account, endpoint: str, cost: str) -> Counter[str]:
    """Return the requests of a table that asks for one metric after another."""
    found: Counter[str] = Counter()
    for ids in places(account)["organization"]:
        for metric in re.findall(r"`(\w+)`", cost):
            found[endpoint.format(**ids, metric=metric)] += int(cost.split(maxsplit=1)[0])
    return found


def test_every_table_has_its_cost() -> None:
    """Each table of the document states its endpoint and its cost, but for what asks for none."""
    described = set(re.findall(r"^### (\w+)$", DOCUMENT.read_text(), re.MULTILINE))
    assert described - set(documented()) == {"SYNC_COVERAGE", "SYNCS"}


@pytest.mark.parametrize("paging", ["cursor", "offset"])
def test_a_quiet_sync_of_all_tables(
    account: Account, configuration: dict[str, str], warehouse: Warehouse, paging: str
) -> None:
    """With `tables: all` an unchanged account is 0 rows, and the requests of the document."""
    account.reset(spaces=3, environments=2, organizations=2, entries=7, assets=3)
    account.control("POST", "clock", {"now": "2026-03-01T10:00:00Z"})
    account.control("POST", "settings", {"roles_paging": paging})
    everything = {**configuration, "tables": "all, usage@1h", "environment_id": "*"}
    assert warehouse.sync(everything).error is None
    account.control("POST", "clock", {"advance_seconds": 3600})
    names = {name for name in documented() if group_of(name) != "history"}
    assert quiet(account, warehouse, everything) == derived(account, names)


def test_a_quiet_sync_of_what_is_due(
    account: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """What is not due costs nothing, but for the lists of environments that tell what is new."""
    account.reset(spaces=3, environments=2, organizations=2, entries=7, assets=3)
    recommended = "core, content, model@1d, people@1d, structure@1d"
    settings = {**configuration, "tables": recommended, "environment_id": "*"}
    assert warehouse.sync(settings).error is None
    names = {name for name in documented() if group_of(name) in ("core", "content")}
    assert quiet(account, warehouse, settings) == derived(account, {*names, "ENVIRONMENTS"})


def quiet(account: Account, warehouse: Warehouse, settings: dict[str, str]) -> Counter[str]:
    """Sync and return the requests of each path; nothing is written or deleted."""
    account.forget_requests()
    run = warehouse.sync(settings)
    assert (run.error, run.written, run.deleted) == (None, [], [])
    return Counter(request["path"] for request in account.requests())


def group_of(name: str) -> str:
    """Return the group in which the document describes a table."""
    before = DOCUMENT.read_text(encoding="utf-8").split(f"\n### {name}\n")[0]
    return str(re.findall(r"^## (\w+)$", before, re.MULTILINE)[-1]).lower()
