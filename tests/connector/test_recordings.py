"""Recorded answers of the real API map to rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contentful_cma.tables import account as tables

RECORDINGS = Path(__file__).parents[1] / "recordings" / "cma_recordings.jsonl"


def recorded(path: str) -> list[dict]:
    """Return every record that the real API has sent at a path, oldest recording last."""
    found = []
    for line in RECORDINGS.read_text(encoding="utf-8").splitlines():
        answer = json.loads(line)
        if answer["path"] == path and answer["status"] == 200:
            found += answer["body"].get("items", [answer["body"]])
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
        "updated_by_id": "0PCYk22mt1xD7gTKZhHycN",
        "archived_at": None,
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
        "updated_by_id": "1E7acJL8I5XUXAMHQt9Grs",
        "archived_at": None,
    }


@pytest.mark.parametrize(
    ("path", "columns", "optional"),
    [
        ("/organizations", tables.ORGANIZATION_COLUMNS, {"default_user_language"}),
        ("/spaces", tables.SPACE_COLUMNS, {"organization_id", "default_locale", "archived_at"}),
    ],
)
def test_every_recorded_record(path: str, columns: tuple, optional: set[str]) -> None:
    """Each recorded record fills every column that the API gave at all times."""
    mapped = map_space if path == "/spaces" else map_organization
    for record in recorded(path):
        row = mapped(record)
        assert set(row) == {column.name for column in columns}
        assert {name for name, value in row.items() if value is None} <= optional
        assert (row["id"], row["name"]) == (record["sys"]["id"], record["name"])
