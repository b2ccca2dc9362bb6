"""What teams do with content: releases, workflows, automations, comments, tasks, snapshots."""

from __future__ import annotations

from dataclasses import replace

from .. import lifecycle, writes
from ..answers import Answer, to_json
from ..backends import CONTENT
from ..calls import Call
from ..errors import Refusal, bad_request, validation_failed
from ..records import Record, changed, link, link_id
from ..resource import ENVIRONMENT, POSTED, Paging, Resource, Rules
from ..routing import Special
from ..worlds import work
from .content import ASSETS, ENTRIES

_TIMES = ("sys.updatedAt", "sys.createdAt")


def _complete_release(_call: Call, record: Record) -> Record:
    if not record.get("title"):
        raise validation_failed("required", ["title"], record.get("title"), "title is required")
    empty = {"sys": {"type": "Array"}, "items": []}
    sys = {**record["sys"], "status": record["sys"].get("status", "active")}
    return RELEASES.arranged({"title": record["title"], "entities": empty, **record}, sys)


RELEASES = Resource(
    path=f"{ENVIRONMENT}/releases",
    type="Release",
    back_end=CONTENT,
    paging=Paging.CURSOR,
    verbs=POSTED,
    order="-sys.updatedAt",
    orders=("title", *_TIMES),
    filters=("sys.id", "sys.createdBy.sys.id", "sys.status", "sys.schemaVersion", "title"),
    leading=("sys",),
    first_version=1,
    rules=Rules(complete=_complete_release),
    samples=work.releases,
)
RELEASE_ACTIONS = Resource(
    path=f"{ENVIRONMENT}/release_actions",
    type="ReleaseAction",
    back_end=CONTENT,
    order="-sys.updatedAt",
    orders=_TIMES,
    filters=("sys.id", "sys.status", "sys.release.sys.id", "action"),
    leading=("sys",),
    first_version=None,
    samples=work.release_actions,
)


def _act_on_release(call: Call) -> Answer:
    """Answer PUT and DELETE on ``/published``: publish or take back all that is in the release."""
    publish = call.request.method == "PUT"
    call = replace(call, identifier=call.scope["release"])
    release = writes.existing(call)
    writes.check_version(call, release, required=True)
    step = lifecycle.published if publish else lifecycle.unpublished
    for one in release["entities"]["items"]:
        resource = ASSETS if one["sys"]["linkType"] == "Asset" else ENTRIES
        collection, key = call.other(resource), str(link_id(one))
        record = collection.get(key)
        if record is not None:
            collection.put(key, step(resource, record, call.moment))
    identifier = call.world.new_id()
    sys = {"release": link("Release", release["sys"]["id"]), "status": "succeeded"}
    body = {"action": "publish" if publish else "unpublish", "sys": sys}
    action = lifecycle.created(RELEASE_ACTIONS, call.scope, identifier, body, call.moment)
    call.other(RELEASE_ACTIONS).put(identifier, action)
    done = lifecycle.updated(RELEASES, release, release, call.moment)
    done = changed(done, lastAction=link("ReleaseAction", identifier))
    call.collection.put(release["sys"]["id"], done)
    return Answer(202, to_json(action))


def _archive_release(call: Call) -> Answer:
    """Answer PUT and DELETE on ``/archived``."""
    into = call.request.method == "PUT"
    call = replace(call, identifier=call.scope["release"])
    release = writes.existing(call)
    writes.check_version(call, release, required=True)
    now = call.moment.stamp(RELEASES) if into else None
    user = link("User", call.world.user) if into else None
    done = lifecycle.updated(RELEASES, _active(release), release, call.moment)
    status = "archived" if into else "active"
    done = changed(done, status=status, archivedAt=now, archivedBy=user)
    call.collection.put(release["sys"]["id"], done)
    return Answer(200, to_json(done))


def _active(release: Record) -> Record:
    return changed(release, archivedAt=None, archivedBy=None)


WORKFLOW_DEFINITIONS = Resource(
    path=f"{ENVIRONMENT}/workflow_definitions",
    type="WorkflowDefinition",
    back_end=CONTENT,
    verbs=POSTED,
    leading=("sys",),
    first_version=1,
    rules=Rules(complete=lambda _call, record: changed(record, isLocked=False)),
    samples=work.workflow_definitions,
)


def _complete_workflow(_call: Call, record: Record) -> Record:
    """Keep the links of a new workflow in ``sys``, where the API shows them."""
    kept = {key: value for key, value in record.items() if key not in _WORKFLOW_LINKS}
    given = {name: record[name] for name in _WORKFLOW_LINKS if name in record}
    return changed({"stepId": None, **kept}, **{**_links_of(record), **given})


