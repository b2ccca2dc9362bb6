"""The promise, attacked by random walks.

After any history of edits, any failure and any crash, one more successful sync makes the warehouse
equal to the account; nothing is lost, nothing deleted lingers, nothing unchanged is written twice.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from random import Random

import pytest

import contentful_cma.api.client
import contentful_cma.extract.content_scan
import contentful_cma.state.ledger
import contentful_cma.sync.plan
from support.account import Account
from support.model.walk import play, shrunk, walk

HISTORIES = int(os.environ.get("HISTORIES", "120"))
"""How many are played for `make test`; `.ci/run` asks for more."""

SHARES = 8
"""In how many tests they are played, so that they can run at the same time."""

HISTORIES_OF_A_PART = 1000
LARGE = 3
"""Rows from which on a listed table is known by a sketch."""


@pytest.fixture(params=(60, 8))
def cells(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Make small accounts take the ways of large ones, in the same order each time.

    Gives the number of cells of each sketch: the least, or so few that differences cannot always
    be told.
    """
    monkeypatch.setattr(contentful_cma.api.client, "AT_ONCE", 1)
    monkeypatch.setattr(contentful_cma.extract.content_scan, "PAGES_OF_A_PART", 1)
    monkeypatch.setattr(contentful_cma.sync.plan, "FEWEST_CELLS", request.param)
    monkeypatch.setattr(contentful_cma.sync.plan, "MOST_CELLS", request.param)
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", LARGE)
    monkeypatch.setattr(contentful_cma.state.ledger, "CELLS", request.param)
    yield request.param
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def attack(account: Account, seeds: Iterable[int], cells: int) -> None:
    """Play the histories of these seeds; tell the first one that fails, and what it needs."""
    for seed in seeds:
        steps = walk(Random(seed))  # noqa: S311 - the same walk each time
        if play(account, steps) is not None:
            left, problem = shrunk(account, steps)
            told = "\n".join(map(str, left))
            sentence = f"History {seed} with {cells} cells fails, shrunk to\n{told}\n{problem}"
            raise AssertionError(sentence) from problem


@pytest.mark.parametrize("share", range(SHARES))
def test_the_promise(account: Account, cells: int, share: int) -> None:
    """After any history one more successful sync makes the warehouse equal to the account."""
    attack(account, range(share, HISTORIES // 2, SHARES), cells)


@pytest.mark.deep
def test_the_promise_in_many_histories(
    account: Account, cells: int, part: int, record_property: Callable[[str, object], None]
) -> None:
    """After any of 20,000 histories one more sync makes the warehouse equal to the account."""
    histories = HISTORIES_OF_A_PART // 2
    attack(account, range(part * histories, (part + 1) * histories), cells)
    record_property("histories", histories)
