"""Work on content: releases, scheduled actions, workflows, automations and AI actions."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from .. import paths
from ..account import lifecycle
from ..account.catalog import Origin
from ..account.resource import POSTED, Paging, Resource, Verb
from ..answers import Answer, to_json
from ..backends import CONTENT
from ..errors import bad_request, validation_failed
from ..listing.query import Condition
from ..records import Record, changed, link, link_id
from ..samples import work as samples
from . import writes
from .endpoint import Call, Endpoint, Rules, Special

_TIMES = ("sys.updatedAt", "sys.createdAt")


def _complete_release(call: Call, record: Record) -> Record:
    if not record.get("title"):
        raise validation_failed("required", ["title"], record.get("title"), "title is required")
    empty = {"sys": {"type": "Array"}, "items": []}
    sys = {**record["sys"], "status": record["sys"].get("status", "active")}
    if (call.body().get("sys") or {}).get("schemaVersion") == TIMELINE:
        sys["schemaVersion"] = TIMELINE
    return call.resource.arranged({"title": record["title"], "entities": empty, **record}, sys)


TIMELINE = "Release.v2"


def _narrowed_releases(call: Call) -> tuple[Condition, ...]:
    """Exclude Timeline releases by default, and releases with or without entities if requested."""
    conditions = []
    if "entities[exists]" in call.parameters:
        wanted = call.parameters["entities[exists]"]
        conditions.append(Condition("entities.items", "exists", wanted))
    if "sys.schemaVersion" not in call.parameters and not call.account.settings.mixed_releases:
        conditions.append(Condition("sys.schemaVersion", "ne", TIMELINE))
    return tuple(conditions)


RELEASES = Endpoint(
    Resource(
        path=paths.RELEASES,
        type="Release",
        back_end=CONTENT,
        paging=Paging.CURSOR,
        verbs=POSTED,
        order="-sys.updatedAt",
        orders=("title", *_TIMES),
        filters=("sys.id", "sys.createdBy.sys.id", "sys.status", "sys.schemaVersion", "title"),
        leading=("sys",),
        first_version=1,
    ),
    Rules(narrow=_narrowed_releases, complete=_complete_release),
    Origin(samples.releases),
)
RELEASE_ACTIONS = Endpoint(
    Resource(
        path=paths.RELEASE_ACTIONS,
        type="ReleaseAction",
        back_end=CONTENT,
        order="-sys.updatedAt",
        orders=_TIMES,
        filters=("sys.id", "sys.status", "sys.release.sys.id", "action"),
        leading=("sys",),
        first_version=None,
    ),
    origin=Origin(samples.release_actions),
)


def _act_on_release(call: Call) -> Answer:
    """Answer PUT and DELETE on ``/published``: publish or unpublish all items of the release."""
    call = replace(call, identifier=call.scope["release"])
    release = writes.existing(call)
    writes.check_version(call, release, required=True)
    verb = "publish" if call.request.method == "PUT" else "unpublish"
    for one in release["entities"]["items"]:
        # An item of a Timeline release is a link with an action; an older one is only a link.
        _act_on_entity(call, one.get("entity", one), one.get("action", verb))
    action = _note_action(call, release, verb)
    done = lifecycle.updated(call.resource, release, release, call.moment)
    done = changed(done, lastAction=link("ReleaseAction", action["sys"]["id"]))
    call.collection.put(release["sys"]["id"], done)
    return Answer(202, to_json(action))


def _act_on_entity(call: Call, entity: Record, verb: str) -> None:
    """Publish or unpublish an entry or an asset, with its edits in the release."""
    is_asset, key = entity["sys"]["linkType"] == "Asset", str(link_id(entity))
    path = paths.ASSETS if is_asset else paths.ENTRIES
    collection, resource = call.other(path), call.account.resource(path)
    record = collection.get(key)
    if record is None:
        return
    edited = call.other(paths.RELEASE_ASSETS if is_asset else paths.RELEASE_ENTRIES).get(key)
    if edited is not None:
        record = lifecycle.updated(resource, record, edited, call.moment)
    step = lifecycle.published if verb == "publish" else lifecycle.unpublished
    collection.put(key, step(resource, record, call.moment))


def _note_action(call: Call, release: Record, action: str) -> Record:
    """Store a completed action of a release."""
    now = call.moment.stamp(call.resource)
    sys = {"release": link("Release", release["sys"]["id"]), "status": "succeeded"}
    sys |= {"startedAt": now, "completedAt": now}
    return call.add(paths.RELEASE_ACTIONS, call.account.new_id(), {"action": action, "sys": sys})


def _validate_release(call: Call) -> Answer:
    """Answer POST on ``/validate``; every release is valid and does not change."""
    release = writes.existing(replace(call, identifier=call.scope["release"]))
    return Answer(202, to_json(_note_action(call, release, "validate")))


def _action_of_release(call: Call) -> Answer:
    """Answer GET on an action below its release."""
    call = replace(call, identifier=call.scope["action"])
    action = writes.existing(call)
    if link_id(action["sys"]["release"]) != call.scope["release"]:
        raise writes.missing(call)
    return Answer(200, to_json(action))


def _archive_release(call: Call) -> Answer:
    """Answer PUT and DELETE on ``/archived``."""
    into = call.request.method == "PUT"
    call = replace(call, identifier=call.scope["release"])
    release = writes.existing(call)
    writes.check_version(call, release, required=True)
    now = call.moment.stamp(call.resource) if into else None
    user = link("User", call.account.user) if into else None
    done = lifecycle.updated(call.resource, _active(release), release, call.moment)
    status = "archived" if into else "active"
    done = changed(done, status=status, archivedAt=now, archivedBy=user)
    call.collection.put(release["sys"]["id"], done)
    return Answer(200, to_json(done))


def _active(release: Record) -> Record:
    return changed(release, archivedAt=None, archivedBy=None)


def _complete_workflow_definition(call: Call, record: Record) -> Record:
    """Add an id to each step without one."""
    steps = [
        one if one.get("id") else {**one, "id": call.account.new_id()}
        for one in record.get("steps") or ()
    ]
    return changed({**record, "steps": steps}, isLocked=False)


WORKFLOW_DEFINITIONS = Endpoint(
    Resource(
        path=f"{paths.ENVIRONMENT}/workflow_definitions",
        type="WorkflowDefinition",
        back_end=CONTENT,
        verbs=POSTED,
        leading=("sys",),
        first_version=1,
    ),
    Rules(complete=_complete_workflow_definition),
    Origin(samples.workflow_definitions),
)


def _complete_workflow(_call: Call, record: Record) -> Record:
    """Keep the links of a new workflow in ``sys``, where the API shows them."""
    kept = {key: value for key, value in record.items() if key not in _WORKFLOW_LINKS}
    given = {name: record[name] for name in _WORKFLOW_LINKS if name in record}
    return changed({"stepId": None, **kept}, **{**_links_of(record), **given})


_WORKFLOW_LINKS = ("entity", "workflowDefinition")


def _links_of(record: Record) -> Record:
    return {name: record["sys"].get(name) for name in _WORKFLOW_LINKS}


def _note_event(event: str, call: Call, record: Record) -> None:
    """Add an event of a workflow to the changelog."""
    now = call.moment.stamp(call.resource)
    body = samples.workflow_event(event, record, now, link("User", call.account.user))
    call.other(paths.WORKFLOWS_CHANGELOG).put(call.account.new_id(), body)


WORKFLOWS = Endpoint(
    Resource(
        path=paths.WORKFLOWS,
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
    ),
    Rules(
        complete=_complete_workflow,
        created=partial(_note_event, "created"),
        updated=partial(_note_event, "stepChanged"),
        deleted=partial(_note_event, "deleted"),
    ),
    Origin(samples.workflows),
)


def _complete(call: Call) -> Answer:
    """Answer PUT on ``/complete``: the workflow is completed."""
    call = replace(call, identifier=call.scope["workflow"])
    record = writes.existing(call)
    writes.check_version(call, record, required=True)
    done = lifecycle.updated(call.resource, record, record, call.moment)
    user = link("User", call.account.user)
    done = changed(done, completedAt=call.moment.stamp(call.resource), completedBy=user)
    _note_event("completed", call, done)
    call.collection.put(str(call.identifier), done)
    return Answer(204)


AUTOMATION_DEFINITIONS = Endpoint(
    Resource(
        path=f"{paths.ENVIRONMENT}/automation_definitions",
        type="AutomationDefinition",
        back_end=CONTENT,
        paging=Paging.CURSOR,
        bare_when_empty=True,
        verbs=POSTED,
        orders=_TIMES,
        leading=("sys",),
        first_version=1,
    ),
    Rules(complete=lambda _call, record: {**record, "status": "published"}),
    Origin(samples.automation_definitions),
)
AUTOMATION_EXECUTIONS = Endpoint(
    Resource(
        path=f"{paths.ENVIRONMENT}/automation_executions",
        type="AutomationExecution",
        back_end=CONTENT,
        paging=Paging.CURSOR,
        order="-sys.createdAt",
        filters=("sys.status", "status"),
        leading=("sys",),
        first_version=None,
    ),
    origin=Origin(samples.automation_executions),
)


def _of_environment(call: Call) -> tuple[Condition, ...]:
    if "environment.sys.id" not in call.parameters:
        raise bad_request("The query parameter environment.sys.id is required.")
    return ()


def _complete_schedule(_call: Call, record: Record) -> Record:
    return changed(record, status=record["sys"].get("status", "scheduled"))


SCHEDULED_ACTIONS = Endpoint(
    Resource(
        path=f"{paths.SPACE}/scheduled_actions",
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
    ),
    Rules(narrow=_of_environment, complete=_complete_schedule),
    Origin(samples.scheduled_actions),
)


def _scheduled_action(call: Call) -> Answer:
    """Answer GET and PUT on a scheduled action, as on any record."""
    call = replace(call, identifier=call.scope["action"])
    if call.request.method == "PUT":
        return writes.put(call)
    return Answer(200, to_json(writes.existing(call)))


def _cancel(call: Call) -> Answer:
    """Answer DELETE: the action is canceled and stays listed, with time and user."""
    call = replace(call, identifier=call.scope["action"])
    record = writes.existing(call)
    writes.check_version(call, record, required=False)
    if record["sys"]["status"] != "scheduled":
        raise bad_request("Only scheduled actions can be canceled.")
    now, user = call.moment.stamp(call.resource), link("User", call.account.user)
    after = lifecycle.updated(call.resource, record, record, call.moment)
    canceled = changed(after, status="canceled", canceledAt=now, canceledBy=user)
    call.collection.put(str(call.identifier), canceled)
    return Answer(200, to_json(canceled))


def _by_status(call: Call) -> tuple[Condition, ...]:
    published = call.parameters.get("status", "all") == "published"
    return (Condition("sys.publishedVersion", "exists", "true"),) if published else ()


AI_ACTIONS = Endpoint(
    Resource(
        path=f"{paths.SPACE}/ai/actions",
        type="AiAction",
        back_end=CONTENT,
        verbs=POSTED | {Verb.PUBLISH},
        leading=("sys",),
        first_version=1,
    ),
    Rules(narrow=_by_status),
    Origin(samples.ai_actions),
)


ENDPOINTS = (
    *(RELEASES, RELEASE_ACTIONS, WORKFLOW_DEFINITIONS, WORKFLOWS),
    *(AUTOMATION_DEFINITIONS, AUTOMATION_EXECUTIONS, SCHEDULED_ACTIONS, AI_ACTIONS),
)
SPECIALS = (
    Special(
        f"{RELEASES.resource.path}/{{release}}/published",
        RELEASES,
        {"PUT": _act_on_release, "DELETE": _act_on_release},
    ),
    Special(
        f"{RELEASES.resource.path}/{{release}}/archived",
        RELEASES,
        {"PUT": _archive_release, "DELETE": _archive_release},
    ),
    Special(
        f"{RELEASES.resource.path}/{{release}}/validate", RELEASES, {"POST": _validate_release}
    ),
    Special(
        f"{RELEASES.resource.path}/{{release}}/actions/{{action}}",
        RELEASE_ACTIONS,
        {"GET": _action_of_release},
    ),
    Special(f"{WORKFLOWS.resource.path}/{{workflow}}/complete", WORKFLOWS, {"PUT": _complete}),
    Special(
        f"{SCHEDULED_ACTIONS.resource.path}/{{action}}",
        SCHEDULED_ACTIONS,
        {"GET": _scheduled_action, "PUT": _scheduled_action, "DELETE": _cancel},
    ),
)
