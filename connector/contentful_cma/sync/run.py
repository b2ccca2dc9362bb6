"""One sync, step by step, and what becomes of its jobs."""

from __future__ import annotations

import asyncio
import gc
import time as machine
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from typing import Any, Callable, Optional

from contentful_cma.api.client import Client, Log, execute_api_request
from contentful_cma.api.workers import run_all
from contentful_cma.errors import (
    AccountEmpty,
    AccountUnreadable,
    DifferenceTooLarge,
    ListingSuspect,
    NotReadable,
    QueryRefused,
    TokenRefused,
    Unanswered,
)
from contentful_cma.extract.batch import Batch, Job, ReadContext
from contentful_cma.extract.content_model import EnvironmentModel
from contentful_cma.extract.listing import ListingJob
from contentful_cma.extract.removal import RemovalJob
from contentful_cma.settings.configuration import unknown_keys
from contentful_cma.settings.period import TimeRange, get_time_range, is_due
from contentful_cma.state.changes import PlaceSeen, RemakeBegun, Requested
from contentful_cma.state.problem import SUSPECT, UNKNOWN_DELETIONS, Problem
from contentful_cma.state.state import State
from contentful_cma.tables import configure, selected
from contentful_cma.tables.core import SPACES
from contentful_cma.tables.places import ACCOUNT, WHOLE_ACCOUNT, Place, place_named
from contentful_cma.tables.table import Table
from contentful_cma.values import Record, to_millis_text

from .account import Account
from .guard import Guard
from .own_tables import CoverageTable, SyncsTable
from .plan import Plan
from .progress import PROGRESS_SECONDS, STEPS, ProgressLog
from .results import Results, Status
from .schedule import Schedule
from .writer import Operations, Writer

MOST_UNANSWERED = 6
"""Jobs one after the other that may have no answer before the API itself is looked for."""

ONE_RECORD = {"limit": "1"}

NO_SPACES = (
    "GET /spaces lists no space, and the last sync knew some; nothing was deleted."
    " If a sync at least an hour later sees none either, their rows are deleted."
)


@dataclass(frozen=True)
class Clocks:
    """The clocks of a sync: seconds that only grow, and the date (aware).

    *sleep* replaces one that ends when the sync does; *between_lines* are the seconds between two
    lines of the log that say how far it is.
    """

    clock: Callable[[], float] = machine.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    sleep: Optional[Callable[[float], None]] = None
    between_lines: float = PROGRESS_SECONDS


