"""Generated experiences, with their templates, fragments, components and tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..account.catalog import Sample
from ..account.maker import Maker
from ..records import Record, Scope

COLOR: Record = {
    "id": "color",
    "name": "Colour",
    "type": "Symbol",
    "required": False,
    "validations": [],
}
VIEWPORT = {"id": "desktop", "query": "*", "displayName": "Desktop", "previewSize": "100%"}
DATA_TYPE = [{"id": "title", "name": "Title", "type": "String", "required": False}]
PLACE = "crn:contentful:::experience:spaces/$self/environments/$self"


def _identifier(maker: Maker, kind: str, scope: Scope, number: int) -> str:
    return maker.identifier(kind, scope["space"], scope["environment"], number)


def _target(kind: str, collection: str, identifier: str) -> Record:
    """Return a link to an entity of the same environment, which names no space."""
    urn = f"{PLACE}/{collection}/{identifier}"
    return {"sys": {"type": "ResourceLink", "linkType": f"Contentful:{kind}", "urn": urn}}


def _sys_of(maker: Maker, kind: str, scope: Scope, number: int) -> Record:
    """Return the parts of ``sys`` that only one type has; one experience is a variant."""
    if kind == "Experience":
        template = _identifier(maker, "ExperienceTemplate", scope, 0)
        variant = {"variant": "b", "variantType": "optimization", "variantDimension": "audience"}
        target = _target("ExperienceTemplate", "experienceTemplates", template)
        return {"experienceTemplate": target, **(variant if number else {})}
    if kind == "ExperienceFragment":
        component = _identifier(maker, "Component", scope, 0)
        return {"component": _target("Component", "components", component)}
    return {"dataType": DATA_TYPE} if kind == "DataAssembly" else {}


def samples_of(kind: str, body: Record) -> Callable[[Maker, Scope], Iterator[Sample]]:
    """Return a function that yields two records of a type, the second without a description.

    The first is published; both design tokens are.
    """

    def samples(maker: Maker, scope: Scope) -> Iterator[Sample]:
        for number in range(2):
            place = (kind, scope["space"], scope["environment"], number)
            text = "" if number else maker.sentence(*place)
            whole = {"name": maker.title(*place), "description": text, **body}
            sys = _sys_of(maker, kind, scope, number)
            is_published = number == 0 or kind == "DesignToken"
            name = _identifier(maker, kind, scope, number)
            yield Sample(name, whole, sys, published=is_published)

    return samples
