"""Records that are gone: names of people who left, and the mart of deletions."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from emulated import Account, identifier
from engines import Engine, duckdb_project, duckdb_rows


@pytest.mark.models
def test_people_who_left_keep_their_names(
    installed: Engine, warehouse: Path, variables: dict[str, Any], tmp_path: Path
) -> None:
    """After all users have left, entries show the same names, and editors are gone."""
    copy = Path(shutil.copy(warehouse, tmp_path))
    with duckdb.connect(str(copy)) as connection:
        connection.execute("UPDATE tester.users SET _fivetran_deleted = true")
    project = duckdb_project(tmp_path, copy, "UTC", variables)
    project.dbt("run", "--select", "+contentful__entries", "+contentful__editors_monthly")
    found = _names(duckdb_rows(copy, "analytics_contentful", "contentful__entries"))
    assert found == _names(installed.read("analytics_contentful", "contentful__entries"))
    editors = duckdb_rows(copy, "analytics_contentful", "contentful__editors_monthly")
    users = [one for one in editors if one["actor_type"] == "User" and one["actor_name"]]
    assert users
    assert all(one["is_gone"] for one in users)


def _names(rows: list[dict[str, Any]]) -> dict[tuple[str, ...], tuple[Any, ...]]:
    key = ("space_id", "environment_id", "entry_id")
    names = ("created_by_name", "updated_by_name", "published_by_name")
    return {tuple(row[one] for one in key): tuple(row[one] for one in names) for row in rows}


@pytest.mark.models
def test_deletions_are_the_deleted_entries(account: Account, installed: Engine) -> None:
    """The mart has each deleted entry, with its title and the time of the sync that noticed it."""
    rows = installed.read("analytics_contentful", "contentful__deletions")
    found = {(one["space_id"], one["environment_id"], one["record_id"]) for one in rows}
    assert found == {
        (*place, identifier(one)) for place, entries in account.deleted.items() for one in entries
    }
    assert all(row["updated_at"] < row["deleted_at"] < account.now for row in rows)
    assert {row["record_type"] for row in rows} == {"Entry"}
    assert {row["content_type_id"] for row in rows} == {"article"}
