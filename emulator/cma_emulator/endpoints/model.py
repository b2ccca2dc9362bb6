"""The model of content: content types, how they are edited, and the taxonomy.

An editor interface belongs to one content type, and comes and goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .. import paths
from ..account.catalogue import Origin
from ..account.lifecycle import created
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
    names = dict.fromkeys(("sys", *empty, *record))
    return {name: record.get(name, empty.get(name)) for name in names}


def _completed_scheme(_call: Call, record: Record) -> Record:
    whole = _completed(record, samples.scheme())
    return {**whole, "totalConcepts": len(whole["concepts"])}


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
    Rules(complete=_completed_scheme),
    Origin(samples.schemes),
)


def _total(call: Call) -> Answer:
    return Answer(200, to_json({"total": len(call.collection)}))


def _ancestors(call: Call) -> Answer:
    """Answer with the broader concepts of a concept, and theirs."""
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
    """Answer with the concepts that name a concept as broader, and those that name them."""
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
    parts = {"displayField": None, "description": "", **record, "fields": fields or []}
    sys = {**record["sys"], "urn": urn(call, "content_types", record)}
    return call.resource.arranged(parts, sys)


def _has_entries(call: Call, record: Record) -> None:
    kind = Condition("sys.contentType.sys.id", "eq", record["sys"]["id"])
    found = select(call.other(paths.ENTRIES), Query((kind,), (Order("sys.createdAt"),)))
    if found:
        raise bad_request("Content Type has entries")


def _content_type_published(call: Call, record: Record) -> None:
    """Keep a snapshot; the first activation also makes the editor interface."""
    key = record["sys"]["id"]
    keep_snapshot(call, paths.CONTENT_TYPE_SNAPSHOTS, {"content_type": key}, record)
    interfaces = call.other(paths.EDITOR_INTERFACES)
    if interfaces.get(key) is None:
        sys = {"id": "default", "contentType": link("ContentType", key)}
        body = {"controls": samples.controls(record["fields"]), "sys": sys}
        resource = call.account.resource(paths.EDITOR_INTERFACES)
        interfaces.put(key, created(resource, call.scope, "default", body, call.moment))


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
    """Answer GET and PUT on the one of a content type; a type never activated has none."""
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
