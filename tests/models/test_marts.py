"""All marts, compared with rows that plain Python computes from the emulator's records."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from engines import Comparable, Engine, comparable, same_rows
from marts import COMPUTED


@pytest.mark.models
@pytest.mark.parametrize("mart", COMPUTED)
def test_a_mart_equals_the_records(
    mart: str, wanted: Callable[[str], list[Comparable]], engine: Engine
) -> None:
    """Each mart equals the rows computed from the records, on each engine."""
    found = engine.read("analytics_contentful", f"contentful__{mart}")
    same_rows(map(comparable, found), wanted(mart))
