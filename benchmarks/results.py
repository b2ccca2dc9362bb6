"""Results of measurements, kept on disk by group, so each group can be measured alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True)
class Result:
    """One group as the document shows it.

    ``rows`` are measure, target, figure and verdict; ``section`` is additional Markdown.
    ``date`` is the day of the measurement, YYYY-MM-DD.
    """

    name: str
    date: str
    machine: str
    rows: tuple[tuple[str, ...], ...] = ()
    section: str = ""

    def keep(self, folder: Path = RESULTS) -> None:
        """Write it over the last result of the same group."""
        folder.mkdir(exist_ok=True)
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        (folder / f"{self.name}.json").write_text(f"{text}\n", encoding="utf-8")


def kept(name: str, folder: Path = RESULTS) -> Result | None:
    """Return the latest result of a group, or None."""
    path = folder / f"{name}.json"
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    rows = tuple(tuple(row) for row in found.pop("rows"))
    return Result(**found, rows=rows)