def sync(
    given: Mapping[str, Any],
    saved: Mapping[str, Any],
    op: Operations,
    log: Log,
    time: Clocks = Clocks(),
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
        asyncio.run(_Sync(client, state, op, log, time.between_lines).run())


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

    def __init__(
        self, client: Client, state: State, op: Operations, log: Log, between_lines: float
    ) -> None:
        """Put the parts of a sync together; nothing is asked yet."""
        self._tables = tables = selected(client.configuration)
        self._client = client
        self._state = state
        self._log = log
        self._account = Account(tables, client.configuration, state)
        self._guard = Guard(client, self._account, state)
        self._results = results = Results()
        self._schedule = schedule = Schedule(tables, self._account, client, state)
        self._writer = Writer(client, state, SyncsTable(tables, client, schedule), op, log)
        self._progress = ProgressLog(client, log, self._writer, between_lines)
        context = ReadContext(client, state, self._see)
        self._plan = Plan(tables, self._account, schedule, context)
        self._coverage = CoverageTable(tables, schedule, results, client, state)
        self._period: TimeRange | None = None
        self._failure: BaseException | None = None
        self._unanswered: list[str] = []
        self._passed_over: set[str] = set()
        self._is_given_up = False
        self._has_listed = False

    async def run(self) -> None:
        """Read everything that is due; raise the first failure after the last checkpoint."""
        try:
            await self._steps()
        except TokenRefused:
            # It is the failure to end with; what was written before it lasts.
            self._fix_period()
        self._end()

    async def _steps(self) -> None:
        """Read what there is, what ages fastest first, and all that is due of it."""
        plan = self._plan
        await self._do(plan.account(), STEPS[0])
        await self._do(plan.lists_of_environments(), STEPS[1])
        await self._check_account()
        await self._do(plan.removals())
        environments = list(self._account.environments.values())
        await self._do(plan.model(environments), STEPS[2])
        await self._do(plan.spaces())
        await self._read_content(environments)
        await self._do(plan.organizations_and_spaces(), STEPS[3])
        await self._do(plan.environments(), STEPS[4])
        await self._do(plan.dependent_tables())
        await self._do(plan.per_parent(), STEPS[5])
        await self._do(plan.usage(), STEPS[6])
        await self._rebuild_tables()
        self._schedule.explain(self._results)
        if not self._failure:
            refused = self._state.refused()
            self._writer.truncate_new_tables(
                table for table in self._tables if table.name not in refused
            )
        existing, is_over = self._account.known_places(), not self._failure
        self._writer.write(self._coverage.rows_for_unreached(existing, is_over=is_over))
        for sentence in self._coverage.warnings():
            self._writer.op.warning(sentence)

    async def _check_account(self) -> None:
        """Act on nothing that was listed before the account and the filters are checked."""
        for listing in self._plan.named_environments():
            await self._do([listing])
        warnings = await self._guard.check(has_listed=self._has_listed)
        if self._results.became(SPACES.name, WHOLE_ACCOUNT.name) is Status.SUSPECT:
            self._fix_period()
            at, problem = to_millis_text(self._client.started_at()), Problem(SUSPECT)
            self._state.apply(Requested(SPACES.name, WHOLE_ACCOUNT.name, at, problem=problem))
            self._writer.checkpoint()
            raise AccountEmpty(NO_SPACES)
        for sentence in warnings:
            self._writer.op.warning(sentence)
        self._fix_period()
        if self._has_listed:
            self._guard.save()
        self._writer.release()
        seen = [PlaceSeen(*one) for one in self._account.created_at.items()]
        self._writer.write(Batch(changes=seen))

    async def _read_content(self, environments: list[EnvironmentModel]) -> None:
        """Read content, and make that last before all that is slow.

        Where a content type comes that is unknown, it is read once more with the model.
        """
        while environments:
            content = self._pass_over_stuck(self._plan.content(environments))
            await self._do(content)
            if content:
                self._writer.checkpoint()
            environments = [one for one in environments if one.lacks_model]
            await self._do(self._plan.model(environments))

    def _pass_over_stuck(self, jobs: Iterable[Job]) -> list[Job]:
        """Leave jobs of places where something has failed to the next sync; return the others."""
        found = list(jobs)
        stuck = [job for job in found if self._results.is_stuck(job.place.name)]
        for job in stuck:
            self._results.record(job, Status.PASSED_OVER)
        return [job for job in found if job not in stuck]

    async def _do(self, jobs: Iterable[Job], step: str = "") -> None:
        """Read several jobs at once."""
        tasks = [partial(self._read, job) for job in self._progress.begin(jobs, step)]
        await run_all(tasks, self._client.at_once)

    async def _read(self, job: Job) -> None:
        """Read one job; an error ends it and no other one."""
        self._account.listing_started(job, to_millis_text(self._client.started_at()))
        if self._is_given_up or _first_id(job) in self._passed_over:
            skipped = Status.GIVEN_UP if self._is_given_up else Status.PASSED_OVER
            self._results.record(job, skipped)
            self._progress.done(job)
            return
        self._results.record(job, Status.UNFINISHED)
        for table in job.tables:
            if self._schedule.is_made_of_others(table, job.place.name):
                self._state.apply(RemakeBegun(table.name, job.place.name))
        try:
            await job.read(partial(self._receive, job))
        except Exception as error:
            if self._writer.write_error is not None:
                # No failed job, but the end of the sync, whichever part of a job came to it first.
                raise self._writer.write_error from error
            self._fail(job, error)
            if len(self._unanswered) >= MOST_UNANSWERED:
                await self._look_for_the_api()
        else:
            self._finish(job)
        self._progress.done(job)

    async def _look_for_the_api(self) -> None:
        """Give up where the API does not answer at all; else pass over the spaces that do not."""
        silent, self._unanswered = self._unanswered, []
        try:
            await execute_api_request(self._client, WHOLE_ACCOUNT.path(SPACES.path), ONE_RECORD)
        except (AccountUnreadable, Unanswered):
            self._is_given_up = True
            self._log.warning("The API does not answer. The next sync reads the rest.")
        else:
            # Listings of the account belong to no space.
            self._passed_over.update(filter(None, silent))
            names = ", ".join(sorted(self._passed_over))
            self._log.warning(
                f"The API does not answer for {names}. The next sync reads the rest."
            )

    def _see(self, endpoint: Table, place: Place, record: Record, *, is_selected: bool) -> None:
        """Let a record be known that tells of places."""
        if endpoint.scope is ACCOUNT:
            self._guard.see(endpoint, record)
        self._account.record(endpoint, place, record, is_selected=is_selected)

    def _receive(self, job: Job, batch: Batch) -> None:
        """Take over what a job has read."""
        self._unanswered = []
        self._has_listed = True
        self._coverage.add_problems(job, batch.left_out)
        self._writer.write(batch, job.tables)
        self._progress.log_if_due()

    def _fix_period(self) -> None:
        """Fix the period by the server's clock, which the first answer has told."""
        if self._period is None:
            last, now = self._state.last_sync_time, self._client.started_at()
            self._period = get_time_range(self._client.configuration, last, now)
            self._state.begin(self._period)
            start = self._period.start or "the beginning"
            self._log.info(f"Reading changes from {start} to {self._period.end}.")

    def _finish(self, job: Job) -> None:
        """Note that a job has come to its end."""
        self._results.record(job, Status.READ)
        if isinstance(job, ListingJob):
            self._account.listing_finished(job)
            if job.keeps_records:
                return
        self._writer.write(self._coverage.rows_for_success(job))

    def _fail(self, job: Job, error: Exception) -> None:
        """Skip what the plan or the rights forbid; keep any other error for the end."""
        unanswered = [*self._unanswered, _first_id(job)]
        self._unanswered = unanswered if isinstance(error, Unanswered) else []
        if isinstance(error, NotReadable):
            self._results.record(job, Status.REFUSED)
            self._writer.write(self._coverage.rows_for_refusal(job, error))
        elif isinstance(error, ListingSuspect):
            self._results.record(job, Status.SUSPECT)
            self._writer.write(self._coverage.rows_for_suspicion(job, error))
        elif isinstance(error, DifferenceTooLarge):
            self._results.record(job, Status.UNDECIDABLE)
            if isinstance(job, ListingJob):
                self._account.listing_finished(job)
            # Of the other tables of the listing nothing was deleted, either.
            for table in (job.table,) if isinstance(job, RemovalJob) else job.tables:
                self._schedule_rebuild(table, job.place.name)
        else:
            # The frames of a traceback would keep their pages for as long as the error is kept.
            traceback.clear_frames(error.__traceback__)
            self._failure = self._failure or error
            self._fix_period()
            self._log.warning(f"{job.subject} was not read completely. {error}")
            if isinstance(error, TokenRefused):
                raise error

    def _schedule_rebuild(self, table: Table, place: str) -> None:
        """Note that nothing names the deleted rows: all of the table is due, to be read again."""
        self._results.lose(table, place)
        self._schedule.rebuild(table)
        at, problem = to_millis_text(self._client.started_at()), Problem(UNKNOWN_DELETIONS)
        self._state.apply(Requested(table.name, place, at, problem=problem))

    async def _rebuild_tables(self) -> None:
        """Truncate and read again the tables of which too much was deleted to tell what.

        That is a last resort: only where all of the table can be read again.
        """
        for table in self._results.to_rebuild:
            kept = [
                place
                for place in self._account.kept(table)
                if not self._schedule.is_long_unreached(table, place)
            ]
            reason = await self._reason_to_keep(table, kept)
            if reason:
                self._fail_rebuild(table, reason)
                continue
            self._writer.op.warning(self._results.warning(table))
            self._writer.truncate(table, kept)
            self._results.forget(table)
            await self._do(self._plan.model(list(self._account.environments.values())))
            await self._do(self._pass_over_stuck(self._plan.reread(table)))
            read = Status.READ
            unread = [one for one in kept if self._results.became(table.name, one) is not read]
            if unread:
                self._fail_rebuild(table, f"{', '.join(unread)} cannot be read")

    async def _reason_to_keep(self, table: Table, places: list[str]) -> str:
        """Return why a table cannot be read again now, "" if it can.

        Its listings are requested once more: they are refused before the rows are gone, not after.
        """
        if not self._writer.op.can_truncate:
            return "the SDK cannot truncate: version 2.8.3 or newer is needed"
        unread = self._results.places_not_read(table, places)
        if unread:
            return f"{', '.join(unread)} cannot be read"
        if self._failure:
            return "this sync has failed"
        try:
            for name in places:
                await self._request_one(table, place_named(table.scope, name))
        except (NotReadable, Unanswered) as problem:
            return problem.summary
        return ""

    async def _request_one(self, table: Table, place: Place) -> None:
        """Request one record of a listing; a query that is not taken (400) is an answer, too."""
        with suppress(QueryRefused):
            query = {**place.query(table.query), **ONE_RECORD}
            await execute_api_request(self._client, place.path(table.path), query, table.headers)

    def _fail_rebuild(self, table: Table, reason: str) -> None:
        """Note that a table could not be read again."""
        error = self._results.error(table, reason)
        self._log.warning(str(error))
        self._failure = self._failure or error

    def _end(self) -> None:
        """Make what was written last; a sync with failures ends with the first of them."""
        if not self._failure and self._period is not None:
            self._state.succeed(self._period)
        self._writer.checkpoint(is_complete=not self._failure)
        self._writer.log_totals()
        if self._failure:
            raise self._failure


def _first_id(job: Job) -> str:
    """Return the space or the organization that a job reads something of, "" for the account."""
    return job.place.ids[0] if job.place.ids else ""
