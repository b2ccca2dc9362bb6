"""The cost of syncs: the requests that docs/cost.md lists, and no row without changes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from contentful_cma.tables import TABLES
from support.account import Account
from support.cases import thinned
from support.warehouse import Warehouse

DOCUMENTS = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([\d,]*) ?\| ([^|]+) \| ([^|]+) \|", re.MULTILINE)
SECTION = re.compile(r"^### (\w+)\n.*?^- Endpoint: `GET ([^?`]+)", re.MULTILINE | re.DOTALL)
METRICS = re.compile(r"^- Metrics: (.+)\.$", re.MULTILINE)
REFUSED = (
    *("experiences", "experience_templates", "experience_fragments", "components"),
    *("data_assemblies", "design_tokens", "workflow_definitions", "workflows"),
    *("automation_definitions", "automation_executions"),
)
"""Endpoints of experiences, workflows and automations."""


class Cost(NamedTuple):
    """A table's cost in docs/cost.md, and its endpoint and metrics in connector/TABLES.md."""

    group: str
    endpoint: str
    metrics: list[str]
    first: str
    unchanged: str


def documented() -> dict[str, Cost]:
    """Return the documented cost of every table that is requested."""
    sections = (DOCUMENTS / "connector" / "TABLES.md").read_text(encoding="utf-8").split("\n### ")
    endpoints = {}
    for section in sections[1:]:
        match = SECTION.search("### " + section)
        if match:
            metrics = METRICS.search(section)
            names = re.findall(r"`(\w+)`", metrics[1]) if metrics else ["asset_bandwidth"]
            endpoints[match[1]] = match[2], names
    rows = ROW.findall((DOCUMENTS / "docs" / "cost.md").read_text(encoding="utf-8"))
    return {
        name: Cost(group, *endpoints.get(name, ("", [])), first, unchanged)
        for group, name, _, first, unchanged in rows
    }


def places(account: Account) -> dict[str, list[dict[str, str]]]:
    """Return the ids of each organization, space and environment, by scope."""
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


def derived(
    account: Account, names: set[str], cost_of: Callable[[Cost], str] = lambda cost: cost.unchanged
) -> Counter[str]:
    """Return the requests per path by the document, if each listing fits on one page."""
    found: Counter[str] = Counter()
    shared: set[str] = set()
    for name, row in documented().items():
        if name not in names or name in shared:
            continue
        cost = cost_of(row)
        shared.update(re.findall(r"shared with (\w+)", cost))
        scope = re.match(r"(\d+) per (account|organization|space|environment)\b", cost)
        if "{metric}" in row.endpoint:
            found += of_metrics(account, row, cost)
        elif scope:
            for ids in places(account)[scope[2]]:
                path = row.endpoint.format(**ids)
                found[path] += of_place(account, path, cost)
        elif cost == "1 per record of WEBHOOKS":
            for ids in places(account)["space"]:
                for webhook in account.stored(f"spaces/{ids['space_id']}/webhook_definitions"):
                    found[row.endpoint.format(**ids, parent=webhook["sys"]["id"])] += 1
        else:
            raise AssertionError(f"{name}: {cost}")
    return found


def of_place(account: Account, path: str, cost: str) -> int:
    """Return the requests of a listing in one place."""
    other = re.search(r"per environment with (\w+)$", cost)
    if other and not account.stored(f"{path.rpartition('/')[0][1:]}/{other[1].lower()}"):
        return 0
    has_variants = "of both kinds" in cost and any(
        "schemaVersion" in one["sys"] for one in account.stored(path[1:])
    )
    return int(cost.split(maxsplit=1)[0]) + has_variants


def of_metrics(account: Account, row: Cost, cost: str) -> Counter[str]:
    """Return the requests of a table that is read metric by metric."""
    found: Counter[str] = Counter()
    for ids in places(account)["organization"]:
        for metric in row.metrics:
            each = int(cost.split(maxsplit=1)[0]) // len(row.metrics)
            found[row.endpoint.format(**ids, metric=metric)] += each
    return found


def test_every_table_has_its_cost() -> None:
    """Each table that is requested has its endpoint and its cost in the documents."""
    found = documented()
    assert {table.name for table in TABLES} - set(found) == {"SYNC_COVERAGE", "SYNCS"}
    assert [name for name, cost in found.items() if not cost.endpoint] == []


def prepared(account: Account, **sizes: int) -> None:
    """Create an account; its first environment has no workflows, automations or Timeline."""
    account.reset(environments=2, entries=7, assets=3, **sizes)
    first = "/spaces/{space_id}/environments/{environment_id}".format(
        **places(account)["environment"][0]
    )[1:]
    for kind in ("workflow_definitions", "automation_definitions", "releases"):
        for record in account.stored(f"{first}/{kind}"):
            if kind != "releases" or "schemaVersion" in record["sys"]:
                account.control("DELETE", f"store/{first}/{kind}/{record['sys']['id']}")


