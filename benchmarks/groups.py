"""The groups of measurements of the connector; ``make bench ROWS=cpu,memory`` selects some."""

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
    """Yield these groups, and the connector's own part of the comparison with its peers."""
    yield from groups(sizes)
    yield Group("peers", connector_alone, _not_judged)


def connector_alone(sizes: Sizes, connector: Connector, folder: Path) -> Figures:
    """Read the accounts of the peers, with and without limit and latency."""
    figures: Figures = {}
    paced = sizes.peers_paced.at(sizes.rates[0], sizes.latency_ms)
    for name, world in (("no limit", sizes.peers), ("paced", paced)):
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


def picked(selection: str, names: Sequence[str]) -> list[str]:
    """Return the names that begin with a selected one, or all if none is selected.

    SystemExit with a message if no name begins with it.
    """
    beginnings = [one.strip() for one in selection.split(",") if one.strip()]
    for beginning in beginnings:
        if not any(name.startswith(beginning) for name in names):
            raise SystemExit(
                f"ROWS must be the start of a group's name (got {beginning}): {', '.join(names)}."
            )
    return [name for name in names if not beginnings or name.startswith(tuple(beginnings))]
