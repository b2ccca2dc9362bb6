"""Work on content: releases, scheduled actions, workflows, AI actions, automations."""

from __future__ import annotations

from .columns import (
    ARCHIVED,
    CREATED,
    DESCRIPTION,
    NAME,
    PUBLISHED,
    UPDATED,
    action_types,
    actor,
    boolean,
    errors,
    json_column,
    link,
    newer,
    string,
    timestamp,
)
from .derived import workflow_row
from .places import ENVIRONMENT, SPACE
from .table import LARGEST_PAGE, Table

TIMELINE = "Release.v2"
"""The schema version of Timeline releases, which contain unpublished content."""

RELEASES = Table(
    "RELEASES",
    ENVIRONMENT,
    "releases",
    "One row per release, entries and assets that are published together.",
    (
        string("title", "", "Display name of the release."),
        string("status", "sys.status", "State: `active` or `archived`."),
        string(
            "schema_version",
            "sys.schemaVersion",
            "Format of the release; `Release.v2` for Timeline.",
        ),
        json_column("entities", "entities.items", "Entries and assets in the release, as links."),
        json_column("metadata", "metadata", "Included references, and annotations."),
        link("last_action_id", "sys.lastAction", "Most recent action (RELEASE_ACTIONS)."),
        *ARCHIVED[1:],
    ),
    LARGEST_PAGE,
    query=(("order", "sys.createdAt"),),
    # The reference does not say whether the plain listing includes Timeline releases.
    variants=((("sys.schemaVersion", TIMELINE),),),
)


RELEASE_ACTIONS = Table(
    "RELEASE_ACTIONS",
    ENVIRONMENT,
    "release_actions",
    "One row per publication, unpublication or validation of a release.",
    (
        string("action", "", "Kind of action: `publish`, `unpublish` or `validate`."),
        string("status", "sys.status", "Result, such as `succeeded`."),
        link("release_id", "sys.release", "Release of the action (RELEASES)."),
        timestamp("started_at", "sys.startedAt", "Start time, in UTC."),
        timestamp("completed_at", "sys.completedAt", "End time, in UTC."),
        *newer(errors("error", "", "Redacted error of a failed action.")),
    ),
    sys=(*CREATED, *UPDATED),
    depends_on=RELEASES,
)


SCHEDULED_ACTIONS = Table(
    "SCHEDULED_ACTIONS",
    ENVIRONMENT,
    "/spaces/{space_id}/scheduled_actions",
    "One row per scheduled publication or unpublication.",
    (
        string("action", "action", "Kind of action: `publish` or `unpublish`."),
        string(
            "status",
            "sys.status",
            "State: `scheduled`, `inProgress`, `succeeded`, `failed` or `canceled`.",
        ),
        string(
            "entity_type",
            "entity.sys.linkType",
            "Type of `entity_id`: `Entry`, `Asset` or `Release`.",
        ),
        link("entity_id", "entity", "Target of the action (ENTRIES, ASSETS or RELEASES)."),
        timestamp("scheduled_for", "scheduledFor.datetime", "Planned time, in UTC."),
        string("timezone", "scheduledFor.timezone", "Time zone in which the time was chosen."),
        json_column("payload", "", "Further options, such as included references."),
        errors("error", "", "Redacted error of a failed action."),
        timestamp(
            "canceled_at", "sys.canceledAt", "Cancellation time, in UTC; NULL if not canceled."
        ),
        *actor("canceled_by", "sys.canceledBy", "canceled the action"),
    ),
    LARGEST_PAGE,
    query=(("environment.sys.id", "{environment_id}"),),
)


WORKFLOW_DEFINITIONS = Table(
    "WORKFLOW_DEFINITIONS",
    ENVIRONMENT,
    "workflow_definitions",
    "One row per workflow definition, the steps that content goes through.",
    (
        NAME,
        DESCRIPTION,
        json_column("applies_to", "appliesTo", "Content types that can use the workflow."),
        json_column("steps", "steps", "Steps without their actions, which may contain secrets."),
        boolean(
            "start_on_entity_creation",
            "startOnEntityCreation",
            "True if new content starts in the workflow.",
        ),
        string("flow_type", "flowType", "Restriction of moves between steps."),
        boolean("is_locked", "sys.isLocked", "True if Contentful has locked the definition."),
    ),
    finish=workflow_row,
    needs="a Premium plan",
)


WORKFLOWS = Table(
    "WORKFLOWS",
    ENVIRONMENT,
    "workflows",
    "One row per workflow of a piece of content, with the current step.",
    (
        string("step_id", "stepId", "Current step, listed in `steps` of WORKFLOW_DEFINITIONS."),
        string("entity_type", "sys.entity.sys.linkType", "Type of `entity_id`, such as `Entry`."),
        link("entity_id", "sys.entity", "Content in the workflow (ENTRIES)."),
        link(
            "workflow_definition_id",
            "sys.workflowDefinition",
            "Definition that the workflow follows (WORKFLOW_DEFINITIONS).",
        ),
        timestamp(
            "completed_at", "sys.completedAt", "Completion time, in UTC; NULL while in progress."
        ),
        *actor("completed_by", "sys.completedBy", "completed the workflow"),
        timestamp("deleted_at", "sys.deletedAt", "Deletion time, in UTC; NULL if not deleted."),
        *actor("deleted_by", "sys.deletedBy", "deleted the workflow"),
    ),
    query=(("order", "sys.createdAt"),),
    depends_on=WORKFLOW_DEFINITIONS,
    needs="a Premium plan",
)


AI_ACTIONS = Table(
    "AI_ACTIONS",
    SPACE,
    "ai/actions",
    "One row per AI action, a prompt that editors can run on content.",
    (
        NAME,
        DESCRIPTION,
        json_column("configuration", "configuration", "AI model and temperature."),
        json_column(
            "instruction", "instruction", "Template, variables and conditions of the prompt."
        ),
        json_column("test_cases", "testCases", "Inputs that try out the prompt."),
        *PUBLISHED[:4],
    ),
    query=(("status", "all"),),
    needs="a plan with AI actions",
)


AUTOMATION_DEFINITIONS = Table(
    "AUTOMATION_DEFINITIONS",
    ENVIRONMENT,
    "automation_definitions",
    "One row per automation, with triggers and kinds of actions.",
    (
        NAME,
        DESCRIPTION,
        string("status", "", "State, such as `published`."),
        json_column("triggers", "", "Events that start the automation."),
        *newer(
            action_types(
                "action_types",
                "steps",
                "Kinds of actions, such as `cma.entry.publish`, without parameters.",
            )
        ),
    ),
    needs="a plan with automations",
)


AUTOMATION_EXECUTIONS = Table(
    "AUTOMATION_EXECUTIONS",
    ENVIRONMENT,
    "automation_executions",
    "One row per run of an automation.",
    (
        link(
            "automation_definition_id",
            "sys.automationDefinition",
            "Automation that ran (AUTOMATION_DEFINITIONS).",
        ),
        string("status", "status|sys.status", "Result, such as `COMPLETED` or `FAILED`."),
        errors("errors", "", "Redacted errors of the run."),
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
