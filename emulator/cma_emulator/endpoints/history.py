"""History: webhook calls, snapshots, comments, tasks, steps of workflows and bulk operations.

Entries and assets of releases are here as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from .. import paths
from ..account.catalog import Origin, Sample
from ..account.maker import Maker
from ..account.resource import POSTED, Paging, Resource, Verb
from ..answers import Answer, to_json
from ..backends import CONTENT
from ..errors import NOT_FOUND, Refusal, bad_request, validation_failed
from ..listing.paging import envelope
from ..records import Record, Scope, changed, link, link_id
from ..samples import history as samples
from ..samples import work as work_samples
from . import writes
from .content import complete_content
from .endpoint import Call, Endpoint, Rules, Special
from .structure import TEMPLATE_INSTALLATIONS

Nested = Callable[[Maker, Scope, Record], Iterable[Sample]]

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
    """Answer with request and response of a call, secrets included."""
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


_PARENTS = {
    "entry": "Entry",
    "content_type": "ContentType",
    "workflow": "Workflow",
    "experience": "Experience",
    "experience_fragment": "ExperienceFragment",
    "experience_template": "ExperienceTemplate",
    "component": "Component",
}
"""Types of records that have comments, by their names in a path."""
_WITHOUT_TASKS = ("content_type", "workflow")


def _parent(call: Call) -> Record:
    """Return the link to the parent record in the path."""
    name = call.resource.scope_names[-1]
    parent = link(_PARENTS[name], call.scope[name])
    if "version" in call.scope:
        parent["sys"] |= {"type": "VersionedLink", "version": int(call.scope["version"])}
    return parent


def _complete_comment(call: Call, record: Record) -> Record:
    parent = call.request.headers.get("x-contentful-parent-id")
    known = record["sys"].get("parent") or (link("Comment", parent) if parent else None)
    about = _parent(call)
    ref = call.request.headers.get("x-contentful-parent-entity-reference")
    if ref:
        about["sys"]["ref"] = ref
    about = record["sys"].get("parentEntity") or about
    sys = {**record["sys"], "parentEntity": about, "parent": known}
    return call.resource.arranged({**samples.comment(""), **record}, sys)


def _below(parent: str, kind: Resource, rules: Rules, nested: Nested) -> Endpoint:
    """Return the comments or tasks of a type of parent; only entries have generated ones."""
    path = f"{paths.PARENTS[parent]}/{{{parent}}}/{kind.path}"
    origin = Origin(nested=nested if parent == "entry" else None)
    return Endpoint(replace(kind, path=path), rules, origin)


_COMMENT = Resource(
    path="comments",
    type="Comment",
    back_end=CONTENT,
    paging=Paging.AT_MOST_100,
    verbs=POSTED,
    filters=("status",),
    leading=("sys",),
    first_version=1,
)
COMMENTS = {
    parent: _below(parent, _COMMENT, Rules(complete=_complete_comment), samples.comments)
    for parent in _PARENTS
}


def _complete_task(call: Call, record: Record) -> Record:
    defaults = {"body": "", "assignedTo": None, "status": "active"}
    done = record.get("status") == "resolved"
    now = call.moment.stamp(call.resource) if done else None
    return changed(
        {**defaults, **record},
        parentEntity=_parent(call),
        resolvedAt=now,
        resolvedBy=link("User", call.account.user) if done else None,
    )


_TASK = Resource(
    path="tasks",
    type="Task",
    back_end=CONTENT,
    paging=Paging.WITHOUT_TOTAL,
    verbs=POSTED,
    leading=("sys",),
    first_version=1,
)
TASKS = tuple(
    _below(parent, _TASK, Rules(complete=_complete_task), samples.tasks)
    for parent in _PARENTS
    if parent not in _WITHOUT_TASKS
)


def _my_tasks(call: Call) -> Answer:
    """Answer with the API's 501 for tasks of an environment without ``filter=myPendingTasks``."""
    if call.parameters.get("filter") == "myPendingTasks":
        raise bad_request("The emulator does not list pending tasks.")
    raise Refusal(501, "NotImplemented", "Only filter=myPendingTasks is implemented.")


MY_TASKS = Endpoint(Resource(f"{paths.ENVIRONMENT}/tasks", "Task", CONTENT))


def _changelog(call: Call) -> Answer:
    """Answer with the events of the workflows of some entries, newest first."""
    given = call.parameters
    if "order" in given:
        raise bad_request("Unknown parameter: order")
    if "entity.sys.linkType" not in given or "entity.sys.id" not in given:
        raise bad_request("entity.sys.linkType and entity.sys.id are required.")
    spelled = call.account.settings.changelog_link_type
    if given["entity.sys.linkType"] != spelled:
        raise validation_failed(
            "in", ["entity.sys.linkType"], given["entity.sys.linkType"], f"must be {spelled}"
        )
    entities, workflow = given["entity.sys.id"].split(","), given.get("workflow.sys.id")
    found = [
        {key: part for key, part in one.items() if key != "sys"}
        for one in call.collection.records()
        if link_id(one["entity"]) in entities
        and one["entity"]["sys"]["linkType"] == "Entry"
        and workflow in {None, link_id(one["workflow"])}
    ]
    found.sort(key=lambda one: one["eventAt"], reverse=True)
    skip, limit = int(given.get("skip", "0")), int(given.get("limit", "100"))
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
    """Return a function that yields entries or assets of a Timeline release, without its edits."""

    def records(call: Call) -> Iterator[Record]:
        release = call.other(paths.RELEASES).get(call.scope["release"]) or {"entities": {}}
        for one in release["entities"].get("items", ()):
            entity = one.get("entity") if isinstance(one, dict) else None
            found = call.other(path).get(str(link_id(entity))) if entity else None
            if found is not None:
                yield changed(found, release=link("Release", call.scope["release"]))

    return records


def _of_release(path: str, of_release: str, kind: str) -> Endpoint:
    resource = Resource(
        path=of_release,
        type=kind,
        back_end=CONTENT,
        verbs=frozenset((Verb.UPDATE, Verb.PATCH)),
        leading=("metadata", "sys", "fields"),
    )
    rules = Rules(complete=lambda call, record: complete_content(call, record, record["sys"]))
    return Endpoint(resource, rules, derived=_entities(path))


RELEASE_ENTRIES = _of_release(paths.ENTRIES, paths.RELEASE_ENTRIES, "Entry")
RELEASE_ASSETS = _of_release(paths.ASSETS, paths.RELEASE_ASSETS, "Asset")

ENDPOINTS = (
    *(WEBHOOK_CALLS, ENTRY_SNAPSHOTS, CONTENT_TYPE_SNAPSHOTS, *COMMENTS.values(), *TASKS),
    *(CHANGELOG, BULK_OPERATIONS, RELEASE_ENTRIES, RELEASE_ASSETS, TEMPLATE_INSTALLATIONS),
)
SPECIALS = (
    Special(f"{paths.WEBHOOK_CALLS}/{{call}}", WEBHOOK_CALLS, {"GET": _call_details}),
    Special(
        f"{paths.WORKFLOWS}/{{workflow}}/versions/{{version}}/comments",
        COMMENTS["workflow"],
        {"POST": writes.create},
    ),
    Special(MY_TASKS.resource.path, MY_TASKS, {"GET": _my_tasks}),
)
