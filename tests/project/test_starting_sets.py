"""The recommended tables of the README, and their cost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.account import TOKEN, Account
from support.warehouse import Warehouse

pytestmark = pytest.mark.year_of_usage

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COST = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
TOTALS = re.compile(
    r"\| `([^`]+)` \| ([\d,]+) requests, ([\d,]+) requests, ([\d,]+) rows \|$", re.MULTILINE
)
COSTS = {
    tables: tuple(int(number.replace(",", "")) for number in numbers)
    for tables, *numbers in TOTALS.findall(README + COST)
}
FORMULAS = dict(re.findall(r"^\| `([^`]+)` \| (\d+, and .+) \|$", COST, re.MULTILINE))
EACH = {"organization": 2, "space": 3, "environment": 3, "webhook": 9}
"""The numbers of the demo account; environments: those that are read."""


def test_four_sets_and_all_are_recommended() -> None:
    """The README has the cost of four sets, cost.md has a formula for each, and two more costs."""
    assert [one[0] for one in TOTALS.findall(README)] == list(FORMULAS)
    assert len(COSTS) == len(FORMULAS) + 2 == 6


@pytest.mark.parametrize("tables", COSTS)
def test_a_set_costs_what_the_readme_says(demo_account: Account, tables: str) -> None:
    """The demo account has the stated rows, and takes the stated requests in both syncs."""
    warehouse = Warehouse()
    configuration = {"access_token": TOKEN, "base_url": demo_account.url, "tables": tables}
    requests = []
    for _ in range(2):
        demo_account.forget_requests()
        run = warehouse.sync(configuration)
        assert (run.error, run.warnings) == (None, [])
        requests.append(len(demo_account.requests()))
    rows = sum(map(len, warehouse.tables.values()))
    assert (*requests, rows) == COSTS[tables]


@pytest.mark.parametrize("tables", FORMULAS)
def test_the_parts_add_up(tables: str) -> None:
    """The requests per place add up to those of the demo account."""
    formula = FORMULAS[tables]
    once = int(formula.split(",")[0])
    parts = re.findall(r"(\d+) per (\w+)", formula)
    assert once + sum(int(number) * EACH[place] for number, place in parts) == COSTS[tables][1]


def test_the_demo_account_is_described(demo_account: Account) -> None:
    """The documents count the demo account's spaces, entries, assets and webhooks."""
    spaces = [f"spaces/{one['sys']['id']}" for one in demo_account.stored("spaces")]
    entries, assets, webhooks = (
        sum(len(demo_account.stored(f"{space}/{name}")) for space in spaces)
        for name in (
            "environments/master/entries",
            "environments/master/assets",
            "webhook_definitions",
        )
    )
    described = f"has {len(spaces)} spaces, {entries:,} entries and {assets:,} assets."
    assert described in README
    assert f"and {webhooks} webhooks." in COST
