"""Faults in the middle of every kind of reading: no row is lost or written twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from contentful_cma.errors import RequestFailed, Unanswered
from support.account import TOKEN, Account
from support.cases import pairs
from support.examples import EXAMPLES, Example
from support.examples.acting import arrange, begin, in_order, only
from support.examples.example import AFTER_EDIT
from support.listener import Listener, serving
from support.runs import assert_no_changes, twice
from support.warehouse import Warehouse

Configuration = dict[str, str]
Fault = dict[str, Any]

RECORDS = 23
PAGE = "5"

FAULTS: list[Fault] = [
    {"status": 429, "headers": {"Retry-After": "3"}},
    {"status": 429, "headers": {"Retry-After": "3", "X-Contentful-RateLimit-Reset": "2"}},
    {"status": 429, "headers": {"X-Contentful-RateLimit-Reset": "1"}},
    {"status": 429},
    {"status": 429, "headers": {"Retry-After": "86400"}},
    {"status": 429, "headers": {"X-Contentful-RateLimit-Reset": "-7"}},
    {"status": 429, "headers": {"X-Contentful-RateLimit-Reset": "soon", "Retry-After": "NaN"}},
    {"status": 500},
    {"status": 502, "body": "<html>Bad gateway</html>"},
    {"status": 503, "body": ""},
    {"status": 504},
    {"status": 200, "body": {"sys": {"type": "Error", "id": "ServerError"}}},
    {"status": 200, "body": "busy", "headers": {"Content-Type": "text/plain"}},
    {"status": 200, "body": ["no", "object"]},
    {"status": 200, "body": ""},
    {"kind": "reset"},
    {"kind": "cut"},
    {"kind": "malformed"},
    {"kind": "html"},
    {"kind": "gzip-damaged"},
]
SLOW: list[Fault] = [
    {"kind": "delay", "seconds": 1.6},
    {"kind": "delay", "seconds": 1.6, "where": "body"},
]
KINDS = (
    *("ORGANIZATIONS", "SPACES", "USERS", "ROLES", "LOCALES", "CONTENT_TYPES", "ENTRIES"),
    *("ASSETS", "ENTRY_SNAPSHOTS", "TASKS", "WEBHOOK_CALLS", "SCHEDULED_ACTIONS"),
)
"""Tables of every kind of reading: each back end, each kind of paging, by changes, by parent."""

BY_TABLE = {example.table: example for example in EXAMPLES}

PERMANENT: list[Fault] = [
    {"status": 500},
    {"status": 503, "body": ""},
    {"kind": "reset"},
    {"kind": "html"},
]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give an account with the organization, the space and the locale of the examples."""
    return begin(emulator)


def with_records(account: Account, example: Example) -> list[dict[str, Any]]:
    """Put several pages of records into the account; return the rows that they become."""
    many = [example.named(f"record-{number:02}") for number in range(RECORDS)]
    arrange(account, *many)
    return [row for one in many for row in one.rows]


def small(configuration: Configuration, example: Example, **more: str) -> Configuration:
    """Return the configuration that reads one table in small pages."""
    return only(configuration, example, max_records_per_page=PAGE, **more)


def found(warehouse: Warehouse, example: Example, expected: list[dict[str, Any]]) -> Any:
    """Return those rows of a table whose keys are *expected*, in a fixed order."""
    keys = [example.keys(row) for row in expected]
    return in_order(row for row in warehouse.rows(example.table) if example.keys(row) in keys)


def repeated(account: Account) -> int:
    """Return how many requests repeated an earlier one."""
    requests = [json.dumps([one["path"], one["query"]]) for one in account.requests()]
    return len(requests) - len(set(requests))


@pytest.mark.parametrize(("table", "fault"), pairs(KINDS, FAULTS, 10))
def test_a_temporary_fault_costs_retries_only(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, fault: Fault
) -> None:
    """Two temporary faults after the first page cost two retries; each row is written once."""
    example = BY_TABLE[table]
    expected = with_records(account, example)
    account.fault(example.requested, **{**fault, "times": 2, "after": 1})
    run = warehouse.sync(small(configuration, example))
    assert account.control("GET", "faults")["faults"] == []
    assert (run.error, run.deleted, run.warnings, twice(run)) == (None, [], [], [])
    assert repeated(account) == 2
    assert found(warehouse, example, expected) == in_order(expected)
    assert_no_changes(warehouse.sync(small(configuration, example)))


@pytest.mark.parametrize(("table", "fault"), pairs(KINDS, PERMANENT, 4))
def test_a_permanent_fault_costs_one_more_sync(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, fault: Fault
) -> None:
    """A permanent fault after the first page fails the sync; the next one brings the rest."""
    example = BY_TABLE[table]
    expected = with_records(account, example)
    account.fault(example.requested, **{**fault, "after": 1})
    failed = warehouse.sync(small(configuration, example, retry_attempts="1"))
    assert isinstance(failed.error, Unanswered)
    assert f"GET {example.requested} " in str(failed.error)
    assert "request id" in str(failed.error)
    assert "given up after 2 tries" in str(failed.error)
    account.control("DELETE", "faults")
    again = warehouse.sync(small(configuration, example))
    assert (again.error, failed.deleted, again.deleted) == (None, [], [])
    assert twice(failed, again) == []
    assert found(warehouse, example, expected) == in_order(expected)
    assert_no_changes(warehouse.sync(small(configuration, example)))


