"""Stepping iterators side by side: workers fetch, the calling thread gets what they fetched."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Protocol, TypeVar

from .turn import Turn


class Steps(Protocol):
    """Something that is fetched batch by batch."""

    batches: Iterator[Any]
    """The batches; only one thread at a time asks for the next one."""


Job = TypeVar("Job", bound=Steps)


def side_by_side(
    queue: deque[Job], workers: int, turn: Turn
) -> Iterator[tuple[Job, Any | None, BaseException | None]]:
    """Advance up to *workers* jobs of the queue at once; yield (job, batch, error) in this thread.

    A job ends with ``(job, None, None)``, or with the error that ended it; the others go on.  Jobs
    may be added to the queue meanwhile.  A slow consumer holds the workers back: a job is not
    advanced before its last batch was used.
    """
    running: dict[Future[Any], Job] = {}

    def advance(job: Job) -> None:
        running[pool.submit(turn.step, lambda: next(job.batches, None))] = job

    with ThreadPoolExecutor(workers) as pool:
        try:
            while queue or running:
                while queue and len(running) < workers:
                    advance(queue.popleft())
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                while done:
                    job, batch, error, has_turn = _result(done.pop(), running)
                    goes_on = batch is not None
                    try:
                        yield job, batch, error
                    finally:
                        # A batch takes some MB and must not outlive its turn.
                        del batch
                        if has_turn:
                            turn.pass_on()
                    if goes_on:
                        advance(job)
        finally:
            # The pool waits for its threads, and these may wait for a turn that nobody uses.
            for future in running:
                future.add_done_callback(lambda ended: _pass_on(ended, turn))


def _result(
    future: Future[Any], running: dict[Future[Any], Job]
) -> tuple[Job, Any | None, BaseException | None, bool]:
    job, error = running.pop(future), future.exception()
    batch, has_turn = (None, False) if error else future.result()
    return job, batch, error, has_turn


def _pass_on(future: Future[Any], turn: Turn) -> None:
    if future.exception() is None and future.result()[1]:
        turn.pass_on()
