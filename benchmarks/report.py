"""The benchmark tables as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

from .results import Result
from .side_by_side import Line, Side

HEADINGS = (
    *("reader", "seconds", "requests", "429s", "CPU seconds", "CPU us per entry"),
    *("peak MiB", "rows", "checksum"),
)


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table."""
    lines = [list(headings), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def measured(results: Iterable[Result]) -> str:
    """Return the table of targets."""
    rows = ((*row, one.date) for one in results for row in one.rows)
    return table(("measure", "target", "found", "verdict", "measured"), rows)


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
    """Return a description of the machine."""
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


def section(side: Side, absent: dict[str, str], date: str) -> str:
    """Return one side-by-side table with its account and the readers that were better."""
    better = "".join(f"- {sentence}.\n" for sentence in side.better())
    found = f"Better than the connector:\n\n{better}" if better else "The connector is best.\n"
    missing = "".join(f"Absent: {name}: {reason}.\n" for name, reason in absent.items())
    heading = f"### {side.title}\n\nEvery entry of {side.world}; measured on {date}."
    return f"{heading}\n\n{compared(side.lines)}\n\n{found}{missing}"


def document(results: Sequence[Result]) -> str:
    """Return all tables with their dates, the machines and the commands."""
    sections = (one.section for one in results if one.section)
    machines = dict.fromkeys(one.machine for one in results)
    page = Path(__file__).with_name("page.md").read_text(encoding="utf-8")
    return page.format(
        machines="\n".join(f"- Machine: {machine}" for machine in machines),
        measured=measured(results),
        sections="\n".join(sections),
    )
