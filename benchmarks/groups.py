"""The groups of rows that the connector decides; ``make bench ROWS=cpu,memory`` picks some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from .accounts import emulated
from .connectors import Connector
from .full_syncs import (
    BEHIND,
    full_sync,
    full_sync_judged,
    refusals,
    refusals_judged,
)
from .later_syncs import later_syncs, later_syncs_judged
from .outcomes import Figures, Group, Outcome
from .records import checked
from .resources import (
    memory_and_state,
    memory_and_state_judged,
    processor_time,
    processor_time_judged,
)
from .sizes import Sizes
from .thrift import thrift, thrift_judged


def groups(sizes: Sizes) -> Iterator[Group]:
    """Yield all groups in the order of the document."""
    for name in BEHIND:
        for rate in sizes.rates:
            once = partial(full_sync, name, rate)
            yield Group(f"{name}-{rate}", once, partial(full_sync_judged, name, rate))
    yield Group("refusals", refusals, refusals_judged, repeated=False)
    yield Group("cpu", processor_time, processor_time_judged)
    yield Group("later", later_syncs, later_syncs_judged, repeated=False)
    yield Group("thrift", thrift, thrift_judged, repeated=False)
    yield Group("memory", memory_and_state, memory_and_state_judged)


def compared_groups(sizes: Sizes) -> Iterator[Group]:
    """Yield these, and the connector's own part of the tables beside its peers."""
    yield from groups(sizes)
    yield Group("beside", beside, _not_judged)


def beside(sizes: Sizes, connector: Connector, folder: Path) -> Figures:
    """Read what the peers read, without limit and latency, and with them."""
    figures: Figures = {}
    paced = sizes.beside_paced.at(sizes.rates[0], sizes.latency_ms)
    for name, world in (("no limit", sizes.beside), ("paced", paced)):
        with emulated(world) as account:
            reader = connector.counting(tables="ENTRIES")
            reading = checked(reader, account, folder / name, ("entries",))
        figures |= {
            f"{name}: seconds": reading.seconds,
            f"{name}: requests": reading.requests,
            f"{name}: 429 answers": reading.refused,
            f"{name}: CPU seconds": reading.cpu_seconds,
            f"{name}: peak MiB": reading.peak_mib,
        }
    return figures


def _not_judged(_sizes: Sizes, _runs: Sequence[Figures]) -> Iterator[Outcome]:
    return iter(())


def picked(asked: str, names: Sequence[str]) -> list[str]:
    """Return the names that begin with one of those asked for, all where nothing was asked.

    SystemExit with a sentence where nothing begins so.
    """
    beginnings = [one.strip() for one in asked.split(",") if one.strip()]
    for beginning in beginnings:
        if not any(name.startswith(beginning) for name in names):
            raise SystemExit(f"No row begins with {beginning}; there are {', '.join(names)}.")
    return [name for name in names if not beginnings or name.startswith(tuple(beginnings))]
