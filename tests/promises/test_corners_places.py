"""What is known of a table in a place goes with its place, and no other place answers for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

import contentful_cma.state.ledger
import contentful_cma.tables
import support.warehouse
from support.account import Account
from support.examples import EXAMPLES, Example
from support.examples.acting import arrange, begin, in_order, only, put_all
from support.scene import DAY, HOUR, MASTER, Scene
from support.warehouse import Warehouse

QA = "/spaces/s1/environments/qa"


def asked(scene: Scene, path: str) -> int:
    """Sync without a failure; return how often a path was requested."""
    scene.account.forget_requests()
    scene.succeed()
    return sum(one["path"] == path for one in scene.account.requests())


def recreate(scene: Scene) -> None:
    """Delete the environment `qa` if it is there, and create it again a moment later."""
    scene.edit("delete environment", environment="qa")
    scene.wait(1)
    scene.edit("put environment", environment="qa")
    scene.edit("put tag", environment="qa", value=2)


@pytest.fixture
def scene(account: Account) -> Scene:
    """Give two spaces, the first of which has two environments; each has a tag."""
    made = Scene(account, "TAGS")
    made.edit("put environment", environment="qa")
    made.edit("put tag", environment="qa")
    made.edit("put tag")
    made.edit("put space", "put tag", space="s2")
    return made


def test_a_place_that_was_not_listed_is_read_once_it_is(scene: Scene) -> None:
    """Refusals elsewhere in its organization are no reason to leave it out (2.1)."""
    scene.succeed()
    scene.edit("put tag", space="s2", value=3)
    for place in (f"/{MASTER}", QA):
        scene.account.fault(f"{place}/tags", status=403)
    scene.account.fault("/spaces/s2/environments", status=500, times=1)
    assert scene.sync(retry_attempts="0").error is not None
    assert asked(scene, "/spaces/s2/environments/master/tags") == 1
    names = {row["space_id"]: row["name"] for row in scene.warehouse.rows("TAGS")}
    assert names["s2"] == "Tag 3"


def test_an_environment_is_read_in_the_first_sync_that_finds_it_ready(scene: Scene) -> None:
    """One that was created again and was not ready at first waits for no other one (2.2)."""
    scene.succeed()
    recreate(scene)
    (made,) = (one for one in scene.stored("spaces/s1/environments") if one["sys"]["id"] == "qa")
    waiting = {"sys": {"type": "Link", "linkType": "Status", "id": "queued"}}
    scene.store("spaces/s1/environments", {**made, "sys": {**made["sys"], "status": waiting}})
    for place in (f"/{MASTER}", "/spaces/s2/environments/master"):
        scene.account.fault(f"{place}/tags", status=403)
    scene.succeed()
    scene.store("spaces/s1/environments", made)
    scene.succeed()
    names = {row["environment_id"]: row["name"] for row in scene.warehouse.rows("TAGS")}
    assert names["qa"] == "Tag 2"


@pytest.mark.parametrize("refused", [True, False])
def test_an_environment_that_is_created_again_is_read_at_once(
    scene: Scene, *, refused: bool
) -> None:
    """Neither the interval nor what the old one refused puts it off (2.3)."""
    if refused:
        scene.account.fault(f"{QA}/tags", status=403)
    scene.succeed(tables="TAGS@7d")
    scene.wait(DAY)
    scene.succeed()
    scene.heal()
    scene.edit("delete environment", environment="qa")
    scene.succeed()
    recreate(scene)
    assert asked(scene, f"{QA}/tags") == 1
    names = {row["environment_id"]: row["name"] for row in scene.warehouse.rows("TAGS")}
    assert names["qa"] == "Tag 2"


def test_environments_that_come_and_go_leave_nothing_in_the_state(scene: Scene) -> None:
    """A refusal is remembered as long as its place exists (2.4)."""
    scene.settings["tables"] = "TAGS, EXTENSIONS, WORKFLOW_DEFINITIONS"
    scene.succeed()
    scene.wait()
    scene.succeed()
    before = scene.state_size
    for number in range(3):
        name = f"pull-request-{number}"
        place = f"/spaces/s1/environments/{name}"
        scene.edit("put environment", environment=name)
        for kind in ("tags", "extensions", "workflow_definitions"):
            scene.account.fault(f"{place}/{kind}", status=403)
        scene.succeed()
        scene.edit("delete environment", environment=name)
        scene.wait(HOUR)
        scene.succeed()
    scene.heal()
    scene.wait(DAY)
    scene.succeed()
    assert scene.state_size <= before + 100


def test_each_place_is_asked_within_a_day(scene: Scene) -> None:
    """What no definition lets expect is requested once a day in each place by itself (2.7)."""
    scene.settings["tables"] = "WORKFLOWS@2d, WORKFLOW_DEFINITIONS"
    place = "/spaces/s2/environments/master"
    scene.succeed()
    scene.wait(DAY + HOUR)
    recreate(scene)
    assert asked(scene, f"{place}/workflows") == 0
    scene.wait(DAY - HOUR)
    assert asked(scene, f"{place}/workflows") == 1


def test_snapshots_are_those_of_the_environment_that_is_there(
    emulator: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """Snapshots of an environment that was created again arrive, its entries unchanged (2.5)."""
    (example,) = (one for one in EXAMPLES if one.table == "ENTRY_SNAPSHOTS")
    begin(emulator)
    arrange(emulator, example)
    assert warehouse.sync(only(configuration, example)).error is None
    assert in_order(warehouse.rows(example.table)) == in_order(example.rows)
    environments = "spaces/shop/environments"
    (master,) = emulator.stored(environments)
    made = {**master, "sys": {**master["sys"], "createdAt": "2025-02-28T00:00:00Z"}}
    emulator.put(environments, made)
    emulator.control("DELETE", f"store/{example.collection}/{example.identifier}")
    other = example.named("of-the-new-one")
    put_all(emulator, [(other.collection, other.record)])
    assert warehouse.sync(only(configuration, example)).error is None
    assert in_order(warehouse.rows(example.table)) == in_order(other.rows)


@pytest.mark.parametrize("status", [500, 400, 403])
def test_one_space_without_an_answer_holds_no_other_up(account: Account, status: int) -> None:
    """New spaces arrive, deleted ones go, and that one has the default locale it had (5.2)."""
    scene = Scene(account, "SPACES", environment_id="master", retry_attempts="0")
    scene.edit("put space", space="s2")
    scene.succeed()
    scene.edit("delete space", space="s2")
    for space in ("s3", "s4"):
        account.put_space(space)
    account.fault("/spaces/s3/environments/master/locales", status=status)
    run = scene.sync()
    assert run.error is None
    assert len(run.warnings) == 1
    locales = {row["id"]: row["default_locale"] for row in scene.warehouse.rows("SPACES")}
    assert locales == {"s1": "en-US", "s3": None, "s4": "en-US"}
    scene.heal()
    scene.succeed()
    locales = {row["id"]: row["default_locale"] for row in scene.warehouse.rows("SPACES")}
    assert locales == dict.fromkeys(("s1", "s3", "s4"), "en-US")


def test_spaces_that_are_known_by_a_sketch_follow_the_environment(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All rows are there after `environment_id` has changed, in the same sync (5.1)."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", 3)
    monkeypatch.setattr(contentful_cma.state.ledger, "CELLS", 8)
    scene = Scene(account, "SPACES", environment_id="master")
    for number in range(12):
        account.put_space(f"more-{number:02}")
    scene.edit("put environment", environment="qa")
    scene.succeed()
    before = {row["id"] for row in scene.warehouse.rows("SPACES")}
    assert len(before) == 13
    scene.wait()
    scene.succeed(environment_id="qa,master")
    assert {row["id"] for row in scene.warehouse.rows("SPACES")} == before


CHILDREN = [
    example
    for example in EXAMPLES
    if example.table in ("ENTRY_SNAPSHOTS", "WORKFLOW_STEPS", "ORGANIZATION_USAGE", "TAGS")
]


@pytest.mark.parametrize("example", CHILDREN, ids=lambda one: one.table)
def test_a_column_of_a_later_version_is_filled(
    emulator: Account,
    configuration: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    example: Example,
) -> None:
    """Rows that do not change get the values of a new column, however they are read (2.6)."""
    begin(emulator)
    arrange(emulator, example)
    tables = contentful_cma.tables.TABLES
    (table,) = (one for one in tables if one.name == example.table)
    # The column is the one that this version adds: the earlier one did not have it.
    last = [column for column in table.columns if example.rows[0].get(column.name) is not None][-1]
    earlier = replace(
        table, columns=tuple(column for column in table.columns if column is not last)
    )
    before = tuple(earlier if one is table else one for one in tables)
    for module in (contentful_cma.tables, support.warehouse):
        monkeypatch.setattr(module, "TABLES", before)
    warehouse = Warehouse()
    assert warehouse.sync(only(configuration, example)).error is None
    assert last.name not in warehouse.rows(example.table)[0]
    monkeypatch.undo()
    warehouse = warehouse.copy()
    emulator.control("POST", "clock", {"advance_seconds": 60})
    assert warehouse.sync(only(configuration, example)).error is None
    assert in_order(warehouse.rows(example.table)) == in_order(example.rows)
