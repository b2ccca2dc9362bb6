"""What has happened: calls of webhooks, snapshots, comments, tasks, steps, bulk operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from .. import paths
from ..account.catalogue import Origin
from ..account.resource import POSTED, Paging, Resource
from ..answers import Answer, to_json
from ..backends import CONTENT
from ..errors import NOT_FOUND, Refusal, bad_request
from ..listing.paging import envelope
from ..records import Record, changed, link, link_id
from ..samples import history as samples
from ..samples import work as work_samples
from .endpoint import Call, Endpoint, Rules, Special

WEBHOOK_CALLS = Endpoint(
    Resource(
        path=paths.WEBHOOK_CALLS,
        type="WebhookCallOverview",
        back_end=CONTENT,
        order="-sys.createdAt",
        leading=("sys",),
        authored=False,
        first_version=None,
        default_limit=20,
    ),
    origin=Origin(nested=samples.webhook_calls),
)


def _call_details(call: Call) -> Answer:
    """Answer with request and response of one call, secrets included."""
    name = call.scope["call"]
    record = call.collection.get(name)
    if record is None:
        raise Refusal(404, "NotFound", NOT_FOUND, NOT_FOUND)
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


ENTRY_SNAPSHOTS = Endpoint(
    Resource(
        path=paths.ENTRY_SNAPSHOTS,
        type="Snapshot",
        back_end=CONTENT,
        paging=Paging.WITHOUT_TOTAL,
        order="-sys.createdAt",
        links=("space",),
        leading=("sys",),
        first_version=None,
    ),
    origin=Origin(nested=samples.snapshots),
)
CONTENT_TYPE_SNAPSHOTS = Endpoint(
    replace(
        ENTRY_SNAPSHOTS.resource,
        path=paths.CONTENT_TYPE_SNAPSHOTS,
    ),
    origin=ENTRY_SNAPSHOTS.origin,
)


def _complete_comment(call: Call, record: Record) -> Record:
    parent = call.request.headers.get("x-contentful-parent-id")
    known = record["sys"].get("parent") or (link("Comment", parent) if parent else None)
    about = link("Entry", call.scope["entry"])
    ref = call.request.headers.get("x-contentful-parent-entity-reference")
    if ref:
        about["sys"]["ref"] = ref
    about = record["sys"].get("parentEntity") or about
    sys = {**record["sys"], "parentEntity": about, "parent": known}
    return call.resource.arranged({**samples.comment(""), **record}, sys)


COMMENTS = Endpoint(
    Resource(
        path=f"{paths.ENVIRONMENT}/entries/{{entry}}/comments",
        type="Comment",
        back_end=CONTENT,
        paging=Paging.AT_MOST_100,
        verbs=POSTED,
        filters=("status",),
        leading=("sys",),
        first_version=1,
    ),
    Rules(complete=_complete_comment),
    Origin(nested=samples.comments),
)


def _complete_task(call: Call, record: Record) -> Record:
    defaults = {"body": "", "assignedTo": None, "status": "active"}
    done = record.get("status") == "resolved"
    now = call.moment.stamp(call.resource) if done else None
    return changed(
        {**defaults, **record},
        parentEntity=link("Entry", call.scope["entry"]),
        resolvedAt=now,
        resolvedBy=link("User", call.account.user) if done else None,
    )


TASKS = Endpoint(
    Resource(
        path=f"{paths.ENVIRONMENT}/entries/{{entry}}/tasks",
        type="Task",
        back_end=CONTENT,
        paging=Paging.WITHOUT_TOTAL,
        verbs=POSTED,
        leading=("sys",),
        first_version=1,
    ),
    Rules(complete=_complete_task),
    Origin(nested=samples.tasks),
)


def _my_tasks(call: Call) -> Answer:
    """Answer with the 501 that tasks of a whole environment get without the right filter."""
    if call.parameters.get("filter") == "myPendingTasks":
        raise bad_request("The emulator does not list pending tasks.")
    raise Refusal(501, "NotImplemented", "Only filter=myPendingTasks is implemented.")


MY_TASKS = Endpoint(Resource(f"{paths.ENVIRONMENT}/tasks", "Task", CONTENT))


def _changelog(call: Call) -> Answer:
    """Answer with what happened to the workflows of some entries, newest first."""
    asked = call.parameters
    if "order" in asked:
        raise bad_request("Unknown parameter: order")
    if "entity.sys.linkType" not in asked or "entity.sys.id" not in asked:
        raise bad_request("entity.sys.linkType and entity.sys.id are required.")
    entities, workflow = asked["entity.sys.id"].split(","), asked.get("workflow.sys.id")
    found = [
        {key: part for key, part in one.items() if key != "sys"}
        for one in call.collection.records()
        if link_id(one["entity"]) in entities
        and one["entity"]["sys"]["linkType"] == asked["entity.sys.linkType"]
        and workflow in {None, link_id(one["workflow"])}
    ]
    found.sort(key=lambda one: one["eventAt"], reverse=True)
    skip, limit = int(asked.get("skip", "0")), int(asked.get("limit", "100"))
    parts = {"total": len(found), "skip": skip, "limit": limit}
    items = [to_json(one) for one in found[skip : skip + limit]]
    return Answer(200, envelope(call.resource, parts, items))


CHANGELOG = Endpoint(
    Resource(
        path=paths.WORKFLOWS_CHANGELOG,
        type="WorkflowsChangelogEntry",
        back_end=CONTENT,
        addressable=False,
    ),
    Rules(listed=_changelog),
    Origin(work_samples.workflow_events),
)
BULK_OPERATIONS = Endpoint(
    Resource(
        path=f"{paths.ENVIRONMENT}/bulk_operations",
        type="BulkOperation",
        back_end=CONTENT,
        paging=Paging.CURSOR,
        order="-sys.createdAt",
        orders=("sys.createdAt", "sys.updatedAt"),
        filters=("sys.status", "sys.bulkType", "sys.createdAt", "sys.updatedAt"),
        first_version=None,
        largest_limit=100,
    ),
    origin=Origin(work_samples.bulk_operations),
)


def _entities(path: str) -> Callable[[Call], Iterator[Record]]:
    """Return what yields the entries or assets of a release of Timeline, as it would publish."""

    def records(call: Call) -> Iterator[Record]:
        release = call.other(paths.RELEASES).get(call.scope["release"]) or {"entities": {}}
        for one in release["entities"].get("items", ()):
            entity = one.get("entity") if isinstance(one, dict) else None
            found = call.other(path).get(str(link_id(entity))) if entity else None
            if found is not None:
                yield changed(found, release=link("Release", call.scope["release"]))

    return records


def _of_release(path: str, kind: str) -> Endpoint:
    resource = Resource(
        path=f"{paths.RELEASES}/{{release}}/{path.rpartition('/')[2]}",
        type=kind,
        back_end=CONTENT,
        leading=("metadata", "sys", "fields"),
        addressable=False,
    )
    return Endpoint(resource, derived=_entities(path))


RELEASE_ENTRIES = _of_release(paths.ENTRIES, "Entry")
RELEASE_ASSETS = _of_release(paths.ASSETS, "Asset")

ENDPOINTS = (
    *(WEBHOOK_CALLS, ENTRY_SNAPSHOTS, CONTENT_TYPE_SNAPSHOTS, COMMENTS, TASKS),
    *(CHANGELOG, BULK_OPERATIONS, RELEASE_ENTRIES, RELEASE_ASSETS),
)
SPECIALS = (
    Special(f"{paths.WEBHOOK_CALLS}/{{call}}", WEBHOOK_CALLS, {"GET": _call_details}),
    Special(MY_TASKS.resource.path, MY_TASKS, {"GET": _my_tasks}),
)
