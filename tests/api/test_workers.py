"""Concurrent tasks: how many run at once, and how failures end them."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from contentful_cma.api.workers import Task, gather_all, run_all


class Tasks:
    """Tasks that pause a few times and record when they begin and end."""

    def __init__(self) -> None:
        """Start with an empty record."""
        self.running = 0
        self.most = 0
        self.begun: list[str] = []
        self.ended: list[str] = []

    async def run(self, name: str, pauses: int = 3) -> str:
        """Pause, and return the name."""
        self.begun.append(name)
        self.running += 1
        self.most = max(self.most, self.running)
        for _ in range(pauses):
            await asyncio.sleep(0)
        self.running -= 1
        self.ended.append(name)
        return name

    async def fail(self, name: str) -> None:
        """Fail after a pause."""
        await self.run(name, 1)
        raise ValueError(name)


def test_no_more_tasks_than_workers_run_at_once() -> None:
    """Tasks begin in order, at most as many at once as there are workers, and all end."""
    tasks, names = Tasks(), [f"{number}" for number in range(7)]
    asyncio.run(run_all((partial(tasks.run, name) for name in names), 3))
    assert (tasks.begun, tasks.ended, tasks.most) == (names, names, 3)


def test_gathered_tasks_give_their_results_in_order() -> None:
    """Results are in the order of the tasks, even if a later task ends first."""
    tasks = Tasks()
    found = asyncio.run(gather_all([partial(tasks.run, "a", 9), partial(tasks.run, "b", 1)]))
    assert (found, tasks.ended) == (["a", "b"], ["b", "a"])


def test_the_first_error_is_raised_when_all_have_ended() -> None:
    """The first error is raised after all other tasks have ended."""
    tasks = Tasks()
    long = partial(tasks.run, "good", 9)
    every: list[Task] = [partial(tasks.fail, "bad"), long, partial(tasks.fail, "worse")]
    with pytest.raises(ValueError, match="bad"):
        asyncio.run(gather_all(every))
    assert tasks.ended == ["bad", "worse", "good"]


def test_an_error_cancels_running_tasks() -> None:
    """After an error, no further task begins, and running tasks are canceled."""
    tasks = Tasks()
    every: list[Task] = [
        partial(tasks.fail, "bad"),
        partial(tasks.run, "long", 99),
        partial(tasks.run, "later"),
    ]
    with pytest.raises(ValueError, match="bad"):
        asyncio.run(run_all(every, 2))
    assert (tasks.begun, tasks.ended) == (["bad", "long"], ["bad"])
