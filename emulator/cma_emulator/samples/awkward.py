"""A space of cases that are hard to read and that the real API allows."""

from __future__ import annotations

from collections.abc import Iterator

from ..account.maker import Maker
from ..records import Record, link
from .model import field
from .structure import READY, locale

SPACE = "awkward-0.1"
PLACE = f"spaces/{SPACE}/environments/main"
CREATED = "2024-02-29T23:59:59.999Z"
UPDATED = "2025-06-30T12:00:00.000Z"
FINE = "2025-06-30T12:00:00.123456Z"
LONGEST_ID = "x" * 64
CODES = (
    *("en-US", "de", "fr", "es", "it", "pt-BR", "pt-PT", "nl", "sv", "da", "nb", "fi", "pl", "cs"),
    *("sk", "hu", "ro", "bg", "el", "tr", "ru", "uk", "he", "ar", "hi", "th", "vi", "ja", "ko"),
    "zh-Hans-CN",
)
TEXTS = {
    "emoji": "Grüße \U0001f469\u200d\U0001f680 \U0001f1ea\U0001f1fa",
    "surrogate": "half a pair: \ud83d, the other half: \ude00",
    "nul": "before\x00after",
    "controls": "tab\t, line\n, return\r, bell\x07, separator\u2028",
    "numeral": "00123",
    "exponent": "1e5",
    "truth": "true",
    "nothing": "null",
    "blank": "   ",
    "empty": "",
    "markup": "<script>alert('&amp;')</script>",
    "reversed": "\u202eright to left",
}
MEGABYTE = 1 << 20
DEEP = 500
SHARED_TIMESTAMPS = 25
WIDE = 500

Put = tuple[str, Record]


def records(maker: Maker) -> Iterator[Put]:
    """Yield each record with the path of its collection, parents first."""
    yield from _people(maker)
    owner = link("Organization", maker.organization_id(0))
    whole = {"name": "\U0001f98a awkward\x00", "sys": _seconds("Space", SPACE, organization=owner)}
    yield "spaces", whole
    yield from _environments()
    for number, code in enumerate(CODES):
        body = locale(code, f"Locale {code}", fallback=CODES[number - 1] if number else None)
        sys = _seconds("Locale", f"locale-{code}", **_inside())
        yield f"{PLACE}/locales", {**body, "sys": {**sys, "version": 0}}
    for body in _content_types():
        yield f"{PLACE}/content_types", body
    for name, record in _entries().items():
        yield f"{PLACE}/entries", {"metadata": _METADATA, "sys": _entry_sys(name), **record}
    yield from _states()
    for name, fields in _assets().items():
        yield f"{PLACE}/assets", {"metadata": _METADATA, "sys": _sys("Asset", name), **fields}
    tag = {**_sys("Tag", "tag.with-dots"), "visibility": "public"}
    yield f"{PLACE}/tags", {"sys": tag, "name": "\U0001f3f7 tag"}
    fine = {**_sys("Tag", "microseconds"), "visibility": "private", "updatedAt": FINE}
    yield f"{PLACE}/tags", {"sys": fine, "name": "Edited at a microsecond"}


_METADATA: Record = {"tags": [], "concepts": []}


def _people(maker: Maker) -> Iterator[Put]:
    """Yield users without names, one of them without an e-mail address, and memberships.

    The user of one membership does not exist.
    """
    address = f"organizations/{maker.organization_id(0)}"
    nameless = {"firstName": None, "lastName": None, "email": None, "avatarUrl": None}
    for name, body in (
        ("nobody", nameless),
        ("blank", {**nameless, "firstName": "", "email": ""}),
    ):
        sys = _seconds("User", name)
        yield f"{address}/users", {**body, "activated": False, "confirmed": False, "sys": sys}
    sys = {**_seconds("OrganizationMembership", "nobodys"), "user": link("User", "nobody")}
    yield f"{address}/organization_memberships", {"role": "member", "status": False, "sys": sys}
    mine = {
        **_seconds("OrganizationMembership", "gone"),
        "user": link("User", maker.user_id(999)),
    }
    yield f"{address}/organization_memberships", {"role": "developer", "status": True, "sys": mine}


def _environments() -> Iterator[Put]:
    """Yield environments with aliases, one of them named master, and one that is not ready."""
    for name, alias in (("main", "master"), ("release-2024.1", "preview")):
        sys = {**_seconds("Environment", name), "space": link("Space", SPACE), **READY}
        aliases = [link("EnvironmentAlias", alias)]
        yield f"spaces/{SPACE}/environments", {"name": name, "sys": {**sys, "aliases": aliases}}
        sys = {**_seconds("EnvironmentAlias", alias), "space": link("Space", SPACE)}
        target = {"environment": link("Environment", name), "sys": sys}
        yield f"spaces/{SPACE}/environment_aliases", target
    sys = {**_seconds("Environment", "queued"), "space": link("Space", SPACE)}
    sys |= {"status": link("Status", "queued"), "aliases": []}
    yield f"spaces/{SPACE}/environments", {"name": "Not ready", "sys": sys}


