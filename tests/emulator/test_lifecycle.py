"""Writing: versions, timestamps and states, as recorded of the real API."""

from __future__ import annotations

from typing import Any

import pytest

from support.served import Served

NOW = "2026-02-03T04:05:06.789Z"
LATER = "2026-02-03T04:05:16.789Z"


@pytest.fixture
def draft(served: Served) -> Any:
    """Give a new entry, created while the clock stands still."""
    served.control("POST", "clock", {"now": NOW})
    answer = served.ask(
        "POST",
        f"{served.place}/entries",
        {"fields": {"title": {"en-US": "New"}}},
        X_Contentful_Content_Type="article",
    )
    assert answer.status_code == 201
    served.control("POST", "clock", {"advance_seconds": 10})
    return answer.json()


def at(served: Served, record: Any, action: str = "") -> str:
    """Return the path of an entry, or of what can be done with it."""
    return f"{served.place}/entries/{record['sys']['id']}{action}"


def facts(record: Any) -> dict[str, Any]:
    """Return the versions and times of a record."""
    names = (
        *("version", "createdAt", "updatedAt", "publishedVersion", "publishedAt"),
        *("firstPublishedAt", "publishedCounter", "archivedVersion", "archivedAt"),
    )
    return {name: record["sys"][name] for name in names if name in record["sys"]}


def test_a_new_entry_is_a_draft(served: Served, draft: Any) -> None:
    """A created entry has version 1, two equal times and nothing of a publication."""
    assert facts(draft) == {"version": 1, "createdAt": NOW, "updatedAt": NOW}
    assert draft["sys"]["fieldStatus"] == {"*": {"en-US": "draft", "de-DE": "draft"}}
    assert served.get(at(served, draft)) == draft


def test_publish_edit_unpublish(served: Served, draft: Any) -> None:
    """Each step adds one to the version; publication keeps the version before it."""
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
    taken_back = served.change("DELETE", at(served, draft, "/published"), edited)
    assert facts(taken_back) == {
        "version": 4,
        "createdAt": NOW,
        "updatedAt": LATER,
        "firstPublishedAt": LATER,
        "publishedCounter": 1,
    }


def test_archive_and_unarchive(served: Served, draft: Any) -> None:
    """Archiving keeps the version before it and the time; taking it out removes both."""
    archived = served.change("PUT", at(served, draft, "/archived"), draft)
    assert facts(archived) == {
        "version": 2,
        "createdAt": NOW,
        "updatedAt": LATER,
        "archivedVersion": 1,
        "archivedAt": LATER,
    }
    back = served.change("DELETE", at(served, draft, "/archived"), archived)
    assert facts(back) == {"version": 3, "createdAt": NOW, "updatedAt": LATER}


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
    """What a state does not allow is a 400 with the sentence of the API."""
    record = draft
    for step in before:
        record = served.change("PUT", at(served, draft, step), record)
    answer = served.ask(
        method,
        at(served, draft, action),
        record,
        X_Contentful_Version=str(record["sys"]["version"]),
    )
    body = answer.json()
    assert (answer.status_code, body["sys"]["id"], body["message"]) == (400, "BadRequest", message)


@pytest.mark.parametrize("headers", [{}, {"X_Contentful_Version": "7"}])
def test_a_wrong_version_is_a_conflict(served: Served, draft: Any, headers: dict) -> None:
    """An update without the current version is a 409 whose body is sys alone."""
    answer = served.ask("PUT", at(served, draft), draft, **headers)
    assert answer.status_code == 409
    assert answer.json() == {"sys": {"type": "Error", "id": "VersionMismatch"}}
    assert served.get(at(served, draft)) == draft


def test_put_with_a_new_id_creates(served: Served) -> None:
    """PUT on an id that is not taken answers 201 and keeps the id, dots and dashes included."""
    path = f"{served.place}/entries/an-id.with_64"
    answer = served.ask("PUT", path, {"fields": {}}, X_Contentful_Content_Type="author")
    assert answer.status_code == 201
    assert served.get(path)["sys"]["id"] == "an-id.with_64"


def test_delete_removes(served: Served, draft: Any) -> None:
    """A deleted entry answers 204 without a body, then 404, and leaves the total by one."""
    total = served.get(f"{served.place}/entries")["total"]
    answer = served.ask("DELETE", at(served, draft))
    assert (answer.status_code, answer.content) == (204, b"")
    assert served.refusal(at(served, draft))[0] == 404
    assert served.get(f"{served.place}/entries")["total"] == total - 1


def test_generated_entries_are_edited_like_others(served: Served) -> None:
    """An edit of a generated entry raises its version, keeps its place and changes no other."""
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


