"""Contentful's Python client edits the emulated account, and the next sync has these changes.

This client is not part of this project, so it tests that the emulator's verbs are the API's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from contentful_management import Client

from support.account import TOKEN, Account
from support.warehouse import Run, Warehouse
from support.web_app import with_a_content_type

Row = dict[str, Any]
Resource = Any
"""A record as an object of the client."""

IN_SPACE = {"space_id": "shop"}
IN_MASTER = {"space_id": "shop", "environment_id": "master"}
FIELDS = [{"id": "title", "name": "Title", "type": "Symbol"}]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give an account with one organization, one space and one content type."""
    emulator.reset()
    with_a_content_type(emulator)
    return emulator


@pytest.fixture
def client(account: Account) -> Client:
    """Give the official client."""
    host = account.url.partition("//")[2]
    return Client(TOKEN, api_url=host, https=False)


@dataclass(frozen=True)
class Kind:
    """The client's calls for one type of record, and the values of its row after them.

    ``collection`` returns the client's proxy, which is the first argument of the others.
    ``create`` creates a record; ``change`` updates it and returns it.
    """

    table: str
    collection: Callable[[Client], Any]
    create: Callable[[Any], Resource]
    change: Callable[[Any, Resource], Resource]
    made: Row
    changed: Row
    delete: Callable[[Any, Resource], Any] = lambda _proxy, record: record.delete()


def saved(record: Resource, **values: Any) -> Resource:
    """Set values of a record, save it and return it."""
    for name, value in values.items():
        setattr(record, name, value)
    record.save()
    return record


def by_patch(proxy: Any, record: Resource, label: str) -> Resource:
    """Set the label of a concept or scheme, with JSON Patch."""
    change = [{"op": "replace", "path": "/prefLabel/en-US", "value": label}]
    return proxy.update(record.id, record.version, change)


def organization_of(client: Client) -> str:
    """Return the id of the only organization."""
    return client.organizations().all()[0].id


CONTENT = {"fields": {"title": {"en-US": "First"}}}

KINDS = (
    Kind(
        "SPACES",
        lambda client: client.spaces(),
        lambda spaces: spaces.create({"name": "First"}),
        lambda _, space: saved(space, name="Second"),
        {"name": "First", "default_locale": "en-US", "version": 1},
        {"name": "Second", "version": 2},
    ),
    Kind(
        "ENVIRONMENTS",
        lambda client: client.environments("shop"),
        lambda environments: environments.create("draft", {"name": "First"}),
        lambda _, environment: environment.update({"name": "Second"}),
        {**IN_SPACE, "id": "draft", "name": "First", "status": "ready"},
        {"name": "Second"},
    ),
    Kind(
        "LOCALES",
        lambda client: client.locales("shop", "master"),
        lambda locales: locales.create(
            attributes={"name": "First", "code": "de-DE", "fallbackCode": "en-US"}
        ),
        lambda _, locale: saved(locale, name="Second"),
        {**IN_MASTER, "name": "First", "code": "de-DE", "is_default": False},
        {"name": "Second"},
    ),
    Kind(
        "CONTENT_TYPES",
        lambda client: client.content_types("shop", "master"),
        lambda types: types.create("page", {"name": "First", "fields": FIELDS}),
        lambda _, kind: saved(kind, name="Second"),
        {**IN_MASTER, "id": "page", "name": "First", "status": "draft", "version": 1},
        {"name": "Second", "status": "draft", "version": 2},
    ),
    Kind(
        "ENTRIES",
        lambda client: client.entries("shop", "master"),
        lambda entries: entries.create("hello", {"content_type_id": "note", **CONTENT}),
        lambda _, entry: saved(entry, title="Second"),
        {**IN_MASTER, "id": "hello", "title": "First", "status": "draft", "version": 1},
        {"title": "Second", "fields": {"title": {"en-US": "Second"}}},
    ),
    Kind(
        "ASSETS",
        lambda client: client.assets("shop", "master"),
        lambda assets: assets.create("sun", CONTENT),
        lambda _, asset: saved(asset, title="Second"),
        {**IN_MASTER, "id": "sun", "title": "First", "status": "draft", "version": 1},
        {"title": "Second", "fields": {"title": {"en-US": "Second"}}},
    ),
    Kind(
        "TAGS",
        lambda client: client.tags("shop", "master"),
        lambda tags: tags.create("new", {"name": "First", "sys": {"id": "new"}}),
        lambda _, tag: tag.update({"name": "Second"}),
        {**IN_MASTER, "id": "new", "name": "First", "version": 1},
        {"name": "Second", "version": 2},
    ),
    Kind(
        "EXTENSIONS",
        lambda client: client.ui_extensions("shop", "master"),
        lambda extensions: extensions.create(
            "map",
            {"extension": {"name": "First", "src": "https://example.com/?a", "sidebar": True}},
        ),
        lambda _, extension: saved(extension, name="Second"),
        {**IN_MASTER, "id": "map", "name": "First", "src": "https://example.com/"},
        {"name": "Second"},
    ),
    Kind(
        "ROLES",
        lambda client: client.roles("shop"),
        lambda roles: roles.create(
            attributes={"name": "First", "description": "", "permissions": {}, "policies": []}
        ),
        lambda _, role: saved(role, name="Second"),
        {**IN_SPACE, "name": "First", "policies": [], "version": 0},
        {"name": "Second", "version": 1},
    ),
    Kind(
        "SPACE_MEMBERSHIPS",
        lambda client: client.memberships("shop"),
        lambda members: members.create(
            attributes={"admin": False, "roles": [], "email": "new@people.example.com"}
        ),
        lambda _, member: saved(member, admin=True),
        {**IN_SPACE, "admin": False, "role_ids": []},
        {"admin": True},
    ),
    Kind(
        "API_KEYS",
        lambda client: client.api_keys("shop"),
        lambda api_keys: api_keys.create(attributes={"name": "First"}),
        lambda _, key: saved(key, name="Second"),
        {**IN_SPACE, "name": "First", "version": 0},
        {"name": "Second", "version": 1},
    ),
    Kind(
        "WEBHOOKS",
        lambda client: client.webhooks("shop"),
        lambda webhooks: webhooks.create(
            attributes={"name": "First", "url": "https://a:b@example.com", "topics": ["*.*"]}
        ),
        lambda _, webhook: saved(webhook, name="Second"),
        {**IN_SPACE, "name": "First", "url": "https://example.com", "topics": ["*.*"]},
        {"name": "Second"},
    ),
    Kind(
        "TAXONOMY_CONCEPTS",
        lambda client: client.taxonomy_concepts(organization_of(client)),
        lambda concepts: concepts.create("sofa", {"prefLabel": {"en-US": "First"}}),
        lambda concepts, concept: by_patch(concepts, concept, "Second"),
        {"id": "sofa", "pref_label": {"en-US": "First"}},
        {"pref_label": {"en-US": "Second"}},
        lambda concepts, concept: concepts.delete(concept.id, concept.version),
    ),
    Kind(
        "TAXONOMY_CONCEPT_SCHEMES",
        lambda client: client.taxonomy_concept_schemes(organization_of(client)),
        lambda schemes: schemes.create("rooms", {"prefLabel": {"en-US": "First"}}),
        lambda schemes, scheme: by_patch(schemes, scheme, "Second"),
        {"id": "rooms", "pref_label": {"en-US": "First"}},
        {"pref_label": {"en-US": "Second"}},
        lambda schemes, scheme: schemes.delete(scheme.id, scheme.version),
    ),
)


