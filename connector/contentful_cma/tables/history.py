"""What is asked once for each parent record: snapshots, comments, tasks, webhook calls."""

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
    links,
    origin,
    string,
    timestamp,
)
from .content import ENTRIES
from .derived import comment_row, entity_row
from .model import CONTENT_TYPES
from .places import ENVIRONMENT, SPACE
from .structure import WEBHOOKS
from .table import LARGEST_PAGE, Full, PerParent, Table
from .work import RELEASES, TIMELINE, WORKFLOWS


def was_published(record: Record) -> bool:
    """Tell whether a record was ever published: only then it has snapshots."""
    sys = record.get("sys")
    return isinstance(sys, Mapping) and bool(sys.get("firstPublishedAt") or sys.get("publishedAt"))


SNAPSHOT = (
    string("snapshot_type", "sys.snapshotType", "What made it: `publish`."),
    json_column("snapshot", "snapshot", "The record as it was published."),
)


ENTRY_SNAPSHOTS = Table(
    "ENTRY_SNAPSHOTS",
    ENVIRONMENT,
    "entries/{parent}/snapshots",
    "An entry as it once was published.",
    SNAPSHOT,
    key=(string("entry_id", "parent_id", "What it shows (ENTRIES)."), ID),
    sys=(*CREATED, *UPDATED),
    # Publishing makes a snapshot and a new version of the record.
    read=PerParent(ENTRIES, of=was_published, only_changed=True),
    needs="the environment is `master` or the one behind that alias",
)


CONTENT_TYPE_SNAPSHOTS = Table(
    "CONTENT_TYPE_SNAPSHOTS",
    ENVIRONMENT,
    "content_types/{parent}/snapshots",
    "A content type as it once was published.",
    SNAPSHOT,
    key=(string("content_type_id", "parent_id", "What it shows (CONTENT_TYPES)."), ID),
    sys=(*CREATED, *UPDATED),
    # Publishing makes a snapshot and a new version of the record.
    read=PerParent(CONTENT_TYPES, of=was_published, only_changed=True),
    needs="the environment is `master` or the one behind that alias",
)


COMMENTS = Table(
    "COMMENTS",
    ENVIRONMENT,
    "entries/{parent}/comments",
    "What someone wrote about an entry.",
    (
        json_column("body", "body", "Text or rich text."),
        string("status", "status", "`active` or `resolved`."),
        link("parent_comment_id", "sys.parent|parent", "The comment that it answers."),
        string("field_id", "field_id", "The field that it is about, NULL for the whole entry."),
        string("locale", "locale", "The locale of that field."),
    ),
    key=(string("entry_id", "parent_id", "What it is about (ENTRIES)."), ID),
    # All comments of an entry come at once (see "Comments" in
    # https://www.contentful.com/developers/docs/references/content-management-api/).
    paged=False,
    read=PerParent(ENTRIES),
    finish=comment_row,
)


TASKS = Table(
    "TASKS",
    ENVIRONMENT,
    "entries/{parent}/tasks",
    "What someone has to do about an entry.",
    (
        string("body", "", "What is to be done."),
        string("status", "", "`active` or `resolved`."),
        string("assigned_to_type", "assignedTo.sys.linkType", "`User` or `Team`."),
        link("assigned_to_id", "assignedTo", "Who has to do it (USERS or TEAMS)."),
        timestamp("due_date", "dueDate", "Until when it is to be done."),
        timestamp("resolved_at", "sys.resolvedAt", "When it was done, NULL while it is not."),
        *actor("resolved_by", "sys.resolvedBy"),
    ),
    key=(string("entry_id", "parent_id", "What it is about (ENTRIES)."), ID),
    read=PerParent(ENTRIES),
    needs="a Premium plan; who may read an entry may read its tasks",
)


