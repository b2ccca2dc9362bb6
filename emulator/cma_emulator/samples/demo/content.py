"""Entries and assets of the demo account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from ...account.catalog import Sample
from ...account.maker import POOL, Maker
from ...records import Record, Scope, link
from . import words
from .activity import activity
from .actors import Life
from .lives import in_staging, life_of
from .model import CONCEPTS
from .plan import CLONED, Kind, Part, Space, asset_id, entry_id, kind_of, space_of

TRIED_IN = 60
"""The number of entries of a type for each additional one that is only in staging."""
BROKEN = 2
"""The share of references to deleted entries, in percent."""
IMAGES_TO = 85
"""The share of assets that references may lead to, in percent; the others are orphans."""

Value = Callable[["Writer", Part, str], Any]


class Writer:
    """Makes the values of one entry or asset; ``dice`` depend on the record."""

    def __init__(self, maker: Maker, space: Space, kind: str, number: int) -> None:
        """Write record ``number`` of a kind."""
        self.maker, self.space, self.kind, self.number = maker, space, kind, number

    def dice(self, below: int, *parts: object) -> int:
        """Return a number from 0 to ``below`` - 1."""
        return self.maker.number(below, self.space.name, self.kind, self.number, *parts)

    def locales(self, *, localized: bool) -> Iterator[str]:
        """Yield the locales that have a value: the default one, and those translated so far."""
        reached = self.dice(100, "translated")
        for code, share in self.space.locales.items():
            if share == 100 or (localized and reached < share):  # noqa: PLR2004 - percent
                yield code

    def fields(self, parts: tuple[Part, ...]) -> Record:
        """Return the fields that have a value."""
        written: Record = {}
        for part in parts:
            codes = self.locales(localized=part.field["localized"])
            values = {code: MAKE[part.make](self, part, code) for code in codes}
            filled = {code: value for code, value in values.items() if value is not None}
            if filled:
                written[part.field["id"]] = filled
        return written

    def entry(self, about: str, *parts: object) -> Record | None:
        """Return a link to an entry of a kind; a few links are broken, and a few are missing."""
        count = kind_of(self.space, about).count
        chance = self.dice(100, "broken", *parts)
        if chance < BROKEN:
            return link("Entry", self.maker.identifier("demo gone", self.number, *parts))
        if not count or chance > 100 - 2 * BROKEN:
            return None
        chosen = self.dice(count, "entry", *parts)
        return link("Entry", entry_id(self.maker, self.space, about, chosen))

    def asset(self, *parts: object) -> Record | None:
        """Return a link to an asset, or None for the few fields without a picture."""
        if self.dice(100, "no picture", *parts) < 2 * BROKEN:
            return None
        chosen = self.dice(self.space.assets * IMAGES_TO // 100, "asset", *parts)
        return link("Asset", asset_id(self.maker, self.space, chosen))

    def sentence(self, code: str, *parts: object) -> str:
        """Return a sentence in a language."""
        pool = words.sentences(self.maker, words.LANGUAGES.index(code))
        return pool[self.dice(POOL, "sentence", *parts)]

    def document(self, code: str) -> Record:
        """Return rich text: a heading, paragraphs, and sometimes an embedded asset and entry."""
        blocks: list[Record] = [_block("heading-2", _words(self.sentence(code, "heading")[:40]))]
        texts = (self.sentence(code, n) for n in range(1 + self.dice(4, "paragraphs")))
        blocks += [_block("paragraph", _words(text)) for text in texts]
        image = self.asset("embedded")
        if self.dice(3, "image") == 0 and image:
            blocks.append(_block("embedded-asset-block", target=image))
        about = "product" if self.space.name == "Website" else self.space.kinds[0].id
        entry = self.entry(about, "embedded")
        if self.dice(4, "embeds") == 0 and entry:
            blocks.append(_block("embedded-entry-block", target=entry))
        return {"nodeType": "document", "data": {}, "content": blocks}


def _words(text: str) -> Record:
    return {"nodeType": "text", "value": text, "marks": [], "data": {}}


def _block(kind: str, *content: Record, target: Record | None = None) -> Record:
    data = {"target": target} if target else {}
    return {"nodeType": kind, "data": data, "content": list(content)}


def _title(write: Callable[[int, int], str]) -> Value:
    return lambda writer, _part, code: write(writer.number, words.LANGUAGES.index(code))


def _slug(writer: Writer, _part: Part, _code: str) -> str:
    kind = kind_of(writer.space, writer.kind)
    title = MAKE[kind.parts[0].make](writer, kind.parts[0], "en-US")
    return words.slug(title, writer.number)


def _links(one: str, most: int) -> Value:
    def links(writer: Writer, part: Part, _code: str) -> list[Record] | None:
        places = range(writer.dice(most, part.field["id"]))
        give = {"entry": lambda n: writer.entry(part.about, part.field["id"], n)}
        give["asset"] = lambda n: writer.asset(part.field["id"], n)
        return [found for n in places if (found := give[one](n))] or None

    return links


def _date(writer: Writer, _part: Part, _code: str) -> str:
    day = activity(writer.maker).today + timedelta(days=writer.dice(120, "date") - 60)
    return day.isoformat()


def _person(writer: Writer, _part: Part, _code: str) -> str:
    return " ".join(writer.maker.texts.people[writer.number % POOL])


def _location(writer: Writer, _part: Part, _code: str) -> Record:
    _, latitude, longitude = words.CITIES[writer.number % len(words.CITIES)]
    return {"lat": latitude, "lon": longitude}


MAKE: dict[str, Value] = {
    "product": _title(words.product_name),
    "headline": _title(words.headline),
    "question": _title(words.question),
    "topic": _title(words.topic),
    "slug": _slug,
    "sentence": lambda writer, part, code: writer.sentence(code, part.field["id"]),
    "rich": lambda writer, _part, code: writer.document(code),
    "one": lambda writer, part, _code: writer.entry(part.about, part.field["id"]),
    "asset": lambda writer, part, _code: writer.asset(part.field["id"]),
    "many": _links("entry", 5),
    "assets": _links("asset", 4),
    "person": _person,
    "sku": lambda writer, _part, _code: f"LO-{10_000 + writer.number:05}",
    "price": lambda writer, _part, _code: (writer.dice(190, "price") + 10) * 10 - 0.05,
    "stock": lambda writer, _part, _code: max(0, writer.dice(240, "stock") - 20),
    "dimensions": lambda writer, _part, _code: {
        side: 30 + writer.dice(200, side) for side in ("width", "height", "depth")
    },
    "rarely": lambda writer, _part, _code: writer.dice(12, "rarely") == 0,
    "date": _date,
    "minutes": lambda writer, _part, _code: 2 + writer.dice(11, "minutes"),
    "city": lambda writer, _part, _code: words.CITIES[writer.number % len(words.CITIES)][0],
    "place": _location,
}
"""Functions that make the values of fields, by the names in `Part.make`."""


def entries(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the entries of an environment; staging has those from the day of its creation."""
    space = space_of(maker, scope)
    for kind in space.kinds:
        for number, life in _lives(maker, scope, kind):
            if life:
                writer = Writer(maker, space, kind.id, number)
                name = entry_id(maker, space, kind.id, number)
                kept = _entry_fields(maker, space, kind, number)
                sys = _sys(writer, scope, f"entries/{name}")
                sys |= {"automationTags": [], "contentType": link("ContentType", kind.id)}
                body = {"metadata": _metadata(writer), "fields": kept}
                yield Sample(name, body, sys, life=life)


