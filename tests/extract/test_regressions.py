"""Histories that once broke the promise, as plain tests; see tests/promises/test_histories.py."""

from __future__ import annotations

from typing import Any

import pytest

from support.account import Account
from support.crashing import Crash, CrashingWarehouse, ManyCheckpoints
from support.warehouse import Run, Warehouse

Configuration = dict[str, str]

ENTRIES = "/spaces/s/environments/{}/entries"
START = "2026-03-01T00:00:00Z"
DAY = 86400


@pytest.fixture
def content(account: Account, configuration: Configuration) -> Configuration:
    """Create a space `s` with a content type `page`; return the configuration that reads it."""
    account.control("POST", "clock", {"now": START})
    account.call("PUT", "/spaces/s", {"name": "s"})
    put_type(account, "master", "title")
    return {**configuration, "tables": "ENTRIES, ASSETS, ENVIRONMENTS", "environment_id": "*"}


def wait(account: Account, seconds: float = 5) -> None:
    """Advance the account's clock."""
    account.control("POST", "clock", {"advance_seconds": seconds})


def put_type(account: Account, environment: str, display: str) -> None:
    """Create the content type, or change its display field."""
    path = f"/spaces/s/environments/{environment}/content_types"
    known = account.stored(path[1:])
    version = {"X_Contentful_Version": str(known[0]["sys"]["version"])} if known else {}
    fields = [{"id": name, "name": name, "type": "Symbol"} for name in ("title", "name")]
    body = {"name": "Page", "displayField": display, "fields": fields}
    account.call("PUT", f"{path}/page", body, **version)


def put_entry(account: Account, entry: str, text: str = "", environment: str = "master") -> None:
    """Create or change an entry; its title is the text, its name the text in capitals."""
    path = ENTRIES.format(environment)
    headers = {"X_Contentful_Content_Type": "page"}
    for one in account.stored(path[1:]):
        if one["sys"]["id"] == entry:
            headers["X_Contentful_Version"] = str(one["sys"]["version"])
    fields = {"title": {"en-US": text}, "name": {"en-US": text.upper()}}
    account.call("PUT", f"{path}/{entry}", {"fields": fields}, **headers)


def delete_entry(account: Account, entry: str, environment: str = "master") -> None:
    """Delete an entry."""
    account.call("DELETE", f"{ENTRIES.format(environment)}/{entry}")


def make_environment(account: Account, environment: str) -> None:
    """Create an environment as a clone of master, which takes a while."""
    wait(account)
    account.call("PUT", f"/spaces/s/environments/{environment}", {"name": environment})


def titles(warehouse: Warehouse, environment: str = "master") -> dict[str, Any]:
    """Return the titles of the entries in the warehouse, by id."""
    rows = warehouse.rows("ENTRIES")
    return {row["id"]: row["title"] for row in rows if row["environment_id"] == environment}


def succeed(run: Run) -> Run:
    """Return the run after checking that it has not failed."""
    assert run.error is None
    return run


def crash_after(warehouse: CrashingWarehouse, entry: str, settings: Configuration) -> None:
    """Sync until an entry is written and committed, then crash."""
    warehouse.crash_after = entry
    assert isinstance(warehouse.sync(settings, ManyCheckpoints()).error, Crash)
    warehouse.crash_after = None


def test_an_entry_of_the_starting_second_can_be_deleted(
    account: Account, content: Configuration, warehouse: Warehouse
) -> None:
    """An entry created in the second in which a sync starts is removed once it is deleted."""
    put_entry(account, "a")
    succeed(warehouse.sync(content))
    assert titles(warehouse) == {"a": ""}
    delete_entry(account, "a")
    succeed(warehouse.sync(content))
    assert titles(warehouse) == {}


def test_an_entry_of_the_starting_second_is_removed_with_its_space(
    account: Account, content: Configuration, warehouse: Warehouse
) -> None:
    """An entry created in the second in which a sync starts is removed with its space."""
    put_entry(account, "a")
    succeed(warehouse.sync(content))
    account.put_space("t")
    account.call("DELETE", "/spaces/s")
    succeed(warehouse.sync(content))
    assert titles(warehouse) == {}


def test_an_id_that_is_reused_within_a_minute_is_written(
    account: Account, content: Configuration, warehouse: Warehouse
) -> None:
    """An entry that is deleted and recreated at once, with the same version, is written."""
    put_entry(account, "a", "old")
    succeed(warehouse.sync(content))
    delete_entry(account, "a")
    put_entry(account, "a", "new")
    succeed(warehouse.sync(content))
    assert titles(warehouse) == {"a": "new"}


def test_a_default_locale_that_was_refused_is_read_later(
    account: Account, content: Configuration, warehouse: Warehouse
) -> None:
    """If the locales of a space are refused once, the next sync reads its default locale."""
    spaces = {**content, "tables": "SPACES"}
    account.fault("*/locales", status=403, times=1)
    (warning,) = succeed(warehouse.sync(spaces)).warnings
    assert warning.startswith(
        "SPACES: default_locale of 1 rows could not be read. It keeps its earlier value"
    )
    assert "default_locale of SPACES s. GET /spaces/s/environments/master/locales" in warning
    assert [row["default_locale"] for row in warehouse.rows("SPACES")] == [None]
    assert succeed(warehouse.sync(spaces)).warnings == []
    assert [row["default_locale"] for row in warehouse.rows("SPACES")] == ["en-US"]


