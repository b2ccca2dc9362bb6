"""Rhythms: what is due is read, and what is not stays as it was when it was."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from contentful_cma.errors import TokenRefused
from support.account import Account
from support.scene import DAY, HOUR, MASTER, Scene
from support.warehouse import Run

MINUTE = 60
TAGS, ROLES = f"/{MASTER}/tags", "/spaces/s1/roles"
LOCALES, TYPES = f"/{MASTER}/locales", f"/{MASTER}/content_types"


def asked(scene: Scene, **settings: str) -> Counter[str]:
    """Sync without a failure; return how often each path was asked."""
    scene.account.forget_requests()
    scene.succeed(**settings)
    return Counter(request["path"] for request in scene.account.requests())


def users(scene: Scene) -> str:
    """Return the path of the users of the organization."""
    return f"/organizations/{scene.account.stored('organizations')[0]['sys']['id']}/users"


def names(scene: Scene, table: str = "TAGS") -> list[str]:
    """Return the names in the rows of a table."""
    return [row["name"] for row in scene.warehouse.rows(table)]


def written(run: Run, table: str) -> list[dict[str, Any]]:
    """Return what a run wrote to a table."""
    return [row for name, row in run.written if name == table]


def begun(account: Account, tables: str, **settings: str) -> Scene:
    """Return an account with a tag in `s1/master` whose tables were read just now."""
    scene = Scene(account, tables, **settings)
    scene.edit("put tag")
    scene.succeed()
    return scene


# When


@pytest.mark.parametrize(("rhythm", "hours"), [("6h", 6), ("1d", 24), ("0.5d", 12)])
def test_a_table_is_asked_when_its_hours_have_passed(
    account: Account, rhythm: str, hours: int
) -> None:
    """A run ten minutes early is on time, as with `sync_frequency_hours`; one before is not."""
    scene = begun(account, f"TAGS@{rhythm}")
    scene.edit("put tag", value=1)
    scene.wait(hours * HOUR - 11 * MINUTE)
    assert asked(scene)[TAGS] == 0
    assert names(scene) == ["Tag 0"]
    scene.wait(MINUTE)
    assert asked(scene)[TAGS] == 1
    assert names(scene) == ["Tag 1"]


def test_a_rhythm_is_counted_from_the_last_reading_and_not_from_the_last_sync(
    account: Account,
) -> None:
    """Syncs in between, which do not read a table, put its next reading off by nothing."""
    scene = begun(account, "TAGS@6h, ROLES")
    found = []
    for _ in range(12):
        scene.wait(HOUR)
        requests = asked(scene)
        found.append((requests[TAGS], requests[ROLES]))
    assert found == [(int(hour % 6 == 0), 1) for hour in range(1, 13)]


def test_without_a_rhythm_a_table_is_asked_in_every_sync(account: Account) -> None:
    """A table beside others that have one is asked however soon the next sync comes."""
    scene = begun(account, "TAGS, ROLES@1d")
    assert asked(scene)[TAGS] == asked(scene)[TAGS] == 1


def test_usage_is_asked_once_a_day_by_itself(account: Account) -> None:
    """The group `usage` has the rhythm of its data, and another one where it is given."""
    scene = Scene(account, "usage")
    scene.succeed()
    scene.wait(HOUR)
    assert not [path for path in asked(scene) if "usage" in path]
    assert [path for path in asked(scene, tables="usage@1h") if "usage" in path]
    scene.wait(DAY)
    assert [path for path in asked(scene, tables="usage") if "usage" in path]


def test_a_clock_that_was_wrong_puts_no_reading_off(account: Account) -> None:
    """A reading that was made in what is the future now is no reason to wait."""
    scene = begun(account, "TAGS@6h")
    scene.wait(-2 * DAY)
    assert asked(scene)[TAGS] == 1


# What stays


def test_what_is_not_due_keeps_its_rows_and_its_word(account: Account) -> None:
    """Neither TAGS nor what SYNC_COVERAGE says of it changes, be it read or refused."""
    scene = begun(account, "TAGS@1d, ROLES@1d")
    account.fault(ROLES, status=403)
    scene.wait(DAY)
    scene.succeed()
    before = scene.warehouse.rows("SYNC_COVERAGE"), scene.warehouse.rows("TAGS")
    assert [row["status"] for row in before[0]] == ["skipped", "read"]
    scene.edit("put tag", value=1)
    scene.wait()
    scene.assert_quiet(scene.succeed())
    assert (scene.warehouse.rows("SYNC_COVERAGE"), scene.warehouse.rows("TAGS")) == before


def test_what_was_refused_is_asked_when_it_is_due(account: Account) -> None:
    """A refusal is an answer: it is not asked for again before its time, and then it is."""
    account.fault(TAGS, status=403)
    scene = begun(account, "TAGS@6h")
    assert asked(scene)[TAGS] == 0
    scene.heal()
    scene.wait(6 * HOUR)
    assert asked(scene)[TAGS] == 1
    scene.assert_equal()


def test_what_was_left_out_waits_for_the_interval(account: Account) -> None:
    """A record without an id makes its table incomplete, and not due before its interval."""
    page = {"sys": {"type": "Array"}, "total": 1, "limit": 100, "skip": 0, "items": [{"sys": {}}]}
    scene = Scene(account, "TAGS@6h")
    scene.edit("put tag")
    account.fault(TAGS, status=200, body=page, times=1)
    scene.succeed()
    assert [row["status"] for row in scene.warehouse.rows("SYNC_COVERAGE")] == ["incomplete"]
    scene.wait(5 * HOUR)
    assert asked(scene)[TAGS] == 0
    scene.wait()
    assert asked(scene)[TAGS] == 1
    scene.assert_settled()


def test_a_listing_that_is_asked_serves_all_tables_that_it_fills(account: Account) -> None:
    """CONTENT_TYPES is as new as CONTENT_TYPE_FIELDS, whose listing is the same."""
    scene = begun(account, "CONTENT_TYPES@7d, CONTENT_TYPE_FIELDS")
    scene.edit("put content type", value=1, key="b")
    scene.wait()
    assert asked(scene)[TYPES] == 1
    scene.assert_settled()


def test_environments_are_as_new_as_their_listing(account: Account) -> None:
    """Where environments are listed to be read, ENVIRONMENTS is current in every sync."""
    scene = begun(account, "ENVIRONMENTS@7d, TAGS@7d")
    scene.edit("put environment", value=1)
    scene.wait()
    scene.succeed()
    scene.assert_settled()


def test_environments_alone_have_a_rhythm(account: Account) -> None:
    """Where nothing else needs the environments of a space, they are listed when they are due."""
    scene = begun(account, "ENVIRONMENTS@6h")
    assert asked(scene)["/spaces/s1/environments"] == 0
    scene.wait(6 * HOUR)
    assert asked(scene)["/spaces/s1/environments"] == 1


def test_a_place_that_is_gone_takes_its_rows_with_it(account: Account) -> None:
    """What is not due in a space and an environment that were deleted is gone all the same."""
    scene = Scene(account, "TAGS@1d, ROLES@1d")
    scene.edit("put environment", environment="dev")
    scene.edit("put tag", environment="dev")
    scene.edit("put space", "put tag", space="s2")
    scene.succeed()
    scene.edit("delete environment", environment="dev")
    scene.edit("delete space", space="s2")
    scene.wait()
    scene.succeed()
    scene.assert_settled()


# What makes it due at once


def test_a_new_place_is_read_at_once(account: Account) -> None:
    """A new environment and a new space are read in full, and nothing else is asked."""
    scene = begun(account, "TAGS@1d, ROLES@1d")
    scene.edit("put environment", environment="dev")
    scene.edit("put space", "put tag", space="s2")
    scene.wait()
    found = asked(scene)
    new = ("/spaces/s1/environments/dev/tags", "/spaces/s2/environments/master/tags")
    assert [found[path] for path in (*new, "/spaces/s2/roles", TAGS, ROLES)] == [1, 1, 1, 0, 0]
    scene.assert_settled()
    assert asked(scene).keys() == {
        "/spaces",
        *(f"/spaces/{one}/environments" for one in ("s1", "s2")),
    }


def test_an_environment_that_is_made_anew_is_a_new_place(account: Account) -> None:
    """One that has the id of an environment that was deleted is read at once, and no other."""
    scene = Scene(account, "TAGS@1d")
    scene.edit("put environment", "put tag", environment="dev")
    scene.succeed()
    scene.edit("delete environment", "put environment", environment="dev")
    scene.wait()
    scene.edit("put tag", environment="dev", value=2)
    found = asked(scene)
    assert [found[path] for path in ("/spaces/s1/environments/dev/tags", TAGS)] == [1, 0]
    assert names(scene) == ["Tag 2"]
    assert asked(scene)["/spaces/s1/environments/dev/tags"] == 0


def test_a_new_table_is_read_at_once(account: Account) -> None:
    """One that is selected for the first time does not wait; one that was read before does."""
    scene = begun(account, "TAGS@1d")
    scene.wait()
    found = asked(scene, tables="TAGS@1d, ROLES@1d")
    assert (found[TAGS], found[ROLES]) == (0, 1)
    scene.succeed(tables="ROLES@1d")
    scene.edit("put tag", value=1)
    found = asked(scene, tables="TAGS@1d, ROLES@1d")
    assert (found[TAGS], found[ROLES]) == (0, 0)
    scene.wait(DAY)
    assert asked(scene, tables="TAGS@1d, ROLES@1d")[TAGS] == 1
    scene.assert_settled()


@pytest.mark.parametrize(
    "change",
    [
        {"max_records_per_page": "7", "retry_attempts": "2"},
        {"environment_id": "master"},
        {"space_ids": "s1"},
        {"initial_sync_days": "30"},
    ],
)
def test_a_setting_that_changes_no_row_makes_nothing_due(
    account: Account, change: dict[str, str]
) -> None:
    """Filters select places and change no row in them, so what was read there stays as it is."""
    scene = begun(account, "TAGS@1d, USERS@1d")
    found = asked(scene, **change)
    assert (found[TAGS], found[users(scene)]) == (0, 0)


def test_a_setting_that_changes_rows_makes_their_tables_due(account: Account) -> None:
    """`personal_data` makes tables with personal columns due at once, and no other ones."""
    scene = begun(account, "TAGS@1d, USERS@1d", personal_data="include")
    for choice in ("hash", "exclude", "include"):
        found = asked(scene, personal_data=choice)
        assert (found[TAGS], found[users(scene)]) == (0, 1)
        assert asked(scene)[users(scene)] == 0


def test_a_setting_that_is_taken_back_leaves_nothing_half_made(account: Account) -> None:
    """Rows that an interrupted sync has made by another setting are made again."""
    scene = begun(account, "USERS@1d", personal_data="include")
    before = scene.warehouse.rows("USERS")
    assert before
    account.fault(users(scene), kind="cut", after=1)
    scene.settings |= {"personal_data": "hash", "max_records_per_page": "1"}
    scene.settings["retry_attempts"] = "0"
    assert scene.sync().error is not None
    assert scene.warehouse.rows("USERS") != before
    scene.heal()
    assert asked(scene, personal_data="include")[users(scene)] > 0
    assert scene.warehouse.rows("USERS") == before


@pytest.mark.parametrize("way", ["an empty state", "enable_incremental_sync"])
def test_reading_everything_reads_what_is_not_due(account: Account, way: str) -> None:
    """Without a state, or with `enable_incremental_sync: false`, all tables are due."""
    scene = begun(account, "TAGS@1d, ENTRIES@1d, CONTENT_TYPES@1d")
    scene.edit("put tag", "put entry", "put content type", value=1)
    scene.wait()
    if way == "an empty state":
        scene.warehouse.state = {}
    else:
        scene.settings["enable_incremental_sync"] = "false"
    found = asked(scene)
    assert min(found[path] for path in (TAGS, TYPES, f"/{MASTER}/entries")) > 0
    scene.assert_equal()


def test_the_debug_log_says_what_was_requested_and_why(account: Account) -> None:
    """One line for each table in each place says whether it was requested, and the reason."""
    scene = begun(account, "SPACES, TAGS@1d, ROLES, WORKFLOWS, WORKFLOW_DEFINITIONS")
    account.fault(ROLES, status=403)
    for _ in range(3):
        scene.wait()
        scene.succeed()
    lines = scene.succeed(enable_debug_logging="true").messages
    refused = "HTTP 403 AccessDenied: You are not allowed to access this resource."
    since_3 = f"it was refused at 2026-03-01T03:00:01.000Z ({refused})"
    since_0 = "it was read at 2026-03-01T00:00:01.000Z"
    assert [line for line in lines if ", because " in line] == [
        "SPACES: requested, because it shows which places there are.",
        f"ROLES s1: not requested, because {since_3}, and 2 h have not passed since.",
        f"TAGS s1/master: not requested, because {since_0}, less than 24 h ago.",
        "WORKFLOW_DEFINITIONS s1/master: requested, because it is read in every sync.",
        "WORKFLOWS s1/master: not requested, because WORKFLOW_DEFINITIONS has no record here.",
    ]


def test_the_debug_log_names_what_failed_and_what_was_not_reached(account: Account) -> None:
    """What was due and not requested has its reason, too."""
    scene = begun(account, "TAGS, ENTRIES", retry_attempts="0")
    scene.edit("put environment", "put tag", environment="dev")
    scene.succeed()
    (dev,) = (one for one in scene.stored("spaces/s1/environments") if one["sys"]["id"] == "dev")
    status = {"sys": {"type": "Link", "linkType": "Status", "id": "failed"}}
    scene.store("spaces/s1/environments", {**dev, "sys": {**dev["sys"], "status": status}})
    account.fault(LOCALES, status=500)
    scene.wait(DAY)
    lines = scene.sync(enable_debug_logging="true").messages
    unready = "its place could not be listed, or is not ready to be read."
    assert [line for line in lines if ", because " in line] == [
        "TAGS s1/master: requested, because it is read in every sync.",
        "ENTRIES s1/master: not requested, because something in its place failed before.",
        f"ENTRIES s1/dev: not requested, because {unready}",
        f"TAGS s1/dev: not requested, because {unready}",
    ]


# What was not read to its end


def test_a_table_that_failed_is_due_until_it_is_read(account: Account) -> None:
    """A failure puts off the rhythm of its own table and of no other one."""
    scene = Scene(account, "TAGS@1d, ROLES@1d", retry_attempts="0")
    account.fault(TAGS, status=500, times=2)
    assert [scene.sync().error is None for _ in range(2)] == [False, False]
    found = asked(scene)
    assert (found[TAGS], found[ROLES]) == (1, 0)
    assert asked(scene)[TAGS] == 0


def test_what_was_due_is_due_after_an_interruption(account: Account) -> None:
    """A sync that a crash has ended is finished by the next one, however soon that comes."""
    scene = begun(account, "ENTRIES, TAGS@1d")
    scene.edit("put tag", "put entry", value=1)
    scene.wait(DAY)
    scene.crash_after("a")
    assert names(scene) == ["Tag 0"]
    assert asked(scene)[TAGS] == 1
    scene.assert_equal()


def test_a_new_place_that_failed_is_due_until_it_is_read(account: Account) -> None:
    """What a first reading of a place has left out is no part of what can wait."""
    scene = begun(account, "TAGS@1d", retry_attempts="0", max_records_per_page="1")
    scene.edit("put environment", environment="dev")
    scene.edit("put tag", environment="dev", key="b")
    scene.edit("put tag", environment="dev", key="c")
    scene.wait()
    account.fault("*/dev/tags", status=500, times=1, after=1)
    assert scene.sync().error is not None
    assert asked(scene)["/spaces/s1/environments/dev/tags"] > 0
    scene.assert_settled()


def test_what_a_list_of_places_has_kept_hidden_is_due_until_it_is_read(account: Account) -> None:
    """Where a list of environments failed, nothing counts as read that may be in them."""
    scene = begun(account, "TAGS@1d, ROLES@1d", retry_attempts="0")
    scene.edit("put tag", value=1)
    scene.wait(DAY)
    account.fault("/spaces/s1/environments", status=500, times=1)
    assert scene.sync().error is not None
    assert asked(scene)[TAGS] == 1
    scene.assert_settled()


def test_what_was_refused_is_due_after_a_list_of_places_has_kept_it_hidden(
    account: Account,
) -> None:
    """A refusal is no answer any more once it was time to ask and the place was not listed."""
    scene = Scene(account, "TAGS@1d, ROLES@2d", retry_attempts="0")
    account.fault(TAGS, status=403)
    scene.succeed()
    scene.heal()
    scene.edit("put tag")
    scene.wait(DAY)
    account.fault("/spaces/s1/environments", status=500, times=1)
    assert scene.sync().error is not None
    found = asked(scene)
    # What was not due waits as long as it would have.
    assert (found[TAGS], found[ROLES]) == (1, 0)
    scene.assert_settled()


def test_a_place_that_was_out_of_reach_is_read_when_it_is_back(account: Account) -> None:
    """Where a space could not be listed when its tables were due, they stay due there."""
    scene = begun(account, "TAGS@1d")
    scene.edit("put tag", value=1)
    account.fault("/spaces/s1/environments", status=403)
    scene.wait(DAY)
    scene.succeed()
    assert names(scene) == ["Tag 0"]
    scene.heal()
    assert asked(scene)[TAGS] == 1
    scene.assert_settled()
    assert asked(scene)[TAGS] == 0


# The model


def test_without_its_tables_the_model_is_asked_once_a_day(account: Account) -> None:
    """Titles follow the content model and the locales of the last daily look at both."""
    scene = Scene(account)
    found = asked(scene)
    assert (found[LOCALES], found[TYPES]) == (1, 1)
    scene.edit("put content type", key="b")
    scene.wait(DAY - HOUR)
    found = asked(scene)
    assert (found[LOCALES], found[TYPES]) == (0, 0)
    scene.wait(HOUR)
    found = asked(scene)
    assert (found[LOCALES], found[TYPES]) == (1, 1)
    scene.assert_settled()


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ("CONTENT_TYPES", (1, 1)),
        ("LOCALES", (1, 1)),
        ("CONTENT_TYPE_FIELDS@2h", (0, 0)),
        ("CONTENT_TYPES@1h", (1, 1)),
        ("CONTENT_TYPES@1d, LOCALES", (1, 0)),
        ("CONTENT_TYPES, LOCALES@1d", (0, 1)),
    ],
)
def test_the_model_has_the_rhythm_of_its_tables(
    account: Account, tables: str, expected: tuple[int, int]
) -> None:
    """Locales and content types are asked as their tables are; one goes with the other's."""
    scene = Scene(account, f"ENTRIES, {tables}")
    scene.succeed()
    scene.wait(HOUR)
    found = asked(scene)
    assert (found[LOCALES], found[TYPES]) == expected


