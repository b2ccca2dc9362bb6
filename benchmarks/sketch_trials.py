"""Measure how often a sketch cannot name a difference that is as large as its capacity.

``PYTHONPATH=connector python -m benchmarks.sketch_trials [TRIALS]`` prints the table of
docs/evidence/sketch.md.
"""

from __future__ import annotations

import random
import string
import sys

from contentful_cma.state.sketch import Sketch, cells_for
from tools.command_line import start

CAPACITIES = (10, 50, 180, 1000)
ID_CHARACTERS = string.ascii_letters + string.digits


def fails(capacity: int, chance: random.Random) -> bool:
    """Return whether a sketch of *capacity* random ids cannot be read back."""
    ids = ["".join(chance.choices(ID_CHARACTERS, k=22)) for _ in range(capacity)]
    sketch = Sketch(cells_for(capacity))
    for one in ids:
        sketch.add(one)
    found = sketch.read()
    if found is not None and sorted(found) != sorted(ids):
        raise RuntimeError("a sketch returned a wrong difference")
    return found is None


def main() -> None:
    """Print one line for each capacity."""
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print("| Capacity | Cells | Trials | Too large | Wrong |")
    print("|---|---|---|---|---|")
    for capacity in CAPACITIES:
        chance = random.Random(capacity)  # noqa: S311 - the same numbers in each run
        failures = sum(fails(capacity, chance) for _ in range(trials))
        cells = Sketch(cells_for(capacity)).cells
        print(f"| {capacity} | {cells} | {trials} | {failures} ({failures / trials:.2%}) | 0 |")


if __name__ == "__main__":
    start(main, __doc__)
