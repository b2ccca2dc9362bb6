"""The end of a sync: its changes, its failure, the rows that are kept, and the next command."""

from __future__ import annotations

import signal
from datetime import datetime, timezone
from pathlib import Path

import duckdb

from tools.command_line import named
from tools.project import typed
from tools.user.local_warehouse import Change, aligned, changes, counted
from tools.user.sync_input import Problem
from tools.user.sync_output import DISK_FULL, Failure, Output, RunLog

IN_USE = "is already open"
"""The SDK's words for a warehouse that another program has open."""

RESUMES = "the next run resumes from there"
AGAIN = "run the command again"
REMEDIES = {
    DISK_FULL: "Make room and {again}",
    "TokenRefused": "Put a valid token into {configuration} and {again}",
    "AccountUnreadable": "Check {configuration}, the token's rights and proxies, and {again}",
    "Unanswered": "Check that the host answers, and {again}",
    "ValueError": "Correct {configuration} and {again}",
    "StateUnusable": (
        "Use the token of the account that was synced before, or delete {state} to re-sync"
    ),
    "StateTooLarge": "Select fewer tables or spaces in {configuration} and delete {state}",
    "AccountEmpty": "If the account is right, {again}",
}
"""The remedy for an error, by its name."""


class Effect:
    """The changes of the warehouse and the state since a sync started."""

    def __init__(self, files: Path, started: datetime) -> None:
        """Look at the folder *files*; the sync has *started* now (aware)."""
        self.warehouse = files / "warehouse.db"
        self.started = started
        self._state = files / "state.json"
        self._written_at = self._state_written_at()
        self._deleted = {name: one.deleted_before for name, one in self._changes().items()}

    def checkpoint(self) -> str | None:
        """Return the time of the last checkpoint of this sync, None without one."""
        now = self._state_written_at()
        if now is None or now == self._written_at:
            return None
        return f"{datetime.fromtimestamp(now).astimezone():%H:%M:%S}"

    def counts(self) -> dict[str, tuple[int, int, int]]:
        """Return the rows of each table, and how many of them were written and deleted."""
        # Rows of a truncated table are deleted without the time of their deletion.
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
            return changes(self.warehouse, self.started)
        except duckdb.Error:
            # Another program has it open, or it is damaged: the sync itself reports that.
            return {}

    def _state_written_at(self) -> float | None:
        return self._state.stat().st_mtime if self._state.exists() else None


def not_started(problem: Problem) -> str:
    """Return why a sync did not start, in three sentences."""
    return f"{problem.reason}\nNothing was read or written.\n{problem.remedy}"


def succeeded(effect: Effect, output: Output) -> str:
    """Return the changes of a sync, its warnings, its totals and the next command."""
    counts = effect.counts()
    rows = sum(rows for rows, _, _ in counts.values())
    where = f"{named(effect.warehouse)} has {counted(rows, 'row')} in {_tables(counts)}."
    totals = f"Synced in {summary(effect, output)}."
    return _parted(_table(counts), _warnings(output.warnings), f"{totals}\n{where}\n{_next()}")


def summary(effect: Effect, output: Output) -> str:
    """Return the duration of a sync, its rows and its requests."""
    counts = effect.counts().values()
    written, deleted = sum(one[1] for one in counts), sum(one[2] for one in counts)
    words = f"{_duration(effect)}: {counted(written, 'row')} written, {deleted:,} deleted"
    return words if output.requests is None else f"{words}, {counted(output.requests, 'request')}"


def _duration(effect: Effect) -> str:
    seconds = round((datetime.now(timezone.utc) - effect.started).total_seconds())
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _next() -> str:
    query = typed("query", SQL="SHOW TABLES")
    return f"Next: {query}, {typed('models')} or {typed('report')}"


def _tables(counts: dict[str, tuple[int, int, int]]) -> str:
    return counted(len(counts), "table")


def _table(counts: dict[str, tuple[int, int, int]]) -> str:
    """Return a table of the tables that have changed, and one line for the others."""
    changed = {name: one for name, one in counts.items() if one[1] or one[2]}
    others = {name: one for name, one in counts.items() if name not in changed}
    if not changed:
        return f"No row of {_tables(counts)} has changed." if counts else ""
    lines = [[name.upper(), *(f"{n:,}" for n in one)] for name, one in changed.items()]
    table = aligned([["table", "rows", "written", "deleted"], *lines], numbers=(1, 2, 3))
    if not others:
        return table
    state = "without changes" if any(rows for rows, _, _ in others.values()) else "without rows"
    return f"{table}\n{_tables(others)} {state}."


def interrupted(effect: Effect) -> str:
    """Return in one sentence which part of a stopped sync is kept."""
    time = effect.checkpoint()
    if time is None:
        return "\nStopped before the first checkpoint: the next run starts where this one did."
    return f"\nStopped: everything up to the checkpoint of {time} is kept, and {RESUMES}."


def failed(
    effect: Effect, output: Output, log: RunLog, end: str | None, configuration: Path
) -> str:
    """Return the changes of a sync, and in three sentences its failure and the remedy."""
    failure = Failure("", end) if end else output.failure()
    is_kept, kept = _kept(effect)
    words = {
        "configuration": named(configuration),
        "state": named(effect.warehouse.with_name("state.json")),
        "again": f"{AGAIN}: {RESUMES}" if is_kept else AGAIN,
    }
    sentences = [
        f"The sync failed: {_reason(failure, effect)}",
        kept,
        f"{_remedy(failure).format(**words)}; {log.where}.",
    ]
    ending = "\n".join(sentences)
    # The failure of a job was a warning first.
    others = [one for one in output.warnings if not one.endswith(failure.message)]
    return _parted(_table(effect.counts()) if is_kept else "", _warnings(others), ending)


def stopped_by(status: int) -> str | None:
    """Return the signal that ended a process, None if it ended by itself."""
    if status >= 0:
        return None
    name = signal.Signals(-status).name
    memory = ", most often because there was too little memory" if name == "SIGKILL" else ""
    return f"the operating system ended it with {name}{memory}."


def _reason(failure: Failure, effect: Effect) -> str:
    said = failure.message
    if failure.kind == DISK_FULL:
        folder = named(effect.warehouse.parent)
        return f"the disk is full, and {folder} needs room ({said})."
    return said if said.endswith((".", ")")) else f"{said}."


def _kept(effect: Effect) -> tuple[bool, str]:
    """Return whether a failed sync has kept rows, and the sentence about it."""
    time, counts = effect.checkpoint(), effect.counts().values()
    written, deleted = sum(one[1] for one in counts), sum(one[2] for one in counts)
    if time is None or not written + deleted:
        return False, "Nothing of this sync was kept: the warehouse is as it was before."
    rows = f"{counted(written, 'row')} written, {deleted:,} deleted"
    return True, f"Everything up to the checkpoint of {time} is kept: {rows}."


def _remedy(failure: Failure) -> str:
    if IN_USE in failure.message:
        return "Close the program that has the warehouse open and {again}"
    return REMEDIES.get(failure.kind, "Fix this and {again}")


def _warnings(found: list[str]) -> str:
    warnings = list(dict.fromkeys(found))
    if not warnings:
        return ""
    return "\n".join([f"{counted(len(warnings), 'warning')}:", *(f"- {one}" for one in warnings)])


def _parted(*parts: str) -> str:
    """Return the texts that are not empty, an empty line before each."""
    return "\n".join(f"\n{part}" for part in parts if part)
