"""Examples of the group `work`."""

from __future__ import annotations

from .example import (
    CONTENT_ROW,
    IN_ENVIRONMENT,
    IN_SPACE,
    MASTER,
    SHOP,
    Example,
    content,
    link,
    without,
)

ENVIRONMENT = "spaces/shop/environments/master"

METADATA = {
    "withReferences": [
        {"entity": link("Entry", "entry-hello"), "filter": {"contentTypes": ["author"]}}
    ],
    "annotations": {"Release": [link("Annotation", "Contentful:Timeline")]},
}

PUBLISHED_LATER = [{"entity": link("Entry", "entry-later"), "action": "publish"}]

RELEASES = Example(
    "RELEASES",
    f"{ENVIRONMENT}/releases",
    "release-summer",
    {
        "title": "Summer campaign",
        "entities": {"sys": {"type": "Array"}, "items": PUBLISHED_LATER},
        "metadata": METADATA,
        "sys": content(
            "Release",
            "release-summer",
            status="active",
            schemaVersion="Release.v2",
            lastAction=link("ReleaseAction", "action-go"),
        ),
    },
    (
        {
            **MASTER,
            "id": "release-summer",
            "title": "Summer campaign",
            "status": "active",
            "schema_version": "Release.v2",
            "entities": PUBLISHED_LATER,
            "metadata": METADATA,
            "last_action_id": "action-go",
            "archived_at": None,
            "archived_by_id": None,
            "archived_by_type": None,
            **CONTENT_ROW,
        },
    ),
    {"title": "Late summer", "entities": {"sys": {"type": "Array"}, "items": []}},
    {"title": "Late summer", "entities": []},
    IN_ENVIRONMENT,
)

RELEASE_ACTIONS = Example(
    "RELEASE_ACTIONS",
    f"{ENVIRONMENT}/release_actions",
    "action-go",
    {
        "action": "publish",
        "sys": without(
            content(
                "ReleaseAction",
                "action-go",
                status="inProgress",
                release=link("Release", "release-summer"),
                startedAt="2024-06-07T08:09:10.456Z",
            ),
            "version",
        ),
    },
    (
        {
            **MASTER,
            "id": "action-go",
            "action": "publish",
            "status": "inProgress",
            "release_id": "release-summer",
            "started_at": "2024-06-07T08:09:10.456Z",
            "completed_at": None,
            **without(CONTENT_ROW, "version"),
        },
    ),
    {"action": "validate"},
    {"action": "validate"},
    IN_ENVIRONMENT,
)

SCHEDULED_ACTIONS = Example(
    "SCHEDULED_ACTIONS",
    "spaces/shop/scheduled_actions",
    "tomorrow",
    {
        "action": "publish",
        "entity": link("Entry", "entry-hello"),
        "environment": link("Environment", "master"),
        "scheduledFor": {"datetime": "2025-06-01T09:30:00.000+02:00", "timezone": "Europe/Berlin"},
        "payload": {"withReferences": {"entities": {}}},
        "error": {"message": "No answer of https://example.com/?key=SECRET"},
        "sys": without(
            content("ScheduledAction", "tomorrow", status="scheduled"),
            "environment",
        ),
    },
    (
        {
            **MASTER,
            "id": "tomorrow",
            "action": "publish",
            "status": "scheduled",
            "entity_type": "Entry",
            "entity_id": "entry-hello",
            "scheduled_for": "2025-06-01T07:30:00Z",
            "timezone": "Europe/Berlin",
            "payload": {"withReferences": {"entities": {}}},
            "error": {"message": "No answer of https://example.com"},
            "canceled_at": None,
            "canceled_by_id": None,
            "canceled_by_type": None,
            **CONTENT_ROW,
        },
    ),
    {"action": "unpublish", "scheduledFor": {"datetime": "2025-06-02T09:30:00.500Z"}},
    {"action": "unpublish", "scheduled_for": "2025-06-02T09:30:00.500Z", "timezone": None},
    IN_ENVIRONMENT,
)

STEPS = [{"id": "step-draft", "name": "Draft", "annotations": ["Contentful:Color:Blue"]}]
ACTION = {"type": "app", "headers": {"Authorization": "SECRET"}, "body": "SECRET"}
APPLIES_TO = [{"linkType": "Entry", "type": "Link"}]

WORKFLOW_DEFINITIONS = Example(
    "WORKFLOW_DEFINITIONS",
    f"{ENVIRONMENT}/workflow_definitions",
    "flow-review",
    {
        "name": "Review",
        "description": "Four eyes",
        "appliesTo": APPLIES_TO,
        "steps": [{**STEPS[0], "actions": [ACTION]}],
        "startOnEntityCreation": True,
        "flowType": "strict-neighbor",
        "sys": content("WorkflowDefinition", "flow-review", isLocked=False),
    },
    (
        {
            **MASTER,
            "id": "flow-review",
            "name": "Review",
            "description": "Four eyes",
            "applies_to": APPLIES_TO,
            "steps": STEPS,
            "start_on_entity_creation": True,
            "flow_type": "strict-neighbor",
            "is_locked": False,
            **CONTENT_ROW,
        },
    ),
    {"steps": [], "startOnEntityCreation": False},
    {"steps": [], "start_on_entity_creation": False},
    IN_ENVIRONMENT,
)

