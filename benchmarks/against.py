"""Two revisions of the connector, measured in turns with the harness of this checkout."""

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

OLD, NEW = "old", "new"
Measured = dict[str, list[Figures]]
"""The figures of all runs, by side."""

WORSE = 1.03
"""Factor by which the median of the new revision may exceed the worst run of the old one."""

HEADINGS = ("group", "figure", "old: median (least, most)", "new: median (least, most)")
AGREEMENT = "agreement"


def compare(old: Connector, new: Connector, sizes: Sizes, selection: str, runs: int) -> list[str]:
    """Measure both *runs* times and print a table for each group; return the problems in words.

    A slower new revision is not a problem: the table shows it.
    """
    groups = {group.name: group for group in compared_groups(sizes)}
    old.compile()
    say(f"Old: {old.name}; new: {new.name}; {runs} runs of each, in turns.\n")
    problems = []
    for name in picked(selection, [*groups, AGREEMENT]):
        try:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                if name == AGREEMENT:
                    problems += disagreements(old, new, Path(folder))
                else:
                    measured = _measured(
                        groups[name], {OLD: old, NEW: new}, sizes, Path(folder), runs
                    )
                    say(_shown_group(name, measured))
        except (ReaderFailed, WrongRows) as problem:
            problems.append(f"{name}: {problem}")
    return problems


def _measured(
    group: Group, connectors: dict[str, Connector], sizes: Sizes, folder: Path, runs: int
) -> Measured:
    """Let the connectors take turns, so changes in the machine's speed affect both."""
    found: Measured = {side: [] for side in connectors}
    for number in range(runs):
        for side, connector in connectors.items():
            place = folder / f"{side}-{number}"
            found[side].append(group.once(sizes, connector, place))
            shutil.rmtree(place)
    return found


def _shown_group(group: str, found: Measured) -> str:
    rows = (
        _row(group, name, *([run[name] for run in found[side]] for side in (OLD, NEW)))
        for name in found[OLD][0]
    )
    return f"{table((*HEADINGS, 'change', 'verdict'), rows)}\n"


def _row(group: str, name: str, old: Sequence[float], new: Sequence[float]) -> list[str]:
    before, after = median(old), median(new)
    change = f"{100 * (after / before - 1):+.1f} %" if before else "-"
    return [group, name, _shown(old), _shown(new), change, verdict(old, new)]


def verdict(old: Sequence[float], new: Sequence[float]) -> str:
    """Return whether the new revision is worse; for every figure, smaller is better."""
    before, after = median(old), median(new)
    if after > WORSE * max(old):
        return "WORSE"
    if after > WORSE * before:
        return "within the spread of the old runs"
    return "better" if after * WORSE < min(old) else "as good"


def _shown(figures: Sequence[float]) -> str:
    return f"{_number(median(figures))} ({_number(min(figures))}, {_number(max(figures))})"


def _number(figure: float) -> str:
    """Return a count as it is, and another figure with up to three decimals."""
    return f"{figure:,.0f}" if figure == int(figure) else f"{figure:,.3f}"
