"""SPACES and ORGANIZATIONS over several syncs, against the emulated account."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from support.account import Account
from support.core import expected_space, in_account, in_warehouse
from support.warehouse import FastTime, Warehouse

Configuration = dict[str, str]


def test_all_pages_arrive(emulator: Account, warehouse: Warehouse) -> None:
    """260 spaces and 120 organizations, over several pages, are as many complete rows."""
    emulator.reset(organizations=120, spaces=260)
    configuration = {"access_token": "CFPAT-test-token-that-must-never-leak"}
    run = warehouse.sync({**configuration, "base_url": emulator.url})
    assert run.error is None
    assert len(warehouse.rows("SPACES")) == 260
    assert in_warehouse(warehouse) == in_account(emulator)


@pytest.mark.parametrize(
    "space_id", ["00123", "1e5", "true", "null", "1.10", "2024-01-01", "-x.y"]
)
def test_ids_stay_text(
    account: Account, configuration: Configuration, warehouse: Warehouse, space_id: str
) -> None:
    """An id that looks like a number, a boolean or a date arrives unchanged."""
    account.put_space(space_id)
    warehouse.sync(configuration)
    assert warehouse.rows("SPACES") == [expected_space(account, account.stored("spaces")[0])]
    assert warehouse.rows("SPACES")[0]["id"] == space_id


def test_initial_sync_days_bounds_the_first_sync_only(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """With 30 days, a space that was updated 31 days ago is omitted until it is updated again."""
    now = datetime(2026, 3, 1, tzinfo=timezone.utc)
    account.control("POST", "clock", {"now": "2026-03-01T00:00:00Z"})
    for space_id, days in (("old", 31), ("edge", 30), ("new", 29)):
        account.put_space(space_id, (now - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    bounded = {**configuration, "initial_sync_days": "30"}
    warehouse.sync(bounded)
    assert [row["id"] for row in warehouse.rows("SPACES")] == ["edge", "new"]
    account.control("POST", "clock", {"advance_seconds": 86400})
    assert warehouse.sync(bounded).written == []
    account.rename_space("old", "Taken now")
    run = warehouse.sync(bounded)
    assert [(table, row["id"], row["name"]) for table, row in run.written] == [
        ("SPACES", "old", "Taken now")
    ]


def test_a_full_resync_removes_old_rows(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """After the state is emptied, the warehouse matches the account, without old rows."""
    account.reset(spaces=2)
    warehouse.sync(configuration)
    account.call("DELETE", f"/spaces/{account.stored('spaces')[0]['sys']['id']}")
    warehouse.state = {}
    assert warehouse.sync(configuration).error is None
    assert in_warehouse(warehouse) == in_account(account)


@pytest.mark.parametrize("before", range(2, 7))
def test_a_space_deleted_between_two_pages_hides_no_other(
    account: Account, configuration: Configuration, warehouse: Warehouse, before: int
) -> None:
    """Records that move across the edge of an offset page are read, and no other is deleted."""
    account.reset(spaces=25)
    small = {**configuration, "max_records_per_page": "10"}
    warehouse.sync(small)
    # Without cursors, the API pages spaces by offset, and a deletion shifts all later spaces.
    refusal = {
        "sys": {"type": "Error", "id": "BadRequest"},
        "message": "No such parameter: cursor",
    }
    account.fault("/spaces", status=400, body=refusal, times=1)
    doomed = account.stored("spaces")[3]["sys"]["id"]
    call = {"method": "DELETE", "path": f"/spaces/{doomed}", "headers": {}}
    account.control("POST", "edits", {"before_request": before, "calls": [call]})
    run = warehouse.sync(small)
    assert (run.error, run.written) == (None, [])
    # The sixth request is the last one: the page of the space was listed before the deletion.
    assert run.deleted == ([("SPACES", {"id": doomed})] if before < 6 else [])
    later = warehouse.sync({**configuration})
    assert (later.error, later.written) == (None, [])
    assert run.deleted + later.deleted == [("SPACES", {"id": doomed})]
    assert in_warehouse(warehouse) == in_account(account)


def test_the_default_locale_is_read_for_new_and_changed_spaces_only(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """The locales of a space are requested only when the space is new or changed."""
    account.put_space("a")
    account.put_space("b")
    warehouse.sync(configuration)
    account.rename_space("b", "New name")
    account.forget_requests()
    warehouse.sync(configuration)
    paths = [request["path"] for request in account.requests()]
    assert [path for path in paths if "locales" in path] == [
        "/spaces/b/environments/master/locales"
    ]
    assert [row["default_locale"] for row in warehouse.rows("SPACES")] == ["en-US", "en-US"]


def test_a_default_locale_of_the_space_is_used(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """If the API returns `defaultLocale`, the column uses it, and no locales are requested."""
    account.put_space("a", defaultLocale="pt-BR")
    warehouse.sync(configuration)
    assert warehouse.rows("SPACES") == [
        expected_space(account, account.stored("spaces")[0], "pt-BR")
    ]
    assert not [request for request in account.requests() if "locales" in request["path"]]


def test_a_default_locale_that_cannot_be_read_is_null_with_one_warning(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Spaces without the environment get NULL, and one warning reports all of them."""
    for space in ("a", "b", "c"):
        account.put_space(space)
    account.call("PUT", "/spaces/c/environments/staging", {"name": "staging"})
    run = warehouse.sync({**configuration, "environment_id": "staging"})
    assert run.error is None
    assert [row["default_locale"] for row in warehouse.rows("SPACES")] == [None, None, "en-US"]
    assert len(run.warnings) == 1
    assert "default_locale" in run.warnings[0]
    assert "2 rows" in run.warnings[0]
    assert "/environments/staging/locales" in run.warnings[0]


