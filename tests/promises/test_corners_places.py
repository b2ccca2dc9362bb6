"""The state of a table in a place (organization, space or environment) applies only there."""

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


def requests_of(scene: Scene, path: str) -> int:
    """Sync without a failure; return how often a path was requested."""
    scene.account.forget_requests()
    scene.succeed()
    return sum(one["path"] == path for one in scene.account.requests())


def recreate(scene: Scene) -> None:
    """Delete the environment `qa` if it exists, and create it again a second later."""
    scene.edit("delete environment", environment="qa")
    scene.wait(1)
    scene.edit("put environment", environment="qa")
    scene.edit("put tag", environment="qa", value=2)


@pytest.fixture
def scene(account: Account) -> Scene:
    """Create two spaces with a tag in each environment; the first has two environments."""
    made = Scene(account, "TAGS")
    made.edit("put environment", environment="qa")
    made.edit("put tag", environment="qa")
    made.edit("put tag")
    made.edit("put space", "put tag", space="s2")
    return made


def test_refusals_elsewhere_do_not_delay_a_new_place(scene: Scene) -> None:
    """A space whose listing failed once is read next, even if other spaces refuse tags (2.1)."""
    scene.succeed()
    scene.edit("put tag", space="s2", value=3)
    for place in (f"/{MASTER}", QA):
        scene.account.fault(f"{place}/tags", status=403)
    scene.account.fault("/spaces/s2/environments", status=500, times=1)
    assert scene.sync(retry_attempts="0").error is not None
    assert requests_of(scene, "/spaces/s2/environments/master/tags") == 1
    names = {row["space_id"]: row["name"] for row in scene.warehouse.rows("TAGS")}
    assert names["s2"] == "Tag 3"


def test_an_environment_is_read_in_the_first_sync_that_finds_it_ready(scene: Scene) -> None:
    """A recreated environment is read as soon as it is ready, even if others refuse (2.2)."""
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
def test_a_recreated_environment_is_read_at_once(scene: Scene, *, refused: bool) -> None:
    """A recreated environment is read at once, despite an interval or an old refusal (2.3)."""
    if refused:
        scene.account.fault(f"{QA}/tags", status=403)
    scene.succeed(tables="TAGS@7d")
    scene.wait(DAY)
    scene.succeed()
    scene.end_faults()
    scene.edit("delete environment", environment="qa")
    scene.succeed()
    recreate(scene)
    assert requests_of(scene, f"{QA}/tags") == 1
    names = {row["environment_id"]: row["name"] for row in scene.warehouse.rows("TAGS")}
    assert names["qa"] == "Tag 2"


def test_refusals_of_deleted_environments_leave_the_state(scene: Scene) -> None:
    """The state forgets a refusal when its environment is deleted (2.4)."""
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
    scene.end_faults()
    scene.wait(DAY)
    scene.succeed()
    assert scene.state_size <= before + 100


def test_tables_without_a_definition_are_requested_daily(scene: Scene) -> None:
    """WORKFLOWS is requested daily in each environment, even if it has no definitions."""
    scene.settings["tables"] = "WORKFLOWS@2d, WORKFLOW_DEFINITIONS"
    place = "/spaces/s2/environments/master"
    scene.succeed()
    scene.wait(DAY + HOUR)
    recreate(scene)
    assert requests_of(scene, f"{place}/workflows") == 0
    scene.wait(DAY - HOUR)
    assert requests_of(scene, f"{place}/workflows") == 1


def test_a_recreated_environment_brings_its_own_snapshots(
    emulator: Account, configuration: dict[str, str], warehouse: Warehouse
) -> None:
    """After an environment is recreated, its snapshots replace the old ones (2.5)."""
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


def test_a_replaced_environment_loses_its_snapshots(
    account: Account,
) -> None:
    """An environment replaced after its first sync loses the snapshots it no longer has (2.5)."""
    scene = Scene(account, "CONTENT_TYPES, ENTRIES, ENTRY_SNAPSHOTS")
    scene.edit("publish entry")
    scene.wait()
    scene.succeed()
    assert len(scene.rows()["ENTRY_SNAPSHOTS"]) == 1
    scene.edit("renew environment")
    scene.wait(1)
    scene.succeed()
    assert scene.rows()["ENTRY_SNAPSHOTS"] == {}
    scene.assert_settled()


FOUND = 302


@pytest.mark.parametrize("status", [500, 400, 403, FOUND, 409])
def test_a_failed_default_locale_lookup_affects_one_space(account: Account, status: int) -> None:
    """If locales of a space cannot be read, the other spaces are synced, with a warning."""
    scene = Scene(account, "SPACES", environment_id="master", retry_attempts="0")
    scene.edit("put space", space="s2")
    scene.succeed()
    scene.edit("delete space", space="s2")
    for space in ("s3", "s4"):
        account.put_space(space)
    headers = {"Location": "https://elsewhere.example.com"} if status == FOUND else {}
    account.fault("/spaces/s3/environments/master/locales", status=status, headers=headers)
    run = scene.sync()
    assert run.error is None
    assert len(run.warnings) == 1
    locales = {row["id"]: row["default_locale"] for row in scene.warehouse.rows("SPACES")}
    assert locales == {"s1": "en-US", "s3": None, "s4": "en-US"}
    scene.end_faults()
    scene.succeed()
    locales = {row["id"]: row["default_locale"] for row in scene.warehouse.rows("SPACES")}
    assert locales == dict.fromkeys(("s1", "s3", "s4"), "en-US")


def test_a_changed_environment_setting_keeps_spaces_known_by_a_sketch(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No space is lost when `environment_id` changes and SPACES is known by a sketch."""
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


@pytest.mark.parametrize("largest", [20_000, 0], ids=["each", "sketch"])
def test_a_restored_locale_lookup_writes_no_equal_row(
    account: Account, monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    """A default locale that can be read again writes no row, with a ledger or a sketch."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", largest)
    scene = Scene(account, "SPACES", environment_id="master", retry_attempts="0")
    scene.succeed()
    (space,) = scene.stored("spaces")
    scene.store("spaces", {**space, "name": "Renamed"})
    account.fault("/spaces/s1/environments/master/locales")
    (written,) = scene.succeed().written
    assert written[1] == {**scene.expected()["SPACES"]["s1",], "name": "Renamed"}
    scene.end_faults()
    assert scene.succeed().written == []


CHILDREN = [
    example
    for example in EXAMPLES
    if example.table in ("ENTRY_SNAPSHOTS", "WORKFLOW_STEPS", "ORGANIZATION_USAGE", "TAGS")
]


@pytest.mark.parametrize("example", CHILDREN, ids=lambda one: one.table)
def test_a_new_column_is_filled_for_every_kind_of_reading(
    emulator: Account,
    configuration: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    example: Example,
) -> None:
    """Unchanged rows get the values of a new column, for every kind of reading (2.6)."""
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
