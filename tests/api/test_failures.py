"""Every way in which a request can fail, over real HTTP."""

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
    ("fault", "told"),
    [
        ({"status": 500}, "ServerError: "),
        ({"status": 503, "body": ""}, "the body is empty; "),
        ({"kind": "reset"}, "the connection or its body broke (ConnectionError); "),
        ({"kind": "malformed"}, "the body is not a JSON object; "),
    ],
)
def test_what_does_not_pass_fails_in_one_sentence(
    account: Account, configuration: Configuration, warehouse: Warehouse, fault: dict, told: str
) -> None:
    """After `retry_attempts` retries the sync fails, names the request, and loses no state."""
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
    assert f"): {told}" in str(run.error)
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
    """The waits between the tries double from a second, and half of each is left to chance."""
    account.fault("/spaces", status=500)
    run = warehouse.sync({**configuration, "retry_attempts": "4"})
    waits = [seconds for seconds in run.slept if seconds >= 0.5]
    assert len(waits) == 4
    for wait, longest in zip(waits, (1, 2, 4, 8)):
        assert longest / 2 <= wait <= longest


def test_rate_limits_that_never_end_fail(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """429 answers have a budget of time of their own, a quarter of an hour, not of tries."""
    account.fault("/spaces", status=429, headers={"Retry-After": "86400"})
    run = warehouse.sync({**configuration, "retry_attempts": "0"})
    assert isinstance(run.error, Unanswered)
    assert "GET /spaces answered 429" in str(run.error)
    assert 840 <= sum(run.slept) <= 1000


def test_a_refused_token_ends_the_sync(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A 401 is not retried and says that the token was refused, and by which host."""
    run = warehouse.sync({**configuration, "access_token": "CFPAT-another", "region": "eu"})
    assert isinstance(run.error, TokenRefused)
    sentence = f"the access token was refused by {account.url}; check the token and base_url"
    assert str(run.error).endswith(sentence)
    assert "CFPAT-another" not in str(run.error)
    assert len(account.requests()) <= 3
    assert run.slept == [] or max(run.slept) < 1


def test_a_token_that_was_accepted_before_has_expired(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A 401 after a good answer says that the token has expired or was revoked meanwhile."""
    account.put_space("a")
    account.fault("/spaces/a/environments", status=401)
    account.fault("/spaces", status=401, after=1)
    run = warehouse.sync({**configuration, "tables": "ENVIRONMENTS"})
    assert isinstance(run.error, TokenRefused)
    assert str(run.error).endswith(
        f"{account.url} took the access token before, so it has expired or was revoked meanwhile"
    )


@pytest.mark.parametrize("region", ["us", "eu"])
def test_a_refused_token_may_be_of_the_other_region(region: str) -> None:
    """Where no `base_url` is set, the sentence names the region that was asked."""
    configuration = configure({"access_token": TOKEN, "region": region})
    refused = error_for(configuration, "/spaces", Response(401, problem="x"), was_accepted=False)
    assert str(refused).endswith(f"check the token and the region ({region})")


@pytest.mark.parametrize(
    ("host", "proxy", "told"),
    [
        ("https://nowhere.invalid", "", "the host of https://nowhere.invalid cannot be found ("),
        ("https://127.0.0.1:{port}", "", "https://127.0.0.1:{port} takes no connections ("),
        (
            "https://localhost",
            "http://127.0.0.1:{port}",
            "the proxy http://127.0.0.1:{port} of https_proxy takes no connections (",
        ),
    ],
)
def test_a_host_that_cannot_be_reached_is_named(
    host: str, proxy: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that nobody knows and a closed port are told with the host and the reason."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("https_proxy", proxy.format(port=port))
    monkeypatch.setenv("no_proxy", "")
    url = host.format(port=port)
    found = check_token({"access_token": TOKEN, "base_url": url, "retry_attempts": "0"})
    assert found is not None
    before, sentence, reason = found.partition(told.format(port=port))
    assert (before, bool(sentence)) == ("GET /spaces got no answer (request id none): ", True)
    assert re.match(r"[\w -]+\); given up after 1 try$", reason)


HEADER = "X-Contentful-Request-Id"


@pytest.mark.parametrize(
    ("headers", "body", "told"),
    [
        ({HEADER: "a1b2-c3.d4:e5_f6"}, {}, "a1b2-c3.d4:e5_f6"),
        ({HEADER: "from-header"}, {"requestId": "from-body"}, "from-header"),
        ({HEADER: ""}, {"requestId": "from-body"}, "from-body"),
        ({HEADER: ""}, {}, "none"),
        ({HEADER: "x" * 64}, {}, "x" * 64),
        ({HEADER: "x" * 65}, {}, "none"),
        ({HEADER: "see https://example.com"}, {}, "none"),
        ({HEADER: "CFPAT-someone-elses"}, {}, "none"),
    ],
)
def test_the_request_id_is_told(
    account: Account, headers: dict[str, str | None], body: dict[str, str], told: str
) -> None:
    """What Contentful's support asks for is in the sentence, if it can be nothing but an id."""
    account.fault("/spaces", status=418, headers=headers, body={"message": "No", **body})
    problem = check_token({"access_token": TOKEN, "base_url": account.url})
    assert problem == f"GET /spaces answered 418 (request id {told}): None: No"


@pytest.mark.parametrize("status", [400, 405, 409, 418])
def test_other_refusals_are_not_retried(
    account: Account, configuration: Configuration, warehouse: Warehouse, status: int
) -> None:
    """A 4xx that waiting cannot change fails at once, and the other table arrives."""
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
    """An API that refuses `cursor` or `order` is read by offset, and this is said once."""
    account.reset(spaces=25)
    account.fault("/spaces", status=400, times=2)
    run = warehouse.sync({**configuration, "max_records_per_page": "10"})
    assert run.error is None
    for name in ("cursor", "order"):
        assert len([line for line in run.messages if f"asked again without {name}" in line]) == 1
    asked = [one["query"] for one in account.requests() if one["path"] == "/spaces"][:3]
    given = [("cursor" in query, "order" in query) for query in asked]
    assert given == [(True, True), (False, True), (False, False)]
    assert in_warehouse(warehouse) == in_account(account)


@pytest.mark.parametrize("version", [0, 1, 4, 99, "3", None])
def test_a_state_of_another_version_is_refused(
    account: Account, configuration: Configuration, warehouse: Warehouse, version: object
) -> None:
    """A state of another version is refused by that version, before any request."""
    warehouse.sync(configuration)
    warehouse.state["version"] = version
    state = json.loads(json.dumps(warehouse.state))
    account.forget_requests()
    run = warehouse.sync(configuration)
    assert f"The saved state has version {version!r}; this connector reads" in str(run.error)
    assert (account.requests(), warehouse.state) == ([], state)


def test_the_token_is_nowhere(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Neither state, log, warning, row nor exception holds the token, in success and failure."""
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


def test_an_api_that_is_down_is_given_up(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """After six jobs without an answer, and none for the list of spaces, nothing is requested."""
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


def test_a_space_that_is_silent_holds_nothing_else_up(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Everything outside of it is read, in all steps, and the sync fails with its error (1.4)."""
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


def test_an_error_of_a_newer_service_is_told(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """An error without `sys` is told by its kind and its message as any other."""
    body = {"statusCode": 403, "error": "Forbidden", "message": "Not in your plan"}
    account.fault("/organizations", status=403, body=body)
    run = warehouse.sync(configuration)
    assert (run.error, len(run.warnings)) == (None, 1)
    assert "Forbidden: Not in your plan" in run.warnings[0]