def test_another_environment_id_reads_the_default_locale_again(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A changed `environment_id` counts as a changed space: no outdated default locale remains."""
    account.put_space("a")
    account.put_space("b")
    account.call("PUT", "/spaces/b/environments/staging", {"name": "staging"})
    warehouse.sync({**configuration, "environment_id": "staging"})
    run = warehouse.sync(configuration)
    assert [(row["id"], row["default_locale"]) for _, row in run.written][:1] == [("a", "en-US")]


def test_filters_restrict_and_a_narrower_filter_deletes(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """`organization_ids` and `space_ids` select rows, and a narrower filter deletes the others."""
    account.reset(organizations=2, spaces=6)
    warehouse.sync(configuration)
    spaces, organizations = in_account(account)
    owner = organizations[0]["id"]
    owned = [row for row in spaces if row["organization_id"] == owner]
    warehouse.sync({**configuration, "organization_ids": owner})
    assert in_warehouse(warehouse) == (owned, organizations[:1])
    warehouse.sync({**configuration, "space_ids": f"{spaces[0]['id']}, {spaces[1]['id']}"})
    assert in_warehouse(warehouse) == (spaces[:2], organizations)


@pytest.mark.parametrize("path", ["/spaces", "/organizations"])
def test_a_partial_listing_deletes_nothing(
    account: Account, configuration: Configuration, warehouse: Warehouse, path: str
) -> None:
    """If a later page cannot be read, no row is deleted, and the sync fails."""
    account.reset(organizations=25, spaces=25)
    small = {**configuration, "max_records_per_page": "10", "retry_attempts": "0"}
    warehouse.sync(small)
    before = in_warehouse(warehouse)
    account.fault(path, status=500, after=1)
    run = warehouse.sync(small)
    assert run.error is not None
    assert (run.written, run.deleted) == ([], [])
    assert in_warehouse(warehouse) == before


def test_a_run_that_comes_too_early_is_skipped(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """`sync_frequency_hours: 6` skips a run after 3 h, without a request, but not after 5:51."""
    every_six = {**configuration, "sync_frequency_hours": "6"}
    warehouse.sync(every_six)
    state, start = warehouse.state, datetime.now(timezone.utc)
    account.forget_requests()
    early, late = FastTime(), FastTime()
    early.today, late.today = start + timedelta(hours=3), start + timedelta(hours=5, minutes=51)
    warehouse.sync(every_six, early)
    assert (account.requests(), warehouse.state) == ([], state)
    warehouse.sync(every_six, late)
    assert len(account.requests()) == 2


def test_a_failed_sync_is_due_at_once(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """After a failure, the next run is not skipped, regardless of `sync_frequency_hours`."""
    account.put_space("a")
    every_six = {**configuration, "sync_frequency_hours": "6", "retry_attempts": "0"}
    account.fault("/organizations", status=500, times=1)
    assert warehouse.sync(every_six).error is not None
    assert warehouse.sync(every_six).error is None
    assert in_warehouse(warehouse) == in_account(account)


def test_state_follows_the_servers_clock(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """`last_sync_time` is the start of the sync by the API's `Date`, and the log shows it."""
    account.control("POST", "clock", {"now": "2031-05-06T07:08:09Z"})
    first = warehouse.sync(configuration)
    assert warehouse.state["last_sync_time"] == "2031-05-06T07:08:09Z"
    assert "period" not in warehouse.state
    account.control("POST", "clock", {"now": "2031-05-06T09:00:00Z"})
    second = warehouse.sync(configuration)
    assert [
        line for run in (first, second) for line in run.messages if "changes from" in line
    ] == [
        "Reading changes from the beginning to 2031-05-06 07:08:09+00:00.",
        "Reading changes from 2031-05-06 07:07:09+00:00 to 2031-05-06 09:00:00+00:00.",
    ]


def test_records_per_page_follow_the_setting(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """`max_records_per_page` is the limit of each request, from 2 to 100 for spaces."""
    account.reset(spaces=4)
    for setting, limit in (("3", "3"), ("1000", "100"), ("1", "2")):
        account.forget_requests()
        warehouse.sync({**configuration, "max_records_per_page": setting})
        limits = [request["query"]["limit"] for request in account.requests()]
        assert {str(one[0] if isinstance(one, list) else one) for one in limits} == {limit}
    assert in_warehouse(warehouse) == in_account(account)


def test_requests_identify_the_connector(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Each request carries the CMA's media type and an `X-Contentful-User-Agent`."""
    warehouse.sync(configuration)
    for request in account.requests():
        headers = {name.lower(): value for name, value in request["headers"].items()}
        assert headers["content-type"] == "application/vnd.contentful.management.v1+json"
        assert headers["x-contentful-user-agent"].startswith("app contentful-fivetran-connector/")


def test_debug_logging_names_each_request(
    configuration: Configuration, warehouse: Warehouse
) -> None:
    """`enable_debug_logging` logs one line for each request; otherwise there is none."""
    assert not [line for line in warehouse.sync(configuration).messages if "/spaces {" in line]
    run = warehouse.sync({**configuration, "enable_debug_logging": "yes"})
    lines = [line for line in run.messages if line.startswith(("GET /spaces {", "GET /organiz"))]
    assert len(lines) == 2
    assert all(" 200 " in line for line in lines)


def test_an_unknown_key_is_warned_about(
    configuration: Configuration, warehouse: Warehouse
) -> None:
    """A misspelled setting is ignored, and a warning suggests the nearest known one."""
    run = warehouse.sync({**configuration, "space_id": "abc"})
    assert run.error is None
    assert len(run.warnings) == 1
    assert "'space_id'" in run.warnings[0]
    assert "space_ids" in run.warnings[0]
