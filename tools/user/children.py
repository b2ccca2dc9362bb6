"""Run other programs that end with this one."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
"""The signals that end a program; Windows lacks one."""


class Children:
    """Programs that run one after another; a signal that ends this program also ends them.

    The handler does not raise: between the start of a program and the assignment of its handle,
    an exception would leave the program without a parent.
    """

    def __init__(self) -> None:
        """Handle the signals."""
        self._is_ended = False
        self._child: subprocess.Popen[str] | None = None
        for one in ENDING:
            # Under nohup, for example, a signal is ignored.
            if signal.getsignal(one) is not signal.SIG_IGN:
                signal.signal(one, self._end)

    def run(
        self,
        command: Sequence[str],
        given: str | None = None,
        on_line: Callable[[str], None] = lambda _line: None,
        **options: Any,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program, with *given* as its input, and return its output.

        *on_line* gets each line of a program without input as it is printed.  *options* are those
        of Popen.  KeyboardInterrupt after a signal.
        """
        if self._is_ended:
            raise KeyboardInterrupt
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            **options,
        ) as child:
            self._child = child
            if self._is_ended:
                child.terminate()
            lines = []
            for line in child.stdout or () if given is None else ():
                lines.append(line)
                on_line(line)
            output, _ = child.communicate(given)
        self._child = None
        if self._is_ended:
            raise KeyboardInterrupt
        return subprocess.CompletedProcess(command, child.returncode, "".join([*lines, output]))

    def _end(self, *_: object) -> None:
        self._is_ended = True
        if self._child is not None:
            self._child.terminate()
