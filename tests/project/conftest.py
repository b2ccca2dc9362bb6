"""The demo account, for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.account import Account


@pytest.fixture(scope="session")
def demo_account() -> Iterator[Account]:
    """Give the demo account in an emulator of its own, without requests in its log."""
    started = Account()
    started.reset(demo=True)
    yield started
    started.stop()
