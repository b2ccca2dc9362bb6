"""Expectations for experience orchestration in Contentful's own test suites."""

from __future__ import annotations

from typing import Any

import pytest

from support.served import Served, ids

NOW = "2026-02-03T04:05:06.789Z"
TODAY = {"X_Contentful_Enable_Alpha_Feature": "new-exo-entity-types"}
VIEWPORT = {"id": "desktop", "query": "*", "displayName": "Desktop", "previewSize": "100%"}
DESIGN = {"name": "Hero", "description": "", "viewports": [VIEWPORT], "designProperties": {}}
DECLARED = {**DESIGN, "designProperties": [], "contentProperties": []}


@pytest.fixture(autouse=True)
def _still(served: Served) -> None:
    """Stop the clock."""
    served.control("POST", "clock", {"now": NOW})


def post(served: Served, name: str, body: Any, **headers: str) -> Any:
    """Return a new record of a collection of master."""
    return served.post(f"{served.place}/{name}", body, **headers)


def resource_link(kind: str, path: str) -> Any:
    """Return a link to an entity of the same environment."""
    urn = f"crn:contentful:::experience:spaces/$self/environments/$self/{path}"
    return {"sys": {"type": "ResourceLink", "linkType": f"Contentful:{kind}", "urn": urn}}


def new_sys(served: Served, made: Any, kind: str, **more: Any) -> Any:
    """Return the expected ``sys`` of a new record."""
    return {**served.new_sys(made["sys"]["id"], kind, NOW), **more}


FIELD = {"id": "title", "name": "Title", "type": "String", "required": False}
LINKED = [
    (
        "experiences",
        "Experience",
        "experienceTemplate",
        resource_link("ExperienceTemplate", "experienceTemplates/landing"),
    ),
    (
        "experience_fragments",
        "ExperienceFragment",
        "component",
        resource_link("Component", "components/hero"),
    ),
]


@pytest.mark.parametrize(("collection", "kind", "name", "target"), LINKED)
def test_links_come_back_in_sys(
    served: Served, collection: str, kind: str, name: str, target: Any
) -> None:
    """Answers have the template of an experience and the component of a fragment in `sys`."""
    made = post(served, collection, {**DESIGN, name: target}, **TODAY)
    sys = new_sys(served, made, kind, **{name: target})
    assert made == {**DESIGN, "sys": sys}
    path = f"{served.place}/{collection}/{made['sys']['id']}"
    answer = served.send("PUT", path, {**DESIGN, "name": "New"}, X_Contentful_Version="1", **TODAY)
    newer = {**made, "name": "New", "sys": {**sys, "version": 2}}
    assert answer.json() == newer
    assert served.send("GET", path, **TODAY).json() == newer
    listed = served.send("GET", f"{served.place}/{collection}", **TODAY).json()["items"]
    assert newer in listed


def test_the_data_type_comes_back_in_sys(served: Served) -> None:
    """The data type of a data assembly is in `sys` of requests and answers, and can change."""
    body = {"name": "List", "parameters": {}, "resolvers": {}, "return": {}}
    sent = {**body, "sys": {"type": "DataAssembly", "dataType": [FIELD]}}
    made = post(served, "data_assemblies", sent)
    assert made == {**body, "sys": new_sys(served, made, "DataAssembly", dataType=[FIELD])}
    path = f"{served.place}/data_assemblies/{made['sys']['id']}"
    other = [{**FIELD, "required": True}]
    newer = served.change("PUT", path, {**body, "sys": {"dataType": other}}, 1)
    assert newer == {**made, "sys": {**made["sys"], "version": 2, "dataType": other}}
    published = f"{served.place}/public/data_assemblies/{made['sys']['id']}"
    assert served.refusal(published)[0] == 404
    served.change("PUT", f"{path}/published", newer)
    shown = served.get(published)
    assert (shown["sys"]["id"], shown["name"]) == (made["sys"]["id"], "List")


