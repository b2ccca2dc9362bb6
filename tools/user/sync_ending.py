"""How a sync ended: what it did to each table, what failed, what was kept and what to do next."""

from __future__ import annotations

import signal
from datetime import datetime
from pathlib import Path

import duckdb

from tools.command_line import named
from tools.user.local_warehouse import Change, aligned, changes
from tools.user.sync_input import Problem
from tools.user.sync_output import DISK_FULL, Failure, Output, RunLog

IN_USE = "is already open"
"""What the SDK says of a warehouse that another program has open."""

GOES_ON = "the next run goes on from there"
REMEDIES = {
    DISK_FULL: "Make room and {again}",
    "TokenRefused": "Put a valid token into {configuration} and {again}",
    "AccountUnreadable": "Check {configuration}, the rights of the token and proxies, and {again}",
    "Unanswered": "Once the host answers, {again}",
    "ValueError": "Correct {configuration} and run the command again",
    "StateUnusable": (
        "Take the token of the account that was synced before, or delete {state} to start anew"
    ),
    "StateTooLarge": "Choose fewer tables or spaces in {configuration} and delete {state}",
    "AccountEmpty": "If the account is right, run the command again",
}
"""What to do after an error, by its name."""


class Effect:
    """What a sync does to the warehouse and the state, told by how they were before it."""

    def __init__(self, files: Path, started: datetime) -> None:
        """Look at the folder *files*; the sync has *started* now (aware)."""
        self.warehouse = files / "warehouse.db"
        self._state = files / "state.json"
        self._started = started
        self._written_at = self._state_written_at()
        self._deleted = {name: one.deleted_before for name, one in self._changes().items()}

    def checkpoint(self) -> str | None:
        """Return at what time this sync made its last checkpoint, None if it made none."""
        now = self._state_written_at()
        if now is None or now == self._written_at:
            return None
        return f"{datetime.fromtimestamp(now).astimezone():%H:%M:%S}"

    def table(self) -> str:
        """Return a table of the rows in each table, and what the sync wrote and deleted."""
        counts = [[name.upper(), *map(str, numbers)] for name, numbers in self._counts().items()]
        return aligned([["table", "rows", "written", "deleted"], *counts]) if counts else ""

    def written_and_deleted(self) -> tuple[int, int]:
        """Return how many rows the sync wrote and deleted in all."""
        counts = self._counts().values()
        return sum(written for _, written, _ in counts), sum(deleted for _, _, deleted in counts)

    def _counts(self) -> dict[str, tuple[int, int, int]]:
        """Return the rows in each table, and how many of them were written and deleted."""
        # A truncated table deletes its rows without a mark of when that was.
        return {
            name: (
                one.rows,
                one.written,
                one.deleted + max(one.deleted_before - self._deleted.get(name, 0), 0),
            )
            for name, one in self._changes().items()
        }

    def _changes(self) -> dict[str, Change]:
        if not self.warehouse.exists():
            return {}
        try:
            return changes(self.warehouse, self._started)
        except duckdb.Error:
            # Another program has it open, or it is damaged: the sync says so itself.
            return {}

    def _state_written_at(self) -> float | None:
        return self._state.stat().st_mtime if self._state.exists() else None


def never_began(problem: Problem) -> str:
    """Return why a sync did not begin, in three sentences."""
    return f"{problem.what}\nNothing was read or written.\n{problem.remedy}"


def succeeded(effect: Effect, output: Output) -> str:
    """Return what a sync has done."""
    where = f"The rows are in {named(effect.warehouse)}."
    return _parted(effect.table(), _warnings(output.warnings), where)


def interrupted(effect: Effect) -> str:
    """Return in one sentence what is left of a sync that the user has stopped."""
    time = effect.checkpoint()
    if time is None:
        return "\nStopped before the first checkpoint: the next run begins where this one did."
    return f"\nStopped: what was done until the checkpoint of {time} is kept, and {GOES_ON}."


def failed(
    effect: Effect, output: Output, log: RunLog, end: str | None, configuration: Path
) -> str:
    """Return what a sync has done, and in three sentences why it failed and what to do next."""
    failure = Failure("", end) if end else output.failure()
    remedy, again = _remedy(failure), f"run the command again: {GOES_ON}"
    words = {
        "configuration": named(configuration),
        "state": named(effect.warehouse.with_name("state.json")),
        "again": again,
    }
    sentences = [
        f"The sync failed: {_what(failure, effect)}",
        _kept(effect),
        f"{remedy.format(**words)}; {log.where}.",
    ]
    ending = "\n".join(sentences)
    # What a job has failed by was a warning first.
    others = [one for one in output.warnings if not one.endswith(failure.message)]
    return _parted(effect.table(), _warnings(others), ending)


def stopped_by(status: int) -> str | None:
    """Return what ended a process from outside, None if it ended by itself."""
    if status >= 0:
        return None
    name = signal.Signals(-status).name
    memory = ", most often because there was too little memory" if name == "SIGKILL" else ""
    return f"the operating system ended it with {name}{memory}."


def _what(failure: Failure, effect: Effect) -> str:
    said = failure.message
    if failure.kind == DISK_FULL:
        folder = named(effect.warehouse.parent)
        return f"the disk is full, and {folder} needs room ({said})."
    return said if said.endswith((".", ")")) else f"{said}."


def _kept(effect: Effect) -> str:
    time = effect.checkpoint()
    written, deleted = effect.written_and_deleted()
    if time is None or not written + deleted:
        return "Nothing of this sync was kept: the warehouse is as it was before."
    counts = f"{written} rows written, {deleted} deleted"
    return f"What was done until the checkpoint of {time} is kept: {counts}."


def _remedy(failure: Failure) -> str:
    if IN_USE in failure.message:
        return "Close the program that has the warehouse open and {again}"
    return REMEDIES.get(failure.kind, "When that is mended, {again}")


def _warnings(found: list[str]) -> str:
    warnings = list(dict.fromkeys(found))
    if not warnings:
        return ""
    count = "1 warning" if len(warnings) == 1 else f"{len(warnings)} warnings"
    return "\n".join([f"{count}:", *(f"- {one}" for one in warnings)])


def _parted(*parts: str) -> str:
    """Return what there is of some texts, an empty line before each."""
    return "\n".join(f"\n{part}" for part in parts if part)
