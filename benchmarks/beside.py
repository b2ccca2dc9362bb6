"""The connector and its peers side by side: the same entries of the same emulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .accounts import Account, World, emulated
from .reading import Reader, ReaderFailed, Reading, connector, read

TABLES = "ENTRIES"
CONNECTOR = connector(tables=TABLES)


@dataclass(frozen=True)
class Line:
    """One reader's medians; ``problem`` says in words why it has none, or what it read wrongly."""

    name: str
    readings: tuple[Reading, ...] = ()
    problem: str = ""

    def middle(self, what: str) -> float:
        """Return the median of a property of the readings."""
        return median(getattr(one, what) for one in self.readings)


def side_by_side(world: World, readers: list[Reader], runs: int, folder: Path) -> Iterator[Line]:
    """Let each reader read the account, one after the other; the connector is the first."""
    with emulated(world) as account:
        for reader in (CONNECTOR, *readers):
            yield _line(reader, account, runs, folder / reader.name.replace(" ", "-"))


def _line(reader: Reader, account: Account, runs: int, folder: Path) -> Line:
    try:
        readings = [read(reader, account, folder / str(run)) for run in range(runs)]
    except ReaderFailed as failed:
        return Line(reader.name, problem=str(failed))
    rows, expected = {one.rows() for one in readings}, account.world.rows("entries")
    wrong = "" if rows == {expected} else f"{sorted(rows)} rows, and there are {expected}"
    return Line(reader.name, tuple(readings), wrong)


def disagreements(lines: list[Line]) -> list[str]:
    """Return in words who failed, or read other records than the connector."""
    found = [f"{line.name}: {line.problem}" for line in lines if line.problem]
    sums = {line.name: one.checksum() for line in lines for one in line.readings}
    expected = sums.get(CONNECTOR.name)
    others = [name for name, checksum in sums.items() if checksum != expected]
    return found + [f"{name}: other ids or versions than the connector" for name in others]