@pytest.mark.parametrize("tables", ["ENTRIES", "ENTRIES, CONTENT_TYPES@7d"])
def test_an_unknown_content_type_makes_the_model_of_its_environment_due(
    account: Account, tables: str
) -> None:
    """An entry of a new content type comes with its title, and no other environment is asked."""
    scene = Scene(account, tables)
    scene.edit("put space", "put content type", "put entry", space="s2")
    scene.edit("delete content type", value=1)
    scene.succeed()
    scene.wait()
    scene.edit("put content type", value=1)
    scene.edit("put entry", key="c", value=1)
    account.forget_requests()
    run = scene.succeed()
    found = Counter(request["path"] for request in account.requests())
    assert [row["title"] for row in written(run, "ENTRIES")] == ["Title 1"]
    assert (found[TYPES], found["/spaces/s2/environments/master/content_types"]) == (1, 0)
    scene.assert_settled()
    assert asked(scene)[TYPES] == 0


def test_an_unknown_content_type_among_many_changes_gets_its_titles(account: Account) -> None:
    """Where more has changed than one request tells, the titles are made once it is known."""
    scene = Scene(account, "ENTRIES, CONTENT_TYPES@7d", max_records_per_page="3")
    scene.edit("delete content type", value=1)
    scene.succeed()
    scene.wait()
    scene.edit("put content type", value=1)
    for key in "abc":
        scene.edit("put entry", key=key, value=1)
    scene.fill(5, updatedAt="2026-03-01T01:00:01.000Z", createdAt="2026-03-01T01:00:01.000Z")
    scene.wait()
    scene.succeed()
    scene.assert_settled()


