"""Intervals: tables that are due are read, and the others keep their rows."""

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


def requested(scene: Scene, **settings: str) -> Counter[str]:
    """Sync without a failure; return how often each path was requested."""
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
    """Return the rows that a run wrote to a table."""
    return [row for name, row in run.written if name == table]


def begun(account: Account, tables: str, **settings: str) -> Scene:
    """Return a scene with a tag in `s1/master`, right after its tables were read."""
    scene = Scene(account, tables, **settings)
    scene.edit("put tag")
    scene.succeed()
    return scene


# When a table is due


@pytest.mark.parametrize(("interval", "hours"), [("6h", 6), ("1d", 24), ("0.5d", 12)])
def test_a_table_is_read_when_its_interval_has_passed(
    account: Account, interval: str, hours: int
) -> None:
    """A run may be ten minutes early, as with `sync_frequency_hours`, but not more."""
    scene = begun(account, f"TAGS@{interval}")
    scene.edit("put tag", value=1)
    scene.wait(hours * HOUR - 11 * MINUTE)
    assert requested(scene)[TAGS] == 0
    assert names(scene) == ["Tag 0"]
    scene.wait(MINUTE)
    assert requested(scene)[TAGS] == 1
    assert names(scene) == ["Tag 1"]


def test_an_interval_starts_at_the_last_read_and_not_at_the_last_sync(
    account: Account,
) -> None:
    """Syncs that do not read a table do not delay its next read."""
    scene = begun(account, "TAGS@6h, ROLES")
    found = []
    for _ in range(12):
        scene.wait(HOUR)
        requests = requested(scene)
        found.append((requests[TAGS], requests[ROLES]))
    assert found == [(int(hour % 6 == 0), 1) for hour in range(1, 13)]


def test_a_table_without_an_interval_is_read_in_every_sync(account: Account) -> None:
    """A table without an interval is read in every sync, next to one with an interval."""
    scene = begun(account, "TAGS, ROLES@1d")
    assert requested(scene)[TAGS] == requested(scene)[TAGS] == 1


def test_usage_is_read_once_a_day_by_default(account: Account) -> None:
    """The group `usage` is read once a day, or at another interval if one is set."""
    scene = Scene(account, "usage")
    scene.succeed()
    scene.wait(HOUR)
    assert not [path for path in requested(scene) if "usage" in path]
    assert [path for path in requested(scene, tables="usage@1h") if "usage" in path]
    scene.wait(DAY)
    assert [path for path in requested(scene, tables="usage") if "usage" in path]


def test_a_wrong_clock_delays_no_read(account: Account) -> None:
    """A table whose last read is in the future is due."""
    scene = begun(account, "TAGS@6h")
    scene.wait(-2 * DAY)
    assert requested(scene)[TAGS] == 1


# Tables that are not due


def test_a_table_that_is_not_due_keeps_its_rows_and_status(account: Account) -> None:
    """Tables that are not due keep their rows, and their status in SYNC_COVERAGE."""
    scene = begun(account, "TAGS@1d, ROLES@1d")
    account.fault(ROLES, status=403)
    scene.wait(DAY)
    scene.succeed()
    before = scene.warehouse.rows("SYNC_COVERAGE"), scene.warehouse.rows("TAGS")
    assert [row["status"] for row in before[0]] == ["skipped", "read"]
    scene.edit("put tag", value=1)
    scene.wait()
    scene.assert_no_changes(scene.succeed())
    assert (scene.warehouse.rows("SYNC_COVERAGE"), scene.warehouse.rows("TAGS")) == before


def test_a_refused_table_is_requested_when_it_is_due(account: Account) -> None:
    """A refused table is requested again when it is due, and not before."""
    account.fault(TAGS, status=403)
    scene = begun(account, "TAGS@6h")
    assert requested(scene)[TAGS] == 0
    scene.end_faults()
    scene.wait(6 * HOUR)
    assert requested(scene)[TAGS] == 1
    scene.assert_equal()


def test_an_incomplete_table_waits_for_its_interval(account: Account) -> None:
    """A record without an id makes its table incomplete, but not due before its interval."""
    page = {"sys": {"type": "Array"}, "total": 1, "limit": 100, "skip": 0, "items": [{"sys": {}}]}
    scene = Scene(account, "TAGS@6h")
    scene.edit("put tag")
    account.fault(TAGS, status=200, body=page, times=1)
    scene.succeed()
    assert [row["status"] for row in scene.warehouse.rows("SYNC_COVERAGE")] == ["incomplete"]
    scene.wait(5 * HOUR)
    assert requested(scene)[TAGS] == 0
    scene.wait()
    assert requested(scene)[TAGS] == 1
    scene.assert_settled()


