"""What measuring yields: the figures of one run, and how far they are from a target."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .connectors import Connector
from .sizes import Sizes

Figures = dict[str, float]
"""What one run of the connector took, by name; of each the smaller is the better."""


@dataclass(frozen=True)
class Outcome:
    """One line of the table.

    ``beyond`` is how far the figure is from what was to be reached, 0.05 for 5 %; None where there
    was nothing to compare with.
    """

    measure: str
    target: str
    found: str
    beyond: float | None = None

    @property
    def verdict(self) -> str:
        """Say whether the target was met, and else by how much it was missed."""
        if self.beyond is None:
            return "not put to the test" if self.target else "-"
        return "pass" if self.beyond <= 0 else f"MISSED by {100 * self.beyond:.1f} %"


@dataclass(frozen=True)
class Group:
    """Rows that are measured together.

    ``once`` measures a connector in a folder of its own, and ``judged`` holds the figures of all
    runs against the targets.  ``repeated`` where one run could be an accident.
    """

    name: str
    once: Callable[[Sizes, Connector, Path], Figures]
    judged: Callable[[Sizes, Sequence[Figures]], Iterator[Outcome]]
    repeated: bool = True


class WrongRows(Exception):
    """A reader left out or made up records."""


def middle(runs: Sequence[Figures], name: str) -> float:
    """Return the median of a figure."""
    return median(one[name] for one in runs)


def at_most(figure: float, bound: float) -> float:
    """Return how far a figure is above its bound; of a bound of 0 each one is as far as all."""
    return figure / bound - 1 if bound else figure
