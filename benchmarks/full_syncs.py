"""First syncs at a rate limit: how close they are to the time that their requests need."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .accounts import Account, World, emulated, least_requests
from .connectors import EACH_SYNC, Connector
from .outcomes import Figures, Outcome, at_most, middle
from .reading import read
from .records import check, checked
from .sizes import Sizes

BEHIND = {"spread": 1.05, "heaped": 1.10}
"""Factor by which a full sync may exceed the time that its requests need at the rate."""

TOO_MANY = 1.10
X, SECONDS, REQUESTS = "x (requests / rate)", "seconds", "requests"
LEAST, REFUSED = "least possible requests", "429 answers"


def full_sync(name: str, rate: int, sizes: Sizes, connector: Connector, folder: Path) -> Figures:
    """Read all tables of an account at a rate."""
    world: World = getattr(sizes, name).at(rate, sizes.latency_ms)
    with emulated(world) as account:
        reading = checked(connector.counting(tables=EACH_SYNC), account, folder)
    return {
        X: reading.seconds * rate / reading.requests,
        SECONDS: reading.seconds,
        REQUESTS: reading.requests,
        LEAST: least_requests(reading.log, world),
        REFUSED: reading.refused,
    }


def full_sync_judged(
    name: str, rate: int, sizes: Sizes, runs: Sequence[Figures]
) -> Iterator[Outcome]:
    """Yield time and requests of the median run, and the most refusals of any run."""
    one = sorted(runs, key=lambda run: run[X])[len(runs) // 2]
    yield Outcome(
        f"Full sync at {rate} requests a second: {getattr(sizes, name)}",
        f"at most {BEHIND[name]:.2f} x (requests / rate)",
        f"{one[X]:.3f} x ({one[SECONDS]:.1f} s for {one[REQUESTS]:.0f} requests)",
        at_most(one[X], BEHIND[name]),
    )
    too_many = one[REQUESTS] / one[LEAST]
    yield Outcome(
        "  its requests",
        f"at most {TOO_MANY:.2f} x the least possible",
        f"{too_many:.3f} x ({one[REQUESTS]:.0f} for {one[LEAST]:.0f})",
        at_most(too_many, TOO_MANY),
    )
    refused = max(run[REFUSED] for run in runs)
    yield Outcome("  its 429 answers", "0", f"{refused:.0f}", at_most(refused, 0))


def refusals(sizes: Sizes, connector: Connector, folder: Path) -> Figures:
    """Read while the emulator advertises too much, and while another client uses half."""
    rate, reader = sizes.tight_rate, connector.counting(tables="content")
    with emulated(sizes.peers.at(rate, sizes.latency_ms)) as account:
        account.control("POST", "settings", {"advertised_rate_limit": rate * 2})
        lied = checked(reader, account, folder / "advertised")
        account.control("POST", "settings", {"advertised_rate_limit": None})
        with other_client(account, rate / 2):
            shared = read(reader, account, folder / "shared")
        check(shared, account.world)
    return {
        "too much advertised: 429 answers": lied.refused,
        "too much advertised: seconds": lied.seconds,
        "another client: 429 answers": shared.refused,
        "another client: seconds": shared.seconds,
    }


def refusals_judged(_sizes: Sizes, runs: Sequence[Figures]) -> Iterator[Outcome]:
    """Yield whether each sync recovered from refusals; lost rows would have ended the run."""
    for key, title in (
        ("too much advertised", "Twice the real limit is advertised"),
        ("another client", "Another client takes half of the limit"),
    ):
        refused, seconds = (middle(runs, f"{key}: {figure}") for figure in (REFUSED, SECONDS))
        found = f"all rows, {refused:.0f} answers were 429, {seconds:.1f} s"
        # Without a 429, there was nothing to recover from.
        yield Outcome(title, "recovered without loss", found, 0.0 if refused else None)


@contextmanager
def other_client(account: Account, rate: float) -> Iterator[None]:
    """Request spaces *rate* times a second in the background, with the same token."""
    stop = threading.Event()

    def poll() -> None:
        while not stop.wait(1 / rate):
            account.poll("spaces")

    client = threading.Thread(target=poll, daemon=True)
    client.start()
    try:
        yield
    finally:
        stop.set()
        client.join(timeout=60)
