"""The command line of the benchmarks: ``make bench`` and ``make bench QUICK=1``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from . import report
from .beside import Line, disagreements, side_by_side
from .installing import installed
from .measures import Outcome, everything
from .reading import ROOT, Reader
from .sizes import FULL, QUICK, Sizes

DOCUMENT = ROOT / "docs" / "benchmarks.md"
BARE, PACED = "Without latency and limit", "As in production"


def main() -> int:
    """Print the tables; 1 if a reader failed or read other records than the others."""
    options = _parser().parse_args()
    sizes = QUICK if options.quick else FULL
    readers, absent = ([], {}) if options.measures_only else installed()
    for name, reason in absent.items():
        say(f"absent: {name}: {reason}")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        beside = _beside(sizes, readers, Path(folder))
        outcomes = list(_measured(sizes, Path(folder)))
    problems = [problem for lines in beside.values() for problem in disagreements(lines)]
    text = _text(sizes, beside, outcomes, [*absent.items()])
    say(text)
    if not options.quick:
        DOCUMENT.write_text(_document(options.date, text))
    for problem in problems:
        say(f"PROBLEM: {problem}")
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small; writes no document")
    parser.add_argument("--date", default="undated", help="stands in the document")
    parser.add_argument("--measures-only", action="store_true", help="without peers")
    return parser


def _beside(sizes: Sizes, readers: list[Reader], folder: Path) -> dict[str, list[Line]]:
    bare = sizes.beside
    paced = bare.at(sizes.rates[0], sizes.latency_ms)
    found: dict[str, list[Line]] = {}
    for title, world in ((BARE, bare), (PACED, paced)):
        found[title] = []
        for line in side_by_side(world, readers, sizes.runs, folder / title):
            say(f"{title}: {line.name} {line.problem or 'done'}")
            found[title].append(line)
    return found


def _measured(sizes: Sizes, folder: Path) -> list[Outcome]:
    outcomes = []
    for outcome in everything(sizes, folder):
        say(f"{outcome.measure}: {outcome.found} (target: {outcome.target})")
        outcomes.append(outcome)
    return outcomes


def _text(
    sizes: Sizes,
    beside: dict[str, list[Line]],
    outcomes: list[Outcome],
    absent: list[tuple[str, str]],
) -> str:
    """Return all tables."""
    rate, latency = sizes.rates[0], sizes.latency_ms
    titles = {BARE: BARE, PACED: f"{PACED}: {rate} requests a second, {latency} ms each"}
    sections = [
        report.section(titles[title], sizes.beside, lines) for title, lines in beside.items()
    ]
    missing = "".join(f"Absent: {name}: {reason}.\n" for name, reason in absent)
    return "\n".join(
        ["## Targets\n", report.measured(outcomes), "\n## Side by side\n", *sections, missing]
    )


def _document(date: str, text: str) -> str:
    return (
        "# Benchmarks\n\nMade by `make bench`; do not edit.\n\n"
        f"- Date: {date}\n- Machine: {report.machine()}\n- Command: `make bench`\n\n{text}"
    )


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