def test_spaces_have_seconds_and_a_first_environment(served: Served) -> None:
    """A new space has version 1, times in whole seconds, a master environment and a locale."""
    served.control("POST", "clock", {"now": NOW})
    space = served.ask("POST", "/spaces", {"name": "New", "defaultLocale": "fr"}).json()
    sys = space["sys"]
    assert (space["name"], sys["version"], sys["createdAt"]) == ("New", 1, "2026-02-03T04:05:06Z")
    assert sys["organization"]["sys"]["id"] == served.stored("organizations")[0]["sys"]["id"]
    inside = f"/spaces/{sys['id']}"
    assert [e["name"] for e in served.get(f"{inside}/environments")["items"]] == ["master"]
    locales = served.get(f"{inside}/locales")["items"]
    assert [(one["code"], one["default"]) for one in locales] == [("fr", True)]
    assert served.get(f"{inside}/entries")["total"] == 0


def test_a_space_needs_an_organization_where_there_are_several(served: Served) -> None:
    """POST /spaces without X-Contentful-Organization is the recorded 404."""
    served.reset(organizations=2)
    answer = served.ask("POST", "/spaces", {"name": "New"})
    assert answer.status_code == 404
    assert answer.json()["sys"]["id"] == "MissingOrganizationParameter"


def test_a_deleted_space_takes_all_with_it(served: Served) -> None:
    """Nothing below a deleted space can be read, also when a new one takes its id."""
    space = served.space
    assert served.ask("DELETE", space).status_code == 204
    assert served.refusal(f"{space}/environments")[0] == 404
    again = served.ask("PUT", space, {"name": "Again"})
    assert again.status_code == 201
    assert served.get(f"{space}/entries")["total"] == 0


def test_a_new_environment_is_a_clone(served: Served) -> None:
    """A new environment has the ids and creation times of its source, edits included."""
    path = f"{served.place}/entries"
    served.control("DELETE", f"store{path}/{served.get(path)['items'][0]['sys']['id']}")
    served.ask("PUT", f"{path}/added", {"fields": {}}, X_Contentful_Content_Type="author")
    created = served.ask("PUT", f"{served.space}/environments/copy", {"name": "Copy"})
    assert created.status_code == 201
    copied = served.get(f"{served.space}/environments/copy/entries")["items"]
    old = [(e["sys"]["id"], e["sys"]["createdAt"]) for e in served.get(path)["items"]]
    assert [(e["sys"]["id"], e["sys"]["createdAt"]) for e in copied] == old
    assert {e["sys"]["environment"]["sys"]["id"] for e in copied} == {"copy"}
    assert all("/environments/copy/entries/" in e["sys"]["urn"] for e in copied)
    served.ask("DELETE", f"{path}/added")
    assert served.get(f"{served.space}/environments/copy/entries")["total"] == 24


def test_locales_have_unique_codes(served: Served) -> None:
    """A second locale with a code is a 422; an update keeps what it leaves out."""
    path = f"{served.place}/locales"
    french = {"name": "French", "code": "fr", "fallbackCode": "en-US"}
    created = served.ask("POST", path, french)
    assert created.status_code == 201
    assert created.json()["sys"]["version"] == 1
    assert served.ask("POST", path, french).status_code == 422
    record = created.json()
    renamed = served.change("PUT", f"{path}/{record['sys']['id']}", {"name": "Français"}, 1)
    assert (renamed["name"], renamed["code"], renamed["sys"]["version"]) == ("Français", "fr", 2)
    assert served.ask("DELETE", f"{path}/{record['sys']['id']}").status_code == 204


def test_a_content_type_in_use_stays_active(served: Served) -> None:
    """A content type with entries can be neither deactivated nor deleted."""
    path = f"{served.place}/content_types/article"
    refused = served.ask("DELETE", f"{path}/published")
    assert (refused.status_code, refused.json()["message"]) == (400, "Content Type has entries")
    assert served.ask("DELETE", path).status_code == 400


def test_content_types_go_through_a_life(served: Served) -> None:
    """A content type is created, activated, changed, deactivated and deleted."""
    path = f"{served.place}/content_types/new"
    field = {"id": "title", "name": "Title", "type": "Symbol"}
    draft = served.ask("PUT", path, {"name": "New", "fields": [field]}).json()
    active = served.change("PUT", f"{path}/published", draft)
    assert (active["sys"]["version"], active["sys"]["publishedVersion"]) == (2, 1)
    changed = served.change("PUT", path, {**active, "name": "Newer"})
    assert (changed["name"], changed["sys"]["version"]) == ("Newer", 3)
    back = served.change("DELETE", f"{path}/published", changed)
    assert "publishedVersion" not in back["sys"]
    assert served.ask("DELETE", path).status_code == 204
