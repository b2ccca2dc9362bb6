"""The command line of the benchmarks: ``make bench``, ``QUICK=1``, ``ROWS=...``, ``AGAINST=...``.

Results are kept by group below ``results/``, and the document is generated from them.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import report
from .against import compare
from .connectors import THIS, at_revision
from .groups import groups, picked
from .installing import installed
from .outcomes import Group, Outcome, WrongRows
from .reading import ROOT, ReaderFailed, say
from .results import Result, kept
from .side_by_side import Side, side_by_side
from .sizes import FULL, QUICK, SHORT, Sizes

DOCUMENT = ROOT / "docs" / "evidence" / "benchmarks.md"
SIDES = ("peers", "peers-paced")
MODELS = "models"
"""The result of `models_scale`."""


def main() -> int:
    """Measure and print; return 1 if a reader failed or read wrong records."""
    # Without this, SIGTERM would leave the emulator running; Ctrl-C raises an exception anyway.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    options = _parser().parse_args()
    THIS.compile()
    if options.against:
        sizes = FULL if options.full else SHORT
        problems = compare(at_revision(options.against), THIS, sizes, options.rows, options.runs)
    else:
        problems = measure(options)
    for problem in problems:
        say(f"PROBLEM: {problem}")
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="use small accounts, and write no document"
    )
    parser.add_argument("--date", default="not given", help="date in the document")
    parser.add_argument("--rows", default="", help="only these groups, separated by commas")
    parser.add_argument("--against", default="", help="git revision to compare with")
    parser.add_argument("--runs", type=int, default=5, help="runs of each revision")
    parser.add_argument("--full", action="store_true", help="compare on large accounts")
    return parser


def measure(options: argparse.Namespace) -> list[str]:
    """Measure the selected groups; return the problems in words.

    A group without problems is kept at once, and the document is generated again.
    """
    sizes = QUICK if options.quick else FULL
    names = picked(options.rows, [*_names(sizes), *SIDES])
    problems = []
    for name in names:
        result, found = _measured(sizes, name, options.date)
        problems += found
        for row in result.rows:
            # The verdict, which is last, means nothing for a small account.
            say(" | ".join(row[:-1] if options.quick else row))
        say(result.section)
        if not found and not options.quick:
            result.keep()
            DOCUMENT.write_text(document(), encoding="utf-8")
    return problems


def document() -> str:
    """Return the document with the latest result of each group."""
    results = (kept(name) for name in (*_names(FULL), *SIDES, MODELS))
    return report.document([one for one in results if one is not None])


def _names(sizes: Sizes) -> list[str]:
    return [group.name for group in groups(sizes)]


def _measured(sizes: Sizes, name: str, date: str) -> tuple[Result, list[str]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if name in SIDES:
            return _side(sizes, name, date, Path(folder))
        group = next(group for group in groups(sizes) if group.name == name)
        try:
            outcomes = list(_outcomes(sizes, group, Path(folder)))
        except (ReaderFailed, WrongRows) as problem:
            return _result(name, date, ()), [f"{name}: {problem}"]
    return _result(name, date, outcomes), []


def _outcomes(sizes: Sizes, group: Group, folder: Path) -> Iterator[Outcome]:
    """Measure a group as often as necessary, one run after the other."""
    runs = []
    for _ in range(sizes.runs if group.repeated else 1):
        runs.append(group.once(sizes, THIS, folder))
        shutil.rmtree(folder)
    return group.judged(sizes, runs)


def _side(sizes: Sizes, name: str, date: str, folder: Path) -> tuple[Result, list[str]]:
    """Let the connector and its peers read the same account, with or without a limit."""
    rate, latency = sizes.rates[0], sizes.latency_ms
    title, world = {
        "peers": ("Without latency and limit", sizes.peers),
        "peers-paced": (
            f"{rate} requests a second, {latency} ms each",
            sizes.peers_paced.at(rate, latency),
        ),
    }[name]
    readers, absent = installed()
    side: Side = side_by_side(title, world, readers, sizes.runs, folder)
    rows = tuple(side.fourfold()) if name == "peers" else ()
    section = report.section(side, absent, date)
    return _result(name, date, rows, section), side.disagreements()


def _result(name: str, date: str, outcomes: Sequence[Outcome], section: str = "") -> Result:
    rows = tuple((one.measure, one.target, one.found, one.verdict) for one in outcomes)
    return Result(name, date, report.machine(), rows, section)


if __name__ == "__main__":
    sys.exit(main())
