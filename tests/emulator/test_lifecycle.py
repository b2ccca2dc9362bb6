"""Versions, times and states after writes, as recorded from the real API."""

from __future__ import annotations

from typing import Any

import pytest

from support.served import Served

NOW = "2026-02-03T04:05:06.789Z"
LATER = "2026-02-03T04:05:16.789Z"


@pytest.fixture
def draft(served: Served) -> Any:
    """Give a new entry, created with the clock stopped."""
    served.control("POST", "clock", {"now": NOW})
    answer = served.send(
        "POST",
        f"{served.place}/entries",
        {"fields": {"title": {"en-US": "New"}}},
        X_Contentful_Content_Type="article",
    )
    assert answer.status_code == 201
    served.control("POST", "clock", {"advance_seconds": 10})
    return answer.json()


def at(served: Served, record: Any, action: str = "") -> str:
    """Return the path of an entry, or of an action on it."""
    return f"{served.place}/entries/{record['sys']['id']}{action}"


def facts(record: Any) -> dict[str, Any]:
    """Return the versions and times of a record."""
    names = (
        *("version", "createdAt", "updatedAt", "publishedVersion", "publishedAt"),
        *("firstPublishedAt", "publishedCounter", "archivedVersion", "archivedAt"),
    )
    return {name: record["sys"][name] for name in names if name in record["sys"]}


def test_a_new_entry_is_a_draft(served: Served, draft: Any) -> None:
    """A new entry has version 1, two equal times and no publication."""
    fresh = {"version": 1, "createdAt": NOW, "updatedAt": NOW, "publishedCounter": 0}
    assert facts(draft) == fresh
    assert draft["sys"]["fieldStatus"] == {"*": {"en-US": "draft", "de-DE": "draft"}}
    assert served.get(at(served, draft)) == draft


def test_publish_edit_unpublish(served: Served, draft: Any) -> None:
    """Each step increases the version by 1, and a publication records the version before it."""
    published = served.change("PUT", at(served, draft, "/published"), draft)
    assert facts(published) == {
        "version": 2,
        "createdAt": NOW,
        "updatedAt": LATER,
        "publishedVersion": 1,
        "publishedAt": LATER,
        "firstPublishedAt": LATER,
        "publishedCounter": 1,
    }
    edited = served.change("PUT", at(served, draft), {**published, "fields": {}})
    assert facts(edited) == {**facts(published), "version": 3}
    assert edited["sys"]["fieldStatus"]["*"] == {"en-US": "changed", "de-DE": "changed"}
    unpublished = served.change("DELETE", at(served, draft, "/published"), edited)
    assert facts(unpublished) == {
        "version": 4,
        "createdAt": NOW,
        "updatedAt": LATER,
        "firstPublishedAt": LATER,
        "publishedCounter": 1,
    }


def test_archive_and_unarchive(served: Served, draft: Any) -> None:
    """Archiving records the version before it and the time; unarchiving removes both."""
    archived = served.change("PUT", at(served, draft, "/archived"), draft)
    assert facts(archived) == {
        "version": 2,
        "createdAt": NOW,
        "updatedAt": LATER,
        "publishedCounter": 0,
        "archivedVersion": 1,
        "archivedAt": LATER,
    }
    back = served.change("DELETE", at(served, draft, "/archived"), archived)
    fresh = {"version": 3, "createdAt": NOW, "updatedAt": LATER, "publishedCounter": 0}
    assert facts(back) == fresh


@pytest.mark.parametrize(
    ("before", "method", "action", "message"),
    [
        ((), "DELETE", "/published", "Not published"),
        ((), "DELETE", "/archived", "Not archived"),
        (("/published",), "PUT", "/archived", "Cannot archive published"),
        (("/published",), "DELETE", "", "Cannot delete published"),
        (("/archived",), "PUT", "", "Cannot edit archived"),
        (("/archived",), "PUT", "/published", "Cannot publish archived"),
    ],
)
def test_wrong_states_are_refused(
    served: Served, draft: Any, before: tuple[str, ...], method: str, action: str, message: str
) -> None:
    """A step that a state does not allow is a 400 with the message of the API."""
    record = draft
    for step in before:
        record = served.change("PUT", at(served, draft, step), record)
    answer = served.send(
        method,
        at(served, draft, action),
        record,
        X_Contentful_Version=str(record["sys"]["version"]),
    )
    body = answer.json()
    assert (answer.status_code, body["sys"]["id"], body["message"]) == (400, "BadRequest", message)


@pytest.mark.parametrize("headers", [{}, {"X_Contentful_Version": "7"}])
def test_a_wrong_version_is_a_conflict(served: Served, draft: Any, headers: dict) -> None:
    """An update without the current version is a 409 with only sys in its body."""
    answer = served.send("PUT", at(served, draft), draft, **headers)
    assert answer.status_code == 409
    assert answer.json() == {"sys": {"type": "Error", "id": "VersionMismatch"}}
    assert served.get(at(served, draft)) == draft


def test_put_with_a_new_id_creates(served: Served) -> None:
    """PUT on a new id answers 201 and keeps the id, with dots and dashes."""
    path = f"{served.place}/entries/an-id.with_64"
    answer = served.send("PUT", path, {"fields": {}}, X_Contentful_Content_Type="author")
    assert answer.status_code == 201
    assert served.get(path)["sys"]["id"] == "an-id.with_64"


def test_delete_removes(served: Served, draft: Any) -> None:
    """A deletion answers 204 without a body; then the entry is a 404 and the total 1 smaller."""
    total = served.get(f"{served.place}/entries")["total"]
    answer = served.send("DELETE", at(served, draft))
    assert (answer.status_code, answer.content) == (204, b"")
    assert served.refusal(at(served, draft))[0] == 404
    assert served.get(f"{served.place}/entries")["total"] == total - 1


