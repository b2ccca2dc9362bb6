"""Rows of recorded responses of the real API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contentful_cma.tables import READABLE
from contentful_cma.tables import core as tables
from contentful_cma.tables.derived import ContentModel
from contentful_cma.tables.places import Place
from support.core import NO_LICENSE
from support.warehouse import Warehouse

RECORDINGS = Path(__file__).parents[1] / "recordings" / "cma_recordings.jsonl"


def all_recorded() -> Iterator[tuple[str, dict]]:
    """Yield every record that the real API has sent, with the path of the request."""
    for line in RECORDINGS.read_text(encoding="utf-8").splitlines():
        answer = json.loads(line)
        if answer["status"] == 200:
            for record in answer["body"].get("items", [answer["body"]]):
                yield answer["path"], record


def recorded(path: str) -> list[dict]:
    """Return every record that the real API has sent at a path, oldest recording last."""
    found = [record for requested, record in all_recorded() if requested == path]
    assert found, f"nothing is recorded at {path}"
    return found


map_space = tables.__map_space_data
map_organization = tables.__map_organization_data


def test_an_organization() -> None:
    """A recorded organization is exactly this row."""
    assert map_organization(recorded("/organizations")[0]) == {
        "id": "1VcAE6naLx3WZBNNUIMMZE",
        "name": "SDKs Test Organization - v2 Enterprise",
        "type": "Organization",
        "default_user_language": None,
        "version": 3,
        "created_at": "2018-10-08T13:23:19Z",
        "updated_at": "2021-03-16T15:14:23Z",
    }


def test_a_space() -> None:
    """A recorded space of 2021 is exactly this row."""
    assert map_space(recorded("/spaces/2l3j7k267g9k")[0]) == {
        "id": "2l3j7k267g9k",
        "name": "Colorful-Demo-Dev-workflow",
        "organization_id": "1VcAE6naLx3WZBNNUIMMZE",
        "default_locale": None,
        "type": "Space",
        "version": 3,
        "created_at": "2019-09-09T14:37:05Z",
        "updated_at": "2019-10-25T15:17:48Z",
        "created_by_id": "0PCYk22mt1xD7gTKZhHycN",
        "created_by_type": "User",
        "updated_by_id": "0PCYk22mt1xD7gTKZhHycN",
        "updated_by_type": "User",
        "archived_at": None,
        **NO_LICENSE,
    }


def test_an_old_space() -> None:
    """A space as it was listed in 2014, without an organization, is exactly this row."""
    playground = next(one for one in recorded("/spaces") if one["sys"]["id"] == "l6a1rhnfkzbm")
    assert map_space(playground) == {
        "id": "l6a1rhnfkzbm",
        "name": "Playground",
        "organization_id": None,
        "default_locale": None,
        "type": "Space",
        "version": 1,
        "created_at": "2014-07-04T13:15:37Z",
        "updated_at": "2014-07-04T13:15:37Z",
        "created_by_id": "1E7acJL8I5XUXAMHQt9Grs",
        "created_by_type": "User",
        "updated_by_id": "1E7acJL8I5XUXAMHQt9Grs",
        "updated_by_type": "User",
        "archived_at": None,
        **NO_LICENSE,
    }


@pytest.mark.parametrize(
    ("path", "columns", "optional"),
    [
        ("/organizations", tables.ORGANIZATION_COLUMNS, {"default_user_language"}),
        (
            "/spaces",
            tables.SPACE_COLUMNS,
            {"organization_id", "default_locale", "archived_at", *NO_LICENSE},
        ),
    ],
)
def test_every_recorded_record(path: str, columns: tuple, optional: set[str]) -> None:
    """Each recorded record fills every column except those that the API added later."""
    mapped = map_space if path == "/spaces" else map_organization
    for record in recorded(path):
        row = mapped(record)
        assert set(row) == {column.name for column in columns}
        assert {name for name, value in row.items() if value is None} <= optional
        assert (row["id"], row["name"]) == (record["sys"]["id"], record["name"])


OF_TYPE = {
    "ApiKey": ("API_KEYS",),
    "Asset": ("ASSETS",),
    "ContentType": ("CONTENT_TYPES", "CONTENT_TYPE_FIELDS"),
    "EditorInterface": ("EDITOR_INTERFACES",),
    "Entry": ("ENTRIES",),
    "Environment": ("ENVIRONMENTS",),
    "Extension": ("EXTENSIONS",),
    "Locale": ("LOCALES",),
    "Organization": ("ORGANIZATIONS",),
    "OrganizationPeriodicUsage": ("ORGANIZATION_USAGE",),
    "PersonalAccessToken": ("ACCESS_TOKENS",),
    "PreviewApiKey": ("PREVIEW_API_KEYS",),
    "Role": ("ROLES",),
    "Snapshot": ("ENTRY_SNAPSHOTS", "CONTENT_TYPE_SNAPSHOTS"),
    "Space": ("SPACES",),
    "SpaceMembership": ("SPACE_MEMBERSHIPS",),
    "SpacePeriodicUsage": ("SPACE_USAGE",),
    "Tag": ("TAGS",),
    "TaxonomyConcept": ("TAXONOMY_CONCEPTS",),
    "TaxonomyConceptScheme": ("TAXONOMY_CONCEPT_SCHEMES",),
    "User": ("USERS",),
    "Webhook": ("WEBHOOK_HEALTH",),
    "WebhookCallOverview": ("WEBHOOK_CALLS",),
    "WebhookDefinition": ("WEBHOOKS",),
}
"""The tables of every type of record that is recorded."""

WITHOUT_TABLE = {"Upload", "WebhookCallDetails", None}
"""Uploads in progress, single webhook calls with secrets, and plain numbers."""


def test_every_recorded_type_is_known() -> None:
    """Each type of recorded record is listed with its tables or as a type without a table."""
    found = {record.get("sys", {}).get("type") for _, record in all_recorded()}
    assert found == OF_TYPE.keys() | WITHOUT_TABLE


def rows_of(warehouse: Warehouse, name: str) -> list[tuple[dict, dict[str, Any]]]:
    """Write the rows of every recorded record of a table; return each record with its row."""
    table = next(one for one in READABLE if one.name == name)
    place = Place(table.scope, tuple(f"some-{key}" for key in table.scope.keys))
    model = ContentModel("en-US", {"cat": "name"})
    pairs = []
    for _, record in all_recorded():
        if name in OF_TYPE.get(record.get("sys", {}).get("type"), ()):
            for row in table.rows(place, {**record, "parent_id": "parent"}, "include", model):
                warehouse.upsert(name, row)
                pairs.append((record, row))
    assert pairs, f"nothing is recorded for {name}"
    return pairs


WITH_RECORDINGS = sorted(name for names in OF_TYPE.values() for name in names)


@pytest.mark.parametrize("name", WITH_RECORDINGS)
def test_every_record_of_every_table(warehouse: Warehouse, name: str) -> None:
    """Rows of each recorded record fit the declared types and keep version, time and id."""
    for record, row in rows_of(warehouse, name):
        sys = record["sys"]
        for column, key in (("version", "version"), ("created_at", "createdAt")):
            if column in row:
                assert row[column] == sys.get(key)
        if name != "CONTENT_TYPE_FIELDS" and "id" in row:
            assert row["id"] == sys["id"]


NEVER_RECORDED: dict[str, set[str]] = {
    # The recorded tokens are unused, unlimited and not revoked.
    "ACCESS_TOKENS": {
        *("application_id", "expires_at", "last_used_at", "revoked_at", "user_id"),
        *("application_name", "redacted_value"),
    },
    # No recorded asset is archived.
    "ASSETS": {"archived_at", "archived_by_id", "archived_by_type", "archived_version"},
    # Newer than the recordings.
    "LOCALES": {"environment_uuid"},
    "CONTENT_TYPE_FIELDS": {"allowed_resources", "api_name", "deleted"},
    "EDITOR_INTERFACES": {"editor", "editor_layout", "editors", "group_controls"},
    "EXTENSIONS": {"srcdoc_sha256"},
    "ORGANIZATIONS": {"default_user_language"},
    "SPACES": {"archived_at", "default_locale", *NO_LICENSE},
    "USERS": {"preferred_language"},
    "WEBHOOKS": {"active", "transformation_content_type", "transformation_method"},
    # Left blank by their authors.
    "PREVIEW_API_KEYS": {"description"},
    "TAXONOMY_CONCEPTS": {"change_note", "uri"},
}


@pytest.mark.parametrize("name", WITH_RECORDINGS)
def test_every_column_is_filled_by_some_record(warehouse: Warehouse, name: str) -> None:
    """Each column has a value in some recorded record, or is listed as an exception."""
    rows = [row for _, row in rows_of(warehouse, name)]
    empty = {column for column in rows[0] if all(row[column] is None for row in rows)}
    assert empty == NEVER_RECORDED.get(name, set())
