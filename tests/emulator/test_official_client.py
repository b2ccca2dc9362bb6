"""Contentful's own Python client, which is not part of this project, against the emulator."""

from __future__ import annotations

from typing import Any

import pytest
from contentful_management import Client
from contentful_management.errors import NotFoundError, VersionMismatchError
from contentful_management.webhook import Webhook

from support.served import TOKEN, Served

FIELDS = [{"id": "title", "name": "Title", "type": "Symbol", "localized": True}]


@pytest.fixture
def client(served: Served) -> Any:
    """Give the client with the defaults of a user, except for the host."""
    host = served.url.removeprefix("http://")
    return Client(TOKEN, api_url=host, https=False)


@pytest.fixture
def place(served: Served) -> tuple[str, str]:
    """Give the ids of the first space and its master environment."""
    return served.space.removeprefix("/spaces/"), "master"


@pytest.fixture
def organization(served: Served) -> str:
    """Give the id of the organization."""
    return str(served.stored("organizations")[0]["sys"]["id"])


def test_spaces(served: Served, client: Any, organization: str) -> None:
    """The client lists, creates, finds, renames and deletes spaces."""
    assert [one.sys["id"] for one in client.spaces().all()] == [
        one["sys"]["id"] for one in served.get("/spaces")["items"]
    ]
    attributes = {"name": "New", "organization_id": organization, "default_locale": "de"}
    space = client.spaces().create(attributes)
    assert client.spaces().find(space.sys["id"]).name == "New"
    space.update({"name": "Renamed", "organization_id": organization})
    assert served.get(f"/spaces/{space.sys['id']}")["name"] == "Renamed"
    space.delete()
    with pytest.raises(NotFoundError):
        client.spaces().find(space.sys["id"])


def test_environments(served: Served, client: Any, place: tuple[str, str]) -> None:
    """The client creates an environment and deletes it."""
    environments = client.environments(place[0])
    environment = environments.create("copy", {"name": "Copy"})
    assert environment.sys["version"] == 1
    assert sorted(one.id for one in environments.all()) == ["copy", "master", "staging"]
    environment.delete()
    assert sorted(one.id for one in environments.all()) == ["master", "staging"]
    assert served.refusal(f"{served.space}/environments/copy/entries")[0] == 404


def test_a_content_model_and_its_content(
    served: Served, client: Any, place: tuple[str, str]
) -> None:
    """The client creates and activates a content type, and takes an entry through all states."""
    kind = client.content_types(*place).create("note", {"name": "Note", "fields": FIELDS})
    kind.publish()
    entries = client.entries(*place)
    attributes = {"content_type_id": "note", "fields": {"title": {"en-US": "One"}}}
    entry = entries.create("note-1", attributes)
    entry.publish()
    assert (entry.sys["version"], entry.sys["published_version"]) == (2, 1)
    entry.title = "Two"
    entry.save()
    stored = served.get(f"{served.place}/entries/note-1")
    assert stored["fields"] == {"title": {"en-US": "Two"}}
    assert (stored["sys"]["version"], stored["sys"]["publishedVersion"]) == (3, 1)
    entry.reload()
    entry.unpublish()
    entry.reload()
    entry.archive()
    entry.reload()
    assert entry.is_archived
    entry.unarchive()
    entry.reload()
    assert (entry.is_archived, entry.sys["version"]) == (False, 6)
    with pytest.raises(VersionMismatchError):
        entries.create("note-1", attributes)
    entry.delete()
    assert served.refusal(f"{served.place}/entries/note-1")[0] == 404


def test_queries(client: Any, served: Served, place: tuple[str, str]) -> None:
    """Filters, orders and limits of the client return the matching stored entries."""
    found = client.entries(*place).all(
        {"content_type": "author", "order": "sys.createdAt", "limit": 2}
    )
    stored = served.stored(f"{served.place[1:]}/entries")
    authors = [one for one in stored if one["sys"]["contentType"]["sys"]["id"] == "author"]
    authors.sort(key=lambda one: one["sys"]["createdAt"])
    assert [one.sys["id"] for one in found] == [one["sys"]["id"] for one in authors[:2]]
    assert found.total == len(authors)


def test_assets(served: Served, client: Any, place: tuple[str, str]) -> None:
    """The client creates, publishes, unpublishes and deletes an asset."""
    file = {"fileName": "a.png", "contentType": "image/png", "upload": "https://example.com/a.png"}
    asset = client.assets(*place).create("a", {"fields": {"file": {"en-US": file}}})
    asset.process()
    asset.publish()
    stored = served.get(f"{served.place}/assets/a")
    assert "publishedVersion" in stored["sys"]
    assert stored["fields"]["file"]["en-US"]["url"].startswith("//")
    asset.unpublish()
    asset.reload()
    asset.delete()
    assert served.refusal(f"{served.place}/assets/a")[0] == 404


def test_locales(client: Any, place: tuple[str, str]) -> None:
    """The client creates, renames and deletes a locale."""
    locales = client.locales(*place)
    locale = locales.create({"name": "French", "code": "fr", "fallback_code": "en-US"})
    locale.update({"name": "Français"})
    assert {one.code: one.name for one in locales.all()}["fr"] == "Français"
    locale.delete()
    assert [one.code for one in locales.all() if one.code == "fr"] == []


def test_tags(served: Served, client: Any, place: tuple[str, str]) -> None:
    """The client creates, renames and deletes a tag."""
    tags = client.tags(*place)
    tag = tags.create("news", {"name": "News"})
    tag.update({"name": "Newer"})
    assert served.get(f"{served.place}/tags/news")["name"] == "Newer"
    tag.delete()
    assert "news" not in [one.sys["id"] for one in tags.all()]


