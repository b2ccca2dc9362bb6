"""Work on content: releases, scheduled actions, workflows, AI actions, automations."""

from __future__ import annotations

from .columns import CREATED, UPDATED, actor, errors, flag, instant, json, link, text, whole
from .derived import workflow_row
from .places import ENVIRONMENT, SPACE
from .table import LARGEST_PAGE, Table

TIMELINE = "Release.v2"
"""The schema version of releases that hold content which is not published yet."""

RELEASES = Table(
    "RELEASES",
    ENVIRONMENT,
    "releases",
    "Content that is published together.",
    (
        text("title"),
        text("status", "sys.status", "`active` or `archived`."),
        text("schema_version", "sys.schemaVersion", "`Release.v2` for releases of Timeline."),
        json("entities", "entities.items", "What belongs to it."),
        json("metadata", "metadata", "References that go along, and annotations."),
        link("last_action_id", "sys.lastAction", "What was done with it last."),
        instant("archived_at", "sys.archivedAt"),
        *actor("archived_by", "sys.archivedBy"),
    ),
    LARGEST_PAGE,
    query=(("order", "sys.createdAt"),),
    # Whether those of Timeline are also listed without being asked for is not documented.
    variants=((("sys.schemaVersion", TIMELINE),),),
)


RELEASE_ACTIONS = Table(
    "RELEASE_ACTIONS",
    ENVIRONMENT,
    "release_actions",
    "That a release was published, unpublished or validated.",
    (
        text("action"),
        text("status", "sys.status"),
        link("release_id", "sys.release"),
        instant("started_at", "sys.startedAt", "When it began."),
        instant("completed_at", "sys.completedAt", "When it came to its end."),
    ),
    sys=(*CREATED, *UPDATED),
    only_with=RELEASES,
)


SCHEDULED_ACTIONS = Table(
    "SCHEDULED_ACTIONS",
    ENVIRONMENT,
    "/spaces/{space_id}/scheduled_actions",
    "That something is to be published or unpublished at a certain time.",
    (
        text("action", "action", "`publish` or `unpublish`."),
        text("status", "sys.status"),
        text("entity_type", "entity.sys.linkType", "`Entry`, `Asset` or `Release`."),
        link("entity_id", "entity"),
        instant("scheduled_for", "scheduledFor.datetime"),
        text("timezone", "scheduledFor.timezone"),
        json("payload"),
        errors("error"),
        instant("canceled_at", "sys.canceledAt"),
        *actor("canceled_by", "sys.canceledBy"),
    ),
    LARGEST_PAGE,
    query=(("environment.sys.id", "{environment_id}"),),
)


WORKFLOW_DEFINITIONS = Table(
    "WORKFLOW_DEFINITIONS",
    ENVIRONMENT,
    "workflow_definitions",
    "The steps that content goes through.",
    (
        text("name"),
        text("description"),
        json("applies_to", "appliesTo"),
        json("steps", "steps", "Without the actions, which may hold secrets."),
        flag("start_on_entity_creation", "startOnEntityCreation"),
        text("flow_type", "flowType"),
        flag("is_locked", "sys.isLocked"),
    ),
    finish=workflow_row,
    needs="a Premium plan",
)


WORKFLOWS = Table(
    "WORKFLOWS",
    ENVIRONMENT,
    "workflows",
    "Where a piece of content stands in its workflow.",
    (
        text("step_id", "stepId"),
        text("entity_type", "sys.entity.sys.linkType"),
        link("entity_id", "sys.entity"),
        link("workflow_definition_id", "sys.workflowDefinition"),
        instant("completed_at", "sys.completedAt"),
        *actor("completed_by", "sys.completedBy"),
        instant("deleted_at", "sys.deletedAt"),
        *actor("deleted_by", "sys.deletedBy"),
    ),
    query=(("order", "sys.createdAt"),),
    only_with=WORKFLOW_DEFINITIONS,
    needs="a Premium plan",
)


AI_ACTIONS = Table(
    "AI_ACTIONS",
    SPACE,
    "ai/actions",
    "A prompt that editors can run on content.",
    (
        text("name"),
        text("description"),
        json("configuration", "configuration", "Model and temperature."),
        json("instruction", "instruction", "The prompt's template, variables and conditions."),
        json("test_cases", "testCases"),
        whole("published_version", "sys.publishedVersion"),
        instant("published_at", "sys.publishedAt"),
        *actor("published_by", "sys.publishedBy"),
    ),
    query=(("status", "all"),),
    needs="a plan with AI actions",
)


AUTOMATION_DEFINITIONS = Table(
    "AUTOMATION_DEFINITIONS",
    ENVIRONMENT,
    "automation_definitions",
    "What happens by itself, and when.",
    (
        text("name"),
        text("description"),
        text("status"),
        json("triggers"),
    ),
    needs="a plan with automations",
)


AUTOMATION_EXECUTIONS = Table(
    "AUTOMATION_EXECUTIONS",
    ENVIRONMENT,
    "automation_executions",
    "A run of an automation.",
    (
        link("automation_definition_id", "sys.automationDefinition"),
        text("status", "status|sys.status"),
        errors("errors"),
    ),
    sys=(*CREATED, UPDATED[0]),
    only_with=AUTOMATION_DEFINITIONS,
    needs="a plan with automations",
)


TABLES = (
    RELEASES,
    RELEASE_ACTIONS,
    SCHEDULED_ACTIONS,
    WORKFLOW_DEFINITIONS,
    WORKFLOWS,
    AI_ACTIONS,
    AUTOMATION_DEFINITIONS,
    AUTOMATION_EXECUTIONS,
)
