"""Processor time, memory and state, on accounts without latency and limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .accounts import emulated
from .connectors import Connector
from .outcomes import Figures, Outcome, at_most, middle
from .records import checked, counted
from .sizes import Sizes

CPU_MICROSECONDS = 60
PEAK_MIB, GROWTH_MIB = 150, 10
STATE_BYTES, CHECKPOINT_MS = 5_000_000, 100
CPU, STATE, CHECKPOINT = "CPU us an entry", "state bytes", "longest checkpoint, ms"


def processor_time(sizes: Sizes, connector: Connector, folder: Path) -> Figures:
    """Read entries; the time includes the start of the program."""
    with emulated(sizes.heaped) as account:
        reading = checked(connector.counting(tables="ENTRIES"), account, folder, ("entries",))
    return {CPU: 1e6 * reading.cpu_seconds / sizes.heaped.rows("entries")}


def processor_time_judged(sizes: Sizes, runs: Sequence[Figures]) -> Iterator[Outcome]:
    """Yield the time of one entry."""
    title = f"Processor time per entry of 2 KB, {sizes.heaped.rows('entries'):,} entries"
    each = middle(runs, CPU)
    found, target = f"{each:.1f} microseconds", f"at most {CPU_MICROSECONDS} microseconds"
    yield Outcome(title, target, found, at_most(each, CPU_MICROSECONDS))


def memory_and_state(sizes: Sizes, connector: Connector, folder: Path) -> Figures:
    """Read a large account and two small ones, and measure the state of the large one."""
    reader = connector.counting(tables="content")
    peaks = {}
    for name in ("many", "fewer", "thinner"):
        with emulated(getattr(sizes, name)) as account:
            peaks[name] = checked(reader, account, folder / name).peak_mib
    found = counted(folder / "many")
    return {
        **{f"peak MiB, {getattr(sizes, name)}": peak for name, peak in peaks.items()},
        STATE: found["state_bytes"],
        CHECKPOINT: 1000 * found["checkpoint_seconds"],
    }


def memory_and_state_judged(sizes: Sizes, runs: Sequence[Figures]) -> Iterator[Outcome]:
    """Yield the peak, its distance from those of the small accounts, and the state."""
    peak = middle(runs, f"peak MiB, {sizes.many}")
    yield Outcome(
        f"Peak memory, {sizes.many}",
        f"at most {PEAK_MIB} MiB",
        f"{peak:.0f} MiB",
        at_most(peak, PEAK_MIB),
    )
    for world in (sizes.fewer, sizes.thinner):
        growth = peak - middle(runs, f"peak MiB, {world}")
        found, target = f"{growth:.1f} MiB", f"at most {GROWTH_MIB} MiB"
        yield Outcome(f"  above that of {world}", target, found, at_most(growth, GROWTH_MIB))
    places, entries = sizes.many.all_environments, sizes.many.rows("entries")
    size, milliseconds = middle(runs, STATE), middle(runs, CHECKPOINT)
    yield Outcome(
        f"State, {places} environments and {entries:,} entries",
        f"under {STATE_BYTES / 1e6:.0f} MB",
        f"{size / 1e6:.2f} MB",
        at_most(size, STATE_BYTES),
    )
    yield Outcome(
        "  longest time to make and write it at a checkpoint",
        f"under {CHECKPOINT_MS} ms",
        f"{milliseconds:.0f} ms",
        at_most(milliseconds, CHECKPOINT_MS),
    )
