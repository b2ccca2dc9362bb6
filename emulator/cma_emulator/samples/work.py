"""Generated releases, schedules, workflows, automations and AI actions."""

from __future__ import annotations

from collections.abc import Iterator

from ..account.catalog import Sample
from ..account.clock import stamp
from ..account.maker import DAY_MS, Maker
from ..account.virtual import LAST_MS
from ..records import Record, Scope, link
from .content import asset_ids, entry_ids

STARTED = stamp(LAST_MS + 160 * DAY_MS - 1500, precise=True)
DONE = stamp(LAST_MS + 160 * DAY_MS, precise=True)
SCHEDULED = stamp(LAST_MS + 900 * DAY_MS, precise=True)
CANCELED = stamp(LAST_MS + 170 * DAY_MS, precise=True)
STEPS = ("draft", "review")


def release_id(maker: Maker, scope: Scope) -> str:
    """Return the id of the first release of an environment."""
    return maker.identifier("release", scope["space"], scope["environment"], 0)


def releases(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a release with an entry and an asset, an archived empty one, and a Timeline release.

    Only the first space has a Timeline release.
    """
    place = (scope["space"], scope["environment"])
    action = link("ReleaseAction", maker.identifier("release action", *place))
    items = [
        link("Entry", entry_ids(maker, scope).identifier(0)),
        link("Asset", asset_ids(maker, scope).identifier(0)),
    ]
    yield Sample(
        release_id(maker, scope),
        {
            "title": "Spring",
            "entities": {"sys": {"type": "Array"}, "items": items},
            "metadata": {
                "withReferences": [
                    {"entity": items[0], "filter": {"include": {"contentTypes": ["author"]}}}
                ]
            },
        },
        {"status": "active", "lastAction": action},
    )
    user = link("User", maker.user_id(0))
    archived = {"status": "archived", "archivedAt": DONE, "archivedBy": user}
    body = {"title": "Long ago", "entities": {"sys": {"type": "Array"}, "items": []}}
    yield Sample(maker.identifier("release", *place, 1), body, archived)
    if scope["space"] != maker.space_id(0):
        return
    later = [{"entity": one, "action": "publish"} for one in items]
    body = {"title": "Next year", "entities": {"sys": {"type": "Array"}, "items": later}}
    timeline = {"status": "active", "schemaVersion": "Release.v2"}
    yield Sample(maker.identifier("release", *place, 2), body, timeline)


def release_actions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the publication of the first release."""
    sys = {
        "release": link("Release", release_id(maker, scope)),
        "status": "succeeded",
        "startedAt": STARTED,
        "completedAt": DONE,
    }
    place = (scope["space"], scope["environment"])
    yield Sample(maker.identifier("release action", *place), {"action": "publish"}, sys)


def workflow_definition_id(maker: Maker, scope: Scope) -> str:
    """Return the id of the workflow definition of an environment."""
    return maker.identifier("workflow definition", scope["space"], scope["environment"])


def workflow_definitions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a definition of two steps."""
    kinds = {"type": "ContentType", "id": "article", "linkType": "ContentType"}
    body = {
        "name": "Review",
        "description": maker.sentence("workflow", scope["space"]),
        "appliesTo": [{"type": "Link", "linkType": "Entry", "validations": [kinds]}],
        "steps": [{"id": step, "name": step.capitalize(), "actions": []} for step in STEPS],
        "startOnEntityCreation": False,
        "flowType": "strict",
    }
    yield Sample(workflow_definition_id(maker, scope), body, {"isLocked": False})


def workflows(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield an open workflow and a completed one."""
    definition = link("WorkflowDefinition", workflow_definition_id(maker, scope))
    for number, step in enumerate(STEPS):
        entry = entry_ids(maker, scope).identifier(number)
        sys: Record = {"entity": link("Entry", entry), "workflowDefinition": definition}
        if number:
            sys |= {"completedAt": DONE, "completedBy": link("User", maker.user_id(0))}
        place = (scope["space"], scope["environment"], number)
        yield Sample(maker.identifier("workflow", *place), {"stepId": step}, sys)


def workflow_event(event: str, workflow: Record, at: str, by: Record) -> Record:
    """Return an event of a workflow as the changelog shows it."""
    sys = workflow["sys"]
    version = sys.get("version", 1)
    pinned = {"type": "VersionedLink", "linkType": "Workflow", "id": sys["id"], "version": version}
    step = workflow.get("stepId")
    return {
        "event": event,
        "eventBy": by,
        "eventAt": at,
        "workflow": {"sys": pinned},
        "workflowDefinition": sys.get("workflowDefinition"),
        "entity": sys.get("entity") or link("Entry", ""),
        "stepId": step,
        "stepName": step and step.capitalize(),
        "stepAnnotations": [],
        "sys": {"id": f"{sys['id']}-{event}-{version}"},
    }


def workflow_events(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the start of each workflow, and the completion of the last one."""
    user = link("User", maker.user_id(0))
    for number, workflow in enumerate(workflows(maker, scope)):
        record = {**workflow.body, "sys": {**workflow.sys, "id": workflow.identifier}}
        for event, at in (("created", STARTED), ("completed", DONE))[: 1 + number]:
            body = workflow_event(event, record, at, user)
            yield Sample(f"{workflow.identifier}-{event}", body, body.pop("sys"))


def bulk_operations(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a completed operation and a failed one."""
    for number, status in enumerate(("completed", "failed")):
        place = ("bulk operation", scope["space"], scope["environment"], number)
        sys = {"status": status, "bulkType": "EntriesUpdate" if number else "EntriesCreate"}
        yield Sample(maker.identifier(*place), {}, sys)


def automation_id(maker: Maker, scope: Scope) -> str:
    """Return the id of the automation of an environment."""
    return maker.identifier("automation", scope["space"], scope["environment"])


def automation_definitions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield an automation of one step."""
    action = {"type": "cma.entry.publish", "parameters": {"key": "SECRET-of-the-automation"}}
    step = {"id": "one", "name": "One", "type": "action", "nextStepId": None, "action": action}
    body = {
        "name": "Publish at once",
        "description": maker.sentence("automation", scope["space"]),
        "triggers": [{"type": "event", "topic": "Entry.save", "constraints": {}}],
        "steps": [step],
        "status": "published",
    }
    yield Sample(automation_id(maker, scope), body)


def automation_executions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a successful execution and a failed one."""
    definition = link("AutomationDefinition", automation_id(maker, scope))
    for number, status in enumerate(("COMPLETED", "FAILED")):
        errors = [{"stepName": "One", "message": "No such entry"}] if number else []
        body = {"status": status, "errors": errors}
        place = (scope["space"], scope["environment"], number)
        identifier = maker.identifier("execution", *place)
        yield Sample(identifier, body, {"automationDefinition": definition, "updatedBy": None})


def scheduled_actions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a scheduled action and a canceled one."""
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
            sys |= {"canceledAt": CANCELED, "canceledBy": link("User", maker.user_id(0))}
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
