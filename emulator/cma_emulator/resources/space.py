"""What a space has: environments."""

from __future__ import annotations

from functools import partial

from ..backends import GATEKEEPER
from ..calls import Call
from ..errors import Refusal, bad_request
from ..lifecycle import created
from ..records import Record, changed, link
from ..resource import EDITABLE, Resource, Rules
from ..routing import Special
from ..worlds import account
from .environment import CLONED, LOCALES

MASTER = "master"


def _complete_environment(call: Call, record: Record) -> Record:
    body = {"name": record.get("name") or record["sys"]["id"], "sys": record["sys"]}
    if "status" in record["sys"]:
        return body
    source = _source(call)
    if call.collection.get(source) is None:
        raise Refusal(404, "NotFound", "The source environment could not be found.")
    return ENVIRONMENTS.arranged({"name": body["name"]}, {**record["sys"], **account.READY})


def _source(call: Call) -> str:
    asked = call.request.headers.get("x-contentful-source-environment", MASTER)
    return call.world.environment_behind(call.scope["space"], asked)


def _environment_created(call: Call, record: Record) -> None:
    clone(call, _source(call), record["sys"]["id"])


def clone(call: Call, source: str, target: str) -> None:
    """Give an environment all that another one has; ids and creation times stay."""
    store, space = call.world.store, call.scope["space"]
    old = {"space": space, "environment": source}
    new = {"space": space, "environment": target}
    place = link("Environment", target)
    for resource in CLONED:
        base = call.world.virtual(resource, new) if store.collection(resource, old).base else None
        moved = partial(changed, environment=place)
        store.keep(resource, new, store.collection(resource, old).copy(moved, base))


def _refuse_deletion(_call: Call, record: Record) -> None:
    if record["sys"].get("aliases"):
        raise bad_request("Cannot delete an environment that an alias points to")
    if record["sys"]["id"] == MASTER:
        raise Refusal(403, "AccessDenied", "The master environment cannot be deleted.")


ENVIRONMENTS = Resource(
    path="spaces/{space}/environments",
    type="Environment",
    back_end=GATEKEEPER,
    verbs=EDITABLE,
    first_version=1,
    rules=Rules(
        complete=_complete_environment,
        created=_environment_created,
        allow_delete=_refuse_deletion,
    ),
    samples=account.environments,
)


def first_environment(call: Call, space: str, code: str) -> None:
    """Give a new space its master environment with one locale."""
    store, scope = call.world.store, {"space": space, "environment": MASTER}
    body = {"name": MASTER, "sys": account.READY}
    environment = created(ENVIRONMENTS, scope, MASTER, body, call.moment)
    store.collection(ENVIRONMENTS, scope).put(MASTER, environment)
    identifier = call.world.new_id()
    locale = created(LOCALES, scope, identifier, account.locale(code, code), call.moment)
    store.collection(LOCALES, scope).put(identifier, locale)


RESOURCES = (ENVIRONMENTS,)
SPECIALS: tuple[Special, ...] = ()
