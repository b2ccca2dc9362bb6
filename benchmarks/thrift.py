"""How few requests a sync with few changes makes, and how soon it commits an edit."""

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
"""Endpoints that many plans lack: experience, workflows and automations."""

HOUR, HOURS = 3600, 24

WAITS = (1, 2, 4, 8, 16, 1)
"""Hours between syncs after a refusal.  On the first day, a refused table is requested again after
twice the time each time, so it is in all of these syncs except the last."""

UNCHANGED = "Sync without changes, `tables: all`: requests"
UNCHANGED_REFUSED = "  experience, workflows and automations refused to the organization"
UNCHANGED_DAILY = f"  `tables: {DAILY}`, the rest not due"
A_DAY = "  requests a day with hourly syncs, including the daily reads"
EDIT = "Edit before a sync, `tables: all`: requests until it is committed"
EDIT_DAILY = f"  `tables: {DAILY}`, the model not due"
TARGETS = {
    UNCHANGED: 2140,
    UNCHANGED_REFUSED: 1355,
    UNCHANGED_DAILY: 210,
    A_DAY: 7500,
    EDIT: 375,
    EDIT_DAILY: 215,
}
"""Targets for 40 spaces of 2 environments."""

FIRST = {"core, ENTRIES": 72, "core, content": 92}
"""Targets for first syncs of 10 spaces of 2 environments, by their tables."""


def thrift(sizes: Sizes, connector: Connector, folder: Path) -> Figures:
    """Count the requests of later syncs, and of first syncs of a smaller account."""
    figures: Figures = {}
    all_of_it, daily = (connector.counting(tables=f"{one}, SYNCS") for one in ("all", DAILY))
    with emulated(sizes.thrift) as account:
        figures[UNCHANGED] = _unchanged(all_of_it, account, folder / "all")
        figures[EDIT] = _until_an_edit_is_committed(all_of_it, account, folder / "all")
        figures[UNCHANGED_DAILY] = _unchanged(daily, account, folder / "daily")
        figures[EDIT_DAILY] = _until_an_edit_is_committed(daily, account, folder / "daily")
        figures[A_DAY] = _a_day(daily, account, folder / "daily")
        for name in REFUSED:
            fault = {"path": f"*/{name}", "times": -1, "kind": "answer", "status": 403}
            account.control("POST", "faults", fault)
        figures[UNCHANGED_REFUSED] = _refused(all_of_it, account, folder / "refused")
    with emulated(sizes.peers_paced) as account:
        for tables in FIRST:
            reader = connector.counting(tables=tables)
            figures[tables] = read(reader, account, folder / tables).requests
    return figures


def thrift_judged(sizes: Sizes, runs: Sequence[Figures]) -> Iterator[Outcome]:
    """Yield each number of requests with its target."""
    for measure, most in TARGETS.items():
        yield _judged(measure, most, middle(runs, measure))
    small = f"{sizes.peers_paced.spaces} x {sizes.peers_paced.environments} environments"
    for tables, most in FIRST.items():
        measure = f"First sync of {small}, `tables: {tables}`: requests"
        yield _judged(measure, most, middle(runs, tables))


def _judged(measure: str, most: int, found: float) -> Outcome:
    return Outcome(measure, f"at most {most}", f"{found:.0f}", at_most(found, most))


def _unchanged(reader: Reader, account: Account, folder: Path) -> int:
    """Return the requests of the second of two syncs."""
    read(reader, account, folder)
    return read(reader, account, folder).requests


def _refused(reader: Reader, account: Account, folder: Path) -> int:
    """Return the requests of a sync on the second day of a refusal."""
    requests = read(reader, account, folder).requests
    for hours in WAITS:
        account.control("POST", "clock", {"advance_seconds": hours * HOUR})
        requests = read(reader, account, folder).requests
    return requests


def _until_an_edit_is_committed(reader: Reader, account: Account, folder: Path) -> float:
    """Return how many requests a sync makes until it commits an edit."""
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
