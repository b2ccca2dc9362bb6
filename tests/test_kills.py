"""A sync under Fivetran's own command line that is killed at random moments.

A kill comes after a random number of requests, which the emulator has counted, so it hits the sync
and not the start of the process.
"""

from __future__ import annotations

import copy
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from account import TOKEN, Account
from fivetran import command, environment
from model.edits import ACTIONS, ENVIRONMENTS, KEYS, SPACES, Edit, Editor
from model.expected import rows_of
from model.history import COVERAGE, TABLES
from model.landed import difference

KILLS, DEEP_KILLS = 10, 200
MANY = 150
"""Entries in one environment, beside those that are edited most."""

LATENCY_MS = 20
SETTINGS = {
    "access_token": TOKEN,
    "tables": ",".join(TABLES),
    "environment_id": "*",
    "max_records_per_page": "10",
}
FIRST, INCREMENTAL, FULL = KINDS = ("first", "incremental", "full")
CHECKPOINTS = (0.1, 0.4, 60.0)
"""Seconds between checkpoints; the last is the connector's own, too long for a sync of seconds."""

CONTENT = tuple(name for name in ACTIONS if name.endswith((" entry", " asset")))


class Attack:
    """One account and one copied project, whose syncs are killed."""

    def __init__(self, account: Account, project: Path) -> None:
        """Fill the account; the warehouse stays empty."""
        self._account = account
        self._project = project
        self._chance = random.Random(11)  # noqa: S311 - the same moments in each run
        self._editor = Editor(account)
        self._output = project.parent / "output.txt"
        self._configuration = project / "configuration.json"
        self.tally: Counter[str] = Counter()
        account.control("POST", "settings", {"latency_ms": LATENCY_MS})
        for edit in (
            Edit("put asset"),
            Edit("put environment", environment="dev"),
            Edit("put space", "s2"),
        ):
            self._editor.apply(edit)
        for kind in ("entries", "assets"):
            self._multiply(f"spaces/s1/environments/master/{kind}")
        self._configure(INCREMENTAL)
        self._editor.wait(3600)
        first, quiet = self.sync(), self.sync()
        self._requests = {FIRST: first, INCREMENTAL: quiet, FULL: first}

    def round(self, number: int) -> None:
        """Edit the account, kill a sync, and let another one make all equal."""
        kind = KINDS[number % len(KINDS)]
        if kind == FIRST:
            shutil.rmtree(self._project / "files", ignore_errors=True)
        self._edit()
        self._configure(kind)
        self._checkpoint_every(CHECKPOINTS[number // len(KINDS) % len(CHECKPOINTS)])
        self.tally[self._killed(self._chance.randint(1, self._requests[kind] * 9 // 10))] += 1
        self._configure(INCREMENTAL)
        self._checkpoint_every(CHECKPOINTS[-1])
        self.sync()

    def sync(self) -> int:
        """Sync to the end, check that all is equal, and return how many requests it took."""
        self._account.forget_requests()
        status = self._started().wait(100)
        assert status == 0, self._output.read_text("utf-8", errors="replace")
        requests = len(self._account.requests())
        expected = rows_of(self._account, (*TABLES, COVERAGE), SETTINGS)
        assert difference(self._project, expected) == {}
        return requests

    def _killed(self, requests: int) -> str:
        """Sync, kill all of it after so many requests, and tell where that was."""
        before = self._state()
        self._account.forget_requests()
        process = self._started()
        while process.poll() is None and len(self._account.requests()) < requests:
            time.sleep(0.005)
        time.sleep(self._chance.uniform(0, 0.05))
        if process.poll() is not None:
            return "ended before"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        after = self._state()
        if after == before:
            return "before the first checkpoint"
        return "between checkpoints" if "period" in after else "after the last checkpoint"

    def _started(self) -> subprocess.Popen[bytes]:
        """Start ``fivetran debug`` in a process group of its own."""
        arguments = ("debug", str(self._project), "--configuration", str(self._configuration))
        with self._output.open("wb") as output:
            return subprocess.Popen(
                command(*arguments),
                env=environment(),
                cwd=self._project,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _state(self) -> Any:
        """Return the state that the last checkpoint left."""
        with suppress(FileNotFoundError):
            return json.loads((self._project / "files" / "state.json").read_bytes())
        return {}

    def _configure(self, kind: str) -> None:
        incremental = {"enable_incremental_sync": str(kind != FULL).lower()}
        settings = {**SETTINGS, "base_url": self._account.url, **incremental}
        self._configuration.write_text(json.dumps(settings), "utf-8")

    def _checkpoint_every(self, seconds: float) -> None:
        """Let the copy make more checkpoints: no setting can, and these syncs take seconds."""
        module = self._project / "contentful_cma" / "sync.py"
        source = module.read_text("utf-8")
        line = f"CHECKPOINT_SECONDS = {seconds}"
        changed, lines = re.subn(r"^CHECKPOINT_SECONDS = .*$", line, source, flags=re.MULTILINE)
        assert lines == 1
        module.write_text(changed, "utf-8")

    def _edit(self) -> None:
        """Edit and delete a few things at random, most of them content, some time later."""
        self._editor.wait(self._chance.randint(1, 3600))
        for _ in range(self._chance.randint(5, 12)):
            action = self._chance.choice(self._chance.choice((CONTENT, tuple(ACTIONS))))
            space = "s2" if action == "delete space" else self._chance.choice(SPACES)
            one_of_many = f"many-{self._chance.randrange(MANY)}"
            key = self._chance.choice((*KEYS, one_of_many) if action in CONTENT else KEYS)
            value = self._chance.randrange(4)
            place = self._chance.choice(ENVIRONMENTS)
            self._editor.apply(Edit(action, space, place, key, value))

    def _multiply(self, path: str) -> None:
        """Put many records like the first one into a collection."""
        (original,) = self._account.stored(path)
        records = [copy.deepcopy(original) for _ in range(MANY)]
        for number, record in enumerate(records):
            record["sys"]["id"] = f"many-{number}"
        self._account.put(path, *records)


def attack(account: Account, project: Path, kills: int) -> None:
    """Kill so many syncs; most of them in the middle, many between two checkpoints."""
    attack = Attack(account, project)
    for number in range(kills):
        attack.round(number)
    between = attack.tally["between checkpoints"]
    assert between >= 0.2 * kills, attack.tally
    assert between + attack.tally["before the first checkpoint"] >= 0.8 * kills, attack.tally


def test_a_sync_that_is_killed_is_made_good_by_the_next_one(
    account: Account, project: Path
) -> None:
    """After `kill -9` at a random moment, one more sync makes the warehouse equal."""
    attack(account, project, KILLS)


@pytest.mark.deep
def test_many_syncs_that_are_killed_are_made_good(account: Account, project: Path) -> None:
    """The same at two hundred moments."""
    attack(account, project, DEEP_KILLS)
