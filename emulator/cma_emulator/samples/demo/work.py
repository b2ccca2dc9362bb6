"""Work of the demo account: releases, scheduled actions, workflows, automations and AI actions."""

from __future__ import annotations

from collections.abc import Iterator

from ...account.catalog import Sample
from ...account.clock import stamp
from ...account.maker import Maker
from ...records import Record, Scope, link
from ..work import workflow_event
from .activity import activity
from .actors import APPS, OF_TEAM, born
from .plan import SPACES, asset_id, entry_id, space_of

STEPS = {
    "Editorial review": ("Draft", "Review", "Legal check", "Translation", "Ready to publish"),
    "Product release": ("Data entry", "Pictures", "Pricing", "Live"),
}
WORKFLOWS = {"Editorial review": ("article", 60), "Product release": ("product", 36)}
"""The content type of each workflow definition, and its number of workflows."""
STUCK = 11
"""One of so many workflows has not moved for weeks."""

RELEASES = (
    ("Autumn collection", "active", 6, 30),
    ("Christmas shop", "active", 9, 14),
    ("Relaunch of the magazine", "active", 75, 12),
    ("Spring collection", "archived", 230, 40),
    ("Summer sale", "archived", 150, 22),
    ("Cancelled microsite", "archived", 400, 0),
)
"""Title, status, days since its creation, and number of entries."""

SCHEDULES = (
    *(("publish", "scheduled", 2.0), ("publish", "scheduled", 3.5), ("publish", "scheduled", 6.0)),
    *(("unpublish", "scheduled", 9.0), ("publish", "scheduled", 16.0)),
    *(("unpublish", "scheduled", 38.0), ("publish", "scheduled", 60.0)),
    *(("publish", "scheduled", -2.0), ("unpublish", "scheduled", -8.5)),
    *(("publish", "succeeded", -12.0), ("publish", "succeeded", -33.0)),
    *(("unpublish", "succeeded", -47.0), ("publish", "failed", -21.0)),
    *(("publish", "canceled", -15.0), ("publish", "canceled", 20.0)),
)
"""Action, status and days until its time; a scheduled action with a past time is overdue."""


