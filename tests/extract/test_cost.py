"""What a quiet sync costs: the requests that docs/tables.md derives, and no row."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from support.account import Account
from support.cases import thinned
from support.warehouse import Warehouse

DOCUMENT = Path(__file__).parents[2] / "docs" / "tables.md"
SECTION = re.compile(
    r"^### (\w+)\n.*?^- Endpoint: `GET ([^?`]+).*?^- Requests when nothing changed: (.+?)\.$",
    re.MULTILINE | re.DOTALL,
)
REFUSED = (
    *("experiences", "experience_templates", "experience_fragments", "components"),
    *("data_assemblies", "design_tokens", "workflow_definitions", "workflows"),
    *("automation_definitions", "automation_executions"),
)
"""Endpoints of experiences, workflows and automations."""


def documented() -> dict[str, tuple[str, str]]:
    """Return endpoint and cost of every table, as the document has them."""
    sections = DOCUMENT.read_text(encoding="utf-8").split("\n### ")[1:]
    found = {}
    for section in sections:
        match = SECTION.search("### " + section)
        if match:
            found[match[1]] = match[2], match[3]
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
                found[endpoint.format(**ids)] += of_place(account, endpoint.format(**ids), cost)
        elif cost.startswith("1 for each record of WEBHOOKS"):
            for ids in places(account)["space"]:
                for webhook in account.stored(f"spaces/{ids['space_id']}/webhook_definitions"):
                    found[endpoint.format(**ids, parent=webhook["sys"]["id"])] += 1
        else:
            raise AssertionError(f"{name}: {cost}")
    return found


def of_place(account: Account, path: str, cost: str) -> int:
    """Return how often a listing is asked for in one place."""
    other = re.search(r"with a record of (\w+)", cost)
    if other and not account.stored(f"{path.rpartition('/')[0][1:]}/{other[1].lower()}"):
        return 0
    has_variants = "the other listing has a record" in cost and any(
        "schemaVersion" in one["sys"] for one in account.stored(path[1:])
    )
    return 1 + has_variants


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


def prepared(account: Account, **sizes: int) -> None:
    """Make an account; its first environment has no workflows, automations and no Timeline."""
    account.reset(environments=2, entries=7, assets=3, **sizes)
    first = "/spaces/{space_id}/environments/{environment_id}".format(
        **places(account)["environment"][0]
    )[1:]
    for kind in ("workflow_definitions", "automation_definitions", "releases"):
        for record in account.stored(f"{first}/{kind}"):
            if kind != "releases" or "schemaVersion" in record["sys"]:
                account.control("DELETE", f"store/{first}/{kind}/{record['sys']['id']}")


@pytest.mark.parametrize("paging", thinned(["cursor", "offset"], 2))
def test_a_quiet_sync_of_all_tables(
    account: Account, configuration: dict[str, str], warehouse: Warehouse, paging: str
) -> None:
    """With `tables: all` an unchanged account is 0 rows, and the requests of the document."""
    prepared(account, spaces=3, organizations=2)
    account.control("POST", "settings", {"roles_paging": paging})
    assert made_by_a_quiet_sync(account, configuration, warehouse) == expected(account)


def expected(account: Account) -> Counter[str]:
    """Return the requests of all tables by the document."""
    history = {name for name in documented() if "history" in groups_of(name)}
    return derived(account, set(documented()) - history)


def made_by_a_quiet_sync(
    account: Account, configuration: dict[str, str], warehouse: Warehouse, hours: int = 1
) -> Counter[str]:
    """Sync everything each hour; return how often the last sync asked for each path."""
    everything = {**configuration, "tables": "all, usage@1h", "environment_id": "*"}
    account.control("POST", "clock", {"now": "2026-03-01T10:00:00Z"})
    for _ in range(hours):
        assert warehouse.sync(everything).error is None
        account.control("POST", "clock", {"advance_seconds": 3600})
    return quiet(account, warehouse, everything)


def quiet(account: Account, warehouse: Warehouse, settings: dict[str, str]) -> Counter[str]:
    """Sync and return how often each path was asked; nothing is written or deleted."""
    account.forget_requests()
    run = warehouse.sync(settings)
    assert (run.error, run.written, run.deleted) == (None, [], [])
    return Counter(request["path"] for request in account.requests())


def test_a_quiet_sync_of_what_is_due(
    account: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """What is not due costs nothing, but for the lists of environments that tell what is new."""
    prepared(account, spaces=3, organizations=2)
    recommended = "core, content, model@1d, people@1d, structure@1d"
    settings = {**configuration, "tables": recommended, "environment_id": "*"}
    assert warehouse.sync(settings).error is None
    names = {name for name in documented() if groups_of(name) & {"core", "content"}}
    assert quiet(account, warehouse, settings) == derived(account, {*names, "ENVIRONMENTS"})


def test_a_quiet_sync_of_what_is_refused(
    account: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """What is refused and was requested an hour ago is not requested again."""
    prepared(account, spaces=5, organizations=2)
    for kind in REFUSED:
        account.fault(f"*/{kind}", status=403)
    made = made_by_a_quiet_sync(account, configuration, warehouse, hours=3)
    by_end = Counter(path.rpartition("/")[2] for path in made.elements())
    assert {kind: by_end[kind] for kind in REFUSED} == dict.fromkeys(REFUSED, 0)
    rest = {path: n for path, n in made.items() if path.rpartition("/")[2] not in REFUSED}
    others = expected(account).items()
    assert rest == {path: n for path, n in others if path.rpartition("/")[2] not in REFUSED}


SPACES, OF_A_SPACE, OF_AN_ENVIRONMENT, OF_THE_REST = 3, 11, 21, 41
"""Requests of a quiet sync of `all`: with two webhooks a space and in one organization.

The rest has the 26 of usage, and two for Timeline, which the environments of one space use.
"""


@pytest.mark.parametrize("is_refused", thinned([False, True], 2))
def test_a_quiet_sync_by_the_size_of_the_account(
    account: Account, configuration: dict[str, str], warehouse: Warehouse, *, is_refused: bool
) -> None:
    """A space takes 9 requests and an environment 21, or 11 where ten tables are refused."""
    account.reset(environments=2, spaces=SPACES)
    refused = REFUSED if is_refused else ()
    for kind in refused:
        account.fault(f"*/{kind}", status=403)
    hours = 3 if is_refused else 1
    made = made_by_a_quiet_sync(account, configuration, warehouse, hours)
    each = OF_AN_ENVIRONMENT - len(refused)
    spaces = SPACES * (OF_A_SPACE + 2 * each)
    assert sum(made.values()) == OF_THE_REST + spaces


def groups_of(name: str) -> set[str]:
    """Return the group in which the document describes a table."""
    before = DOCUMENT.read_text(encoding="utf-8").split(f"\n### {name}\n")[0]
    return {re.findall(r"^## (\w+)$", before, re.MULTILINE)[-1].lower()}
