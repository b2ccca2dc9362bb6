"""Selection of the cases that `make test` runs; the deep tests run all of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest


def thinned(values: Sequence[Any], step: int) -> list[Any]:
    """Return values as parameters; `make test` runs every n-th."""
    return [
        one if number % step == 0 else pytest.param(one, marks=pytest.mark.deep)
        for number, one in enumerate(values)
    ]


def pairs(first: Sequence[Any], second: Sequence[Any], step: int) -> list[Any]:
    """Return all pairs of two lists as parameters; `make test` runs every n-th.

    If *step* is at most the length of the shorter list, `make test` has every value.
    """
    return [
        pytest.param(
            one,
            other,
            id=f"{one}-{json.dumps(other)}",
            marks=[pytest.mark.deep] if (number + position) % step else [],
        )
        for number, one in enumerate(first)
        for position, other in enumerate(second)
    ]
