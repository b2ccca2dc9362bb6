"""The loop: reads what is due, and is the only place that upserts, deletes and checkpoints."""

from __future__ import annotations

import gc
import time as machine
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Callable, Protocol, Union

from .batch import Batch
from .changes import Changes, Part
from .children import Children
from .client import Client, Log
from .configuration import unknown_keys
from .coverage import Coverage
from .errors import DifferenceTooLarge, NotReadable, TokenRefused, Unanswered
from .jobs import Jobs
from .listing import Listing
from .owner import Event, Owner
from .state import State
from .table import Row, Table
from .tables import configure, selected
from .window import TimeRange, get_time_range, is_due
from .workers import side_by_side

WORKERS = 6
"""Requests under way at once: enough for 10 a second that take 0.6 seconds each.  Each may hold
the JSON of a page, up to 7 MB, while another page has its turn."""

CHECKPOINT_SECONDS = 60.0
"""Fivetran asks for a checkpoint about once a minute and at least every ten minutes
(https://fivetran.com/docs/connector-sdk/best-practices)."""

Job = Union[Listing, Changes, Part, Children]


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

    clock: Callable[[], float] = machine.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    sleep: Callable[[float], None] = machine.sleep


def sync(
    given: Mapping[str, Any],
    saved: Mapping[str, Any],
    op: Operations,
    log: Log,
    time: Time = Time(),
) -> None:
    """Bring the warehouse up to date.

    *given* is Fivetran's configuration, *saved* its state.  Raises ValueError for a bad
    configuration, StateUnusable for a bad state or that of another account, StateTooLarge where
    Fivetran would not keep the next one, and after the last good checkpoint the first error that
    kept something from being read.
    """
    configuration = configure(given)
    for sentence in unknown_keys(given):
        op.warning(sentence)
    state = State(saved)
    last = state.last_sync_time
    if not state.is_interrupted and not is_due(configuration, last, time.now()):
        log.info(f"Skipped: the last sync began at {last}, sync_frequency_hours has not passed.")
        return
    client = Client(configuration, log, time.sleep, time.clock, time.now)
    with closing(client), _collector_paused():
        _Sync(client, state, op, log).run()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Leave cyclic garbage alone until the next checkpoint.

    A page of 1000 entries is some 50,000 objects without a cycle among them, and looking for
    cycles in them again and again took half of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Sync:
    """One run: what the jobs brought, what it did to the warehouse, and what went wrong."""

    def __init__(self, client: Client, state: State, op: Operations, log: Log) -> None:
        tables = selected(client.configuration)
        self._client = client
        self._state = state
        self._op = op
        self._log = log
        self._owner = Owner(client, state)
        self._jobs = Jobs(tables, client, state, self._owner)
        self._coverage = Coverage(tables, state)
        self._period: TimeRange | None = None
        self._failures: list[BaseException] = []
        self._unanswered = 0
        self._reload: set[Table] = set()
        self._written: Counter[str] = Counter()
        self._deleted: Counter[str] = Counter()
        self._last_checkpoint = client.clock()
        self._is_warned = False

    def run(self) -> None:
        """Read everything that is due; raise the first failure after the last checkpoint."""
        self._do(self._jobs.account(), self._owner.once_recognised)
        self._do(self._jobs.organizations_and_spaces())
        self._drop_what_vanished()
        self._do(self._jobs.environments())
        self._do(self._jobs.content())
        self._reload_tables()
        is_over = not self._failures
        self._write(self._coverage.of_the_rest(self._jobs.places(), is_over=is_over))
        for sentence in self._coverage.warnings():
            self._op.warning(sentence)
        self._end()

    def _do(
        self, jobs: Iterable[Job], through: Callable[[Iterator[Event]], Iterator[Event]] = iter
    ) -> None:
        queue = deque(() if self._is_given_up else jobs)
        for job, batch, error in through(side_by_side(queue, WORKERS, self._client.turn)):
            self._begin()
            self._unanswered = self._unanswered + 1 if isinstance(error, Unanswered) else 0
            if self._is_given_up:
                queue.clear()
            if error is not None:
                self._fail(job, error)
            elif batch is None:
                # What follows comes first: a walk in parts has a sketch for each of them until all
                # are done, so many of them must not wait for their parts at once.
                queue.extendleft(reversed(tuple(self._jobs.finished(job))))
                self._write(self._coverage.read(job))
            else:
                self._start(job.tables)
                self._write(batch)
                self._coverage.note(job, batch.left_out)
            del batch
            if self._client.clock() - self._last_checkpoint >= CHECKPOINT_SECONDS:
                self._checkpoint()

    @property
    def _is_given_up(self) -> bool:
        """Whether the API is down: nothing was answered to as many jobs as run at once."""
        return self._unanswered >= WORKERS

    def _begin(self) -> None:
        """Fix the period by the server's clock, which the first answer has told."""
        if self._period is None:
            last, now = self._state.last_sync_time, self._client.started_at()
            self._period = get_time_range(self._client.configuration, last, now)
            self._state.begin(self._period)
            start = self._period.start or "the beginning"
            self._log.info(f"Reading changes from {start} to {self._period.end}.")

    def _start(self, tables: Iterable[Table]) -> None:
        """Empty a table that this state knows nothing of.

        An empty state is a first sync, or a re-sync whose tables still hold their old rows.
        """
        for table in tables:
            if not self._state.knows(table.name):
                self._op.truncate(table.name)
                self._state.begin_table(table.name)

    def _write(self, batch: Batch) -> None:
        """Write a batch and let the state vouch for exactly that."""
        for table, row in batch.upserts:
            self._op.upsert(table.name, row)
        for table, keys in batch.deletes:
            self._op.delete(table.name, keys)
        self._written.update(table.name for table, _ in batch.upserts)
        self._deleted.update(table.name for table, _ in batch.deletes)
        batch.remember(self._state)
        for sentence in batch.warnings:
            self._op.warning(sentence)

    def _fail(self, job: Job, error: BaseException) -> None:
        """Skip what the plan or the rights forbid; keep any other error for the end."""
        if isinstance(error, NotReadable):
            self._start(self._coverage.tables)
            self._write(self._coverage.skipped(job, error))
        elif isinstance(error, DifferenceTooLarge):
            self._reload.update(job.tables)
        else:
            self._failures.append(error)
            self._log.warning(f"{_names(job)} was not read completely. {error}")
            if isinstance(error, TokenRefused):
                self._end()

    def _drop_what_vanished(self) -> None:
        """Delete the rows of organizations, spaces and environments that are gone."""
        for table, place in self._jobs.vanished():
            batch = self._jobs.drop(table, place)
            if batch is None:
                self._reload.add(table)
            else:
                self._write(batch)

    def _reload_tables(self) -> None:
        """Truncate and read again the tables of which too much was deleted to tell what."""
        for table in sorted(self._reload, key=lambda table: table.name):
            self._op.warning(
                f"{table.name} is truncated and read again, because more was deleted since the"
                " last sync than the state can tell."
            )
            self._op.truncate(table.name)
            self._state.forget_table(table.name)
            self._state.begin_table(table.name)
        self._do(self._jobs.again(self._reload))

    def _checkpoint(self) -> None:
        saved = self._state.saved()
        if self._state.warning is not None and not self._is_warned:
            self._op.warning(self._state.warning)
            self._is_warned = True
        self._op.checkpoint(saved)
        gc.collect()
        self._last_checkpoint = self._client.clock()

    def _end(self) -> None:
        """Make what was written last; a sync with failures ends with the first of them."""
        if not self._failures and self._period is not None:
            self._state.succeed(self._period)
        self._checkpoint()
        for name in sorted({*self._written, *self._deleted}):
            self._log.info(
                f"{name}: {self._written[name]} written, {self._deleted[name]} deleted."
            )
        self._log.info(
            f"{sum(self._written.values())} rows written, {sum(self._deleted.values())} deleted,"
            f" {self._client.requests_made} requests ({self._client.rate_limited} answered 429)."
        )
        if self._failures:
            raise self._failures[0]


def _names(job: Job) -> str:
    return ", ".join(table.name for table in job.tables) or "What there is to read"
