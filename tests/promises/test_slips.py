"""A slip of the pen in the settings deletes nothing, and an empty listing is believed late."""

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
    """Give `s1` with `master` and `dev`, `s2` with `master`, all of it synced."""
    made = Scene(account, TABLES)
    made.edit("put environment", environment="dev")
    made.edit("put space", "put content type", "put entry", space="s2")
    made.wait()
    made.succeed()
    made.assert_settled()
    made.wait()
    return made


def assert_refused(run: Run, *words: str) -> None:
    """Check that a sync ended in one sentence with these words, and had done nothing."""
    assert isinstance(run.error, ValueError)
    sentence = str(run.error)
    assert [word for word in words if word not in sentence] == []
    assert "\n" not in sentence
    assert (run.written, run.deleted, run.truncated, run.states) == ([], [], [], [])


SLIPS = [
    ("environment_id", "produktion", ("'produktion'", "dev")),
    ("environment_id", "mastr", ("'mastr'", "master")),
    ("environment_id", "master,devv", ("'devv'", "dev")),
    ("space_ids", "s3", ("'s3'", "s1", "s2")),
    ("space_ids", "s1,doesnotexist", ("'doesnotexist'", "s2")),
    ("organization_ids", "nobody", ("'nobody'",)),
]


@pytest.mark.parametrize(("setting", "given", "words"), SLIPS)
def test_an_id_that_never_was_ends_the_sync_before_it_does_anything(
    scene: Scene, setting: str, given: str, words: tuple[str, ...]
) -> None:
    """One sentence names the setting, the id and the nearest ones; set right, all goes on."""
    before, state, right = scene.rows(), scene.warehouse.state, dict(scene.settings)
    assert_refused(scene.sync(**{setting: given}), setting, *words)
    assert (scene.rows(), scene.warehouse.state) == (before, state)
    scene.settings = right
    scene.assert_settled()


@pytest.mark.parametrize(("setting", "given", "words"), SLIPS)
def test_a_first_sync_with_an_id_that_never_was_writes_nothing(
    account: Account, setting: str, given: str, words: tuple[str, ...]
) -> None:
    """The very first sync is refused in the same sentence, and the next one is a first sync."""
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
    """A mistyped organization is answered with the ids that the account has."""
    (organization,) = scene.stored("organizations")
    right = organization["sys"]["id"]
    run = scene.sync(organization_ids=right[:-1] + "x")
    assert_refused(run, "organization_ids", right)


def test_one_space_that_has_the_environment_is_enough(scene: Scene) -> None:
    """An environment id is looked for in all selected spaces; a space without it is no slip."""
    run = scene.succeed(environment_id="dev")
    assert run.warnings == []
    assert {row["space_id"] for row in scene.warehouse.rows("ENTRIES")} == {"s1"}
    scene.succeed(environment_id="master,dev")
    scene.assert_settled()


def test_an_alias_is_an_environment_that_exists(scene: Scene) -> None:
    """The id of an alias may be named as that of an environment."""
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
    """Where the listing that could show the id cannot be read, all rows stay."""
    before = scene.rows()
    scene.account.fault(**fault)
    run = scene.sync(**{setting: given})
    assert [one for one in run.deleted if one[0] != "SYNC_COVERAGE"] == []
    assert (run.truncated, scene.rows()) == ([], before)


def test_nothing_deselected_is_deleted_while_a_listing_is_partial(scene: Scene) -> None:
    """Where a listing has left something out, the id may be among it, and all rows stay."""
    before = scene.rows()
    environments = scene.stored("spaces/s1/environments")
    scene.store("spaces/s1/environments", {**environments[0], "name": "x" * 8_000_000})
    scene.succeed(environment_id="dev")
    kept = {"LOCALES", "ENTRIES"}
    found = scene.rows()
    assert {name: found[name] for name in kept} == {name: before[name] for name in kept}


# What is gone


