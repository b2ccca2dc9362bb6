"""Content and its model: locales, content types, entries, assets and their snapshots."""

from __future__ import annotations

from dataclasses import replace

from ..answers import Answer
from ..backends import CONTENT, GATEKEEPER
from ..calls import Call
from ..errors import Refusal, bad_request, validation_failed
from ..lifecycle import created, updated
from ..query import SCATTERED, Condition, Order, Query
from ..records import Record, Scope, link
from ..resource import (
    ARCHIVABLE,
    ENVIRONMENT,
    POSTED,
    PUBLISHABLE,
    Paging,
    Resource,
    Rules,
)
from ..routing import Special
from ..selection import select
from ..worlds import account, content, environment, work
from ..writes import check_version, existing
from .editing import EDITOR_INTERFACES


def _complete_locale(call: Call, record: Record) -> Record:
    code = record.get("code")
    if not code:
        raise validation_failed("required", ["code"], code, "code is required")
    for other in call.collection.records():
        if other["code"] == code and other["sys"]["id"] != record["sys"]["id"]:
            raise validation_failed("taken", ["code"], code, "code has already been taken")
    plain = account.locale(str(code), str(code), fallback="")
    defaults = {**plain, "fallbackCode": None, "optional": False}
    parts = {**defaults, **{key: value for key, value in record.items() if key != "sys"}}
    return {**parts, "sys": record["sys"]}


def _refuse_default(_call: Call, record: Record) -> None:
    if record.get("default"):
        raise Refusal(403, "AccessDenied", "The default locale cannot be deleted.")


LOCALES = Resource(
    path=ENVIRONMENT + "/locales",
    type="Locale",
    back_end=GATEKEEPER,
    verbs=POSTED,
    rules=Rules(complete=_complete_locale, allow_delete=_refuse_default),
    samples=account.locales,
    default_limit=100,
    largest_limit=1000,
)


def _complete_content_type(call: Call, record: Record) -> Record:
    name, fields = record.get("name"), record.get("fields")
    if not name:
        raise validation_failed("required", ["name"], name, 'The property "name" is required here')
    parts = {"displayField": None, "description": "", **record, "fields": fields or []}
    sys = {**record["sys"], "urn": _urn(call, "content_types", record)}
    return CONTENT_TYPES.arranged(parts, sys)


def _has_entries(call: Call, record: Record) -> None:
    kind = Condition("sys.contentType.sys.id", "eq", record["sys"]["id"])
    found = select(call.other(ENTRIES), Query((kind,), (Order("sys.createdAt"),)))
    if found:
        raise bad_request("Content Type has entries")


def _content_type_published(call: Call, record: Record) -> None:
    """Keep a snapshot; the first activation also makes the editor interface."""
    key = record["sys"]["id"]
    _keep_snapshot(call, CONTENT_TYPE_SNAPSHOTS, {"content_type": key}, record)
    interfaces = call.other(EDITOR_INTERFACES)
    if interfaces.get(key) is None:
        sys = {"id": "default", "contentType": link("ContentType", key)}
        body = {"controls": environment.controls(record["fields"]), "sys": sys}
        made = created(EDITOR_INTERFACES, call.scope, "default", body, call.moment)
        interfaces.put(key, made)


def _content_type_deleted(call: Call, record: Record) -> None:
    call.other(EDITOR_INTERFACES).remove(record["sys"]["id"])


def _entry_published(call: Call, record: Record) -> None:
    _keep_snapshot(call, ENTRY_SNAPSHOTS, {"entry": record["sys"]["id"]}, record)


def _keep_snapshot(call: Call, resource: Resource, parent: Scope, record: Record) -> None:
    """Keep what was published; only master, or what is behind that alias, has snapshots."""
    if call.scope["environment"] != call.world.environment_behind(call.scope["space"], "master"):
        return
    scope = {**call.scope, **parent}
    sample = work.snapshot(call.world.new_id(), record)
    body = {**sample.body, "sys": sample.sys}
    made = created(resource, scope, sample.identifier, body, call.moment)
    call.world.store.collection(resource, scope).put(sample.identifier, made)


CONTENT_TYPES = Resource(
    path=ENVIRONMENT + "/content_types",
    type="ContentType",
    back_end=CONTENT,
    paging=Paging.OFFSET_OR_CURSOR,
    verbs=PUBLISHABLE,
    order=SCATTERED,
    filters=None,
    orders=None,
    leading=("sys", "displayField", "name", "description", "fields"),
    first_version=1,
    rules=Rules(
        complete=_complete_content_type,
        published=_content_type_published,
        allow_unpublish=_has_entries,
        deleted=_content_type_deleted,
    ),
    samples=content.content_types,
)


