"""The structure of the demo account: organizations, spaces, locales, keys, webhooks and apps."""

from __future__ import annotations

from collections.abc import Iterator

from ...account.catalog import Sample
from ...account.clock import stamp
from ...account.lifecycle import Moment
from ...account.maker import Maker
from ...records import Record, Scope, link
from ..structure import READY, api_key, locale, template_installation
from ..usage import allocated_add_ons
from .activity import DAYS, activity
from .actors import APPS, app_id, born
from .plan import CLONED, ORGANIZATIONS, SPACES, Space, organization_of, space_of
from .words import NAMES

ALIAS = "live"

LICENSES = {
    "Website": ("Large", None),
    "Help centre": ("Medium", None),
    "Campaigns": ("Trial", 21),
}
"""The product of the license of each space, and the days until its end."""

KEYS = (("Website", "Used by the shop"), ("Mobile app", None), ("Old kiosk", "Nobody knows"))

WEBHOOKS = (
    ("Rebuild the shop", "https://hooks.example.com/build/", ["Entry.publish", "Entry.unpublish"]),
    ("Search index", "https://search.example.com/contentful", ["Entry.*", "Asset.*"]),
    ("Translation jobs", "https://translate.example.com/in", ["Entry.save"]),
    ("Old shop", "https://old-shop.example.com/hook", ["*.*"]),
    ("Chat messages", "https://chat.example.com/SECRET-hook", ["Release.*"]),
)
FAILING = {"Translation jobs": 62, "Old shop": 100}
"""The share of failed calls of a webhook, in percent; that of the others is 1."""
SILENT = ("Chat messages",)
"""Webhooks without calls."""


