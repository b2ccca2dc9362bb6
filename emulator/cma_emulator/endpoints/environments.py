"""Creation, update and deletion of environments and aliases."""

from __future__ import annotations

from .. import paths
from ..account.account import Account
from ..errors import Refusal, bad_request, validation_failed
from ..records import Record, changed, link, link_id
from ..samples.structure import ENGLISH, READY, locale
from .endpoint import Call, Rules

MASTER = "master"


def add_master(account: Account, space: str, code: str) -> None:
    """Add the master environment of a new space, with one locale."""
    scope = {"space": space, "environment": MASTER}
    body = {"name": MASTER, "sys": {**READY, "aliases": []}}
    account.add(paths.ENVIRONMENTS, scope, MASTER, body)
    name = ENGLISH if code == "en-US" else code
    account.add(paths.LOCALES, scope, account.new_id(), locale(code, name))


def _complete_environment(call: Call, record: Record) -> Record:
    body = {"name": record.get("name") or record["sys"]["id"], "sys": record["sys"]}
    if "status" in record["sys"]:
        return body
    source = _source(call)
    if call.collection.get(source) is None:
        raise Refusal(404, "NotFound", "The source environment could not be found.")
    sys = {**record["sys"], **READY, "aliases": []}
    return call.resource.arranged({"name": body["name"]}, sys)


def _source(call: Call) -> str:
    name = call.request.headers.get("x-contentful-source-environment", MASTER)
    return call.account.environment_behind(call.scope["space"], name)


def _environment_created(call: Call, record: Record) -> None:
    call.account.clone(call.scope["space"], _source(call), record["sys"]["id"])


def _behind_alias(call: Call) -> Record | None:
    """Return the environment of an alias, with the alias as its id."""
    alias = str(call.identifier)
    target = call.account.environment_behind(call.scope["space"], alias)
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


OF_ENVIRONMENTS = Rules(
    missing=_behind_alias,
    complete=_complete_environment,
    created=_environment_created,
    allow_delete=_refuse_deletion,
)


def _complete_alias(call: Call, record: Record) -> Record:
    target = link_id(record.get("environment"))
    if target is None or call.other(paths.ENVIRONMENTS).get(target) is None:
        raise validation_failed("unknown", ["environment"], target, "no such environment")
    return {"environment": record["environment"], "sys": record["sys"]}


def _point(call: Call, record: Record) -> None:
    """Update ``sys.aliases`` of the environments; their versions stay."""
    alias, target = record["sys"]["id"], link_id(record["environment"])
    environments = call.other(paths.ENVIRONMENTS)
    exists = call.other(paths.ENVIRONMENT_ALIASES).get(alias) is not None
    for environment in list(environments.records()):
        names = [link_id(one) for one in environment["sys"].get("aliases", ())]
        wanted = [name for name in names if name != alias]
        if environment["sys"]["id"] == target and exists:
            wanted.append(alias)
        if wanted != names:
            links = [link("EnvironmentAlias", str(name)) for name in wanted]
            environments.put(environment["sys"]["id"], changed(environment, aliases=links))


OF_ALIASES = Rules(complete=_complete_alias, created=_point, updated=_point, deleted=_point)