def _content_types() -> Iterator[Record]:
    resources = [{"type": "Contentful:Entry", "source": "crn:x", "contentTypes": ["a"]}]
    kinds = ("Symbol", "Text", "RichText", "Integer", "Number", "Date", "Boolean", "Object")
    fields = [field(kind.lower(), kind, localized=kind == "Symbol") for kind in kinds]
    items = {"type": "ResourceLink", "linkType": "Contentful:Entry", "validations": []}
    fields += [
        field("location", "Location"),
        field("entry", "Link", linkType="Entry"),
        field("asset", "Link", linkType="Asset"),
        field("resource", "ResourceLink", linkType="Contentful:Entry", allowedResources=resources),
        field("symbols", "Array", items={"type": "Symbol", "validations": [{"in": ["a", "b"]}]}),
        field("entries", "Array", items={"type": "Link", "linkType": "Entry"}),
        field("assets", "Array", items={"type": "Link", "linkType": "Asset"}),
        field("resources", "Array", items=items, allowedResources=resources),
        field("gone", "Symbol", apiName="gone", omitted=True, disabled=True, deleted=True),
    ]
    fields[0] |= {"defaultValue": {"en-US": "x"}, "validations": [{"regexp": {"pattern": "^x"}}]}
    yield _content_type("everything", "symbol", fields)
    yield _content_type("wide", None, [field(f"f{number}", "Symbol") for number in range(WIDE)])
    yield _content_type(LONGEST_ID, None, [])


def _content_type(name: str, display: str | None, fields: list[Record]) -> Record:
    sys = _sys("ContentType", name)
    return {
        "sys": sys,
        "displayField": display,
        "name": name,
        "description": None,
        "fields": fields,
    }


def _entries() -> dict[str, Record]:
    plain = {name: {"fields": {"symbol": {"en-US": text}}} for name, text in TEXTS.items()}
    shared = {f"same-{n}": {"fields": {"integer": {"en-US": n}}} for n in range(SHARED_TIMESTAMPS)}
    return {
        **plain,
        **shared,
        "no-fields": {},
        "empty.fields": {"fields": {}},
        "null-values": {"fields": {"symbol": {"en-US": None}, "entry": {"de": None}}},
        LONGEST_ID: {"fields": {"symbol": {code: code for code in CODES}}},
        "-": {"fields": {"symbol": {"en-US": "the shortest id"}}},
        "megabyte": {"fields": {"text": {"en-US": "m" * MEGABYTE}}},
        "all-types": {"fields": _all_types()},
        "rich-text": {"fields": {"richtext": {"en-US": _rich_text()}}},
        "deep-rich-text": {"fields": {"richtext": {"de": _deep_text()}}},
    }


def _all_types() -> Record:
    resource = _resource_link("other")
    values = {
        "symbol": "Symbol",
        "text": "Text",
        "integer": 2**53,
        "number": -0.1,
        "date": "2024-02-29T12:00+05:30",
        "boolean": False,
        "object": {"deep": [{"er": None}], "0": []},
        "location": {"lat": 52.52, "lon": 13.405},
        "entry": link("Entry", "rich-text"),
        "asset": link("Asset", "without-file"),
        "resource": resource,
        "symbols": ["a", "a", ""],
        "entries": [
            link("Entry", "all-types"),
            link("Entry", "missing"),
            link("Entry", "missing"),
        ],
        "assets": [link("Asset", "image")],
        "resources": [resource, _resource_link("another")],
    }
    return {name: {"en-US": value} for name, value in values.items()}


def _resource_link(entry: str) -> Record:
    urn = f"crn:contentful:::content:spaces/elsewhere/entries/{entry}"
    return {"sys": {"type": "ResourceLink", "linkType": "Contentful:Entry", "urn": urn}}


def node(kind: str, *content: Record, **data: object) -> Record:
    """Return a node of a rich text."""
    return {"nodeType": kind, "data": data, "content": list(content)}


def _text(value: str, *marks: str) -> Record:
    return {"nodeType": "text", "value": value, "marks": [{"type": m} for m in marks], "data": {}}