def organizations(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the two organizations."""
    for number, name in enumerate(ORGANIZATIONS):
        body = {"name": name, "defaultUserLanguage": "en"}
        life = born(maker, DAYS - 400 * number, edits=1)
        yield Sample(maker.organization_id(number), body, life=life)


def spaces(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the spaces."""
    for number, space in enumerate(SPACES):
        owner = link("Organization", maker.organization_id(space.organization))
        granted = link("SpaceLicense", _license_id(maker, space))
        sys = {"organization": owner, "license": granted}
        life = born(maker, space.first, edits=1)
        yield Sample(maker.space_id(number), {"name": space.name}, sys, life=life)


def licenses(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the licenses of an organization's spaces; that of the last space is a trial."""
    for space in SPACES:
        if space.organization == organization_of(maker, scope):
            product, ends = LICENSES[space.name]
            body = {
                "productId": f"space_{product.lower().replace(' ', '_')}",
                "productName": product,
                "isTrial": ends is not None,
                "expiresAt": ends and stamp(activity(maker).ms(-ends), precise=False),
            }
            yield Sample(_license_id(maker, space), body)


def _license_id(maker: Maker, space: Space) -> str:
    return maker.identifier("demo license", space.name)


def environments(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield master, and staging if the space has it."""
    space = space_of(maker, scope)
    for name in space.environments:
        aliased = name == "master" and ALIAS in _aliases(maker, scope)
        aliases = [link("EnvironmentAlias", ALIAS)] if aliased else []
        life = born(maker, CLONED if name == "staging" else space.first, user=3)
        yield Sample(name, {"name": name}, {**READY, "aliases": aliases}, life=life)


def environment_aliases(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield an alias of the master of the first space."""
    for name in _aliases(maker, scope):
        body = {"environment": link("Environment", "master")}
        yield Sample(name, body, life=born(maker, 500, user=3))


def _aliases(maker: Maker, scope: Scope) -> tuple[str, ...]:
    return (ALIAS,) if space_of(maker, scope) is SPACES[0] else ()


def locales(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the locales; staging of the first space has one more."""
    space = space_of(maker, scope)
    more = ("nl-NL",) if scope["environment"] == "staging" and space is SPACES[0] else ()
    for place, code in enumerate((*space.locales, *more)):
        body = locale(code, NAMES[code], fallback="en-US" if place else None)
        identifier = maker.identifier("demo locale", space.name, code)
        ago = 20 if code in more else space.first - 150 * place
        yield Sample(identifier, body, life=born(maker, ago))


def tags(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the tags of a space; the last one is not used."""
    space = space_of(maker, scope)
    for place, name in enumerate(space.tags):
        sys = {"visibility": "public" if place < len(space.tags) // 2 else "private"}
        life = born(maker, space.first * 0.8 - 40 * place, user=1)
        yield Sample(name, {"name": name.capitalize()}, sys, life=life)


def _preview_id(maker: Maker, scope: Scope, number: int) -> str:
    return maker.identifier("demo preview key", scope["space"], number)


def api_keys(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the delivery keys."""
    for number, (name, about) in enumerate(KEYS):
        body = {
            **api_key(name, f"SECRET-delivery-{number}"),
            "description": about,
            "preview_api_key": link("PreviewApiKey", _preview_id(maker, scope, number)),
        }
        key = maker.identifier("demo key", scope["space"], number)
        yield Sample(key, body, life=born(maker, 600 - 100 * number, user=3))


def preview_api_keys(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the preview keys of the delivery keys."""
    for number, (name, about) in enumerate(KEYS):
        body = {**api_key(name, f"SECRET-preview-{number}"), "description": about}
        life = born(maker, 600 - 100 * number, user=3)
        yield Sample(_preview_id(maker, scope, number), body, life=life)


def webhooks(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield webhooks; some fail, one is never called, and one is not active."""
    of_space = WEBHOOKS if space_of(maker, scope) is SPACES[0] else WEBHOOKS[:2]
    for number, (name, url, topics) in enumerate(of_space):
        body = {
            "name": name,
            "url": url,
            "httpBasicUsername": None,
            "topics": topics,
            "filters": [{"equals": [{"doc": "sys.environment.sys.id"}, "master"]}],
            "transformation": None,
            "headers": [{"key": "X-Token", "value": "SECRET-header"}],
            "active": name != "Old shop",
        }
        identifier = maker.identifier("demo webhook", scope["space"], number)
        yield Sample(identifier, body, life=born(maker, 600 - 90 * number, user=3, edits=2))


def extensions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a UI extension, in the first space."""
    if space_of(maker, scope) is SPACES[0]:
        own = {
            "name": "Colour picker",
            "fieldTypes": [{"type": "Symbol"}],
            "srcdoc": "<!doctype html><html lang='en'><body>Pick one</body></html>",
            "sidebar": False,
        }
        body = {"extension": own, "parameters": {"apiKey": "SECRET-of-the-extension"}}
        yield Sample(maker.identifier("demo extension"), body, life=born(maker, 900, user=4))


def app_definitions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the apps of the first organization."""
    secret = [{"id": "apiKey", "name": "API key", "type": "Secret", "required": True}]
    for number, name in enumerate(APPS if organization_of(maker, scope) == 0 else ()):
        body = {
            "name": name,
            "src": f"https://apps.example.com/{number}/?token=SECRET-of-the-app",
            "locations": [{"location": "app-config"}, {"location": "entry-sidebar"}],
            "parameters": {"installation": secret, "instance": []},
        }
        life = born(maker, 700 - 200 * number, user=34, edits=number)
        yield Sample(app_id(maker, number), body, {"shared": False}, life=life)


def app_installations(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the installed apps; the first space has all of them."""
    space = space_of(maker, scope)
    installed = {"Website": (0, 1, 2), "Help centre": (0,)}.get(space.name, ())
    for number in installed:
        app = app_id(maker, number)
        sys = {
            "appDefinition": link("AppDefinition", app),
            "organization": link("Organization", maker.organization_id(space.organization)),
        }
        body: Record = {"parameters": {"apiKey": "SECRET-of-the-installation"}}
        yield Sample(app, body, sys, life=born(maker, 690 - 200 * number, user=34))


def environment_templates(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a template of a small content model, in the first organization."""
    if organization_of(maker, scope) == 0:
        text = {"id": "title", "name": "Title", "type": "Symbol", "localized": False}
        kind = {"id": "page", "name": "Page", "displayField": "title", "fields": [text]}
        body = {
            "name": "Microsite",
            "description": "A page with a title, to start from",
            "versionName": "1",
            "versionDescription": "As agreed with the agency",
            "entities": {"contentTypeTemplates": [kind], "editorInterfaceTemplates": []},
        }
        yield Sample(maker.identifier("demo template"), body, life=born(maker, 380, user=34))


def template_installations(maker: Maker, _scope: Scope, template: Record) -> Iterator[Sample]:
    """Yield a failed installation in the staging environment of the first space."""
    place = {"space": maker.space_id(0), "environment": "staging"}
    start = Moment(activity(maker).ms(60), maker.user_id(34))
    yield template_installation(maker, template, place, start, succeeded=False)


def space_add_ons(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the add-ons that the organization has allocated to a space."""
    owner = maker.organization_id(organization_of(maker, scope))
    return allocated_add_ons(maker, scope["space"], owner)
