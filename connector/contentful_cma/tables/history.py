"""What is asked once for each parent record: snapshots, comments, tasks, webhook calls."""

from __future__ import annotations

from collections.abc import Mapping

from contentful_cma.values import Record

from .columns import CREATED, ID, UPDATED, actor, errors, instant, json, link, origin, text, whole
from .content import ENTRIES
from .derived import comment_row
from .model import CONTENT_TYPES
from .places import ENVIRONMENT, SPACE
from .structure import WEBHOOKS
from .table import PerParent, Table


def was_published(record: Record) -> bool:
    """Tell whether a record was ever published: only then it has snapshots."""
    sys = record.get("sys")
    return isinstance(sys, Mapping) and bool(sys.get("firstPublishedAt") or sys.get("publishedAt"))


SNAPSHOT = (
    text("snapshot_type", "sys.snapshotType"),
    json("snapshot", "snapshot", "The record as it was published."),
)


ENTRY_SNAPSHOTS = Table(
    "ENTRY_SNAPSHOTS",
    ENVIRONMENT,
    "entries/{parent}/snapshots",
    "An entry as it once was published.",
    SNAPSHOT,
    key=(text("entry_id", "parent_id"), ID),
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
    key=(text("content_type_id", "parent_id"), ID),
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
        json("body", "body", "Text or rich text."),
        text("status", "status", "`active` or `resolved`."),
        link("parent_comment_id", "sys.parent|parent", "The comment that it answers."),
        text("field_id", "field_id", "The field that it is about, NULL for the whole entry."),
        text("locale", "locale", "The locale of that field."),
    ),
    key=(text("entry_id", "parent_id"), ID),
    read=PerParent(ENTRIES),
    finish=comment_row,
)


TASKS = Table(
    "TASKS",
    ENVIRONMENT,
    "entries/{parent}/tasks",
    "What someone has to do about an entry.",
    (
        text("body"),
        text("status"),
        text("assigned_to_type", "assignedTo.sys.linkType", "`User` or `Team`."),
        link("assigned_to_id", "assignedTo"),
        instant("due_date", "dueDate"),
        instant("resolved_at", "sys.resolvedAt"),
        *actor("resolved_by", "sys.resolvedBy"),
    ),
    key=(text("entry_id", "parent_id"), ID),
    read=PerParent(ENTRIES),
    needs="a Premium plan",
)


WEBHOOK_CALLS = Table(
    "WEBHOOK_CALLS",
    SPACE,
    "webhooks/{parent}/calls",
    "A recent call of a webhook; Contentful keeps them for a while only.",
    (
        text("event_type", "eventType"),
        whole("status_code", "statusCode", "The answer's HTTP status."),
        origin("url", "url", "Scheme and host that it called."),
        errors("errors"),
        instant("request_at", "requestAt"),
        instant("response_at", "responseAt"),
    ),
    key=(text("webhook_id", "parent_id"), ID),
    sys=(instant("created_at", "sys.createdAt"),),
    read=PerParent(WEBHOOKS),
)


TABLES = (
    ENTRY_SNAPSHOTS,
    CONTENT_TYPE_SNAPSHOTS,
    COMMENTS,
    TASKS,
    WEBHOOK_CALLS,
)
