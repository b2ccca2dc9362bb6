"""Two revisions of the connector side by side, measured by turns with this checkout's harness."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from .agreement import disagreements
from .connectors import Connector
from .groups import compared_groups, picked
from .outcomes import Figures, Group, WrongRows
from .reading import ReaderFailed, say
from .report import table
from .sizes import Sizes

RUNS = 5
WORSE = 1.03
"""How much worse than the worst run of the old one the new one's median may be."""

HEADINGS = ("group", "figure", "old: median (least, most)", "new: median (least, most)")
AGREEMENT = "agreement"


def compare(old: Connector, new: Connector, sizes: Sizes, asked: str) -> list[str]:
    """Measure both and print a table for each group; return in words what went wrong.

    That the new one is slower is no error: the table says so.
    """
    groups = {group.name: group for group in compared_groups(sizes)}
    old.compile()
    say(f"Old: {old.name}; new: {new.name}; {RUNS} runs of each, by turns.\n")
    problems = []
    for name in picked(asked, [*groups, AGREEMENT]):
        try:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                if name == AGREEMENT:
                    problems += disagreements(old, new, Path(folder))
                else:
                    say(_group(groups[name], old, new, sizes, Path(folder)))
        except (ReaderFailed, WrongRows) as problem:
            problems.append(f"{name}: {problem}")
    return problems


def _group(group: Group, old: Connector, new: Connector, sizes: Sizes, folder: Path) -> str:
    runs: dict[str, list[Figures]] = {"old": [], "new": []}
    for number in range(RUNS):
        for side, connector in (("old", old), ("new", new)):
            place = folder / f"{side}-{number}"
            runs[side].append(group.once(sizes, connector, place))
            shutil.rmtree(place)
    rows = (
        _row(group.name, name, *([run[name] for run in runs[side]] for side in ("old", "new")))
        for name in runs["old"][0]
    )
    return f"{table((*HEADINGS, 'change', 'verdict'), rows)}\n"


def _row(group: str, name: str, old: Sequence[float], new: Sequence[float]) -> list[str]:
    before, after = median(old), median(new)
    change = f"{100 * (after / before - 1):+.1f} %" if before else "-"
    return [group, name, _shown(old), _shown(new), change, verdict(old, new)]


def verdict(old: Sequence[float], new: Sequence[float]) -> str:
    """Say whether the new one is worse; of every figure the smaller is the better."""
    before, after = median(old), median(new)
    if after > WORSE * max(old):
        return "WORSE"
    if after > WORSE * before:
        return "within the spread of the old runs"
    return "better" if after * WORSE < min(old) else "as good"


def _shown(figures: Sequence[float]) -> str:
    return f"{_number(median(figures))} ({_number(min(figures))}, {_number(max(figures))})"


def _number(figure: float) -> str:
    """Write a count as it is, anything else with three decimals at most."""
    return f"{figure:,.0f}" if figure == int(figure) else f"{figure:,.3f}"
