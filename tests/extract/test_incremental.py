"""Changes of entries and assets, made with the requests of the web app."""

from __future__ import annotations

from typing import Any

import pytest

from support.account import Account
from support.examples.example import FIRST_SYNC, link
from support.examples.expected import asset_row, entry_row
from support.warehouse import Run, Warehouse
from support.web_app import (
    ASSETS,
    ENTRIES,
    act,
    changes,
    create,
    delete,
    later,
    put,
    retitle,
    with_a_content_type,
)

Configuration = dict[str, str]
Record = dict[str, Any]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return an account with one space, one activated content type and a stopped clock."""
    emulator.reset()
    emulator.control("POST", "clock", {"now": FIRST_SYNC})
    with_a_content_type(emulator)
    return emulator


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """Return the configuration that reads only content."""
    return {**configuration, "tables": "content"}


def keys(table: str, *ids: str, environment: str = "master") -> list[tuple[str, dict]]:
    """Return the deletions of the rows with these ids."""
    where = {"space_id": "shop", "environment_id": environment}
    return [(table, {**where, "id": one}) for one in ids]


def ids(run: Run, table: str = "ENTRIES") -> list[str]:
    """Return the ids of the rows that a run wrote to a table, sorted."""
    return sorted(row["id"] for name, row in run.written if name == table)


STEPS = (
    ("PUT", "published", "published"),
    ("DELETE", "published", "draft"),
    ("PUT", "archived", "archived"),
    ("DELETE", "archived", "draft"),
)
CONTENT = {"ENTRIES": (ENTRIES, entry_row), "ASSETS": (ASSETS, asset_row)}


@pytest.mark.parametrize("pause", [0, 3600])
@pytest.mark.parametrize("table", CONTENT)
def test_the_life_of_a_record(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    table: str,
    pause: int,
) -> None:
    """Each step of a record's life is one row, with the status that follows from its versions.

    The result is the same with and without time between the steps.
    """
    where, row = CONTENT[table]
    warehouse.sync(configuration)
    record = create(account, "one", "Draft", where)

    def expect(status: str, title: str) -> None:
        run = warehouse.sync(configuration)
        assert changes(run) == (None, [(table, row(record, status, title))], [])
        assert changes(warehouse.sync(configuration)) == (None, [], [])
        later(account, pause)

    expect("draft", "Draft")
    for verb, part, status in STEPS:
        record = act(account, verb, record, part, where)
        expect(status, "Draft")
    record = act(account, "PUT", record, "published", where)
    record = retitle(account, record, "Edited", where)
    expect("changed", "Edited")
    tagged = {**record, "metadata": {"tags": [link("Tag", "new")], "concepts": []}}
    record = put(account, f"{where}/one", tagged, record["sys"]["version"])
    expect("changed", "Edited")
    assert warehouse.rows(table)[0]["tags"] == ["new"]
    record = act(account, "DELETE", record, "published", where)
    expect("draft", "Edited")
    delete(account, record, where)
    assert changes(warehouse.sync(configuration)) == (None, [], keys(table, "one"))
    assert changes(warehouse.sync(configuration)) == (None, [], [])


def test_an_entry_between_two_syncs_leaves_no_trace(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """An entry that was created and deleted between two syncs leaves no trace."""
    warehouse.sync(configuration)
    later(account)
    delete(account, create(account, "brief", "Gone"))
    later(account)
    assert changes(warehouse.sync(configuration)) == (None, [], [])


def test_a_reused_id_is_one_row(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A deleted id that is used again for other content is written, and not deleted."""
    delete_me = create(account, "again", "Before")
    warehouse.sync(configuration)
    later(account)
    delete(account, delete_me)
    record = create(account, "again", "After")
    later(account)
    run = warehouse.sync(configuration)
    assert changes(run) == (None, [("ENTRIES", entry_row(record, "draft", "After"))], [])
    later(account)
    delete(account, record)
    assert changes(warehouse.sync(configuration)) == (None, [], keys("ENTRIES", "again"))


REQUESTS_OF_A_SYNC, WITH_THE_MODEL = 6, "content, LOCALES, CONTENT_TYPES"


@pytest.mark.parametrize("before_request", range(1, REQUESTS_OF_A_SYNC + 1))
@pytest.mark.parametrize("syncs_before", [0, 1])
def test_an_entry_created_during_a_sync_and_deleted_after_it_leaves_no_row(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    before_request: int,
    syncs_before: int,
) -> None:
    """An entry that is created during a sync and deleted before the next one leaves no row."""
    configuration["tables"] = WITH_THE_MODEL
    kept = create(account, "kept", "Stays")
    later(account)
    for _ in range(syncs_before):
        warehouse.sync(configuration)
        later(account)
    creation = {
        "method": "PUT",
        "path": f"/{ENTRIES}/brief",
        "headers": {"X-Contentful-Content-Type": "note"},
        "body": {"fields": {"title": {"en-US": "Brief"}}},
    }
    account.control("POST", "edits", {"before_request": before_request, "calls": [creation]})
    assert warehouse.sync(configuration).error is None
    later(account)
    account.call("DELETE", f"/{ENTRIES}/brief", X_Contentful_Version="1")
    assert warehouse.sync(configuration).error is None
    assert warehouse.rows("ENTRIES") == [entry_row(kept, "draft", "Stays")]


