"""Computed columns of ENTRIES and ASSETS: titles, files and links."""

from __future__ import annotations

from typing import Any

import pytest

from support.account import Account
from support.examples.example import FIRST_SYNC, content, link
from support.examples.expected import asset_row, entry_row
from support.warehouse import Warehouse
from support.web_app import (
    ASSETS,
    ENTRIES,
    NOTE,
    TYPES,
    changes,
    later,
    put,
    with_a_content_type,
)

DAY = 86400
Configuration = dict[str, str]
Record = dict[str, Any]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return an account with one space, one activated content type and a fixed clock."""
    emulator.reset()
    emulator.control("POST", "clock", {"now": FIRST_SYNC})
    with_a_content_type(emulator)
    return emulator


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """Return the configuration that reads only content."""
    return {**configuration, "tables": "content"}


def test_the_title_follows_the_content_type(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A new display field changes all titles of the content type; without one, they are NULL."""
    both = {"title": {"en-US": "Title"}, "subtitle": {"en-US": "Subtitle"}}
    record = account.call(
        "PUT", f"/{ENTRIES}/one", {"fields": both}, X_Contentful_Content_Type="note"
    )
    warehouse.sync(configuration)
    assert warehouse.rows("ENTRIES") == [entry_row(record, "draft", "Title")]
    for version, (field, title) in enumerate((("subtitle", "Subtitle"), (None, None)), start=2):
        later(account, DAY)
        put(account, f"{TYPES}/note", {**NOTE, "displayField": field}, version)
        run = warehouse.sync(configuration)
        assert changes(run) == (None, [("ENTRIES", entry_row(record, "draft", title))], [])
        assert changes(warehouse.sync(configuration)) == (None, [], [])


