"""Every mart against what plain Python makes of the emulator's own records."""

from __future__ import annotations

import pytest
from emulated import Account
from engines import Engine, comparable, same_rows
from marts import COMPUTED


@pytest.mark.models
@pytest.mark.parametrize("mart", COMPUTED)
def test_a_mart_is_what_the_records_say(mart: str, account: Account, engine: Engine) -> None:
    """Every mart holds the rows that a plain reading of the account gives, on every engine."""
    found = map(comparable, engine.read("analytics_contentful", f"contentful__{mart}"))
    same_rows(found, map(comparable, COMPUTED[mart](account)))
