"""A mistyped id in the settings deletes nothing, and an empty account is confirmed first."""

from __future__ import annotations

import re

import pytest

from contentful_cma.errors import AccountEmpty, AccountUnreadable
from support.account import Account
from support.scene import HOUR, Scene
from support.warehouse import Run

TABLES = "ENVIRONMENTS, LOCALES, ENTRIES"


@pytest.fixture
def scene(account: Account) -> Scene:
    """Sync `s1` with `master` and `dev`, and `s2` with `master`."""
    made = Scene(account, TABLES)
    made.edit("put environment", environment="dev")
    made.edit("put space", "put content type", "put entry", space="s2")
    made.wait()
    made.succeed()
    made.assert_settled()
    made.wait()
    return made


def assert_refused(run: Run, *words: str) -> None:
    """Check that a sync failed with these words in one line, and did nothing."""
    assert isinstance(run.error, ValueError)
    sentence = str(run.error)
    assert [word for word in words if word not in sentence] == []
    assert "\n" not in sentence
    assert (run.written, run.deleted, run.truncated, run.states) == ([], [], [], [])


TYPOS = [
    ("environment_id", "produktion", ("'produktion'", "dev")),
    ("environment_id", "mastr", ("'mastr'", "master")),
    ("environment_id", "master,devv", ("'devv'", "dev")),
    ("space_ids", "s3", ("'s3'", "s1", "s2")),
    ("space_ids", "s1,doesnotexist", ("'doesnotexist'", "s2")),
    ("organization_ids", "nobody", ("'nobody'",)),
]


@pytest.mark.parametrize(("setting", "given", "words"), TYPOS)
def test_an_unknown_id_fails_the_sync_before_it_writes(
    scene: Scene, setting: str, given: str, words: tuple[str, ...]
) -> None:
    """An unknown id fails the sync; the error names the setting, the id and similar ids."""
    before, state, right = scene.rows(), scene.warehouse.state, dict(scene.settings)
    assert_refused(scene.sync(**{setting: given}), setting, *words)
    assert (scene.rows(), scene.warehouse.state) == (before, state)
    scene.settings = right
    scene.assert_settled()


@pytest.mark.parametrize(("setting", "given", "words"), TYPOS)
def test_a_first_sync_with_an_unknown_id_writes_nothing(
    account: Account, setting: str, given: str, words: tuple[str, ...]
) -> None:
    """A first sync with an unknown id fails alike, and the next one is a first sync again."""
    scene = Scene(account, TABLES)
    scene.edit("put environment", environment="dev")
    scene.edit("put space", space="s2")
    right = dict(scene.settings)
    assert_refused(scene.sync(**{setting: given}), setting, *words)
    assert (scene.warehouse.tables, scene.warehouse.state) == ({}, {})
    scene.settings = right
    scene.succeed()
    scene.assert_settled()


def test_the_nearest_organizations_are_named(scene: Scene) -> None:
    """The error about a mistyped organization names the similar ids of the account."""
    (organization,) = scene.stored("organizations")
    right = organization["sys"]["id"]
    run = scene.sync(organization_ids=right[:-1] + "x")
    assert_refused(run, "organization_ids", right)


def test_one_space_that_has_the_environment_is_enough(scene: Scene) -> None:
    """An environment id is valid if one selected space has it."""
    run = scene.succeed(environment_id="dev")
    assert run.warnings == []
    assert {row["space_id"] for row in scene.warehouse.rows("ENTRIES")} == {"s1"}
    scene.succeed(environment_id="master,dev")
    scene.assert_settled()


def test_an_alias_counts_as_an_environment(scene: Scene) -> None:
    """The id of an alias is valid as an environment id."""
    scene.edit("point alias", environment="dev")
    scene.succeed(environment_id="live,master")
    scene.assert_settled()


MISSING = [
    ({"path": "/spaces/s2/environments", "status": 403}, "environment_id", "dev"),
    ({"path": "/spaces/s2/environments", "status": 503}, "environment_id", "dev"),
    ({"path": "/spaces/s2/environments", "status": 503}, "environment_id", "produktion"),
    ({"path": "/spaces", "status": 503}, "space_ids", "s2"),
    ({"path": "/spaces", "status": 403}, "space_ids", "doesnotexist"),
]


@pytest.mark.parametrize(("fault", "setting", "given"), MISSING)
def test_nothing_deselected_is_deleted_while_a_listing_is_missing(
    scene: Scene, fault: dict, setting: str, given: str
) -> None:
    """If the listing that would contain an id cannot be read, all rows are kept."""
    before = scene.rows()
    scene.account.fault(**fault)
    run = scene.sync(**{setting: given})
    assert [one for one in run.deleted if one[0] != "SYNC_COVERAGE"] == []
    assert (run.truncated, scene.rows()) == ([], before)


def test_nothing_deselected_is_deleted_while_a_listing_is_partial(scene: Scene) -> None:
    """If a listing skipped a record, which may have the id, all rows are kept."""
    before = scene.rows()
    environments = scene.stored("spaces/s1/environments")
    scene.store("spaces/s1/environments", {**environments[0], "name": "x" * 8_000_000})
    scene.succeed(environment_id="dev")
    kept = {"LOCALES", "ENTRIES"}
    found = scene.rows()
    assert {name: found[name] for name in kept} == {name: before[name] for name in kept}


# Deleted spaces and environments


