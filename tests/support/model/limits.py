"""Limits of the connector, lowered to make small accounts behave like large ones.

They are found by name in all modules of the connector.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

ONE_AFTER_THE_OTHER = {"AT_ONCE": 1, "PAGES_OF_A_PART": 1, "MOST_UNANSWERED": 2}
"""Requests have the same order each time, and two in a row without an answer end a reading."""


@dataclass(frozen=True)
class Limits:
    """The limits of one history.

    *cells* is the size of each sketch.  A listed table with more than *largest* rows has a sketch,
    and an empty listing of a table with *doubted* rows or more needs a confirmation.
    """

    cells: int = 60
    largest: int = 3
    doubted: int = 10

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Let the connector use these limits."""
        everywhere = {**ONE_AFTER_THE_OTHER, "FEWEST_DOUBTED": self.doubted}
        some = {
            "state.ledger": {"LARGEST": self.largest, "CELLS": self.cells},
            "sync.plan": {"FEWEST_CELLS": self.cells, "MOST_CELLS": self.cells},
        }
        with ExitStack() as stack:
            # Garbage collection after each batch takes a fifth of the time, and finds none.
            stack.enter_context(patch.object(gc, "collect", lambda: 0))
            for name in [one for one in sys.modules if one.startswith("contentful_cma.")]:
                module = sys.modules[name]
                found: dict[str, Any] = {
                    **{one: value for one, value in everywhere.items() if one in vars(module)},
                    **some.get(name.partition(".")[2], {}),
                }
                if found:
                    stack.enter_context(patch.multiple(module, **found))
            yield
