"""What only a further question shows: Timeline, today's experiences, steps of workflows."""

from __future__ import annotations

import pytest

import contentful_cma.state.ledger
from support.account import Account
from support.warehouse import Warehouse

Configuration = dict[str, str]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give a generated account of one space with some entries and assets."""
    emulator.reset(spaces=1, entries=4, assets=2)
    return emulator


def place(account: Account) -> str:
    """Return the path of master."""
    return f"spaces/{account.stored('spaces')[0]['sys']['id']}/environments/master"


@pytest.mark.parametrize("mixed", [False, True])
def test_releases_of_both_kinds_are_read(
    account: Account, configuration: Configuration, warehouse: Warehouse, *, mixed: bool
) -> None:
    """Releases of Timeline arrive once, whether they are also listed among the others or not."""
    account.control("POST", "settings", {"mixed_releases": mixed})
    releases = {**configuration, "tables": "RELEASES", "max_records_per_page": "1"}
    first = warehouse.sync(releases)
    assert (first.error, len([1 for name, _ in first.written if name == "RELEASES"])) == (None, 3)
    expected = {one["sys"]["id"] for one in account.stored(f"{place(account)}/releases")}
    assert {row["id"] for row in warehouse.rows("RELEASES")} == expected
    quiet = warehouse.sync(releases)
    assert (quiet.error, quiet.written, quiet.deleted) == (None, [], [])
    timeline = next(row for row in warehouse.rows("RELEASES") if row["schema_version"])
    account.control("DELETE", f"store/{place(account)}/releases/{timeline['id']}")
    keys = {name: timeline[name] for name in ("space_id", "environment_id", "id")}
    assert warehouse.sync(releases).deleted == [("RELEASES", keys)]


@pytest.mark.parametrize("largest", [20_000, 1], ids=["row by row", "by a sketch"])
def test_releases_of_timeline_that_are_forbidden_stay(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    largest: int,
) -> None:
    """Where the question for Timeline is refused once, nothing is deleted, and that is told."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", largest)
    releases = {**configuration, "tables": "RELEASES"}
    warehouse.sync(releases)
    account.fault(f"/{place(account)}/releases", status=403, times=1)
    run = warehouse.sync(releases)
    assert (run.error, run.deleted, len(run.warnings)) == (None, [], 1)
    assert f"sys.schemaVersion=Release.v2: GET /{place(account)}/releases" in run.warnings[0]
    assert len(warehouse.rows("RELEASES")) == 3


def test_an_api_that_knows_no_schema_version_has_no_timeline(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Where the parameter is a bad request, the plain listing is all that there is."""
    account.fault(f"/{place(account)}/releases", status=400, times=1)
    run = warehouse.sync({**configuration, "tables": "RELEASES"})
    assert (run.error, run.warnings) == (None, [])
    assert len(warehouse.rows("RELEASES")) == 2


@pytest.mark.parametrize("tables", ["RELEASE_ENTITIES", "RELEASES, RELEASE_ENTITIES"])
def test_what_is_in_releases_of_timeline(
    account: Account, configuration: Configuration, warehouse: Warehouse, tables: str
) -> None:
    """Entries and assets of Timeline releases are rows, also where RELEASES is not selected."""
    release_entities = {**configuration, "tables": tables}
    assert warehouse.sync(release_entities).error is None
    rows = warehouse.rows("RELEASE_ENTITIES")
    releases = account.stored(f"{place(account)}/releases")
    (timeline,) = [one for one in releases if "schemaVersion" in one["sys"]]
    links = [one["entity"]["sys"] for one in timeline["entities"]["items"]]
    expected = sorted((timeline["sys"]["id"], one["linkType"], one["id"]) for one in links)
    assert sorted((row["release_id"], row["type"], row["id"]) for row in rows) == expected
    quiet = warehouse.sync(release_entities)
    assert (quiet.error, quiet.written, quiet.deleted) == (None, [], [])


def test_experiences_have_the_names_of_today(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Experiences are asked for with the header that chooses today's shape, others without it."""
    warehouse.sync({**configuration, "tables": "EXPERIENCES, COMPONENTS"})
    name = "x-contentful-enable-alpha-feature"
    asked = {
        one["path"].rpartition("/")[2]: {key.lower(): one for key, one in one["headers"].items()}
        for one in account.requests()
    }
    assert asked["experiences"][name] == "new-exo-entity-types"
    assert name not in asked["components"]
    for row in warehouse.rows("EXPERIENCES"):
        assert str(row["template_id"]).startswith("crn:contentful")
        assert "experienceTemplate" in row["record"]["sys"]


def test_the_steps_of_workflows_that_changed(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A step is a row; the changelog is asked again only for entries whose workflow changed."""
    account.control("POST", "clock", {"now": "2026-03-01T00:00:00Z"})
    steps = {**configuration, "tables": "WORKFLOWS, WORKFLOW_STEPS"}
    warehouse.sync(steps)
    events = sorted(row["event"] for row in warehouse.rows("WORKFLOW_STEPS"))
    assert events == ["completed", "created", "created"]
    account.control("POST", "clock", {"advance_seconds": 3600})
    (workflow,) = [
        one for one in account.stored(f"{place(account)}/workflows") if one["stepId"] == "draft"
    ]
    path = f"/{place(account)}/workflows/{workflow['sys']['id']}"
    version = str(workflow["sys"]["version"])
    account.call("PUT", path, {**workflow, "stepId": "review"}, X_Contentful_Version=version)
    account.forget_requests()
    run = warehouse.sync(steps)
    written = [row for name, row in run.written if name == "WORKFLOW_STEPS"]
    entry = workflow["sys"]["entity"]["sys"]["id"]
    assert [(row["entry_id"], row["event"], row["step_id"]) for row in written] == [
        (entry, "stepChanged", "review")
    ]
    asked = [one["query"] for one in account.requests() if "changelog" in one["path"]]
    assert [query["entity.sys.id"] for query in asked] == [[entry]]