def test_a_generated_entry_can_be_edited(served: Served) -> None:
    """An edit of a generated entry increases its version, and the order and other entries stay."""
    path = f"{served.place}/entries"
    before = served.get(path)["items"]
    one = next(e for e in before if e["sys"].get("publishedVersion"))
    fields = {**one["fields"], "title": {"en-US": "Edited"}}
    served.change("PUT", f"{path}/{one['sys']['id']}", {**one, "fields": fields})
    after = served.get(path)["items"]
    changed = [new for new, old in zip(after, before, strict=True) if new != old]
    assert [new["sys"]["id"] for new in changed] == [one["sys"]["id"]]
    assert changed[0]["fields"] == fields
    assert changed[0]["sys"]["version"] == one["sys"]["version"] + 1


def test_a_new_space_has_a_master_environment(served: Served) -> None:
    """A new space has version 1, times in whole seconds, a master environment and a locale."""
    served.control("POST", "clock", {"now": NOW})
    space = served.send("POST", "/spaces", {"name": "New", "defaultLocale": "fr"}).json()
    sys = space["sys"]
    assert (space["name"], sys["version"], sys["createdAt"]) == ("New", 1, "2026-02-03T04:05:06Z")
    assert sys["organization"]["sys"]["id"] == served.stored("organizations")[0]["sys"]["id"]
    inside = f"/spaces/{sys['id']}"
    assert [e["name"] for e in served.get(f"{inside}/environments")["items"]] == ["master"]
    locales = served.get(f"{inside}/locales")["items"]
    assert [(one["code"], one["default"]) for one in locales] == [("fr", True)]
    assert served.get(f"{inside}/entries")["total"] == 0


def test_a_new_space_needs_an_organization_if_there_are_several(served: Served) -> None:
    """POST /spaces without X-Contentful-Organization is the recorded 404 for two organizations."""
    served.reset(organizations=2)
    answer = served.send("POST", "/spaces", {"name": "New"})
    assert answer.status_code == 404
    assert answer.json()["sys"]["id"] == "MissingOrganizationParameter"


def test_a_deleted_space_deletes_all_its_records(served: Served) -> None:
    """Records of a deleted space cannot be read, even after a new space gets its id."""
    space = served.space
    assert served.send("DELETE", space).status_code == 204
    assert served.refusal(f"{space}/environments")[0] == 404
    again = served.send("PUT", space, {"name": "Again"})
    assert again.status_code == 201
    assert served.get(f"{space}/entries")["total"] == 0


def test_a_new_environment_is_a_clone(served: Served) -> None:
    """A new environment has the ids and creation times of its source, with earlier edits."""
    path = f"{served.place}/entries"
    served.control("DELETE", f"store{path}/{served.get(path)['items'][0]['sys']['id']}")
    served.send("PUT", f"{path}/added", {"fields": {}}, X_Contentful_Content_Type="author")
    created = served.send("PUT", f"{served.space}/environments/copy", {"name": "Copy"})
    assert created.status_code == 201
    copied = served.get(f"{served.space}/environments/copy/entries")["items"]
    old = [(e["sys"]["id"], e["sys"]["createdAt"]) for e in served.get(path)["items"]]
    assert [(e["sys"]["id"], e["sys"]["createdAt"]) for e in copied] == old
    assert {e["sys"]["environment"]["sys"]["id"] for e in copied} == {"copy"}
    assert all("/environments/copy/entries/" in e["sys"]["urn"] for e in copied)
    served.send("DELETE", f"{path}/added")
    assert served.get(f"{served.space}/environments/copy/entries")["total"] == 24


def test_locales_have_unique_codes(served: Served) -> None:
    """A second locale with the same code is a 422, and an update keeps omitted parts."""
    path = f"{served.place}/locales"
    french = {"name": "French", "code": "fr", "fallbackCode": "en-US"}
    created = served.send("POST", path, french)
    assert created.status_code == 201
    assert created.json()["sys"]["version"] == 1
    assert served.send("POST", path, french).status_code == 422
    record = created.json()
    renamed = served.change("PUT", f"{path}/{record['sys']['id']}", {"name": "Français"}, 1)
    assert (renamed["name"], renamed["code"], renamed["sys"]["version"]) == ("Français", "fr", 2)
    assert served.send("DELETE", f"{path}/{record['sys']['id']}").status_code == 204


def test_a_content_type_in_use_stays_active(served: Served) -> None:
    """A content type with entries can be neither deactivated nor deleted."""
    path = f"{served.place}/content_types/article"
    refused = served.send("DELETE", f"{path}/published")
    assert (refused.status_code, refused.json()["message"]) == (400, "Content Type has entries")
    assert served.send("DELETE", path).status_code == 400


def test_the_lifecycle_of_a_content_type(served: Served) -> None:
    """A content type can be created, activated, changed, deactivated and deleted."""
    path = f"{served.place}/content_types/new"
    field = {"id": "title", "name": "Title", "type": "Symbol"}
    draft = served.send("PUT", path, {"name": "New", "fields": [field]}).json()
    active = served.change("PUT", f"{path}/published", draft)
    assert (active["sys"]["version"], active["sys"]["publishedVersion"]) == (2, 1)
    changed = served.change("PUT", path, {**active, "name": "Newer"})
    assert (changed["name"], changed["sys"]["version"]) == ("Newer", 3)
    back = served.change("DELETE", f"{path}/published", changed)
    assert "publishedVersion" not in back["sys"]
    assert served.send("DELETE", path).status_code == 204
