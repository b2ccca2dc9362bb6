"""Small accounts that take the ways of large ones."""

from __future__ import annotations

import pytest

import contentful_cma.state.ledger
import contentful_cma.sync.plan

CELLS = 8


@pytest.fixture
def tiny_sketches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give sketches so few cells that they tell two or three keys, ledgers no more rows."""
    monkeypatch.setattr(contentful_cma.sync.plan, "FEWEST_CELLS", CELLS)
    monkeypatch.setattr(contentful_cma.sync.plan, "MOST_CELLS", CELLS)
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", 3)
    monkeypatch.setattr(contentful_cma.state.ledger, "CELLS", CELLS)
