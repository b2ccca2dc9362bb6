"""SYNCS: one row per sync, if the table is selected by its name."""

from __future__ import annotations

import pytest

from support.account import Account
from support.scene import HOUR, Scene

ORIGIN = "2026-03-01T00:00:01Z"


def test_each_sync_has_its_row(account: Account) -> None:
    """A row has start and end by the API's clock, requests, rows and due tables; old rows stay."""
    scene = Scene(account, "TAGS@1d, SYNCS, SPACES")
    scene.edit("put tag")
    first = scene.succeed()
    scene.wait(HOUR)
    scene.edit("delete tag")
    account.forget_requests()
    scene.edit("put space", value=1)
    scene.succeed()
    made = len(account.requests())
    counted = len([one for one in first.written if one[0] != "SYNCS"])
    assert scene.warehouse.rows("SYNCS") == [
        {
            "started_at": ORIGIN,
            "ended_at": ORIGIN,
            "requests": 4,
            "rows_written": counted,
            "rows_deleted": 0,
            "due": ["SPACES", "TAGS"],
            "is_complete": True,
        },
        {
            "started_at": "2026-03-01T01:00:01Z",
            "ended_at": "2026-03-01T01:00:01Z",
            "requests": made - 1,
            "rows_written": 1,
            "rows_deleted": 0,
            "due": ["SPACES"],
            "is_complete": True,
        },
    ]


def test_deletions_are_counted(account: Account) -> None:
    """The row counts the deleted rows, and the log counts them by table and in total."""
    scene = Scene(account, "TAGS, SPACES, SYNCS")
    for key in "abc":
        scene.edit("put tag", key=key)
    scene.succeed()
    scene.wait()
    scene.edit("delete tag", key="a")
    scene.edit("delete tag", key="b")
    scene.edit("put tag", key="d")
    run = scene.succeed()
    row = scene.warehouse.rows("SYNCS")[-1]
    assert (row["rows_written"], row["rows_deleted"]) == (1, 2)
    table, whole = run.messages[-2:]
    assert table == "TAGS: 1 written, 2 deleted."
    assert whole.startswith("1 rows written, 2 deleted, ")


def test_a_sync_with_no_changes_writes_only_its_row(account: Account) -> None:
    """A sync with no changes writes its row, so monitoring can see it, and nothing else."""
    scene = Scene(account, "TAGS, SYNCS")
    scene.succeed()
    scene.wait()
    run = scene.succeed()
    assert [name for name, _ in run.written] == ["SYNCS"]
    assert (run.deleted, run.truncated) == ([], [])


@pytest.mark.parametrize("tables", ["all", "all, history", "TAGS"])
def test_syncs_is_only_written_if_named(account: Account, tables: str) -> None:
    """No group includes SYNCS, so a sync with no changes writes nothing."""
    scene = Scene(account, "TAGS")
    scene.warehouse.sync({**scene.configuration, "tables": tables})
    run = scene.warehouse.sync({**scene.configuration, "tables": tables})
    assert (run.error, run.written) == (None, [])
    assert scene.warehouse.rows("SYNCS") == []


def test_a_failed_sync_is_not_complete(account: Account) -> None:
    """The row of a failed sync is incomplete, and the row of the next sync is complete."""
    scene = Scene(account, "TAGS, SYNCS", retry_attempts="0")
    account.fault("*/tags", status=500, times=1)
    assert scene.sync().error is not None
    scene.wait()
    scene.succeed()
    assert [row["is_complete"] for row in scene.warehouse.rows("SYNCS")] == [False, True]


def test_an_interrupted_sync_has_the_row_of_its_last_checkpoint(account: Account) -> None:
    """The row of an interrupted sync shows its progress at the last checkpoint."""
    scene = Scene(account, "ENTRIES, SYNCS")
    scene.crash_after("a")
    (row,) = scene.warehouse.rows("SYNCS")
    assert (row["started_at"], row["is_complete"]) == (ORIGIN, False)
    assert (row["rows_written"], row["due"]) == (1, ["ENTRIES"])
    scene.wait()
    scene.succeed()
    assert [one["is_complete"] for one in scene.warehouse.rows("SYNCS")] == [False, True]


def test_rows_of_earlier_syncs_survive_a_resync(account: Account) -> None:
    """An empty state empties the other tables, but the rows of earlier syncs stay."""
    scene = Scene(account, "TAGS, SYNCS")
    scene.succeed()
    scene.warehouse.state = {}
    scene.wait()
    run = scene.succeed()
    assert "SYNCS" not in run.truncated
    assert len(scene.warehouse.rows("SYNCS")) == 2
