"""A sync under Fivetran's own command line that is killed at random moments."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import local_warehouse
import pytest
from account import TOKEN, Account
from fivetran import command, copied_project, environment

KILLS, DEEP_KILLS = 10, 200
ENTRIES = 300


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """Give an emulated account that answers no faster than the real one."""
    started = Account()
    yield started
    started.stop()


def started(project: Path) -> subprocess.Popen[bytes]:
    """Start ``fivetran debug`` in a process group of its own."""
    arguments = ("debug", str(project), "--configuration", str(project / "configuration.json"))
    return subprocess.Popen(
        command(*arguments),
        env=environment(),
        cwd=project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def killed(project: Path, seconds: float) -> bool:
    """Sync, kill all of it after so many seconds, and tell whether that came before its end."""
    process = started(project)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        return True
    return False


def in_warehouse(project: Path) -> dict[tuple[str, ...], Any]:
    """Return version and fields of each live row of ENTRIES, by its key."""
    rows = local_warehouse.live(local_warehouse.read(project)["entries"])
    return {
        key: (row["version"], json.loads(row["fields"] or "null")) for key, row in rows.items()
    }


def in_account(account: Account, path: str) -> dict[tuple[str, ...], Any]:
    """Return the same of the account."""
    space = path.split("/")[1]
    return {
        (space, "master", one["sys"]["id"]): (
            str(one["sys"]["version"]),
            one["fields"],
        )
        for one in account.stored(path)
    }


def edit(account: Account, path: str, number: int) -> None:
    """Edit one entry, and delete another one."""
    records = account.stored(path)
    changed = records[number % len(records)]
    body = {**changed, "fields": {**changed["fields"], "slug": {"en-US": f"edited-{number}"}}}
    version = str(changed["sys"]["version"])
    name = changed["sys"]["id"]
    account.call("PUT", f"/{path}/{name}", body, X_Contentful_Version=version)
    account.control("DELETE", f"store/{path}/{records[-1]['sys']['id']}")


def configure(project: Path, account: Account, is_incremental: str) -> None:
    """Write the configuration; a sync that reads everything lives long enough to be killed."""
    settings = {"access_token": TOKEN, "base_url": account.url, "tables": "ENTRIES"}
    more = {"max_records_per_page": "10", "enable_incremental_sync": is_incremental}
    (project / "configuration.json").write_text(json.dumps({**settings, **more}), "utf-8")


def kill(account: Account, kills: int) -> None:
    """Kill so many syncs, each with edits before it and a sync after it."""
    chance = random.Random(11)  # noqa: S311 - the same moments in each run
    account.reset(spaces=1, entries=ENTRIES, latency_ms=50)
    path = f"spaces/{account.stored('spaces')[0]['sys']['id']}/environments/master/entries"
    done = 0
    with copied_project() as project:
        configure(project, account, "false")
        begun = time.monotonic()
        assert started(project).wait(100) == 0
        longest = time.monotonic() - begun
        for number in range(kills):
            edit(account, path, number)
            configure(project, account, "false")
            done += killed(project, chance.uniform(0.1, 0.9) * longest)
            configure(project, account, "true")
            assert started(project).wait(100) == 0
            assert in_warehouse(project) == in_account(account, path)
    assert done > kills / 2


def test_a_sync_that_is_killed_is_made_good_by_the_next_one(account: Account) -> None:
    """After `kill -9` at a random moment, one more sync makes the warehouse equal."""
    kill(account, KILLS)


@pytest.mark.deep
def test_many_syncs_that_are_killed_are_made_good(account: Account) -> None:
    """The same at two hundred moments."""
    kill(account, DEEP_KILLS)
