"""The plan of the demo account: its organizations, spaces, kinds of content and teams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ...account.maker import Maker
from ...records import Record, Scope
from ..model import field as plain

ORGANIZATIONS = ("Lumen & Oak", "Lumen & Oak Studio")
CLONED = 70
"""The number of days since staging was created from master."""


@dataclass(frozen=True, eq=False)
class Part:
    """A field of a content type; `content.MAKE` makes its values from ``make`` and ``about``."""

    field: Record
    make: str
    about: str = ""


@dataclass(frozen=True, eq=False)
class Kind:
    """A content type with its number of entries and their team.

    The entries were created between ``first`` and ``last`` days ago.
    """

    id: str
    name: str
    count: int
    team: str
    parts: tuple[Part, ...]
    first: int = 1090
    last: int = 0


@dataclass(frozen=True, eq=False)
class Space:
    """A space: its organization, locales with their translated share in percent, kinds, assets.

    ``first`` is the number of days since its creation.
    """

    name: str
    organization: int
    locales: dict[str, int]
    kinds: tuple[Kind, ...]
    assets: int
    environments: tuple[str, ...] = ("master", "staging")
    first: int = 1094
    writers: str = "Editorial"
    tags: tuple[str, ...] = field(default=())


def _text(name: str, make: str, kind: str = "Symbol", *, localized: bool = True) -> Part:
    return Part(plain(name, kind, localized=localized), make)


def _one(name: str, about: str, kind: str = "Entry") -> Part:
    return Part(plain(name, "Link", linkType=kind), "asset" if kind == "Asset" else "one", about)


def _many(name: str, about: str, kind: str = "Entry") -> Part:
    items = {"type": "Link", "linkType": kind, "validations": []}
    make = "assets" if kind == "Asset" else "many"
    return Part(plain(name, "Array", items=items), make, about)


def _other(name: str, kind: str, make: str) -> Part:
    return Part(plain(name, kind), make)


_SLUG = Part(plain("slug", "Symbol", validations=[{"unique": True}]), "slug")
_RICH = _text("body", "rich", "RichText")
_TEASER = _text("teaser", "sentence", "Text")
_HERO = _one("heroImage", "", "Asset")

AUTHOR = Kind(
    *("author", "Author", 24, "Editorial"),
    parts=(
        _other("name", "Symbol", "person"),
        _text("biography", "sentence", "Text"),
        _one("portrait", "", "Asset"),
    ),
)
CATEGORY = Kind(
    *("category", "Category", 18, "Product content"),
    parts=(_text("name", "topic"), _SLUG, _one("parent", "category")),
)
PRODUCT = Kind(
    *("product", "Product", 720, "Product content"),
    parts=(
        _text("name", "product"),
        _SLUG,
        _other("sku", "Symbol", "sku"),
        _text("description", "rich", "RichText"),
        _other("price", "Number", "price"),
        _other("stock", "Integer", "stock"),
        _other("dimensions", "Object", "dimensions"),
        _one("category", "category"),
        _many("images", "", "Asset"),
        _many("related", "product"),
        _other("discontinued", "Boolean", "rarely"),
    ),
)
ARTICLE = Kind(
    *("article", "Article", 640, "Editorial"),
    parts=(
        _text("title", "headline"),
        _SLUG,
        _TEASER,
        _RICH,
        _one("author", "author"),
        _one("category", "category"),
        _HERO,
        _many("products", "product"),
        _other("publishDate", "Date", "date"),
        _other("readingMinutes", "Integer", "minutes"),
    ),
)
TEASER = Kind(
    *("teaser", "Teaser", 210, "Brand & campaigns"),
    parts=(_text("headline", "headline"), _TEASER, _HERO, _one("target", "product")),
    first=980,
)
SEO = Kind(
    *("seo", "SEO metadata", 180, "Brand & campaigns"),
    parts=(_text("title", "headline"), _text("description", "sentence", "Text")),
    first=800,
)
LANDING_PAGE = Kind(
    *("landingPage", "Landing page", 90, "Brand & campaigns"),
    parts=(
        _text("title", "headline"),
        _SLUG,
        _many("sections", "teaser"),
        _one("seo", "seo"),
        _RICH,
    ),
    first=960,
)
STORE = Kind(
    *("store", "Store", 27, "Product content"),
    parts=(_other("name", "Symbol", "city"), _other("location", "Location", "place"), _HERO),
)
PRESS_RELEASE = Kind(
    *("pressRelease", "Press release", 48, "Editorial"),
    parts=(_text("title", "headline"), _SLUG, _RICH),
    last=540,
)
EVENT = Kind(
    *("event", "Event", 14, "Brand & campaigns"),
    parts=(_text("title", "headline"), _other("date", "Date", "date"), _one("store", "store")),
    first=45,
)
TESTIMONIAL = Kind(
    *("testimonial", "Testimonial", 0, "Editorial"),
    parts=(_text("quote", "sentence", "Text"), _one("product", "product")),
    first=300,
)
FAQ = Kind(
    *("faq", "Question", 380, "Support"),
    parts=(
        _text("question", "question"),
        _text("answer", "rich", "RichText"),
        _one("guide", "guide"),
    ),
    first=1000,
)
GUIDE = Kind(
    *("guide", "Guide", 160, "Support"),
    parts=(_text("title", "headline"), _SLUG, _RICH, _many("questions", "faq")),
    first=1000,
)
TERM = Kind(
    *("glossaryTerm", "Glossary term", 120, "Support"),
    parts=(_text("term", "topic"), _text("meaning", "sentence", "Text")),
    first=700,
    last=200,
)
CAMPAIGN = Kind(
    *("campaign", "Campaign", 26, "Studio"),
    parts=(_text("title", "headline"), _SLUG, _TEASER, _HERO, _many("banners", "banner")),
    first=620,
)
BANNER = Kind(
    *("banner", "Banner", 38, "Studio"),
    parts=(_text("headline", "headline"), _HERO),
    first=620,
)

SPACES = (
    Space(
        *("Website", 0, {"en-US": 100, "de-DE": 82, "fr-FR": 45, "es-ES": 14}),
        kinds=(
            *(AUTHOR, CATEGORY, PRODUCT, ARTICLE, TEASER, SEO, LANDING_PAGE, STORE),
            *(PRESS_RELEASE, EVENT, TESTIMONIAL),
        ),
        assets=640,
        tags=("spring", "summer", "autumn", "winter", "sale", "sustainable", "outlet", "b2b"),
    ),
    Space(
        *("Help centre", 0, {"en-US": 100, "de-DE": 60, "fr-FR": 30}),
        kinds=(FAQ, GUIDE, TERM),
        assets=130,
        first=1005,
        writers="Support",
        tags=("assembly", "delivery", "returns", "legacy"),
    ),
    Space(
        *("Campaigns", 1, {"en-US": 100, "de-DE": 50}),
        kinds=(CAMPAIGN, BANNER),
        assets=36,
        environments=("master",),
        first=625,
        writers="Studio",
        tags=("outdoor", "social"),
    ),
)


@lru_cache(maxsize=8)
def _spaces(maker: Maker) -> dict[str, Space]:
    return {maker.space_id(number): space for number, space in enumerate(SPACES)}


def space_of(maker: Maker, scope: Scope) -> Space:
    """Return the plan of the space of a scope."""
    return _spaces(maker)[scope["space"]]


def organization_of(maker: Maker, scope: Scope) -> int:
    """Return the number of the organization of a scope."""
    if "space" in scope:
        return space_of(maker, scope).organization
    return [maker.organization_id(n) for n in range(len(ORGANIZATIONS))].index(
        scope["organization"]
    )


def kind_of(space: Space, name: str) -> Kind:
    """Return a kind of content by its id."""
    return next(kind for kind in space.kinds if kind.id == name)


def entry_id(maker: Maker, space: Space, kind: str, number: int) -> str:
    """Return the id of an entry."""
    return maker.identifier("demo entry", space.name, kind, number)


def asset_id(maker: Maker, space: Space, number: int) -> str:
    """Return the id of an asset."""
    return maker.identifier("demo asset", space.name, number)


def places(maker: Maker) -> Iterator[str]:
    """Yield the addresses of all organizations, spaces and environments."""
    yield "users/me"
    for number in range(len(ORGANIZATIONS)):
        yield f"organizations/{maker.organization_id(number)}"
    for number, space in enumerate(SPACES):
        yield f"spaces/{maker.space_id(number)}"
        for name in space.environments:
            yield f"spaces/{maker.space_id(number)}/environments/{name}"
