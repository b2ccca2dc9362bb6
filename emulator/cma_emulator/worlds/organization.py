"""Generated taxonomy, apps, templates and usage of an organization."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ..records import Record, Scope, link
from ..resource import Sample
from .maker import Maker

CONCEPTS = ("furniture", "sofas", "greenSofas")
SCHEME = "catalogue"
METRICS = ("cma", "cda", "cpa", "gql")
TEXTS = (
    "note",
    "changeNote",
    "definition",
    "editorialNote",
    "example",
    "historyNote",
    "scopeNote",
)
MOST_REQUESTS_A_DAY = 5000


def concept(label: str | None = None) -> Record:
    """Return the body of a concept that says nothing but its label."""
    empty: Record = {"uri": None, "notations": [], "conceptSchemes": [], "broader": []}
    labels: Record = {"prefLabel": {"en-US": label}} if label else {}
    lists: Record = {"altLabels": {"en-US": []}, "hiddenLabels": {"en-US": []}}
    return {**empty, "related": [], **labels, **lists, **dict.fromkeys(TEXTS)}


def concepts(_maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield three concepts, each narrower than the one before it."""
    broader: list[Record] = []
    for name in CONCEPTS:
        schemes = [link("TaxonomyConceptScheme", SCHEME)]
        body = {**concept(name.capitalize()), "conceptSchemes": schemes, "broader": broader}
        body |= {"uri": f"https://example.com/{name}", "definition": {"en-US": f"All {name}"}}
        yield Sample(name, body)
        broader = [link("TaxonomyConcept", name)]


def schemes(_maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield a scheme of the three concepts, and an empty one."""
    members = [link("TaxonomyConcept", name) for name in CONCEPTS]
    yield Sample(SCHEME, {**scheme("Catalogue"), "topConcepts": members[:1], "concepts": members})
    yield Sample("emptyScheme", scheme("Empty"))


def scheme(label: str | None = None) -> Record:
    """Return the body of a concept scheme without concepts."""
    labels: Record = {"prefLabel": {"en-US": label}} if label else {}
    lists: Record = {"topConcepts": [], "concepts": [], "totalConcepts": 0}
    return {"uri": None, **lists, **labels, "definition": {"en-US": ""}}


def app_id(maker: Maker, organization: str) -> str:
    """Return the id of the app of an organization."""
    return maker.identifier("app", organization)


def app_definitions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield an app with installation parameters."""
    parameters = [{"id": "apiKey", "name": "API key", "type": "Secret", "required": True}]
    body = {
        "name": "Translator",
        "src": "https://app.example.com/?token=SECRET-of-the-app",
        "locations": [{"location": "app-config"}, {"location": "entry-sidebar"}],
        "parameters": {"installation": parameters, "instance": []},
    }
    yield Sample(app_id(maker, scope["organization"]), body, {"shared": False})


def environment_templates(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a template of one content type."""
    field = {"id": "title", "name": "Title", "type": "Symbol", "localized": False}
    kind = {"id": "page", "name": "Page", "displayField": "title", "fields": [field]}
    body = {
        "name": "Blog",
        "description": maker.sentence("template", scope["organization"]),
        "versionName": "First",
        "versionDescription": "As it was in the beginning",
        "entities": {"contentTypeTemplates": [kind], "editorInterfaceTemplates": []},
    }
    yield Sample(maker.identifier("template", scope["organization"]), body)


def usage(maker: Maker, metric: str, place: tuple[str, str], days: tuple[date, date]) -> Sample:
    """Return the requests of a period, by day; the number of a day never changes."""
    kind, identifier = place
    first, last = days
    each = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    below = MOST_REQUESTS_A_DAY
    by_day = {day.isoformat(): maker.number(below, metric, identifier, day) for day in each}
    body = {
        "metric": metric,
        "usage": sum(by_day.values()),
        "usagePerDay": by_day,
        "unitOfMeasure": "apiRequestsCount",
        "dateRange": {"startAt": first.isoformat(), "endAt": last.isoformat()},
    }
    period = f"{first.isoformat()}-{last.isoformat()}"
    name = f"usage-{metric}-{identifier}-{period}"
    return Sample(name, body, {kind: link(kind.title(), identifier)})
