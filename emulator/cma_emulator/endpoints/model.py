"""The content model: content types, editor interfaces and the taxonomy.

An editor interface is created with the first publication of its content type, and deleted with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .. import paths
from ..account.catalog import Origin
from ..account.lifecycle import created, updated
from ..account.resource import EDITABLE, PUBLISHABLE, Paging, Resource, Verb
from ..account.store import collected
from ..answers import Answer, to_json
from ..backends import CONTENT, TAXONOMY
from ..errors import bad_request, validation_failed
from ..listing.paging import Listing, list_page
from ..listing.query import SCATTERED, Condition, Order, Query
from ..listing.selection import select
from ..records import Record, link, link_id
from ..samples import model as samples
from . import writes
from .endpoint import Call, Endpoint, Rules, Special
from .snapshots import keep_snapshot, urn

TAXONOMY_VERBS = EDITABLE | {Verb.PATCH}

CONCEPTS = Endpoint(
    Resource(
        path=f"{paths.ORGANIZATION}/taxonomy/concepts",
        type="TaxonomyConcept",
        back_end=TAXONOMY,
        paging=Paging.CURSOR,
        verbs=TAXONOMY_VERBS,
        orders=("sys.updatedAt", "sys.createdAt", "prefLabel"),
        leading=("sys",),
        first_version=1,
    ),
    Rules(complete=lambda _call, record: _completed(record, samples.concept())),
    Origin(samples.concepts),
)


def _completed(record: Record, empty: Record) -> Record:
    if not record.get("prefLabel"):
        raise validation_failed("required", ["prefLabel"], None, "prefLabel is required")
    # Objects without locales count as not sent; unknown keys are dropped.
    return {"sys": record["sys"], **{name: record.get(name) or empty[name] for name in empty}}


def _completed_scheme(_call: Call, record: Record) -> Record:
    whole = _completed(record, samples.scheme())
    return {**whole, "totalConcepts": len(whole["concepts"])}


def _follow(call: Call, scheme: Record) -> None:
    """Update ``conceptSchemes`` of the concepts of a scheme; their versions stay."""
    name = scheme["sys"]["id"]
    known = call.kept.get(name) or {"concepts": ()}
    listed = {link_id(one) for one in known["concepts"]}
    concepts = call.other(CONCEPTS.resource.path)
    for concept in list(concepts.records()):
        key, named = concept["sys"]["id"], concept.get("conceptSchemes", [])
        others = [one for one in named if link_id(one) != name]
        wanted = [*others, link("TaxonomyConceptScheme", name)] if key in listed else others
        if len(wanted) != len(named):
            concepts.put(key, {**concept, "conceptSchemes": wanted})


SCHEMES = Endpoint(
    Resource(
        path=f"{paths.ORGANIZATION}/taxonomy/concept-schemes",
        type="TaxonomyConceptScheme",
        back_end=TAXONOMY,
        paging=Paging.CURSOR,
        verbs=TAXONOMY_VERBS,
        orders=("sys.updatedAt", "sys.createdAt", "prefLabel"),
        leading=("sys",),
        first_version=1,
    ),
    Rules(complete=_completed_scheme, created=_follow, updated=_follow, deleted=_follow),
    Origin(samples.schemes),
)


def _total(call: Call) -> Answer:
    return Answer(200, to_json({"total": len(call.collection)}))


def _ancestors(call: Call) -> Answer:
    """Answer with all broader concepts of a concept, on all levels."""
    found: dict[str, Record] = {}
    waiting = [call.collection.get(call.scope["concept"])]
    while waiting:
        record = waiting.pop()
        for one in record["broader"] if record else ():
            broader = call.collection.get(str(link_id(one)))
            if broader is not None and broader["sys"]["id"] not in found:
                found[broader["sys"]["id"]] = broader
                waiting.append(broader)
    return _related(call, found.values())


def _descendants(call: Call) -> Answer:
    """Answer with all narrower concepts of a concept, on all levels."""
    found: dict[str, Record] = {}
    waiting = [call.scope["concept"]]
    while waiting:
        broader = waiting.pop()
        for record in call.collection.records():
            is_narrower = broader in map(link_id, record["broader"])
            if is_narrower and record["sys"]["id"] not in found:
                found[record["sys"]["id"]] = record
                waiting.append(record["sys"]["id"])
    return _related(call, found.values())


def _related(call: Call, records: Iterable[Record]) -> Answer:
    collection = collected(call.resource, records)
    path, parameters = call.request.path, call.parameters
    return Answer(
        200, list_page(Listing(call.resource, collection, path, parameters, lambda _name: None))
    )


def _complete_content_type(call: Call, record: Record) -> Record:
    name, fields = record.get("name"), record.get("fields")
    if not name:
        raise validation_failed("required", ["name"], name, 'The property "name" is required here')
    parts = {"displayField": None, "description": None, **record}
    parts["fields"] = [_complete_field(one) for one in fields or () if not one.get("deleted")]
    sys = {**record["sys"], "urn": urn(call, "content_types", record)}
    return call.resource.arranged(parts, sys)


def _complete_field(field: Record) -> Record:
    """Return a field with all attributes, in the order of the API."""
    known = {**samples.field(field.get("id", ""), field.get("type", "")), **field}
    names = ("id", "name", "type", "localized", "required", "validations", "defaultValue")
    return {name: known[name] for name in dict.fromkeys((*names, *known)) if name in known}


def _has_entries(call: Call, record: Record) -> None:
    kind = Condition("sys.contentType.sys.id", "eq", record["sys"]["id"])
    found = select(call.other(paths.ENTRIES), Query((kind,), (Order("sys.createdAt"),)))
    if found:
        raise bad_request("Content Type has entries")


def _content_type_published(call: Call, record: Record) -> None:
    """Rename fields, store a snapshot, and update the editor interface."""
    key = record["sys"]["id"]
    record = _with_new_ids(call, record)
    keep_snapshot(call, paths.CONTENT_TYPE_SNAPSHOTS, {"content_type": key}, record)
    interfaces = call.other(paths.EDITOR_INTERFACES)
    resource, interface = call.account.resource(paths.EDITOR_INTERFACES), interfaces.get(key)
    if interface is None:
        sys = {"id": "default", "contentType": link("ContentType", key)}
        body = {"controls": samples.controls(record["fields"]), "sys": sys}
        interface = created(resource, call.scope, "default", body, call.moment)
    else:
        interface = updated(resource, interface, interface, call.moment)
    interfaces.put(key, interface)


def _with_new_ids(call: Call, record: Record) -> Record:
    """Rename fields that have a ``newId``, in the entries too; return the content type."""
    new = {one["id"]: one["newId"] for one in record["fields"] if "newId" in one}
    if not new:
        return record
    call.other(paths.ENTRIES).rename_fields(record["sys"]["id"], new)
    fields = [{**one, "id": new.get(one["id"], one["id"])} for one in record["fields"]]
    for one in fields:
        one.pop("newId", None)
    shown = record["displayField"]
    renamed = {**record, "displayField": new.get(shown, shown), "fields": fields}
    call.collection.put(record["sys"]["id"], renamed)
    return renamed


def _content_type_deleted(call: Call, record: Record) -> None:
    call.other(paths.EDITOR_INTERFACES).remove(record["sys"]["id"])


CONTENT_TYPES = Endpoint(
    Resource(
        path=paths.CONTENT_TYPES,
        type="ContentType",
        back_end=CONTENT,
        paging=Paging.OFFSET_OR_CURSOR,
        verbs=PUBLISHABLE,
        order=SCATTERED,
        filters=None,
        orders=None,
        leading=("sys", "displayField", "name", "description", "fields"),
        first_version=1,
        cloned=True,
        counts_publications=True,
    ),
    Rules(
        complete=_complete_content_type,
        published=_content_type_published,
        allow_unpublish=_has_entries,
        deleted=_content_type_deleted,
    ),
    Origin(samples.content_types),
)


EDITOR_INTERFACES = Endpoint(
    Resource(
        path=paths.EDITOR_INTERFACES,
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
        cloned=True,
    ),
    origin=Origin(samples.editor_interfaces),
)


def _editor_interface(call: Call) -> Answer:
    """Answer GET and PUT on the editor interface of a content type.

    It is a 404 before the first activation.
    """
    call = replace(call, identifier=call.scope["content_type"])
    if call.request.method == "PUT":
        return writes.put(call)
    return Answer(200, to_json(writes.existing(call)))


ENDPOINTS = (CONCEPTS, SCHEMES, CONTENT_TYPES, EDITOR_INTERFACES)
SPECIALS = (
    Special(f"{CONCEPTS.resource.path}/total", CONCEPTS, {"GET": _total}),
    Special(f"{SCHEMES.resource.path}/total", SCHEMES, {"GET": _total}),
    Special(f"{CONCEPTS.resource.path}/{{concept}}/ancestors", CONCEPTS, {"GET": _ancestors}),
    Special(f"{CONCEPTS.resource.path}/{{concept}}/descendants", CONCEPTS, {"GET": _descendants}),
    Special(
        f"{paths.CONTENT_TYPES}/{{content_type}}/editor_interface",
        EDITOR_INTERFACES,
        {"GET": _editor_interface, "PUT": _editor_interface},
    ),
)
