"""Tables that need a request per parent record, such as comments, and tables of past events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from contentful_cma.values import Record, link_id, link_type

from .columns import (
    CREATED,
    ID,
    UPDATED,
    actor,
    errors,
    integer,
    json_column,
    link,
    origin,
    string,
    timestamp,
)
from .columns import (
    link_type as link_type_column,
)
from .content import ENTRIES, FIELDS
from .derived import comment_row, entity_row
from .model import CONTENT_TYPES
from .places import ENVIRONMENT, ORGANIZATION, SPACE
from .structure import ENVIRONMENT_TEMPLATES, WEBHOOKS
from .table import LARGEST_PAGE, Full, PerParent, Table
from .work import RELEASES, TIMELINE, WORKFLOWS


def was_published(record: Record) -> bool:
    """Return whether a record was ever published; only such records have snapshots."""
    sys = record.get("sys")
    return isinstance(sys, Mapping) and bool(sys.get("firstPublishedAt") or sys.get("publishedAt"))


SNAPSHOT = (
    string("snapshot_type", "sys.snapshotType", "Event that created the snapshot: `publish`."),
    json_column("snapshot", "snapshot", "Record at the time of publication."),
)


ENTRY_SNAPSHOTS = Table(
    "ENTRY_SNAPSHOTS",
    ENVIRONMENT,
    "entries/{parent}/snapshots",
    "One row per published version of an entry.",
    SNAPSHOT,
    key=(string("entry_id", "parent_id", "Published entry (ENTRIES)."), ID),
    sys=(*CREATED, *UPDATED),
    # Publishing creates a snapshot and a new version of the record.
    read=PerParent(ENTRIES, of=was_published, only_changed=True),
    needs="the environment `master`, or the one that the alias `master` points to",
)


CONTENT_TYPE_SNAPSHOTS = Table(
    "CONTENT_TYPE_SNAPSHOTS",
    ENVIRONMENT,
    "content_types/{parent}/snapshots",
    "One row per published version of a content type.",
    SNAPSHOT,
    key=(string("content_type_id", "parent_id", "Published content type (CONTENT_TYPES)."), ID),
    sys=(*CREATED, *UPDATED),
    # Publishing creates a snapshot and a new version of the record.
    read=PerParent(CONTENT_TYPES, of=was_published, only_changed=True),
    needs="the environment `master`, or the one that the alias `master` points to",
)


COMMENTS = Table(
    "COMMENTS",
    ENVIRONMENT,
    "entries/{parent}/comments",
    "One row per comment on an entry; comments on other records are not read.",
    (
        json_column("body", "body", "Comment as plain text or rich text."),
        string("status", "status", "State: `active` or `resolved`."),
        link(
            "parent_comment_id",
            "sys.parent|parent",
            "Comment that the reply answers (COMMENTS); NULL if none.",
        ),
        string(
            "field_id",
            "field_id",
            "Field that the comment is about; NULL for the whole entry.",
        ),
        string("locale", "locale", "Locale code of the commented field value."),
    ),
    key=(string("entry_id", "parent_id", "Entry with the comment (ENTRIES)."), ID),
    # One response has all comments of an entry (see "Comments" in
    # https://www.contentful.com/developers/docs/references/content-management-api/).
    paged=False,
    read=PerParent(ENTRIES),
    finish=comment_row,
)


_NEVER_SENT = "Always NULL; the API no longer sends this value."

TASKS = Table(
    "TASKS",
    ENVIRONMENT,
    "entries/{parent}/tasks",
    "One row per task on an entry.",
    (
        string("body", "", "Text of the task."),
        string("status", "", "State: `active` or `resolved`."),
        string(
            "assigned_to_type",
            "assignedTo.sys.linkType",
            "Type of `assigned_to_id`: `User` or `Team`.",
        ),
        link("assigned_to_id", "assignedTo", "User or team with the task (USERS or TEAMS)."),
        timestamp("due_date", "dueDate", "Deadline of the task, in UTC."),
        timestamp("resolved_at", "sys.resolvedAt", _NEVER_SENT),
        link("resolved_by_id", "sys.resolvedBy", _NEVER_SENT),
        link_type_column("resolved_by_type", "sys.resolvedBy", _NEVER_SENT),
    ),
    key=(string("entry_id", "parent_id", "Entry with the task (ENTRIES)."), ID),
    read=PerParent(ENTRIES),
    needs="a Premium plan, and read access to the entry",
)


WEBHOOK_CALLS = Table(
    "WEBHOOK_CALLS",
    SPACE,
    "webhooks/{parent}/calls",
    "One row per recent webhook call; Contentful keeps calls for a limited time.",
    (
        string("event_type", "eventType", "Event that caused the call, such as `publish`."),
        integer("status_code", "statusCode", "HTTP status of the response."),
        origin("url", "url", "Scheme and host of the called URL."),
        errors("errors", "", "Redacted errors of the call; empty if none."),
        timestamp("request_at", "requestAt", "Time of the request, in UTC."),
        timestamp("response_at", "responseAt", "Time of the response, in UTC."),
    ),
    key=(string("webhook_id", "parent_id", "Webhook that made the call (WEBHOOKS)."), ID),
    sys=(CREATED[0],),
    read=PerParent(WEBHOOKS),
)


def is_timeline(record: Record) -> bool:
    """Return whether a release belongs to Timeline, whose releases contain planned content."""
    sys = record.get("sys")
    return isinstance(sys, Mapping) and sys.get("schemaVersion") == TIMELINE


RELEASE_ENTITIES = Table(
    "RELEASE_ENTITIES",
    ENVIRONMENT,
    "releases/{parent}/entries",
    "One row per entry or asset in a Timeline release, with its planned content.",
    (
        link(
            "content_type_id",
            "sys.contentType",
            "Content type of the entry (CONTENT_TYPES); NULL for assets.",
        ),
        *FIELDS,
    ),
    LARGEST_PAGE,
    key=(
        string("release_id", "parent_id", "Release with the entry or asset (RELEASES)."),
        string("type", "sys.type", "Record type: `Entry` or `Asset`."),
        ID,
    ),
    read=PerParent(RELEASES, of=is_timeline, also=("releases/{parent}/assets",)),
    finish=entity_row,
    needs="a plan with Timeline",
)


def entry_of(workflow: Record) -> Optional[str]:
    """Return the id of a workflow's entry, None for other records."""
    sys = workflow.get("sys")
    entity = sys.get("entity") if isinstance(sys, Mapping) else None
    return link_id(entity) if link_type(entity) == "Entry" else None


