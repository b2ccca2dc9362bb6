"""How often what was written is made to last."""

from __future__ import annotations

from typing import Any

import pytest

import contentful_cma.api.client
import contentful_cma.extract.content_scan
from support.account import Account
from support.warehouse import Warehouse


class Counting(Warehouse):
    """Notes how many rows were written before each checkpoint."""

    def __init__(self) -> None:
        """Begin with no checkpoint."""
        super().__init__()
        self.counts: list[int] = []

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Note the number of rows."""
        super().checkpoint(state)
        self.counts.append(len(self.run.written))


@pytest.mark.parametrize(("pace", "pages"), [("0.1", 6), ("0.1005", 7)])
def test_what_takes_a_minute_lasts(
    account: Account,
    configuration: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    pace: str,
    pages: int,
) -> None:
    """A crash loses a minute of reading: ten seconds a page make a checkpoint every six pages."""
    monkeypatch.setattr(contentful_cma.api.client, "AT_ONCE", 1)
    monkeypatch.setattr(contentful_cma.extract.content_scan, "MOST_PARTS", 1)
    account.reset(spaces=1, entries=400)
    warehouse = Counting()
    asked = {"tables": "ENTRIES", "max_records_per_page": "10", "requests_per_second": pace}
    assert warehouse.sync({**configuration, **asked}).error is None
    between = [later - former for former, later in zip(warehouse.counts, warehouse.counts[1:])]
    assert between[1:4] == [9 * pages] * 3
