"""Experience orchestration: experiences, their templates, fragments, components and tokens.

These endpoints are experimental and always page by cursor.
Until July 2026 three of them had other names, which still work: component types, templates and
fragments.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from .. import paths
from ..account.catalog import Origin
from ..account.resource import PUBLISHABLE, Paging, Resource
from ..backends import CONTENT
from ..errors import validation_failed
from ..records import Record, changed
from ..samples.experience import COLOR, VIEWPORT, samples_of
from .endpoint import Call, Endpoint, Rules, Special, Wording, linked

_TEMPLATE = ("experienceTemplate", "template")
_COMPONENT = ("component", "componentType")
"""A link in ``sys``: its current name and its older name."""

_DESIGN: Record = {"viewports": [VIEWPORT], "designProperties": {}, "metadata": {"tags": []}}
_DECLARED: Record = {**_DESIGN, "designProperties": [COLOR], "contentProperties": []}
"""Templates and components declare design properties in a list; others set them in an object."""
_PLACED: Record = {**_DESIGN, "slots": {}}


def _require(record: Record, *names: str) -> None:
    for name in names:
        if not record.get(name):
            raise validation_failed("required", [name], record.get(name), f"{name} is required")


def _complete_declared(_call: Call, record: Record) -> Record:
    _require(record, "name", "viewports")
    return record


def _complete_linked(names: tuple[str, str], _call: Call, record: Record) -> Record:
    """Move the link of an experience or a fragment into ``sys``, where the API shows it."""
    _require(record, "name")
    parts = {key: part for key, part in record.items() if key not in names}
    target = next((record[name] for name in names if name in record), None)
    if target is None:
        return parts
    return changed(parts, **{names[0]: linked(target, names[0])})


def _complete_assembly(call: Call, record: Record) -> Record:
    """Keep the data type, which clients send in ``sys``."""
    _require(record, "name")
    given = (call.body().get("sys") or {}).get("dataType")
    return record if given is None else changed(record, dataType=given)


def _by_header(call: Call) -> Wording | None:
    """Return the older names, unless the client requests the names of July 2026."""
    features = call.request.headers.get("x-contentful-enable-alpha-feature", "")
    return None if "new-exo-entity-types" in features else Wording(links=(_TEMPLATE,))


def _by_path(wording: Wording) -> Callable[[Call], Wording | None]:
    """Return a rule that uses older names for requests to the older path."""
    return lambda call: wording if call.by_older_path else None


def _listed(
    path: str, kind: str, body: Record, rules: Rules, older: str | None = None
) -> Endpoint:
    resource = Resource(
        path=path,
        type=kind,
        back_end=CONTENT,
        paging=Paging.CURSOR,
        verbs=PUBLISHABLE,
        filters=("sys.id", "sys.updatedAt", "sys.createdAt", "sys.publishedAt", "name"),
        leading=("sys",),
        first_version=1,
    )
    return Endpoint(resource, rules, Origin(samples_of(kind, body)), older=older)


ENDPOINTS = (
    _listed(
        paths.EXPERIENCES,
        "Experience",
        _PLACED,
        Rules(complete=partial(_complete_linked, _TEMPLATE), wording=_by_header),
    ),
    _listed(
        paths.EXPERIENCE_TEMPLATES,
        "ExperienceTemplate",
        _DECLARED,
        Rules(complete=_complete_declared, wording=_by_path(Wording("Template"))),
        "templates",
    ),
    _listed(
        paths.EXPERIENCE_FRAGMENTS,
        "ExperienceFragment",
        _PLACED,
        Rules(
            complete=partial(_complete_linked, _COMPONENT),
            wording=_by_path(Wording("Fragment", (_COMPONENT,))),
        ),
        "fragments",
    ),
    _listed(
        paths.COMPONENTS,
        "Component",
        _DECLARED,
        Rules(complete=_complete_declared, wording=_by_path(Wording("ComponentType"))),
        "component_types",
    ),
    _listed(
        f"{paths.ENVIRONMENT}/data_assemblies",
        "DataAssembly",
        {"parameters": {}, "resolvers": {}, "return": {}},
        Rules(complete=_complete_assembly),
    ),
    _listed(
        f"{paths.ENVIRONMENT}/design_tokens",
        "DesignToken",
        {"type": "DTCG.Color", "metadata": {"tags": []}},
        Rules(saves_published=True),
    ),
)
SPECIALS: tuple[Special, ...] = ()
