"""Generated experiences and what they are built of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..account.catalogue import Sample
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


def _sys_of(scope: Scope, number: int) -> Record:
    """Return what an experience has of its own: a template, and one of them is a variant."""
    inside = f"spaces/{scope['space']}/environments/{scope['environment']}"
    urn = f"crn:contentful:::content:{inside}/experience_templates/landing"
    template = {"type": "ResourceLink", "linkType": "Contentful:ExperienceTemplate", "urn": urn}
    variant = {"variant": "b", "variantType": "optimization", "variantDimension": "audience"}
    return {"experienceTemplate": {"sys": template}, **(variant if number else {})}


def samples_of(kind: str, body: Record) -> Callable[[Maker, Scope], Iterator[Sample]]:
    """Return what yields two records of a kind, one of them without a description."""

    def samples(maker: Maker, scope: Scope) -> Iterator[Sample]:
        for number in range(2):
            place = (kind, scope["space"], scope["environment"], number)
            text = "" if number else maker.sentence(*place)
            whole = {"name": maker.title(*place), "description": text, **body}
            sys = _sys_of(scope, number) if kind == "Experience" else {}
            yield Sample(maker.identifier(*place), whole, sys, published=number == 0)

    return samples
