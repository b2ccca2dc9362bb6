"""Expectations for the content model in Contentful's own test suites.

The suites are those of contentful-management.js and contentful-migration.
The emulator's README lists the behavior that they settle.
"""

from __future__ import annotations

from typing import Any

import pytest

from support.served import Served, link_to

NOW = "2026-02-03T04:05:06.789Z"
TYPE = {"name": "Dog", "fields": [{"id": "woofs", "name": "Woofs", "type": "Number"}]}
FILLED = {
    "id": "woofs",
    "name": "Woofs",
    "type": "Number",
    "localized": False,
    "required": False,
    "validations": [],
    "disabled": False,
    "omitted": False,
}


@pytest.fixture
def dog(served: Served) -> str:
    """Give the path of a new content type, created with the clock stopped."""
    served.control("POST", "clock", {"now": NOW})
    path = f"{served.place}/content_types/dog"
    served.send("PUT", path, TYPE)
    return path


def publish(served: Served, path: str) -> Any:
    """Return a record after its publication."""
    return served.change("PUT", f"{path}/published", served.get(path))


def update(served: Served, path: str, **parts: Any) -> Any:
    """Return a record after an update of some of its parts."""
    return served.change("PUT", path, {**served.get(path), **parts})


def test_a_new_content_type_is_complete(served: Served, dog: str) -> None:
    """A new content type has all attributes of its fields, and a counter of 0 publications."""
    urn = f"crn:contentful:::content:{served.place[1:]}/content_types/dog"
    counted = {"publishedCounter": 0, "urn": urn}
    assert served.get(dog) == {
        "sys": {**served.new_sys("dog", "ContentType", NOW), **counted},
        "displayField": None,
        "name": "Dog",
        "description": None,
        "fields": [FILLED],
    }


def test_attributes_of_fields_are_kept(served: Served, dog: str) -> None:
    """The attributes of a field are stored as sent."""
    given = {
        **FILLED,
        "required": True,
        "localized": True,
        "omitted": True,
        "disabled": True,
        "validations": [{"range": {"min": 1}}],
        "defaultValue": {"en-US": 3},
    }
    assert update(served, dog, fields=[given])["fields"] == [given]


def test_a_deleted_field_is_missing_at_once(served: Served, dog: str) -> None:
    """A field sent with `deleted` is missing from the answer to that request."""
    publish(served, dog)
    update(served, dog, fields=[{**FILLED, "omitted": True}])
    publish(served, dog)
    answer = update(served, dog, fields=[{**FILLED, "omitted": True, "deleted": True}])
    assert (answer["fields"], answer["sys"]["version"]) == ([], 5)
    assert served.get(dog) == answer


def test_publications_raise_the_version_of_an_editor_interface(served: Served, dog: str) -> None:
    """Each publication of a content type increases the version of its editor interface by 1."""
    versions = []
    for _ in range(3):
        publish(served, dog)
        versions.append(served.get(f"{dog}/editor_interface")["sys"]["version"])
    assert versions == [1, 2, 3]
    path = f"{dog}/editor_interface"
    control = {"fieldId": "woofs", "widgetId": "rating", "widgetNamespace": "builtin"}
    changed = update(served, path, controls=[control])
    assert changed["sys"]["version"] == 4
    publish(served, dog)
    again = served.get(path)
    assert again == {**changed, "sys": {**changed["sys"], "version": 5}}


@pytest.fixture
def rex(served: Served, dog: str) -> str:
    """Give the path of an entry of the new content type."""
    publish(served, dog)
    path = f"{served.place}/entries/rex"
    body = {"fields": {"woofs": {"en-US": 3}}}
    served.send("PUT", path, body, X_Contentful_Content_Type="dog")
    return path


def test_a_renamed_field_keeps_its_values(served: Served, dog: str, rex: str) -> None:
    """`newId` renames a field and its values at publication; versions of entries stay."""
    before = served.get(rex)
    update(served, dog, displayField="woofs", fields=[{**FILLED, "newId": "barks"}])
    published = publish(served, dog)
    assert published["fields"] == [{**FILLED, "id": "barks"}]
    assert published["displayField"] == "barks"
    assert served.get(rex) == {**before, "fields": {"barks": {"en-US": 3}}}


def test_a_renamed_field_of_generated_entries(served: Served) -> None:
    """A renamed field is also renamed in generated entries, only in that environment."""
    path = f"{served.place}/content_types/author"
    entries = f"{served.place}/entries"
    before = served.get(entries, content_type="author", order="sys.id")["items"]
    fields = served.get(path)["fields"]
    update(served, path, fields=[{**fields[0], "newId": "title"}, *fields[1:]])
    publish(served, path)
    after = served.get(entries, content_type="author", order="sys.id")["items"]
    renamed = [
        {
            **one,
            "fields": {("title" if k == "name" else k): v for k, v in one["fields"].items()},
        }
        for one in before
    ]
    assert after == renamed
    assert served.get(f"{entries}/{after[0]['sys']['id']}") == after[0]
    title = after[0]["fields"]["title"]["en-US"]
    found = served.get(entries, content_type="author", **{"fields.title": title})
    assert found["items"] == [after[0]]
    staging = entries.replace("master", "staging")
    untouched = served.get(staging, content_type="author", order="sys.id")["items"]
    assert [one["fields"] for one in untouched] == [one["fields"] for one in before]
    served.send("PUT", f"{served.space}/environments/copy", {"name": "copy"})
    copied = served.get(entries.replace("master", "copy"), content_type="author", order="sys.id")
    assert [one["fields"] for one in copied["items"]] == [one["fields"] for one in after]


