"""Generated entries and assets, which are virtual (see `virtual`)."""

from __future__ import annotations

from collections.abc import Iterator

from ..account.clock import stamp_bytes
from ..account.maker import POOL, Maker
from ..account.virtual import Facts, Family, Ids, Variant
from ..answers import to_json
from ..records import Record, Scope, link
from .structure import TAG

HOUR_MS = 3_600_000
AUTHORS = 3
"""The number of users who create and edit the generated content."""

CONCEPT = "sofas"
"""The concept of some of the content."""

REST_OF_ENTRY = 1950
"""The approximate size of an article without its body, in bytes."""

NAMES = (
    *("id", "created", "updated", "published", "creator", "editor", "number", "title", "german"),
    *("slug", "summary", "body", "entry1", "entry2", "entry3", "asset", "date"),
)


def entries(maker: Maker, scope: Scope) -> Family:
    """Return the entries that the environments of a space share."""
    settings = maker.settings
    variants = [
        *_variants("article", _article(settings.entry_bytes), ("published",) * 5),
        *_variants("article", _article(settings.entry_bytes), ("changed", "changed", "draft")),
        *_variants("article", _article(settings.entry_bytes), ("draft", "archived")),
        *_variants("author", _author(), ("published", "published")),
        *_variants("category", _category(), ("published", "draft")),
    ]
    ids = Ids(settings.entries, _prefix(maker, "entries", scope))
    return Family(ids, tuple(variants), NAMES, _Filler(maker, scope))


def assets(maker: Maker, scope: Scope) -> Family:
    """Return the assets that the environments of a space share."""
    states = ("published", "published", "changed", "draft", "published", "archived")
    numbered = enumerate(states)
    variants = (_variant("Asset", _asset_fields(n), state, n) for n, state in numbered)
    ids = Ids(maker.settings.assets, _prefix(maker, "assets", scope))
    return Family(ids, tuple(variants), NAMES, _Filler(maker, scope))


def entry_ids(maker: Maker, scope: Scope) -> Ids:
    """Return the ids of the generated entries of a space."""
    return Ids(max(1, maker.settings.entries), _prefix(maker, "entries", scope))


def asset_ids(maker: Maker, scope: Scope) -> Ids:
    """Return the ids of the generated assets of a space."""
    return Ids(max(1, maker.settings.assets), _prefix(maker, "assets", scope))


def _variants(kind: str, fields: Record, states: tuple[str, ...]) -> Iterator[Variant]:
    for number, state in enumerate(states):
        yield _variant(kind, fields, state, number)


def _variant(kind: str, fields: Record, state: str, number: int) -> Variant:
    is_asset = kind == "Asset"
    place = "crn:contentful:::content:spaces/{{space}}/environments/{{environment}}"
    sys: Record = {
        "space": link("Space", "{{space}}"),
        "id": "{{id}}",
        "type": "Asset" if is_asset else "Entry",
        "createdAt": "{{created}}",
        "updatedAt": "{{updated}}",
        "environment": link("Environment", "{{environment}}"),
        **_PUBLICATION.get(state, {}),
        "createdBy": link("User", "{{creator}}"),
        "updatedBy": link("User", "{{editor}}"),
        **_COUNTERS[state],
        "fieldStatus": {"*": {"en-US": _STATUS[state], "de-DE": _STATUS[state]}},
        **({} if is_asset else {"automationTags": [], "contentType": link("ContentType", kind)}),
        "urn": f"{place}/{'assets' if is_asset else 'entries'}/{{{{id}}}}",
    }
    marked = state == "published" and number == 1
    metadata = {
        "tags": [link("Tag", TAG)] if marked else [],
        "concepts": [link("TaxonomyConcept", CONCEPT)] if marked else [],
    }
    skeleton = {"metadata": metadata, "sys": sys, "fields": fields}
    lag = 0 if state == "draft" else (number + 1) ** 3 * 5 * HOUR_MS
    return Variant(skeleton, lag)


_STATUS = {"draft": "draft", "archived": "draft", "published": "published", "changed": "changed"}
_PUBLISHED_BY = {"publishedBy": link("User", "{{editor}}")}
_PUBLICATION: dict[str, Record] = {
    "published": {
        "publishedVersion": 4,
        "publishedAt": "{{updated}}",
        "firstPublishedAt": "{{published}}",
    },
    "changed": {
        "publishedVersion": 6,
        "publishedAt": "{{published}}",
        "firstPublishedAt": "{{published}}",
    },
}
_COUNTERS: dict[str, Record] = {
    "draft": {"publishedCounter": 0, "version": 1},
    "published": {"publishedCounter": 2, "version": 5, **_PUBLISHED_BY},
    "changed": {"publishedCounter": 3, "version": 9, **_PUBLISHED_BY},
    "archived": {
        "publishedCounter": 0,
        "version": 4,
        "archivedAt": "{{updated}}",
        "archivedBy": link("User", "{{editor}}"),
        "archivedVersion": 3,
    },
}


