"""Which cases of a test that has many are run in `make test`; the deep tests run all of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest


def thinned(values: Sequence[Any], step: int) -> list[Any]:
    """Return values as parameters; all but each n-th are deep ones."""
    return [
        one if number % step == 0 else pytest.param(one, marks=pytest.mark.deep)
        for number, one in enumerate(values)
    ]


def pairs(first: Sequence[Any], second: Sequence[Any], step: int) -> list[Any]:
    """Return all pairs of two lists as parameters; all but each n-th are deep ones.

    With a step up to the length of the other list each value is in a pair that is not deep.
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
