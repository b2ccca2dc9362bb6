"""The tables of a benchmark, as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

from .beside import Line, Side
from .measures import Outcome

HEADINGS = (
    *("reader", "seconds", "requests", "429s", "CPU seconds", "CPU us per entry"),
    *("peak MiB", "rows", "checksum"),
)


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table."""
    lines = [list(headings), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def measured(outcomes: Sequence[Outcome], *, judged: bool) -> str:
    """Return the table of targets; small accounts are measured but not judged."""
    rows = [[one.measure, one.target, one.found] for one in outcomes]
    if not judged:
        return table(("measure", "target of the full size", "found"), rows)
    verdicts = [[one.verdict] for one in outcomes]
    joined = (row + verdict for row, verdict in zip(rows, verdicts, strict=True))
    return table(("measure", "target", "found", "verdict"), joined)


def compared(lines: Iterable[Line]) -> str:
    """Return the table of readers."""
    return table(HEADINGS, map(_row, lines))


def _row(line: Line) -> list[str]:
    if not line.readings:
        return [line.name, "failed", *[""] * (len(HEADINGS) - 2)]
    one = line.readings[0]
    cpu = line.middle("cpu_seconds")
    return [
        line.name,
        f"{line.middle('seconds'):.1f}",
        f"{line.middle('requests'):.0f}",
        f"{line.middle('refused'):.0f}",
        f"{cpu:.2f}",
        f"{1e6 * cpu / max(1, one.rows()):.0f}",
        f"{line.middle('peak_mib'):.0f}",
        f"{one.rows():,}",
        f"`{one.checksum()}`",
    ]


def machine() -> str:
    """Return what the benchmark ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = _model()
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB of memory,"
        f" {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def section(side: Side) -> str:
    """Return one side-by-side table with what was read and who was better."""
    better = "".join(f"- {sentence}.\n" for sentence in side.better())
    found = (
        f"Where another is better:\n\n{better}" if better else "The connector is best in all.\n"
    )
    return f"### {side.title}\n\nEvery entry of {side.world}.\n\n{compared(side.lines)}\n\n{found}"


def document(
    date: str,
    sides: Sequence[Side],
    outcomes: Sequence[Outcome],
    absent: dict[str, str],
    *,
    judged: bool,
) -> str:
    """Return all tables with the machine, the date and the commands."""
    sections = "\n".join(map(section, sides))
    missing = "".join(f"Absent: {name}: {reason}.\n" for name, reason in absent.items())
    page = Path(__file__).with_name("page.md").read_text(encoding="utf-8")
    return page.format(
        date=date,
        machine=machine(),
        measured=measured(outcomes, judged=judged),
        sections=sections + missing,
    )
