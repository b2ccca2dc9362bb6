"""Expectations for listings and environment templates in Contentful's own test suites."""

from __future__ import annotations

from typing import Any

import pytest

from support.served import Served, ids, link_to

NOW = "2026-02-03T04:05:06Z"


@pytest.mark.parametrize("operator", ["", "[in]", "[ne]"])
def test_filters_on_links(served: Served, operator: str) -> None:
    """A filter on `fields.<name>.sys.id` finds the entries with a link to a record."""
    path = f"{served.place}/entries"
    everything = served.get(path, content_type="article", order="sys.id")["items"]
    target = everything[0]["fields"]["author"]["en-US"]["sys"]["id"]
    served.change("PUT", f"{path}/{everything[-1]['sys']['id']}", everything[-1])
    articles = {"content_type": "article", "order": "sys.id"}
    found = served.get(path, **articles, **{f"fields.author.sys.id{operator}": target})["items"]
    assert [one["sys"]["id"] for one in found] == [
        one["sys"]["id"]
        for one in everything
        if (one["fields"]["author"]["en-US"]["sys"]["id"] == target) != (operator == "[ne]")
    ]
    many = served.get(path, **articles, **{f"fields.related.sys.id{operator}": target})["items"]
    assert [one["sys"]["id"] for one in many] == [
        one["sys"]["id"]
        for one in everything
        if (target in [each["sys"]["id"] for each in one["fields"]["related"]["en-US"]])
        != (operator == "[ne]")
    ]


@pytest.mark.parametrize(
    ("group", "kind"), [("image", "image/jpeg"), ("pdfdocument", "application/pdf")]
)
def test_assets_of_one_kind_of_file(served: Served, group: str, kind: str) -> None:
    """`mimetype_group` finds the assets of one group of file types."""
    path = f"{served.place}/assets"
    everything = served.get(path, order="sys.id")["items"]
    found = served.get(path, order="sys.id", mimetype_group=group)
    assert found["items"] == [
        one for one in everything if one["fields"]["file"]["en-US"]["contentType"] == kind
    ]
    assert found["items"]


def test_published_entries_have_their_publication(served: Served) -> None:
    """Entries below `/public` have the version and the times of their publication."""
    path = f"{served.space}/environments/master"
    (shown,) = served.get(f"{path}/public/entries", limit=1, order="sys.id")["items"]
    stored = served.get(f"{path}/entries/{shown['sys']['id']}")["sys"]
    names = ("space", "type", "id", "contentType", "environment")
    publication = ("publishedVersion", "publishedAt", "firstPublishedAt")
    assert shown["sys"] == {
        **{name: stored[name] for name in (*names, *publication)},
        "revision": stored["publishedCounter"],
        "createdAt": stored["firstPublishedAt"],
        "updatedAt": stored["publishedAt"],
    }


def test_a_space_member_by_user(served: Served) -> None:
    """A member of a space can be read by the id of the user."""
    path = f"{served.space}/space_members"
    member = served.get(path)["items"][0]
    assert served.get(f"{path}/{member['sys']['user']['sys']['id']}") == member
    assert served.refusal(f"{path}/nobody")[0] == 404


def test_an_alias_in_the_store(served: Served) -> None:
    """An alias that a test stores leads to its environment at once."""
    alias = served.get(f"{served.space}/environment_aliases/live")
    sys = {**alias["sys"], "id": "preview"}
    record = {"environment": link_to("Environment", "staging"), "sys": sys}
    served.control("POST", f"store{served.space}/environment_aliases", record)
    shown = served.get(f"{served.space}/environments/preview/locales")["items"]
    assert {one["sys"]["environment"]["sys"]["id"] for one in shown} == {"preview"}


def template(name: str, **more: Any) -> Any:
    """Return the body of an environment template."""
    entities: Any = {"contentTypeTemplates": [], "editorInterfaceTemplates": []}
    return {"name": name, "versionName": "1", "entities": entities, **more}


def test_parts_of_environment_templates(served: Served, organization: str) -> None:
    """Environment templates accept `select` and the filter `forTemplatedSpaces`."""
    path = f"{organization}/environment_templates"
    plain = served.send("POST", path, template("Plain")).json()
    special = served.send("POST", path, template("Special", forTemplatedSpaces=True)).json()
    assert served.get(f"{path}/{plain['sys']['id']}", select="name") == {"name": "Plain"}
    shown = served.get(path, select="sys,name")["items"]
    assert {"sys": plain["sys"], "name": "Plain"} in shown
    assert ids(served.get(path, forTemplatedSpaces="true")) == [special["sys"]["id"]]
    assert special["sys"]["id"] not in ids(served.get(path, forTemplatedSpaces="false"))
    assert {plain["sys"]["id"], special["sys"]["id"]} < set(ids(served.get(path)))


def test_a_template_is_installed(served: Served, organization: str) -> None:
    """Installations of a template are listed newest first, and can be disconnected."""
    served.control("POST", "clock", {"now": NOW})
    made = served.send("POST", f"{organization}/environment_templates", template("New")).json()
    name = made["sys"]["id"]
    path = f"{served.place}/template_installations/{name}"
    first = served.send("POST", f"{path}/versions", {"version": 1})
    assert first.status_code == 201
    sys = {
        "type": "EnvironmentTemplateInstallation",
        "id": first.json()["sys"]["id"],
        "version": 1,
        "space": link_to("Space", served.space.rpartition("/")[2]),
        "environment": link_to("Environment", "master"),
        "status": "succeeded",
        "createdBy": served.me,
        "createdAt": NOW,
        "updatedBy": served.me,
        "updatedAt": NOW,
        "template": {"sys": {"type": "Link", "linkType": "Template", "id": name, "version": 1}},
        "completedAt": NOW,
    }
    assert first.json() == {"sys": sys}
    served.control("POST", "clock", {"advance_seconds": 1})
    second = served.send("POST", f"{path}/versions", {"version": 1}).json()
    of_organization = f"{organization}/environment_templates/{name}/template_installations"
    for listing in (path, of_organization):
        assert served.get(listing)["items"] == [second, first.json()]
    assert served.get(of_organization, latestOnly="true")["items"] == [second]
    staging = path.replace("master", "staging")
    assert served.get(staging)["items"] == []
    assert served.send("DELETE", path).status_code == 204
    (last, older) = served.get(path)["items"]
    assert (last["sys"]["status"], older) == ("disconnected", first.json())
