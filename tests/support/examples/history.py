"""Examples of the group `history`, whose tables are read once for each parent."""

from __future__ import annotations

from .content import ENTRIES
from .example import CONTENT_ROW, IN_ENVIRONMENT, MASTER, SHOP, Example, content, link, without
from .model import CONTENT_TYPES
from .structure import WEBHOOKS
from .work import RELEASES, WORKFLOWS

ENVIRONMENT = "spaces/shop/environments/master"
SNAPSHOT_ROW = without(CONTENT_ROW, "version")
OF_ENTRY = ("space_id", "environment_id", "entry_id", "id")
THE_ENTRY = ((ENTRIES.collection, ENTRIES.record),)

ENTRY_SNAPSHOTS = Example(
    "ENTRY_SNAPSHOTS",
    f"{ENVIRONMENT}/entries/entry-hello/snapshots",
    "snapshot-1",
    {
        "snapshot": {"fields": {"title": {"en-US": "Hi"}}, "sys": {"id": "entry-hello"}},
        "sys": without(
            content("Snapshot", "snapshot-1", snapshotType="publish", snapshotEntityType="Entry"),
            "version",
        ),
    },
    (
        {
            **MASTER,
            "entry_id": "entry-hello",
            "id": "snapshot-1",
            "snapshot_type": "publish",
            "snapshot": {"fields": {"title": {"en-US": "Hi"}}, "sys": {"id": "entry-hello"}},
            **SNAPSHOT_ROW,
        },
    ),
    {"snapshot": {"fields": {}, "sys": {"id": "entry-hello"}}},
    {"snapshot": {"fields": {}, "sys": {"id": "entry-hello"}}},
    OF_ENTRY,
    around=THE_ENTRY,
    bumps=True,
)

CONTENT_TYPE_SNAPSHOTS = Example(
    "CONTENT_TYPE_SNAPSHOTS",
    f"{ENVIRONMENT}/content_types/post/snapshots",
    "snapshot-2",
    {
        "snapshot": {"name": "Old post", "fields": [], "sys": {"id": "post"}},
        "sys": without(
            content(
                "Snapshot", "snapshot-2", snapshotType="publish", snapshotEntityType="ContentType"
            ),
            "version",
        ),
    },
    (
        {
            **MASTER,
            "content_type_id": "post",
            "id": "snapshot-2",
            "snapshot_type": "publish",
            "snapshot": {"name": "Old post", "fields": [], "sys": {"id": "post"}},
            **SNAPSHOT_ROW,
        },
    ),
    {"snapshot": {"name": "Older post", "fields": [], "sys": {"id": "post"}}},
    {"snapshot": {"name": "Older post", "fields": [], "sys": {"id": "post"}}},
    ("space_id", "environment_id", "content_type_id", "id"),
    around=((CONTENT_TYPES.collection, CONTENT_TYPES.record),),
    bumps=True,
)

COMMENTS = Example(
    "COMMENTS",
    f"{ENVIRONMENT}/entries/entry-hello/comments",
    "comment-1",
    {
        "body": "Too short?",
        "status": "active",
        "sys": content(
            "Comment",
            "comment-1",
            parentEntity={
                "sys": {**link("Entry", "entry-hello")["sys"], "ref": "fields.title.de-DE"}
            },
            parent=link("Comment", "comment-0"),
        ),
    },
    (
        {
            **MASTER,
            "entry_id": "entry-hello",
            "id": "comment-1",
            "body": "Too short?",
            "status": "active",
            "parent_comment_id": "comment-0",
            "field_id": "title",
            "locale": "de-DE",
            **CONTENT_ROW,
        },
    ),
    {"status": "resolved"},
    {"status": "resolved"},
    OF_ENTRY,
    around=THE_ENTRY,
)

TASKS = Example(
    "TASKS",
    f"{ENVIRONMENT}/entries/entry-hello/tasks",
    "task-1",
    {
        "body": "Find a picture",
        "assignedTo": link("Team", "team-red"),
        "status": "active",
        "dueDate": "2025-06-01T00:00:00Z",
        "sys": content("Task", "task-1", parentEntity=link("Entry", "entry-hello")),
    },
    (
        {
            **MASTER,
            "entry_id": "entry-hello",
            "id": "task-1",
            "body": "Find a picture",
            "status": "active",
            "assigned_to_type": "Team",
            "assigned_to_id": "team-red",
            "due_date": "2025-06-01T00:00:00Z",
            "resolved_at": None,
            "resolved_by_id": None,
            "resolved_by_type": None,
            **CONTENT_ROW,
        },
    ),
    {"assignedTo": link("User", "ann"), "dueDate": None},
    {"assigned_to_type": "User", "assigned_to_id": "ann", "due_date": None},
    OF_ENTRY,
    around=THE_ENTRY,
)

