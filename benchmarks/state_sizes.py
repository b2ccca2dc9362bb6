"""Measure the size of the state in bytes, for accounts of several sizes.

``PYTHONPATH=connector python -m benchmarks.state_sizes [PART ...]`` prints the tables of
docs/evidence/sizing.md, or those parts of them.  Each figure is the size of the state after a
whole sync of an emulated account.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

import contentful_cma.state.state
from contentful_cma.sync import sync
from tools.command_line import start
from tools.recorder import Recorder
from tools.user.emulated_account import EmulatedAccount, configuration, emulated_account

LARGEST = contentful_cma.state.state.LARGEST
MEASURED = 10**12
"""Limit of the state while it is measured, so sizes over the real limit are measured, too."""

ENVIRONMENTS_OF_A_SPACE = 10
ENTRIES = 400
"""Entries of an environment by default; there are half as many assets."""


class Model(NamedTuple):
    """The number of content types in an environment, and of fields in each of them."""

    types: int
    fields: int

    def __str__(self) -> str:
        """Return the model in words."""
        return f"{self.types} content types of {self.fields} fields"


SMALL, LARGE = Model(10, 10), Model(100, 15)
SIZES = (1, 10, 50, 100, 200, 300, 400, 500, 600, 1000)
"""Environments of an account."""

CHOSEN = (
    ("content", SMALL),
    ("content", LARGE),
    ("model", LARGE),
    ("all", SMALL),
    ("all", LARGE),
)
"""Tables, and the model of each environment."""

COUNTS = (0, 100, 1000, 5000)
"""Entries of an environment."""


def measured(environments: int, tables: str, model: Model, entries: int = ENTRIES) -> int:
    """Return the bytes of the state after one sync of an account."""
    spaces = -(-environments // ENVIRONMENTS_OF_A_SPACE)
    world = {
        "organizations": 1,
        "spaces": spaces,
        "environments": environments // spaces,
        "entries": entries,
        "assets": entries // 2,
        "rate_limit": 0,
        "entry_bytes": 400,
        "content_types": model.types,
        "fields": model.fields,
    }
    recorder = Recorder()
    with emulated_account(spaces=0) as url:
        EmulatedAccount(url).control("POST", "reset", world)
        settings = {**configuration(url), "tables": tables, "environment_id": "*"}
        sync(settings, {}, recorder, recorder)
    return len(recorder.saved)


def shown(size: int) -> str:
    """Return a size in MB, or that Fivetran would not keep the state."""
    return f"{size / 1_000_000:.2f} MB" if size <= LARGEST else "too large"


def by_environments() -> Iterator[str]:
    """Yield the size of the state by number of environments, for these tables and models.

    Larger accounts are not measured once the state is too large for Fivetran.
    """
    names = [f"`tables: {tables}`, {model}" for tables, model in CHOSEN]
    yield row("Environments", *names)
    yield row(*["---"] * (1 + len(names)))
    found = dict.fromkeys(CHOSEN, 0)
    for size in SIZES:
        for chosen in CHOSEN:
            found[chosen] = found[chosen] if found[chosen] > LARGEST else measured(size, *chosen)
        yield row(f"{size:,}", *map(shown, found.values()))


def by_content() -> Iterator[str]:
    """Yield the size of the state by number of entries."""
    yield row("Environments", *(f"{count:,} entries each" for count in COUNTS))
    yield row(*["---"] * (1 + len(COUNTS)))
    for size in (1, 10, 100):
        cells = (shown(measured(size, "content", SMALL, count)) for count in COUNTS)
        yield row(f"{size:,}", *cells)


def row(*cells: str) -> str:
    """Return a line of a table."""
    return f"| {' | '.join(cells)} |"


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "environments": by_environments,
    "content": by_content,
}


def main(arguments: list[str]) -> None:
    """Print the selected parts, or all."""
    contentful_cma.state.state.LARGEST = MEASURED
    for name in arguments or PARTS:
        for line in PARTS[name]():
            print(line, flush=True)
        print()


if __name__ == "__main__":
    start(lambda: main(sys.argv[1:]), __doc__)
