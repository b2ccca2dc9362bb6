"""What the README recommends to start with, and what it says that this costs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.account import TOKEN, Account
from support.warehouse import Warehouse

pytestmark = pytest.mark.year_of_usage

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
SET = re.compile(
    r"^\| [^|]+ \| `([^`]+)` \| ([^|]+) \| (\d+) requests, (\d+) requests, (\d+) rows \|$",
    re.MULTILINE,
)
ALL = re.compile(r"`tables: ([^`]+)` takes (\d+) requests there, (\d+) when quiet, for (\d+) rows")
COSTS = {
    **{tables: tuple(map(int, numbers)) for tables, _, *numbers in SET.findall(README)},
    **{tables: tuple(map(int, numbers)) for tables, *numbers in ALL.findall(README)},
}
EACH = {"organization": 2, "space": 3, "environment": 3, "webhook": 9}
"""How many of each the demo account has, of environments those that are read."""


def test_four_sets_and_all_are_recommended() -> None:
    """There is a set for most users and for three kinds of them, beside all tables and usage."""
    assert len(COSTS) == len(SET.findall(README)) + 2 == 6


@pytest.mark.parametrize("tables", COSTS)
def test_a_set_costs_what_the_readme_says(demo_account: Account, tables: str) -> None:
    """The demo account takes as many requests and rows as stated, first and when quiet."""
    warehouse = Warehouse()
    configuration = {"access_token": TOKEN, "base_url": demo_account.url, "tables": tables}
    asked = []
    for _ in range(2):
        demo_account.forget_requests()
        run = warehouse.sync(configuration)
        assert (run.error, run.warnings) == (None, [])
        asked.append(len(demo_account.requests()))
    rows = sum(map(len, warehouse.tables.values()))
    assert (*asked, rows) == COSTS[tables]


@pytest.mark.parametrize("found", SET.findall(README), ids=lambda found: found[0])
def test_the_parts_add_up(found: tuple[str, ...]) -> None:
    """What a quiet sync asks of each place makes up what it asks of the demo account."""
    _, formula, _, quiet, _ = found
    once = int(re.match(r"\d+", formula)[0])  # type: ignore[index]
    parts = re.findall(r"(\d+) for each (\w+)", formula)
    assert once + sum(int(number) * EACH[place] for number, place in parts) == int(quiet)


def test_the_demo_account_is_described(demo_account: Account) -> None:
    """The README counts the demo account's entries, assets and webhooks as they are."""
    spaces = [f"spaces/{one['sys']['id']}" for one in demo_account.stored("spaces")]
    counts = [
        sum(len(demo_account.stored(f"{space}/{name}")) for space in spaces)
        for name in ("environments/master/entries", "environments/master/assets")
    ]
    counts.append(
        sum(len(demo_account.stored(f"{space}/webhook_definitions")) for space in spaces)
    )
    told = re.search(r"with (\d+) entries, (\d+) assets and (\d+) webhooks", README)
    assert told
    assert list(map(int, told.groups())) == counts
