"""The typed models, compared with rows computed from the emulator's records."""

from __future__ import annotations

import json

import expected_typed
import pytest
from emulated import Account
from engines import Engine, Row, comparable, same_rows

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


def _parsed(row: Row) -> Row:
    """Return a row with parsed JSON, because engines write JSON text differently."""
    return {
        name: json.loads(value) if name in DOCUMENTS and isinstance(value, str) else value
        for name, value in row.items()
    }
