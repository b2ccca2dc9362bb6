"""Experience orchestration: experiences, their templates, fragments, components and tokens.

These endpoints are experimental; they always page by cursor.
"""

from __future__ import annotations

from .. import paths
from ..account.catalogue import Origin
from ..account.resource import PUBLISHABLE, Paging, Resource
from ..backends import CONTENT
from ..records import Record
from ..samples.experience import COLOR, VIEWPORT, samples_of
from .endpoint import Call, Endpoint, Rules, Special

_DESIGN: Record = {"viewports": [VIEWPORT], "designProperties": {}, "metadata": {"tags": []}}
_DECLARED: Record = {**_DESIGN, "designProperties": [COLOR], "contentProperties": []}
"""What offers design properties has a list of them, what sets them an object."""


def _of_older_shape(call: Call) -> tuple[tuple[str, str], ...]:
    """Return what has another name for a client that does not ask for the names of 2026-07."""
    asked = call.request.headers.get("x-contentful-enable-alpha-feature", "")
    return () if "new-exo-entity-types" in asked else (("experienceTemplate", "template"),)


def _listed(name: str, kind: str, body: Record) -> Endpoint:
    resource = Resource(
        path=f"{paths.ENVIRONMENT}/{name}",
        type=kind,
        back_end=CONTENT,
        paging=Paging.CURSOR,
        verbs=PUBLISHABLE,
        filters=("sys.id", "sys.updatedAt", "sys.createdAt", "sys.publishedAt", "name"),
        leading=("sys",),
        first_version=1,
    )
    rules = Rules(renamed=_of_older_shape) if name == "experiences" else Rules()
    return Endpoint(resource, rules, Origin(samples_of(kind, body)))


ENDPOINTS = (
    _listed("experiences", "Experience", {**_DESIGN, "slots": {}}),
    _listed("experience_templates", "ExperienceTemplate", _DECLARED),
    _listed("experience_fragments", "ExperienceFragment", {**_DESIGN, "slots": {}}),
    _listed("components", "Component", _DECLARED),
    _listed("data_assemblies", "DataAssembly", {"parameters": {}, "resolvers": {}, "return": {}}),
    _listed("design_tokens", "DesignToken", {"type": "color", "metadata": {"tags": []}}),
)
SPECIALS: tuple[Special, ...] = ()
