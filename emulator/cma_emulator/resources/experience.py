"""Experience orchestration: experiences, their templates, fragments, components and tokens.

These endpoints are experimental; they always page by cursor.
"""

from __future__ import annotations

from ..backends import CONTENT
from ..records import Record
from ..resource import ENVIRONMENT, PUBLISHABLE, Paging, Resource
from ..routing import Special
from ..worlds.experience import VIEWPORT, samples_of

_DESIGN: Record = {"viewports": [VIEWPORT], "designProperties": {}, "metadata": {"tags": []}}


def _listed(name: str, kind: str, body: Record) -> Resource:
    return Resource(
        path=f"{ENVIRONMENT}/{name}",
        type=kind,
        back_end=CONTENT,
        paging=Paging.CURSOR,
        verbs=PUBLISHABLE,
        filters=("sys.id", "sys.updatedAt", "sys.createdAt", "sys.publishedAt", "name"),
        leading=("sys",),
        first_version=1,
        samples=samples_of(kind, body),
    )


RESOURCES = (
    _listed("experiences", "Experience", {**_DESIGN, "slots": {}}),
    _listed("experience_templates", "ExperienceTemplate", {**_DESIGN, "contentProperties": []}),
    _listed("experience_fragments", "ExperienceFragment", {**_DESIGN, "slots": {}}),
    _listed("components", "Component", {**_DESIGN, "contentProperties": []}),
    _listed("data_assemblies", "DataAssembly", {"parameters": {}, "resolvers": {}, "return": {}}),
    _listed("design_tokens", "DesignToken", {"type": "color", "metadata": {"tags": []}}),
)
SPECIALS: tuple[Special, ...] = ()