WEBHOOK_CALLS = Table(
    "WEBHOOK_CALLS",
    SPACE,
    "webhooks/{parent}/calls",
    "A recent call of a webhook; Contentful keeps them for a while only.",
    (
        string("event_type", "eventType", "What had happened, such as `publish`."),
        integer("status_code", "statusCode", "The answer's HTTP status."),
        origin("url", "url", "Scheme and host that it called."),
        errors("errors", "", "What went wrong, empty if nothing did."),
        timestamp("request_at", "requestAt", "When it was called."),
        timestamp("response_at", "responseAt", "When the answer came."),
    ),
    key=(string("webhook_id", "parent_id", "What was called (WEBHOOKS)."), ID),
    sys=(CREATED[0],),
    read=PerParent(WEBHOOKS),
)


def is_timeline(record: Record) -> bool:
    """Tell whether a release is one of Timeline, which holds content of its own."""
    sys = record.get("sys")
    return isinstance(sys, Mapping) and sys.get("schemaVersion") == TIMELINE


RELEASE_ENTITIES = Table(
    "RELEASE_ENTITIES",
    ENVIRONMENT,
    "releases/{parent}/entries",
    "An entry or an asset as a release of Timeline would publish it.",
    (
        link("content_type_id", "sys.contentType", "For entries."),
        json_column("fields", "fields", "Every field by locale, as the API sends it."),
        links("tags", "metadata.tags", "Ids of its labels (TAGS)."),
        links("concepts", "metadata.concepts", "Ids of its terms (TAXONOMY_CONCEPTS)."),
    ),
    LARGEST_PAGE,
    key=(
        string("release_id", "parent_id", "What it belongs to (RELEASES)."),
        string("type", "sys.type", "`Entry` or `Asset`."),
        ID,
    ),
    read=PerParent(RELEASES, of=is_timeline, also=("releases/{parent}/assets",)),
    finish=entity_row,
    needs="a plan with Timeline",
)


def entry_of(workflow: Record) -> Optional[str]:
    """Return the id of the entry that a workflow is about."""
    sys = workflow.get("sys")
    entity = sys.get("entity") if isinstance(sys, Mapping) else None
    return link_id(entity) if link_type(entity) == "Entry" else None


WORKFLOW_STEPS = Table(
    "WORKFLOW_STEPS",
    ENVIRONMENT,
    "workflows_changelog",
    "That a workflow of an entry was started, moved to another step, completed or deleted.",
    (
        link("workflow_definition_id", "workflowDefinition", "What the workflow follows."),
        integer("workflow_version", "workflow.sys.version", "The workflow's version after it."),
        string("step_id", "stepId", "The step that the workflow was in after it."),
        string("step_name", "stepName", "The name of that step at the time."),
        json_column(
            "step_annotations", "stepAnnotations", "What its definition notes of that step."
        ),
        *actor("event_by", "eventBy"),
    ),
    query=(("entity.sys.linkType", "Entry"), ("entity.sys.id", "{parent}")),
    # An event has no id.
    key=(
        string("entry_id", "parent_id", "What goes through the steps (ENTRIES)."),
        link("workflow_id", "workflow", "What was moved (WORKFLOWS, while it lasts)."),
        timestamp("event_at", "eventAt", "When it happened."),
        string("event", "event", "`created`, `stepChanged`, `completed` or `deleted`."),
    ),
    sys=(),
    read=PerParent(WORKFLOWS, only_changed=True, id_of=entry_of),
    needs="a Premium plan",
)


BULK_OPERATIONS = Table(
    "BULK_OPERATIONS",
    ENVIRONMENT,
    "bulk_operations",
    "A job on many entries; Contentful keeps it for seven days, its row stays until a re-sync.",
    (
        string("status", "sys.status", "`in_progress`, `completed` or `failed`."),
        string("bulk_type", "sys.bulkType", "`EntriesCreate`, `EntriesUpdate` or the like."),
        timestamp("completed_at", "sys.completedAt", "When it ended, where the API tells."),
    ),
    query=(("order", "sys.createdAt"),),
    sys=(*CREATED, *UPDATED),
    read=Full(keeps_gone=True),
    needs="bulk operations, which have to be enabled for the space",
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
)
