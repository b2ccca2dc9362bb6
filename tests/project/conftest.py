"""The demo account, for all tests that only read it, and the path of the programs."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from support.account import Account
from tools.project import ROOT


@pytest.fixture(autouse=True)
def path_of_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let programs of a test find the tools and the connector from every folder."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, ROOT / "connector"))))


@pytest.fixture(scope="session")
def demo_account() -> Iterator[Account]:
    """Give the demo account in a separate emulator, without requests in its log."""
    started = Account()
    started.reset(demo=True)
    yield started
    started.stop()
