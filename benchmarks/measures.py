"""What the connector has to reach, measured one by one.

Every measure yields its outcome in words and how far it is from its target.  Readings that stand
for a speed are medians; what was read is checked in every run.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from .accounts import (
    CONTENT,
    LARGEST_PAGE,
    Account,
    World,
    emulated,
    following_pages,
    least_requests,
    listings,
)
from .reading import Reader, ReaderFailed, Reading, connector, read
from .sizes import Sizes

BEHIND = {"spread": 1.05, "heaped": 1.10}
"""How much longer than its requests need at the rate a full sync may take."""

TOO_MANY = 1.10
CPU_MICROSECONDS = 60
PEAK_MIB, GROWTH_MIB = 150, 10
STATE_BYTES, CHECKPOINT_SECONDS = 5_000_000, 0.1
ID_CHUNK = 50
"""Ids that the connector asks for at once to see whether they are really gone."""


@dataclass(frozen=True)
class Outcome:
    """One line of the table.

    ``beyond`` is how far the figure is from what was to be reached, 0.05 for 5 %; None where there
    was nothing to compare with.  ``failed`` where the connector did not end well or has read other
    records than there are.
    """

    measure: str
    target: str
    found: str
    beyond: float | None = None
    failed: bool = False

    @property
    def verdict(self) -> str:
        """Say whether the target was met, and else by how much it was missed."""
        if self.failed:
            return "FAILED"
        if self.beyond is None:
            return "not put to the test"
        return "pass" if self.beyond <= 0 else f"MISSED by {100 * self.beyond:.1f} %"


def at_most(figure: float, bound: float) -> float:
    """Return how far a figure is above its bound; of a bound of 0 each one is as far as all."""
    return figure / bound - 1 if bound else figure


class WrongRows(Exception):
    """A reader left out or made up records."""


def everything(sizes: Sizes, folder: Path, only: str = "") -> Iterator[Outcome]:
    """Yield the outcome of each measure whose name has *only* in it.

    One that fails does not keep the others from running.
    """
    paced = [(name, rate) for name in BEHIND for rate in sizes.rates]
    measures = {f"{name} at {rate}": partial(full_sync, sizes, name, rate) for name, rate in paced}
    measures["refusals"] = partial(refusals, sizes)
    measures["processor time"] = partial(processor_time, sizes)
    measures["later syncs"] = partial(later_syncs, sizes)
    measures["memory and state"] = partial(memory_and_state, sizes)
    for name in (name for name in measures if only in name):
        try:
            yield from measures[name](folder / name)
        except (ReaderFailed, WrongRows) as problem:
            yield Outcome(name, "all rows", str(problem).splitlines()[-1], failed=True)


def full_sync(sizes: Sizes, name: str, rate: int, folder: Path) -> Iterator[Outcome]:
    """Read all tables of an account at a rate, one run after the other."""
    world: World = getattr(sizes, name).at(rate, sizes.latency_ms)

    def once(number: int) -> Reading:
        with emulated(world) as account:
            return checked(connector(tables="all"), account, folder / str(number))

    # Side by side they would share two cores, which large pages in a row keep busy.
    readings = [once(number) for number in range(sizes.runs)]
    middle = sorted(readings, key=lambda one: one.seconds)[len(readings) // 2]
    least = least_requests(middle.log, world)
    behind, too_many = middle.seconds * rate / middle.requests, middle.requests / least
    refused = max(one.refused for one in readings)
    title = f"Full sync at {rate} requests a second: {world}"
    yield Outcome(
        title,
        f"at most {BEHIND[name]:.2f} x (requests / rate)",
        f"{behind:.3f} x ({middle.seconds:.1f} s for {middle.requests} requests)",
        at_most(behind, BEHIND[name]),
    )
    yield Outcome(
        "  its requests",
        f"at most {TOO_MANY:.2f} x the least possible",
        f"{too_many:.3f} x ({middle.requests} for {least})",
        at_most(too_many, TOO_MANY),
    )
    yield Outcome("  its 429 answers", "0", str(refused), at_most(refused, 0))


def refusals(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Read while the emulator advertises too much, and while another client takes half."""
    rate = sizes.tight_rate
    with emulated(sizes.beside.at(rate, sizes.latency_ms)) as account:
        account.control("POST", "settings", {"advertised_rate_limit": rate * 2})
        lied = checked(connector(tables="content"), account, folder / "advertised")
        account.control("POST", "settings", {"advertised_rate_limit": None})
        with other_client(account, rate / 2):
            shared = read(connector(tables="content"), account, folder / "shared")
        check(shared, account.world)
    for title, reading in (
        ("Twice the real limit is advertised", lied),
        ("Another client takes half of the limit", shared),
    ):
        found = f"all rows, {reading.refused} answers were 429, {reading.seconds:.1f} s"
        # Without any 429 there was nothing to recover from; a loss would have ended this before.
        recovered = 0.0 if reading.refused else None
        yield Outcome(title, "recovered without loss", found, recovered)


