"""Stepping iterators side by side: workers fetch, the calling thread gets what they fetched."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Protocol, TypeVar


class Steps(Protocol):
    """Something that is fetched batch by batch."""

    batches: Iterator[Any]
    """The batches; only one thread at a time asks for the next one."""


Job = TypeVar("Job", bound=Steps)


def side_by_side(
    queue: deque[Job], workers: int
) -> Iterator[tuple[Job, Any | None, BaseException | None]]:
    """Advance up to *workers* jobs of the queue at once; yield (job, batch, error) in this thread.

    A job ends with ``(job, None, None)``, or with the error that ended it; the others go on.  Jobs
    may be added to the queue meanwhile.  A slow consumer holds the workers back: each fetches at
    most one batch ahead.
    """
    running: dict[Future[Any], Job] = {}

    def advance(job: Job) -> None:
        running[pool.submit(next, job.batches, None)] = job

    with ThreadPoolExecutor(workers) as pool:
        while queue or running:
            while queue and len(running) < workers:
                advance(queue.popleft())
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                job, error = running.pop(future), future.exception()
                batch = None if error else future.result()
                if batch is not None:
                    advance(job)
                # A batch takes some MB; nothing here may keep it while the next ones are fetched.
                del future
                yield job, batch, error
                batch = None
            del done
