"""All marts, compared with rows that plain Python computes from the emulator's records."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from building import ON_SPARK_TWICE
from engines import Comparable, Engine, comparable, same_rows
from marts import COMPUTED


@pytest.mark.models
@pytest.mark.parametrize("mart", COMPUTED)
def test_a_mart_equals_the_records(
    mart: str, wanted: Callable[..., list[Comparable]], engine: Engine
) -> None:
    """Each mart equals the rows of the records, on each engine, with one and two connections."""
    if engine.project.target == "spark" and engine.second and mart not in ON_SPARK_TWICE:
        pytest.skip("Spark builds some marts of two connections only, to save minutes.")
    found = engine.read("analytics_contentful", f"contentful__{mart}")
    same_rows(map(comparable, found), wanted(mart, engine.second))
