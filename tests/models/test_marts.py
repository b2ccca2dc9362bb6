"""Every mart against what plain Python makes of the emulator's own records."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from engines import Comparable, Engine, comparable, same_rows
from marts import COMPUTED


@pytest.mark.models
@pytest.mark.parametrize("mart", COMPUTED)
def test_a_mart_is_what_the_records_say(
    mart: str, wanted: Callable[[str], list[Comparable]], engine: Engine
) -> None:
    """Every mart holds the rows that a plain reading of the account gives, on every engine."""
    found = engine.read("analytics_contentful", f"contentful__{mart}")
    same_rows(map(comparable, found), wanted(mart))
