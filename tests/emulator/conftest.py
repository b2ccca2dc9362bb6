"""One emulator in a thread for all tests, with a new account for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cma_emulator import running
from support.served import Served


@pytest.fixture(scope="session")
def emulator_url() -> Iterator[str]:
    """Give the base URL of the emulator."""
    with running() as url:
        yield url


@pytest.fixture
def served(emulator_url: str) -> Iterator[Served]:
    """Give an account of two spaces, without a rate limit."""
    one = Served(emulator_url)
    one.reset()
    yield one
    one.session.close()


@pytest.fixture
def organization(served: Served) -> str:
    """Give the path of the organization."""
    return f"/organizations/{served.stored('organizations')[0]['sys']['id']}"
