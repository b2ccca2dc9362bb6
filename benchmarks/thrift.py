"""How few requests a sync makes that has little to do, and how soon an edit lasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .accounts import Account, emulated
from .connectors import Connector
from .outcomes import Figures, Outcome, at_most, middle
from .reading import Reader, read
from .records import counted
from .sizes import Sizes

DAILY = "all@1d, core, content"
"""Content in every sync and the rest once a day."""

REFUSED = (
    *("experiences", "experience_templates", "experience_fragments", "components"),
    *("data_assemblies", "design_tokens", "workflow_definitions", "workflows"),
    *("automation_definitions", "automation_executions"),
)
"""What many plans do not have: experience, workflows and automations."""

HOUR, HOURS = 3600, 24

QUIET = "Sync without changes, `tables: all`: requests"
QUIET_REFUSED = "  experience, workflows and automations refused to the organization"
QUIET_DAILY = f"  `tables: {DAILY}`, the rest not due"
A_DAY = "  calls a day of hourly syncs, the daily readings included"
EDIT = "Edit before a sync, `tables: all`: requests until it lasts in the warehouse"
EDIT_DAILY = f"  `tables: {DAILY}`, the model not due"
TARGETS = {
    QUIET: 2140,
    QUIET_REFUSED: 1355,
    QUIET_DAILY: 210,
    A_DAY: 7500,
    EDIT: 375,
    EDIT_DAILY: 215,
}
"""What was to be reached in 40 spaces of 2 environments."""

FIRST = {"core, ENTRIES": 72, "core, content": 92}
"""The same for first syncs of 10 spaces of 2 environments, by what they read."""


def thrift(sizes: Sizes, connector: Connector, folder: Path) -> Figures:
    """Count the requests of later syncs, and of first ones of a smaller account."""
    figures: Figures = {}
    all_of_it, daily = (connector.counting(tables=f"{one}, SYNCS") for one in ("all", DAILY))
    with emulated(sizes.thrift) as account:
        figures[QUIET] = _quiet(all_of_it, account, folder / "all")
        figures[EDIT] = _until_an_edit_lasts(all_of_it, account, folder / "all")
        figures[QUIET_DAILY] = _quiet(daily, account, folder / "daily")
        figures[EDIT_DAILY] = _until_an_edit_lasts(daily, account, folder / "daily")
        figures[A_DAY] = _a_day(daily, account, folder / "daily")
        for name in REFUSED:
            fault = {"path": f"*/{name}", "times": -1, "kind": "answer", "status": 403}
            account.control("POST", "faults", fault)
        figures[QUIET_REFUSED] = _quiet(all_of_it, account, folder / "refused")
    with emulated(sizes.beside_paced) as account:
        for tables in FIRST:
            reader = connector.counting(tables=tables)
            figures[tables] = read(reader, account, folder / tables).requests
    return figures


def thrift_judged(sizes: Sizes, runs: Sequence[Figures]) -> Iterator[Outcome]:
    """Yield each number of requests beside what was to be reached."""
    for measure, most in TARGETS.items():
        yield _judged(measure, most, middle(runs, measure))
    small = f"{sizes.beside_paced.spaces} x {sizes.beside_paced.environments} environments"
    for tables, most in FIRST.items():
        measure = f"First sync of {small}, `tables: {tables}`: requests"
        yield _judged(measure, most, middle(runs, tables))


def _judged(measure: str, most: int, found: float) -> Outcome:
    return Outcome(measure, f"at most {most}", f"{found:.0f}", at_most(found, most))


def _quiet(reader: Reader, account: Account, folder: Path) -> int:
    """Return the requests of the second of two syncs."""
    read(reader, account, folder)
    return read(reader, account, folder).requests


def _until_an_edit_lasts(reader: Reader, account: Account, folder: Path) -> float:
    """Return how many requests a sync has made when it makes an edit last."""
    account.change_entries(account.environments()[-1], 1)
    read(reader, account, folder)
    return float(counted(folder)["requests_until_content"])


def _a_day(reader: Reader, account: Account, folder: Path) -> int:
    """Return the requests of a day of hourly syncs."""
    requests = 0
    for _ in range(HOURS):
        account.control("POST", "clock", {"advance_seconds": HOUR})
        requests += read(reader, account, folder).requests
    return requests
