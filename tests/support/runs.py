"""Properties of syncs that hold for every table."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from support.warehouse import Run, Warehouse


def twice(*runs: Run) -> list[str]:
    """Return the rows that were written more than once, as JSON."""
    written = [one for run in runs for one in run.written if one[0] != "SYNC_COVERAGE"]
    return [row for row, times in Counter(map(json.dumps, written)).items() if times > 1]


def assert_no_changes(run: Run) -> None:
    """Check that a sync changed nothing."""
    assert (run.error, run.written, run.deleted, run.truncated) == (None, [], [], [])


def filled(warehouse: Warehouse) -> Any:
    """Return the tables that have rows."""
    return {name: rows for name, rows in warehouse.tables.items() if rows}
