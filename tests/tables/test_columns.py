"""What a table declares: where its columns are, and what is made of records by hand."""

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
def test_a_column_may_stand_in_two_places(record: dict[str, Any], value: str | None) -> None:
    """The second place counts where the first one is absent or null."""
    assert string("name", "new|sys.old", "What it is.").read(record) == value


def test_no_table_declares_a_column_twice() -> None:
    """Two columns of one name are refused before anything is read."""
    columns = (string("size", "", "As a text."), integer("size", "", "As a number."))
    with pytest.raises(ValueError, match=r"^SIZES declares a column twice$"):
        Table("SIZES", ACCOUNT, "sizes", "A size.", columns)


def test_a_header_without_a_name_is_left_out() -> None:
    """The names of a webhook's headers are texts, whatever else the API lists."""
    headers = [{"key": "X-One"}, {"key": 2}, {"value": "SECRET"}, "X-Three", {"key": "X-Four"}]
    row = webhook_row({"headers": headers}, {}, NO_MODEL)
    assert row == {"header_names": ["X-One", "X-Four"]}


@pytest.mark.parametrize(("kind", "entry"), [("Entry", "a"), ("Asset", None)])
def test_a_workflow_may_be_about_something_else(kind: str, entry: str | None) -> None:
    """Steps are asked for where a workflow is about an entry, and not for an asset of its id."""
    entity = {"sys": {"type": "Link", "linkType": kind, "id": "a"}}
    assert entry_of({"sys": {"entity": entity}}) == entry
