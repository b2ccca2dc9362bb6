"""The typed models, compared with rows computed from the emulator's records."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import expected_typed
import pytest
from emulated import Account
from engines import (
    TYPED_FROM,
    Engine,
    Row,
    comparable,
    duckdb_project,
    duckdb_rows,
    same_rows,
    write_typed,
)

ARTICLE = {
    "title": "title",
    "slug": "slug",
    "summary": "summary",
    "content": "content",
    "body": "body",
    "rating": "rating",
    "published": "published",
    "author": "author_id",
    "related": "related_ids",
    "hero": "hero_id",
}
EVERYTHING = {
    **{one: one for one in ("symbol", "text", "richtext", "integer", "number", "date", "boolean")},
    **{one: one for one in ("object", "location", "symbols", "gone")},
    "entry": "entry_id_2",
    "asset": "asset_id",
    "resource": "resource_urn",
    "entries": "entries_ids",
    "assets": "assets_ids",
    "resources": "resources_urns",
}
NAMED = {
    "fooBar": "foo_bar",
    "foo_bar": "foo_bar_2",
    "FooBar": "foo_bar_3",
    "entryId": "entry_id_2",
    "select": "select_field",
    "order": "order_field",
    "1st": "f_1st",
    "_": "field",
    "a" * 64: "a" * 63,
    "a" * 63: "a" * 61 + "_2",
    "b" * 62 + "Cd": "b" * 62 + "_",
    "hidden": "hidden",
}
DOCUMENTS = ("content", "richtext", "object", "location")


@pytest.mark.models
def test_a_typed_model_has_each_field_in_its_own_type(
    account: Account, typed_engine: Engine
) -> None:
    """Each field is a column of its type, and a value of another type is NULL."""
    place = "awkward-0.1", "main"
    wanted = expected_typed.rows(account, place, "everything", ["en-US"], EVERYTHING)
    found = map(_parsed, typed_engine.read("analytics", "awkward_everything"))
    same_rows(map(comparable, found), map(comparable, wanted))


@pytest.mark.models
def test_a_typed_model_has_a_row_in_each_locale(account: Account, typed_engine: Engine) -> None:
    """Each locale has a row, with the default locale's value in fields not localized."""
    place = next(iter(account.spaces)), "master"
    wanted = expected_typed.rows(account, place, "article", account.locales[place], ARTICLE)
    found = map(_parsed, typed_engine.read("analytics", "typed_article"))
    same_rows(map(comparable, found), map(comparable, wanted))


@pytest.mark.models
def test_each_field_has_a_separate_column(account: Account, typed_engine: Engine) -> None:
    """Field ids that collide, are reserved, too long or invalid get distinct column names."""
    place = next(iter(account.spaces)), "master"
    wanted = expected_typed.rows(account, place, "names", account.locales[place], NAMED)
    found = typed_engine.read("analytics", "typed_names")
    same_rows(map(comparable, found), map(comparable, wanted))


@pytest.mark.models
@pytest.mark.usefixtures("installed")
def test_a_locale_without_a_value_has_that_of_its_fallback(
    account: Account, warehouse: Path, variables: dict[str, Any], tmp_path: Path
) -> None:
    """A localized field without a value has that of the fallback locale, and others their own."""
    place, locales = ("awkward-0.1", "main"), ["de", "fr", "es"]
    copy = Path(shutil.copy(warehouse, tmp_path))
    fallbacks = {"fr": "de", "de": "en-US"}
    more = {**variables, "contentful__fallback_locales": fallbacks}
    project = duckdb_project(tmp_path, copy, "UTC", more)
    project.dbt("run", "--select", *(f"stg_contentful__{table}" for table in TYPED_FROM))
    write_typed(project, "awkward", space=place[0], environment=place[1], locale=locales)
    project.dbt("run", "--select", "awkward_everything")
    # The value of French is that of German, which is that of English.
    last = {"fr": "en-US", "de": "en-US"}
    wanted = expected_typed.rows(account, place, "everything", locales, EVERYTHING, last)
    assert wanted != expected_typed.rows(account, place, "everything", locales, EVERYTHING)
    found = map(_parsed, duckdb_rows(copy, "analytics", "awkward_everything"))
    same_rows(map(comparable, found), map(comparable, wanted))


def _parsed(row: Row) -> Row:
    """Return a row with parsed JSON, because engines write JSON text differently."""
    return {
        name: json.loads(value) if name in DOCUMENTS and isinstance(value, str) else value
        for name, value in row.items()
    }
