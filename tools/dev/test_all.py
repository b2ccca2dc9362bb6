"""Run all targets that a change must pass, the quickest first, and show the time of each.

Behind ``make test-all``, and so behind ``.ci/run``.  A target that fails ends the run.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence

from tools.command_line import start
from tools.project import ROOT

TARGETS = (
    "check",
    "test-emulator",
    "test HISTORIES=300",
    "test-tools",
    "test-versions VERSIONS=ends",
    "test-report",
    "test-models",
)

Took = list[tuple[str, float, str]]
"""Each target that was run, its seconds, and its result."""


def main(targets: Sequence[str] = TARGETS) -> int:
    """Run the targets; 1 if one has failed."""
    took: Took = []
    try:
        for target in targets:
            print(f"\n=== make {target}", flush=True)
            started = time.monotonic()
            took.append((target, 0, "interrupted"))
            outcome = "passed" if run(target) else "FAILED"
            took[-1] = (target, time.monotonic() - started, outcome)
            if outcome == "FAILED":
                return 1
    finally:
        print("\n".join(summary(took, targets)), flush=True)
    return 0


def run(target: str) -> bool:
    """Run a target with the variables of this make; return whether it passed."""
    command = [shutil.which("make") or "make", "--no-print-directory", *target.split()]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def summary(took: Took, targets: Sequence[str]) -> Iterator[str]:
    """Yield the seconds of each target, and the targets that were not run."""
    yield "\nseconds  result  target"
    for target, seconds, outcome in took:
        yield f"{seconds:7.0f}  {outcome}  make {target}"
    yield f"{sum(seconds for _, seconds, _ in took):7.0f}  in all"
    left = targets[len(took) :]
    if left:
        yield f"Not run: {', '.join(left)}."


if __name__ == "__main__":
    start(main, __doc__)