def test_a_model_that_could_not_be_read_keeps_content_waiting(account: Account) -> None:
    """Content is not read by a model that failed, and is read by it as soon as it is there."""
    scene = Scene(account, "ENTRIES@1d, CONTENT_TYPES@1d", retry_attempts="0")
    account.fault(TYPES, status=500, times=1)
    assert scene.sync().error is not None
    assert scene.warehouse.rows("ENTRIES") == []
    scene.succeed()
    scene.assert_settled()


def test_content_that_failed_is_read_by_a_new_model(account: Account) -> None:
    """A model that only other tables have seen is asked again for the titles."""
    scene = Scene(account, "ENTRIES, CONTENT_TYPES@1d", retry_attempts="0")
    scene.succeed()
    scene.edit("put content type", key="b")
    scene.wait(DAY)
    account.fault(f"/{MASTER}/entries", status=500, times=1)
    assert scene.sync().error is not None
    scene.succeed()
    scene.assert_settled()


# What ages fastest comes first


def test_content_comes_before_all_other_listings(account: Account) -> None:
    """Only the lists of places and the model are asked before entries and assets."""
    scene = Scene(account, "all")
    scene.succeed()
    account.forget_requests()
    scene.wait(DAY)
    scene.succeed()
    paths = [request["path"] for request in account.requests()]
    first = ["/organizations", "/spaces", "/spaces/s1/environments"]
    content = [f"/{MASTER}/entries", f"/{MASTER}/assets"]
    number = len(first) + 2 + len(content)
    assert sorted(paths[:number]) == sorted([*first, LOCALES, TYPES, *content])
    assert "usage" in paths[-1]


