"""A sync under `fivetran debug` is killed at random moments; the next one completes it.

A kill follows a random number of requests, counted by the emulator, so it hits the sync and not
the start of the process.
"""

from __future__ import annotations

import copy
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from support.account import TOKEN, Account
from support.copied import set_constant
from support.model.calls import Edit
from support.model.editor import Editor
from support.model.edits import ACTIONS, ENVIRONMENTS, KEYS, SPACES
from support.model.expected import rows_of
from support.model.history import COVERAGE, TABLES
from support.model.landed import difference
from tools.user.fivetran import command, copied_project, environment

pytestmark = pytest.mark.process

IN_CI = int(os.environ.get("HISTORIES", "0")) >= 300
ROUNDS = [pytest.param(one, marks=[] if IN_CI else [pytest.mark.deep]) for one in (0, 4, 8)]
"""In CI one of each kind of sync, each with a different time between checkpoints."""

ROUNDS_OF_A_PART = 10
TRIES = 10
MANY = 150
"""Entries in one environment, in addition to those that are edited most."""

LATENCY_MS = 20
SETTINGS = {
    "access_token": TOKEN,
    "tables": ",".join(TABLES),
    "environment_id": "*",
    "max_records_per_page": "10",
}
FIRST, INCREMENTAL, FULL = KINDS = ("first", "incremental", "full")
CHECKPOINTS = (0.1, 60.0, 0.4)
"""Seconds between checkpoints; 60 is the connector's, too long for a sync of seconds."""

CONTENT = tuple(name for name in ACTIONS if name.endswith((" entry", " asset")))


class Attack:
    """One account and one copied project, whose syncs are killed."""

    def __init__(self, account: Account, project: Path, seed: int) -> None:
        """Fill the account, the same way each time."""
        self._account = account
        self._project = project
        self._chance = random.Random(seed)  # noqa: S311 - the same moments in each run
        self._editor = Editor(account)
        self._output = project.parent / "output.txt"
        self._configuration = project / "configuration.json"
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

    def kill(self, kind: str, checkpoint_seconds: float, most: int) -> None:
        """Edit the account, and kill a sync after a random number of requests up to *most*."""
        for _ in range(TRIES):
            if kind == FIRST:
                shutil.rmtree(self._project / "files", ignore_errors=True)
            self._edit()
            self._configure(kind)
            self._checkpoint_every(checkpoint_seconds)
            most = self._chance.randint(1, most)
            if self._killed(most, after_a_checkpoint=checkpoint_seconds < CHECKPOINTS[1]):
                return
        pytest.fail(f"{TRIES} syncs ended before they could be killed")

    def sync(self) -> int:
        """Sync to the end, check that all rows are equal, and return the number of requests."""
        self._configure(INCREMENTAL)
        self._checkpoint_every(CHECKPOINTS[1])
        self._account.forget_requests()
        status = self._started().wait(100)
        assert status == 0, self._output.read_text("utf-8", errors="replace")
        requests = len(self._account.requests())
        expected = rows_of(self._account, (*TABLES, COVERAGE), SETTINGS)
        assert difference(self._project, expected) == {}
        return requests

    def _killed(self, requests: int, *, after_a_checkpoint: bool) -> bool:
        """Sync, kill all processes after some requests, and return whether it was running."""
        before = self._state()
        self._account.forget_requests()
        process = self._started()
        while process.poll() is None and not (
            len(self._account.requests()) >= requests
            and (not after_a_checkpoint or "period" in self._state())
        ):
            time.sleep(0.005)
        time.sleep(self._chance.uniform(0, 0.02))
        if process.poll() is not None:
            return False
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        return "period" in self._state() if after_a_checkpoint else self._state() == before

    def _started(self) -> subprocess.Popen[bytes]:
        """Start `fivetran debug` in a separate process group."""
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
        """Return the state of the last checkpoint, or {} while it is being written."""
        with suppress(FileNotFoundError, ValueError):
            return json.loads((self._project / "files" / "state.json").read_bytes())
        return {}

    def _configure(self, kind: str) -> None:
        incremental = {"enable_incremental_sync": str(kind != FULL).lower()}
        settings = {**SETTINGS, "base_url": self._account.url, **incremental}
        self._configuration.write_text(json.dumps(settings), "utf-8")

    def _checkpoint_every(self, seconds: float) -> None:
        """Change the constant in the copy, as no setting makes checkpoints more often."""
        set_constant(
            self._project / "contentful_cma/sync/writer.py", "CHECKPOINT_SECONDS", seconds
        )

    def _edit(self) -> None:
        """Let time pass, then make random edits and deletions, most of them of content."""
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
        """Put many copies of the first record into a collection."""
        (original,) = self._account.stored(path)
        records = [copy.deepcopy(original) for _ in range(MANY)]
        for number, record in enumerate(records):
            record["sys"]["id"] = f"many-{number}"
        self._account.put(path, *records)


@pytest.fixture(scope="module")
def synced(emulator: Account) -> Iterator[tuple[Path, int]]:
    """Return a project that was synced once, and how many requests that took."""
    with copied_project() as project:
        yield project, Attack(emulator, project, 0).sync()


def kill_one(account: Account, synced: tuple[Path, int], project: Path, number: int) -> None:
    """Kill one sync in a copy of a synced project, and check the next sync."""
    template, requests = synced
    shutil.copytree(template, project, dirs_exist_ok=True)
    attack = Attack(account, project, number)
    seconds = CHECKPOINTS[number // len(KINDS) % len(CHECKPOINTS)]
    attack.kill(KINDS[number % len(KINDS)], seconds, requests * 9 // 10)
    attack.sync()


@pytest.mark.parametrize("number", ROUNDS)
def test_a_killed_sync_is_completed_by_the_next_one(
    account: Account, synced: tuple[Path, int], project: Path, number: int
) -> None:
    """After `kill -9` at a random moment, the next sync makes the warehouse equal."""
    kill_one(account, synced, project, number)


@pytest.mark.deep
@pytest.mark.parametrize("number", range(ROUNDS_OF_A_PART))
def test_many_killed_syncs_are_completed_by_the_next_one(
    account: Account,
    synced: tuple[Path, int],
    project: Path,
    part: int,
    number: int,
    record_property: Callable[[str, object], None],
) -> None:
    """After `kill -9` at any of 200 moments, the next sync makes the warehouse equal."""
    kill_one(account, synced, project, part * ROUNDS_OF_A_PART + number)
    record_property("kills", 1)
