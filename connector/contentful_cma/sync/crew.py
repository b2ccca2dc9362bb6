"""Works side by side in one thread: some are under way, the others wait for their place."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable, Iterator
from functools import partial
from typing import Any, Callable

Work = Callable[[], Coroutine[Any, Any, Any]]
"""Something to do: a function, because a coroutine that is never awaited is an error."""


class Crew:
    """Does works, at most *places* of them at once.

    Nothing but an ``await`` passes control on, so no two of them use a page at the same time.
    """

    def __init__(self, places: int) -> None:
        """Begin with nothing to do."""
        self._places = places
        self._resting = 0
        self._next: deque[Work] = deque()
        self._rest: Iterator[Work] = iter(())
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, works: Iterable[Work]) -> None:
        """Do *works* in their order, and what they ask for.

        The first error ends all of them; the crew does nothing after that.
        """
        self._rest = iter(works)
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._fill()
        try:
            await self._over
        finally:
            left = set(self._tasks)
            for task in left:
                task.cancel()
            if left:
                await asyncio.wait(left)

    def first(self, works: Iterable[Work]) -> None:
        """Put works before all that have not begun; they begin when a place is free."""
        self._next.extendleft(reversed(list(works)))

    async def beside(self, *works: Work) -> list[Any]:
        """Do works before all others, in the place of whoever waits for them.

        Returns their results; when all have ended, raises the first error of any.
        """
        if not works:
            return []
        loop = asyncio.get_running_loop()
        results: list[asyncio.Future[Any]] = [loop.create_future() for _ in works]
        self.first(partial(_tell, work, result) for work, result in zip(works, results))
        self._resting += 1
        self._fill()
        await asyncio.wait(results)
        self._resting -= 1
        errors = [error for error in (result.exception() for result in results) if error]
        if errors:
            raise errors[0]
        return [result.result() for result in results]

    def _fill(self) -> None:
        """Begin what there are places for; without anything to do, the run is over."""
        while len(self._tasks) - self._resting < self._places:
            work = self._next.popleft() if self._next else next(self._rest, None)
            if work is None:
                break
            # The loop itself refers to its tasks weakly.
            task = asyncio.ensure_future(work())
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        if not self._tasks and not self._over.done():
            self._over.set_result(None)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        """Begin what is next after a piece of work, or end the run with its error."""
        self._tasks.discard(task)
        if task.cancelled() or self._over.done():
            return
        error = task.exception()
        if error is None:
            self._fill()
        else:
            self._over.set_exception(error)


async def _tell(work: Work, result: asyncio.Future[Any]) -> None:
    """Do a piece of work, and hand its result or error to whoever waits."""
    try:
        found = await work()
    except Exception as error:  # noqa: BLE001 - whoever waits for the result raises it
        result.set_exception(error)
    else:
        result.set_result(found)
