"""The content models of the demo account, and its taxonomy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...account.catalog import Sample
from ...account.maker import Maker
from ...records import Record, Scope, link
from ..model import concept, controls, field, scheme
from .activity import activity
from .actors import OF_TEAM, Life, born
from .lives import until
from .plan import CLONED, PRODUCT, SPACES, Kind, organization_of, space_of

TRIED = field("carbonFootprint", "Number")
"""A field that products have only in staging."""

TAXONOMY = {
    "rooms": ("livingRoom", "bedroom", "kitchen", "homeOffice", "hallway", "balcony"),
    "materials": ("wood", "textile", "metal", "glass", "stone"),
    "wood": ("oak", "walnut", "birch"),
    "textile": ("linen", "wool", "velvet"),
}
"""The narrower concepts of schemes and concepts; the first two keys are schemes."""
SCHEMES = ("rooms", "materials")
CONCEPTS = tuple(one for below in TAXONOMY.values() for one in below)


def fields(kind: Kind, scope: Scope) -> list[Record]:
    """Return the fields of a content type in an environment."""
    tried = [TRIED] if kind is PRODUCT and scope["environment"] == "staging" else []
    return [*(part.field for part in kind.parts), *tried]


def content_types(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the content types of an environment; one of them was never activated."""
    place = f"crn:contentful:::content:spaces/{scope['space']}/environments/{scope['environment']}"
    space = space_of(maker, scope)
    for kind in space.kinds:
        own = fields(kind, scope)
        body = {
            "displayField": own[0]["id"],
            "name": kind.name,
            "description": f"{kind.name}, kept by {kind.team}",
            "fields": own,
        }
        sys = {"urn": f"{place}/content_types/{kind.id}"}
        life = _activated(maker, kind, scope)
        if life:
            yield Sample(kind.id, body, sys, life=life)
    if space is SPACES[0]:
        body = {"displayField": "title", "name": "Podcast", "description": "An idea"}
        body["fields"] = [field("title", "Symbol")]
        sys = {"urn": f"{place}/content_types/podcast"}
        yield Sample("podcast", body, sys, life=born(maker, 410, user=20, edits=1))


def editor_interfaces(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the editor interface of each content type that was activated."""
    sidebar = {"widgetId": "publication-widget", "widgetNamespace": "sidebar-builtin"}
    for kind in space_of(maker, scope).kinds:
        body = {
            "controls": controls(fields(kind, scope)),
            "sidebar": [{**sidebar, "settings": {}}],
        }
        sys = {"id": "default", "contentType": link("ContentType", kind.id)}
        if scope["environment"] == "master" or kind.first > CLONED:
            yield Sample(kind.id, body, sys, life=born(maker, kind.first + 1, user=3, edits=1))


def concepts(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the concepts of the first organization, some narrower than others."""
    for above, below in TAXONOMY.items() if organization_of(maker, scope) == 0 else ():
        top = above in SCHEMES
        for name in below:
            of = [] if top else [link("TaxonomyConcept", above)]
            scheme_id = "rooms" if name in TAXONOMY["rooms"] else "materials"
            body = {**concept(_label(name)), "broader": of}
            body |= {"conceptSchemes": [link("TaxonomyConceptScheme", scheme_id)]}
            yield Sample(name, body, life=born(maker, 320, user=13, edits=int(not top)))


def schemes(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the two vocabularies of the first organization."""
    for name in SCHEMES if organization_of(maker, scope) == 0 else ():
        top = TAXONOMY[name]
        members = [*top, *(one for above in top for one in TAXONOMY.get(above, ()))]
        body: dict[str, Any] = {**scheme(_label(name))}
        body["topConcepts"] = [link("TaxonomyConcept", one) for one in top]
        body["concepts"] = [link("TaxonomyConcept", one) for one in members]
        body["totalConcepts"] = len(members)
        yield Sample(name, body, life=born(maker, 325, user=13, edits=1))


def _label(name: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return words.capitalize()


def _activated(maker: Maker, kind: Kind, scope: Scope) -> Life:
    """Return the steps of a content type: creation, and four edits that were each activated.

    In staging they end at its creation; only the type with an additional field has a later one.
    """
    owner = OF_TEAM[kind.team][0]
    ago = kind.first + 2
    steps = born(maker, ago, owner)
    for edit in (ago - 0.1, ago * 0.6, ago * 0.35, ago * 0.2):
        steps += _again(maker, edit, owner)
    if scope["environment"] != "staging":
        return steps
    more = _again(maker, 12, owner) if kind is PRODUCT else ()
    return (*until(steps, activity(maker).ms(CLONED)), *more)


def _again(maker: Maker, ago: float, user: int) -> Life:
    ((_, moment),) = born(maker, ago, user)
    return (("edited", moment), ("published", moment))