def releases(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the releases of the first space: active, archived, and an empty one."""
    for number, (title, status, ago, size) in _releases(maker, scope):
        space = space_of(maker, scope)
        items = [
            link("Entry", entry_id(maker, space, "product", n * 9 + number)) for n in range(size)
        ]
        if size:
            items.append(link("Asset", asset_id(maker, space, number)))
        sys: Record = {"status": status}
        if status == "archived":
            sys |= {
                "archivedAt": _at(maker, ago / 2),
                "archivedBy": link("User", maker.user_id(3)),
            }
        if _acted(number):
            sys["lastAction"] = link("ReleaseAction", _action_id(maker, scope, number))
        body = {"title": title, "entities": {"sys": {"type": "Array"}, "items": items}}
        life = born(maker, ago, 20, edits=2 if status == "active" else 0)
        yield Sample(_release_id(maker, scope, number), body, sys, life=life)


def release_actions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the publications of releases; one failed."""
    for number, (_, _, ago, _) in _releases(maker, scope):
        if _acted(number):
            status = "failed" if number == 1 else "succeeded"
            sys = {"release": link("Release", _release_id(maker, scope, number)), "status": status}
            name = _action_id(maker, scope, number)
            yield Sample(name, {"action": "publish"}, sys, life=born(maker, ago / 2, 20))


def workflow_definitions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the two workflows of the first space."""
    for name, (kind, _) in _flows(maker, scope):
        kinds = {"type": "ContentType", "id": kind, "linkType": "ContentType"}
        steps = [{"id": _step(step), "name": step, "actions": []} for step in STEPS[name]]
        body = {
            "name": name,
            "description": f"How a {kind} comes to be published",
            "appliesTo": [{"type": "Link", "linkType": "Entry", "validations": [kinds]}],
            "steps": steps,
            "startOnEntityCreation": kind == "article",
            "flowType": "strict",
        }
        definition = _definition_id(maker, scope, name)
        yield Sample(definition, body, {"isLocked": False}, life=born(maker, 420, 1, 3))


def workflows(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield workflows in every step; some are stuck, and every sixth is completed."""
    for name, (kind, count) in _flows(maker, scope):
        definition = link("WorkflowDefinition", _definition_id(maker, scope, name))
        for number in range(count):
            completed = number % 6 == 0
            step = STEPS[name][-1 if completed else number % len(STEPS[name])]
            entry = entry_id(maker, space_of(maker, scope), kind, number * 3)
            sys: Record = {"entity": link("Entry", entry), "workflowDefinition": definition}
            ago = 45 + number % 40 if number % STUCK == 1 else 1 + maker.number(25, name, number)
            if completed:
                sys |= {"completedAt": _at(maker, ago / 3)}
                sys |= {"completedBy": link("User", maker.user_id(1))}
            identifier = maker.identifier("demo workflow", scope["space"], name, number)
            life = born(
                maker, ago + 0.5, _someone("Editorial", number), 0 if number % STUCK == 1 else 2
            )
            yield Sample(identifier, {"stepId": _step(step)}, sys, life=life)


def workflow_events(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the start of each workflow, and the completion of those that are completed."""
    for one in workflows(maker, scope):
        record = {**one.body, "sys": {**one.sys, "id": one.identifier}}
        _, start = one.life[0]
        events = [("created", stamp(start.ms, precise=True), start.actor)]
        if "completedAt" in one.sys:
            events.append(("completed", one.sys["completedAt"], one.sys["completedBy"]))
        for event, at, actor in events:
            body = workflow_event(event, record, at, actor)
            yield Sample(f"{one.identifier}-{event}", body, body.pop("sys"))


def bulk_operations(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the bulk operations of the first space; some failed."""
    for number in range(9 if _is_first_master(maker, scope) else 0):
        kinds = ("EntriesUpdate", "EntriesPublish", "EntriesCreate")
        sys = {"status": "completed" if number % 4 else "failed", "bulkType": kinds[number % 3]}
        name = maker.identifier("demo bulk", number)
        yield Sample(name, {}, sys, life=born(maker, 2 + 3 * number, 34))


def scheduled_actions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield scheduled actions of the first space: due, overdue, done, failed and canceled."""
    space = space_of(maker, scope)
    for number, (action, status, days) in enumerate(SCHEDULES if space is SPACES[0] else ()):
        target = entry_id(maker, space, "article", 40 + number)
        body = {
            "action": action,
            "entity": link("Entry", target),
            "environment": link("Environment", "master"),
            "scheduledFor": {"datetime": _at(maker, -days), "timezone": "Europe/Berlin"},
        }
        sys: Record = {"status": status}
        if status == "canceled":
            sys |= {"canceledAt": _at(maker, 17), "canceledBy": link("User", maker.user_id(1))}
        if status == "failed":
            body["error"] = {"sys": {"type": "Error", "id": "ValidationFailed"}}
        life = born(maker, max(1, 18 - days), _someone("Editorial", number))
        yield Sample(maker.identifier("demo schedule", number), body, sys, life=life)


def automation_definitions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the automation of the first space."""
    if _is_first_master(maker, scope):
        action = {"type": "cma.entry.publish", "parameters": {"key": "SECRET-of-the-automation"}}
        step = {"id": "one", "name": "One", "type": "action", "nextStepId": None, "action": action}
        body = {
            "name": "Publish approved prices",
            "description": "Publishes a product once its price was approved",
            "triggers": [{"type": "event", "topic": "Entry.save", "constraints": {}}],
            "steps": [step],
            "status": "published",
        }
        yield Sample(maker.identifier("demo automation"), body, life=born(maker, 95, 34, 1))


def automation_executions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the executions of four weeks; every ninth failed."""
    if _is_first_master(maker, scope):
        definition = link("AutomationDefinition", maker.identifier("demo automation"))
        for number in range(54):
            failed = number % 9 == 4  # noqa: PLR2004 - one of nine
            errors = [{"stepName": "One", "message": "The price is missing"}] if failed else []
            body = {"status": "FAILED" if failed else "COMPLETED", "errors": errors}
            life = born(maker, 28 - number / 2)
            identifier = maker.identifier("demo execution", number)
            yield Sample(
                identifier,
                body,
                {"automationDefinition": definition, "updatedBy": None},
                life=life,
            )


def ai_actions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the AI actions of the first space; one is a draft."""
    for number, name in enumerate(("Translate", "Write alt text", "Shorten")):
        if space_of(maker, scope) is SPACES[0]:
            variable = {"id": "text", "name": "Text", "type": "StandardInput"}
            body = {
                "name": name,
                "description": f"{name} for an editor",
                "configuration": {"modelType": "standard", "modelTemperature": 0.3},
                "instruction": {"template": f"{name} {{{{var.text}}}}", "variables": [variable]},
                "testCases": [],
            }
            steps = born(maker, 120 - 20 * number, 34)
            published = (*steps, ("published", steps[0][1])) if number < len(APPS) - 1 else steps
            identifier = maker.identifier("demo ai action", number)
            yield Sample(identifier, body, life=published)


def _is_first_master(maker: Maker, scope: Scope) -> bool:
    return space_of(maker, scope) is SPACES[0] and scope["environment"] == "master"


def _flows(maker: Maker, scope: Scope) -> Iterator[tuple[str, tuple[str, int]]]:
    yield from WORKFLOWS.items() if _is_first_master(maker, scope) else ()


def _releases(maker: Maker, scope: Scope) -> Iterator[tuple[int, tuple[str, str, int, int]]]:
    yield from enumerate(RELEASES if _is_first_master(maker, scope) else ())


def _acted(number: int) -> bool:
    """Return whether a release was published; the newest and the empty one were not."""
    return number not in (0, len(RELEASES) - 1)


def _someone(team: str, number: int) -> int:
    there = OF_TEAM[team][:8]
    return there[number % len(there)]


def _step(name: str) -> str:
    return name.lower().replace(" ", "-")


def _at(maker: Maker, ago: float) -> str:
    return stamp(activity(maker).ms(ago - 0.4), precise=True)


def _release_id(maker: Maker, scope: Scope, number: int) -> str:
    return maker.identifier("demo release", scope["space"], number)


def _action_id(maker: Maker, scope: Scope, number: int) -> str:
    return maker.identifier("demo release action", scope["space"], number)


def _definition_id(maker: Maker, scope: Scope, name: str) -> str:
    return maker.identifier("demo workflow definition", scope["space"], name)
