"""Run a program in a pseudo-terminal, as a person at the keyboard does."""

from __future__ import annotations

import os
import pty
import select
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LIMIT_SECONDS = 240


class Terminal:
    """A running program, its output and its input."""

    def __init__(self, program: int, screen: int) -> None:
        """Read the output of a program."""
        self.program, self._screen, self.shown = program, screen, ""
        self.is_over = False

    def read(self, until: str | None, times: int = 1) -> str:
        """Return the output once it has a text *times* times, or the program has ended."""
        end = time.monotonic() + LIMIT_SECONDS
        while until is None or self.shown.count(until) < times:
            assert time.monotonic() < end, self.shown
            if not self._more():
                break
        return self.shown

    def press(self, key: bytes) -> None:
        """Send a key."""
        os.write(self._screen, key)

    def end_by(self, key: bytes) -> int:
        """Press a key every few seconds until the program ends; return the exit status.

        Python misses a signal that comes between printing a prompt and reading the answer.
        """
        while True:
            self.press(key)
            if not all(self._more() for _ in range(4)):
                return self.status()

    def status(self) -> int:
        """Wait for the end; return the exit status."""
        self.read(None)
        self.is_over = True
        return os.waitstatus_to_exitcode(os.waitpid(self.program, 0)[1])

    def _more(self) -> bool:
        """Read one second of output; return whether the program is running."""
        if select.select([self._screen], [], [], 1)[0]:
            try:
                self.shown += os.read(self._screen, 4096).decode(errors="replace")
            except OSError:
                return False
            self.shown = self.shown.replace("\r\n", "\n")
        return True


@contextmanager
def terminal(folder: Path, *command: str, **variables: str) -> Iterator[Terminal]:
    """Run a command in a pseudo-terminal until it ends."""
    program, screen = pty.fork()
    if program == 0:
        # Both are ignored if the tests run in the background.
        for ended_by in (signal.SIGINT, signal.SIGHUP):
            signal.signal(ended_by, signal.SIG_DFL)
        os.chdir(folder)
        os.environ.update(variables)
        os.execvp(command[0], command)  # noqa: S606 - the program needs its own terminal
    shell = Terminal(program, screen)
    try:
        yield shell
    finally:
        os.close(screen)
        if not shell.is_over:
            with suppress(ProcessLookupError):
                os.killpg(program, signal.SIGTERM)
            os.waitpid(program, 0)
