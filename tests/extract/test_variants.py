"""Records that need another request or header: Timeline, experiences and workflow steps."""

from __future__ import annotations

import pytest

import contentful_cma.state.ledger
from support.account import Account
from support.warehouse import Warehouse

Configuration = dict[str, str]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return a generated account of one space with some entries and assets."""
    emulator.reset(spaces=1, entries=4, assets=2)
    return emulator


def place(account: Account) -> str:
    """Return the path of the environment `master`."""
    return f"spaces/{account.stored('spaces')[0]['sys']['id']}/environments/master"


@pytest.mark.parametrize("mixed", [False, True])
def test_releases_of_both_kinds_are_read(
    account: Account, configuration: Configuration, warehouse: Warehouse, *, mixed: bool
) -> None:
    """Releases of Timeline arrive once, whether or not they are also listed among the others."""
    account.control("POST", "settings", {"mixed_releases": mixed})
    releases = {**configuration, "tables": "RELEASES", "max_records_per_page": "1"}
    first = warehouse.sync(releases)
    assert (first.error, len([1 for name, _ in first.written if name == "RELEASES"])) == (None, 3)
    expected = {one["sys"]["id"] for one in account.stored(f"{place(account)}/releases")}
    assert {row["id"] for row in warehouse.rows("RELEASES")} == expected
    again = warehouse.sync(releases)
    assert (again.error, again.written, again.deleted) == (None, [], [])
    timeline = next(row for row in warehouse.rows("RELEASES") if row["schema_version"])
    account.control("DELETE", f"store/{place(account)}/releases/{timeline['id']}")
    keys = {name: timeline[name] for name in ("space_id", "environment_id", "id")}
    assert warehouse.sync(releases).deleted == [("RELEASES", keys)]


@pytest.mark.parametrize("largest", [20_000, 1], ids=["row by row", "by a sketch"])
def test_refused_releases_of_timeline_keep_their_rows(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    largest: int,
) -> None:
    """If the request for Timeline is refused once, nothing is deleted, and a warning says so."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", largest)
    releases = {**configuration, "tables": "RELEASES"}
    warehouse.sync(releases)
    account.fault(f"/{place(account)}/releases", status=403, times=1)
    run = warehouse.sync(releases)
    assert (run.error, run.deleted, len(run.warnings)) == (None, [], 1)
    assert f"sys.schemaVersion=Release.v2: GET /{place(account)}/releases" in run.warnings[0]
    assert len(warehouse.rows("RELEASES")) == 3


def test_an_api_without_schema_versions_has_no_timeline(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """If the API rejects the parameter, only the plain listing is read."""
    account.fault(f"/{place(account)}/releases", status=400, times=1)
    run = warehouse.sync({**configuration, "tables": "RELEASES"})
    assert (run.error, run.warnings) == (None, [])
    assert len(warehouse.rows("RELEASES")) == 2


@pytest.mark.parametrize("tables", ["RELEASE_ENTITIES", "RELEASES, RELEASE_ENTITIES"])
def test_entities_in_releases_of_timeline(
    account: Account, configuration: Configuration, warehouse: Warehouse, tables: str
) -> None:
    """Entries and assets in releases of Timeline are rows, even if RELEASES is not selected."""
    release_entities = {**configuration, "tables": tables}
    assert warehouse.sync(release_entities).error is None
    rows = warehouse.rows("RELEASE_ENTITIES")
    releases = account.stored(f"{place(account)}/releases")
    (timeline,) = [one for one in releases if "schemaVersion" in one["sys"]]
    links = [one["entity"]["sys"] for one in timeline["entities"]["items"]]
    expected = sorted((timeline["sys"]["id"], one["linkType"], one["id"]) for one in links)
    assert sorted((row["release_id"], row["type"], row["id"]) for row in rows) == expected
    again = warehouse.sync(release_entities)
    assert (again.error, again.written, again.deleted) == (None, [], [])


def test_experiences_are_read_in_their_current_form(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Only experiences are requested with the header that selects their current form."""
    tables = "EXPERIENCES, EXPERIENCE_TEMPLATES, COMPONENTS"
    warehouse.sync({**configuration, "tables": tables})
    name = "x-contentful-enable-alpha-feature"
    headers = {
        one["path"].rpartition("/")[2]: {key.lower(): one for key, one in one["headers"].items()}
        for one in account.requests()
    }
    assert headers["experiences"][name] == "new-exo-entity-types"
    assert name not in headers["components"]
    templates = {row["id"] for row in warehouse.rows("EXPERIENCE_TEMPLATES")}
    for row in warehouse.rows("EXPERIENCES"):
        assert row["template_id"] in templates
        assert "experienceTemplate" in row["record"]["sys"]


def test_an_installed_app_has_its_name(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """An installed app's name and owner come with the listing, without another request."""
    (organization,) = account.stored("organizations")
    owner = organization["sys"]["id"]
    apps = account.stored(f"organizations/{owner}/app_definitions")
    account.forget_requests()
    run = warehouse.sync({**configuration, "tables": "APP_INSTALLATIONS"})
    assert run.error is None
    known = {one["sys"]["id"]: one["name"] for one in apps}
    rows = warehouse.rows("APP_INSTALLATIONS")
    assert rows
    assert {row["app_definition_id"]: row["app_name"] for row in rows}.items() <= known.items()
    assert {row["app_organization_id"] for row in rows} == {owner}
    paths = [one["path"] for one in account.requests()]
    assert [one for one in paths if "app_definitions" in one] == []


def test_the_steps_of_workflows_that_changed(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Each step is a row, and the changelog is requested again only for changed workflows."""
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
    queries = [one["query"] for one in account.requests() if "changelog" in one["path"]]
    assert [query["entity.sys.id"] for query in queries] == [[entry]]
