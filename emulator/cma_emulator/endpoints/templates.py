"""Installation of environment templates in environments, and the enablements of spaces.

Installations are records of the organization, below their template.
"""

from __future__ import annotations

from dataclasses import replace

from .. import paths
from ..account.lifecycle import updated
from ..account.resource import Resource, Verb
from ..account.store import Collection
from ..answers import Answer, to_json
from ..backends import GATEKEEPER
from ..listing.paging import Listing, list_page
from ..listing.query import Condition
from ..records import Record, changed, link
from ..samples.structure import installed
from . import writes
from .core import organization_of_space
from .endpoint import Call, Endpoint, Special
from .structure import ENVIRONMENT_TEMPLATES, TEMPLATE_INSTALLATIONS

_HERE = f"{paths.ENVIRONMENT}/template_installations"
_OF_ENVIRONMENT = Endpoint(Resource(_HERE, "EnvironmentTemplateInstallation", GATEKEEPER))


def _template(call: Call) -> Record:
    """Return the template in the path, or raise its 404."""
    name, owner = call.scope["template"], organization_of_space(call)
    scope = {**call.scope, "organization": owner}
    return writes.existing(
        replace(call, endpoint=ENVIRONMENT_TEMPLATES, identifier=name, scope=scope)
    )


def _installations(call: Call) -> Collection:
    """Return all installations of the template in the path."""
    return call.other(paths.TEMPLATE_INSTALLATIONS, organization=organization_of_space(call))


def _conditions(call: Call) -> tuple[Condition, ...]:
    return tuple(
        Condition(f"sys.{name}.sys.id", "eq", call.scope[name])
        for name in ("space", "environment")
    )


def _listed(call: Call) -> Answer:
    """Answer GET with the installations of a template in this environment."""
    _template(call)
    listing = Listing(
        resource=TEMPLATE_INSTALLATIONS.resource,
        collection=_installations(call),
        path=call.request.path,
        parameters=call.parameters,
        fields_of=lambda _name: None,
        narrowed=_conditions(call),
    )
    return Answer(200, list_page(listing))


def _install(call: Call) -> Answer:
    """Answer POST on ``/versions``: a completed installation, which changes no content type."""
    template = _template(call)
    version = call.body().get("version") or template["sys"]["version"]
    done = {"status": "succeeded", "completedAt": call.moment.stamp(call.resource)}
    sys = {**installed(template, version, call.scope), **done}
    identifier, owner = call.account.new_id(), organization_of_space(call)
    record = call.add(paths.TEMPLATE_INSTALLATIONS, identifier, {"sys": sys}, organization=owner)
    return Answer(201, to_json(record))


def _disconnect(call: Call) -> Answer:
    """Answer DELETE: disconnect the latest installation in this environment."""
    _template(call)
    collection, here = _installations(call), _conditions(call)
    found = [one for one in collection.records() if all(part.holds(one) for part in here)]
    if found:
        latest = max(found, key=lambda one: str(one["sys"]["createdAt"]))
        done = updated(TEMPLATE_INSTALLATIONS.resource, latest, {}, call.moment)
        collection.put(done["sys"]["id"], changed(done, status="disconnected"))
    return Answer(204)


def _validate(call: Call) -> Answer:
    """Answer PUT on ``/validated``: every template is valid."""
    _template(call)
    place = {name: link(name.title(), call.scope[name]) for name in ("space", "environment")}
    return Answer(200, to_json({"sys": {"type": "Array", **place}, "items": []}))


_ENABLEMENTS = Endpoint(
    Resource(
        path=f"{paths.SPACE}/enablements",
        type="SpaceEnablement",
        back_end=GATEKEEPER,
        verbs=frozenset((Verb.UPDATE,)),
        first_version=1,
        addressable=False,
    ),
)
_FEATURES = ("crossSpaceLinks", "spaceTemplates", "studioExperiences", "suggestConcepts")


def _enablements(call: Call) -> Answer:
    """Answer GET and PUT on the enablements of a space; they have no effect here."""
    space = call.scope["space"]
    if call.kept.get(space) is None:
        call.add(call.resource.path, space, {name: {"enabled": False} for name in _FEATURES})
    call = replace(call, identifier=space)
    if call.request.method == "PUT":
        return writes.put(call)
    return Answer(200, to_json(writes.existing(call)))


ENDPOINTS = (_ENABLEMENTS,)
SPECIALS = (
    Special(f"{_HERE}/{{template}}", _OF_ENVIRONMENT, {"GET": _listed, "DELETE": _disconnect}),
    Special(f"{_HERE}/{{template}}/versions", _OF_ENVIRONMENT, {"POST": _install}),
    Special(f"{_HERE}/{{template}}/validated", _OF_ENVIRONMENT, {"PUT": _validate}),
    Special(
        f"{_HERE}/{{template}}/versions/{{version}}/validated", _OF_ENVIRONMENT, {"PUT": _validate}
    ),
    Special(_ENABLEMENTS.resource.path, _ENABLEMENTS, {"GET": _enablements, "PUT": _enablements}),
)