WORKFLOW_STEPS = Table(
    "WORKFLOW_STEPS",
    ENVIRONMENT,
    "workflows_changelog",
    "One row per workflow event of an entry: start, change of step, completion or deletion.",
    (
        link(
            "workflow_definition_id",
            "workflowDefinition",
            "Definition that the workflow follows (WORKFLOW_DEFINITIONS).",
        ),
        integer(
            "workflow_version",
            "workflow.sys.version",
            "Revision number of the workflow after the event.",
        ),
        string("step_id", "stepId", "Step of the workflow after the event."),
        string("step_name", "stepName", "Name of that step at the time of the event."),
        json_column(
            "step_annotations",
            "stepAnnotations",
            "Annotations of that step in the workflow definition.",
        ),
        *actor("event_by", "eventBy", "caused the event"),
    ),
    # The reference and the SDK use `entry` here, but links use `Entry`.
    query=(("entity.sys.linkType", "entry"), ("entity.sys.id", "{parent}")),
    # An event has no id.
    key=(
        string("entry_id", "parent_id", "Entry in the workflow (ENTRIES)."),
        link(
            "workflow_id",
            "workflow",
            "Workflow that moved (WORKFLOWS); its row may be deleted later.",
        ),
        timestamp("event_at", "eventAt", "Time of the event, in UTC."),
        string(
            "event",
            "event",
            "Kind of event: `created`, `stepChanged`, `completed` or `deleted`.",
        ),
    ),
    sys=(),
    read=PerParent(
        WORKFLOWS,
        only_changed=True,
        id_of=entry_of,
        otherwise=(("entity.sys.linkType", "Entry"),),
        keeps_missing=True,
    ),
    needs="a Premium plan",
)


BULK_OPERATIONS = Table(
    "BULK_OPERATIONS",
    ENVIRONMENT,
    "bulk_operations",
    "One row per bulk operation on entries. Contentful keeps operations for seven days; rows stay"
    " until a re-sync.",
    (
        string("status", "sys.status", "State: `in_progress`, `completed` or `failed`."),
        string(
            "bulk_type",
            "sys.bulkType",
            "Kind of operation, such as `EntriesCreate` or `EntriesUpdate`.",
        ),
        timestamp(
            "completed_at",
            "sys.completedAt",
            "End of the operation, in UTC; NULL if not reported.",
        ),
    ),
    query=(("order", "sys.createdAt"),),
    sys=(*CREATED, *UPDATED),
    read=Full(keeps_missing=True),
    needs="bulk operations enabled for the space",
)


ENVIRONMENT_TEMPLATE_INSTALLATIONS = Table(
    "ENVIRONMENT_TEMPLATE_INSTALLATIONS",
    ORGANIZATION,
    "environment_templates/{parent}/template_installations",
    "One row per installation of an environment template in an environment.",
    (
        link("space_id", "sys.space", "Space of the installation (SPACES)."),
        link("environment_id", "sys.environment", "Environment with the template (ENVIRONMENTS)."),
        integer(
            "template_version", "sys.template.sys.version", "Installed version of the template."
        ),
        string("status", "sys.status", "State: `inProgress`, `succeeded` or `failed`."),
        errors("errors", "sys.errors", "Redacted errors of a failed installation."),
        timestamp("completed_at", "sys.completedAt", "End of the installation, in UTC."),
    ),
    key=(
        string(
            "environment_template_id",
            "parent_id",
            "Installed template (ENVIRONMENT_TEMPLATES).",
        ),
        ID,
    ),
    read=PerParent(ENVIRONMENT_TEMPLATES),
    needs="a plan with environment templates",
)


TABLES = (
    ENTRY_SNAPSHOTS,
    CONTENT_TYPE_SNAPSHOTS,
    COMMENTS,
    TASKS,
    WEBHOOK_CALLS,
    RELEASE_ENTITIES,
    WORKFLOW_STEPS,
    BULK_OPERATIONS,
    ENVIRONMENT_TEMPLATE_INSTALLATIONS,
)
