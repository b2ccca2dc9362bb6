"""The tables of a benchmark, as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path

from .accounts import World
from .beside import Line
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


def measured(outcomes: Iterable[Outcome]) -> str:
    """Return the table of targets."""
    words = {True: "pass", False: "MISSED", None: "-"}
    rows = ((one.measure, one.target, one.found, words[one.met]) for one in outcomes)
    return table(("measure", "target", "found", "verdict"), rows)


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


def section(title: str, world: World, lines: Iterable[Line]) -> str:
    """Return one side-by-side table with what was read."""
    return f"### {title}\n\nEvery entry of {world}.\n\n{compared(lines)}\n"
