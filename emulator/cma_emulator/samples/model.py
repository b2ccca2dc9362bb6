"""Generated content types, editor interfaces and taxonomy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..account.catalog import Sample
from ..account.maker import Maker
from ..records import Record, Scope, link

CONCEPTS = ("furniture", "sofas", "greenSofas")
SCHEME = "catalogue"


TEXTS = (
    "note",
    "changeNote",
    "definition",
    "editorialNote",
    "example",
    "historyNote",
    "scopeNote",
)
WIDGETS = {
    "Symbol": "singleLine",
    "Text": "markdown",
    "RichText": "richTextEditor",
    "Integer": "numberEditor",
    "Date": "datePicker",
    "Link": "entryLinkEditor",
    "Array": "entryLinksEditor",
}


def field(identifier: str, kind: str, *, localized: bool = False, **more: object) -> Record:
    """Return a field of a content type."""
    return {
        "id": identifier,
        "name": identifier.capitalize(),
        "type": kind,
        "localized": localized,
        "required": False,
        "validations": [],
        "disabled": False,
        "omitted": False,
        **more,
    }


TYPES: dict[str, list[Record]] = {
    "article": [
        field("title", "Symbol", localized=True),
        field("slug", "Symbol", validations=[{"unique": True}]),
        field("summary", "Text", apiName="summary"),
        field("content", "RichText", validations=[{"nodes": {}}]),
        field("body", "Text"),
        field("rating", "Integer", validations=[{"range": {"min": 0, "max": 100000000}}]),
        field("published", "Date"),
        field("author", "Link", linkType="Entry"),
        field("related", "Array", items={"type": "Link", "linkType": "Entry", "validations": []}),
        field("hero", "Link", linkType="Asset"),
    ],
    "author": [
        field("name", "Symbol", localized=True),
        field("biography", "Text"),
        field("portrait", "Link", linkType="Asset"),
    ],
    "category": [
        field("label", "Symbol", localized=True),
        field("parent", "Link", linkType="Entry"),
    ],
}


@lru_cache(maxsize=8)
def types_of(maker: Maker) -> dict[str, list[Record]]:
    """Return the fields of each content type by its id, as many as in the settings."""
    count, size = maker.settings.content_types, maker.settings.fields
    fields = [field(f"headline{number}", "Symbol") for number in range(size)]
    others = {f"pageSection{number}": fields for number in range(len(TYPES), count)}
    return {**TYPES, **others}


METADATA: Record = {
    "annotations": {"ContentType": [link("Annotation", "Contentful:AggregateRoot")]},
    "taxonomy": [{**link("TaxonomyConcept", "sofas"), "required": False}],
}


def content_types(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the content types of a generated environment, all activated."""
    place = f"crn:contentful:::content:spaces/{scope['space']}/environments/{scope['environment']}"
    for name, fields in types_of(maker).items():
        body = {
            "displayField": fields[0]["id"],
            "name": name.capitalize(),
            "description": f"The {name} of the example content model",
            "fields": fields,
        }
        if name == "article":
            body["metadata"] = METADATA
        yield Sample(name, body, {"urn": f"{place}/content_types/{name}"}, published=True)


def controls(fields: list[Record]) -> list[Record]:
    """Return the default controls of fields."""
    return [
        {
            "fieldId": field["id"],
            "widgetId": WIDGETS.get(field["type"], "objectEditor"),
            "widgetNamespace": "builtin",
        }
        for field in fields
    ]


def editor_interfaces(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the editor interface of each content type."""
    settings = {"widgetId": "publication-widget", "widgetNamespace": "sidebar-builtin"}
    for name, fields in types_of(maker).items():
        first, *others = controls(fields)
        explained = {**first, "settings": {"helpText": "In one line"}}
        sidebar = [{**settings, "settings": {}}]
        body = {"controls": [explained, *others], "sidebar": sidebar}
        yield Sample(name, body, {"id": "default", "contentType": link("ContentType", name)})


def concept(label: str = "") -> Record:
    """Return the body of a concept with only a label."""
    empty: Record = {"uri": None, "notations": [], "conceptSchemes": [], "broader": []}
    labels: Record = {"prefLabel": {"en-US": label}, "altLabels": {"en-US": []}}
    return {
        **empty,
        "related": [],
        **labels,
        "hiddenLabels": {"en-US": []},
        **dict.fromkeys(TEXTS),
    }


def concepts(_maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield three concepts, each narrower than the one before it."""
    broader: list[Record] = []
    for name in CONCEPTS:
        schemes = [link("TaxonomyConceptScheme", SCHEME)]
        body = {**concept(name.capitalize()), "conceptSchemes": schemes, "broader": broader}
        body |= {"uri": f"https://example.com/{name}", "definition": {"en-US": f"All {name}"}}
        if name == CONCEPTS[-1]:
            body |= {"related": [link("TaxonomyConcept", CONCEPTS[0])]}
            body |= {
                text: {"en-US": f"{text} of {name}"} for text in TEXTS if text != "changeNote"
            }
        yield Sample(name, body)
        broader = [link("TaxonomyConcept", name)]


def schemes(_maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield a scheme of the three concepts, and an empty one."""
    members = [link("TaxonomyConcept", name) for name in CONCEPTS]
    yield Sample(SCHEME, {**scheme("Catalogue"), "topConcepts": members[:1], "concepts": members})
    yield Sample("emptyScheme", scheme("Empty"))


def scheme(label: str = "") -> Record:
    """Return the body of a concept scheme without concepts."""
    lists: Record = {"topConcepts": [], "concepts": [], "totalConcepts": 0}
    return {"uri": None, **lists, "prefLabel": {"en-US": label}, "definition": None}