def test_the_title_is_that_of_the_default_locale(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """The title is NULL if the default locale has no text, even if another locale has one."""
    fields = {"title": {"de-DE": "Nur deutsch"}}
    entry = account.call(
        "PUT", f"/{ENTRIES}/one", {"fields": fields}, X_Contentful_Content_Type="note"
    )
    asset = put(account, f"{ASSETS}/one", {"fields": fields})
    warehouse.sync(configuration)
    assert warehouse.rows("ENTRIES") == [entry_row(entry, "draft")]
    assert warehouse.rows("ASSETS") == [asset_row(asset, "draft")]


def test_another_default_locale_gives_other_titles(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A change of the default locale rewrites all titles, although no entry has changed."""
    locales = f"{ENTRIES.rpartition('/')[0]}/locales"
    english = account.stored(locales)[0]
    german = {**english, "code": "de-DE", "default": False}
    german["sys"] = {**english["sys"], "id": "german"}
    account.put(locales, german)
    fields = {"title": {"en-US": "Sun", "de-DE": "Sonne"}}
    entry = account.call(
        "PUT", f"/{ENTRIES}/one", {"fields": fields}, X_Contentful_Content_Type="note"
    )
    asset = put(account, f"{ASSETS}/one", {"fields": fields})
    warehouse.sync(configuration)
    assert warehouse.rows("ENTRIES") == [entry_row(entry, "draft", "Sun")]
    later(account, DAY)
    account.put(locales, {**english, "default": False})
    account.put(locales, {**german, "default": True})
    run = warehouse.sync(configuration)
    assert (run.error, run.deleted, run.truncated) == (None, [], [])
    assert warehouse.rows("ENTRIES") == [entry_row(entry, "draft", "Sonne")]
    assert warehouse.rows("ASSETS") == [asset_row(asset, "draft", "Sonne")]
    assert changes(warehouse.sync(configuration)) == (None, [], [])


def test_an_entry_without_fields_has_a_row(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """The column `fields` is NULL for an empty entry, because the API omits the key."""
    record = account.call("PUT", f"/{ENTRIES}/one", {}, X_Contentful_Content_Type="note")
    bare = {name: value for name, value in record.items() if name != "fields"}
    account.put(ENTRIES, bare)
    warehouse.sync(configuration)
    assert warehouse.rows("ENTRIES") == [entry_row(bare, "draft")]


IMAGE = {
    "fileName": "sun.png",
    "contentType": "image/png",
    "url": "//images.ctfassets.net/shop/sun/0a1b/sun.png",
    "details": {"size": 2048, "image": {"width": 64, "height": 32}},
}
FILES: list[tuple[Any, Record]] = [
    (
        {"en-US": IMAGE, "de-DE": {**IMAGE, "fileName": "sonne.png"}},
        {
            "file_name": "sun.png",
            "content_type": "image/png",
            "url": "//images.ctfassets.net/shop/sun/0a1b/sun.png",
            "size": 2048,
            "width": 64,
            "height": 32,
        },
    ),
    (
        {"en-US": {**IMAGE, "contentType": "text/plain", "details": {"size": 0}}},
        {
            "file_name": "sun.png",
            "content_type": "text/plain",
            "url": "//images.ctfassets.net/shop/sun/0a1b/sun.png",
            "size": 0,
        },
    ),
    (
        {"en-US": {"fileName": "a", "contentType": "b/c", "upload": "https://example.com/a"}},
        {"file_name": "a", "content_type": "b/c"},
    ),
    ({"de-DE": IMAGE}, {}),
    (None, {}),
]


@pytest.mark.parametrize(
    ("file", "columns"), FILES, ids=["image", "text", "not processed", "elsewhere", "none"]
)
def test_the_file_of_an_asset(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    file: Any,
    columns: Record,
) -> None:
    """The file columns come from the default locale; values that the API omits are NULL."""
    fields = {"title": {"en-US": "Sun"}, **({} if file is None else {"file": file})}
    record = {
        "metadata": {"tags": [], "concepts": []},
        "sys": content("Asset", "sun", fieldStatus={"*": {"en-US": "draft"}}, urn="crn:sun"),
        "fields": fields,
    }
    account.put(ASSETS, record)
    warehouse.sync(configuration)
    assert warehouse.rows("ASSETS") == [asset_row(record, "draft", "Sun", **columns)]


def resource(kind: str, urn: str) -> Record:
    """Return a link into another space."""
    return {"sys": {"type": "ResourceLink", "linkType": kind, "urn": urn}}


def node(kind: str, *inner: Record, target: Record | None = None) -> Record:
    """Return a node of rich text."""
    data = {} if target is None else {"target": target}
    return {"nodeType": kind, "data": data, "content": list(inner)}


def words(value: str) -> Record:
    """Return a text node of rich text."""
    return {"nodeType": "text", "value": value, "marks": [], "data": {}}


DEPOT = "crn:contentful:::content:spaces/depot/environments/master/entries/"
RICH_TEXT = node(
    "document",
    node(
        "paragraph",
        words("See "),
        node("entry-hyperlink", words("this"), target=link("Entry", "e-1")),
        node("asset-hyperlink", words("that"), target=link("Asset", "a-1")),
        node(
            "resource-hyperlink", words("there"), target=resource("Contentful:Entry", DEPOT + "1")
        ),
        {"nodeType": "hyperlink", "data": {"uri": "https://example.com"}, "content": []},
        node("embedded-entry-inline", target=link("Entry", "e-2")),
        node("embedded-resource-inline", target=resource("Contentful:Entry", DEPOT + "2")),
    ),
    node("embedded-asset-block", target=link("Asset", "a-2")),
    node("embedded-resource-block", target=resource("Contentful:Entry", DEPOT + "3")),
    node(
        "ordered-list",
        node(
            "list-item",
            node(
                "blockquote",
                node("table", node("table-row", node("table-cell", node("heading-3")))),
                node("embedded-entry-block", target=link("Entry", "e-3")),
            ),
        ),
    ),
    node("hr"),
)
IN_RICH_TEXT = [
    ("hyperlink", "Entry", "e-1"),
    ("hyperlink", "Asset", "a-1"),
    ("hyperlink", "Contentful:Entry", DEPOT + "1"),
    ("inline", "Entry", "e-2"),
    ("inline", "Contentful:Entry", DEPOT + "2"),
    ("block", "Asset", "a-2"),
    ("block", "Contentful:Entry", DEPOT + "3"),
    ("block", "Entry", "e-3"),
]
LINKED: dict[str, tuple[Any, list[tuple[str, str, str]]]] = {
    "an entry": (link("Entry", "e"), [("field", "Entry", "e")]),
    "an asset": (link("Asset", "a"), [("field", "Asset", "a")]),
    "another space": (
        resource("Contentful:Entry", DEPOT + "0"),
        [("field", "Contentful:Entry", DEPOT + "0")],
    ),
    "a list": (
        [link("Entry", "e"), link("Entry", "e"), resource("Contentful:Asset", "crn:x")],
        [("field", "Entry", "e"), ("field", "Entry", "e"), ("field", "Contentful:Asset", "crn:x")],
    ),
    "rich text": (RICH_TEXT, IN_RICH_TEXT),
    "an empty list": ([], []),
    "an object without a link": ({"sys": {"id": "x"}, "deep": link("Entry", "e")}, []),
    "a text": ("Link", []),
}


@pytest.mark.parametrize("case", LINKED)
def test_every_link_of_an_entry(
    account: Account, configuration: Configuration, warehouse: Warehouse, case: str
) -> None:
    """`links` has each reference with its field, locale, position, kind, type and target."""
    value, found = LINKED[case]
    fields = {"title": {"en-US": "Links"}, "there": {"en-US": value, "de-DE": value}}
    record = account.call(
        "PUT", f"/{ENTRIES}/one", {"fields": fields}, X_Contentful_Content_Type="note"
    )
    links = [
        {
            "field": "there",
            "locale": locale,
            "position": position,
            "kind": kind,
            "type": linked,
            "target": target,
        }
        for locale in ("en-US", "de-DE")
        for position, (kind, linked, target) in enumerate(found)
    ]
    warehouse.sync(configuration)
    assert warehouse.rows("ENTRIES") == [entry_row(record, "draft", "Links", links=links)]