def test_an_update_of_metadata_keeps_the_status_of_fields(served: Served, rex: str) -> None:
    """The status of fields stays `published` after an update that does not change fields."""
    assert publish(served, rex)["sys"]["fieldStatus"] == {
        "*": {"en-US": "published", "de-DE": "published"}
    }
    tags = [link_to("Tag", "editorial")]
    tagged = update(served, rex, metadata={"tags": tags, "concepts": []})
    assert tagged["sys"]["fieldStatus"] == {"*": {"en-US": "published", "de-DE": "published"}}
    assert (tagged["sys"]["version"], tagged["sys"]["publishedVersion"]) == (3, 1)
    edited = update(served, rex, fields={"woofs": {"en-US": 4}})
    assert edited["sys"]["fieldStatus"] == {"*": {"en-US": "changed", "de-DE": "changed"}}


@pytest.mark.parametrize("kind", ["entries", "assets"])
def test_drafts_have_no_publications(served: Served, dog: str, kind: str) -> None:
    """The `publishedCounter` of a draft is 0, after its creation and in listings."""
    publish(served, dog)
    path = f"{served.place}/{kind}"
    made = served.send("POST", path, {"fields": {}}, X_Contentful_Content_Type="dog").json()
    assert (made["sys"]["publishedCounter"], made["fields"]) == (0, {})
    counters = {
        one["sys"]["publishedCounter"]
        for one in served.get(path)["items"]
        if "publishedVersion" not in one["sys"]
    }
    assert counters == {0}


def test_an_entry_without_fields(served: Served, dog: str) -> None:
    """An entry that is created without `fields` has an empty object of them."""
    publish(served, dog)
    body: Any = {"metadata": {"tags": []}}
    answer = served.send(
        "POST", f"{served.place}/entries", body, X_Contentful_Content_Type="dog"
    ).json()
    assert list(answer) == ["metadata", "sys", "fields"]
    assert (answer["metadata"], answer["fields"]) == ({"tags": [], "concepts": []}, {})


@pytest.fixture
def taxonomy(organization: str) -> str:
    """Give the path of the taxonomy of the organization."""
    return f"{organization}/taxonomy"


def test_empty_texts_of_a_concept_are_null(served: Served, taxonomy: str) -> None:
    """Texts of a concept without locales are null, and labels without locales an empty list."""
    served.control("POST", "clock", {"now": NOW})
    body: dict[str, Any] = {"id": "ignored", "prefLabel": {"en-US": "Sofas"}, "altLabels": {}}
    body |= {"hiddenLabels": {}, "definition": {"en-US": ""}, "note": {}, "changeNote": {}}
    made = served.send("PUT", f"{taxonomy}/concepts/new", body).json()
    owner = link_to("Organization", taxonomy.split("/")[2])
    assert made == {
        "sys": {
            "id": "new",
            "type": "TaxonomyConcept",
            "createdAt": NOW,
            "updatedAt": NOW,
            "organization": owner,
            "createdBy": served.me,
            "updatedBy": served.me,
            "version": 1,
        },
        "uri": None,
        "notations": [],
        "conceptSchemes": [],
        "broader": [],
        "related": [],
        "prefLabel": {"en-US": "Sofas"},
        "altLabels": {"en-US": []},
        "hiddenLabels": {"en-US": []},
        **dict.fromkeys(("note", "changeNote", "editorialNote", "example")),
        **dict.fromkeys(("historyNote", "scopeNote")),
        "definition": {"en-US": ""},
    }
    scheme = served.send("POST", f"{taxonomy}/concept-schemes", {"prefLabel": {"en-US": "New"}})
    assert scheme.json()["definition"] is None


def test_concepts_link_to_their_schemes(served: Served, taxonomy: str) -> None:
    """A concept links to the schemes that list it; its version does not follow their changes."""
    concept = f"{taxonomy}/concepts/sofas"
    before = served.get(concept)
    sofas = link_to("TaxonomyConcept", "sofas")
    path = f"{taxonomy}/concept-schemes/new"
    body = {"prefLabel": {"en-US": "New"}, "concepts": [sofas]}
    made = served.send("PUT", path, body).json()
    assert made["totalConcepts"] == 1
    of_scheme = link_to("TaxonomyConceptScheme", "new")
    listed = {**before, "conceptSchemes": [*before["conceptSchemes"], of_scheme]}
    assert served.get(concept) == listed
    operations = [{"op": "remove", "path": "/concepts/0"}]
    emptied = served.change("PATCH", path, operations, 1)
    assert served.get(concept) == before
    full = served.change("PUT", path, body, emptied["sys"]["version"])
    assert served.get(concept) == listed
    served.send("DELETE", path, X_Contentful_Version=str(full["sys"]["version"]))
    assert served.get(concept) == before


def test_a_new_entry_gets_default_values(served: Served, dog: str) -> None:
    """A new entry gets default values for fields that were not sent; an update does not."""
    update(served, dog, fields=[{**FILLED, "defaultValue": {"en-US": 3}}])
    publish(served, dog)
    path = f"{served.place}/entries"
    made = [
        served.send("POST", path, {"fields": sent}, X_Contentful_Content_Type="dog").json()
        for sent in ({}, {"woofs": {"en-US": 4}})
    ]
    assert [one["fields"] for one in made] == [{"woofs": {"en-US": 3}}, {"woofs": {"en-US": 4}}]
    emptied = update(served, f"{path}/{made[0]['sys']['id']}", fields={})
    assert emptied["fields"] == {}
