"""Expectations for spaces, releases, comments and assets in Contentful's own test suites."""

from __future__ import annotations

from typing import Any

import pytest

from support.served import Served, ids, link_to

NOW = "2026-02-03T04:05:06.789Z"
DOG = {"name": "Dog", "fields": [{"id": "name", "name": "Name", "type": "Symbol"}]}


@pytest.fixture(autouse=True)
def _still(served: Served) -> None:
    """Stop the clock."""
    served.control("POST", "clock", {"now": NOW})


@pytest.mark.parametrize(
    ("body", "headers", "shown"),
    [
        ({"sys": {"visibility": "public"}}, {}, "public"),
        ({}, {"X_Contentful_Tag_Visibility": "public"}, "public"),
        ({}, {}, "private"),
    ],
)
def test_the_visibility_of_a_new_tag(
    served: Served, body: Any, headers: dict[str, str], shown: str
) -> None:
    """The visibility of a new tag is taken from the body or the header; default: private."""
    path = f"{served.place}/tags/news"
    made = served.send("PUT", path, {"name": "News", **body}, **headers).json()
    sys = {**served.new_sys("news", "Tag", NOW), "visibility": shown}
    assert made == {"sys": sys, "name": "News"}
    assert served.get(path) == made


def test_a_new_space_has_roles_and_a_locale(served: Served, organization: str) -> None:
    """A space created with the API has roles, and its locale has the name of its language."""
    space = served.post(
        "/spaces",
        {"name": "New"},
        X_Contentful_Organization=organization.rpartition("/")[2],
    )
    path = f"/spaces/{space['sys']['id']}"
    assert [one["name"] for one in served.get(f"{path}/roles")["items"]] == [
        "Editor",
        "Translator",
    ]
    (locale,) = served.get(f"{path}/locales")["items"]
    assert (locale["name"], locale["code"]) == ("English (United States)", "en-US")


def test_workflow_steps_get_ids(served: Served) -> None:
    """A step of a new workflow definition gets an id if none is sent."""
    steps: Any = [{"name": "One", "actions": []}, {"id": "two", "name": "Two", "actions": []}]
    body = {"name": "Review", "steps": steps, "appliesTo": []}
    made = served.post(f"{served.place}/workflow_definitions", body)
    own = made["steps"][0]["id"]
    sys = served.new_sys(made["sys"]["id"], "WorkflowDefinition", NOW)
    assert made == {
        **body,
        "steps": [{**steps[0], "id": own}, steps[1]],
        "sys": {**sys, "isLocked": False},
    }
    assert own
    path = f"{served.place}/workflow_definitions/{made['sys']['id']}"
    assert served.change("PUT", path, made)["steps"] == made["steps"]


def test_an_asset_is_processed_in_several_locales(served: Served) -> None:
    """An asset can be processed in several locales, each time with the version of the upload."""
    file = {"contentType": "image/png", "fileName": "a.png", "upload": "https://example.com/a"}
    path = f"{served.place}/assets/picture"
    fields = {"file": {"en-US": file, "de-DE": file}}
    served.send("PUT", path, {"fields": fields})
    for locale in fields["file"]:
        answer = served.send("PUT", f"{path}/files/{locale}/process", X_Contentful_Version="1")
        assert answer.status_code == 204
    done = served.get(path)
    assert done["sys"]["version"] == 3
    assert [sorted(one) for one in done["fields"]["file"].values()] == [
        ["contentType", "details", "fileName", "url"]
    ] * 2


