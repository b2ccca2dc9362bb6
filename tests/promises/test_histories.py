"""The promise, attacked by histories of every combination of moves.

After any history of edits, any failure and any crash, one more successful sync makes the warehouse
equal to the account; nothing is lost, nothing deleted lingers, nothing unchanged is written twice.
What cannot be read in between stays as it was, and all else is right at once.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from support.account import Account
from support.model.covering import covering, kinds_of, met
from support.model.moves import KINDS, NEW
from support.model.walk import attack

BY_DEFAULT = 40
HISTORIES = int(os.environ.get("HISTORIES", BY_DEFAULT))
"""How many are played for `make test`; `.ci/run` asks for more."""

SHARES = 8
"""In how many tests they are played, so that they can run at the same time."""

HISTORIES_OF_A_PART = 1000


@pytest.mark.parametrize("share", range(SHARES))
def test_the_promise(account: Account, share: int) -> None:
    """After any history one more successful sync makes the warehouse equal to the account."""
    attack(account, range(share, HISTORIES, SHARES))


@pytest.mark.deep
def test_the_promise_in_many_histories(
    account: Account, part: int, record_property: Callable[[str, object], None]
) -> None:
    """After any of 20,000 histories one more sync makes the warehouse equal to the account."""
    attack(account, range(part * HISTORIES_OF_A_PART, (part + 1) * HISTORIES_OF_A_PART))
    record_property("histories", HISTORIES_OF_A_PART)


def test_every_pair_of_kinds_of_moves_meets_in_the_tests_of_each_change() -> None:
    """The 40 histories of `make test` have every pair, and each new kind in one of twenty."""
    makefile = (Path(__file__).resolve().parents[2] / "Makefile").read_text("utf-8")
    assert re.findall(r"^HISTORIES \?= (\d+)$", makefile, re.MULTILINE) == [str(BY_DEFAULT)]
    played = [kinds_of(number, KINDS) for number in range(BY_DEFAULT)]
    assert met(played, 2) == met([KINDS], 2)
    counts = Counter(kind for kinds in played for kind in kinds)
    assert min(counts[kind] for kind in NEW) >= BY_DEFAULT / 20


def test_every_triple_of_kinds_of_moves_meets_in_each_part_of_the_deep_tests() -> None:
    """The histories of one part have every triple, and each new kind in one of twenty."""
    assert len(covering(KINDS)) <= HISTORIES_OF_A_PART
    numbers = range(HISTORIES_OF_A_PART, 2 * HISTORIES_OF_A_PART)
    played = [kinds_of(number, KINDS) for number in numbers]
    assert met(played, 3) == met([KINDS], 3)
    counts = Counter(kind for kinds in played for kind in kinds)
    assert min(counts[kind] for kind in NEW) >= HISTORIES_OF_A_PART / 20
