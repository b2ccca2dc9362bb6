"""Column paths, and row values that a function computes."""

from __future__ import annotations

from typing import Any

import pytest

from contentful_cma.tables.columns import integer, string
from contentful_cma.tables.derived import NO_MODEL
from contentful_cma.tables.history import entry_of
from contentful_cma.tables.places import ACCOUNT
from contentful_cma.tables.structure import webhook_row
from contentful_cma.tables.table import Table


@pytest.mark.parametrize(
    ("record", "value"),
    [
        ({"new": "a", "sys": {"old": "b"}}, "a"),
        ({"sys": {"old": "b"}}, "b"),
        ({"new": None, "sys": {"old": "b"}}, "b"),
        ({"sys": "none"}, None),
        ({}, None),
    ],
)
def test_a_column_can_have_two_paths(record: dict[str, Any], value: str | None) -> None:
    """The second path is read if the value at the first one is absent or null."""
    assert string("name", "new|sys.old", "Display name.").read(record) == value


def test_no_table_declares_a_column_twice() -> None:
    """Two columns with the same name raise ValueError at import."""
    columns = (string("size", "", "Size as text."), integer("size", "", "Size as a number."))
    with pytest.raises(ValueError, match=r"^SIZES declares a column twice$"):
        Table("SIZES", ACCOUNT, "sizes", "A size.", columns)


def test_a_header_without_a_name_is_omitted() -> None:
    """A webhook header whose name is missing or not a text is omitted."""
    headers = [{"key": "X-One"}, {"key": 2}, {"value": "SECRET"}, "X-Three", {"key": "X-Four"}]
    row = webhook_row({"headers": headers}, {}, NO_MODEL)
    assert row == {"header_names": ["X-One", "X-Four"]}


@pytest.mark.parametrize(("kind", "entry"), [("Entry", "a"), ("Asset", None)])
def test_steps_are_requested_for_workflows_of_entries(kind: str, entry: str | None) -> None:
    """A workflow of an asset has no steps, even if an entry has the asset's id."""
    entity = {"sys": {"type": "Link", "linkType": kind, "id": "a"}}
    assert entry_of({"sys": {"entity": entity}}) == entry
