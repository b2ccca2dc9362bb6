"""Runs several tasks concurrently in one thread: they switch when one awaits an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator
from typing import Any, Callable

Task = Callable[[], Coroutine[Any, Any, Any]]
"""A function that returns a coroutine: a coroutine that is never awaited would be an error."""


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
    """Run tasks that no other worker has taken, one after another."""
    for task in waiting:
        await task()


async def gather_all(tasks: Iterable[Task]) -> list[Any]:
    """Run all tasks concurrently and return their results.

    The first error is raised after all tasks have ended, so none runs on unattended.
    """
    results = await asyncio.gather(*(task() for task in tasks), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results