def test_deletions_are_found_among_many_records(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Exactly the 60 deleted ones of 400 entries are removed, next to a creation and an edit."""
    records = [create(account, f"entry-{number:03}", "Old") for number in range(400)]
    later(account)
    warehouse.sync(configuration)
    later(account)
    for record in records[10:70]:
        delete(account, record)
    edited = retitle(account, records[0], "New")
    created = create(account, "created", "Also new")
    later(account)
    error, written, deleted = changes(warehouse.sync(configuration))
    assert error is None
    assert sorted(row["id"] for _, row in written) == ["created", "entry-000"]
    assert deleted == keys("ENTRIES", *(f"entry-{number:03}" for number in range(10, 70)))
    assert warehouse.rows("ENTRIES")[0] == entry_row(created, "draft", "Also new")
    assert warehouse.rows("ENTRIES")[1] == entry_row(edited, "draft", "New")
    assert len(warehouse.rows("ENTRIES")) == 341


def test_more_than_a_hundred_changes_arrive(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """250 edits of 300 entries write 250 rows, even over several pages."""
    records = [create(account, f"entry-{number:03}", "Old") for number in range(300)]
    small = {**configuration, "max_records_per_page": "60"}
    warehouse.sync(small)
    later(account)
    edited = {record["sys"]["id"]: retitle(account, record, "New") for record in records[:250]}
    later(account)
    account.forget_requests()
    run = warehouse.sync(small)
    assert (run.error, run.deleted, ids(run)) == (None, [], sorted(edited))
    # The number of records shows that none was deleted, so no ids are listed.
    light = [one for one in account.requests() if one["query"].get("select") == ["sys"]]
    assert [one["query"]["limit"] for one in light] == [["1"]]
    assert warehouse.rows("ENTRIES")[:250] == [
        entry_row(edited[one], "draft", "New") for one in sorted(edited)
    ]
    assert changes(warehouse.sync(small)) == (None, [], [])


@pytest.mark.parametrize(("number", "requests"), [(0, 1), (2, 1), (3, 2), (4, 2)])
def test_a_first_sync_requests_no_needless_page(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    number: int,
    requests: int,
) -> None:
    """Entries that do not fill a page take one request; a full page is followed by another one."""
    for at in range(number):
        create(account, f"entry-{at}", "Title")
        later(account)
    account.forget_requests()
    run = warehouse.sync({**configuration, "tables": "ENTRIES", "max_records_per_page": "3"})
    assert (run.error, ids(run)) == (None, [f"entry-{at}" for at in range(number)])
    made = [one for one in account.requests() if one["path"] == f"/{ENTRIES}"]
    assert len(made) == requests


@pytest.mark.parametrize("title", ["Old", "New"], ids=["first sync", "changes"])
def test_a_failed_walk_resumes_in_the_next_sync(
    account: Account, configuration: Configuration, warehouse: Warehouse, title: str
) -> None:
    """After a failed sync, the next one rewrites no row and omits none."""
    records = []
    for number in range(90):
        records.append(create(account, f"entry-{number:02}", "Old"))
        later(account, 1)
    small = {**configuration, "max_records_per_page": "20", "retry_attempts": "0"}
    if title == "New":
        warehouse.sync(small)
        later(account)
        records = [retitle(account, record, title) for record in records]
        later(account)
    account.fault(f"/{ENTRIES}", status=500, after=3, times=1)
    failed = warehouse.sync(small)
    assert failed.error is not None
    assert 0 < len(ids(failed)) < 90
    finished = warehouse.sync(small)
    assert (finished.error, finished.deleted) == (None, [])
    assert sorted(ids(failed) + ids(finished)) == [record["sys"]["id"] for record in records]
    expected = [entry_row(record, "draft", title) for record in records]
    assert warehouse.rows("ENTRIES") == expected
    assert changes(warehouse.sync(small)) == (None, [], [])


def test_initial_sync_days_bound_the_first_sync(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """An entry that was last updated before the bound is omitted until it is edited."""
    old = create(account, "old", "Old")
    doomed = create(account, "doomed", "Old")
    later(account, 31 * 86400)
    new = create(account, "new", "New")
    bounded = {**configuration, "initial_sync_days": "30"}
    run = warehouse.sync(bounded)
    assert changes(run) == (None, [("ENTRIES", entry_row(new, "draft", "New"))], [])
    later(account)
    assert changes(warehouse.sync(bounded)) == (None, [], [])
    delete(account, doomed)
    old = retitle(account, old, "Edited")
    error, written, _ = changes(warehouse.sync(bounded))
    assert (error, written) == (None, [("ENTRIES", entry_row(old, "draft", "Edited"))])
    assert [row["id"] for row in warehouse.rows("ENTRIES")] == ["new", "old"]