def test_a_listing_updates_all_of_its_tables(account: Account) -> None:
    """CONTENT_TYPES is as current as CONTENT_TYPE_FIELDS, because they share a listing."""
    scene = begun(account, "CONTENT_TYPES@7d, CONTENT_TYPE_FIELDS")
    scene.edit("put content type", value=1, key="b")
    scene.wait()
    assert requested(scene)[TYPES] == 1
    scene.assert_settled()


def test_environments_are_as_current_as_their_listing(account: Account) -> None:
    """If environments are listed for other tables, ENVIRONMENTS is current in every sync."""
    scene = begun(account, "ENVIRONMENTS@7d, TAGS@7d")
    scene.edit("put environment", value=1)
    scene.wait()
    scene.succeed()
    scene.assert_settled()


def test_environments_alone_follow_their_interval(account: Account) -> None:
    """If no other table needs the environments of a space, they are listed when they are due."""
    scene = begun(account, "ENVIRONMENTS@6h")
    assert requested(scene)["/spaces/s1/environments"] == 0
    scene.wait(6 * HOUR)
    assert requested(scene)["/spaces/s1/environments"] == 1


def test_a_deleted_place_leaves_no_rows(account: Account) -> None:
    """Rows in a deleted space or environment are removed, even if their tables are not due."""
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


# Reasons to read at once


def test_a_new_place_is_read_at_once(account: Account) -> None:
    """A new environment and a new space are read in full, and nothing else is requested."""
    scene = begun(account, "TAGS@1d, ROLES@1d")
    scene.edit("put environment", environment="dev")
    scene.edit("put space", "put tag", space="s2")
    scene.wait()
    found = requested(scene)
    new = ("/spaces/s1/environments/dev/tags", "/spaces/s2/environments/master/tags")
    assert [found[path] for path in (*new, "/spaces/s2/roles", TAGS, ROLES)] == [1, 1, 1, 0, 0]
    scene.assert_settled()
    assert requested(scene).keys() == {
        "/spaces",
        *(f"/spaces/{one}/environments" for one in ("s1", "s2")),
    }


def test_a_recreated_environment_is_a_new_place(account: Account) -> None:
    """An environment with the id of a deleted one is read at once, and no other is."""
    scene = Scene(account, "TAGS@1d")
    scene.edit("put environment", "put tag", environment="dev")
    scene.succeed()
    scene.edit("delete environment", "put environment", environment="dev")
    scene.wait()
    scene.edit("put tag", environment="dev", value=2)
    found = requested(scene)
    assert [found[path] for path in ("/spaces/s1/environments/dev/tags", TAGS)] == [1, 0]
    assert names(scene) == ["Tag 2"]
    assert requested(scene)["/spaces/s1/environments/dev/tags"] == 0


def test_a_new_table_is_read_at_once(account: Account) -> None:
    """A table that is selected for the first time is read at once; others wait until due."""
    scene = begun(account, "TAGS@1d")
    scene.wait()
    found = requested(scene, tables="TAGS@1d, ROLES@1d")
    assert (found[TAGS], found[ROLES]) == (0, 1)
    scene.succeed(tables="ROLES@1d")
    scene.edit("put tag", value=1)
    found = requested(scene, tables="TAGS@1d, ROLES@1d")
    assert (found[TAGS], found[ROLES]) == (0, 0)
    scene.wait(DAY)
    assert requested(scene, tables="TAGS@1d, ROLES@1d")[TAGS] == 1
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
    """Settings that change no row, such as filters, make no table due."""
    scene = begun(account, "TAGS@1d, USERS@1d")
    found = requested(scene, **change)
    assert (found[TAGS], found[users(scene)]) == (0, 0)


def test_a_setting_that_changes_rows_makes_their_tables_due(account: Account) -> None:
    """A change of `personal_data` makes only tables with personal columns due."""
    scene = begun(account, "TAGS@1d, USERS@1d", personal_data="include")
    for choice in ("hash", "exclude", "include"):
        found = requested(scene, personal_data=choice)
        assert (found[TAGS], found[users(scene)]) == (0, 1)
        assert requested(scene)[users(scene)] == 0


def test_a_setting_that_is_reset_after_an_interruption_restores_all_rows(account: Account) -> None:
    """Rows that an interrupted sync wrote with another setting are rewritten."""
    scene = begun(account, "USERS@1d", personal_data="include")
    before = scene.warehouse.rows("USERS")
    assert before
    account.fault(users(scene), kind="cut", after=1)
    scene.settings |= {"personal_data": "hash", "max_records_per_page": "1"}
    scene.settings["retry_attempts"] = "0"
    assert scene.sync().error is not None
    assert scene.warehouse.rows("USERS") != before
    scene.end_faults()
    assert requested(scene, personal_data="include")[users(scene)] > 0
    assert scene.warehouse.rows("USERS") == before


