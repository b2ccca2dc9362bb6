"""Run the deep tests in numbered parts, and add up the parts that were run at this commit.

Without a number, all parts run that have not passed at this commit, so an interrupted run is
resumed.  The reports of pytest are kept in ``.deep``; the exit status is 1 if a part has failed
or, at the end of a run of all, is missing.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from tools.command_line import start
from tools.project import ROOT

RESULTS = ROOT / ".deep"
PARTS = range(1, 21)
PYTEST = (sys.executable, "-m", "pytest", "-q", "-m", "deep", "-n", "logical", "--dist=worksteal")


def main(arguments: list[str]) -> int:
    """Run the given part, or all that are missing, and show the sums."""
    folder = RESULTS / current_commit()
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [int(one) for one in arguments] or [one for one in PARTS if not has(folder, one)]
    for part in chosen:
        print(f"Part {part} of {len(PARTS)}", flush=True)
        run(folder, part)
    print("\n".join(summary(folder)))
    return int(not all(has(folder, part) for part in (chosen if arguments else PARTS)))


def current_commit() -> str:
    """Return the current commit, with a mark if files differ from it."""
    command = ["git", "describe", "--always", "--abbrev=40", "--dirty"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout[
        :-1
    ]


def run(folder: Path, part: int) -> None:
    """Run one part and keep its report, unless the run is interrupted."""
    unfinished = folder / "unfinished.xml"
    unfinished.unlink(missing_ok=True)
    command = [*PYTEST, f"--part={part}", f"--junitxml={unfinished}"]
    subprocess.run(command, cwd=ROOT, check=False)
    unfinished.replace(report(folder, part))


def report(folder: Path, part: int) -> Path:
    """Return the file of a part's report."""
    return folder / f"part-{part:02}.xml"


def cases(folder: Path, part: int) -> list[ET.Element]:
    """Return the cases of a part; empty if it was not run at this commit."""
    file = report(folder, part)
    return list(ET.parse(file).iter("testcase")) if file.exists() else []  # noqa: S314 - pytest's


def has_failed(case: ET.Element) -> bool:
    """Return whether a case has failed."""
    return any(one.tag in {"failure", "error"} for one in case)


def has(folder: Path, part: int) -> bool:
    """Return whether a part has passed."""
    found = cases(folder, part)
    return bool(found) and not any(map(has_failed, found))


def summary(folder: Path, parts: Iterable[int] = PARTS) -> Iterator[str]:
    """Yield the sums by test, with the counts of tests, and the parts without success."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for case in (case for part in parts for case in cases(folder, part)):
        name = case.get("name", "").partition("[")[0]
        sums[name]["failed" if has_failed(case) else "passed"] += 1
        sums[name]["milliseconds"] += round(1000 * float(case.get("time", 0)))
        for shown in case.iter("property"):
            counted[name][shown.get("name", "")] += int(shown.get("value", ""))
    yield "passed  failed  seconds  test"
    for name, one in sorted(sums.items()):
        more = "".join(f", {number:,} {word}" for word, number in counted[name].items())
        seconds = one["milliseconds"] / 1000
        yield f"{one['passed']:6}  {one['failed']:6}  {seconds:7.0f}  {name}{more}"
    missing = [part for part in parts if not cases(folder, part)]
    failed = [part for part in parts if part not in missing and not has(folder, part)]
    yield f"Missing parts: {named(missing)}; failed parts: {named(failed)}."


def named(parts: Iterable[int]) -> str:
    """Return the numbers of parts as words."""
    return ", ".join(map(str, parts)) or "none"


if __name__ == "__main__":
    start(lambda: main(sys.argv[1:]), __doc__)
