"""The structure of spaces and environments: locales, tags, keys, webhooks, apps and extensions."""

from __future__ import annotations

import re

from .. import paths
from ..account.catalog import Origin
from ..account.resource import EDITABLE, POSTED, Paging, Resource, Verb
from ..answers import Answer, to_json
from ..backends import CONTENT, GATEKEEPER
from ..errors import Refusal, bad_request, conflict, server_error, validation_failed
from ..listing.query import Condition, Order, Query
from ..listing.selection import select
from ..records import Record, changed, link, link_id
from ..samples import structure as samples
from .core import organization_of_space
from .endpoint import Call, Endpoint, Rules, Special
from .environments import OF_ALIASES, OF_ENVIRONMENTS

APP_DEFINITIONS = Endpoint(
    Resource(
        path=paths.APP_DEFINITIONS,
        type="AppDefinition",
        back_end=GATEKEEPER,
        verbs=POSTED,
    ),
    Rules(complete=lambda _call, record: {"name": None, "locations": [], **record}),
    Origin(samples.app_definitions),
)


def _for_templated_spaces(call: Call) -> tuple[Condition, ...]:
    """Narrow templates to those for templated spaces or to the others, if requested."""
    wanted = call.parameters.get("forTemplatedSpaces")
    operator = "eq" if wanted == "true" else "ne"
    return () if wanted is None else (Condition("forTemplatedSpaces", operator, "true"),)


ENVIRONMENT_TEMPLATES = Endpoint(
    Resource(
        path=paths.ENVIRONMENT_TEMPLATES,
        type="EnvironmentTemplate",
        back_end=GATEKEEPER,
        paging=Paging.CURSOR,
        verbs=POSTED,
        order="-sys.createdAt",
        selects=True,
        first_version=1,
    ),
    Rules(narrow=_for_templated_spaces),
    Origin(samples.environment_templates),
)

_INSTALLED_IN = ("environment.sys.id", "space.sys.id")


def _narrowed_installations(call: Call) -> tuple[Condition, ...]:
    """Narrow installations to a space or environment, or to the latest one of each environment."""
    named = [name for name in _INSTALLED_IN if name in call.parameters]
    found = [Condition(f"sys.{name}", "eq", call.parameters[name]) for name in named]
    if call.parameters.get("latestOnly") == "true":
        latest: dict[tuple[str | None, ...], str] = {}
        for one in sorted(call.collection.records(), key=lambda one: one["sys"]["createdAt"]):
            place = tuple(link_id(one["sys"][name]) for name in ("space", "environment"))
            latest[place] = one["sys"]["id"]
        found.append(Condition("sys.id", "in", ",".join(latest.values())))
    return tuple(found)


TEMPLATE_INSTALLATIONS = Endpoint(
    Resource(
        path=paths.TEMPLATE_INSTALLATIONS,
        type="EnvironmentTemplateInstallation",
        back_end=GATEKEEPER,
        paging=Paging.CURSOR,
        order="-sys.createdAt",
        links=(),
        first_version=1,
        addressable=False,
    ),
    Rules(narrow=_narrowed_installations),
    Origin(nested=samples.template_installations),
)

ENVIRONMENTS = Endpoint(
    Resource(
        path=paths.ENVIRONMENTS,
        type="Environment",
        back_end=GATEKEEPER,
        verbs=EDITABLE,
        first_version=1,
    ),
    OF_ENVIRONMENTS,
    Origin(samples.environments),
)

ENVIRONMENT_ALIASES = Endpoint(
    Resource(
        path=paths.ENVIRONMENT_ALIASES,
        type="EnvironmentAlias",
        back_end=GATEKEEPER,
        verbs=frozenset((Verb.CREATE_WITH_ID, Verb.UPDATE, Verb.DELETE)),
        first_version=1,
    ),
    OF_ALIASES,
    Origin(samples.environment_aliases),
)


def _complete_key(_call: Call, record: Record) -> Record:
    identifier = record["sys"]["id"]
    defaults = samples.api_key("", f"SECRET-delivery-{identifier}")
    if record.get("environments", ()) is None:
        raise bad_request("environments must be an array.")
    if not record.get("environments"):
        record = {**record, "environments": defaults["environments"]}
    return {**defaults, "preview_api_key": None, **record}


def _key_created(call: Call, record: Record) -> None:
    """Create the preview key of a delivery key."""
    identifier = call.account.new_id()
    body = samples.api_key(record["name"], f"SECRET-preview-{identifier}")
    call.add(paths.PREVIEW_API_KEYS, identifier, body)
    linked = {**record, "preview_api_key": link("PreviewApiKey", identifier)}
    call.collection.put(record["sys"]["id"], linked)