def test_comments_of_content_types(served: Served) -> None:
    """Comments on a content type link to it as their parent, with the field in `ref`."""
    path = f"{served.place}/content_types/author/comments"
    assert served.get(path)["items"] == []
    first = served.post(path, {"body": "Why?"})
    sys = {
        **served.new_sys(first["sys"]["id"], "Comment", NOW),
        "parentEntity": link_to("ContentType", "author"),
        "parent": None,
    }
    assert first == {"sys": sys, "body": "Why?", "status": "active"}
    served.control("POST", "clock", {"advance_seconds": 1})
    about = {"X_Contentful_Parent_Entity_Reference": "fields.name"}
    answer = served.post(
        path, {"body": "Because"}, X_Contentful_Parent_Id=first["sys"]["id"], **about
    )
    assert answer["sys"]["parent"] == link_to("Comment", first["sys"]["id"])
    assert answer["sys"]["parentEntity"]["sys"]["ref"] == "fields.name"
    assert served.get(path)["items"] == [first, answer]
    assert served.get(f"{path}/{answer['sys']['id']}") == answer
    served.send("DELETE", f"{path}/{first['sys']['id']}", X_Contentful_Version="1")
    assert served.get(path)["items"] == [answer]


@pytest.mark.parametrize(
    ("collection", "kind"),
    [
        ("experiences", "Experience"),
        ("experience_fragments", "ExperienceFragment"),
        ("experience_templates", "ExperienceTemplate"),
        ("components", "Component"),
    ],
)
def test_comments_and_tasks_of_experiences(served: Served, collection: str, kind: str) -> None:
    """Experiences and their parts have comments and tasks."""
    record = served.get(f"{served.place}/{collection}")["items"][0]["sys"]["id"]
    for name, body in (("comments", {"body": "Hm"}), ("tasks", {"body": "Do it"})):
        path = f"{served.place}/{collection}/{record}/{name}"
        made = served.post(path, body)
        assert made["sys"]["parentEntity"] == link_to(kind, record)
        assert served.get(path)["items"] == [made]


def test_comments_of_workflows(served: Served) -> None:
    """A comment on a workflow is created for a version, and listed without one."""
    workflow = served.get(f"{served.place}/workflows")["items"][0]["sys"]["id"]
    path = f"{served.place}/workflows/{workflow}"
    made = served.post(f"{path}/versions/1/comments", {"body": "Hm"})
    assert made["sys"]["parentEntity"] == {
        "sys": {"type": "VersionedLink", "linkType": "Workflow", "id": workflow, "version": 1}
    }
    assert served.get(f"{path}/comments")["items"] == [made]


@pytest.fixture
def entry(served: Served) -> str:
    """Give the path of a new entry."""
    path = f"{served.place}/entries/rex"
    body = {"fields": {"name": {"en-US": "Rex"}}}
    served.send("PUT", path, body, X_Contentful_Content_Type="author")
    return path


def timeline(*items: Any) -> Any:
    """Return the body of a Timeline release."""
    sys = {"type": "Release", "schemaVersion": "Release.v2"}
    return {
        "title": "Soon",
        "entities": {"sys": {"type": "Array"}, "items": list(items)},
        "sys": sys,
    }


def test_releases_keep_their_schema(served: Served, entry: str) -> None:
    """A Timeline release keeps its `schemaVersion`, and publishes or unpublishes its items."""
    items = [{"entity": link_to("Entry", "rex"), "action": "publish"}]
    body = timeline(*items)
    made = served.post(f"{served.place}/releases", body)
    sys = {
        **served.new_sys(made["sys"]["id"], "Release", NOW),
        "schemaVersion": "Release.v2",
        "status": "active",
    }
    assert made == {**body, "sys": sys}
    path = f"{served.place}/releases/{made['sys']['id']}"
    newer = served.change("PUT", path, {**body, "title": "Later"}, 1)
    assert newer == {**made, "title": "Later", "sys": {**sys, "version": 2}}
    of_timeline = {"sys.schemaVersion": "Release.v2"}
    assert newer in served.get(f"{served.place}/releases", **of_timeline)["items"]
    served.change("PUT", f"{path}/published", newer)
    assert served.get(entry)["sys"]["publishedVersion"] == 1
    unpublishing = {
        **body,
        "entities": {**body["entities"], "items": [{**items[0], "action": "unpublish"}]},
    }
    newest = served.change("PUT", path, unpublishing, 3)
    served.change("PUT", f"{path}/published", newest)
    assert "publishedVersion" not in served.get(entry)["sys"]


