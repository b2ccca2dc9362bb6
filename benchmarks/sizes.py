"""The sizes of the accounts of a benchmark."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .accounts import World


@dataclass(frozen=True)
class Sizes:
    """``rates`` are requests a second, and ``latency_ms`` is the latency, of the paced runs.

    ``spread`` has its content in many environments, ``heaped`` in one; ``thrift`` is for counts of
    requests.  The connector and its peers read ``peers``, and ``peers_paced`` at the first rate.
    The memory for ``many`` entries is compared with that for a tenth of them, in a tenth of the
    environments (``fewer``) and in as many (``thinner``).  ``tight_rate`` is a limit that is too
    small because of another client or a wrong header.
    """

    runs: int
    rates: tuple[int, ...]
    latency_ms: int
    spread: World
    thrift: World
    heaped: World
    peers: World
    peers_paced: World
    many: World
    fewer: World
    thinner: World
    tight_rate: int
    changes: tuple[int, ...]
    deletions: int


FULL = Sizes(
    runs=3,
    rates=(7, 10),
    latency_ms=250,
    spread=World(spaces=40, environments=2, entries=2500, assets=250),
    thrift=World(spaces=40, environments=2, entries=50, assets=10),
    heaped=World(spaces=1, environments=1, entries=200_000, assets=20_000),
    peers=World(spaces=10, environments=2, entries=2000, assets=0),
    peers_paced=World(spaces=10, environments=2, entries=250, assets=0),
    many=World(spaces=50, environments=2, entries=10_000, assets=0),
    fewer=World(spaces=5, environments=2, entries=10_000, assets=0),
    thinner=World(spaces=50, environments=2, entries=1000, assets=0),
    tight_rate=7,
    changes=(100, 1000),
    deletions=20,
)
QUICK = Sizes(
    runs=1,
    rates=(40,),
    latency_ms=20,
    spread=World(spaces=2, environments=2, entries=120, assets=20),
    thrift=World(spaces=2, environments=2, entries=50, assets=10),
    heaped=World(spaces=1, environments=1, entries=4000, assets=100),
    peers=World(spaces=2, environments=2, entries=150, assets=0),
    peers_paced=World(spaces=2, environments=2, entries=150, assets=0),
    many=World(spaces=2, environments=2, entries=2500, assets=0),
    fewer=World(spaces=1, environments=1, entries=1000, assets=0),
    thinner=World(spaces=2, environments=2, entries=250, assets=0),
    tight_rate=4,
    changes=(50,),
    deletions=5,
)
SHORT = replace(
    FULL,
    spread=World(spaces=5, environments=2, entries=1000, assets=100),
    heaped=World(spaces=1, environments=1, entries=60_000, assets=6000),
    peers=World(spaces=5, environments=2, entries=2000, assets=0),
    peers_paced=World(spaces=5, environments=2, entries=250, assets=0),
    many=World(spaces=50, environments=2, entries=2500, assets=0),
    fewer=World(spaces=5, environments=2, entries=2500, assets=0),
    thinner=World(spaces=50, environments=2, entries=250, assets=0),
    changes=(100,),
)
"""For comparisons of two revisions: large enough to show differences, in about 40 minutes."""
