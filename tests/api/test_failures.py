"""Failing requests, over real HTTP."""

from __future__ import annotations

import json
import re
import socket
from collections import Counter

import pytest

from contentful_cma.api.response import Response, error_for
from contentful_cma.errors import RequestFailed, TokenRefused, Unanswered
from contentful_cma.sync.setup_checks import check_token
from contentful_cma.tables import configure
from support.account import TOKEN, Account
from support.core import in_account, in_warehouse
from support.states import record_of
from support.warehouse import Warehouse

Configuration = dict[str, str]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 500}, "ServerError: "),
        ({"status": 503, "body": ""}, "the body is empty; "),
        ({"kind": "reset"}, "the connection failed or was cut off (ConnectionError); "),
        ({"kind": "malformed"}, "the body is not a JSON object; "),
    ],
)
def test_a_permanent_fault_fails_the_sync(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    fault: dict,
    expected: str,
) -> None:
    """After `retry_attempts` retries, the sync fails, names the request and keeps its state."""
    account.put_space("a")
    warehouse.sync(configuration)
    before, known = in_warehouse(warehouse), record_of(warehouse.state, "SPACES")["rows"]
    account.rename_space("a", "Renamed meanwhile")
    account.fault("/spaces", **fault)
    account.forget_requests()
    run = warehouse.sync({**configuration, "retry_attempts": "3"})
    assert isinstance(run.error, Unanswered)
    assert "GET /spaces" in str(run.error)
    assert "request id" in str(run.error)
    assert f"): {expected}" in str(run.error)
    assert "; given up after 4 tries" in str(run.error)
    assert len([r for r in account.requests() if r["path"] == "/spaces"]) == 4
    assert in_warehouse(warehouse) == before
    assert record_of(warehouse.state, "SPACES")["rows"] == known
    account.control("DELETE", "faults")
    assert warehouse.sync(configuration).error is None
    assert in_warehouse(warehouse) == in_account(account)


