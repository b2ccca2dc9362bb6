"""What a space has for those outside it: aliases, keys, webhooks, schedules and AI actions."""

from __future__ import annotations

from dataclasses import replace

from .. import writes
from ..answers import Answer, to_json
from ..backends import CONTENT, GATEKEEPER
from ..calls import Call
from ..errors import Refusal, bad_request, validation_failed
from ..lifecycle import created, updated
from ..query import Condition
from ..records import Record, changed, link, link_id
from ..resource import EDITABLE, POSTED, SPACE, Paging, Resource, Rules, Verb
from ..routing import Special
from ..worlds import space


def _complete_key(_call: Call, record: Record) -> Record:
    identifier = record["sys"]["id"]
    defaults = space.api_key("", f"SECRET-delivery-{identifier}")
    return {**defaults, "preview_api_key": None, **record}


def _key_created(call: Call, record: Record) -> None:
    """Make the preview key that every delivery key has."""
    identifier = call.world.new_id()
    body = space.api_key(record["name"], f"SECRET-preview-{identifier}")
    keys = call.other(PREVIEW_API_KEYS)
    keys.put(identifier, created(PREVIEW_API_KEYS, call.scope, identifier, body, call.moment))
    linked = {**record, "preview_api_key": link("PreviewApiKey", identifier)}
    call.collection.put(record["sys"]["id"], linked)


def _key_deleted(call: Call, record: Record) -> None:
    call.other(PREVIEW_API_KEYS).remove(str(link_id(record["preview_api_key"])))


API_KEYS = Resource(
    path=f"{SPACE}/api_keys",
    type="ApiKey",
    back_end=GATEKEEPER,
    verbs=EDITABLE,
    rules=Rules(complete=_complete_key, created=_key_created, deleted=_key_deleted),
    samples=space.api_keys,
)
PREVIEW_API_KEYS = Resource(
    path=f"{SPACE}/preview_api_keys",
    type="PreviewApiKey",
    back_end=GATEKEEPER,
    samples=space.preview_api_keys,
)


def _complete_webhook(_call: Call, record: Record) -> Record:
    """Keep no secret: passwords and the values of secret headers never come back."""
    if not record.get("url"):
        raise validation_failed("required", ["url"], record.get("url"), "url is required")
    headers = [
        {key: value for key, value in header.items() if key != "value" or not header.get("secret")}
        for header in record.get("headers") or ()
    ]
    defaults: Record = {"name": None, "url": None, "httpBasicUsername": None, "topics": []}
    defaults |= {"filters": [], "transformation": None}
    whole = {**defaults, **record, "headers": headers}
    whole.pop("httpBasicPassword", None)
    return {"active": True, **whole}


WEBHOOKS = Resource(
    path=f"{SPACE}/webhook_definitions",
    type="WebhookDefinition",
    back_end=GATEKEEPER,
    verbs=EDITABLE,
    rules=Rules(complete=_complete_webhook),
    samples=space.webhooks,
)

WEBHOOK_CALLS = Resource(
    path=f"{SPACE}/webhooks/{{webhook}}/calls",
    type="WebhookCallOverview",
    back_end=CONTENT,
    order="-sys.createdAt",
    leading=("sys",),
    authored=False,
    first_version=None,
    default_limit=20,
    nested=space.webhook_calls,
)


def _call_details(call: Call) -> Answer:
    """Answer with request and response of one call, secrets included."""
    name = call.scope["call"]
    record = call.collection.get(name)
    if record is None:
        raise Refusal(404, "NotFound", _NOT_FOUND, _NOT_FOUND)
    request = {
        "url": record["url"],
        "method": "POST",
        "headers": {"Authorization": "SECRET-authorization"},
        "body": '{"sys": {"type": "Entry"}, "fields": {"secret": "SECRET-body"}}',
    }
    answer = {"url": record["url"], "headers": {}, "body": "", "statusCode": record["statusCode"]}
    details = changed({"sys": record["sys"]}, type="WebhookCallDetails")
    facts = {key: value for key, value in record.items() if key not in {"sys", "url"}}
    whole = {**details, "request": request, "response": answer, **facts, "url": record["url"]}
    return Answer(200, to_json(whole))