def _article(size: int) -> Record:
    return {
        "title": {"en-US": "{{title}}", "de-DE": "{{german}}"},
        "slug": {"en-US": "{{slug}}"},
        "summary": {"en-US": "{{summary}}"},
        "content": {"en-US": _rich_text()},
        "body": {"en-US": "{{body}}" if size else ""},
        "rating": {"en-US": "{{#number}}"},
        "published": {"en-US": "{{date}}"},
        "author": {"en-US": link("Entry", "{{entry1}}")},
        "related": {"en-US": [link("Entry", "{{entry2}}"), link("Entry", "{{entry3}}")]},
        "hero": {"en-US": link("Asset", "{{asset}}")},
    }


def _author() -> Record:
    return {
        "name": {"en-US": "{{title}}", "de-DE": "{{german}}"},
        "biography": {"en-US": "{{body}}"},
        "portrait": {"en-US": link("Asset", "{{asset}}")},
    }


def _category() -> Record:
    return {
        "label": {"en-US": "{{title}}", "de-DE": "{{german}}"},
        "parent": {"en-US": link("Entry", "{{entry1}}")},
    }


def _rich_text() -> Record:
    text = {"nodeType": "text", "value": "{{summary}}", "marks": [], "data": {}}
    embedded = {"target": link("Entry", "{{entry3}}")}
    return {
        "nodeType": "document",
        "data": {},
        "content": [
            {"nodeType": "paragraph", "data": {}, "content": [text]},
            {"nodeType": "embedded-entry-block", "data": embedded, "content": []},
        ],
    }


def _asset_fields(number: int) -> Record:
    image = number % 3 != 1
    kind, ending = ("image/jpeg", "jpg") if image else ("application/pdf", "pdf")
    details: Record = {"size": "{{#number}}"}
    if image:
        details["image"] = {"width": 1200, "height": 800}
    host = "images" if image else "assets"
    url = f"//{host}.ctfassets.net/{{{{space}}}}/{{{{id}}}}/{{{{slug}}}}.{ending}"
    file = {"url": url, "details": details, "contentType": kind}
    return {
        "title": {"en-US": "{{title}}", "de-DE": "{{german}}"},
        "description": {"en-US": "{{summary}}"},
        "file": {"en-US": {**file, "fileName": f"{{{{slug}}}}.{ending}"}},
    }


class _Filler:
    """Returns the values for the holes of record *i*; this runs up to 1,000 times per page."""

    def __init__(self, maker: Maker, scope: Scope) -> None:
        texts, settings = maker.texts, maker.settings
        self.users = [maker.user_id(number).encode() for number in range(AUTHORS)]
        self.titles = [_inside(text) for text in texts.titles]
        self.german = [title + b" (Deutsch)" for title in self.titles]
        self.sentences = [_inside(text) for text in texts.sentences]
        size = max(0, settings.entry_bytes - REST_OF_ENTRY)
        bodies = ((text * (size // len(text) + 1))[:size] for text in texts.paragraphs)
        self.bodies = [_inside(text) for text in bodies]
        self.entries = entry_ids(maker, scope)
        self.assets = asset_ids(maker, scope)

    def __call__(self, family: Family, i: int) -> Facts:
        created = family.created(i)
        updated = created + family.variants[i % len(family.variants)].lag
        entries, assets = self.entries, self.assets
        created_text = stamp_bytes(created)
        return (
            family.ids.spelled(i),
            created_text,
            stamp_bytes(updated),
            stamp_bytes(min(updated, created + HOUR_MS)),
            self.users[i % AUTHORS],
            self.users[i // 3 % AUTHORS],
            b"%d" % (i * 37),
            b"%b %d" % (self.titles[i % POOL], i),
            self.german[i % POOL],
            b"record-%d" % i,
            self.sentences[i * 7 % POOL],
            self.bodies[i % len(self.bodies)],
            entries.spelled(i * 7 % entries.count),
            entries.spelled((i + 1) % entries.count),
            entries.spelled((i * 31 + 5) % entries.count),
            assets.spelled(i * 5 % assets.count),
            created_text[:10],
        )


def _prefix(maker: Maker, kind: str, scope: Scope) -> bytes:
    return maker.identifier(kind, scope["space"])[:6].encode()


def _inside(text: str) -> bytes:
    return to_json(text)[1:-1]