def _key_deleted(call: Call, record: Record) -> None:
    call.other(paths.PREVIEW_API_KEYS).remove(str(link_id(record["preview_api_key"])))


API_KEYS = Endpoint(
    Resource(
        path=f"{paths.SPACE}/api_keys",
        type="ApiKey",
        back_end=GATEKEEPER,
        verbs=EDITABLE,
    ),
    Rules(
        complete=_complete_key,
        created=_key_created,
        deleted=_key_deleted,
        conflict=conflict,
    ),
    Origin(samples.api_keys),
)
PREVIEW_API_KEYS = Endpoint(
    Resource(path=paths.PREVIEW_API_KEYS, type="PreviewApiKey", back_end=GATEKEEPER),
    origin=Origin(samples.preview_api_keys),
)


def _check_topics(call: Call) -> None:
    """Refuse a webhook without topics."""
    topics = call.body().get("topics")
    if topics is None:
        text = "Invalid input: expected array, received undefined"
        raise validation_failed("invalid_type", ["topics"], None, text)
    if not topics:
        raise validation_failed("topics", [], topics, "Topics cannot be empty")


def _complete_webhook(call: Call, record: Record) -> Record:
    """Complete a webhook; drop passwords and values of secret headers, which the API hides."""
    if not record.get("url"):
        raise validation_failed("required", ["url"], record.get("url"), "url is required")
    _check_topics(call)
    headers = [
        {key: value for key, value in header.items() if key != "value" or not header.get("secret")}
        for header in call.body().get("headers") or ()
    ]
    defaults: Record = {"name": None, "url": None, "httpBasicUsername": None, "topics": []}
    defaults |= {"filters": [], "transformation": None}
    whole = {**defaults, **record, "headers": headers}
    whole.pop("httpBasicPassword", None)
    return {**whole, "active": call.body().get("active", True)}


WEBHOOKS = Endpoint(
    Resource(
        path=paths.WEBHOOKS,
        type="WebhookDefinition",
        back_end=GATEKEEPER,
        verbs=EDITABLE,
    ),
    Rules(complete=_complete_webhook, created_status=200),
    Origin(samples.webhooks),
)

WEBHOOK_HEALTH = Endpoint(
    Resource(f"{paths.SPACE}/webhooks/{{webhook}}/health", "Webhook", CONTENT)
)
FIRST_FAILURE = 300


def _health(call: Call) -> Answer:
    """Answer with the number of recent calls and of successful ones."""
    calls = list(call.other(paths.WEBHOOK_CALLS).records())
    healthy = sum(1 for one in calls if one["statusCode"] < FIRST_FAILURE)
    sys = {
        "id": call.scope["webhook"],
        "type": "Webhook",
        "space": link("Space", call.scope["space"]),
        "createdBy": link("WebhookDefinition", call.scope["webhook"]),
    }
    return Answer(200, to_json({"sys": sys, "calls": {"total": len(calls), "healthy": healthy}}))


def _complete_locale(call: Call, record: Record) -> Record:
    code = record.get("code")
    if not LOCALE_CODE.fullmatch(str(code or "")):
        raise validation_failed("regexp", ["code"], code, "code is not a locale code")
    others = [o for o in call.collection.records() if o["sys"]["id"] != record["sys"]["id"]]
    if code in [other["code"] for other in others]:
        if call.request.method == "PUT":
            raise server_error()
        raise validation_failed("taken", ["code"], code, "code has already been taken")
    default = next((other["code"] for other in others if other["default"]), None)
    plain = samples.locale(str(code), str(code), fallback="")
    defaults = {**plain, "fallbackCode": default, "optional": False}
    parts = {**defaults, **{key: value for key, value in record.items() if key != "sys"}}
    fallback = parts["fallbackCode"]
    if fallback is not None and (
        parts["default"] or fallback not in [other["code"] for other in others]
    ):
        raise validation_failed("unknown", ["fallbackCode"], fallback, "no such locale")
    return {**parts, "sys": record["sys"]}


LOCALE_CODE = re.compile("[a-zA-Z0-9-]{2,11}")


def _refuse_default(_call: Call, record: Record) -> None:
    if record.get("default"):
        raise server_error()


LOCALES = Endpoint(
    Resource(
        path=paths.LOCALES,
        type="Locale",
        back_end=GATEKEEPER,
        verbs=POSTED,
        first_version=1,
        cloned=True,
        default_limit=100,
        largest_limit=1000,
    ),
    Rules(complete=_complete_locale, allow_delete=_refuse_default, is_idempotent=True),
    Origin(samples.locales),
)