def test_backoff_doubles_with_jitter(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Waits between tries double from 1 second, and half of each wait is random."""
    account.fault("/spaces", status=500)
    run = warehouse.sync({**configuration, "retry_attempts": "4"})
    waits = [seconds for seconds in run.slept if seconds >= 0.5]
    assert len(waits) == 4
    for wait, longest in zip(waits, (1, 2, 4, 8)):
        assert longest / 2 <= wait <= longest


def test_rate_limits_that_never_end_fail(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """429 answers are retried for 15 minutes in total, regardless of `retry_attempts`."""
    account.fault("/spaces", status=429, headers={"Retry-After": "86400"})
    run = warehouse.sync({**configuration, "retry_attempts": "0"})
    assert isinstance(run.error, Unanswered)
    assert "GET /spaces answered 429" in str(run.error)
    assert 840 <= sum(run.slept) <= 1000


def test_a_refused_token_ends_the_sync(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A 401 is not retried, and the error names the host that refused the token."""
    run = warehouse.sync({**configuration, "access_token": "CFPAT-another", "region": "eu"})
    assert isinstance(run.error, TokenRefused)
    sentence = f"{account.url} refused the access token. Check the token and base_url"
    assert str(run.error).endswith(sentence)
    assert "CFPAT-another" not in str(run.error)
    assert len(account.requests()) <= 3
    assert run.slept == [] or max(run.slept) < 1


def test_a_token_that_was_accepted_before_has_expired(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A 401 after a successful answer says that the token has expired or was revoked."""
    account.put_space("a")
    account.fault("/spaces/a/environments", status=401)
    account.fault("/spaces", status=401, after=1)
    run = warehouse.sync({**configuration, "tables": "ENVIRONMENTS"})
    assert isinstance(run.error, TokenRefused)
    assert str(run.error).endswith(
        f"{account.url} accepted the access token before, so it has expired or was revoked"
    )


@pytest.mark.parametrize("region", ["us", "eu"])
def test_a_refused_token_names_the_region(region: str) -> None:
    """Without `base_url`, the error for a refused token names the region."""
    configuration = configure({"access_token": TOKEN, "region": region})
    refused = error_for(configuration, "/spaces", Response(401, problem="x"), was_accepted=False)
    assert str(refused).endswith(f"Check the token and the region ({region})")


@pytest.mark.parametrize(
    ("host", "proxy", "expected"),
    [
        ("https://nowhere.invalid", "", "the host of https://nowhere.invalid cannot be found ("),
        ("https://127.0.0.1:{port}", "", "https://127.0.0.1:{port} refuses connections ("),
        (
            "https://localhost",
            "http://127.0.0.1:{port}",
            "the proxy http://127.0.0.1:{port} of https_proxy refuses connections (",
        ),
    ],
)
def test_an_unreachable_host_is_named(
    host: str, proxy: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown host or a closed port is reported with the host's name and the reason."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("https_proxy", proxy.format(port=port))
    monkeypatch.setenv("no_proxy", "")
    url = host.format(port=port)
    found = check_token({"access_token": TOKEN, "base_url": url, "retry_attempts": "0"})
    assert found is not None
    before, sentence, reason = found.partition(expected.format(port=port))
    assert (before, bool(sentence)) == ("GET /spaces got no answer (no request id): ", True)
    assert re.match(r"[\w -]+\); given up after 1 try$", reason)


HEADER = "X-Contentful-Request-Id"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({HEADER: "a1b2-c3.d4:e5_f6"}, {}, "request id a1b2-c3.d4:e5_f6"),
        ({HEADER: "from-header"}, {"requestId": "from-body"}, "request id from-header"),
        ({HEADER: ""}, {"requestId": "from-body"}, "request id from-body"),
        ({HEADER: ""}, {}, "no request id"),
        ({HEADER: "x" * 64}, {}, f"request id {'x' * 64}"),
        ({HEADER: "x" * 65}, {}, "no request id"),
        ({HEADER: "see https://example.com"}, {}, "no request id"),
        ({HEADER: "CFPAT-someone-elses"}, {}, "no request id"),
    ],
)
def test_errors_show_the_request_id(
    account: Account, headers: dict[str, str | None], body: dict[str, str], expected: str
) -> None:
    """Errors show Contentful's request id, unless the value does not look like an id."""
    account.fault("/spaces", status=418, headers=headers, body={"message": "No", **body})
    problem = check_token({"access_token": TOKEN, "base_url": account.url})
    assert problem == f"GET /spaces answered 418 ({expected}): no error code: No"


@pytest.mark.parametrize("status", [400, 405, 409, 418])
def test_other_refusals_are_not_retried(
    account: Account, configuration: Configuration, warehouse: Warehouse, status: int
) -> None:
    """Other 4xx answers fail at once, and the other tables are still synced."""
    account.put_space("a")
    account.fault("/organizations", status=status)
    run = warehouse.sync(configuration)
    assert isinstance(run.error, RequestFailed)
    assert f"GET /organizations answered {status}" in str(run.error)
    assert len([r for r in account.requests() if r["path"] == "/organizations"]) == 1
    assert warehouse.rows("SPACES") == in_account(account)[0]
    assert "last_sync_time" not in warehouse.state


def test_a_refused_cursor_falls_back_to_offsets(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """If the API refuses `cursor` or `order`, paging uses offsets, which is logged once."""
    account.reset(spaces=25)
    account.fault("/spaces", status=400, times=2)
    run = warehouse.sync({**configuration, "max_records_per_page": "10"})
    assert run.error is None
    for name in ("cursor", "order"):
        assert len([line for line in run.messages if f"next try omits {name}" in line]) == 1
    queries = [one["query"] for one in account.requests() if one["path"] == "/spaces"][:3]
    given = [("cursor" in query, "order" in query) for query in queries]
    assert given == [(True, True), (False, True), (False, False)]
    assert in_warehouse(warehouse) == in_account(account)


@pytest.mark.parametrize("version", [0, 1, 4, 99, "3", None])
def test_a_state_of_another_version_is_refused(
    account: Account, configuration: Configuration, warehouse: Warehouse, version: object
) -> None:
    """A state of another version is refused before any request; the error names the version."""
    warehouse.sync(configuration)
    warehouse.state["version"] = version
    state = json.loads(json.dumps(warehouse.state))
    account.forget_requests()
    run = warehouse.sync(configuration)
    assert f"The saved state has version {version!r}; this connector reads" in str(run.error)
    assert (account.requests(), warehouse.state) == ([], state)


def test_the_token_never_leaks(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """No state, log, warning, row or exception contains the token, in success or failure."""
    account.put_space("a")
    echo = {"sys": {"type": "Error", "id": "Bad"}, "message": f"Bearer {TOKEN} is not allowed"}
    debugged = {**configuration, "enable_debug_logging": "true", "retry_attempts": "1"}
    left = []
    for status in (200, 400, 401, 403, 500):
        if status != 200:
            account.fault("/spaces", status=status, body=echo, times=2)
        run = warehouse.sync(debugged)
        left += [run.written, run.messages, run.warnings, run.states, repr(run.error)]
    wrong = warehouse.sync({**configuration, "region": TOKEN, "base_url": f"https://{TOKEN}@x"})
    left.append(repr(wrong.error))
    assert TOKEN not in json.dumps(left)
    assert "/spaces" in json.dumps(left)


def test_an_unavailable_api_ends_the_sync(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Requests stop once six jobs and the list of spaces have had no answer."""
    account.reset(spaces=12)
    everything = {**configuration, "tables": "core, structure", "retry_attempts": "0"}
    warehouse.sync(everything)
    account.forget_requests()
    account.fault("*", status=503, body="", after=2)
    run = warehouse.sync(everything)
    assert isinstance(run.error, Unanswered)
    assert (run.deleted, run.written) == ([], [])
    paths = Counter(one["path"] for one in account.requests())
    assert paths["/organizations"] == 1
    assert paths["/spaces"] in (2, 3)
    assert 6 <= sum(paths.values()) - 4 <= 12
    account.control("DELETE", "faults")
    run = warehouse.sync(everything)
    assert (run.error, run.written, run.deleted) == (None, [], [])


def test_a_space_without_answers_does_not_block_others(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """If one space does not answer, all others are synced in all steps, and the sync fails."""
    account.reset(spaces=3, environments=4)
    everything = {**configuration, "tables": "core, structure, people", "retry_attempts": "0"}
    everything["environment_id"] = "*"
    silent, *others = sorted(one["sys"]["id"] for one in account.stored("spaces"))
    account.fault(f"/spaces/{silent}/environments/*", status=503)
    run = warehouse.sync(everything)
    assert isinstance(run.error, Unanswered)
    assert silent in str(run.error)
    for table in ("WEBHOOKS", "TAGS", "ROLES"):
        assert {row["space_id"] for row in warehouse.rows(table)}.issuperset(others), table
    assert warehouse.rows("USERS") != []
    account.control("DELETE", "faults")
    assert warehouse.sync(everything).error is None
    assert silent in {row["space_id"] for row in warehouse.rows("TAGS")}


def test_an_error_without_sys_is_reported(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """An error without `sys` is reported with its kind and message, like any other."""
    body = {"statusCode": 403, "error": "Forbidden", "message": "Not in your plan"}
    account.fault("/organizations", status=403, body=body)
    run = warehouse.sync(configuration)
    assert (run.error, len(run.warnings)) == (None, 1)
    assert "Forbidden: Not in your plan" in run.warnings[0]
