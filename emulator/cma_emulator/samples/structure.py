"""Generated environments, locales, keys, webhooks, tags, apps, extensions and templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..account.catalog import Sample
from ..account.clock import parse_ms, stamp
from ..account.lifecycle import LINK_TYPES, Moment
from ..account.maker import DAY_MS, Maker
from ..records import Record, Scope, link
from .core import owner_of, spaces_of

ENVIRONMENT_NAMES = ("master", "staging")
ALIAS = "live"
"""The alias of the generated master environment."""
READY = {"status": link("Status", "ready")}
TAG = "editorial"
"""The tag of some generated entries."""
ENGLISH = "English (United States)"
MINUTE_MS = 60_000


def environment_id(number: int) -> str:
    """Return the id of a generated environment."""
    known = number < len(ENVIRONMENT_NAMES)
    return ENVIRONMENT_NAMES[number] if known else f"environment-{number + 1}"


def environments(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the environments of a space; the first is master."""
    for number in range(max(1, maker.settings.environments)):
        name = environment_id(number)
        aliases = [] if number else [link("EnvironmentAlias", ALIAS)]
        yield Sample(name, {"name": name}, {**READY, "aliases": aliases})


def locales(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the default locale and one that falls back on it."""
    english = locale("en-US", ENGLISH)
    german = locale("de-DE", "German (Germany)", fallback="en-US")
    for body in (english, german):
        yield Sample(maker.identifier("locale", scope["space"], body["code"]), body)


def locale(code: str, name: str, fallback: str | None = None) -> Record:
    """Return a locale; one without a fallback is the default locale."""
    return {
        "name": name,
        "internal_code": code,
        "code": code,
        "fallbackCode": fallback,
        "default": fallback is None,
        "contentManagementApi": True,
        "contentDeliveryApi": True,
        "optional": fallback is not None,
    }


def places(maker: Maker) -> Iterator[str]:
    """Yield the addresses of all generated organizations, spaces and environments."""
    yield "users/me"
    for number in range(maker.settings.organizations):
        yield f"organizations/{maker.organization_id(number)}"
    for number in range(maker.settings.spaces):
        space = f"spaces/{maker.space_id(number)}"
        yield space
        for inner in range(max(1, maker.settings.environments)):
            yield f"{space}/environments/{environment_id(inner)}"


def environment_aliases(_maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield an alias of master."""
    yield Sample(ALIAS, {"environment": link("Environment", "master")})


def preview_key_id(maker: Maker, space: str) -> str:
    """Return the id of the preview key of a space."""
    return maker.identifier("preview key", space)


def api_keys(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a delivery key with its preview key."""
    preview = link("PreviewApiKey", preview_key_id(maker, scope["space"]))
    body = {**api_key("Website", "SECRET-delivery-of-website"), "preview_api_key": preview}
    body["description"] = maker.sentence("api key", scope["space"])
    yield Sample(maker.identifier("api key", scope["space"]), body)


def preview_api_keys(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the preview key of the delivery key."""
    body = api_key("Website", "SECRET-preview-of-website")
    yield Sample(preview_key_id(maker, scope["space"]), body)


def api_key(name: str, token: str) -> Record:
    """Return the body of a key for the delivery or the preview API."""
    return {
        "name": name,
        "description": None,
        "accessToken": token,
        "policies": [{"effect": "allow", "actions": "all"}],
        "environments": [link("Environment", "master")],
    }


_ENVIRONMENT: Record = {"doc": "sys.environment.sys.id"}
FILTERS: list[Record] = [
    {"equals": [_ENVIRONMENT, "master"]},
    {"in": [{"doc": "sys.contentType.sys.id"}, ["article", "author"]]},
    {"regexp": [{"doc": "sys.id"}, {"pattern": "^[a-z]"}]},
    {"not": {"equals": [{"doc": "sys.updatedBy.sys.id"}, "robot"]}},
    {"not": {"in": [_ENVIRONMENT, ["staging"]]}},
    {"not": {"regexp": [{"doc": "sys.id"}, {"pattern": "^draft-"}]}},
]
"""One filter for each operator."""


def webhooks(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a webhook with a secret in each part that can hold one, and a plain one."""
    secret = {
        "name": "Build",
        "url": "https://build:SECRET-password@hooks.example.com/start?token=SECRET-in-url",
        "httpBasicUsername": "SECRET-user",
        "topics": ["Entry.publish", "Entry.unpublish"],
        "filters": FILTERS,
        "transformation": {
            "method": "POST",
            "contentType": "application/json; charset=utf-8",
            "includeContentLength": True,
            "body": {"token": "SECRET-in-the-body", "entry": "{ /payload/sys/id }"},
        },
        "headers": [
            {"key": "X-Token", "value": "SECRET-header"},
            {"key": "X-Key", "secret": True},
        ],
        "active": True,
    }
    plain: Record = {
        **secret,
        "name": "Search",
        "url": "https://hooks.example.com/index",
        "httpBasicUsername": None,
        "topics": ["*.*"],
        "filters": [],
        "transformation": None,
        "headers": [],
    }
    for number, body in enumerate((secret, plain)):
        yield Sample(maker.identifier("webhook", scope["space"], number), body)


def tags(_maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield a public tag in use, and a private one that is not used."""
    yield Sample(TAG, {"name": "Editorial"}, {"visibility": "public"})
    yield Sample("unused", {"name": "Unused"}, {"visibility": "private"})


def extensions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield an extension with its own source, and one with a URL."""
    place = ("extension", scope["space"])
    own: Record = {
        "name": "Rating",
        "fieldTypes": [
            {"type": "Integer"},
            {"type": "Link", "linkType": "Asset"},
            {"type": "Array", "items": {"type": "Link", "linkType": "Entry"}},
        ],
        "parameters": {
            "instance": [{"id": "most", "name": "Most stars", "type": "Number", "default": 5}],
            "installation": [{"id": "apiKey", "name": "API key", "type": "Symbol"}],
        },
        "srcdoc": "<!doctype html><html lang='en'><body>Rate it</body></html>",
        "sidebar": False,
    }
    parameters = {"apiKey": "SECRET-of-the-extension"}
    yield Sample(maker.identifier(*place, 0), {"extension": own, "parameters": parameters})
    far = {**own, "name": "Maps", "src": "https://maps.example.com/?token=SECRET-of-the-source"}
    del far["srcdoc"]
    yield Sample(maker.identifier(*place, 1), {"extension": {**far, "sidebar": True}})


def app_installations(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the installation of the organization's app."""
    organization = owner_of(maker, scope["space"])
    app = app_id(maker, organization)
    sys = {
        "appDefinition": link("AppDefinition", app),
        "organization": link("Organization", organization),
    }
    yield Sample(app, {"parameters": {"apiKey": "SECRET-of-the-installation"}}, sys)


def app_id(maker: Maker, organization: str) -> str:
    """Return the id of the app of an organization."""
    return maker.identifier("app", organization)


def app_definitions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield an app with installation parameters."""
    parameters = [{"id": "apiKey", "name": "API key", "type": "Secret", "required": True}]
    body = {
        "name": "Translator",
        "src": "https://app.example.com/?token=SECRET-of-the-app",
        "locations": [{"location": "app-config"}, {"location": "entry-sidebar"}],
        "parameters": {"installation": parameters, "instance": []},
    }
    yield Sample(app_id(maker, scope["organization"]), body, {"shared": False})


def environment_templates(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a template of one content type."""
    field = {"id": "title", "name": "Title", "type": "Symbol", "localized": False}
    kind = {"id": "page", "name": "Page", "displayField": "title", "fields": [field]}
    body = {
        "name": "Blog",
        "description": maker.sentence("template", scope["organization"]),
        "versionName": "First",
        "versionDescription": "As it was in the beginning",
        "entities": {"contentTypeTemplates": [kind], "editorInterfaceTemplates": []},
    }
    yield Sample(maker.identifier("template", scope["organization"]), body)


def template_installations(maker: Maker, scope: Scope, template: Record) -> Iterator[Sample]:
    """Yield an installation that succeeded in master, and a later one that failed in staging."""
    first = parse_ms(template["sys"]["createdAt"])
    for space in spaces_of(maker, scope["organization"])[:1]:
        for number in range(min(2, maker.settings.environments)):
            place = {"space": space, "environment": environment_id(number)}
            start = Moment(first + (number + 1) * DAY_MS, maker.user_id(0))
            yield template_installation(maker, template, place, start, succeeded=number == 0)


def template_installation(
    maker: Maker, template: Record, place: Scope, start: Moment, *, succeeded: bool
) -> Sample:
    """Return an installation of the current version of a template; it takes one minute."""
    end = replace(start, ms=start.ms + MINUTE_MS)
    sys = {
        **installed(template, template["sys"]["version"], place),
        "status": "succeeded" if succeeded else "failed",
    }
    if succeeded:
        sys["completedAt"] = stamp(end.ms, precise=False)
    else:
        sys["errors"] = [{"message": "The content type could not be installed."}]
    name = maker.identifier("installation", template["sys"]["id"], *place.values())
    return Sample(name, {}, sys, life=(("created", start), ("edited", end)))


def installed(template: Record, version: int, place: Scope) -> Record:
    """Return the links of an installation: to its environment and to a version of the template."""
    target = link("Template", template["sys"]["id"])["sys"]
    return {
        **{name: link(LINK_TYPES[name], place[name]) for name in ("space", "environment")},
        "template": {"sys": {**target, "version": version}},
    }