def configuration(account: Account, table: str) -> dict[str, str]:
    """Return the configuration that reads one table."""
    return {"access_token": TOKEN, "base_url": account.url, "tables": table}


def the_row(run: Run, table: str) -> Row:
    """Return the only row that a run has written, apart from SYNC_COVERAGE."""
    assert (run.error, run.deleted, run.truncated) == (None, [], [])
    written = [(name, row) for name, row in run.written if name != "SYNC_COVERAGE"]
    assert [name for name, _ in written] == [table]
    return written[0][1]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.table)
def test_edits_by_the_client_are_one_row_each(
    account: Account, client: Client, kind: Kind
) -> None:
    """A record that the client creates, changes and deletes is exactly one row in each sync."""
    warehouse, settings = Warehouse(), configuration(account, kind.table)
    warehouse.sync(settings)
    proxy = kind.collection(client)

    record = kind.create(proxy)
    row = the_row(warehouse.sync(settings), kind.table)
    assert row == {**row, "id": record.id, **kind.made}

    record = kind.change(proxy, record)
    changed = the_row(warehouse.sync(settings), kind.table)
    times = {name: changed[name] for name in ("updated_at", "version")}
    assert changed == {**row, **times, **kind.changed}
    assert changed["version"] == row["version"] + 1

    kind.delete(proxy, record)
    run = warehouse.sync(settings)
    written = [name for name, _ in run.written if name != "SYNC_COVERAGE"]
    assert (run.error, written) == (None, [])
    assert [(name, keys["id"]) for name, keys in run.deleted] == [(kind.table, row["id"])]


def test_publishing_by_the_client(account: Account, client: Client) -> None:
    """An entry that the client publishes, unpublishes, archives or unarchives gets that status."""
    warehouse, settings = Warehouse(), configuration(account, "ENTRIES")
    entry = client.entries("shop", "master").create(
        "hello", {"content_type_id": "note", **CONTENT}
    )
    warehouse.sync(settings)
    for step, status in (
        ("publish", "published"),
        ("unpublish", "draft"),
        ("archive", "archived"),
        ("unarchive", "draft"),
    ):
        getattr(entry, step)()
        row = the_row(warehouse.sync(settings), "ENTRIES")
        assert (row["id"], row["status"], row["version"]) == ("hello", status, entry.version)


def test_an_editor_interface_by_the_client(account: Account, client: Client) -> None:
    """An editor interface that the client changes is one row of its content type."""
    warehouse, settings = Warehouse(), configuration(account, "EDITOR_INTERFACES")
    warehouse.sync(settings)
    interface = client.editor_interfaces("shop", "master", "note").find()
    controls = [{"fieldId": "title", "widgetId": "slugEditor", "widgetNamespace": "builtin"}]
    saved(interface, controls=controls)
    row = the_row(warehouse.sync(settings), "EDITOR_INTERFACES")
    assert (row["content_type_id"], row["controls"]) == ("note", controls)


def test_a_published_entry_has_a_snapshot(account: Account, client: Client) -> None:
    """Each publication by the client adds one row to ENTRY_SNAPSHOTS, with published fields."""
    warehouse, settings = Warehouse(), configuration(account, "ENTRY_SNAPSHOTS")
    warehouse.sync(settings)
    entry = client.entries("shop", "master").create(
        "hello", {"content_type_id": "note", **CONTENT}
    )
    for title in ("First", "Second"):
        saved(entry, title=title).publish()
        row = the_row(warehouse.sync(settings), "ENTRY_SNAPSHOTS")
        assert (row["entry_id"], row["snapshot_type"]) == ("hello", "publish")
        assert row["snapshot"]["fields"] == {"title": {"en-US": title}}
