"""Run the deep tests in numbered parts, and add up what all parts so far came to.

Without a number every part that has not passed at this commit is run, so that a run that was ended
is gone on with.  What a part came to is kept under ``.deep``; the exit status is 1 if a part has
failed or, at the end of a run of all, is missing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from tools.command_line import start
from tools.project import ROOT

RESULTS = ROOT / ".deep"
PARTS = range(1, 21)
PYTEST = (sys.executable, "-m", "pytest", "-q", "-m", "deep", "-n", "logical")


class Figures(NamedTuple):
    """What the cases of one test came to: how many passed, how many did not, and their seconds.

    ``counted`` is what a test says that it has tried, as ``{"histories": 1000}``.
    """

    passed: int
    failed: int
    seconds: float
    counted: dict[str, int]


def main(arguments: list[str]) -> int:
    """Run the part that is asked for, or all that are missing, and show what all came to."""
    commit = current_commit()
    chosen = [int(one) for one in arguments] or [one for one in PARTS if not has(one, commit)]
    for part in chosen:
        print(f"Part {part} of {len(PARTS)}", flush=True)
        keep(part, commit, run(part))
    print("\n".join(summary(commit)))
    parts = chosen if arguments else PARTS
    return int(not all(has(part, commit) for part in parts))


def current_commit() -> str:
    """Return the commit that is checked out, with a mark where files differ from it."""
    asked = ["git", "describe", "--always", "--abbrev=40", "--dirty"]
    return subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout[:-1]


def run(part: int) -> dict[str, Figures]:
    """Run one part and return its figures by test."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [*PYTEST, "--dist=worksteal", f"--part={part}", f"--junitxml={report}"]
        subprocess.run(command, cwd=ROOT, check=False)
        return figures(report.read_text(encoding="utf-8"))


def figures(report: str) -> dict[str, Figures]:
    """Return what stands in a JUnit report, by test."""
    found: dict[str, Figures] = {}
    for case in ET.fromstring(report).iter("testcase"):  # noqa: S314 - pytest wrote it
        name = case.get("name", "").partition("[")[0]
        has_failed = any(one.tag in {"failure", "error"} for one in case)
        counted = {one.get("name", ""): int(one.get("value", "")) for one in case.iter("property")}
        seconds = float(case.get("time", 0))
        one = Figures(int(not has_failed), int(has_failed), seconds, counted)
        found[name] = added(found[name], one) if name in found else one
    return found


def added(one: Figures, other: Figures) -> Figures:
    """Return the sum of two figures."""
    counted = dict(Counter(one.counted) + Counter(other.counted))
    passed, failed = one.passed + other.passed, one.failed + other.failed
    return Figures(passed, failed, one.seconds + other.seconds, counted)


def place_of(part: int) -> Path:
    """Return the file of a part."""
    return RESULTS / f"part-{part:02}.json"


def keep(part: int, commit: str, found: dict[str, Figures]) -> None:
    """Keep what a part came to."""
    RESULTS.mkdir(exist_ok=True)
    tests = {name: one._asdict() for name, one in found.items()}
    kept = {"commit": commit, "tests": tests}
    place_of(part).write_text(json.dumps(kept, indent=2), encoding="utf-8")


def kept(part: int, commit: str) -> dict[str, Figures]:
    """Return what a part came to at this commit; nothing if it was not run there."""
    if not place_of(part).exists():
        return {}
    read: dict[str, Any] = json.loads(place_of(part).read_text(encoding="utf-8"))
    if read["commit"] != commit:
        return {}
    return {name: Figures(**one) for name, one in read["tests"].items()}


def has(part: int, commit: str) -> bool:
    """Tell whether a part has passed at this commit."""
    found = kept(part, commit)
    return bool(found) and not any(one.failed for one in found.values())


def summary(commit: str, parts: Iterable[int] = PARTS) -> Iterator[str]:
    """Yield the sums by test, and which parts have failed or are missing."""
    known = {part: kept(part, commit) for part in parts}
    sums: dict[str, Figures] = {}
    for found in known.values():
        for name, one in found.items():
            sums[name] = added(sums[name], one) if name in sums else one
    yield "passed  failed  seconds  test"
    for name, one in sorted(sums.items()):
        counted = "".join(f", {number:,} {word}" for word, number in one.counted.items())
        yield f"{one.passed:6}  {one.failed:6}  {one.seconds:7.0f}  {name}{counted}"
    missing = [part for part, found in known.items() if not found]
    failed = [part for part, found in known.items() if found and not has(part, commit)]
    yield f"Missing parts: {named(missing)}; failed parts: {named(failed)}."


def named(parts: Iterable[int]) -> str:
    """Return the numbers of parts as words."""
    return ", ".join(map(str, parts)) or "none"


if __name__ == "__main__":
    start(lambda: main(sys.argv[1:]), __doc__)