@pytest.mark.parametrize("is_first", [True, False])
def test_rows_of_an_abandoned_walk_are_removed(
    account: Account, content: Configuration, *, is_first: bool
) -> None:
    """If an environment is recreated after a crash inside it, none of its old rows remain."""
    warehouse = CrashingWarehouse()
    put_entry(account, "a")
    make_environment(account, "dev")
    one_a_page = {**content, "max_records_per_page": "1"}
    if not is_first:
        succeed(warehouse.sync(one_a_page))
        wait(account, 120)
    put_entry(account, "b", environment="dev")
    put_entry(account, "c", environment="dev")
    wait(account)
    crash_after(warehouse, "b", one_a_page)
    assert titles(warehouse, "dev") == {"a": "", "b": ""}
    account.call("DELETE", "/spaces/s/environments/dev")
    make_environment(account, "dev")
    succeed(warehouse.sync(one_a_page))
    assert titles(warehouse, "dev") == {"a": ""}


@pytest.mark.parametrize("walk", ["first", "of changes", "of everything"])
def test_rows_of_a_walk_are_removed_with_its_environment(
    account: Account, content: Configuration, walk: str
) -> None:
    """If an environment is deleted after a crash inside it, none of its rows remain."""
    warehouse = CrashingWarehouse()
    put_entry(account, "a")
    make_environment(account, "dev")
    one_a_page = {**content, "max_records_per_page": "1"}
    if walk != "first":
        put_entry(account, "gone", environment="dev")
        wait(account, 120)
        succeed(warehouse.sync(one_a_page))
        wait(account, 120)
        delete_entry(account, "gone", "dev")
    put_entry(account, "b", environment="dev")
    put_entry(account, "c", environment="dev")
    wait(account)
    is_incremental = str(walk != "of everything").lower()
    crash_after(warehouse, "b", {**one_a_page, "enable_incremental_sync": is_incremental})
    assert {"a", "b"} <= titles(warehouse, "dev").keys()
    account.call("DELETE", "/spaces/s/environments/dev")
    run = succeed(warehouse.sync(one_a_page))
    assert (titles(warehouse, "dev"), titles(warehouse)) == ({}, {"a": ""})
    assert run.truncated == []


def test_a_display_field_that_changes_after_a_crash_changes_all_titles(
    account: Account, content: Configuration
) -> None:
    """Titles that were written before a crash follow a display field that changes after it."""
    warehouse = CrashingWarehouse()
    put_entry(account, "a", "first")
    put_entry(account, "b", "second")
    wait(account)
    one_a_page = {**content, "max_records_per_page": "1"}
    crash_after(warehouse, "a", one_a_page)
    assert titles(warehouse) == {"a": "first"}
    put_type(account, "master", "name")
    succeed(warehouse.sync(one_a_page))
    assert titles(warehouse) == {"a": "FIRST", "b": "SECOND"}


def test_a_display_field_that_changes_back_changes_titles_back(
    account: Account, content: Configuration
) -> None:
    """If a display field changes and, after a crash, changes back, all titles change back."""
    warehouse = CrashingWarehouse()
    put_entry(account, "a", "first")
    succeed(warehouse.sync(content))
    wait(account, 120)
    put_type(account, "master", "name")
    put_entry(account, "a", "second")
    wait(account, DAY)
    crash_after(warehouse, "a", content)
    assert titles(warehouse) == {"a": "SECOND"}
    put_type(account, "master", "title")
    wait(account, DAY)
    succeed(warehouse.sync(content))
    assert titles(warehouse) == {"a": "second"}


@pytest.mark.parametrize("tables", ["ENTRIES", "LOCALES, ENTRIES"])
def test_titles_without_locales_arrive_later(
    account: Account, content: Configuration, warehouse: Warehouse, tables: str
) -> None:
    """Entries that were read while locales were refused get their titles with the model."""
    settings = {**content, "tables": tables}
    put_entry(account, "a", "first")
    wait(account)
    account.fault("*/locales", status=403)
    succeed(warehouse.sync(settings))
    assert titles(warehouse) == {"a": None}
    account.control("DELETE", "faults")
    wait(account, DAY)
    succeed(warehouse.sync(settings))
    assert titles(warehouse) == {"a": "first"}


def test_a_full_sync_ends_after_an_interrupted_walk(
    account: Account, content: Configuration
) -> None:
    """A full sync finishes the parts of an interrupted one, reads everything once, and ends."""
    warehouse = CrashingWarehouse()
    for number in range(9):
        put_entry(account, f"e{number}", f"Title {number}")
        wait(account, 5)
    one_a_page = {**content, "max_records_per_page": "1"}
    crash_after(warehouse, "e0", one_a_page)
    # This fault ends a sync that would not end.
    account.fault("*/entries", status=418, after=100)
    run = succeed(warehouse.sync({**one_a_page, "enable_incremental_sync": "false"}))
    assert titles(warehouse) == {f"e{number}": f"Title {number}" for number in range(9)}
    written = [row["id"] for table, row in run.written if table == "ENTRIES"]
    assert {one: written.count(one) for one in written if written.count(one) > 2} == {}