def _complete_entry(call: Call, record: Record) -> Record:
    sys = record["sys"]
    if "contentType" not in sys:
        kind = call.request.headers.get("x-contentful-content-type")
        if kind is None:
            raise bad_request("You need to specify the content type of the entry.")
        if call.other(CONTENT_TYPES).get(kind) is None:
            error = {"name": "unknownContentType", "value": kind}
            raise Refusal(422, "InvalidEntry", "Validation error", {"errors": [error]})
        urn = _urn(call, "entries", record)
        sys = {**sys, "automationTags": [], "contentType": link("ContentType", kind), "urn": urn}
    return _complete_content(call, record, sys, ENTRIES)


def _complete_asset(call: Call, record: Record) -> Record:
    sys = {**record["sys"], "urn": _urn(call, "assets", record)}
    return _complete_content(call, record, sys, ASSETS)


def _complete_content(call: Call, record: Record, sys: Record, resource: Resource) -> Record:
    metadata = {"tags": [], "concepts": [], **(record.get("metadata") or {})}
    if "fieldStatus" not in sys:
        codes = [locale["code"] for locale in call.other(LOCALES).records()]
        sys = {**sys, "fieldStatus": {"*": dict.fromkeys(codes, "draft")}}
    return resource.arranged({**record, "metadata": metadata}, sys)


def _urn(call: Call, kind: str, record: Record) -> str:
    place = "spaces/{space}/environments/{environment}".format(**call.scope)
    return f"crn:contentful:::content:{place}/{kind}/{record['sys']['id']}"


ENTRIES = Resource(
    path=ENVIRONMENT + "/entries",
    type="Entry",
    back_end=CONTENT,
    paging=Paging.OFFSET_OR_CURSOR,
    verbs=ARCHIVABLE,
    order=SCATTERED,
    filters=None,
    orders=None,
    leading=("metadata", "sys", "fields"),
    first_version=1,
    rules=Rules(complete=_complete_entry, published=_entry_published),
    family=content.entries,
)

ASSETS = Resource(
    path=ENVIRONMENT + "/assets",
    type="Asset",
    back_end=CONTENT,
    paging=Paging.OFFSET_OR_CURSOR,
    verbs=ARCHIVABLE,
    order=SCATTERED,
    filters=None,
    orders=None,
    leading=("metadata", "sys", "fields"),
    first_version=1,
    rules=Rules(complete=_complete_asset),
    family=content.assets,
)

ENTRY_SNAPSHOTS = Resource(
    path=f"{ENTRIES.path}/{{entry}}/snapshots",
    type="Snapshot",
    back_end=CONTENT,
    paging=Paging.WITHOUT_TOTAL,
    order="-sys.createdAt",
    links=("space",),
    leading=("sys",),
    first_version=None,
    nested=work.snapshots,
)
CONTENT_TYPE_SNAPSHOTS = replace(
    ENTRY_SNAPSHOTS, path=f"{CONTENT_TYPES.path}/{{content_type}}/snapshots"
)

RESOURCES = (LOCALES, CONTENT_TYPES, ENTRIES, ASSETS, ENTRY_SNAPSHOTS, CONTENT_TYPE_SNAPSHOTS)


def _process(call: Call) -> Answer:
    """Answer PUT on ``/process``: an uploaded file gets its address and size."""
    call = replace(call, identifier=call.scope["asset"])
    asset = existing(call)
    check_version(call, asset, required=True)
    locale = call.scope["locale"]
    files = (asset.get("fields") or {}).get("file") or {}
    if "upload" not in files.get(locale, {}) and "uploadFrom" not in files.get(locale, {}):
        raise bad_request("There is no file to process for this locale.")
    made = {key: part for key, part in files[locale].items() if not key.startswith("upload")}
    name = made.get("fileName", "file")
    place = f"{call.scope['space']}/{call.identifier}/{call.world.new_id()}"
    made |= {"url": f"//assets.ctfassets.net/{place}/{name}", "details": {"size": len(name)}}
    fields = {**asset["fields"], "file": {**files, locale: made}}
    done = updated(ASSETS, asset, {**asset, "fields": fields}, call.moment)
    call.collection.put(str(call.identifier), done)
    return Answer(204)


SPECIALS = (
    Special(f"{ASSETS.path}/{{asset}}/files/{{locale}}/process", ASSETS, {"PUT": _process}),
)