def assets(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the assets of an environment."""
    space = space_of(maker, scope)
    team = Kind("Asset", "Asset", space.assets, space.writers, (), first=space.first - 4)
    for number, life in _lives(maker, scope, team):
        if life:
            writer = Writer(maker, space, "Asset", number)
            name = asset_id(maker, space, number)
            body = {
                "metadata": _metadata(writer),
                "fields": _asset_fields(writer, scope["space"], name),
            }
            yield Sample(name, body, _sys(writer, scope, f"assets/{name}"), life=life)


def _lives(maker: Maker, scope: Scope, kind: Kind) -> Iterator[tuple[int, Life]]:
    """Yield the number and the steps of each record of a kind; no steps if it is not there."""
    space = space_of(maker, scope)
    for number in range(kind.count):
        life = life_of(maker, space, kind, number)
        yield number, in_staging(maker, kind, life) if scope["environment"] != "master" else life
    if scope["environment"] != "master":
        tried = replace(kind, first=CLONED - 5, last=0)
        for number in range(kind.count, kind.count + kind.count // TRIED_IN):
            yield number, life_of(maker, space, tried, number)


@lru_cache(maxsize=4096)
def _entry_fields(maker: Maker, space: Space, kind: Kind, number: int) -> Record:
    """Return the fields of an entry; all environments share the object, which never changes."""
    return Writer(maker, space, kind.id, number).fields(kind.parts)


def _asset_fields(writer: Writer, space: str, name: str) -> Record:
    image = writer.number % 8 != 0
    kind, ending = ("image/jpeg", "jpg") if image else ("application/pdf", "pdf")
    details: Record = {"size": 40_000 + writer.dice(4_000_000, "size")}
    if image:
        details["image"] = {"width": 1200 + 400 * writer.dice(4, "w"), "height": 1200}
    file_name = f"{words.slug(words.product_name(writer.number, 0), writer.number)}.{ending}"
    host = "images" if image else "assets"
    file = {
        "url": f"//{host}.ctfassets.net/{space}/{name}/{file_name}",
        "details": details,
        "contentType": kind,
        "fileName": file_name,
    }
    titles = {
        code: words.product_name(writer.number, words.LANGUAGES.index(code))
        for code in writer.locales(localized=True)
    }
    return {"title": titles, "file": {"en-US": file}}


def _sys(writer: Writer, scope: Scope, end: str) -> Record:
    place = f"spaces/{scope['space']}/environments/{scope['environment']}"
    status = dict.fromkeys(writer.space.locales, "draft")
    return {"fieldStatus": {"*": status}, "urn": f"crn:contentful:::content:{place}/{end}"}


def _metadata(writer: Writer) -> Record:
    chosen = writer.dice(3 * len(writer.space.tags), "tag")
    tags = writer.space.tags[chosen : chosen + 1] if chosen < len(writer.space.tags) - 1 else ()
    classified = writer.kind == "product" and writer.dice(5, "classified") > 0
    concepts = [CONCEPTS[writer.dice(len(CONCEPTS), "concept")]] if classified else []
    return {
        "tags": [link("Tag", tag) for tag in tags],
        "concepts": [link("TaxonomyConcept", concept) for concept in concepts],
    }
