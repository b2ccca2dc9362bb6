"""Runs of the tests on a copy of the project in which one module may have a fault."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

MEMORY = """
import contextlib, os, resource, sys
with contextlib.suppress(OSError, ValueError):  # a lower limit may be set already
    resource.setrlimit(resource.RLIMIT_DATA, (6 * 1024**3,) * 2)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
"""A loop without an end may fill 6 GiB, and then fails."""
OPTIONS = ("-vv", "-x", "--tb=line", "--durations=0", "--durations-min=0")
WITHOUT = ("-p", "no:cacheprovider", "-p", "no:faker", "-p", "no:anyio")
"""Plugins that the tests do not use; to import them takes longer than many a mutant lives."""
ENVIRONMENT = {"CI": "true"}
"""Has Hypothesis try the same examples each time."""
TIMED = re.compile(r"^([\d.]+)s (?:call|setup|teardown) +(\S+?)::", re.MULTILINE)
COLLECTED = re.compile(r"^(\S+\.py): (\d+)$", re.MULTILINE)
HANGING = re.compile(r"Timeout \(\d+:\d\d:\d\d")
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
COULD_NOT_RUN = {4, 5}
"""Exit codes of pytest for a wrong call and for no test."""


class Limits(NamedTuple):
    """Seconds after which a test, or a whole run, counts as hanging."""

    test: float
    run: float


NO_LIMITS = Limits(1800, 3 * 3600)


class Trial(NamedTuple):
    """What came of a run: ``survived``, ``killed`` or ``hung``, and by which test."""

    outcome: str
    by: str
    seconds: float
    output: str

    def slowest(self) -> float:
        """Return the seconds of the slowest test."""
        return max((float(seconds) for seconds, _ in TIMED.findall(self.output)), default=0.0)

    def seconds_of(self) -> dict[str, float]:
        """Return the seconds that each file took."""
        taken: dict[str, float] = {}
        for seconds, file in TIMED.findall(self.output):
            taken[file] = taken.get(file, 0) + float(seconds)
        return taken


class Tree:
    """A copy of the project, of its own for each thread that runs tests."""

    def __init__(self, root: Path, copy: Path) -> None:
        """Copy what git knows or would take up."""
        self._root = copy
        asked = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
        listed = subprocess.run(asked, cwd=root, check=True, capture_output=True, text=True)
        for name in filter(None, listed.stdout.split("\0")):
            if (root / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, copy / name)

    def test_files(self, marked: str) -> dict[str, int]:
        """Return the number of tests in each file that an expression of markers selects."""
        output, status = self._pytest(["--collect-only", "-qq", "-m", marked], NO_LIMITS.run)
        if status != 0:
            raise RuntimeError(f"The tests cannot be collected.\n{output}")
        return {file: int(number) for file, number in COLLECTED.findall(output)}

    def run(self, files: Iterable[str], marked: str, limits: Limits) -> Trial:
        """Run tests in this order until one fails or hangs; RuntimeError if there are none."""
        hanging = [f"faulthandler_timeout={limits.test}", "faulthandler_exit_on_timeout=true"]
        settings = [part for setting in hanging for part in ("-o", setting)]
        started = time.monotonic()
        output, status = self._pytest([*OPTIONS, *settings, "-m", marked, *files], limits.run)
        if status in COULD_NOT_RUN:
            raise RuntimeError(f"pytest could not run.\n{output}")
        failed = FAILED.search(output)
        outcome = "survived" if status == 0 else "killed"
        if status is None or (status and not failed and HANGING.search(output)):
            outcome = "hung"
        by = failed.group(1) if failed else ""
        return Trial(outcome, by, time.monotonic() - started, output)

    @contextmanager
    def with_fault(self, module: str, text: bytes) -> Iterator[None]:
        """Have another text in a module of the copy for a while."""
        path = self._root / module
        original = path.read_bytes()
        try:
            self._put(path, text)
            yield
        finally:
            self._put(path, original)

    def digest(self) -> str:
        """Return what changes with any line of code in the copy."""
        paths = sorted(self._root.rglob("*.py"))
        return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]

    def _put(self, path: Path, text: bytes) -> None:
        path.write_bytes(text)
        # Two texts of one size within a second look alike to the cache of compiled modules.
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
            compiled.unlink()

    def _pytest(self, arguments: list[str], seconds: float) -> tuple[str, int | None]:
        command = [
            sys.executable,
            "-c",
            MEMORY,
            "-m",
            "pytest",
            *WITHOUT,
            *arguments,
        ]
        output = self._root.with_suffix(".txt")
        with output.open("w", encoding="utf-8") as file:
            process = subprocess.Popen(
                command,
                cwd=self._root,
                env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(self._root / "emulator")},
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                # With it goes every emulator that it started.
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return output.read_text(encoding="utf-8", errors="replace"), status
