"""What a space has: environments and their aliases."""

from __future__ import annotations

from ..backends import GATEKEEPER
from ..calls import Call
from ..errors import Refusal, bad_request, validation_failed
from ..records import Record, changed, link, link_id
from ..resource import EDITABLE, Resource, Rules, Verb
from ..routing import Special
from ..worlds import account, space

MASTER = "master"


def _complete_environment(call: Call, record: Record) -> Record:
    body = {"name": record.get("name") or record["sys"]["id"], "sys": record["sys"]}
    if "status" in record["sys"]:
        return body
    source = _source(call)
    if call.collection.get(source) is None:
        raise Refusal(404, "NotFound", "The source environment could not be found.")
    return ENVIRONMENTS.arranged(
        {"name": body["name"]}, {**record["sys"], **account.READY, "aliases": []}
    )


def _source(call: Call) -> str:
    asked = call.request.headers.get("x-contentful-source-environment", MASTER)
    return call.world.environment_behind(call.scope["space"], asked)


def _environment_created(call: Call, record: Record) -> None:
    call.world.clone(call.scope["space"], _source(call), record["sys"]["id"])


def _behind_alias(call: Call) -> Record | None:
    """Return an environment under the name of its alias."""
    alias = str(call.identifier)
    target = call.world.environment_behind(call.scope["space"], alias)
    record = call.collection.get(target)
    if record is None:
        return None
    sys = {key: part for key, part in record["sys"].items() if key != "aliases"}
    return changed(
        {**record, "sys": sys}, id=alias, aliasedEnvironment=link("Environment", target)
    )


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
        missing=_behind_alias,
        complete=_complete_environment,
        created=_environment_created,
        allow_delete=_refuse_deletion,
    ),
    samples=account.environments,
)


def _complete_alias(call: Call, record: Record) -> Record:
    target = link_id(record.get("environment"))
    if target is None or call.other(ENVIRONMENTS).get(target) is None:
        raise validation_failed("unknown", ["environment"], target, "no such environment")
    return {"environment": record["environment"], "sys": record["sys"]}


def _point(call: Call, record: Record) -> None:
    """Let the environments say which aliases they have; that is no new version of them."""
    alias, target = record["sys"]["id"], link_id(record["environment"])
    environments = call.other(ENVIRONMENTS)
    for environment in list(environments.records()):
        names = [link_id(one) for one in environment["sys"].get("aliases", ())]
        wanted = [name for name in names if name != alias]
        if environment["sys"]["id"] == target and call.other(ALIASES).get(alias) is not None:
            wanted.append(alias)
        if wanted != names:
            links = [link("EnvironmentAlias", str(name)) for name in wanted]
            environments.put(environment["sys"]["id"], changed(environment, aliases=links))


ALIASES = Resource(
    path="spaces/{space}/environment_aliases",
    type="EnvironmentAlias",
    back_end=GATEKEEPER,
    verbs=frozenset((Verb.CREATE_WITH_ID, Verb.UPDATE, Verb.DELETE)),
    first_version=1,
    rules=Rules(complete=_complete_alias, created=_point, updated=_point, deleted=_point),
    samples=space.environment_aliases,
)

RESOURCES = (ENVIRONMENTS, ALIASES)
SPECIALS: tuple[Special, ...] = ()
