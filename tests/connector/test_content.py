"""ENTRIES and ASSETS, edited by the verbs that the web app uses."""

from __future__ import annotations

from typing import Any

import pytest
from account import Account
from examples.example import FIRST_SYNC, content, link
from examples.expected import asset_row, entry_row
from warehouse import Run, Warehouse
from web_app import (
    ASSETS,
    ENTRIES,
    NOTE,
    TYPES,
    act,
    create,
    delete,
    later,
    put,
    retitle,
    with_a_content_type,
)

from contentful_cma import jobs

Configuration = dict[str, str]
Record = dict[str, Any]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give an account with one space and one activated content type; its clock stands still."""
    emulator.reset()
    emulator.control("POST", "clock", {"now": FIRST_SYNC})
    with_a_content_type(emulator)
    return emulator


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """Give the configuration that reads content and nothing else."""
    return {**configuration, "tables": "content"}


def keys(table: str, *ids: str, environment: str = "master") -> list[tuple[str, dict]]:
    """Return the deletions of rows with these ids."""
    where = {"space_id": "shop", "environment_id": environment}
    return [(table, {**where, "id": one}) for one in ids]


def ids(run: Run, table: str = "ENTRIES") -> list[str]:
    """Return the ids of what a run wrote to a table, in order of ids."""
    return sorted(row["id"] for name, row in run.written if name == table)


def changes(run: Run) -> tuple[Any, ...]:
    """Return what a run did to the tables of content, and its error."""
    written = [one for one in run.written if one[0] != "SYNC_COVERAGE"]
    deleted = sorted((one for one in run.deleted if one[0] != "SYNC_COVERAGE"), key=str)
    return run.error, written, deleted


STEPS = (
    ("PUT", "published", "published"),
    ("DELETE", "published", "draft"),
    ("PUT", "archived", "archived"),
    ("DELETE", "archived", "draft"),
)


CONTENT = {"ENTRIES": (ENTRIES, entry_row), "ASSETS": (ASSETS, asset_row)}


@pytest.mark.parametrize("pause", [0, 3600])
@pytest.mark.parametrize("table", CONTENT)
def test_the_life_of_a_record(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    table: str,
    pause: int,
) -> None:
    """Each step of its life is one row, with the status that follows from its versions.

    It makes no difference whether time passes between the steps.
    """
    where, row = CONTENT[table]
    warehouse.sync(configuration)
    record = create(account, "one", "Draft", where)

    def expect(status: str, title: str) -> None:
        run = warehouse.sync(configuration)
        assert changes(run) == (None, [(table, row(record, status, title))], [])
        assert changes(warehouse.sync(configuration)) == (None, [], [])
        later(account, pause)

    expect("draft", "Draft")
    for verb, what, status in STEPS:
        record = act(account, verb, record, what, where)
        expect(status, "Draft")
    record = act(account, "PUT", record, "published", where)
    record = retitle(account, record, "Edited", where)
    expect("changed", "Edited")
    tagged = {**record, "metadata": {"tags": [link("Tag", "new")], "concepts": []}}
    record = put(account, f"{where}/one", tagged, record["sys"]["version"])
    expect("changed", "Edited")
    assert warehouse.rows(table)[0]["tag_ids"] == ["new"]
    record = act(account, "DELETE", record, "published", where)
    expect("draft", "Edited")
    delete(account, record, where)
    assert changes(warehouse.sync(configuration)) == (None, [], keys(table, "one"))
    assert changes(warehouse.sync(configuration)) == (None, [], [])


def test_an_entry_that_lived_only_between_two_syncs_is_never_seen(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """What was created and deleted between two syncs leaves no trace."""
    warehouse.sync(configuration)
    later(account)
    delete(account, create(account, "brief", "Gone"))
    later(account)
    assert changes(warehouse.sync(configuration)) == (None, [], [])


def test_a_deleted_id_that_is_used_again_is_one_row(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """An id that comes back with other content is written, and not deleted."""
    delete_me = create(account, "again", "Before")
    warehouse.sync(configuration)
    later(account)
    delete(account, delete_me)
    record = create(account, "again", "After")
    later(account)
    run = warehouse.sync(configuration)
    assert changes(run) == (None, [("ENTRIES", entry_row(record, "draft", "After"))], [])
    later(account)
    delete(account, record)
    assert changes(warehouse.sync(configuration)) == (None, [], keys("ENTRIES", "again"))


REQUESTS_OF_A_SYNC = 6


@pytest.mark.parametrize("before_request", range(1, REQUESTS_OF_A_SYNC + 1))
@pytest.mark.parametrize("syncs_before", [0, 1])
def test_what_is_created_during_one_sync_and_deleted_before_the_next_does_not_stay(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    before_request: int,
    syncs_before: int,
) -> None:
    """Whichever request of a sync sees a new entry, its row goes when the entry has gone."""
    kept = create(account, "kept", "Stays")
    later(account)
    for _ in range(syncs_before):
        warehouse.sync(configuration)
        later(account)
    creation = {
        "method": "PUT",
        "path": f"/{ENTRIES}/brief",
        "headers": {"X-Contentful-Content-Type": "note"},
        "body": {"fields": {"title": {"en-US": "Brief"}}},
    }
    account.control("POST", "edits", {"before_request": before_request, "calls": [creation]})
    assert warehouse.sync(configuration).error is None
    later(account)
    account.call("DELETE", f"/{ENTRIES}/brief", X_Contentful_Version="1")
    assert warehouse.sync(configuration).error is None
    assert warehouse.rows("ENTRIES") == [entry_row(kept, "draft", "Stays")]


def test_deletions_are_found_among_many_records(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Of 400 entries exactly those that were deleted go, while another is created and edited."""
    records = [create(account, f"entry-{number:03}", "Old") for number in range(400)]
    later(account)
    warehouse.sync(configuration)
    later(account)
    for record in records[10:70]:
        delete(account, record)
    edited = retitle(account, records[0], "New")
    created = create(account, "created", "Also new")
    later(account)
    error, written, deleted = changes(warehouse.sync(configuration))
    assert error is None
    assert sorted(row["id"] for _, row in written) == ["created", "entry-000"]
    assert deleted == keys("ENTRIES", *(f"entry-{number:03}" for number in range(10, 70)))
    assert warehouse.rows("ENTRIES")[0] == entry_row(created, "draft", "Also new")
    assert warehouse.rows("ENTRIES")[1] == entry_row(edited, "draft", "New")
    assert len(warehouse.rows("ENTRIES")) == 341


