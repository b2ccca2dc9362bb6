"""Several things at once in one thread: they take turns wherever one awaits an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator
from typing import Any, Callable

Task = Callable[[], Coroutine[Any, Any, Any]]
"""Something to do: a function, because a coroutine that is never awaited is an error."""


async def run_all(tasks: Iterable[Task], count: int) -> None:
    """Run tasks in their order, at most *count* at once; the first error cancels the others."""
    waiting = iter(tasks)
    workers = [asyncio.ensure_future(_work(waiting)) for _ in range(count)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.wait(workers)


async def _work(waiting: Iterator[Task]) -> None:
    """Run one task after another, of those that no other worker has taken."""
    for task in waiting:
        await task()


async def gather_all(tasks: Iterable[Task]) -> list[Any]:
    """Run all tasks at once and return their results.

    When all have ended, the first error of any is raised: none is left without an owner.
    """
    results = await asyncio.gather(*(task() for task in tasks), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results
