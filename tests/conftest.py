"""One emulator for all tests, made new for each of them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from account import TOKEN, Account
from fivetran import copied_project
from warehouse import Warehouse


def pytest_collection_finish() -> None:
    """Keep the modules and pytest's own objects out of the collections of garbage in a sync."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def emulator() -> Iterator[Account]:
    """Give the emulator process."""
    started = Account()
    yield started
    started.stop()


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give an account with one organization and no space."""
    emulator.reset()
    return emulator


@pytest.fixture
def configuration(account: Account) -> dict[str, str]:
    """Give the least configuration that reads the account."""
    return {"access_token": TOKEN, "base_url": account.url}


@pytest.fixture
def warehouse() -> Warehouse:
    """Give an empty warehouse."""
    return Warehouse()


@pytest.fixture
def project() -> Iterator[Path]:
    """Give a copy of the connector's folder."""
    with copied_project() as copied:
        yield copied