@pytest.mark.parametrize("paging", thinned(["cursor", "offset"], 2))
def test_a_sync_with_no_changes_of_all_tables(
    account: Account, configuration: dict[str, str], warehouse: Warehouse, paging: str
) -> None:
    """With `tables: all` and no changes, requests are as documented, and no row is written."""
    prepared(account, spaces=3, organizations=2)
    account.control("POST", "settings", {"roles_paging": paging})
    assert requests_of_the_last_sync(account, configuration, warehouse) == expected(account)


def expected(account: Account) -> Counter[str]:
    """Return the requests of all tables by the document."""
    return derived(account, not_history())


def not_history() -> set[str]:
    """Return the tables of `tables: all`."""
    return {name for name, cost in documented().items() if cost.group != "history"}


@pytest.mark.year_of_usage
def test_a_first_sync_of_all_tables(
    account: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """A first sync with `tables: all` makes the documented requests."""
    prepared(account, spaces=3, organizations=2)
    account.forget_requests()
    everything = {**configuration, "tables": "all", "environment_id": "*"}
    assert warehouse.sync(everything).error is None
    made = Counter(request["path"] for request in account.requests())
    assert made == derived(account, not_history(), lambda cost: cost.first)


def requests_of_the_last_sync(
    account: Account, configuration: dict[str, str], warehouse: Warehouse, hours: int = 1
) -> Counter[str]:
    """Sync all tables once an hour; return how often the last sync requested each path."""
    everything = {**configuration, "tables": "all, usage@1h", "environment_id": "*"}
    account.control("POST", "clock", {"now": "2026-03-01T10:00:00Z"})
    for _ in range(hours):
        assert warehouse.sync(everything).error is None
        account.control("POST", "clock", {"advance_seconds": 3600})
    return requests_of_a_sync(account, warehouse, everything)


def requests_of_a_sync(
    account: Account, warehouse: Warehouse, settings: dict[str, str]
) -> Counter[str]:
    """Sync and return how often each path was requested; no row is written or deleted."""
    account.forget_requests()
    run = warehouse.sync(settings)
    assert (run.error, run.written, run.deleted) == (None, [], [])
    return Counter(request["path"] for request in account.requests())


def test_a_sync_with_no_changes_of_due_tables(
    account: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """Tables that are not due cost no request, but lists of environments are read for new ones."""
    prepared(account, spaces=3, organizations=2)
    recommended = "core, content, model@1d, people@1d, structure@1d"
    settings = {**configuration, "tables": recommended, "environment_id": "*"}
    assert warehouse.sync(settings).error is None
    names = {name for name, cost in documented().items() if cost.group in {"core", "content"}}
    assert requests_of_a_sync(account, warehouse, settings) == derived(
        account, {*names, "ENVIRONMENTS"}
    )


def test_a_sync_with_no_changes_of_refused_tables(
    account: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """Refused tables that were requested an hour ago are not requested again."""
    prepared(account, spaces=5, organizations=2)
    for kind in REFUSED:
        account.fault(f"*/{kind}", status=403)
    made = requests_of_the_last_sync(account, configuration, warehouse, hours=3)
    by_end = Counter(path.rpartition("/")[2] for path in made.elements())
    assert {kind: by_end[kind] for kind in REFUSED} == dict.fromkeys(REFUSED, 0)
    rest = {path: n for path, n in made.items() if path.rpartition("/")[2] not in REFUSED}
    others = expected(account).items()
    assert rest == {path: n for path, n in others if path.rpartition("/")[2] not in REFUSED}


SPACES, OF_A_SPACE, OF_AN_ENVIRONMENT, OF_THE_REST = 3, 12, 21, 41
"""Requests of a sync of `all` with no changes: two webhooks in each space, one organization.

The rest includes 26 for usage, and 2 for Timeline, which the environments of one space use.
"""


@pytest.mark.parametrize("is_refused", thinned([False, True], 2))
def test_the_cost_by_the_size_of_the_account(
    account: Account, configuration: dict[str, str], warehouse: Warehouse, *, is_refused: bool
) -> None:
    """A space takes 10 requests and 1 per webhook; an environment 21, or 11 with 10 refusals."""
    account.reset(environments=2, spaces=SPACES)
    refused = REFUSED if is_refused else ()
    for kind in refused:
        account.fault(f"*/{kind}", status=403)
    hours = 3 if is_refused else 1
    made = requests_of_the_last_sync(account, configuration, warehouse, hours)
    each = OF_AN_ENVIRONMENT - len(refused)
    spaces = SPACES * (OF_A_SPACE + 2 * each)
    assert sum(made.values()) == OF_THE_REST + spaces