WORKFLOWS = Example(
    "WORKFLOWS",
    f"{ENVIRONMENT}/workflows",
    "review-of-hello",
    {
        "stepId": "step-draft",
        "sys": content(
            "Workflow",
            "review-of-hello",
            entity=link("Entry", "entry-hello"),
            workflowDefinition=link("WorkflowDefinition", "flow-review"),
            completedAt="2024-06-07T08:09:10.123Z",
            completedBy=link("User", "bob"),
        ),
    },
    (
        {
            **MASTER,
            "id": "review-of-hello",
            "step_id": "step-draft",
            "entity_type": "Entry",
            "entity_id": "entry-hello",
            "workflow_definition_id": "flow-review",
            "completed_at": "2024-06-07T08:09:10.123Z",
            "completed_by_id": "bob",
            "completed_by_type": "User",
            "deleted_at": None,
            "deleted_by_id": None,
            "deleted_by_type": None,
            **CONTENT_ROW,
        },
    ),
    {"stepId": "step-done"},
    {"step_id": "step-done"},
    IN_ENVIRONMENT,
)

INSTRUCTION = {"template": "Translate {{text}}", "variables": [{"id": "text"}]}

AI_ACTIONS = Example(
    "AI_ACTIONS",
    "spaces/shop/ai/actions",
    "ai-translate",
    {
        "name": "Translate",
        "description": "Into German",
        "configuration": {"modelType": "gpt", "modelTemperature": 0.5},
        "instruction": INSTRUCTION,
        "testCases": [{"type": "Text", "value": "Hello"}],
        "sys": without(
            content(
                "AiAction",
                "ai-translate",
                publishedVersion=2,
                publishedAt="2024-06-07T08:09:10.123Z",
                publishedBy=link("User", "bob"),
            ),
            "environment",
        ),
    },
    (
        {
            **SHOP,
            "id": "ai-translate",
            "name": "Translate",
            "description": "Into German",
            "configuration": {"modelType": "gpt", "modelTemperature": 0.5},
            "instruction": INSTRUCTION,
            "test_cases": [{"type": "Text", "value": "Hello"}],
            "published_version": 2,
            "published_at": "2024-06-07T08:09:10.123Z",
            "published_by_id": "bob",
            "published_by_type": "User",
            **CONTENT_ROW,
        },
    ),
    {"testCases": [], "name": "Translate well"},
    {"test_cases": [], "name": "Translate well"},
    IN_SPACE,
)

TRIGGERS = [{"type": "Entry.publish"}]
AUTOMATION_STEPS = [{"id": "tag", "type": "action", "action": {"parameters": "SECRET"}}]

AUTOMATION_DEFINITIONS = Example(
    "AUTOMATION_DEFINITIONS",
    f"{ENVIRONMENT}/automation_definitions",
    "automation-tag",
    {
        "name": "Tag what is new",
        "description": "Adds a tag",
        "triggers": TRIGGERS,
        "steps": AUTOMATION_STEPS,
        "status": "published",
        "sys": content("AutomationDefinition", "automation-tag"),
    },
    (
        {
            **MASTER,
            "id": "automation-tag",
            "name": "Tag what is new",
            "description": "Adds a tag",
            "status": "published",
            "triggers": TRIGGERS,
            **CONTENT_ROW,
        },
    ),
    {"triggers": []},
    {"triggers": []},
    IN_ENVIRONMENT,
)

AUTOMATION_EXECUTIONS = Example(
    "AUTOMATION_EXECUTIONS",
    f"{ENVIRONMENT}/automation_executions",
    "execution-1",
    {
        "status": "failed",
        "errors": [{"message": "No answer of https://robot:SECRET@example.com/SECRET"}],
        "sys": without(
            content(
                "AutomationExecution",
                "execution-1",
                automationDefinition=link("AutomationDefinition", "automation-tag"),
            ),
            "version",
            "updatedBy",
        ),
    },
    (
        {
            **MASTER,
            "id": "execution-1",
            "automation_definition_id": "automation-tag",
            "status": "failed",
            "errors": [{"message": "No answer of https://example.com"}],
            **without(CONTENT_ROW, "version", "updated_by_id", "updated_by_type"),
        },
    ),
    {"status": "succeeded", "errors": []},
    {"status": "succeeded", "errors": []},
    IN_ENVIRONMENT,
)

WORK = (
    RELEASES,
    RELEASE_ACTIONS,
    SCHEDULED_ACTIONS,
    WORKFLOW_DEFINITIONS,
    WORKFLOWS,
    AI_ACTIONS,
    AUTOMATION_DEFINITIONS,
    AUTOMATION_EXECUTIONS,
)
