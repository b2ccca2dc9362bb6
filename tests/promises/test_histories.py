"""Random histories of edits, failures and crashes: one more sync makes the warehouse equal.

After any history of edits, failures and crashes, one more successful sync makes the warehouse
equal to the account.  No row is lost, no deleted row stays, and no unchanged row is written twice.
Rows that cannot be read in the meantime stay as they were; all others are right after each sync.
Each history combines six kinds of moves, chosen by a covering array.
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
from support.model.walk import play_all

BY_DEFAULT = 40
HISTORIES = int(os.environ.get("HISTORIES", BY_DEFAULT))
"""Number of histories that `make test` plays; `.ci/run` plays more."""

SHARES = 8
"""Number of tests that share the histories, so they can run at the same time."""

HISTORIES_OF_A_PART = 1000


@pytest.mark.parametrize("share", range(SHARES))
def test_the_promise(account: Account, share: int) -> None:
    """After any history, one more successful sync makes the warehouse equal to the account."""
    play_all(account, range(share, HISTORIES, SHARES))


@pytest.mark.deep
def test_the_promise_in_many_histories(
    account: Account, part: int, record_property: Callable[[str, object], None]
) -> None:
    """After any of 20,000 histories, one more sync makes the warehouse equal to the account."""
    play_all(account, range(part * HISTORIES_OF_A_PART, (part + 1) * HISTORIES_OF_A_PART))
    record_property("histories", HISTORIES_OF_A_PART)


def test_make_test_plays_every_pair_of_kinds_of_moves() -> None:
    """The histories of `make test` have every pair of kinds, and each new kind at least twice."""
    makefile = (Path(__file__).resolve().parents[2] / "Makefile").read_text("utf-8")
    assert re.findall(r"^HISTORIES \?= (\d+)$", makefile, re.MULTILINE) == [str(BY_DEFAULT)]
    played = [kinds_of(number, KINDS) for number in range(BY_DEFAULT)]
    assert met(played, 2) == met([KINDS], 2)
    counts = Counter(kind for kinds in played for kind in kinds)
    assert min(counts[kind] for kind in NEW) >= BY_DEFAULT / 20


def test_each_part_of_the_deep_tests_plays_every_triple_of_kinds() -> None:
    """Each 1,000 deep histories have every triple of kinds, and each new kind 50 times or more."""
    assert len(covering(KINDS)) <= HISTORIES_OF_A_PART
    numbers = range(HISTORIES_OF_A_PART, 2 * HISTORIES_OF_A_PART)
    played = [kinds_of(number, KINDS) for number in numbers]
    assert met(played, 3) == met([KINDS], 3)
    counts = Counter(kind for kinds in played for kind in kinds)
    assert min(counts[kind] for kind in NEW) >= HISTORIES_OF_A_PART / 20
