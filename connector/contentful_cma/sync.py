"""The loop: reads what is due, and is the only place that upserts, deletes and checkpoints."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Callable, Optional, Protocol

from .client import Client, Log
from .configuration import read_configuration, unknown_keys
from .errors import NotReadable, TokenRefused
from .listing import Change, Listing
from .state import State
from .table import Row
from .tables import TABLES
from .window import TimeRange, get_time_range, is_due
from .workers import side_by_side

WORKERS = 8
"""Requests under way at once: enough for 10 a second that take 0.8 seconds each."""

CHECKPOINT_SECONDS = 60.0
"""Fivetran asks for a checkpoint about once a minute and at least every ten minutes
(https://fivetran.com/docs/connector-sdk/best-practices)."""

ACCOUNT_PLACE = ""


class Operations(Protocol):
    """What a warehouse has to do; Fivetran's operations by their own names."""

    def upsert(self, table: str, data: Row) -> None:
        """Write a whole row."""

    def delete(self, table: str, keys: Row) -> None:
        """Delete the row with this primary key."""

    def truncate(self, table: str) -> None:
        """Delete all rows that the table has now."""

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Make everything up to here last, together with the state."""

    def warning(self, message: str) -> None:
        """Tell the user what should be looked at; the sync goes on."""


@dataclass(frozen=True)
class Time:
    """The clocks of a sync: seconds that only grow, the date (aware), and how to wait."""

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    sleep: Callable[[float], None] = time.sleep


def sync(
    given: Mapping[str, Any],
    saved: Mapping[str, Any],
    op: Operations,
    log: Log,
    time: Time = Time(),  # noqa: B008 - a frozen value
) -> None:
    """Bring the warehouse up to date.

    *given* is Fivetran's configuration, *saved* its state.  Raises ValueError for a bad
    configuration, StateUnusable for a bad state, and after the last good checkpoint the first
    error that kept something from being read.
    """
    configuration = read_configuration(given)
    for sentence in unknown_keys(given):
        op.warning(sentence)
    state = State(saved)
    last = state.last_sync_time
    if not state.is_interrupted and not is_due(configuration, last, time.now()):
        log.info(f"Skipped: the last sync began at {last}, sync_frequency_hours has not passed.")
        return
    client = Client(configuration, log, time.sleep, time.clock, time.now)
    try:
        _Sync(client, state, op, log).run()
    finally:
        client.close()


class _Sync:
    """One run: which jobs there are, what they brought, and what went wrong."""

    def __init__(self, client: Client, state: State, op: Operations, log: Log) -> None:
        self._client = client
        self._state = state
        self._op = op
        self._log = log
        self._period: TimeRange | None = None
        self._failures: list[BaseException] = []
        self._written = 0
        self._deleted = 0
        self._last_checkpoint = client.clock()

    def run(self) -> None:
        """Read everything that is due; raise the first failure after the last checkpoint."""
        jobs = (
            Listing(table, self._client, self._state.ledger(table.name, ACCOUNT_PLACE))
            for table in TABLES
        )
        for job, batch, error in side_by_side(deque(jobs), WORKERS):
            self._begin()
            if error is not None:
                self._fail(job, error)
            elif batch is None:
                self._finish(job)
            else:
                self._write(job, batch)
            if self._client.clock() - self._last_checkpoint >= CHECKPOINT_SECONDS:
                self._checkpoint()
        self._end()

    def _begin(self) -> None:
        """Fix the period by the server's clock, which the first answer has told."""
        if self._period is None:
            last, now = self._state.last_sync_time, self._client.started_at()
            self._period = get_time_range(self._client.configuration, last, now)
            self._state.begin(self._period)
            start = self._period.start or "the beginning"
            self._log.info(f"Reading changes from {start} to {self._period.end}.")

    def _write(self, job: Listing, batch: list[Change]) -> None:
        """Write a batch and let the ledger vouch for exactly that."""
        name = job.table.name
        if not self._state.knows(name):
            # An empty state is a first sync, or a re-sync whose table still holds old rows.
            self._op.truncate(name)
        job.remember()
        self._state.keep(name, ACCOUNT_PLACE, job.ledger)
        for change in batch:
            self._op.upsert(name, change.row)
            job.ledger.record(change.key, change.mark)
        job.written += len(batch)

    def _finish(self, job: Listing) -> None:
        """Delete what a complete listing lacks, and say what was done."""
        gone = job.gone()
        for key in gone:
            self._op.delete(job.table.name, {"id": key})
            job.ledger.forget(key)
        self._written += job.written
        self._deleted += len(gone)
        counts = f"{job.read} read, {job.written} written, {len(gone)} deleted"
        self._log.info(f"{job.table.name}: {counts}.")
        for problem in job.problems():
            self._op.warning(problem)

    def _fail(self, job: Listing, error: BaseException) -> None:
        """Skip what the plan or the rights forbid; keep any other error for the end."""
        if isinstance(error, NotReadable):
            self._op.warning(f"{job.table.name} was skipped, its rows stay as they are. {error}")
            return
        self._failures.append(error)
        self._log.warning(f"{job.table.name} was not read completely. {error}")
        if isinstance(error, TokenRefused):
            self._end()

    def _checkpoint(self) -> None:
        self._op.checkpoint(self._state.saved())
        self._last_checkpoint = self._client.clock()

    def _end(self) -> None:
        """Make what was written last; a sync with failures ends with the first of them."""
        if not self._failures and self._period is not None:
            self._state.succeed(self._period)
        self._checkpoint()
        made, limited = self._client.requests_made, self._client.rate_limited
        self._log.info(
            f"{self._written} rows written, {self._deleted} deleted, {made} requests"
            f" ({limited} answered 429)."
        )
        if self._failures:
            raise self._failures[0]
