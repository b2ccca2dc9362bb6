"""SYNCS: one row a sync, for whoever names it."""

from __future__ import annotations

import pytest

from support.account import Account
from support.scene import HOUR, Scene

ORIGIN = "2026-03-01T00:00:01Z"


def test_each_sync_has_its_row(account: Account) -> None:
    """Start by the API's clock, end, requests, rows and what was due; the row before it stays."""
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


def test_what_a_sync_deletes_is_counted(account: Account) -> None:
    """Its row says how many rows went, and its log says the same table by table and in all."""
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


def test_a_quiet_sync_writes_its_row_and_nothing_else(account: Account) -> None:
    """Monitoring sees that a sync was there although nothing in the account has changed."""
    scene = Scene(account, "TAGS, SYNCS")
    scene.succeed()
    scene.wait()
    run = scene.succeed()
    assert [name for name, _ in run.written] == ["SYNCS"]
    assert (run.deleted, run.truncated) == ([], [])


@pytest.mark.parametrize("tables", ["all", "all, history", "TAGS"])
def test_without_its_name_there_is_no_row(account: Account, tables: str) -> None:
    """No group has SYNCS in it, so a quiet sync writes nothing."""
    scene = Scene(account, "TAGS")
    scene.warehouse.sync({**scene.configuration, "tables": tables})
    run = scene.warehouse.sync({**scene.configuration, "tables": tables})
    assert (run.error, run.written) == (None, [])
    assert scene.warehouse.rows("SYNCS") == []


def test_a_sync_that_failed_is_not_complete(account: Account) -> None:
    """Its row says so, and the one of the sync after it does not."""
    scene = Scene(account, "TAGS, SYNCS", retry_attempts="0")
    account.fault("*/tags", status=500, times=1)
    assert scene.sync().error is not None
    scene.wait()
    scene.succeed()
    assert [row["is_complete"] for row in scene.warehouse.rows("SYNCS")] == [False, True]


def test_a_sync_that_was_interrupted_has_the_row_of_its_last_checkpoint(account: Account) -> None:
    """What is known of it is how far it had come when it made something last."""
    scene = Scene(account, "ENTRIES, SYNCS")
    scene.crash_after("a")
    (row,) = scene.warehouse.rows("SYNCS")
    assert (row["started_at"], row["is_complete"]) == (ORIGIN, False)
    assert (row["rows_written"], row["due"]) == (1, ["ENTRIES"])
    scene.wait()
    scene.succeed()
    assert [one["is_complete"] for one in scene.warehouse.rows("SYNCS")] == [False, True]


def test_the_rows_stay_when_all_is_read_anew(account: Account) -> None:
    """An empty state, which empties the other tables, keeps what is known of earlier syncs."""
    scene = Scene(account, "TAGS, SYNCS")
    scene.succeed()
    scene.warehouse.state = {}
    scene.wait()
    run = scene.succeed()
    assert "SYNCS" not in run.truncated
    assert len(scene.warehouse.rows("SYNCS")) == 2