def test_more_than_a_hundred_changes_arrive(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """250 edits of 300 entries are 250 rows, over several pages too."""
    records = [create(account, f"entry-{number:03}", "Old") for number in range(300)]
    small = {**configuration, "max_records_per_page": "60"}
    warehouse.sync(small)
    later(account)
    edited = {record["sys"]["id"]: retitle(account, record, "New") for record in records[:250]}
    later(account)
    run = warehouse.sync(small)
    assert (run.error, run.deleted, ids(run)) == (None, [], sorted(edited))
    assert warehouse.rows("ENTRIES")[:250] == [
        entry_row(edited[one], "draft", "New") for one in sorted(edited)
    ]
    assert changes(warehouse.sync(small)) == (None, [], [])


@pytest.mark.parametrize("title", ["Old", "New"], ids=["first sync", "changes"])
def test_a_walk_that_fails_goes_on_in_the_next_sync(
    account: Account, configuration: Configuration, warehouse: Warehouse, title: str
) -> None:
    """What a failed sync has written is not written again by the next, and nothing is left out."""
    records = []
    for number in range(90):
        records.append(create(account, f"entry-{number:02}", "Old"))
        later(account, 1)
    small = {**configuration, "max_records_per_page": "20", "retry_attempts": "0"}
    if title == "New":
        warehouse.sync(small)
        later(account)
        records = [retitle(account, record, title) for record in records]
        later(account)
    account.fault(f"/{ENTRIES}", status=500, after=3, times=1)
    failed = warehouse.sync(small)
    assert failed.error is not None
    assert 0 < len(ids(failed)) < 90
    finished = warehouse.sync(small)
    assert (finished.error, finished.deleted) == (None, [])
    assert sorted(ids(failed) + ids(finished)) == [record["sys"]["id"] for record in records]
    expected = [entry_row(record, "draft", title) for record in records]
    assert warehouse.rows("ENTRIES") == expected
    assert changes(warehouse.sync(small)) == (None, [], [])


def test_initial_sync_days_bound_the_first_sync(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """An entry that was last updated before the bound stays out until it is edited or deleted."""
    old = create(account, "old", "Old")
    doomed = create(account, "doomed", "Old")
    later(account, 31 * 86400)
    new = create(account, "new", "New")
    bounded = {**configuration, "initial_sync_days": "30"}
    run = warehouse.sync(bounded)
    assert changes(run) == (None, [("ENTRIES", entry_row(new, "draft", "New"))], [])
    later(account)
    assert changes(warehouse.sync(bounded)) == (None, [], [])
    delete(account, doomed)
    old = retitle(account, old, "Edited")
    error, written, _ = changes(warehouse.sync(bounded))
    assert (error, written) == (None, [("ENTRIES", entry_row(old, "draft", "Edited"))])
    assert [row["id"] for row in warehouse.rows("ENTRIES")] == ["new", "old"]


def test_the_title_follows_the_content_type(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Another display field gives all entries of the type another title; none gives NULL."""
    both = {"title": {"en-US": "Title"}, "subtitle": {"en-US": "Subtitle"}}
    record = account.call(
        "PUT", f"/{ENTRIES}/one", {"fields": both}, X_Contentful_Content_Type="note"
    )
    warehouse.sync(configuration)
    assert warehouse.rows("ENTRIES") == [entry_row(record, "draft", "Title")]
    for version, (field, title) in enumerate((("subtitle", "Subtitle"), (None, None)), start=2):
        later(account)
        put(account, f"{TYPES}/note", {**NOTE, "displayField": field}, version)
        run = warehouse.sync(configuration)
        assert changes(run) == (None, [("ENTRIES", entry_row(record, "draft", title))], [])
        assert changes(warehouse.sync(configuration)) == (None, [], [])


def test_the_title_is_that_of_the_default_locale(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Where the default locale has no text, the title is NULL, whatever other locales say."""
    fields = {"title": {"de-DE": "Nur deutsch"}}
    entry = account.call(
        "PUT", f"/{ENTRIES}/one", {"fields": fields}, X_Contentful_Content_Type="note"
    )
    asset = put(account, f"{ASSETS}/one", {"fields": fields})
    warehouse.sync(configuration)
    assert warehouse.rows("ENTRIES") == [entry_row(entry, "draft")]
    assert warehouse.rows("ASSETS") == [asset_row(asset, "draft")]


def test_an_entry_without_fields_has_a_row(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """The API leaves `fields` out where nothing is filled in; the column is NULL."""
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
    """The file columns are those of the default locale; what the API does not tell is NULL."""
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
    "an object that is no link": ({"sys": {"id": "x"}, "deep": link("Entry", "e")}, []),
    "a text": ("Link", []),
}


@pytest.mark.parametrize("what", LINKED)
def test_every_link_of_an_entry(
    account: Account, configuration: Configuration, warehouse: Warehouse, what: str
) -> None:
    """Each outgoing reference is told with field, locale, position, kind, type and target."""
    value, found = LINKED[what]
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


def bulky(identifier: str, size: int) -> Record:
    """Return an entry that is at least *size* bytes large."""
    return {
        "metadata": {"tags": [], "concepts": []},
        "sys": content(
            "Entry",
            identifier,
            contentType=link("ContentType", "note"),
            fieldStatus={"*": {"en-US": "draft"}},
            automationTags=[],
            urn="crn:bulky",
        ),
        "fields": {"title": {"en-US": identifier}, "body": {"en-US": "x" * size}},
    }


MEGABYTE = 1_000_000


def test_pages_that_are_too_big_are_halved(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Ten entries of 1 MB do not fit into one answer of 7 MB; all of them arrive all the same."""
    records = [bulky(f"bulky-{number}", MEGABYTE) for number in range(10)]
    for record in records:
        account.put(ENTRIES, record)
    run = warehouse.sync(configuration)
    assert (run.error, run.warnings) == (None, [])
    expected = [entry_row(record, "draft", record["sys"]["id"]) for record in records]
    assert warehouse.rows("ENTRIES") == expected
    assert changes(warehouse.sync(configuration)) == (None, [], [])


def test_an_entry_that_is_too_big_for_an_answer_is_told(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """The API cannot send an entry of 8 MB: the others arrive, and SYNC_COVERAGE names it."""
    small = [bulky("a-small", 10), bulky("c-small", 10)]
    for record in (*small, bulky("b-huge", 8 * MEGABYTE)):
        account.put(ENTRIES, record)
    run = warehouse.sync(configuration)
    assert run.error is None
    assert warehouse.rows("ENTRIES") == [
        entry_row(record, "draft", record["sys"]["id"]) for record in small
    ]
    told = [row for row in warehouse.rows("SYNC_COVERAGE") if row["table_name"] == "ENTRIES"]
    assert [row["status"] for row in told] == ["incomplete"]
    assert "b-huge" in told[0]["reason"]
    assert len(run.warnings) == 1
    quiet = warehouse.sync(configuration)
    assert (quiet.error, quiet.written, quiet.deleted, quiet.warnings) == (None, [], [], [])


def test_more_than_the_state_can_tell_is_read_anew(
    emulator: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When more entries vanish with an environment than a sketch can name, ENTRIES is reloaded."""
    monkeypatch.setattr(jobs, "MOST_CELLS", jobs.FEWEST_CELLS)
    emulator.reset(spaces=1, environments=2, entries=1000)
    every = {**configuration, "environment_id": "*", "tables": "ENTRIES"}
    assert warehouse.sync(every).error is None
    assert len(warehouse.rows("ENTRIES")) == 2000
    space = emulator.stored("spaces")[0]["sys"]["id"]
    emulator.call("DELETE", f"/spaces/{space}/environments/staging")
    run = warehouse.sync(every)
    assert (run.error, run.truncated, len(run.warnings)) == (None, ["ENTRIES"], 1)
    assert "ENTRIES" in run.warnings[0]
    assert len(warehouse.rows("ENTRIES")) == 1000
    assert {row["environment_id"] for row in warehouse.rows("ENTRIES")} == {"master"}
    quiet = warehouse.sync(every)
    assert (quiet.error, quiet.written, quiet.deleted, quiet.truncated) == (None, [], [], [])


def test_awkward_content_arrives(
    emulator: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A space full of rare cases is read by all tables; what cannot be parsed is named, once."""
    emulator.reset(spaces=1, entries=5, assets=5, awkward=True)
    every = {**configuration, "environment_id": "*", "tables": "all, history"}
    first = warehouse.sync(every)
    assert first.error is None
    for table in ("ENTRIES", "ASSETS"):
        found = {
            (row["space_id"], row["environment_id"], row["id"]) for row in warehouse.rows(table)
        }
        left_out = stored_keys(emulator, table.lower()) - found
        assert found <= stored_keys(emulator, table.lower())
        named = [key for key in left_out if any(key[2] in text for text in first.warnings)]
        assert sorted(named) == sorted(left_out)
        assert len(left_out) <= 1
    quiet = warehouse.sync(every)
    assert (quiet.error, quiet.written, quiet.deleted, quiet.warnings) == (None, [], [], [])


def stored_keys(account: Account, collection: str) -> set[tuple[str, str, str]]:
    """Return space, environment and id of all records that the account has in a collection."""
    return {
        (space["sys"]["id"], environment["sys"]["id"], record["sys"]["id"])
        for space in account.stored("spaces")
        for environment in account.stored(f"spaces/{space['sys']['id']}/environments")
        for record in account.stored(
            f"spaces/{space['sys']['id']}/environments/{environment['sys']['id']}/{collection}"
        )
    }
