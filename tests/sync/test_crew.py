"""Jobs side by side: who works when, and what happens when nobody wants the rest."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

from contentful_cma.turn import Turn
from contentful_cma.workers import side_by_side

JOBS, PAGES = 7, 5


class Job:
    """A job whose pages each take a turn, and that counts the pages that are in use."""

    def __init__(self, turn: Turn, in_use: list[int]) -> None:
        """Share the turn and the counter with all other jobs."""
        self.batches = self._pages(turn, in_use)

    @staticmethod
    def _pages(turn: Turn, in_use: list[int]) -> Iterator[int]:
        for number in range(PAGES):
            turn.end()
            turn.take()
            in_use.append(number)
            yield number


def test_one_page_is_in_memory_at_a_time() -> None:
    """Whatever the number of workers, a page is used before another one is parsed."""
    turn, in_use = Turn(), list[int]()
    queue = deque(Job(turn, in_use) for _ in range(JOBS))
    used = 0
    for _, batch, error in side_by_side(queue, 4, turn):
        assert error is None
        if batch is not None:
            assert len(in_use) == 1
            in_use.clear()
            used += 1
    assert used == JOBS * PAGES


def test_who_stops_using_pages_leaves_no_thread_behind() -> None:
    """A writer that fails in the middle ends all workers, those that wait for a turn too."""
    turn, in_use = Turn(), list[int]()
    queue = deque(Job(turn, in_use) for _ in range(JOBS))
    before = threading.active_count()
    events = side_by_side(queue, 4, turn)
    next(events)
    del events
    assert threading.active_count() == before


class Failing:
    """A job that fails when it has the turn."""

    def __init__(self, turn: Turn) -> None:
        """Share the turn."""
        self.batches = self._pages(turn)

    @staticmethod
    def _pages(turn: Turn) -> Iterator[Any]:
        turn.take()
        raise ValueError
        yield


def test_a_job_that_fails_gives_its_turn_back() -> None:
    """Jobs that fail while they work on a page do not keep the others from theirs."""
    turn, in_use = Turn(), list[int]()
    queue: deque[Any] = deque([Failing(turn), Failing(turn), Job(turn, in_use)])
    ends = [(batch, type(error)) for _, batch, error in side_by_side(queue, 2, turn)]
    assert ends.count((None, ValueError)) == 2
    assert [batch for batch, _ in ends if batch is not None] == list(range(PAGES))