DELETED = [("environment_id", "environment", "master", "dev"), ("space_ids", "space", "s1", "s2")]


@pytest.mark.parametrize(("setting", "kind", "kept", "gone"), DELETED)
def test_a_deleted_id_in_a_filter_is_a_warning(
    scene: Scene, setting: str, kind: str, kept: str, gone: str
) -> None:
    """A deleted space or environment in a filter loses its rows, with a warning."""
    scene.succeed(**{setting: f"{kept},{gone}"})
    assert places(scene) & {gone}
    scene.edit(f"delete {kind}", **{kind: gone})
    run = scene.succeed()
    assert [one for one in run.warnings if re.search(rf"{setting}.*\b{gone}\b", one)]
    assert (places(scene) & {kept}, places(scene) & {gone}) == ({kept}, set())
    scene.assert_equal()


def places(scene: Scene) -> set[str]:
    """Return the ids of the spaces and environments that have entries."""
    rows = scene.warehouse.rows("ENTRIES")
    return {row[name] for row in rows for name in ("space_id", "environment_id")}


@pytest.mark.parametrize(("setting", "kind", "_kept", "gone"), DELETED)
def test_a_filter_whose_ids_are_all_deleted_fails_the_sync(
    scene: Scene, setting: str, kind: str, _kept: str, gone: str
) -> None:
    """If every id in a filter was deleted, the sync fails, and rows are kept."""
    scene.succeed(**{setting: gone})
    before = scene.rows()
    scene.edit(f"delete {kind}", **{kind: gone})
    run = scene.sync()
    assert_refused(run, setting)
    assert scene.rows() == before


def empty(scene: Scene) -> None:
    """Delete all spaces."""
    for space in ("s1", "s2"):
        scene.edit("delete space", space=space)


def test_an_account_without_spaces_is_emptied_after_an_hour(scene: Scene) -> None:
    """Syncs that see no space fail for an hour, and keep all rows; then they are deleted."""
    before = scene.rows()
    empty(scene)
    for _ in range(2):
        run = scene.sync()
        assert isinstance(run.error, AccountEmpty)
        assert "\n" not in str(run.error)
        assert (run.written, run.deleted, run.truncated, scene.rows()) == ([], [], [], before)
        scene.wait(HOUR / 2)
    scene.succeed()
    assert scene.rows() == {name: {} for name in before}
    scene.assert_settled()


def test_a_temporarily_empty_list_of_spaces_costs_no_row(scene: Scene) -> None:
    """A temporarily empty list of spaces costs no row, and confirms no later one."""
    page = {"sys": {"type": "Array"}, "total": 0, "limit": 100, "skip": 0, "items": []}
    for _ in range(2):
        scene.account.fault("/spaces", status=200, body=page)
        assert isinstance(scene.sync().error, AccountEmpty)
        scene.end_faults()
        scene.assert_no_changes(scene.succeed())
        scene.assert_equal()


def test_a_failed_listing_confirms_no_empty_one(scene: Scene) -> None:
    """A listing that fails does not confirm an empty list of spaces."""
    before = scene.rows()
    empty(scene)
    assert isinstance(scene.sync().error, AccountEmpty)
    scene.wait()
    scene.account.fault("/spaces", status=503)
    assert scene.sync().error is not None
    assert scene.rows() == before
    scene.end_faults()
    scene.succeed()
    assert scene.rows() == {name: {} for name in before}


def test_an_account_that_never_had_a_space_succeeds(account: Account) -> None:
    """A first sync of an account without spaces succeeds."""
    scene = Scene(account, TABLES)
    scene.edit("delete space")
    scene.succeed()
    scene.assert_settled()


def test_an_organization_without_spaces_is_synced(account: Account) -> None:
    """An organization without spaces is synced, and its rows do not count as lost spaces."""
    scene = Scene(account, "core, TEAMS")
    scene.edit("delete space")
    scene.succeed()
    assert (scene.warehouse.rows("SPACES"), scene.warehouse.rows("TEAMS") == []) == ([], False)
    for _ in range(2):
        scene.assert_no_changes(scene.succeed())


def test_a_token_that_may_list_nothing_fails_the_sync(scene: Scene) -> None:
    """A token that may list neither spaces nor organizations fails the sync; rows are kept."""
    before = scene.rows()
    for path in ("/spaces", "/organizations"):
        scene.account.fault(path, status=403)
    run = scene.sync()
    assert isinstance(run.error, AccountUnreadable)
    assert (run.deleted, run.truncated, scene.rows()) == ([], [], before)
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


def test_a_deselected_table_keeps_its_rows_and_leaves_sync_coverage(scene: Scene) -> None:
    """A deselected table keeps its rows, and SYNC_COVERAGE no longer lists it."""
    before = scene.rows()
    scene.edit("put entry", value=2)
    run = scene.succeed(tables="ENVIRONMENTS, LOCALES")
    assert {name for name, _ in run.deleted} == {"SYNC_COVERAGE"}
    assert {row["id"]: row for row in scene.warehouse.rows("ENTRIES")} == {
        row["id"]: row for row in before["ENTRIES"].values()
    }
    covered = {row["table_name"] for row in scene.warehouse.rows("SYNC_COVERAGE")}
    assert covered == {"ENVIRONMENTS", "LOCALES"}
    scene.succeed(tables=TABLES)
    scene.assert_settled()
