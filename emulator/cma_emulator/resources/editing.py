"""What helps editors: editor interfaces, extensions and app installations."""

from __future__ import annotations

from dataclasses import replace

from .. import writes
from ..answers import Answer, to_json
from ..backends import CONTENT
from ..calls import Call
from ..errors import Refusal, validation_failed
from ..records import Record, changed, link, link_id
from ..resource import EDITABLE, ENVIRONMENT, Paging, Resource, Rules, Verb
from ..routing import Special
from ..worlds import environment
from .account import SPACES
from .organization import APP_DEFINITIONS

EDITOR_INTERFACES = Resource(
    path=f"{ENVIRONMENT}/editor_interfaces",
    type="EditorInterface",
    back_end=CONTENT,
    paging=Paging.UNPAGED,
    verbs=frozenset((Verb.UPDATE,)),
    order="sys.contentType.sys.id",
    key="sys.contentType.sys.id",
    hidden=("id",),
    leading=("sys",),
    first_version=1,
    addressable=False,
    samples=environment.editor_interfaces,
)


def _editor_interface(call: Call) -> Answer:
    """Answer GET and PUT on the one of a content type; a type never activated has none."""
    call = replace(call, identifier=call.scope["content_type"])
    if call.request.method == "PUT":
        return writes.put(call)
    return Answer(200, to_json(writes.existing(call)))


def _complete_extension(_call: Call, record: Record) -> Record:
    if not record.get("extension"):
        raise validation_failed("required", ["extension"], None, "extension is required")
    return record


EXTENSIONS = Resource(
    path=f"{ENVIRONMENT}/extensions",
    type="Extension",
    back_end=CONTENT,
    paging=Paging.ZERO_LIMIT,
    verbs=EDITABLE,
    order="sys.id",
    first_version=1,
    rules=Rules(complete=_complete_extension),
    samples=environment.extensions,
)


def _complete_installation(call: Call, record: Record) -> Record:
    """Give an installation its links in place of an id."""
    if "appDefinition" in record["sys"]:
        return record
    app = str(call.identifier)
    space = call.other(SPACES).get(call.scope["space"]) or {"sys": {}}
    owner = str(link_id(space["sys"].get("organization")))
    if call.other(APP_DEFINITIONS, organization=owner).get(app) is None:
        raise Refusal(404, "NotFound", "The app definition could not be found.")
    body = {"parameters": record.get("parameters") or {}, "sys": record["sys"]}
    links = {
        "appDefinition": link("AppDefinition", app),
        "organization": link("Organization", owner),
    }
    return changed(body, id=None, **links)


APP_INSTALLATIONS = Resource(
    path=f"{ENVIRONMENT}/app_installations",
    type="AppInstallation",
    back_end=CONTENT,
    verbs=frozenset((Verb.CREATE_WITH_ID, Verb.UPDATE, Verb.DELETE)),
    key="sys.appDefinition.sys.id",
    leading=("sys",),
    first_version=None,
    rules=Rules(complete=_complete_installation),
    samples=environment.app_installations,
)

RESOURCES = (EDITOR_INTERFACES, EXTENSIONS, APP_INSTALLATIONS)
SPECIALS = (
    Special(
        f"{ENVIRONMENT}/content_types/{{content_type}}/editor_interface",
        EDITOR_INTERFACES,
        {"GET": _editor_interface, "PUT": _editor_interface},
    ),
)