_NOT_FOUND = "The resource could not be found."


def _health(call: Call) -> Answer:
    """Answer with how many of the recent calls went well."""
    calls = list(call.collection.records())
    healthy = sum(1 for one in calls if one["statusCode"] < _FIRST_FAILURE)
    sys = {
        "id": call.scope["webhook"],
        "type": "Webhook",
        "space": link("Space", call.scope["space"]),
        "createdBy": link("WebhookDefinition", call.scope["webhook"]),
    }
    return Answer(200, to_json({"sys": sys, "calls": {"total": len(calls), "healthy": healthy}}))


_FIRST_FAILURE = 300


def _of_environment(call: Call) -> tuple[Condition, ...]:
    if "environment.sys.id" not in call.parameters:
        raise bad_request("The query parameter environment.sys.id is required.")
    return ()


def _complete_schedule(_call: Call, record: Record) -> Record:
    return changed(record, status=record["sys"].get("status", "scheduled"))


SCHEDULED_ACTIONS = Resource(
    path=f"{SPACE}/scheduled_actions",
    type="ScheduledAction",
    back_end=CONTENT,
    paging=Paging.CURSOR,
    verbs=frozenset((Verb.CREATE, Verb.UPDATE)),
    order="scheduledFor.datetime",
    orders=("scheduledFor.datetime",),
    filters=(
        *("environment.sys.id", "entity.sys.id", "sys.id", "sys.status"),
        "scheduledFor.datetime",
    ),
    leading=("sys",),
    first_version=1,
    rules=Rules(narrow=_of_environment, complete=_complete_schedule),
    samples=space.scheduled_actions,
)


def _scheduled_action(call: Call) -> Answer:
    """Answer GET and PUT on one action as on any record."""
    call = replace(call, identifier=call.scope["action"])
    if call.request.method == "PUT":
        return writes.put(call)
    return Answer(200, to_json(writes.existing(call)))


def _cancel(call: Call) -> Answer:
    """Answer DELETE: a cancelled action stays, with who called it off and when."""
    call = replace(call, identifier=call.scope["action"])
    record = writes.existing(call)
    writes.check_version(call, record, required=False)
    if record["sys"]["status"] != "scheduled":
        raise bad_request("Only scheduled actions can be canceled.")
    now, user = call.moment.stamp(call.resource), link("User", call.world.user)
    after = updated(call.resource, record, record, call.moment)
    canceled = changed(after, status="canceled", canceledAt=now, canceledBy=user)
    call.collection.put(str(call.identifier), canceled)
    return Answer(200, to_json(canceled))


def _by_status(call: Call) -> tuple[Condition, ...]:
    published = call.parameters.get("status", "all") == "published"
    return (Condition("sys.publishedVersion", "exists", "true"),) if published else ()


AI_ACTIONS = Resource(
    path=f"{SPACE}/ai/actions",
    type="AiAction",
    back_end=CONTENT,
    verbs=POSTED | {Verb.PUBLISH},
    leading=("sys",),
    first_version=1,
    rules=Rules(narrow=_by_status),
    samples=space.ai_actions,
)

RESOURCES = (API_KEYS, PREVIEW_API_KEYS, WEBHOOKS, WEBHOOK_CALLS, SCHEDULED_ACTIONS, AI_ACTIONS)
SPECIALS = (
    Special(f"{SPACE}/webhooks/{{webhook}}/health", WEBHOOK_CALLS, {"GET": _health}),
    Special(f"{WEBHOOK_CALLS.path}/{{call}}", WEBHOOK_CALLS, {"GET": _call_details}),
    Special(
        f"{SCHEDULED_ACTIONS.path}/{{action}}",
        SCHEDULED_ACTIONS,
        {"GET": _scheduled_action, "PUT": _scheduled_action, "DELETE": _cancel},
    ),
)