_WORKFLOW_LINKS = ("entity", "workflowDefinition")


def _links_of(record: Record) -> Record:
    return {name: record["sys"].get(name) for name in _WORKFLOW_LINKS}


WORKFLOWS = Resource(
    path=f"{ENVIRONMENT}/workflows",
    type="Workflow",
    back_end=CONTENT,
    verbs=POSTED,
    order="-sys.createdAt",
    orders=_TIMES,
    filters=(
        *("stepId", "sys.entity.sys.linkType", "sys.entity.sys.id"),
        "sys.workflowDefinition.sys.id",
    ),
    leading=("sys",),
    first_version=1,
    rules=Rules(complete=_complete_workflow),
    samples=work.workflows,
)


def _complete(call: Call) -> Answer:
    """Answer PUT on ``/complete``: the workflow has come to its end."""
    call = replace(call, identifier=call.scope["workflow"])
    record = writes.existing(call)
    writes.check_version(call, record, required=True)
    done = lifecycle.updated(WORKFLOWS, record, record, call.moment)
    user = link("User", call.world.user)
    done = changed(done, completedAt=call.moment.stamp(WORKFLOWS), completedBy=user)
    call.collection.put(str(call.identifier), done)
    return Answer(204)


AUTOMATION_DEFINITIONS = Resource(
    path=f"{ENVIRONMENT}/automation_definitions",
    type="AutomationDefinition",
    back_end=CONTENT,
    paging=Paging.CURSOR,
    verbs=POSTED,
    orders=_TIMES,
    leading=("sys",),
    first_version=1,
    rules=Rules(complete=lambda _call, record: {**record, "status": "published"}),
    samples=work.automation_definitions,
)
AUTOMATION_EXECUTIONS = Resource(
    path=f"{ENVIRONMENT}/automation_executions",
    type="AutomationExecution",
    back_end=CONTENT,
    paging=Paging.CURSOR,
    order="-sys.createdAt",
    filters=("sys.status", "status"),
    leading=("sys",),
    first_version=None,
    samples=work.automation_executions,
)


def _complete_comment(call: Call, record: Record) -> Record:
    parent = call.request.headers.get("x-contentful-parent-id")
    known = record["sys"].get("parent") or (link("Comment", parent) if parent else None)
    sys = {**record["sys"], "parentEntity": link("Entry", call.scope["entry"]), "parent": known}
    return COMMENTS.arranged({**work.comment(""), **record}, sys)


COMMENTS = Resource(
    path=f"{ENVIRONMENT}/entries/{{entry}}/comments",
    type="Comment",
    back_end=CONTENT,
    verbs=POSTED,
    filters=("status",),
    leading=("sys",),
    first_version=1,
    rules=Rules(complete=_complete_comment),
    nested=work.comments,
)


def _complete_task(call: Call, record: Record) -> Record:
    defaults = {"body": "", "assignedTo": None, "status": "active"}
    done = record.get("status") == "resolved"
    now = call.moment.stamp(TASKS) if done else None
    return changed(
        {**defaults, **record},
        parentEntity=link("Entry", call.scope["entry"]),
        resolvedAt=now,
        resolvedBy=link("User", call.world.user) if done else None,
    )


TASKS = Resource(
    path=f"{ENVIRONMENT}/entries/{{entry}}/tasks",
    type="Task",
    back_end=CONTENT,
    verbs=POSTED,
    leading=("sys",),
    first_version=1,
    rules=Rules(complete=_complete_task),
    nested=work.tasks,
)


def _my_tasks(call: Call) -> Answer:
    """Answer with the 501 that tasks of a whole environment get without the right filter."""
    if call.parameters.get("filter") == "myPendingTasks":
        raise bad_request("The emulator does not list pending tasks.")
    raise Refusal(501, "NotImplemented", "Only filter=myPendingTasks is implemented.")


RESOURCES = (
    *(RELEASES, RELEASE_ACTIONS, WORKFLOW_DEFINITIONS, WORKFLOWS),
    *(AUTOMATION_DEFINITIONS, AUTOMATION_EXECUTIONS, COMMENTS, TASKS),
)
SPECIALS = (
    Special(
        f"{RELEASES.path}/{{release}}/published",
        RELEASES,
        {"PUT": _act_on_release, "DELETE": _act_on_release},
    ),
    Special(
        f"{RELEASES.path}/{{release}}/archived",
        RELEASES,
        {"PUT": _archive_release, "DELETE": _archive_release},
    ),
    Special(f"{WORKFLOWS.path}/{{workflow}}/complete", WORKFLOWS, {"PUT": _complete}),
    Special(f"{ENVIRONMENT}/tasks", RELEASES, {"GET": _my_tasks}),
)
