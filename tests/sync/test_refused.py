"""What an organization is refused as a whole: one place is probed, all of them once a day."""

from __future__ import annotations

from typing import Any

import pytest

from support.account import Account
from support.warehouse import Run, Warehouse

DAY = 24 * 3600
EVERYWHERE = (
    " (refused in the whole organization: one place of it is asked in each sync, all once a day)"
)
ONE = "HTTP 403 AccessDenied: You are not allowed to access this resource."
Configuration = dict[str, str]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give two organizations: one with two spaces, one with one, each of two environments."""
    emulator.reset(organizations=2, spaces=3, environments=2)
    emulator.control("POST", "clock", {"now": "2026-03-01T00:00:00Z"})
    return emulator


@pytest.fixture
def tags(configuration: Configuration) -> Configuration:
    """Give a configuration that reads the tags of all environments."""
    return {**configuration, "tables": "TAGS", "environment_id": "*"}


def places(account: Account, organization: int | None = None) -> list[str]:
    """Return the environments, of one organization if its number is given, in their order."""
    owners = [one["sys"]["id"] for one in account.stored("organizations")]
    return sorted(
        f"{space['sys']['id']}/{environment['sys']['id']}"
        for space in account.stored("spaces")
        if organization is None
        or space["sys"]["organization"]["sys"]["id"] == owners[organization]
        for environment in account.stored(f"spaces/{space['sys']['id']}/environments")
    )


def path(place: str, table: str = "tags") -> str:
    """Return the path of a listing in an environment."""
    space, environment = place.split("/")
    return f"/spaces/{space}/environments/{environment}/{table}"


def refuse(account: Account, *refused: str, status: int = 403) -> None:
    """Refuse tags in environments."""
    for place in refused:
        account.fault(path(place), status=status)


def allow(account: Account) -> None:
    """Refuse nothing any more."""
    account.control("DELETE", "faults")


def later(account: Account, seconds: float) -> None:
    """Let time pass."""
    account.control("POST", "clock", {"advance_seconds": seconds})


def asked(
    account: Account, warehouse: Warehouse, configuration: Configuration
) -> tuple[list[str], Run]:
    """Sync without an error; return the environments whose tags were asked for, and the run."""
    account.forget_requests()
    run = warehouse.sync(configuration)
    assert run.error is None
    paths = [one["path"].split("/") for one in account.requests()]
    return sorted(f"{one[2]}/{one[4]}" for one in paths if one[-1] == "tags"), run


def told(warehouse: Warehouse) -> dict[str, Any]:
    """Return what SYNC_COVERAGE says of tags, by place."""
    rows = warehouse.rows("SYNC_COVERAGE")
    return {row["place"]: row["reason"] for row in rows if row["table_name"] == "TAGS"}


def test_one_place_is_probed_another_one_each_time(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """After all places of an organization refused, each sync asks the next of them, in turn."""
    first, other = places(account, 0), places(account, 1)
    refuse(account, *first)
    assert asked(account, warehouse, tags)[0] == places(account)
    for probe in (*first, *first):
        found, run = asked(account, warehouse, tags)
        assert found == sorted([probe, *other])
        assert (run.written, run.deleted, run.warnings) == ([], [], [])


def test_the_coverage_says_what_is_refused(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """A refusal of the whole organization is told as such, one of a single place is not."""
    first, other = places(account, 0), places(account, 1)
    refuse(account, *first, other[0])
    run = warehouse.sync(tags)
    assert len(run.warnings) == 1
    expected = {**dict.fromkeys(first, ONE + EVERYWHERE), other[0]: ONE, other[1]: None}
    for _ in range(2):
        assert told(warehouse) == expected
        run = warehouse.sync(tags)
        assert (run.written, run.warnings) == ([], [])


def test_a_place_that_is_refused_alone_is_asked_in_each_sync(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """Where any place of the organization answers, those that refuse are asked again."""
    refuse(account, *places(account, 0)[1:])
    for _ in range(3):
        assert asked(account, warehouse, tags)[0] == places(account)


def test_a_probe_that_is_answered_brings_all_in_the_same_sync(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """As soon as the probe is answered all places are asked; what still refuses is so alone."""
    first = places(account, 0)
    refuse(account, *first)
    warehouse.sync(tags)
    allow(account)
    refuse(account, first[1])
    found, run = asked(account, warehouse, tags)
    assert found == places(account)
    assert (run.deleted, run.warnings) == ([], [])
    assert told(warehouse) == {**dict.fromkeys(places(account)), first[1]: ONE}
    kept = {(row["space_id"], row["environment_id"]) for row in warehouse.rows("TAGS")}
    assert kept == {tuple(one.split("/")) for one in places(account) if one != first[1]}
    assert asked(account, warehouse, tags)[0] == places(account)


def test_a_refused_probe_leaves_places_that_would_answer_until_their_turn(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """What became readable elsewhere arrives when its turn has come."""
    first = places(account, 0)
    refuse(account, *first)
    warehouse.sync(tags)
    allow(account)
    refuse(account, first[0])
    assert asked(account, warehouse, tags)[0] == sorted([first[0], *places(account, 1)])
    assert asked(account, warehouse, tags)[0] == places(account)


@pytest.mark.parametrize("status", [403, 404, 410, 422, 501])
def test_all_places_are_asked_once_a_day(
    account: Account, tags: Configuration, warehouse: Warehouse, status: int
) -> None:
    """A day after all of them were asked all places are asked again, whatever the refusal."""
    refuse(account, *places(account), status=status)
    assert asked(account, warehouse, tags)[0] == places(account)
    for hours, number in ((12, 2), (12, 6), (1, 2), (22, 2), (1, 6)):
        later(account, hours * 3600)
        found, run = asked(account, warehouse, tags)
        assert (len(found), run.written, run.warnings) == (number, [], [])


def test_a_full_sync_asks_everything(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """With `enable_incremental_sync: false` nothing is held back."""
    refuse(account, *places(account))
    full = {**tags, "enable_incremental_sync": "false"}
    for _ in range(2):
        assert asked(account, warehouse, full)[0] == places(account)


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_new_place_is_asked_at_once(
    account: Account, tags: Configuration, warehouse: Warehouse, *, is_refused: bool
) -> None:
    """A new environment of a refused organization is asked; if it answers, all are."""
    first = places(account, 0)
    refuse(account, *first)
    warehouse.sync(tags)
    space = first[-1].split("/")[0]
    account.call("PUT", f"/spaces/{space}/environments/new", {"name": "New"})
    if is_refused:
        refuse(account, f"{space}/new")
    found, _ = asked(account, warehouse, tags)
    if is_refused:
        assert found == sorted([first[0], f"{space}/new", *places(account, 1)])
        assert told(warehouse)[f"{space}/new"] == ONE + EVERYWHERE
    else:
        assert found == places(account)
        assert told(warehouse)[first[0]] == ONE


def test_an_organization_with_one_place_is_that_place(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """With one place nobody can tell whether the organization is refused, and it is asked."""
    one = {**tags, "environment_id": "master"}
    (place,) = [one for one in places(account, 1) if one.endswith("/master")]
    refuse(account, place)
    for _ in range(2):
        assert place in asked(account, warehouse, one)[0]
    assert told(warehouse)[place] == ONE


def test_a_probe_that_fails_says_nothing(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """Without an answer the sync fails; the next one probes the next place."""
    first = places(account, 0)
    refuse(account, *first)
    warehouse.sync(tags)
    before = warehouse.rows("SYNC_COVERAGE")
    allow(account)
    refuse(account, first[0], status=500)
    assert warehouse.sync({**tags, "retry_attempts": "0"}).error is not None
    allow(account)
    refuse(account, *first)
    assert asked(account, warehouse, tags)[0] == sorted([first[1], *places(account, 1)])
    assert warehouse.rows("SYNC_COVERAGE") == before


def test_a_place_that_could_not_be_listed_gets_its_word_back(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """What is held back is told as it was, also after a sync that could not reach it."""
    first = places(account, 0)
    refuse(account, *first)
    warehouse.sync(tags)
    before = warehouse.rows("SYNC_COVERAGE")
    space = first[0].split("/")[0]
    account.fault(f"/spaces/{space}/environments", status=403, times=1)
    warehouse.sync(tags)
    assert warehouse.rows("SYNC_COVERAGE") != before
    warehouse.sync(tags)
    assert warehouse.rows("SYNC_COVERAGE") == before


def test_rows_stay_while_an_organization_is_refused(
    account: Account, tags: Configuration, warehouse: Warehouse
) -> None:
    """Rows that were read before stay as they are; what is gone meanwhile goes afterwards."""
    warehouse.sync(tags)
    before = warehouse.rows("TAGS")
    first = places(account, 0)
    refuse(account, *first)
    for place in first:
        for tag in account.stored(path(place)[1:]):
            account.control("DELETE", f"store{path(place)}/{tag['sys']['id']}")
    for _ in range(3):
        run = warehouse.sync(tags)
        assert (run.error, run.deleted, warehouse.rows("TAGS")) == (None, [], before)
    allow(account)
    run = warehouse.sync(tags)
    gone = [one for one in before if f"{one['space_id']}/{one['environment_id']}" in first]
    assert len(run.deleted) == len(gone) > 0


def test_tables_of_content_and_per_parent_are_probed_too(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Whatever way a table is read, an organization that refuses it is asked once."""
    account.reset(spaces=3, entries=2)
    tables = {**configuration, "tables": "ENTRIES, COMMENTS, ROLES"}
    for kind in ("entries", "roles"):
        account.fault(f"*/{kind}", status=403)
    warehouse.sync(tables)
    account.forget_requests()
    run = warehouse.sync(tables)
    assert (run.error, run.written, run.warnings) == (None, [], [])
    ends = [one["path"].rpartition("/")[2] for one in account.requests()]
    # Comments ask for the entries themselves, because their listing is not read.
    assert (ends.count("roles"), ends.count("entries")) == (1, 2)