@contextmanager
def other_client(account: Account, rate: float) -> Iterator[None]:
    """Ask for spaces *rate* times a second meanwhile, with the same token."""
    stop = threading.Event()

    def ask() -> None:
        while not stop.wait(1 / rate):
            account.poll("/spaces")

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    try:
        yield
    finally:
        stop.set()
        asking.join(timeout=60)


def processor_time(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Read entries without latency and limit; the program's start is part of its time."""
    with emulated(sizes.heaped) as account:
        readings = [
            checked(connector(tables="ENTRIES"), account, folder / str(number), ("entries",))
            for number in range(sizes.runs)
        ]
    each = 1e6 * median(one.cpu_seconds for one in readings) / sizes.heaped.rows("entries")
    title = f"Processor time per entry of 2 KB, {sizes.heaped.rows('entries'):,} entries"
    target = f"at most {CPU_MICROSECONDS} microseconds"
    yield Outcome(title, target, f"{each:.1f} microseconds", at_most(each, CPU_MICROSECONDS))


def later_syncs(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Sync again without changes, after changes and after deletions."""
    reader = connector(tables="all")
    with emulated(sizes.spread) as account:
        checked(reader, account, folder)
        quiet = read(reader, account, folder)
        rows = written(folder)
        asked, following = quiet.requests, following_pages(quiet.log)
        least = len(listings(quiet.log)) + following
        yield Outcome("Sync without changes: rows", "0", str(rows), at_most(rows, 0))
        target = f"at most 1 per listing ({least}, {following} of them for a later page)"
        yield Outcome("  its requests", target, str(asked), at_most(asked, least))
        place = account.environments()[0]
        for count in sizes.changes:
            account.change_entries(place, count)
            yield _grown(reader, account, folder, f"{count} changes", asked + _pages(count))
        account.delete_entries(place, sizes.deletions)
        # The ids of the environment are listed, and those that are gone are asked for once more.
        ids = _pages(sizes.spread.entries) + math.ceil(sizes.deletions / ID_CHUNK)
        yield _grown(reader, account, folder, f"{sizes.deletions} deletions", asked + ids + 1)


def _grown(reader: Reader, account: Account, folder: Path, what: str, most: int) -> Outcome:
    reading = read(reader, account, folder)
    title = f"Sync after {what} in one environment: requests"
    found = f"{reading.requests}, {written(folder)} rows written or deleted"
    return Outcome(title, f"at most {most}", found, at_most(reading.requests, most))


def _pages(count: int) -> int:
    return math.ceil(count / LARGEST_PAGE) + 1


def memory_and_state(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Read a large account and two small ones; the large one's state is looked at, too."""
    peaks = {}
    for name in ("many", "fewer", "thinner"):
        with emulated(getattr(sizes, name)) as account:
            peaks[name] = median(
                checked(connector(tables="content"), account, folder / f"{name}{run}").peak_mib
                for run in range(sizes.runs)
            )
    yield Outcome(
        f"Peak memory, {sizes.many}",
        f"at most {PEAK_MIB} MiB",
        f"{peaks['many']:.0f} MiB",
        at_most(peaks["many"], PEAK_MIB),
    )
    for name, world in (("fewer", sizes.fewer), ("thinner", sizes.thinner)):
        growth = peaks["many"] - peaks[name]
        yield Outcome(
            f"  above that of {world}",
            f"at most {GROWTH_MIB} MiB",
            f"{growth:.1f} MiB",
            at_most(growth, GROWTH_MIB),
        )
    yield from _state(sizes, result(folder / "many0"))


def _state(sizes: Sizes, result: dict[str, Any]) -> Iterator[Outcome]:
    size, seconds = result["state_bytes"], result["checkpoint_seconds"]
    places = sizes.many.all_environments
    yield Outcome(
        f"State, {places} environments and {sizes.many.rows('entries'):,} entries",
        f"under {STATE_BYTES / 1e6:.0f} MB",
        f"{size / 1e6:.2f} MB",
        at_most(size, STATE_BYTES),
    )
    yield Outcome(
        "  longest time to make and write it at a checkpoint",
        f"under {1000 * CHECKPOINT_SECONDS:.0f} ms",
        f"{1000 * seconds:.0f} ms",
        at_most(seconds, CHECKPOINT_SECONDS),
    )


def checked(
    reader: Reader, account: Account, folder: Path, collections: tuple[str, ...] = CONTENT
) -> Reading:
    """Run a reader and compare what it read with what the account has."""
    reading = read(reader, account, folder)
    check(reading, account.world, collections)
    return reading


def check(reading: Reading, world: World, collections: tuple[str, ...] = CONTENT) -> None:
    """Raise WrongRows if records are missing or read twice."""
    found = {name: reading.rows(name) for name in collections}
    expected = {name: world.rows(name) for name in collections}
    if found != expected:
        raise WrongRows(f"read {found}, and there are {expected}")


def result(folder: Path) -> dict[str, Any]:
    """Return what the connector's recorder has counted."""
    counted: dict[str, Any] = json.loads((folder / "result.json").read_text())
    return counted


def written(folder: Path) -> int:
    """Return how many rows the last sync has written or deleted."""
    counted = result(folder)
    return sum(counted["written"].values()) + sum(counted["deleted"].values())
