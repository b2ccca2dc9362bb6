"""Generated releases, workflows, automations, and what belongs to single records."""

from __future__ import annotations

from collections.abc import Iterator

from ..clock import stamp
from ..records import Record, Scope, link
from ..resource import Sample
from ..virtual import LAST_MS
from .account import user_id
from .content import asset_ids, entry_ids
from .maker import DAY_MS, Maker

DUE = stamp(LAST_MS + 600 * DAY_MS, precise=True)
DONE = stamp(LAST_MS + 160 * DAY_MS, precise=True)
STEPS = ("draft", "review")


def release_id(maker: Maker, scope: Scope) -> str:
    """Return the id of the first release of an environment."""
    return maker.identifier("release", scope["space"], scope["environment"], 0)


def releases(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a release of an entry and an asset, and an archived empty one."""
    place = (scope["space"], scope["environment"])
    action = link("ReleaseAction", maker.identifier("release action", *place))
    items = [
        link("Entry", entry_ids(maker, scope).identifier(0)),
        link("Asset", asset_ids(maker, scope).identifier(0)),
    ]
    yield Sample(
        release_id(maker, scope),
        {"title": "Spring", "entities": {"sys": {"type": "Array"}, "items": items}},
        {"status": "active", "lastAction": action},
    )
    user = link("User", user_id(maker, 0))
    archived = {"status": "archived", "archivedAt": DONE, "archivedBy": user}
    body = {"title": "Long ago", "entities": {"sys": {"type": "Array"}, "items": []}}
    yield Sample(maker.identifier("release", *place, 1), body, archived)


def release_actions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the publication of the first release."""
    sys = {"release": link("Release", release_id(maker, scope)), "status": "succeeded"}
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
    """Yield a workflow that goes on and one that is complete."""
    definition = link("WorkflowDefinition", workflow_definition_id(maker, scope))
    for number, step in enumerate(STEPS):
        entry = entry_ids(maker, scope).identifier(number)
        sys: Record = {"entity": link("Entry", entry), "workflowDefinition": definition}
        if number:
            sys |= {"completedAt": DONE, "completedBy": link("User", user_id(maker, 0))}
        place = (scope["space"], scope["environment"], number)
        yield Sample(maker.identifier("workflow", *place), {"stepId": step}, sys)


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
    """Yield an execution that went well and one that did not."""
    definition = link("AutomationDefinition", automation_id(maker, scope))
    for number, status in enumerate(("COMPLETED", "FAILED")):
        errors = [{"stepName": "One", "message": "No such entry"}] if number else []
        body = {"status": status, "errors": errors}
        place = (scope["space"], scope["environment"], number)
        identifier = maker.identifier("execution", *place)
        yield Sample(identifier, body, {"automationDefinition": definition, "updatedBy": None})


def comments(maker: Maker, scope: Scope, entry: Record) -> Iterator[Sample]:
    """Yield a comment and an answer to it, for every other entry."""
    if maker.number(2, "comments", entry["sys"]["id"]):
        return
    place = ("comment", scope["space"], scope["environment"], entry["sys"]["id"])
    parent = link("Entry", entry["sys"]["id"])
    first = {"parentEntity": parent, "parent": None}
    yield Sample(maker.identifier(*place, 0), comment(maker.sentence(*place)), first)
    answer = {"parentEntity": parent, "parent": link("Comment", maker.identifier(*place, 0))}
    yield Sample(maker.identifier(*place, 1), comment("Done."), answer)


def comment(text: str) -> Record:
    """Return the body of an open comment."""
    return {"body": text, "status": "active"}


def tasks(maker: Maker, scope: Scope, entry: Record) -> Iterator[Sample]:
    """Yield an open task, for every other entry."""
    place = ("task", scope["space"], scope["environment"], entry["sys"]["id"])
    if maker.number(2, *place):
        return
    body = {
        "body": maker.sentence(*place),
        "assignedTo": link("User", user_id(maker, 1)),
        "status": "active",
        "dueDate": DUE,
    }
    yield Sample(
        maker.identifier(*place), body, {"parentEntity": link("Entry", entry["sys"]["id"])}
    )


def snapshots(maker: Maker, scope: Scope, record: Record) -> Iterator[Sample]:
    """Yield what was published last of a published record of master."""
    sys = record["sys"]
    if "publishedVersion" in sys and scope["environment"] == "master":
        yield snapshot(
            maker.identifier("snapshot", scope["space"], sys["type"], sys["id"]), record
        )


def snapshot(identifier: str, record: Record) -> Sample:
    """Return a snapshot of a record as it was published; tags are not part of it."""
    kept = {key: value for key, value in record.items() if key != "metadata"}
    published = record["sys"]["publishedAt"]
    sys = {
        "snapshotType": "publish",
        "snapshotEntityType": record["sys"]["type"],
        "createdAt": published,
        "updatedAt": published,
    }
    return Sample(identifier, {"snapshot": kept}, sys)
