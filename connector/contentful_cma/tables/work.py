"""Work on content: releases, scheduled actions, workflows, AI actions, automations."""

from __future__ import annotations

from .columns import (
    ARCHIVED,
    CREATED,
    DESCRIPTION,
    NAME,
    PUBLISHED,
    UPDATED,
    actor,
    boolean,
    errors,
    json_column,
    link,
    string,
    timestamp,
)
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
        string("title", "", "What people call it."),
        string("status", "sys.status", "`active` or `archived`."),
        string("schema_version", "sys.schemaVersion", "`Release.v2` for releases of Timeline."),
        json_column("entities", "entities.items", "What belongs to it."),
        json_column("metadata", "metadata", "References that go along, and annotations."),
        link("last_action_id", "sys.lastAction", "What was done with it last."),
        *ARCHIVED[1:],
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
        string("action", "", "`publish`, `unpublish` or `validate`."),
        string("status", "sys.status", "How it went, such as `succeeded`."),
        link("release_id", "sys.release", "What it was done with (RELEASES)."),
        timestamp("started_at", "sys.startedAt", "When it began."),
        timestamp("completed_at", "sys.completedAt", "When it came to its end."),
    ),
    sys=(*CREATED, *UPDATED),
    depends_on=RELEASES,
)


SCHEDULED_ACTIONS = Table(
    "SCHEDULED_ACTIONS",
    ENVIRONMENT,
    "/spaces/{space_id}/scheduled_actions",
    "That something is to be published or unpublished at a certain time.",
    (
        string("action", "action", "`publish` or `unpublish`."),
        string(
            "status",
            "sys.status",
            "`scheduled`, `inProgress`, `succeeded`, `failed` or `canceled`.",
        ),
        string("entity_type", "entity.sys.linkType", "`Entry`, `Asset` or `Release`."),
        link("entity_id", "entity", "What it is done to, by `entity_type`."),
        timestamp("scheduled_for", "scheduledFor.datetime", "When it is to happen."),
        string("timezone", "scheduledFor.timezone", "Where the time was chosen."),
        json_column("payload", "", "Further wishes, such as to take references along."),
        errors("error", "", "Why it failed."),
        timestamp("canceled_at", "sys.canceledAt", "When it was called off, NULL if it was not."),
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
        NAME,
        DESCRIPTION,
        json_column("applies_to", "appliesTo", "The content types that it is for."),
        json_column("steps", "steps", "Without the actions, which may hold secrets."),
        boolean(
            "start_on_entity_creation", "startOnEntityCreation", "Whether content begins in it."
        ),
        string("flow_type", "flowType", "How freely content moves between steps."),
        boolean("is_locked", "sys.isLocked", "Whether Contentful has put a lock on it."),
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
        string("step_id", "stepId", "Where it stands, by `steps` of its definition."),
        string("entity_type", "sys.entity.sys.linkType", "Such as `Entry`."),
        link("entity_id", "sys.entity", "The content that goes through it (ENTRIES)."),
        link(
            "workflow_definition_id", "sys.workflowDefinition", "Its steps (WORKFLOW_DEFINITIONS)."
        ),
        timestamp("completed_at", "sys.completedAt", "When it ended, NULL while it goes on."),
        *actor("completed_by", "sys.completedBy"),
        timestamp("deleted_at", "sys.deletedAt", "When it was taken away, NULL if it was not."),
        *actor("deleted_by", "sys.deletedBy"),
    ),
    query=(("order", "sys.createdAt"),),
    depends_on=WORKFLOW_DEFINITIONS,
    needs="a Premium plan",
)


AI_ACTIONS = Table(
    "AI_ACTIONS",
    SPACE,
    "ai/actions",
    "A prompt that editors can run on content.",
    (
        NAME,
        DESCRIPTION,
        json_column("configuration", "configuration", "Model and temperature."),
        json_column(
            "instruction", "instruction", "The prompt's template, variables and conditions."
        ),
        json_column("test_cases", "testCases", "Inputs that it is tried with."),
        *PUBLISHED[:4],
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
        NAME,
        DESCRIPTION,
        string("status", "", "Such as `published`."),
        json_column("triggers", "", "What sets it going."),
    ),
    needs="a plan with automations",
)


AUTOMATION_EXECUTIONS = Table(
    "AUTOMATION_EXECUTIONS",
    ENVIRONMENT,
    "automation_executions",
    "A run of an automation.",
    (
        link("automation_definition_id", "sys.automationDefinition", "What ran."),
        string("status", "status|sys.status", "How it went, such as `COMPLETED` or `FAILED`."),
        errors("errors", "", "What went wrong."),
    ),
    sys=(*CREATED, UPDATED[0]),
    depends_on=AUTOMATION_DEFINITIONS,
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
