"""Every version from 1.0.0 on keeps its promises: states, columns, settings and marts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from support import released
from support.account import Account
from support.runs import assert_no_changes
from support.warehouse import Run, Warehouse

DAY = 86_400
CONTENT = ("entries", "assets")
FILES = sorted(released.RELEASED.glob("*.json"))

pytestmark = pytest.mark.parametrize("file", FILES, ids=[one.stem for one in FILES])


@pytest.fixture
def kept(file: Path) -> Any:
    """Return the file of a version."""
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture
def old(account: Account, kept: Any) -> Any:
    """Return a warehouse with the state of a version, and create the account it had read."""
    released.furnish(account, kept["collections"])
    warehouse = Warehouse()
    warehouse.state = released.of_host(kept["state"], account.url)
    yield warehouse
    account.control("POST", "clock", {"now": None})


def synced(account: Account, warehouse: Warehouse) -> Run:
    """Sync all tables that are due."""
    return warehouse.sync(released.settings(account))


CORRECTED = {"EXPERIENCES": ("template_id",)}
"""Columns whose values differ from those of 1.0.0: it wrote a URN that led nowhere."""


def assert_upgraded(run: Run, kept: Any) -> None:
    """Check that a sync wrote rows of new tables, and rows in which a new column has a value."""
    tables = kept["tables"]
    assert run.error is None
    assert run.deleted == []
    assert not tables.keys() & set(run.truncated)
    for name, row in run.written:
        if name in tables and name != "SYNC_COVERAGE":
            new = (row.keys() - tables[name]["columns"]).union(CORRECTED.get(name, ()))
            assert {column for column in new if row[column] is not None}, name
        else:
            assert row.get("table_name") not in tables


def test_a_state_of_an_earlier_version_is_used(
    account: Account, old: Warehouse, kept: Any
) -> None:
    """After an upgrade all changed rows are written, and unchanged rows are not."""
    assert_upgraded(synced(account, old), kept)
    account.control("POST", "clock", {"advance_seconds": DAY})
    # A table whose columns are the same is read once its interval is over.
    assert_upgraded(synced(account, old), kept)
    account.control("POST", "clock", {"advance_seconds": DAY})
    assert_no_changes(synced(account, old))
    (space,) = account.stored("spaces")
    environment = f"spaces/{space['sys']['id']}/environments/master"
    gone, *_ = account.stored(f"{environment}/assets")
    account.control("DELETE", f"store/{environment}/assets/{gone['sys']['id']}")
    tag, *_ = account.stored(f"{environment}/tags")
    account.put(f"{environment}/tags", {**tag, "name": "Another name"})
    account.control("POST", "clock", {"advance_seconds": DAY})
    run = synced(account, old)
    assert [(table, row["name"]) for table, row in run.written] == [("TAGS", "Another name")]
    (key,) = run.deleted
    assert key == ("ASSETS", {**key[1], "id": gone["sys"]["id"]})


def test_an_interrupted_sync_of_an_earlier_version_resumes(
    account: Account, old: Warehouse, kept: Any
) -> None:
    """After an upgrade an interrupted first sync writes the missing rows, each once."""
    old.state = released.of_host(kept["interrupted"]["state"], account.url)
    before = kept["interrupted"]["keys"]
    run = synced(account, old)
    assert run.error is None
    whole = Warehouse()
    synced(account, whole)
    after = released.keys_of(old)
    for table, keys in released.keys_of(whole).items():
        assert sorted(before.get(table, []) + after.get(table, [])) == keys, table
    assert {table for table, _ in run.deleted} == set()


@pytest.mark.parametrize("change", ["gone", "hidden"])
def test_a_locale_removed_before_an_upgrade_is_detected(
    account: Account, old: Warehouse, change: str
) -> None:
    """A locale removed or hidden before an upgrade is detected from an earlier state."""
    (space,) = account.stored("spaces")
    locales = f"spaces/{space['sys']['id']}/environments/master/locales"
    (german,) = (one for one in account.stored(locales) if not one["default"])
    if change == "gone":
        account.control("DELETE", f"store/{locales}/{german['sys']['id']}")
    else:
        account.put(locales, {**german, "contentManagementApi": False})
    account.control("POST", "clock", {"advance_seconds": DAY})
    run = synced(account, old)
    rows = {name: account.stored(locales.replace("locales", name)) for name in CONTENT}
    written = {
        name: [row["id"] for table, row in run.written if table == name.upper()]
        for name in CONTENT
    }
    assert {name: sorted(ids) for name, ids in written.items()} == {
        name: sorted(one["sys"]["id"] for one in records) for name, records in rows.items()
    }


def test_tables_and_columns_stay(kept: Any) -> None:
    """Every table keeps its key, and every column its name and its type."""
    today = released.columns()
    for name, table in kept["tables"].items():
        assert today[name]["primary_key"] == table["primary_key"], name
        assert table["columns"].items() <= today[name]["columns"].items(), name


def test_settings_stay(kept: Any) -> None:
    """Every setting keeps its key and its default value; words for no value may change."""
    values = {key: one if one.startswith("`") else "" for key, one in kept["settings"].items()}
    assert values.items() <= released.defaults().items()


def test_marts_stay(kept: Any) -> None:
    """Every mart keeps its columns."""
    today = released.marts()
    for name, columns in kept["marts"].items():
        assert set(columns) <= set(today[name]), name


@pytest.mark.parametrize("change", ["lost", "added", "published twice"])
def test_a_field_removed_before_an_upgrade_is_detected(
    account: Account, old: Warehouse, kept: Any, change: str
) -> None:
    """A field removed or recreated before an upgrade is detected from an earlier state."""
    (space,) = account.stored("spaces")
    environment = f"spaces/{space['sys']['id']}/environments/master"
    records = {one["sys"]["id"]: one for one in account.stored(f"{environment}/content_types")}
    author = records["author"]
    fields, counter = author["fields"], author["sys"]["publishedCounter"]
    if change == "lost":
        author = {**author, "fields": fields[:-1]}
    elif change == "added":
        author = {**author, "fields": [*fields, {**fields[-1], "id": "one"}]}
    else:
        author = {**author, "sys": {**author["sys"], "publishedCounter": counter + 2}}
        # Later states of version 2 also kept the number of publications.
        text = json.dumps(kept["state"])
        for number, together in re.findall(r'\["name", "(\d+) (\S+)"\]', text):
            text = text.replace(f"{number} {together}", f"{number} {counter} {together}")
        old.state = released.of_host(json.loads(text), account.url)
    account.put(f"{environment}/content_types", author)
    account.control("POST", "clock", {"advance_seconds": DAY})
    run = synced(account, old)
    of_author = sorted(
        one["sys"]["id"]
        for one in account.stored(f"{environment}/entries")
        if one["sys"]["contentType"]["sys"]["id"] == "author"
    )
    written = sorted(row["id"] for table, row in run.written if table == "ENTRIES")
    assert written == ([] if change == "added" else of_author)
