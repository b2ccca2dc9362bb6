"""Whose turn it is to have the records of a page in memory."""

from __future__ import annotations

import threading
from typing import Callable, TypeVar

Result = TypeVar("Result")


class Turn:
    """Lets one page at a time be parsed, made into rows and written; the others wait as JSON.

    A page of 1000 entries takes six times the memory of its JSON, and Python runs one thread at a
    time anyway: side by side they would only be in memory together.
    """

    def __init__(self) -> None:
        """Begin with nobody's turn."""
        self._lock = threading.Lock()
        self._thread = threading.local()

    def step(self, work: Callable[[], Result]) -> tuple[Result, bool]:
        """Return what *work* gives and whether its turn is not over yet.

        Then whoever has used the result has to `pass_on` the turn, from whatever thread.
        """
        self._thread.is_working = True
        try:
            result = work()
        except BaseException:
            self.end()
            raise
        finally:
            self._thread.is_working = False
        return result, self._give_away()

    def alone(self, work: Callable[[], Result]) -> Result:
        """Return what *work* gives, which is small: the turn is over at once."""
        result, has_turn = self.step(work)
        if has_turn:
            self.pass_on()
        return result

    def take(self) -> None:
        """Wait for the turn; outside of a step go on without it."""
        if getattr(self._thread, "is_working", False):
            self._lock.acquire()
            self._thread.has_turn = True

    def end(self) -> None:
        """Let another page have its turn if this thread has it."""
        if self._give_away():
            self.pass_on()

    def pass_on(self) -> None:
        """End a turn that a step has left open."""
        self._lock.release()

    def _give_away(self) -> bool:
        had_turn: bool = getattr(self._thread, "has_turn", False)
        self._thread.has_turn = False
        return had_turn
