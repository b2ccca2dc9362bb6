"""Memory during a sync."""

from __future__ import annotations

import gc
from collections import Counter
from typing import Any

from support.account import Account
from support.warehouse import Warehouse

WORLD = {"organizations": 2, "spaces": 3, "environments": 2, "entries": 40, "assets": 5}


class Collecting(Warehouse):
    """A warehouse that collects garbage at each checkpoint, and counts its objects."""

    def __init__(self) -> None:
        """Start without garbage."""
        super().__init__()
        self.garbage: Counter[str] = Counter()
        self.checkpoints = 0

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Commit, and find the objects that only the collector frees."""
        super().checkpoint(state)
        self.checkpoints += 1
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        gc.set_debug(0)
        self.garbage.update(f"{type(one).__module__}.{type(one).__name__}" for one in gc.garbage)
        gc.garbage.clear()


def test_a_sync_leaves_no_cycles(emulator: Account, configuration: dict[str, str]) -> None:
    """Objects of a request or a job are freed at its end, because garbage is collected rarely."""
    emulator.reset(**WORLD)
    warehouse = Collecting()
    for _ in range(2):
        gc.collect()
        run = warehouse.sync({**configuration, "tables": "all", "environment_id": "*"})
        assert run.error is None
    assert warehouse.checkpoints > 2
    ours = {name for name in warehouse.garbage if name.startswith(("contentful_cma", "threading"))}
    assert ours == set()
