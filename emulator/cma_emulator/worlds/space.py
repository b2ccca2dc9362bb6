"""Generated aliases, keys, webhooks and automations of a space."""

from __future__ import annotations

from collections.abc import Iterator

from ..clock import stamp
from ..records import Record, Scope, link
from ..resource import Sample
from ..virtual import LAST_MS
from .account import ALIAS, user_id
from .content import entry_ids
from .maker import DAY_MS, Maker

CALLED = stamp(LAST_MS + 170 * DAY_MS, precise=True)
ANSWERED = stamp(LAST_MS + 170 * DAY_MS + 321, precise=True)
SCHEDULED = stamp(LAST_MS + 900 * DAY_MS, precise=True)


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


def webhooks(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a webhook with secrets in every place that can hold one, and a plain one."""
    secret = {
        "name": "Build",
        "url": "https://build:SECRET-password@hooks.example.com/start?token=SECRET-in-url",
        "httpBasicUsername": "SECRET-user",
        "topics": ["Entry.publish", "Entry.unpublish"],
        "filters": [{"equals": [{"doc": "sys.environment.sys.id"}, "master"]}],
        "transformation": None,
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
        "headers": [],
    }
    for number, body in enumerate((secret, plain)):
        yield Sample(maker.identifier("webhook", scope["space"], number), body)


def webhook_calls(maker: Maker, scope: Scope, webhook: Record) -> Iterator[Sample]:
    """Yield a call that went well and one that did not."""
    for number, status in enumerate((201, 500)):
        body = {
            "statusCode": status,
            "requestAt": CALLED,
            "responseAt": ANSWERED,
            "errors": ["TimeoutError"] if number else [],
            "eventType": "publish",
            "url": webhook["url"],
        }
        identifier = maker.identifier("call", scope["space"], webhook["sys"]["id"], number)
        yield Sample(identifier, body, call_sys(scope))


def call_sys(scope: Scope) -> Record:
    """Return what the ``sys`` of a webhook's call or health has of its own."""
    return {"createdBy": link("WebhookDefinition", scope["webhook"]), "updatedAt": None}


def scheduled_actions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield an action to come and one that was called off."""
    for number, status in enumerate(("scheduled", "canceled")):
        target = entry_ids(maker, scope).identifier(number)
        body = {
            "action": "unpublish" if number else "publish",
            "entity": link("Entry", target),
            "environment": link("Environment", "master"),
            "scheduledFor": {"datetime": SCHEDULED, "timezone": "Europe/Berlin"},
        }
        sys: Record = {"status": status}
        if number:
            sys |= {"canceledAt": CALLED, "canceledBy": link("User", user_id(maker, 0))}
        yield Sample(maker.identifier("scheduled", scope["space"], number), body, sys)


def ai_actions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a published action and a draft."""
    for number, name in enumerate(("Translate", "Summarize")):
        variable = {"id": "text", "name": "Text", "type": "StandardInput"}
        body = {
            "name": name,
            "description": maker.sentence("ai action", number),
            "configuration": {"modelType": "standard", "modelTemperature": 0.3},
            "instruction": {"template": f"{name} {{{{var.text}}}}", "variables": [variable]},
            "testCases": [],
        }
        identifier = maker.identifier("ai action", scope["space"], number)
        yield Sample(identifier, body, published=number == 0)
