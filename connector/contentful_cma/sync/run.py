"""Runs one sync step by step, and handles the results of its jobs."""

from __future__ import annotations

import asyncio
import gc
import time as machine
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from typing import Any, Callable, Optional

from contentful_cma.api.client import Client, Log, execute_api_request
from contentful_cma.api.workers import run_all
from contentful_cma.errors import (
    AccountEmpty,
    DifferenceTooLarge,
    ListingSuspect,
    NotReadable,
    QueryRefused,
    RequestFailed,
    TokenRefused,
    Unanswered,
)
from contentful_cma.extract.batch import Batch, Job, ReadContext
from contentful_cma.extract.content_model import EnvironmentModel
from contentful_cma.extract.listing import OPTIONAL_QUERY, ListingJob
from contentful_cma.extract.removal import RemovalJob
from contentful_cma.settings.configuration import unknown_keys
from contentful_cma.settings.period import TimeRange, get_time_range, is_due
from contentful_cma.state.changes import PlaceSeen, Requested, RewriteBegun
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
"""Jobs in succession without an answer, after which the API itself is checked."""

ONE_RECORD = {"limit": "1"}

NO_SPACES = (
    "GET /spaces lists no spaces, but the last sync had some. Nothing was deleted. If the list is"
    " still empty at least an hour later, a sync deletes their rows."
)


