"""Results of measurements: the figures of one run, and their distance from a target."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .connectors import Connector
from .sizes import Sizes

Figures = dict[str, float]
"""Measurements of one run of the connector, by name; for each of them, smaller is better."""


@dataclass(frozen=True)
class Outcome:
    """One line of the table.

    ``beyond`` is the distance of the figure from its target, 0.05 for 5 %; None if there was
    nothing to compare.
    """

    measure: str
    target: str
    found: str
    beyond: float | None = None

    @property
    def verdict(self) -> str:
        """Return whether the target was met, or by how much it was missed."""
        if self.beyond is None:
            return "not tested" if self.target else "-"
        return "pass" if self.beyond <= 0 else f"MISSED by {100 * self.beyond:.1f} %"


@dataclass(frozen=True)
class Group:
    """Rows that are measured together.

    ``once`` measures a connector in a separate folder, and ``judged`` compares the figures of all
    runs with the targets.  ``repeated`` is true if one run could be an accident.
    """

    name: str
    once: Callable[[Sizes, Connector, Path], Figures]
    judged: Callable[[Sizes, Sequence[Figures]], Iterator[Outcome]]
    repeated: bool = True


class WrongRows(Exception):
    """A reader omitted or invented records."""


def middle(runs: Sequence[Figures], name: str) -> float:
    """Return the median of a figure."""
    return median(one[name] for one in runs)


def at_most(figure: float, bound: float) -> float:
    """Return how far a figure is above its bound; with a bound of 0, return the figure."""
    return figure / bound - 1 if bound else figure