def test_design_tokens_publish_on_every_save(served: Served) -> None:
    """Each save of a design token publishes it, so its version is 2 and then 4."""
    path = f"{served.place}/design_tokens/brand"
    body = {"name": "Brand", "type": "DTCG.Color"}
    made = served.send("PUT", path, body).json()
    times = {"publishedAt": NOW, "firstPublishedAt": NOW, "publishedBy": served.me}
    sys = new_sys(
        served,
        made,
        "DesignToken",
        version=2,
        publishedVersion=1,
        publishedCounter=1,
        **times,
    )
    assert made == {**body, "sys": sys}
    newer = served.change("PUT", path, {**body, "name": "Brand color"}, 2)
    counted = {"version": 4, "publishedVersion": 3, "publishedCounter": 2}
    assert newer == {**made, "name": "Brand color", "sys": {**sys, **counted}}
    assert served.send("DELETE", path).status_code == 204
    assert served.refusal(path)[0] == 404


def test_generated_design_tokens_are_published(served: Served) -> None:
    """Generated design tokens are published and have the type `DTCG.Color`."""
    tokens = served.get(f"{served.place}/design_tokens")["items"]
    assert {one["type"] for one in tokens} == {"DTCG.Color"}
    assert {(one["sys"]["version"], one["sys"]["publishedVersion"]) for one in tokens} == {(2, 1)}


@pytest.mark.parametrize("name", ["components", "experience_templates", "component_types"])
def test_a_component_needs_a_name_and_viewports(served: Served, name: str) -> None:
    """A component or a template without a name and viewports is refused."""
    body = {"description": "", "contentProperties": [], "designProperties": []}
    answer = served.send("POST", f"{served.place}/{name}", body)
    assert (answer.status_code, answer.json()["sys"]["id"]) == (422, "ValidationFailed")


OLDER = [
    ("experience_templates", "ExperienceTemplate", "templates", "Template"),
    ("components", "Component", "component_types", "ComponentType"),
]


@pytest.mark.parametrize(("today", "kind", "older", "older_kind"), OLDER)
def test_older_names_lead_to_the_same_records(
    served: Served, today: str, kind: str, older: str, older_kind: str
) -> None:
    """`templates` and `component_types` are older paths of experience templates and components."""
    made = post(served, older, DECLARED)
    assert made == {**DECLARED, "sys": new_sys(served, made, older_kind)}
    path = f"{served.place}/{older}/{made['sys']['id']}"
    by_today = f"{served.place}/{today}/{made['sys']['id']}"
    assert served.get(by_today) == {**made, "sys": {**made["sys"], "type": kind}}
    published = served.change("PUT", f"{path}/published", made)
    assert (published["sys"]["type"], published["sys"]["version"]) == (older_kind, 2)
    page = served.get(f"{served.place}/{older}", limit=1)
    assert page["pages"]["next"].startswith(f"{served.place}/{older}?")
    listed = served.get(f"{served.place}/{older}")
    assert {one["sys"]["type"] for one in listed["items"]} == {older_kind}
    assert ids(listed) == ids(served.get(f"{served.place}/{today}"))
    assert served.send("DELETE", path).status_code == 400
    served.send("DELETE", f"{path}/published", X_Contentful_Version="2")
    assert served.send("DELETE", path).status_code == 204
    assert served.refusal(by_today)[0] == 404


def test_fragments_are_experience_fragments(served: Served) -> None:
    """`fragments` is the older path of experience fragments, with older names in its links."""
    target = resource_link("ComponentType", "componentTypes/hero")
    made = post(served, "fragments", {**DESIGN, "componentType": target})
    sys = new_sys(served, made, "Fragment", componentType=target)
    assert made == {**DESIGN, "sys": sys}
    path = f"{served.place}/fragments/{made['sys']['id']}"
    newer = served.change("PUT", path, {**DESIGN, "name": "New"}, 1)
    assert newer == {**made, "name": "New", "sys": {**sys, "version": 2}}
    today = served.get(f"{served.place}/experience_fragments/{made['sys']['id']}")["sys"]
    assert (today["type"], today["component"]["sys"]["linkType"]) == (
        "ExperienceFragment",
        "Contentful:Component",
    )


def test_experiences_of_older_clients(served: Served) -> None:
    """Without the header, the template of an experience has its older name in every answer."""
    target = resource_link("Template", "templates/landing")
    made = post(served, "experiences", {**DESIGN, "template": target})
    assert made == {**DESIGN, "sys": new_sys(served, made, "Experience", template=target)}
    path = f"{served.place}/experiences/{made['sys']['id']}"
    assert served.get(path) == made
    today = served.send("GET", path, **TODAY).json()["sys"]["experienceTemplate"]
    assert today["sys"]["linkType"] == "Contentful:ExperienceTemplate"