@pytest.mark.parametrize("way", ["an empty state", "enable_incremental_sync"])
def test_a_full_sync_reads_tables_that_are_not_due(account: Account, way: str) -> None:
    """With an empty state or `enable_incremental_sync: false`, all tables are due."""
    scene = begun(account, "TAGS@1d, ENTRIES@1d, CONTENT_TYPES@1d")
    scene.edit("put tag", "put entry", "put content type", value=1)
    scene.wait()
    if way == "an empty state":
        scene.warehouse.state = {}
    else:
        scene.settings["enable_incremental_sync"] = "false"
    found = requested(scene)
    assert min(found[path] for path in (TAGS, TYPES, f"/{MASTER}/entries")) > 0
    scene.assert_equal()


def test_the_debug_log_explains_each_request(account: Account) -> None:
    """One line for each table in each place says whether it was requested, and why."""
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
        "SPACES: requested, because it lists the places to read.",
        f"ROLES s1: not requested, because {since_3}, less than 2 h ago.",
        f"TAGS s1/master: not requested, because {since_0}, less than 24 h ago.",
        "WORKFLOW_DEFINITIONS s1/master: requested, because it is read in every sync.",
        "WORKFLOWS s1/master: not requested, because WORKFLOW_DEFINITIONS has no record here.",
    ]


def test_the_debug_log_explains_missing_requests(account: Account) -> None:
    """If a table was due but not requested, the log gives the reason."""
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
        "ENTRIES s1/master: not requested, because another read of its place failed before.",
        f"ENTRIES s1/dev: not requested, because {unready}",
        f"TAGS s1/dev: not requested, because {unready}",
    ]


# Tables that were not read completely


def test_a_table_that_failed_is_due_until_it_is_read(account: Account) -> None:
    """A failed table stays due until it is read, and the schedule of other tables is kept."""
    scene = Scene(account, "TAGS@1d, ROLES@1d", retry_attempts="0")
    account.fault(TAGS, status=500, times=2)
    assert [scene.sync().error is None for _ in range(2)] == [False, False]
    found = requested(scene)
    assert (found[TAGS], found[ROLES]) == (1, 0)
    assert requested(scene)[TAGS] == 0


def test_a_due_table_is_due_after_an_interruption(account: Account) -> None:
    """After a crash, the next sync finishes the due tables, even if it follows at once."""
    scene = begun(account, "ENTRIES, TAGS@1d")
    scene.edit("put tag", "put entry", value=1)
    scene.wait(DAY)
    scene.crash_after("a")
    assert names(scene) == ["Tag 0"]
    assert requested(scene)[TAGS] == 1
    scene.assert_equal()


def test_a_new_place_that_failed_is_due_until_it_is_read(account: Account) -> None:
    """A new place stays due until its first read is complete."""
    scene = begun(account, "TAGS@1d", retry_attempts="0", max_records_per_page="1")
    scene.edit("put environment", environment="dev")
    scene.edit("put tag", environment="dev", key="b")
    scene.edit("put tag", environment="dev", key="c")
    scene.wait()
    account.fault("*/dev/tags", status=500, times=1, after=1)
    assert scene.sync().error is not None
    assert requested(scene)["/spaces/s1/environments/dev/tags"] > 0
    scene.assert_settled()


def test_tables_in_an_unlisted_place_stay_due(account: Account) -> None:
    """If a list of environments fails, the due tables in those environments stay due."""
    scene = begun(account, "TAGS@1d, ROLES@1d", retry_attempts="0")
    scene.edit("put tag", value=1)
    scene.wait(DAY)
    account.fault("/spaces/s1/environments", status=500, times=1)
    assert scene.sync().error is not None
    assert requested(scene)[TAGS] == 1
    scene.assert_settled()


def test_a_refused_table_in_an_unlisted_place_stays_due(
    account: Account,
) -> None:
    """If a refused table was due while its place could not be listed, it stays due."""
    scene = Scene(account, "TAGS@1d, ROLES@2d", retry_attempts="0")
    account.fault(TAGS, status=403)
    scene.succeed()
    scene.end_faults()
    scene.edit("put tag")
    scene.wait(DAY)
    account.fault("/spaces/s1/environments", status=500, times=1)
    assert scene.sync().error is not None
    found = requested(scene)
    # A table that was not due keeps its schedule.
    assert (found[TAGS], found[ROLES]) == (1, 0)
    scene.assert_settled()


