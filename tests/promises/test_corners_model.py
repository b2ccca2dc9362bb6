"""Rows follow the columns, default locale, fields, locales and types that they depend on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest

import contentful_cma.tables
from support.account import Account
from support.cases import thinned
from support.model.rare_edits import published
from support.oversized import deep
from support.scene import DAY, MASTER, Scene
from support.states import record_of

# Columns


@contextmanager
def without_a_column(scene: Scene, table: str, column: str) -> Iterator[None]:
    """Run an older version of the connector, which did not have the column."""
    warehouse = scene.warehouse
    tables = tuple(
        replace(one, columns=tuple(part for part in one.columns if part.name != column))
        if one.name == table
        else one
        for one in contentful_cma.tables.TABLES
    )
    warehouse.set_missing_columns(table, (column,))
    with patch.object(contentful_cma.tables, "TABLES", tables):
        yield
    warehouse.set_missing_columns(table, ())


@pytest.mark.parametrize("table", ["ENTRIES", "ASSETS"])
def test_a_new_column_is_filled_after_an_upgrade(account: Account, table: str) -> None:
    """A column that a new version adds is filled in all rows, unedited rows included."""
    scene = Scene(account, table)
    scene.edit("put entry", "put asset", key="b")
    scene.wait()
    with without_a_column(scene, table, "urn"):
        scene.succeed()
    assert {row["urn"] for row in scene.warehouse.rows(table)} == {None}
    scene.wait()
    run = scene.succeed()
    assert (run.deleted, run.truncated) == ([], [])
    expected = f"{table} s1/master: all records are re-read, because its columns have changed."
    assert expected in run.messages
    scene.assert_settled()


# The default locale of a space

GERMAN = "de"


def german_of(scene: Scene) -> dict:
    """Return the locale that is not the default one."""
    (german,) = (one for one in scene.stored(f"{MASTER}/locales") if one["code"] == GERMAN)
    return german


def other_default_locale(scene: Scene, code: str = GERMAN) -> None:
    """Give `s1/master` another default locale; the record of the space does not change."""
    locales = {one["code"]: one for one in scene.stored(f"{MASTER}/locales")}
    scene.store(
        f"{MASTER}/locales",
        *({**one, "default": name == code} for name, one in locales.items()),
    )


@pytest.mark.parametrize("tables", ["SPACES, LOCALES", "SPACES, ENTRIES", "SPACES, ASSETS"])
def test_a_changed_default_locale_costs_no_extra_request(account: Account, tables: str) -> None:
    """If locales are read anyway, a changed default locale of a space costs no extra request."""
    scene = Scene(account, tables)
    scene.edit("add locale")
    scene.edit("put space", "put content type", space="s2")
    scene.wait()
    scene.succeed()
    scene.wait(DAY)
    account.forget_requests()
    scene.assert_no_changes(scene.succeed())
    unchanged = {one["path"] for one in account.requests()}
    for code in (GERMAN, "en-US"):
        scene.wait(DAY)
        other_default_locale(scene, code)
        account.forget_requests()
        run = scene.succeed()
        assert {one["path"] for one in account.requests()} == unchanged
        assert [row["id"] for name, row in run.written if name == "SPACES"] == ["s1"]
        assert scene.rows()["SPACES"]["s1",]["default_locale"] == code
        scene.assert_settled()


def test_a_default_locale_is_followed_while_another_locale_is_unreadable(
    account: Account,
) -> None:
    """Space and titles follow a new default locale, and an unreadable locale keeps its row."""
    scene = Scene(account, "SPACES, LOCALES, ENTRIES")
    scene.edit("add locale")
    like = german_of(scene)
    french = {**like, "code": "fr", "sys": {**like["sys"], "id": "locale-fr"}}
    scene.store(f"{MASTER}/locales", french)
    scene.edit("put entry", key="b", value=1)
    scene.fill(3)
    scene.wait()
    scene.succeed()
    scene.assert_settled()
    before = scene.rows()["ENTRIES"]
    scene.store(f"{MASTER}/locales", {**french, "unreadable": deep()})
    scene.wait(DAY)
    run = scene.succeed()
    assert ({name for name, _ in run.written}, len(run.warnings)) == ({"SYNC_COVERAGE"}, 1)
    scene.store(f"{MASTER}/locales", french)
    other_default_locale(scene)
    expected = scene.expected()
    scene.store(f"{MASTER}/locales", {**french, "unreadable": deep()})
    scene.wait(DAY)
    run = scene.succeed()
    assert (scene.rows(), run.deleted, run.warnings) == (expected, [], [])
    titles = {key: row["title"] for key, row in expected["ENTRIES"].items()}
    assert [key for key, row in before.items() if row["title"] == titles[key]] == []
    scene.store(f"{MASTER}/locales", french)
    scene.succeed()
    scene.assert_settled()


def test_core_requests_no_locales_of_unchanged_spaces(account: Account) -> None:
    """With `core` alone, a sync with no changes requests no locales."""
    scene = Scene(account, "SPACES")
    scene.edit("add locale")
    scene.succeed()
    other_default_locale(scene)
    account.forget_requests()
    scene.assert_no_changes(scene.succeed())
    assert [one["path"] for one in account.requests() if "locales" in one["path"]] == []


# Removals from the content model


@pytest.fixture
def scene(account: Account) -> Scene:
    """Sync entries of two content types with values in two locales, and an asset."""
    made = Scene(account, "ENTRIES, ASSETS, CONTENT_TYPES", max_records_per_page="3")
    made.edit("add locale")
    made.fill(5)
    made.edit("put entry", key="note", value=1)
    made.edit("put asset")
    made.wait()
    made.succeed()
    made.assert_settled()
    made.wait()
    return made


def page_of(scene: Scene) -> dict:
    """Return the content type `page`."""
    (page,) = (one for one in scene.stored(f"{MASTER}/content_types") if one["name"] == "Type 0")
    return page


def remove_field(scene: Scene) -> None:
    """Remove `name` from `page`, and its values from all entries, whose `updatedAt` stays."""
    page = page_of(scene)
    kept = [one for one in page["fields"] if one["id"] != "name"]
    # The API needs two publications: one that omits the field, and one that deletes it.
    scene.store(f"{MASTER}/content_types", published({**page, "fields": kept}, 2))
    scene.store(f"{MASTER}/entries", *(without(one, "name") for one in of_type(scene, "page")))


def saved(content_type: dict) -> dict:
    """Return a content type after it was saved but not published."""
    sys = content_type["sys"]
    return {**content_type, "sys": {**sys, "version": sys["version"] + 1}}


def without(record: dict, field: str) -> dict:
    """Return an entry without a field."""
    fields = {name: value for name, value in record["fields"].items() if name != field}
    return {**record, "fields": fields}


def of_type(scene: Scene, content_type: str) -> list[dict]:
    """Return the entries of a content type."""
    entries = scene.stored(f"{MASTER}/entries")
    return [one for one in entries if one["sys"]["contentType"]["sys"]["id"] == content_type]


def remove_locale(scene: Scene) -> None:
    """Delete a locale, and its values from all content, whose `updatedAt` stays."""
    scene.edit("delete locale")
    for kind in ("entries", "assets"):
        records = scene.stored(f"{MASTER}/{kind}")
        scene.store(f"{MASTER}/{kind}", *map(without_german, records))


def without_german(record: dict) -> dict:
    """Return a record without its German values."""
    fields = {
        name: {code: value for code, value in values.items() if code != GERMAN}
        for name, values in record["fields"].items()
    }
    return {**record, "fields": fields}


def remove_type(scene: Scene) -> None:
    """Delete a content type that entries still use, so their title becomes NULL."""
    page = page_of(scene)
    scene.account.control("DELETE", f"store/{MASTER}/content_types/{page['sys']['id']}")


def recreate_field(scene: Scene) -> None:
    """Remove `name` from `page` and add it again: only the values differ."""
    page = page_of(scene)
    remove_field(scene)
    scene.store(f"{MASTER}/content_types", published(page, 2))


def recreate_locale(scene: Scene) -> None:
    """Delete a locale and add its code again: only its id and the values differ."""
    remove_locale(scene)
    scene.edit("add locale")


TYPE = "ENTRIES s1/master: entries of page are re-read, because the content model has changed."
LOCALES = "all records are re-read, because its locales have changed."
BOTH = [f"{table} s1/master: {LOCALES}" for table in ("ENTRIES", "ASSETS")]


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        (remove_field, [TYPE]),
        (recreate_field, [TYPE]),
        (remove_locale, BOTH),
        (recreate_locale, BOTH),
    ],
)
def test_the_log_explains_why_unedited_rows_are_written(
    scene: Scene, change: Callable[[Scene], None], reasons: list[str]
) -> None:
    """The log names each table whose unedited rows are rewritten, with the reason."""
    assert [one for one in scene.succeed().messages if "are re-read" in one] == []
    change(scene)
    scene.wait(DAY)
    messages = [one for one in scene.succeed().messages if "are re-read" in one]
    assert sorted(messages) == sorted(reasons)


@pytest.mark.parametrize(
    "change", [remove_field, remove_locale, remove_type, recreate_field, recreate_locale]
)
@pytest.mark.parametrize(
    "tables", thinned(["ENTRIES, ASSETS", "ENTRIES, ASSETS, CONTENT_TYPES"], 2)
)
def test_content_is_rewritten_after_a_removal_from_its_model(
    scene: Scene, change: Callable[[Scene], None], tables: str
) -> None:
    """If a field, locale or type is removed, rows lose its values, even if it is added again."""
    scene.succeed(tables=tables)
    before = scene.rows()
    change(scene)
    scene.wait(DAY)
    run = scene.succeed()
    assert before != scene.rows()
    assert ([one for one in run.deleted if one[0] == "ENTRIES"], run.truncated) == ([], [])
    scene.assert_settled()


def test_titles_of_a_new_content_type_arrive_with_a_deletion(account: Account) -> None:
    """Entries of a new content type get titles, even if many others changed and one is deleted."""
    scene = Scene(account, "ENTRIES, CONTENT_TYPES@7d", max_records_per_page="3")
    scene.fill(4, "gone", createdAt="2026-01-01T00:00:00.000Z")
    scene.edit("delete content type", value=1)
    scene.wait()
    scene.succeed()
    scene.wait()
    scene.edit("put content type", value=1)
    for key in "bcdefg":
        scene.edit("put entry", key=key, value=1)
    scene.remove(["gone-001"])
    scene.wait()
    scene.succeed()
    assert {row["title"] for row in scene.warehouse.rows("ENTRIES")} == {"Title 0", "Title 1"}
    scene.assert_settled()


def test_a_removed_field_rewrites_one_content_type(scene: Scene) -> None:
    """A removed field rewrites the entries of its content type, and no others."""
    remove_field(scene)
    run = scene.succeed()
    written = {row["content_type_id"] for name, row in run.written if name == "ENTRIES"}
    assert written == {"page"}
    scene.assert_settled()


@pytest.mark.parametrize("number", [1, 3])
def test_added_fields_rewrite_no_entry(scene: Scene, number: int) -> None:
    """Adding fields to a content type rewrites none of its entries."""
    page = page_of(scene)
    more = [{**page["fields"][0], "id": f"more{at}"} for at in range(number)]
    sys = {**page["sys"], "version": page["sys"]["version"] + 1}
    changed = {**page, "fields": [*page["fields"], *more], "sys": sys}
    scene.store(f"{MASTER}/content_types", published(changed, 1))
    run = scene.succeed()
    assert [one for one in run.written if one[0] == "ENTRIES"] == []
    scene.assert_settled()


def test_an_omitted_field_that_is_deleted_and_added_again_loses_its_values(scene: Scene) -> None:
    """An omitted field needs one publication to be deleted and added again: its values go."""
    page = page_of(scene)
    title, name = page["fields"]
    fields = [title, {**name, "omitted": True}]
    omitted = published({**page, "fields": fields}, 1)
    for content_type in (omitted, published(omitted, 1)):
        scene.store(f"{MASTER}/content_types", content_type)
        run = scene.succeed()
        assert [one for one in run.written if one[0] == "ENTRIES"] == []
        scene.wait()
    scene.store(f"{MASTER}/content_types", published({**page, "sys": content_type["sys"]}, 1))
    scene.store(f"{MASTER}/entries", *(without(one, "name") for one in of_type(scene, "page")))
    scene.succeed()
    scene.assert_settled()


def test_a_removal_that_was_synced_as_a_draft_counts_once_published(
    scene: Scene,
) -> None:
    """A draft without a field changes no entry; publishing the draft removes the values."""
    page = page_of(scene)
    title, name = page["fields"]
    omitted = published({**page, "fields": [title, {**name, "omitted": True}]}, 1)
    draft = saved({**omitted, "fields": [title]})
    for content_type in (omitted, draft):
        scene.store(f"{MASTER}/content_types", content_type)
        scene.succeed()
        scene.assert_equal()
        scene.wait()
    scene.store(f"{MASTER}/content_types", published(draft, 1))
    scene.store(f"{MASTER}/entries", *(without(one, "name") for one in of_type(scene, "page")))
    scene.succeed()
    scene.assert_settled()


def test_a_hidden_locale_removes_its_values_until_it_is_shown(scene: Scene) -> None:
    """Hiding a locale removes its values from all rows; showing it restores them."""
    german = german_of(scene)
    before, shown = scene.rows(), scene.stored(f"{MASTER}/entries")
    scene.store(f"{MASTER}/locales", {**german, "contentManagementApi": False})
    scene.store(f"{MASTER}/entries", *map(without_german, shown))
    scene.wait(DAY)
    scene.succeed()
    assert scene.rows() != before
    scene.assert_settled()
    scene.store(f"{MASTER}/locales", german)
    scene.store(f"{MASTER}/entries", *shown)
    scene.wait(DAY)
    scene.succeed()
    assert scene.rows() == before
    scene.assert_settled()


def test_the_state_keeps_the_model_of_an_environment(scene: Scene) -> None:
    """The state keeps each named locale and content type of an environment."""
    german = german_of(scene)
    nameless = {**german, "code": None, "sys": {**german["sys"], "id": "nameless"}}
    scene.store(f"{MASTER}/locales", nameless)
    scene.wait(DAY)
    scene.succeed()
    state = scene.warehouse.state
    made_of = record_of(state, "ENTRIES", "s1/master")["bookmark"]["made_of"]
    types = {state["types"][number][0] for number in made_of["types"]}
    assert (set(made_of["locales"]), types) == ({"en-US", "de"}, {"page", "note"})
