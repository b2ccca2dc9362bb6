"""The connector and its peers side by side: the same entries of the same emulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .accounts import Account, World, emulated
from .connectors import THIS
from .outcomes import Outcome, at_most
from .reading import Reader, ReaderFailed, Reading, read

CONNECTOR = THIS.counting(tables="ENTRIES")
FOURFOLD = 4
FOURFOLD_OF = ("contentful-management.py", "airbyte-cdk", "dlt")
"""Readers that must take at least FOURFOLD times the connector's processor time."""


@dataclass(frozen=True)
class Line:
    """The runs of one reader; ``problem`` says why there is none, or which records are wrong."""

    name: str
    readings: tuple[Reading, ...] = ()
    problem: str = ""

    def middle(self, name: str) -> float:
        """Return the median of a property of the readings."""
        return median(getattr(one, name) for one in self.readings)


@dataclass(frozen=True)
class Side:
    """The measurements of all readers on one account; the connector's line is the first."""

    title: str
    world: World
    lines: tuple[Line, ...]

    def disagreements(self) -> list[str]:
        """Return in words which readers failed or read other records than the connector."""
        found = [f"{line.name}: {line.problem}" for line in self.lines if line.problem]
        sums = [(line.name, one.checksum()) for line in self.lines for one in line.readings]
        others = {name for name, checksum in sums if checksum != sums[0][1]}
        return found + [f"{name}: other ids or versions than the first" for name in others]

    def better(self) -> list[str]:
        """Return in words in which measures another reader took less than the connector."""
        first, *others = (line for line in self.lines if line.readings)
        kinds = {"seconds": "time", "cpu_seconds": "processor time", "peak_mib": "memory"}
        return [
            f"{line.name} takes less {kind}"
            for name, kind in kinds.items()
            for line in others
            if line.middle(name) < first.middle(name)
        ]

    def fourfold(self) -> Iterator[Outcome]:
        """Compare the connector's processor time with that of the readers in the target."""
        first, *others = (line for line in self.lines if line.readings)
        for line in others:
            if line.name.startswith(FOURFOLD_OF):
                times = line.middle("cpu_seconds") / first.middle("cpu_seconds")
                title = f"Processor time of {line.name} relative to the connector"
                target = f"at least {FOURFOLD} x"
                yield Outcome(title, target, f"{times:.1f} x", at_most(FOURFOLD, times))


def side_by_side(title: str, world: World, readers: list[Reader], runs: int, folder: Path) -> Side:
    """Let each reader read every entry of the account, one after the other."""
    with emulated(world) as account:
        lines = tuple(
            _line(reader, account, runs, folder / str(number))
            for number, reader in enumerate((CONNECTOR, *readers))
        )
    return Side(title, world, lines)


def _line(reader: Reader, account: Account, runs: int, folder: Path) -> Line:
    try:
        readings = [read(reader, account, folder / str(run)) for run in range(runs)]
    except ReaderFailed as failed:
        return Line(reader.name, problem=str(failed))
    rows, expected = {one.rows() for one in readings}, account.world.rows("entries")
    wrong = "" if rows == {expected} else f"{sorted(rows)} rows instead of {expected}"
    return Line(reader.name, tuple(readings), wrong)
