"""Rows follow what they are made of: columns, default locale, fields, locales, content types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest

import contentful_cma.tables
from support.account import Account
from support.model.rare_edits import published
from support.oversized import deep
from support.scene import DAY, MASTER, Scene
from support.states import record_of

# Columns


@contextmanager
def without_a_column(scene: Scene, table: str, column: str) -> Iterator[None]:
    """Have the connector be an older one, which did not have the column."""
    warehouse = scene.warehouse
    tables = tuple(
        replace(one, columns=tuple(part for part in one.columns if part.name != column))
        if one.name == table
        else one
        for one in contentful_cma.tables.TABLES
    )
    warehouse.is_without(table, (column,))
    with patch.object(contentful_cma.tables, "TABLES", tables):
        yield
    warehouse.is_without(table, ())


@pytest.mark.parametrize("table", ["ENTRIES", "ASSETS"])
def test_a_new_column_is_filled_after_an_upgrade(account: Account, table: str) -> None:
    """A version with one more column fills it in all rows, also in those that nobody edits."""
    scene = Scene(account, table)
    scene.edit("put entry", "put asset", key="b")
    scene.wait()
    with without_a_column(scene, table, "urn"):
        scene.succeed()
    assert {row["urn"] for row in scene.warehouse.rows(table)} == {None}
    scene.wait()
    run = scene.succeed()
    assert (run.deleted, run.truncated) == ([], [])
    told = f"{table} s1/master: all is read again, because the table has other columns."
    assert told in run.messages
    scene.assert_settled()


# The default locale of a space

GERMAN = "de"


def german_of(scene: Scene) -> dict:
    """Return the locale that is not the default one."""
    (german,) = (one for one in scene.stored(f"{MASTER}/locales") if one["code"] == GERMAN)
    return german


def other_default_locale(scene: Scene, code: str = GERMAN) -> None:
    """Make another locale of `s1/master` the default one; the space itself does not change."""
    locales = {one["code"]: one for one in scene.stored(f"{MASTER}/locales")}
    scene.store(
        f"{MASTER}/locales",
        *({**one, "default": name == code} for name, one in locales.items()),
    )


@pytest.mark.parametrize("tables", ["SPACES, LOCALES", "SPACES, ENTRIES", "SPACES, ASSETS"])
def test_a_space_follows_its_default_locale_at_no_further_request(
    account: Account, tables: str
) -> None:
    """Where the locales are read anyway, a space shows a default that changed without it."""
    scene = Scene(account, tables)
    scene.edit("add locale")
    scene.edit("put space", "put content type", space="s2")
    scene.wait()
    scene.succeed()
    scene.wait(DAY)
    account.forget_requests()
    scene.assert_quiet(scene.succeed())
    quiet = {one["path"] for one in account.requests()}
    for code in (GERMAN, "en-US"):
        scene.wait(DAY)
        other_default_locale(scene, code)
        account.forget_requests()
        run = scene.succeed()
        assert {one["path"] for one in account.requests()} == quiet
        assert [row["id"] for name, row in run.written if name == "SPACES"] == ["s1"]
        assert scene.rows()["SPACES"]["s1",]["default_locale"] == code
        scene.assert_settled()


def test_a_default_locale_that_changes_is_followed_while_another_locale_cannot_be_read(
    account: Account,
) -> None:
    """The space and all titles show the new default at once, and the hidden locale stays a row."""
    scene = Scene(account, "SPACES, LOCALES, ENTRIES")
    scene.edit("add locale")
    like = german_of(scene)
    hidden = {**like, "code": "fr", "sys": {**like["sys"], "id": "locale-fr"}}
    scene.store(f"{MASTER}/locales", hidden)
    scene.edit("put entry", key="b", value=1)
    scene.fill(3)
    scene.wait()
    scene.succeed()
    scene.assert_settled()
    before = scene.rows()["ENTRIES"]
    scene.store(f"{MASTER}/locales", {**hidden, "monster": deep()})
    scene.wait(DAY)
    run = scene.succeed()
    assert ({name for name, _ in run.written}, len(run.warnings)) == ({"SYNC_COVERAGE"}, 1)
    scene.store(f"{MASTER}/locales", hidden)
    other_default_locale(scene)
    expected = scene.expected()
    scene.store(f"{MASTER}/locales", {**hidden, "monster": deep()})
    scene.wait(DAY)
    run = scene.succeed()
    assert (scene.rows(), run.deleted, run.warnings) == (expected, [], [])
    titles = {key: row["title"] for key, row in expected["ENTRIES"].items()}
    assert [key for key, row in before.items() if row["title"] == titles[key]] == []
    scene.store(f"{MASTER}/locales", hidden)
    scene.succeed()
    scene.assert_settled()


def test_core_alone_asks_for_no_locale_of_a_space_that_stays(account: Account) -> None:
    """Where no other table needs locales, a quiet sync asks for none of them."""
    scene = Scene(account, "SPACES")
    scene.edit("add locale")
    scene.succeed()
    other_default_locale(scene)
    account.forget_requests()
    scene.assert_quiet(scene.succeed())
    assert [one["path"] for one in account.requests() if "locales" in one["path"]] == []


# What vanishes from the model


@pytest.fixture
def scene(account: Account) -> Scene:
    """Give entries of two content types with values in two locales, and an asset, synced."""
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


def lose_field(scene: Scene) -> None:
    """Take the name out of `page`; its values go, and no time tells of it."""
    page = page_of(scene)
    kept = [one for one in page["fields"] if one["id"] != "name"]
    # The API asks for two publications: one that omits the field, and one that deletes it.
    scene.store(f"{MASTER}/content_types", published({**page, "fields": kept}, 2))
    scene.store(f"{MASTER}/entries", *(without(one, "name") for one in of_type(scene, "page")))


def saved(content_type: dict) -> dict:
    """Return a content type after it was saved and not published."""
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


def lose_locale(scene: Scene) -> None:
    """Delete a locale; its values go, and no time tells of it."""
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


def lose_type(scene: Scene) -> None:
    """Delete a content type that entries still have, which is left of no title."""
    page = page_of(scene)
    scene.account.control("DELETE", f"store/{MASTER}/content_types/{page['sys']['id']}")


def put_field_back(scene: Scene) -> None:
    """Take the name out of `page` and put it back: all but the values is as it was."""
    page = page_of(scene)
    lose_field(scene)
    scene.store(f"{MASTER}/content_types", published(page, 2))


def put_locale_back(scene: Scene) -> None:
    """Delete a locale and make one of its code: all but the values and its id is as it was."""
    lose_locale(scene)
    scene.edit("add locale")


TYPE = "ENTRIES s1/master: entries of page are read again, because the content model has changed."
LOCALES = "all is read again, because its locales have changed."
BOTH = [f"{table} s1/master: {LOCALES}" for table in ("ENTRIES", "ASSETS")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lose_field, [TYPE]),
        (put_field_back, [TYPE]),
        (lose_locale, BOTH),
        (put_locale_back, BOTH),
    ],
)
def test_the_log_says_why_rows_are_written_that_nobody_edited(
    scene: Scene, change: Callable[[Scene], None], told: list[str]
) -> None:
    """What is read again is named in the log with its reason, and nothing else is."""
    assert [one for one in scene.succeed().messages if "read again" in one] == []
    change(scene)
    scene.wait(DAY)
    messages = [one for one in scene.succeed().messages if "read again" in one]
    assert sorted(messages) == sorted(told)


@pytest.mark.parametrize(
    "change", [lose_field, lose_locale, lose_type, put_field_back, put_locale_back]
)
@pytest.mark.parametrize("tables", ["ENTRIES, ASSETS, CONTENT_TYPES", "ENTRIES, ASSETS"])
def test_content_is_read_again_where_something_vanishes_from_its_model(
    scene: Scene, change: Callable[[Scene], None], tables: str
) -> None:
    """What is gone from the model takes its values out of all rows, also if it is put back."""
    scene.succeed(tables=tables)
    before = scene.rows()
    change(scene)
    scene.wait(DAY)
    run = scene.succeed()
    assert before != scene.rows()
    assert ([one for one in run.deleted if one[0] == "ENTRIES"], run.truncated) == ([], [])
    scene.assert_settled()


def test_titles_of_a_new_content_type_arrive_beside_a_deletion(account: Account) -> None:
    """Where much has changed and something is gone, entries of an unknown type get titles, too."""
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


def test_a_field_that_vanishes_leaves_other_content_types_alone(scene: Scene) -> None:
    """Only the content of its own content type is read and written again."""
    lose_field(scene)
    run = scene.succeed()
    written = {row["content_type_id"] for name, row in run.written if name == "ENTRIES"}
    assert written == {"page"}
    scene.assert_settled()


@pytest.mark.parametrize("number", [1, 3])
def test_fields_that_are_added_are_no_reason_to_read_again(scene: Scene, number: int) -> None:
    """A content type that only grows leaves its entries as they are, also by many fields."""
    page = page_of(scene)
    more = [{**page["fields"][0], "id": f"more{at}"} for at in range(number)]
    sys = {**page["sys"], "version": page["sys"]["version"] + 1}
    changed = {**page, "fields": [*page["fields"], *more], "sys": sys}
    scene.store(f"{MASTER}/content_types", published(changed, 1))
    run = scene.succeed()
    assert [one for one in run.written if one[0] == "ENTRIES"] == []
    scene.assert_settled()


def test_a_field_that_was_omitted_is_put_back(scene: Scene) -> None:
    """One that only has to be deleted needs one publication, and then its values are gone."""
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


def test_a_field_whose_removal_was_seen_as_a_draft_is_gone_once_it_is_published(
    scene: Scene,
) -> None:
    """A draft without a field leaves entries as they are; its one publication does not."""
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


def test_what_a_locale_hides_comes_back_with_it(scene: Scene) -> None:
    """A locale that is hidden takes its values out of all rows, and brings them back."""
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


def test_what_is_remembered_of_a_model(scene: Scene) -> None:
    """The state names each locale and content type of an environment that has a name."""
    german = german_of(scene)
    nameless = {**german, "code": None, "sys": {**german["sys"], "id": "nameless"}}
    scene.store(f"{MASTER}/locales", nameless)
    scene.wait(DAY)
    scene.succeed()
    state = scene.warehouse.state
    made_of = record_of(state, "ENTRIES", "s1/master")["bookmark"]["made_of"]
    types = {state["types"][number][0] for number in made_of["types"]}
    assert (set(made_of["locales"]), types) == ({"en-US", "de"}, {"page", "note"})