WEBHOOK_CALLS = Example(
    "WEBHOOK_CALLS",
    "spaces/shop/webhooks/hook-search/calls",
    "call-1",
    {
        "statusCode": 500,
        "errors": ["InternalServerError", "No answer of https://search.example.com/SECRET"],
        "eventType": "publish",
        "url": "https://robot:SECRET@search.example.com/SECRET?token=SECRET",
        "requestAt": "2024-06-07T08:09:10.123Z",
        "responseAt": "2024-06-07T08:09:11.456Z",
        "request": {"headers": {"X-Index": "SECRET"}},
        "sys": {
            "type": "WebhookCallOverview",
            "id": "call-1",
            "space": link("Space", "shop"),
            "createdBy": link("WebhookDefinition", "hook-search"),
            "createdAt": "2024-06-07T08:09:11.500Z",
        },
    },
    (
        {
            **SHOP,
            "webhook_id": "hook-search",
            "id": "call-1",
            "event_type": "publish",
            "status_code": 500,
            "url": "https://search.example.com",
            "errors": ["InternalServerError", "No answer of https://search.example.com"],
            "request_at": "2024-06-07T08:09:10.123Z",
            "response_at": "2024-06-07T08:09:11.456Z",
            "created_at": "2024-06-07T08:09:11.500Z",
        },
    ),
    {"statusCode": 200, "errors": []},
    {"status_code": 200, "errors": []},
    ("space_id", "webhook_id", "id"),
    around=((WEBHOOKS.collection, WEBHOOKS.record),),
)

RELEASE_ENTITIES = Example(
    "RELEASE_ENTITIES",
    f"{ENVIRONMENT}/releases/release-summer/assets",
    "asset-moon",
    {
        "metadata": {"tags": [link("Tag", "tag-summer")], "concepts": []},
        "fields": {"file": {"en-US": {"upload": "https://files.example.com/m?s=SECRET"}}},
        "sys": content("Asset", "asset-moon", release=link("Release", "release-summer")),
    },
    (
        {
            **MASTER,
            "release_id": "release-summer",
            "type": "Asset",
            "id": "asset-moon",
            "content_type_id": None,
            "fields": {"file": {"en-US": {"upload": "https://files.example.com/m"}}},
            "tags": ["tag-summer"],
            "concepts": [],
            **CONTENT_ROW,
        },
    ),
    {"fields": {}, "metadata": {"tags": [], "concepts": []}},
    {"fields": {}, "tags": []},
    ("space_id", "environment_id", "release_id", "type", "id"),
    around=((RELEASES.collection, RELEASES.record),),
)

WORKFLOW_STEPS = Example(
    "WORKFLOW_STEPS",
    f"{ENVIRONMENT}/workflows_changelog",
    "moved-once",
    {
        "event": "stepChanged",
        "eventBy": link("AppDefinition", "app-robot"),
        "eventAt": "2024-06-07T08:09:10.123Z",
        "workflow": {
            "sys": {
                "type": "VersionedLink",
                "linkType": "Workflow",
                "id": "flow-of-moved-once",
                "version": 2,
            }
        },
        "workflowDefinition": link("WorkflowDefinition", "flow-review"),
        "entity": link("Entry", "entry-hello"),
        "stepId": "step-draft",
        "stepName": "Draft",
        "stepAnnotations": ["Contentful:Color:Blue"],
        "sys": {"id": "moved-once"},
    },
    (
        {
            **MASTER,
            "entry_id": "entry-hello",
            "workflow_id": "flow-of-moved-once",
            "event_at": "2024-06-07T08:09:10.123Z",
            "event": "stepChanged",
            "workflow_definition_id": "flow-review",
            "workflow_version": 2,
            "step_id": "step-draft",
            "step_name": "Draft",
            "step_annotations": ["Contentful:Color:Blue"],
            "event_by_id": "app-robot",
            "event_by_type": "AppDefinition",
        },
    ),
    {"stepName": "First draft"},
    {"step_name": "First draft"},
    ("space_id", "environment_id", "entry_id", "workflow_id", "event_at", "event"),
    around=((WORKFLOWS.collection, WORKFLOWS.record),),
    bumps=True,
)

BULK_OPERATIONS = Example(
    "BULK_OPERATIONS",
    f"{ENVIRONMENT}/bulk_operations",
    "bulk-1",
    {
        "sys": without(
            content("BulkOperation", "bulk-1", status="in_progress", bulkType="EntriesUpdate"),
            "version",
        )
    },
    (
        {
            **MASTER,
            "id": "bulk-1",
            "status": "in_progress",
            "bulk_type": "EntriesUpdate",
            "completed_at": None,
            **SNAPSHOT_ROW,
        },
    ),
    {
        "sys": without(
            content("BulkOperation", "bulk-1", status="failed", bulkType="EntriesUpdate"),
            "version",
        )
    },
    {"status": "failed"},
    IN_ENVIRONMENT,
    stays=True,
)

HISTORY = (
    *(ENTRY_SNAPSHOTS, CONTENT_TYPE_SNAPSHOTS, COMMENTS, TASKS, WEBHOOK_CALLS),
    *(RELEASE_ENTITIES, WORKFLOW_STEPS, BULK_OPERATIONS),
)
