"""A program in a terminal of its own, as somebody at the keyboard has it."""

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
    """What a program shows, and the keys that it is given."""

    def __init__(self, program: int, screen: int) -> None:
        """Read what a program shows."""
        self.program, self._screen, self.shown = program, screen, ""
        self.is_over = False

    def read(self, until: str | None, times: int = 1) -> str:
        """Return all that was shown, once a text was *times* in it or the program has ended."""
        end = time.monotonic() + LIMIT_SECONDS
        while until is None or self.shown.count(until) < times:
            assert time.monotonic() < end, self.shown
            if not self._more():
                break
        return self.shown

    def press(self, key: bytes) -> None:
        """Press a key."""
        os.write(self._screen, key)

    def end_by(self, key: bytes) -> int:
        """Press a key, again after some seconds, until the program ends; return the exit status.

        Python does not notice a signal that comes between a prompt and the reading of its answer.
        """
        while True:
            self.press(key)
            if not all(self._more() for _ in range(4)):
                return self.status()

    def status(self) -> int:
        """Wait for the end and return the exit status."""
        self.read(None)
        self.is_over = True
        return os.waitstatus_to_exitcode(os.waitpid(self.program, 0)[1])

    def _more(self) -> bool:
        """Read what is shown within a second; return whether the program is running."""
        if select.select([self._screen], [], [], 1)[0]:
            try:
                self.shown += os.read(self._screen, 4096).decode(errors="replace")
            except OSError:
                return False
            self.shown = self.shown.replace("\r\n", "\n")
        return True


@contextmanager
def terminal(folder: Path, *command: str, **variables: str) -> Iterator[Terminal]:
    """Run a command in a terminal until it ends."""
    program, screen = pty.fork()
    if program == 0:
        # Whoever runs the tests in the background has them ignored.
        for ended_by in (signal.SIGINT, signal.SIGHUP):
            signal.signal(ended_by, signal.SIG_DFL)
        os.chdir(folder)
        os.environ.update(variables)
        os.execvp(command[0], command)  # noqa: S606 - a terminal of its own is the point
    shell = Terminal(program, screen)
    try:
        yield shell
    finally:
        os.close(screen)
        if not shell.is_over:
            with suppress(ProcessLookupError):
                os.killpg(program, signal.SIGTERM)
            os.waitpid(program, 0)
