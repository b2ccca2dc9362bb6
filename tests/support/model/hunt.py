"""Play histories in a separate process, up to the first that fails.

    python -m support.model.hunt FIRST COUNT

It prints the number of that history and its error, or nothing if all pass.
"""

from __future__ import annotations

import gc
import sys

from support.account import Account
from support.model.walk import play, walk


def main(first: int, count: int) -> None:
    """Play *count* histories from *first* on, with the emulator at CMA_EMULATOR_URL."""
    account = Account()
    gc.freeze()
    try:
        for number in range(first, first + count):
            problem = play(account, walk(number))
            if problem is not None:
                print(number, type(problem).__name__, str(problem)[:2000])  # noqa: T201
                return
    finally:
        account.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