def _complete_tag(call: Call, record: Record) -> Record:
    """Complete a tag; its visibility is set at creation, and an update can only rename it."""
    if not record.get("name"):
        raise validation_failed("required", ["name"], record.get("name"), "name is required")
    header = call.request.headers.get("x-contentful-tag-visibility")
    given = header or (call.body().get("sys") or {}).get("visibility", "private")
    visibility = record["sys"].get("visibility", given)
    return changed({"sys": record["sys"], "name": record["name"]}, visibility=visibility)


def _refuse_referenced(call: Call, record: Record) -> None:
    """Refuse to delete a tag that is in use, as recorded in 2022."""
    has_tag = Condition("metadata.tags.sys.id", "in", record["sys"]["id"])
    query = Query((has_tag,), (Order("sys.createdAt"),))
    if any(select(call.other(path), query) for path in (paths.ENTRIES, paths.ASSETS)):
        message = "Tag cannot be deleted because it is still referenced."
        raise Refusal(422, "ActionPreconditionsFailed", message)


TAGS = Endpoint(
    Resource(
        path=f"{paths.ENVIRONMENT}/tags",
        type="Tag",
        back_end=CONTENT,
        verbs=EDITABLE,
        order="-sys.updatedAt",
        orders=("name", "sys.id", "sys.createdAt", "sys.updatedAt"),
        filters=("name", "sys.id", "sys.visibility", "sys.updatedAt", "sys.createdAt"),
        leading=("sys",),
        first_version=1,
        cloned=True,
    ),
    Rules(complete=_complete_tag, allow_delete=_refuse_referenced),
    Origin(samples.tags),
)


def _complete_installation(call: Call, record: Record) -> Record:
    """Complete the links of an app installation; its id is the id of the app."""
    if "appDefinition" in record["sys"]:
        return record
    app, owner = str(call.identifier), organization_of_space(call)
    if call.other(paths.APP_DEFINITIONS, organization=owner).get(app) is None:
        raise Refusal(404, "NotFound", "The app definition could not be found.")
    body = {"parameters": record.get("parameters") or {}, "sys": record["sys"]}
    links = {
        "appDefinition": link("AppDefinition", app),
        "organization": link("Organization", owner),
    }
    return changed(body, **links)


def _definitions(call: Call, _parameters: dict[str, str]) -> Record:
    """Return the installed apps, as defined and as resolved."""
    owner = organization_of_space(call)
    known = call.other(paths.APP_DEFINITIONS, organization=owner)
    installed = (one["sys"]["appDefinition"] for one in call.collection.records())
    found = [one for one in (known.get(str(link_id(app))) for app in installed) if one]
    expires = call.moment.stamp(call.resource)
    resolved = [
        {"src": one.get("src"), "sys": _resolved_sys(one["sys"]["id"], expires)} for one in found
    ]
    plain = [changed(one, version=None) for one in found]
    return {"AppDefinition": plain, "ResolvedAppDefinition": resolved}


def _resolved_sys(app: str, expires: str) -> Record:
    return {"type": "ResolvedAppDefinition", "id": app, "expiresAt": expires}


APP_INSTALLATIONS = Endpoint(
    Resource(
        path=f"{paths.ENVIRONMENT}/app_installations",
        type="AppInstallation",
        back_end=CONTENT,
        verbs=frozenset((Verb.CREATE_WITH_ID, Verb.UPDATE, Verb.DELETE)),
        key="sys.appDefinition.sys.id",
        leading=("sys",),
        first_version=None,
        cloned=True,
    ),
    Rules(complete=_complete_installation, includes=_definitions),
    Origin(samples.app_installations),
)


def _complete_extension(_call: Call, record: Record) -> Record:
    extension = record.get("extension")
    if not extension:
        raise validation_failed("required", ["extension"], None, "extension is required")
    # An empty srcdoc is a source, an empty src is not.
    if bool(extension.get("src")) == ("srcdoc" in extension) or extension.get("src") == "":
        raise validation_failed("oneOf", ["extension"], None, "either src or srcdoc is required")
    return record


EXTENSIONS = Endpoint(
    Resource(
        path=f"{paths.ENVIRONMENT}/extensions",
        type="Extension",
        back_end=CONTENT,
        paging=Paging.ZERO_LIMIT,
        verbs=EDITABLE,
        order="sys.id",
        first_version=1,
        cloned=True,
    ),
    Rules(complete=_complete_extension),
    Origin(samples.extensions),
)

ENDPOINTS = (
    *(APP_DEFINITIONS, ENVIRONMENT_TEMPLATES),
    *(ENVIRONMENTS, ENVIRONMENT_ALIASES),
    *(API_KEYS, PREVIEW_API_KEYS, WEBHOOKS, LOCALES, TAGS, APP_INSTALLATIONS, EXTENSIONS),
)
SPECIALS = (Special(WEBHOOK_HEALTH.resource.path, WEBHOOK_HEALTH, {"GET": _health}),)
