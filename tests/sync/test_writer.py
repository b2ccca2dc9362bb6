"""How often written rows are committed."""

from __future__ import annotations

from typing import Any

import pytest

import contentful_cma.api.client
import contentful_cma.extract.content_scan
from support.account import Account
from support.warehouse import Warehouse


class Counting(Warehouse):
    """Counts the rows that were written before each checkpoint."""

    def __init__(self) -> None:
        """Start without a checkpoint."""
        super().__init__()
        self.counts: list[int] = []

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Record the number of rows."""
        super().checkpoint(state)
        self.counts.append(len(self.run.written))


@pytest.mark.parametrize(("pace", "pages"), [("0.1", 6), ("0.1005", 7)])
def test_rows_are_committed_every_minute(
    account: Account,
    configuration: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    pace: str,
    pages: int,
) -> None:
    """A checkpoint follows each minute of reading: six pages of ten seconds each."""
    monkeypatch.setattr(contentful_cma.api.client, "AT_ONCE", 1)
    monkeypatch.setattr(contentful_cma.extract.content_scan, "MOST_PARTS", 1)
    account.reset(spaces=1, entries=400)
    warehouse = Counting()
    settings = {"tables": "ENTRIES", "max_records_per_page": "10", "requests_per_second": pace}
    assert warehouse.sync({**configuration, **settings}).error is None
    between = [later - former for former, later in zip(warehouse.counts, warehouse.counts[1:])]
    assert between[1:4] == [9 * pages] * 3
