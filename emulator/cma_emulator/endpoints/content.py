"""Content: entries and assets."""

from __future__ import annotations

from dataclasses import replace

from .. import paths
from ..account.catalog import Origin
from ..account.lifecycle import updated
from ..account.resource import ARCHIVABLE, Paging, Resource
from ..answers import Answer
from ..backends import CONTENT
from ..errors import Refusal, bad_request
from ..listing.query import SCATTERED, Condition
from ..records import Record, link
from ..samples import content as samples
from .endpoint import Call, Endpoint, Rules, Special
from .snapshots import keep_snapshot, urn
from .writes import existing


def _entry_published(call: Call, record: Record) -> None:
    keep_snapshot(call, paths.ENTRY_SNAPSHOTS, {"entry": record["sys"]["id"]}, record)


def _complete_entry(call: Call, record: Record) -> Record:
    sys = record["sys"]
    if "contentType" not in sys:
        kind = call.request.headers.get("x-contentful-content-type")
        if kind is None:
            sentence = (
                "You should provide a content type in X-Contentful-Content-Type request header."
            )
            raise bad_request(sentence)
        content_type = call.other(paths.CONTENT_TYPES).get(kind)
        if content_type is None:
            error = {"name": "unknownContentType", "value": kind}
            raise Refusal(422, "InvalidEntry", "Validation error", {"errors": [error]})
        defaults = {
            one["id"]: one["defaultValue"]
            for one in content_type["fields"]
            if "defaultValue" in one
        }
        record = {**record, "fields": {**defaults, **(record.get("fields") or {})}}
        sys = {**sys, "automationTags": [], "contentType": link("ContentType", kind)}
        sys["urn"] = urn(call, "entries", record)
    return complete_content(call, record, sys)


def _complete_asset(call: Call, record: Record) -> Record:
    sys = {**record["sys"], "urn": urn(call, "assets", record)}
    return complete_content(call, record, sys)


def complete_content(call: Call, record: Record, sys: Record) -> Record:
    """Return an entry or an asset with all parts that the API adds."""
    metadata = {"tags": [], "concepts": [], **(record.get("metadata") or {})}
    given = (record.get("fields") or {}).items()
    fields = {name: one for name, one in given if one is not None}
    if "fieldStatus" not in sys:
        codes = [locale["code"] for locale in call.other(paths.LOCALES).records()]
        sys = {**sys, "fieldStatus": {"*": dict.fromkeys(codes, "draft")}}
    return call.resource.arranged({**record, "metadata": metadata, "fields": fields}, sys)


ENTRIES = Endpoint(
    Resource(
        path=paths.ENTRIES,
        type="Entry",
        back_end=CONTENT,
        paging=Paging.OFFSET_OR_CURSOR,
        verbs=ARCHIVABLE,
        order=SCATTERED,
        filters=None,
        orders=None,
        leading=("metadata", "sys", "fields"),
        first_version=1,
        cloned=True,
        counts_publications=True,
    ),
    Rules(complete=_complete_entry, published=_entry_published, ends_unchecked=True),
    Origin(family=samples.entries),
)

MIMETYPES = {
    "image": "image/",
    "audio": "audio/",
    "video": "video/",
    "plaintext": "text/plain",
    "pdfdocument": "application/pdf",
}
"""File types by ``mimetype_group``, matched as part of a type; other groups find all assets."""


def _of_one_group(call: Call) -> tuple[Condition, ...]:
    kind = MIMETYPES.get(call.parameters.get("mimetype_group", ""))
    return (Condition("fields.file.contentType", "match", kind),) if kind else ()


ASSETS = Endpoint(
    Resource(
        path=paths.ASSETS,
        type="Asset",
        back_end=CONTENT,
        paging=Paging.OFFSET_OR_CURSOR,
        verbs=ARCHIVABLE,
        order=SCATTERED,
        filters=None,
        orders=None,
        leading=("metadata", "sys", "fields"),
        first_version=1,
        cloned=True,
        counts_publications=True,
    ),
    Rules(narrow=_of_one_group, complete=_complete_asset),
    Origin(family=samples.assets),
)


def _process(call: Call) -> Answer:
    """Answer PUT on ``/process``: an uploaded file gets its URL and size.

    Clients process all locales at the version of the upload, so any version is accepted.
    """
    call = replace(call, identifier=call.scope["asset"])
    asset = existing(call)
    locale = call.scope["locale"]
    files = (asset.get("fields") or {}).get("file") or {}
    if "upload" not in files.get(locale, {}) and "uploadFrom" not in files.get(locale, {}):
        raise bad_request("There is no file to process for this locale.")
    made = {key: part for key, part in files[locale].items() if not key.startswith("upload")}
    name = made.get("fileName", "file")
    place = f"{call.scope['space']}/{call.identifier}/{call.account.new_id()}"
    made |= {"url": f"//assets.ctfassets.net/{place}/{name}", "details": {"size": len(name)}}
    fields = {**asset["fields"], "file": {**files, locale: made}}
    done = updated(call.resource, asset, {**asset, "fields": fields}, call.moment)
    call.collection.put(str(call.identifier), done)
    return Answer(204)


ENDPOINTS = (ENTRIES, ASSETS)
SPECIALS = (
    Special(f"{paths.ASSETS}/{{asset}}/files/{{locale}}/process", ASSETS, {"PUT": _process}),
)
