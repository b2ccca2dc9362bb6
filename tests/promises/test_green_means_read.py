"""A sync that could not read the account fails with instructions; so do the setup tests.

`tests/project/test_plan.py` has these rules for a plan.
"""

from __future__ import annotations

from typing import Any

import pytest

from contentful_cma.errors import AccountUnreadable, TokenRefused
from contentful_cma.state.ledger import fingerprint
from contentful_cma.state.state import _checksum, _written
from contentful_cma.sync.setup_checks import check_account, check_environment, check_token
from support.account import TOKEN, Account
from support.runs import assert_no_changes
from support.states import record_of
from support.warehouse import Warehouse

DELIVERY = "a-token-of-the-delivery-api"
Fault = dict[str, Any]
Configuration = dict[str, str]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Create two organizations with two spaces each; each space has an environment `dev`."""
    emulator.reset(organizations=2, spaces=4, delivery_token=DELIVERY)
    emulator.control("POST", "clock", {"now": "2026-03-01T00:00:00Z"})
    for space in ids(emulator, "spaces"):
        emulator.call("PUT", f"/spaces/{space}/environments/dev", {"name": "dev"})
    return emulator


@pytest.fixture
def given(account: Account) -> Configuration:
    """Return a configuration without retries."""
    return {"access_token": TOKEN, "base_url": account.url, "retry_attempts": "0"}


def ids(account: Account, collection: str) -> list[str]:
    """Return the ids of a collection."""
    return [record["sys"]["id"] for record in account.stored(collection)]


def owners(account: Account) -> dict[str, str]:
    """Return the organization of each space."""
    return {
        one["sys"]["id"]: one["sys"]["organization"]["sys"]["id"]
        for one in account.stored("spaces")
    }


# The token


def test_a_delivery_token_is_recognized(given: Configuration, warehouse: Warehouse) -> None:
    """With a Delivery API token, sync and setup tests fail and say which token is needed."""
    given["access_token"] = DELIVERY
    run = warehouse.sync({**given, "sync_frequency_hours": "6"})
    assert isinstance(run.error, TokenRefused)
    sentence = str(run.error)
    assert " answered 403 (request id " in sentence
    assert "Create a personal access token of the Content Management API" in sentence
    assert (warehouse.tables, warehouse.state.get("last_sync_time")) == ({}, None)
    for problem in (check_token(given), check_account(given), check_environment(given)):
        assert "Create a personal access token" in str(problem)
    assert DELIVERY not in sentence


WRONG_HOST = {"path": "*", "status": 404}
FIREWALL = {"path": "*", "status": 403, "body": "<html>Blocked by policy</html>"}
GATEWAY = {"path": "*", "status": 501, "body": ""}
NO_SPACES = {"path": "/spaces", "status": 403}


@pytest.mark.parametrize(
    ("fault", "tables"),
    [
        *((fault, "core") for fault in (WRONG_HOST, FIREWALL, GATEWAY, NO_SPACES)),
        *((fault, "USERS") for fault in (WRONG_HOST, NO_SPACES)),
        (FIREWALL, "SYNCS"),
        (NO_SPACES, "all"),
    ],
)
def test_without_the_list_of_spaces_nothing_is_read(
    account: Account, given: Configuration, warehouse: Warehouse, fault: Fault, tables: str
) -> None:
    """Without the list of spaces a sync fails and deletes nothing; the next one is due at once."""
    settings = {**given, "tables": tables, "sync_frequency_hours": "6"}
    account.fault(**fault)
    run = warehouse.sync(settings)
    assert isinstance(run.error, AccountUnreadable)
    status = fault["status"]
    assert str(run.error).startswith(f"GET /spaces answered {status} (request id ")
    assert "Check base_url or region (" in str(run.error)
    assert (run.deleted, "last_sync_time" in warehouse.state) == ([], False)
    account.control("DELETE", "faults")
    again = warehouse.sync(settings)
    assert (again.error, "last_sync_time" in warehouse.state) == (None, True)


def test_every_setup_test_needs_the_list_of_spaces(account: Account, given: Configuration) -> None:
    """Every setup test fails without the list of spaces, with the message of a sync."""
    account.fault("/spaces", status=403)
    for check in (check_token, check_account, check_environment):
        assert "Nothing can be synced without the list of spaces." in str(check(given))


def test_organizations_alone_may_be_refused(
    account: Account, given: Configuration, warehouse: Warehouse
) -> None:
    """If only organizations are refused, spaces are still synced by the owners they name."""
    account.fault("/organizations", status=403)
    run = warehouse.sync({**given, "organization_ids": ids(account, "organizations")[0]})
    assert run.error is None
    expected = [
        one for one, owner in owners(account).items() if owner in ids(account, "organizations")[0]
    ]
    assert sorted(row["id"] for row in warehouse.rows("SPACES")) == sorted(expected)
    assert [check(given) for check in (check_token, check_account)] == [None, None]


@pytest.mark.parametrize("path", ["/spaces/{}/environments/master/tags", "/spaces/{}/*"])
@pytest.mark.parametrize("status", [401, 403])
def test_a_401_in_one_place_skips_that_place(
    account: Account, given: Configuration, warehouse: Warehouse, path: str, status: int
) -> None:
    """A 401 in one place skips it like a 403, and the warning says that the token is valid."""
    settings = {**given, "tables": "ENVIRONMENTS, TAGS"}
    refused, *others = ids(account, "spaces")
    tag = {"name": "Tag", "sys": {"id": "tag", "type": "Tag", "visibility": "public"}}
    for space in (refused, *others):
        account.call("PUT", f"/spaces/{space}/environments/master/tags/tag", tag)
    error = {"sys": {"type": "Error", "id": "AccessTokenInvalid"}, "message": "No."}
    account.fault(path.format(refused), status=status, body=error)
    run = warehouse.sync(settings)
    assert run.error is None
    assert {row["space_id"] for row in warehouse.rows("TAGS")} == set(others)
    (warning,) = run.warnings
    assert warning.endswith("AccessTokenInvalid: No. The token is valid: GET /spaces accepts it.")
    account.control("DELETE", "faults")
    assert warehouse.sync(settings).error is None
    assert {row["space_id"] for row in warehouse.rows("TAGS")} == {refused, *others}


# The settings


@pytest.mark.parametrize("when", ["first sync", "later sync"])
@pytest.mark.parametrize("typo", ["mastr", "dev, mastr"])
def test_a_mistyped_environment_is_refused_for_core(
    given: Configuration,
    warehouse: Warehouse,
    when: str,
    typo: str,
) -> None:
    """A mistyped environment is refused even if only default locales depend on it."""
    if when == "later sync":
        assert warehouse.sync(given).error is None
    before, state = warehouse.rows("SPACES") if warehouse.tables else [], warehouse.state
    wrong = {**given, "environment_id": typo}
    run = warehouse.sync(wrong)
    assert isinstance(run.error, ValueError)
    sentence = "environment_id must name ids that the account has (got 'mastr'; nearest: master"
    assert str(run.error).startswith(sentence)
    assert (run.written, run.deleted, run.truncated, run.states) == ([], [], [], [])
    assert (warehouse.rows("SPACES") if warehouse.tables else [], warehouse.state) == (
        before,
        state,
    )
    assert "mastr" in str(check_environment(wrong))


def test_an_environment_that_exists_costs_one_request_for_core(
    account: Account, given: Configuration, warehouse: Warehouse
) -> None:
    """Checking `environment_id` for `core` costs 1 request, and 0 in a sync with no changes."""
    for expected in (1, 0):
        account.forget_requests()
        assert warehouse.sync({**given, "environment_id": "dev"}).error is None
        listed = [one for one in account.requests() if one["path"].endswith("/environments")]
        assert len(listed) == expected


def test_a_refused_lookup_keeps_the_default_locale(
    account: Account, given: Configuration, warehouse: Warehouse
) -> None:
    """A refused lookup keeps the default locale; when it succeeds again, nothing is written."""
    warehouse.sync(given)
    space = ids(account, "spaces")[0]
    account.rename_space(space, "New name")
    account.fault("*/locales", status=403)
    run = warehouse.sync(given)
    ((table, row),) = [one for one in run.written if one[0] == "SPACES"]
    assert (table, row["name"], row["default_locale"]) == ("SPACES", "New name", "en-US")
    account.control("DELETE", "faults")
    again = warehouse.sync(given)
    assert (again.error, [one for one in again.written if one[0] == "SPACES"]) == (None, [])
    account.forget_requests()
    warehouse.sync(given)
    assert [one for one in account.requests() if "locales" in one["path"]] == []


def test_a_default_locale_emptied_by_1_0_0_is_restored(
    account: Account, given: Configuration, warehouse: Warehouse
) -> None:
    """A default locale that 1.0.0 set to NULL by mistake is restored after an upgrade."""
    warehouse.sync(given)
    space = ids(account, "spaces")[0]
    ((key, row),) = (one for one in warehouse.tables["SPACES"].items() if one[1]["id"] == space)
    emptied = {**row, "default_locale": None}
    warehouse.tables["SPACES"][key] = emptied
    state = {name: part for name, part in warehouse.state.items() if name != "checksum"}
    record_of(state, "SPACES")["rows"][space] = fingerprint(emptied, "master incomplete")
    assert record_of(state, "SPACES")["told"][space] == "en-US"
    warehouse.state = {**state, "checksum": _checksum(_written(state))}
    run = warehouse.sync(given)
    assert (run.error, run.written) == (None, [("SPACES", row)])
    assert_no_changes(warehouse.sync(given))


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("organization_ids", "space"),
        ("organization_ids", "environment"),
        ("space_ids", "organization"),
        ("space_ids", "environment"),
        ("environment_id", "organization"),
        ("environment_id", "space"),
    ],
)
def test_an_id_of_another_kind_is_refused(
    account: Account,
    given: Configuration,
    warehouse: Warehouse,
    setting: str,
    kind: str,
) -> None:
    """A filter with an id of another kind fails the sync, and no row is deleted."""
    settings = {**given, "tables": "core, ENVIRONMENTS, LOCALES", "environment_id": "*"}
    assert warehouse.sync(settings).error is None
    found = {
        "organization": ids(account, "organizations"),
        "space": ids(account, "spaces"),
        "environment": ["master", "dev"],
    }
    mixed = f"{found[setting.partition('_')[0]][0]}, {found[kind][1]}"
    before, state = warehouse.tables, warehouse.state
    run = warehouse.sync({**settings, setting: mixed})
    assert isinstance(run.error, ValueError)
    assert f"{setting} must name ids that the account has (got '{found[kind][1]}'" in str(
        run.error
    )
    assert (run.written, run.deleted, run.truncated) == ([], [], [])
    assert (warehouse.tables, warehouse.state) == (before, state)
    if setting != "environment_id":
        assert f"(got '{found[kind][1]}'" in str(check_account({**settings, setting: mixed}))


@pytest.mark.parametrize("status", [403, 503])
def test_an_unknown_organization_is_refused_without_a_listing(
    account: Account, given: Configuration, warehouse: Warehouse, status: int
) -> None:
    """If organizations cannot be listed, an unknown one fails the sync, and rows are kept."""
    settings = {**given, "tables": "core, LOCALES, ROLES", "environment_id": "*"}
    assert warehouse.sync(settings).error is None
    before, state = warehouse.tables, warehouse.state
    right, _ = ids(account, "organizations")
    account.fault("/organizations", status=status)
    run = warehouse.sync({**settings, "organization_ids": f"{right}, typo"})
    assert isinstance(run.error, ValueError)
    assert "organization_ids must name ids that the account has (got 'typo'" in str(run.error)
    assert (run.written, run.deleted, run.truncated, run.states) == ([], [], [], [])
    assert (warehouse.tables, warehouse.state) == (before, state)


def test_organizations_that_spaces_name_need_no_listing(
    account: Account, given: Configuration, warehouse: Warehouse
) -> None:
    """Filtering by organizations that own spaces works even if organizations cannot be listed."""
    settings = {**given, "tables": "core, LOCALES", "environment_id": "*"}
    assert warehouse.sync(settings).error is None
    right, _ = ids(account, "organizations")
    account.fault("/organizations", status=403)
    run = warehouse.sync({**settings, "organization_ids": right})
    assert run.error is None
    kept = {space for space, owner in owners(account).items() if owner == right}
    assert {row["space_id"] for row in warehouse.rows("LOCALES")} == kept


@pytest.mark.parametrize("tables", ["ENVIRONMENTS", "LOCALES"])
def test_a_deleted_environment_in_the_filter_is_a_warning(
    account: Account, given: Configuration, warehouse: Warehouse, tables: str
) -> None:
    """A deleted environment in `environment_id` is a warning if the state knows it."""
    settings = {**given, "tables": tables, "environment_id": "master, dev"}
    assert warehouse.sync(settings).error is None
    for space in ids(account, "spaces"):
        account.call("DELETE", f"/spaces/{space}/environments/dev")
    run = warehouse.sync(settings)
    assert run.error is None
    assert [one for one in run.warnings if one.startswith("environment_id names dev, which")]