GONE = [("environment_id", "environment", "master", "dev"), ("space_ids", "space", "s1", "s2")]


@pytest.mark.parametrize(("setting", "kind", "kept", "gone"), GONE)
def test_what_is_named_and_deleted_is_a_deletion_with_a_warning(
    scene: Scene, setting: str, kind: str, kept: str, gone: str
) -> None:
    """The warning names the setting and the id; the rows go."""
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


@pytest.mark.parametrize(("setting", "kind", "_kept", "gone"), GONE)
def test_a_selection_that_is_empty_as_a_whole_is_refused(
    scene: Scene, setting: str, kind: str, _kept: str, gone: str
) -> None:
    """Where all that the settings name is gone and other things are there, nothing is deleted."""
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


def test_an_account_without_spaces_is_believed_after_an_hour(scene: Scene) -> None:
    """Until then each sync that sees no space fails in one sentence and deletes nothing."""
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


def test_an_empty_listing_by_mistake_costs_nothing(scene: Scene) -> None:
    """Spaces that are listed again were never gone, and a later mistake is a first look again."""
    page = {"sys": {"type": "Array"}, "total": 0, "limit": 100, "skip": 0, "items": []}
    for _ in range(2):
        scene.account.fault("/spaces", status=200, body=page)
        assert isinstance(scene.sync().error, AccountEmpty)
        scene.heal()
        scene.assert_quiet(scene.succeed())
        scene.assert_equal()


def test_a_failure_between_the_two_looks_is_no_look(scene: Scene) -> None:
    """Only a listing that succeeds confirms another one."""
    before = scene.rows()
    empty(scene)
    assert isinstance(scene.sync().error, AccountEmpty)
    scene.wait()
    scene.account.fault("/spaces", status=503)
    assert scene.sync().error is not None
    assert scene.rows() == before
    scene.heal()
    scene.succeed()
    assert scene.rows() == {name: {} for name in before}


def test_an_account_that_never_had_a_space_is_no_failure(account: Account) -> None:
    """A first sync of an account without spaces succeeds with no row of them."""
    scene = Scene(account, TABLES)
    scene.edit("delete space")
    scene.succeed()
    scene.assert_settled()


def test_what_an_organization_has_is_read_without_any_space(account: Account) -> None:
    """Rows of an organization make nobody believe that there were spaces, in no later sync."""
    scene = Scene(account, "core, TEAMS")
    scene.edit("delete space")
    scene.succeed()
    assert (scene.warehouse.rows("SPACES"), scene.warehouse.rows("TEAMS") == []) == ([], False)
    for _ in range(2):
        scene.assert_quiet(scene.succeed())


def test_a_token_that_may_list_nothing_is_no_other_account(scene: Scene) -> None:
    """Where neither spaces nor organizations may be listed, the sync fails, and all rows stay."""
    before = scene.rows()
    for path in ("/spaces", "/organizations"):
        scene.account.fault(path, status=403)
    run = scene.sync()
    assert isinstance(run.error, AccountUnreadable)
    assert (run.deleted, run.truncated, scene.rows()) == ([], [], before)
    scene.heal()
    scene.succeed()
    scene.assert_settled()


def test_a_deselected_table_keeps_its_rows_and_is_no_longer_told_of(scene: Scene) -> None:
    """Its rows stay as they are, and SYNC_COVERAGE has no row about it."""
    before = scene.rows()
    scene.edit("put entry", value=2)
    run = scene.succeed(tables="ENVIRONMENTS, LOCALES")
    assert {name for name, _ in run.deleted} == {"SYNC_COVERAGE"}
    assert {row["id"]: row for row in scene.warehouse.rows("ENTRIES")} == {
        row["id"]: row for row in before["ENTRIES"].values()
    }
    told = {row["table_name"] for row in scene.warehouse.rows("SYNC_COVERAGE")}
    assert told == {"ENVIRONMENTS", "LOCALES"}
    scene.succeed(tables=TABLES)
    scene.assert_settled()
