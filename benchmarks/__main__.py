"""The command line of the benchmarks: ``make bench`` and ``make bench QUICK=1``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from . import report
from .beside import Side, side_by_side
from .installing import compile_connector, installed
from .measures import Outcome, everything
from .reading import ROOT, Reader
from .sizes import FULL, QUICK, Sizes

DOCUMENT = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    """Print the tables; 1 if a reader failed or read other records than there are."""
    options = _parser().parse_args()
    sizes = QUICK if options.quick else FULL
    compile_connector()
    readers, absent = ([], {}) if options.only else installed()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        sides = [] if options.only else list(_sides(sizes, readers, folder))
        outcomes = list(_outcomes(sizes, sides, folder, options.only))
    text = report.document(options.date, sides, outcomes, absent, judged=not options.quick)
    say(text)
    if not options.quick and not options.only:
        DOCUMENT.write_text(text)
    problems = [one for side in sides for one in side.disagreements()]
    problems += [f"{one.measure}: {one.found}" for one in outcomes if one.failed]
    for problem in problems:
        say(f"PROBLEM: {problem}")
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small; writes no document")
    parser.add_argument("--date", default="not given", help="stands in the document")
    parser.add_argument(
        "--only", default="", help="only measures with this in their name, and no peers"
    )
    return parser


def _sides(sizes: Sizes, readers: list[Reader], folder: Path) -> Iterator[Side]:
    rate, latency = sizes.rates[0], sizes.latency_ms
    paced = f"{rate} requests a second, {latency} ms each"
    for title, world in (
        ("Without latency and limit", sizes.beside),
        (paced, sizes.beside_paced.at(rate, latency)),
    ):
        side = side_by_side(title, world, readers, sizes.runs, folder / title)
        say(report.section(side))
        yield side


def _outcomes(sizes: Sizes, sides: list[Side], folder: Path, only: str) -> Iterator[Outcome]:
    for outcome in everything(sizes, folder, only):
        say(f"{outcome.measure}: {outcome.found} (target: {outcome.target})")
        yield outcome
    for side in sides[:1]:
        yield from side.fourfold()


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
