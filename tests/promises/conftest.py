"""Limits of the connector that make small accounts behave like large ones."""

from __future__ import annotations

import pytest

import contentful_cma.state.ledger
import contentful_cma.sync.plan

CELLS = 8


@pytest.fixture
def tiny_sketches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sketches identify two or three keys, and ledgers hold three rows."""
    monkeypatch.setattr(contentful_cma.sync.plan, "FEWEST_CELLS", CELLS)
    monkeypatch.setattr(contentful_cma.sync.plan, "MOST_CELLS", CELLS)
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", 3)
    monkeypatch.setattr(contentful_cma.state.ledger, "CELLS", CELLS)