def test_webhooks(served: Served, client: Any, place: tuple[str, str]) -> None:
    """The client creates, updates and deletes webhooks, and reads their calls and health."""
    webhooks = client.webhooks(place[0])
    known = webhooks.all()
    assert {one.name for one in known} == {"Build", "Search"}
    assert len(known[0].calls().all()) == 2
    assert known[0].health().find().calls == {"total": 2, "healthy": 1}
    made: Webhook = webhooks.create(
        attributes={"name": "More", "url": "https://hooks.example.com", "topics": ["*.*"]}
    )
    made.update({"name": "Most", "url": "https://hooks.example.com", "topics": ["Entry.*"]})
    stored = served.get(f"{served.space}/webhook_definitions/{made.sys['id']}")
    assert (stored["name"], stored["topics"]) == ("Most", ["Entry.*"])
    made.delete()
    assert len(webhooks.all()) == 2


def test_keys(served: Served, client: Any, place: tuple[str, str]) -> None:
    """A delivery key that the client creates has a preview key until its deletion."""
    keys = client.api_keys(place[0])
    key = keys.create({"name": "App"})
    assert len(client.preview_api_keys(place[0]).all()) == 2
    assert key.access_token.startswith("SECRET")
    key.update({"name": "Application"})
    assert served.get(f"{served.space}/api_keys/{key.sys['id']}")["name"] == "Application"
    key.delete()
    assert len(client.preview_api_keys(place[0]).all()) == 1


def test_roles_and_memberships(served: Served, client: Any, place: tuple[str, str]) -> None:
    """The client creates a role, and a membership that invites a new user."""
    roles = client.roles(place[0])
    role = roles.create({"name": "Reader", "description": "", "permissions": {}, "policies": []})
    assert {one.name for one in roles.all()} == {"Editor", "Translator", "Reader"}
    member = client.memberships(place[0]).create(
        {"admin": False, "email": "new@people.example.com", "roles": [role.to_link().to_json()]}
    )
    stored = served.get(f"{served.space}/space_memberships/{member.sys['id']}")
    assert stored["roles"] == [{"sys": {"type": "Link", "linkType": "Role", "id": role.sys["id"]}}]
    users = served.get(f"{served.space}/users")["items"]
    assert "new@people.example.com" in [one["email"] for one in users]
    member.delete()
    role.delete()
    assert len(roles.all()) == 2


def test_extensions(served: Served, client: Any, place: tuple[str, str]) -> None:
    """The client creates and deletes an extension."""
    extensions = client.ui_extensions(*place)
    body = {"name": "E", "srcdoc": "<p>", "fieldTypes": [{"type": "Symbol"}], "sidebar": False}
    extension = extensions.create(attributes={"extension": body})
    assert len(extensions.all()) == 3
    extension.delete()
    assert served.get(f"{served.place}/extensions")["total"] == 2


def test_editor_interfaces_and_snapshots(client: Any, place: tuple[str, str]) -> None:
    """The client reads the editor interface and the snapshots of an activated content type."""
    kind = client.content_types(*place).create("note", {"name": "Note", "fields": FIELDS})
    kind.publish()
    interface = client.editor_interfaces(*place, "note").find()
    assert interface.controls == [
        {"fieldId": "title", "widgetId": "singleLine", "widgetNamespace": "builtin"}
    ]
    kind.reload()
    kind.publish()
    assert len(client.content_type_snapshots(*place, "note").all()) == 2


@pytest.mark.filterwarnings("ignore:.*periodic_usages:DeprecationWarning")
def test_people_and_usage(client: Any, organization: str) -> None:
    """The client reads organizations, users, the token's user, tokens and usage."""
    assert [one.sys["id"] for one in client.organizations().all()] == [organization]
    me = client.users().me()
    # The client's listing of users is wrong: it requests a user with the id None.
    users = client.organizations().all()[0].users()
    assert users.find(me.sys["id"]).email == me.email
    assert client.personal_access_tokens().all()[0].name == "Mine"
    assert len(client.organization_periodic_usages(organization).all()) == 4
    assert len(client.space_periodic_usages(organization).all()) == 8


def test_personal_access_tokens(served: Served, client: Any) -> None:
    """A new token is shown once, and can still be read after it is revoked."""
    tokens = client.personal_access_tokens()
    made = tokens.create({"name": "New", "scopes": ["content_management_read"]})
    assert made.token.startswith("SECRET")
    tokens.revoke(made.sys["id"])
    stored = served.get(f"/users/me/access_tokens/{made.sys['id']}")
    assert "token" not in stored
    assert stored["revokedAt"] is not None


def test_taxonomy(served: Served, client: Any, organization: str) -> None:
    """The client creates, patches and deletes a concept."""
    concepts = client.taxonomy_concepts(organization)
    made = concepts.create("chairs", {"prefLabel": {"en-US": "Chairs"}})
    patch = [{"op": "add", "path": "/prefLabel/en-US", "value": "Seats"}]
    changed = concepts.update("chairs", made.sys["version"], patch)
    path = f"/organizations/{organization}/taxonomy/concepts/chairs"
    assert served.get(path)["prefLabel"] == {"en-US": "Seats"}
    assert concepts.total() == {"total": 4}
    concepts.delete("chairs", changed.sys["version"])
    assert served.refusal(path)[0] == 404