def test_a_refused_place_is_read_when_it_is_allowed(account: Account) -> None:
    """If a space could not be listed when its tables were due, they stay due there."""
    scene = begun(account, "TAGS@1d")
    scene.edit("put tag", value=1)
    account.fault("/spaces/s1/environments", status=403)
    scene.wait(DAY)
    scene.succeed()
    assert names(scene) == ["Tag 0"]
    scene.end_faults()
    assert requested(scene)[TAGS] == 1
    scene.assert_settled()
    assert requested(scene)[TAGS] == 0


# The content model


def test_an_unselected_model_is_read_once_a_day(account: Account) -> None:
    """If its tables are not selected, the model that titles depend on is read once a day."""
    scene = Scene(account)
    found = requested(scene)
    assert (found[LOCALES], found[TYPES]) == (1, 1)
    scene.edit("put content type", key="b")
    scene.wait(DAY - HOUR)
    found = requested(scene)
    assert (found[LOCALES], found[TYPES]) == (0, 0)
    scene.wait(HOUR)
    found = requested(scene)
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
def test_the_model_follows_the_intervals_of_its_tables(
    account: Account, tables: str, expected: tuple[int, int]
) -> None:
    """Locales and content types follow their tables' intervals; an unselected one, the other's."""
    scene = Scene(account, f"ENTRIES, {tables}")
    scene.succeed()
    scene.wait(HOUR)
    found = requested(scene)
    assert (found[LOCALES], found[TYPES]) == expected


@pytest.mark.parametrize("tables", ["ENTRIES", "ENTRIES, CONTENT_TYPES@7d"])
def test_an_unknown_content_type_makes_the_model_of_its_environment_due(
    account: Account, tables: str
) -> None:
    """An entry of a new content type gets its title; only its environment's model is read."""
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
    assert requested(scene)[TYPES] == 0


def test_an_unknown_content_type_among_many_changes_gets_its_titles(account: Account) -> None:
    """If changes exceed one request, titles are set once the new content type is known."""
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


def test_content_waits_for_a_failed_model(account: Account) -> None:
    """Content is not read while its model fails, and is read as soon as the model is."""
    scene = Scene(account, "ENTRIES@1d, CONTENT_TYPES@1d", retry_attempts="0")
    account.fault(TYPES, status=500, times=1)
    assert scene.sync().error is not None
    assert scene.warehouse.rows("ENTRIES") == []
    scene.succeed()
    scene.assert_settled()


def test_failed_content_is_read_with_a_new_model(account: Account) -> None:
    """If content fails after its model was read, the model is read again for the titles."""
    scene = Scene(account, "ENTRIES, CONTENT_TYPES@1d", retry_attempts="0")
    scene.succeed()
    scene.edit("put content type", key="b")
    scene.wait(DAY)
    account.fault(f"/{MASTER}/entries", status=500, times=1)
    assert scene.sync().error is not None
    scene.succeed()
    scene.assert_settled()


# Content comes first


def test_content_comes_before_all_other_listings(account: Account) -> None:
    """Only the lists of places and the model are requested before entries and assets."""
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


def test_content_is_committed_before_the_slow_listings_begin(account: Account) -> None:
    """If a sync fails after the content, the content is already committed."""
    scene = begun(account, "ENTRIES, TAGS")
    scene.edit("put entry", value=1)
    scene.wait()
    account.fault("*/tags", status=401)
    account.fault("/spaces", status=401, after=1)
    assert isinstance(scene.sync().error, TokenRefused)
    assert [row["title"] for row in scene.warehouse.rows("ENTRIES")] == ["Title 1"]


# No duplicate requests


@pytest.mark.parametrize("tables", ["core, ENTRIES, LOCALES", "core, content", "core, LOCALES"])
def test_the_locales_of_an_environment_are_listed_once(account: Account, tables: str) -> None:
    """The default locale of a space, titles and LOCALES share one listing, even for an alias."""
    scene = Scene(account, tables, environment_id="live,dev")
    scene.edit("put environment", "point alias", environment="dev")
    scene.edit("put space", "put environment", space="s2", environment="dev")
    found = requested(scene)
    assert found["/spaces/s1/environments/dev/locales"] == 1
    assert found["/spaces/s1/environments/live/locales"] == 0
    rows = {row["id"]: row["default_locale"] for row in scene.warehouse.rows("SPACES")}
    assert rows == {"s1": "en-US", "s2": None}


def test_a_changed_space_requests_locales_that_are_not_due(account: Account) -> None:
    """If LOCALES is not due, a changed space costs one request for its locales."""
    scene = begun(account, "SPACES, LOCALES@1d")
    scene.edit("put space", value=1)
    scene.wait()
    assert requested(scene)[LOCALES] == 1
    assert requested(scene)[LOCALES] == 0