@pytest.mark.parametrize(("table", "fault"), pairs(["ENTRIES", "USERS"], SLOW, 2))
def test_a_time_out_in_mid_reading_is_retried(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, fault: Fault
) -> None:
    """A page that takes longer than `request_timeout_seconds` is requested again."""
    example = BY_TABLE[table]
    expected = with_records(account, example)
    account.fault(example.requested, **{**fault, "times": 1, "after": 1})
    run = warehouse.sync(small(configuration, example, request_timeout_seconds="1"))
    assert (run.error, run.deleted, twice(run)) == (None, [], [])
    assert [line for line in run.messages if f"GET {example.requested} got no answer" in line]
    assert found(warehouse, example, expected) == in_order(expected)


TOGETHER = ("LOCALES", "EDITOR_INTERFACES", "ENTRIES", "ASSETS", "COMMENTS", "ROLES")
FEWEST_REQUESTS = 20


@pytest.mark.parametrize("which", ["first sync", "later sync"])
@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.deep)])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        pytest.param({"kind": "cut"}, marks=pytest.mark.deep),
        pytest.param({"kind": "reset"}, marks=pytest.mark.deep),
        pytest.param({"kind": "malformed"}, marks=pytest.mark.deep),
    ],
    ids=json.dumps,
)
def test_a_fault_at_any_request(
    account: Account, configuration: Configuration, fault: Fault, step: int, which: str
) -> None:
    """If any request of a first or later sync fails, the next sync makes all rows equal."""
    tables = {**configuration, "tables": ", ".join(TOGETHER), "max_records_per_page": PAGE}
    before, expected = Warehouse(), arranged_together(account)
    if which == "later sync":
        assert before.sync(tables).error is None
        expected = changed_together(account)
    number = 0
    error: BaseException | None = AssertionError()
    while error is not None:
        warehouse = before.copy()
        error = disturbed(account, warehouse, tables, {**fault, "after": number})
        assert rows_together(warehouse) == expected
        number += step
    assert_no_changes(warehouse.sync(tables))
    assert number > FEWEST_REQUESTS


def disturbed(
    account: Account, warehouse: Warehouse, configuration: Configuration, fault: Fault
) -> BaseException | None:
    """Sync with one fault and then without; return the error of the first sync."""
    account.fault("*", **{**fault, "times": 1})
    failed = warehouse.sync({**configuration, "retry_attempts": "0"})
    assert failed.error is None or isinstance(failed.error, Unanswered)
    account.control("DELETE", "faults")
    again = warehouse.sync(configuration)
    assert (again.error, twice(failed, again)) == (None, [])
    return failed.error


def arranged_together(account: Account) -> dict[str, Any]:
    """Put some records of several tables into the account; return their rows by table."""
    expected = {}
    for table in TOGETHER:
        many = [BY_TABLE[table].named(f"record-{number:02}") for number in range(7)]
        arrange(account, BY_TABLE[table], *many)
        expected[table] = in_order(row for one in (BY_TABLE[table], *many) for row in one.rows)
    return expected


def changed_together(account: Account) -> dict[str, Any]:
    """Edit the first record of each table and delete the last one; return the rows by table."""
    account.control("POST", "clock", {"now": AFTER_EDIT})
    expected = {}
    for table in TOGETHER:
        example = BY_TABLE[table]
        many = [example.named(f"record-{number:02}") for number in range(7)]
        account.put(example.collection, example.edited_record)
        account.control("DELETE", f"store/{many.pop().end}")
        rows = [example.edited_row, *(row for one in many for row in one.rows)]
        expected[table] = in_order(rows)
    return expected


def rows_together(warehouse: Warehouse) -> dict[str, Any]:
    """Return the rows of the same tables."""
    return {table: in_order(warehouse.rows(table)) for table in TOGETHER}


@pytest.fixture
def elsewhere() -> Iterator[Listener]:
    """Start another host."""
    with serving(Listener()) as other:
        yield other


@pytest.mark.parametrize(
    ("table", "status"),
    pairs(["SPACES", "USERS", "ENTRIES", "TASKS"], [300, 301, 302, 303, 307, 308], 4),
)
def test_a_redirect_is_not_followed(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    elsewhere: Listener,
    table: str,
    status: int,
) -> None:
    """A redirect to another host is not followed: the sync fails, and the next one succeeds."""
    example = BY_TABLE[table]
    expected = with_records(account, example)
    location = {"Location": f"{elsewhere.url}{example.requested}"}
    account.fault(example.requested, status=status, headers=location, body="", after=1)
    failed = warehouse.sync(small(configuration, example))
    assert isinstance(failed.error, RequestFailed)
    assert f"GET {example.requested} answered {status}" in str(failed.error)
    assert "redirect" in str(failed.error)
    assert (elsewhere.received, failed.deleted) == ([], [])
    account.control("DELETE", "faults")
    again = warehouse.sync(small(configuration, example))
    assert (again.error, again.deleted, twice(failed, again)) == (None, [], [])
    assert found(warehouse, example, expected) == in_order(expected)


@pytest.mark.parametrize("path", ["{}/spaces?pageNext=x", "{}", "//{}/spaces?pageNext=x"])
def test_a_next_page_on_another_host_is_not_requested_there(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    elsewhere: Listener,
    path: str,
) -> None:
    """A link to a next page on another host sends nothing there, the token included."""
    link = path.format(elsewhere.url if path[0] == "{" else elsewhere.url[len("http://") :])
    space = account.stored("spaces")[0]
    body = {"sys": {"type": "Array"}, "items": [space], "pages": {"next": link}, "limit": 1}
    account.fault("/spaces", status=200, body=body, times=1)
    headers = {"Link": f"<{elsewhere.url}>; rel=next", "Refresh": f"0; url={elsewhere.url}"}
    account.fault("/organizations", status=503, headers=headers, body="", times=1)
    warehouse.sync(configuration)
    assert elsewhere.received == []
    assert all(TOKEN not in json.dumps(request) for request in account.requests())
