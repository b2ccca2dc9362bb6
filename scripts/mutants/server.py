"""A process that has imported pytest once, and that forks for each run of the tests.

``python -m mutants.server`` stands in the folder whose tests it runs.  It reads a JSON object a
line: ``arguments`` of pytest, the file for its ``output``, and the most ``processor`` time and
time on the ``clock`` in seconds.  It answers a line each: the exit status, or ``null`` for a run
that took too long.  It imports nothing of what is tested.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import resource
import signal
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from emulated_account import emulated_account

TESTED_WITH = ("asyncio", "requests", "urllib3", "http.server", "sqlite3", "xml.etree")
"""What many tests import, where it is installed."""

MEMORY = 6 << 30
"""Bytes that a loop without an end may fill before it fails."""

FROM_TIME_TO_TIME = 0.01
"""Seconds between two looks at a run."""


def main() -> None:
    """Serve until the input ends, with one emulator for all runs where there is one."""
    for name in TESTED_WITH:
        with suppress(ImportError):
            importlib.import_module(name)
    with ExitStack() as stack:
        if importlib.util.find_spec("cma_emulator"):
            os.environ["CMA_EMULATOR_URL"] = stack.enter_context(emulated_account(spaces=0))
        for line in sys.stdin:
            print(json.dumps(run(**json.loads(line))), flush=True)


def run(arguments: list[str], output: str, processor: float, clock: float) -> int | None:
    """Run pytest in a process of its own; return its exit status, None if it took too long."""
    child = os.fork()
    if not child:
        os._exit(tested(arguments, output, processor))
    ends = time.monotonic() + clock
    done = ended = 0
    while not done and time.monotonic() < ends:
        time.sleep(FROM_TIME_TO_TIME)
        done, ended = os.waitpid(child, os.WNOHANG)
    # With it goes every other process that it started.
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if not done:
        os.waitpid(child, 0)
        return None
    return os.WEXITSTATUS(ended) if os.WIFEXITED(ended) else None


def tested(arguments: list[str], output: str, processor: float) -> int:
    """Run pytest here, with its output in a file."""
    os.setsid()
    with Path(output).open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    # A lower limit may be set already.
    for kind, most in (("DATA", MEMORY), ("CPU", int(processor) + 1)):
        with suppress(OSError, ValueError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (most, most))
    try:
        return int(pytest.main(arguments))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    main()