def test_an_edit_lasts_before_the_slow_listings_begin(account: Account) -> None:
    """A sync that breaks down after the content has brought it into the warehouse for good."""
    scene = begun(account, "ENTRIES, TAGS")
    scene.edit("put entry", value=1)
    scene.wait()
    account.fault("*/tags", status=401)
    account.fault("/spaces", status=401, after=1)
    assert isinstance(scene.sync().error, TokenRefused)
    assert [row["title"] for row in scene.warehouse.rows("ENTRIES")] == ["Title 1"]


# No request twice


@pytest.mark.parametrize("tables", ["core, ENTRIES, LOCALES", "core, content", "core, LOCALES"])
def test_the_locales_of_an_environment_are_listed_once(account: Account, tables: str) -> None:
    """The default locale of a space, titles and LOCALES have one listing, also by an alias."""
    scene = Scene(account, tables, environment_id="live,dev")
    scene.edit("put environment", "point alias", environment="dev")
    scene.edit("put space", "put environment", space="s2", environment="dev")
    found = asked(scene)
    assert found["/spaces/s1/environments/dev/locales"] == 1
    assert found["/spaces/s1/environments/live/locales"] == 0
    rows = {row["id"]: row["default_locale"] for row in scene.warehouse.rows("SPACES")}
    assert rows == {"s1": "en-US", "s2": None}


def test_a_space_whose_locales_nobody_lists_is_asked_on_its_own(account: Account) -> None:
    """A space that changed while its locales were not due costs one request for its own."""
    scene = begun(account, "SPACES, LOCALES@1d")
    scene.edit("put space", value=1)
    scene.wait()
    assert asked(scene)[LOCALES] == 1
    assert asked(scene)[LOCALES] == 0