@dataclass(frozen=True)
class Clocks:
    """The clocks of a sync: monotonic seconds, and the date with a time zone.

    *sleep* replaces a sleep that ends with the sync; *between_lines* are the seconds between two
    lines about progress in the log.
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

    *given* is Fivetran's configuration, *saved* its state.  Raises ValueError for an invalid
    configuration, StateUnusable for an invalid state or that of another account, and StateTooLarge
    if Fivetran would not keep the next state.  If a job failed, the first error is raised after
    the last checkpoint.
    """
    configuration = configure(given)
    for sentence in unknown_keys(given):
        op.warning(sentence)
    state = State(saved)
    last = state.last_sync_time
    if not state.is_interrupted and not is_due(configuration, last, time.now()):
        log.info(f"Skipped: the last sync began at {last}, less than sync_frequency_hours ago.")
        return
    client = Client(configuration, log, time.sleep, time.clock, time.now)
    with closing(client), _collector_paused():
        asyncio.run(_Sync(client, state, op, log, time.between_lines).run())


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Do not collect cyclic garbage until the next checkpoint.

    A page of 1000 entries is about 50,000 objects without cycles, and repeated searches for cycles
    took half of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Sync:
    """One sync: its jobs, its writes and its errors."""

    def __init__(
        self, client: Client, state: State, op: Operations, log: Log, between_lines: float
    ) -> None:
        """Create the parts of a sync, without a request."""
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
        self._skipped: set[str] = set()
        self._is_given_up = False
        self._has_listed = False
        # Truncations that the last sync has deferred, but not made, because it failed.
        self._pending = state.deferred

    async def run(self) -> None:
        """Read everything that is due; raise the first failure after the last checkpoint."""
        try:
            await self._steps()
        except TokenRefused as error:
            # The sync ends with this failure, after a checkpoint of the rows before it.
            self._failure = self._failure or error
            self._fix_period()
        self._end()

    async def _steps(self) -> None:
        """Find the places, then read the tables that are due, the most volatile first."""
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
        """Check the account and the filters, then release the rows that were held back."""
        for listing in self._plan.named_environments():
            await self._do([listing])
        warnings = await self._guard.check(has_listed=self._has_listed)
        if self._results.status_of(SPACES.name, WHOLE_ACCOUNT.name) is Status.SUSPECT:
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
        """Read content, with a checkpoint before the slower steps.

        Content with an unknown content type is read once more with a new content model.
        """
        while environments:
            content = self._skip_stuck(self._plan.content(environments))
            await self._do(content)
            if content:
                self._writer.checkpoint()
            environments = [one for one in environments if one.lacks_model]
            await self._do(self._plan.model(environments))

    def _skip_stuck(self, jobs: Iterable[Job]) -> list[Job]:
        """Return jobs, without those of places where a job has failed; these wait."""
        found = list(jobs)
        stuck = [job for job in found if self._results.is_stuck(job.place.name)]
        for job in stuck:
            self._results.record(job, Status.SKIPPED)
        return [job for job in found if job not in stuck]

    async def _do(self, jobs: Iterable[Job], step: str = "") -> None:
        """Run several jobs concurrently."""
        tasks = [partial(self._read, job) for job in self._progress.begin(jobs, step)]
        await run_all(tasks, self._client.at_once)

    async def _read(self, job: Job) -> None:
        """Run one job; an error ends only this job."""
        self._account.listing_started(job, to_millis_text(self._client.started_at()))
        if self._is_given_up or _first_id(job) in self._skipped:
            skipped = Status.GIVEN_UP if self._is_given_up else Status.SKIPPED
            self._results.record(job, skipped)
            self._progress.done(job)
            return
        self._results.record(job, Status.UNFINISHED)
        for table in job.tables:
            if self._schedule.has_outdated_rows(table, job.place.name):
                self._state.apply(RewriteBegun(table.name, job.place.name))
        try:
            await job.read(partial(self._receive, job))
        except Exception as error:
            if self._writer.write_error is not None:
                # A failed write ends the sync, not only this job.
                raise self._writer.write_error from error
            self._fail(job, error)
            if len(self._unanswered) >= MOST_UNANSWERED:
                await self._look_for_the_api()
        else:
            self._finish(job)
        self._progress.done(job)

    async def _look_for_the_api(self) -> None:
        """Give up if the API does not answer at all, else skip the spaces without an answer."""
        silent, self._unanswered = self._unanswered, []
        try:
            await execute_api_request(self._client, WHOLE_ACCOUNT.path(SPACES.path), ONE_RECORD)
        except TokenRefused:
            raise
        except RequestFailed:
            self._is_given_up = True
            self._log.warning("The API does not answer. The next sync reads the rest.")
        else:
            # Listings of the account belong to no space.
            self._skipped.update(filter(None, silent))
            names = ", ".join(sorted(self._skipped))
            self._log.warning(
                f"The API does not answer for {names}. The next sync reads the rest."
            )

    def _see(self, endpoint: Table, place: Place, record: Record, *, is_selected: bool) -> None:
        """Hand a listed organization, space or environment to the account and the guard."""
        if endpoint.scope is ACCOUNT:
            self._guard.see(endpoint, record)
        self._account.record(endpoint, place, record, is_selected=is_selected)

    def _receive(self, job: Job, batch: Batch) -> None:
        """Write a batch, and note that the API answers."""
        self._unanswered = []
        self._has_listed = True
        self._coverage.add_problems(job, batch.left_out)
        self._writer.write(batch, job.tables)
        self._progress.log_if_due()

    def _fix_period(self) -> None:
        """Set the period by the server's clock, known from the first answer."""
        if self._period is None:
            last, now = self._state.last_sync_time, self._client.started_at()
            self._period = get_time_range(self._client.configuration, last, now)
            self._state.begin(self._period)
            start, end = self._period.start, self._period.end.isoformat(" ", "seconds")
            since = "the beginning" if start is None else start.isoformat(" ", "seconds")
            self._log.info(f"Reading changes from {since} to {end}.")

    def _finish(self, job: Job) -> None:
        """Note that a job has read everything."""
        self._results.record(job, Status.READ)
        if isinstance(job, ListingJob):
            self._account.listing_finished(job)
            if job.keeps_records:
                return
        self._writer.write(self._coverage.rows_for_success(job))

    def _fail(self, job: Job, error: Exception) -> None:
        """Skip tables that the plan or the rights forbid; keep any other error for the end."""
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
            # The other tables of the listing lack their deletions, too.
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
        """Have all of a table read again, because its deleted rows cannot be identified."""
        self._results.note_unknown_deletions(table, place)
        self._schedule.rebuild(table)
        at = to_millis_text(self._client.started_at())
        # A confirmed empty listing stays confirmed, even if the table cannot be read again now.
        is_empty = self._schedule.is_confirmed(table, place_named(table.scope, place))
        problem = Problem(SUSPECT if is_empty else UNKNOWN_DELETIONS)
        self._state.apply(Requested(table.name, place, at, problem=problem))

    async def _rebuild_tables(self) -> None:
        """Truncate tables whose deleted rows cannot be identified, and read them again.

        A table is truncated only if all of it can be read again.
        """
        for table in (one for one in self._tables if one.name in self._pending):
            for place in self._account.kept(table):
                self._schedule_rebuild(table, place)
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
            await self._do(self._skip_stuck(self._plan.reread(table)))
            read = Status.READ
            unread = [one for one in kept if self._results.status_of(table.name, one) is not read]
            if unread:
                self._fail_rebuild(table, f"{', '.join(unread)} cannot be read")

    async def _reason_to_keep(self, table: Table, places: list[str]) -> str:
        """Return why a table cannot be read again now, "" if it can.

        Its listings are requested once more, to notice refusals before the rows are deleted.
        """
        if not self._writer.op.can_truncate:
            return "the SDK cannot truncate (version 2.8.3 or newer is needed)"
        waits, status = self._schedule.is_only_waiting, self._results.status_of
        unread = [
            place
            for place in self._results.places_not_read(table, places)
            if status(table.name, place) is not None or not waits(table, place)
        ]
        if unread:
            return f"{', '.join(unread)} cannot be read"
        if self._failure:
            return "an earlier job has failed"
        try:
            for name in places:
                await self._request_one(table, place_named(table.scope, name))
        except TokenRefused:
            raise
        except RequestFailed as problem:
            return problem.summary
        return ""

    async def _request_one(self, table: Table, place: Place) -> None:
        """Request one record of a listing, without optional parameters.

        A refused query (400) counts as an answer.
        """
        given = {**place.query(table.query), **ONE_RECORD}
        query = {name: one for name, one in given.items() if name not in OPTIONAL_QUERY}
        path = place.path(table.path)
        try:
            await execute_api_request(self._client, path, query, table.headers)
        except QueryRefused as refused:
            if isinstance(refused, NotReadable):
                raise

    def _fail_rebuild(self, table: Table, reason: str) -> None:
        """Note why a table cannot be rebuilt; the sync fails with it at the end."""
        error = self._results.error(table, reason)
        self._log.warning(str(error))
        self._failure = self._failure or error

    def _end(self) -> None:
        """Make the last checkpoint, then raise the first failure."""
        if not self._failure and self._period is not None:
            self._state.succeed(self._period, {table.name for table in self._tables})
        self._writer.checkpoint(is_complete=not self._failure)
        self._writer.log_totals()
        if self._failure:
            raise self._failure


def _first_id(job: Job) -> str:
    """Return the space or the organization of a job, "" for the account."""
    return job.place.ids[0] if job.place.ids else ""