def _rich_text() -> Record:
    """Return a document with every type of node."""
    entry, asset, far = link("Entry", "all-types"), link("Asset", "image"), _resource_link("other")
    words = node("paragraph", _text("words", "bold", "italic", "code", "superscript"))
    inline = node(
        "paragraph",
        node("hyperlink", _text("out"), uri="https://example.com/?q=1"),
        node("entry-hyperlink", _text("entry"), target=entry),
        node("asset-hyperlink", _text("asset"), target=asset),
        node("resource-hyperlink", _text("far"), target=far),
        node("embedded-entry-inline", target=entry),
        node("embedded-resource-inline", target=far),
    )
    item = node("list-item", words)
    cells = node("table-row", node("table-header-cell", words), node("table-cell", inline))
    blocks = [
        *(node(f"heading-{level}", _text(f"Heading {level}")) for level in range(1, 7)),
        *(node("unordered-list", item), node("ordered-list", item), node("blockquote", words)),
        *(node("table", cells), node("hr"), inline),
        node("embedded-entry-block", target=entry),
        node("embedded-asset-block", target=asset),
        node("embedded-resource-block", target=far),
    ]
    return node("document", *blocks)


def _deep_text() -> Record:
    inner = node("paragraph", node("entry-hyperlink", _text("deep"), target=link("Entry", "-")))
    for _ in range(DEEP):
        inner = node("unordered-list", node("list-item", inner))
    return node("document", inner)


def _states() -> Iterator[Put]:
    """Yield entries in states that only their versions show, and a scheduled publication."""
    user = link("User", "someone")
    published = {"publishedVersion": 3, "publishedAt": UPDATED, "publishedBy": user}
    published |= {"firstPublishedAt": CREATED, "publishedCounter": 1}
    states: dict[str, Record] = {
        "published": {**published, "version": 4},
        "changed": {**published, "version": 9, "fieldStatus": {"*": {"en-US": "changed"}}},
        "partly": {**published, "version": 5, "fieldStatus": {"*": {"en-US": "published"}}},
        "archived": {
            "version": 2,
            "archivedVersion": 1,
            "archivedAt": UPDATED,
            "archivedBy": user,
        },
        "was-published": {"version": 6, "firstPublishedAt": CREATED, "publishedCounter": 2},
    }
    states["partly"]["fieldStatus"]["*"]["de"] = "draft"
    for name, sys in states.items():
        record = {"metadata": _METADATA, "sys": {**_entry_sys(name), **sys}, "fields": {}}
        yield f"{PLACE}/entries", record
    sys = {**_sys("ScheduledAction", "schedule"), "status": "scheduled"}
    del sys["environment"]
    body = {"action": "publish", "entity": link("Entry", "changed"), "sys": sys}
    due = {"datetime": "2030-01-01T00:00:00.000Z"}
    where = {"environment": link("Environment", "main"), "scheduledFor": due}
    yield f"spaces/{SPACE}/scheduled_actions", {**body, **where}


def _assets() -> dict[str, Record]:
    url = f"https://images.secure.ctfassets.net/{SPACE}/image.png"
    image = {"url": url, "details": {"size": 5, "image": {"width": 1, "height": 2}}}
    named = {"fileName": "\U0001f600.png", "contentType": "image/png"}
    waiting = {**named, "upload": "https://example.com/upload?token=SECRET-upload"}
    return {
        "image": {"fields": {"title": {"en-US": "Image"}, "file": {"en-US": {**image, **named}}}},
        "no-fields": {},
        "without-file": {
            "fields": {"title": {"de": "Only German"}, "description": {"en-US": None}}
        },
        "not-processed": {"fields": {"file": {"en-US": waiting}}},
        "many-files": {"fields": {"file": {code: {**image, **named} for code in CODES}}},
        "no-details": {"fields": {"file": {"en-US": {**named, "url": "//x/y", "details": {}}}}},
    }


def _inside() -> Record:
    return {"space": link("Space", SPACE), "environment": link("Environment", "main")}


def _entry_sys(name: str) -> Record:
    kind = link("ContentType", "everything")
    return {**_sys("Entry", name), "contentType": kind, "automationTags": []}


def _sys(kind: str, name: str) -> Record:
    user = link("User", "someone")
    inside = _inside()
    return {
        "space": inside["space"],
        "id": name,
        "type": kind,
        "createdAt": CREATED,
        "updatedAt": UPDATED,
        "environment": inside["environment"],
        "createdBy": user,
        "updatedBy": user,
        "version": 1,
    }


def _seconds(kind: str, name: str, **more: Record) -> Record:
    times = {"createdAt": f"{CREATED[:19]}Z", "updatedAt": f"{UPDATED[:19]}Z"}
    user = link("User", "someone")
    by = {"createdBy": user, "updatedBy": user}
    return {"type": kind, "id": name, "version": 1, **times, **by, **more}