def test_a_generated_release_of_timeline_is_published(served: Served) -> None:
    """A generated Timeline release publishes its entry and its asset."""
    path = f"{served.place}/releases"
    (release,) = served.get(path, **{"sys.schemaVersion": "Release.v2"})["items"]
    served.change("PUT", f"{path}/{release['sys']['id']}/published", release)
    for one in release["entities"]["items"]:
        kind = {"Entry": "entries", "Asset": "assets"}[one["entity"]["sys"]["linkType"]]
        record = served.get(f"{served.place}/{kind}/{one['entity']['sys']['id']}")
        assert record["sys"]["publishedAt"] == NOW


def test_releases_are_validated(served: Served, entry: str) -> None:
    """A validation of a release is an action, below the release and in the listing."""
    assert entry
    body = {
        "title": "Soon",
        "entities": {"sys": {"type": "Array"}, "items": [link_to("Entry", "rex")]},
    }
    release = served.post(f"{served.place}/releases", body)
    path = f"{served.place}/releases/{release['sys']['id']}"
    answer = served.send("POST", f"{path}/validate", {"action": "publish"})
    assert answer.status_code == 202
    action = answer.json()
    sys = served.new_sys(action["sys"]["id"], "ReleaseAction", NOW)
    del sys["version"]
    done = {"release": link_to("Release", release["sys"]["id"]), "status": "succeeded"}
    times = {"startedAt": NOW, "completedAt": NOW}
    assert action == {"sys": {**sys, **done, **times}, "action": "validate"}
    assert served.get(f"{path}/actions/{action['sys']['id']}") == action
    filters = {"sys.release.sys.id[in]": release["sys"]["id"], "action": "validate"}
    assert served.get(f"{served.place}/release_actions", **filters)["items"] == [action]
    assert served.get(path)["sys"]["version"] == 1
    assert "publishedVersion" not in served.get(entry)["sys"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_entries_are_edited_in_a_release(served: Served, entry: str, method: str) -> None:
    """An edit of an entry in a release does not change the entry before the publication."""
    original = served.get(entry)
    body = timeline({"entity": link_to("Entry", "rex"), "action": "publish"})
    release = served.post(f"{served.place}/releases", body)
    inside = f"{served.place}/releases/{release['sys']['id']}"
    path = f"{inside}/entries/rex"
    shown = served.get(path)
    of_release = link_to("Release", release["sys"]["id"])
    assert shown == {**original, "sys": {**original["sys"], "release": of_release}}
    fields = {"name": {"en-US": "Max"}}
    change = [{"op": "replace", "path": "/fields/name/en-US", "value": "Max"}]
    sent = change if method == "PATCH" else {"fields": fields}
    edited = served.change(method, path, sent, 1)
    assert edited == {**shown, "fields": fields, "sys": {**shown["sys"], "version": 2}}
    assert served.get(path) == edited
    assert served.get(f"{inside}/entries")["items"] == [edited]
    assert served.get(entry) == original
    served.change("PUT", f"{inside}/published", release)
    published = served.get(entry)
    assert published["fields"] == fields
    assert published["sys"]["publishedVersion"] == published["sys"]["version"] - 1


def test_releases_with_and_without_entities(served: Served) -> None:
    """`entities[exists]` finds the releases with entities, or those without."""
    path = f"{served.place}/releases"
    everything = {one["sys"]["id"]: one for one in served.get(path)["items"]}
    for wanted in (True, False):
        found = ids(served.get(path, **{"entities[exists]": str(wanted).lower()}))
        assert found == [
            name for name, one in everything.items() if bool(one["entities"]["items"]) == wanted
        ]
