"""Runs of the tests on a copy of the project in which one module may have a fault."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

OPTIONS = ("-x", "-q", "--tb=line")
WITHOUT = ("-p", "no:cacheprovider", "-p", "no:faker", "-p", "no:anyio", "-p", "no:xdist")
"""Plugins that the tests do not use; to import them takes longer than many a mutant lives."""
ENVIRONMENT = {"CI": "true"}
"""Has Hypothesis try the same examples each time."""
COLLECTED = re.compile(r"^(\S+\.py): (\d+)$", re.MULTILINE)
HANGING = re.compile(r"Timeout \(\d+:\d\d:\d\d")
GONE = re.compile(r"^ERROR: not found: .*?(tests/.+)$", re.MULTILINE)
"""A test that the fault has taken away: its parameters come from the code."""
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
NO_TEST = 5
"""Exit code of pytest; that of a call that cannot be carried out is the fault's doing."""


class Limits(NamedTuple):
    """What counts as hanging: seconds of the processor, and so many times that on the clock.

    Others may use the machine, too.
    """

    processor: float
    patience: float = 20

    @property
    def clock(self) -> float:
        """Seconds on the clock."""
        return self.processor * self.patience


NO_LIMITS = Limits(3 * 3600, 1)


class Trial(NamedTuple):
    """What came of a run: ``survived``, ``killed`` or ``hung``, and by which test."""

    outcome: str
    by: str
    seconds: float
    output: str


class Tree:
    """A copy of the project with a server that runs its tests, for one thread."""

    def __init__(self, root: Path, copy: Path) -> None:
        """Copy what git knows or would take up, and start the server."""
        self.root = copy
        asked = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
        listed = subprocess.run(asked, cwd=root, check=True, capture_output=True, text=True)
        for name in filter(None, listed.stdout.split("\0")):
            if (root / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, copy / name)
        paths = [str(Path(__file__).resolve().parent.parent), str(copy / "emulator")]
        self._server = subprocess.Popen(
            [sys.executable, "-m", "mutants.server"],
            cwd=copy,
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """Stop the server, which ends with its input."""
        self._server.communicate()

    def test_files(self, marked: str) -> dict[str, int]:
        """Return the number of tests in each file that an expression of markers selects."""
        output, status = self._pytest(["--collect-only", "-qq", "-m", marked], NO_LIMITS)
        if status != 0:
            raise RuntimeError(f"The tests cannot be collected.\n{output}")
        return {file: int(number) for file, number in COLLECTED.findall(output)}

    def run(self, tests: Iterable[str], marked: str, limits: Limits, *options: str) -> Trial:
        """Run tests or files in this order until one fails; RuntimeError if there are none."""
        started = time.monotonic()
        output, status = self._pytest([*OPTIONS, *options, "-m", marked, *tests], limits)
        failed = FAILED.search(output) or GONE.search(output)
        if status == NO_TEST:
            raise RuntimeError(f"pytest could not run.\n{output}")
        outcome = "survived" if status == 0 else "killed"
        if status is None or (status and not failed and HANGING.search(output)):
            outcome = "hung"
        by = failed.group(1) if failed else ""
        return Trial(outcome, by, time.monotonic() - started, output)

    @contextmanager
    def with_fault(self, module: str, text: bytes) -> Iterator[None]:
        """Have another text in a module of the copy for a while."""
        path = self.root / module
        original = path.read_bytes()
        try:
            self._put(path, text)
            yield
        finally:
            self._put(path, original)

    def digest(self) -> str:
        """Return what changes with any line of code in the copy."""
        paths = sorted(self.root.rglob("*.py"))
        return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]

    def _put(self, path: Path, text: bytes) -> None:
        path.write_bytes(text)
        # Two texts of one size within a second look alike to the cache of compiled modules.
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
            compiled.unlink()

    def _pytest(self, arguments: list[str], limits: Limits) -> tuple[str, int | None]:
        output = self.root.with_suffix(".txt")
        asked = {
            "arguments": [*WITHOUT, *arguments],
            "output": str(output),
            "processor": limits.processor,
            "clock": limits.clock,
        }
        if self._server.stdin is None or self._server.stdout is None:
            raise RuntimeError("The server has no pipes.")
        self._server.stdin.write(json.dumps(asked) + "\n")
        self._server.stdin.flush()
        answer = self._server.stdout.readline()
        if not answer:
            raise RuntimeError("The server of the tests has ended.")
        status: int | None = json.loads(answer)
        return output.read_text(encoding="utf-8", errors="replace"), status
