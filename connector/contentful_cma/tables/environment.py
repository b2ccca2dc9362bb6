"""Tables below ``/spaces/{space_id}/environments/{environment_id}``: model, content, work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contentful_cma.rows import asset_row, entry_row, status_row, workflow_row
from contentful_cma.table import (
    CHANGED,
    CREATED,
    ENVIRONMENT,
    ID,
    PER_PARENT,
    SYS,
    Record,
    Table,
    address,
    errors,
    flag,
    instant,
    json,
    link,
    links,
    text,
    whole,
    widgets,
)

LARGEST_PAGE = 1000
"""Records per request on the content plane
(https://www.contentful.com/developers/docs/references/content-management-api/)."""

PUBLISHED = (
    whole("published_version", "sys.publishedVersion"),
    instant("published_at", "sys.publishedAt"),
    link("published_by_id", "sys.publishedBy"),
    instant("first_published_at", "sys.firstPublishedAt"),
    whole("published_counter", "sys.publishedCounter", "How often it was published."),
)
ARCHIVED = (
    whole("archived_version", "sys.archivedVersion"),
    instant("archived_at", "sys.archivedAt"),
    link("archived_by_id", "sys.archivedBy"),
)
STATUS = text("status", "status", "`draft`, `changed`, `published` or `archived`.")
URN = text("urn", "sys.urn")

LOCALES = Table(
    "LOCALES",
    ENVIRONMENT,
    "locales",
    "A language that content is written in.",
    (
        text("name"),
        text("code"),
        text("internal_code"),
        text("fallback_code", "fallbackCode|fallback_code", "Where a missing text comes from."),
        flag("is_default", "default"),
        flag("optional", "optional", "Whether required fields may be empty in it."),
        flag("content_management_api", "contentManagementApi"),
        flag("content_delivery_api", "contentDeliveryApi|publish"),
    ),
    "structure",
)

TAGS = Table(
    "TAGS",
    ENVIRONMENT,
    "tags",
    "A label that editors put on entries and assets.",
    (text("name"), text("visibility", "sys.visibility", "`private` or `public`.")),
    "structure",
    LARGEST_PAGE,
)

APP_INSTALLATIONS = Table(
    "APP_INSTALLATIONS",
    ENVIRONMENT,
    "app_installations",
    "An app that is installed in the environment; never its parameters.",
    (),
    "structure",
    # The listing has no `sys.id`: an app is installed once or not at all.
    key=(link("app_definition_id", "sys.appDefinition"),),
)

EXTENSIONS = Table(
    "EXTENSIONS",
    ENVIRONMENT,
    "extensions",
    "A UI extension, the older kind of app; never its parameters.",
    (
        text("name", "extension.name"),
        json("field_types", "extension.fieldTypes"),
        address("src", "extension.src", "Where it is hosted, without query."),
        text("srcdoc_sha256", "sys.srcdocSha256", "The hash of the page, if Contentful hosts it."),
        flag("sidebar", "extension.sidebar"),
    ),
    "structure",
    LARGEST_PAGE,
)

CONTENT_TYPES = Table(
    "CONTENT_TYPES",
    ENVIRONMENT,
    "content_types",
    "The structure of entries; its fields are in CONTENT_TYPE_FIELDS.",
    (
        text("name"),
        text("description"),
        text("display_field", "displayField", "Id of the field that gives entries their title."),
        STATUS,
        json("metadata", "metadata", "Annotations and taxonomy."),
        URN,
        *PUBLISHED,
    ),
    "model",
    LARGEST_PAGE,
    query=(("order", "sys.createdAt,sys.id"), ("cursor", "true")),
    finish=status_row,
)


def fields(record: Record) -> Iterator[dict[str, Any]]:
    """Yield one record for each field of a content type, with its position."""
    listed = record.get("fields")
    for position, field in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(field, Mapping):
            yield {**field, "position": position, "contentType": record}


CONTENT_TYPE_FIELDS = Table(
    "CONTENT_TYPE_FIELDS",
    ENVIRONMENT,
    "content_types",
    "A field of a content type.",
    (
        text("name"),
        whole("position", "position", "Where it stands in the content type, from 0."),
        text(
            "type", "type", "`Symbol`, `Text`, `RichText`, `Integer`, `Link`, `Array` and so on."
        ),
        text("link_type", "linkType", "`Entry` or `Asset`, for links."),
        text("item_type", "items.type", "The type of the items, for arrays."),
        text("item_link_type", "items.linkType", "`Entry` or `Asset`, for arrays of links."),
        flag("localized"),
        flag("required"),
        flag("disabled", "disabled", "Whether editors see it without being able to edit."),
        flag("omitted", "omitted", "Whether the delivery API leaves it out."),
        json("validations"),
        json("item_validations", "items.validations"),
        json("default_value", "defaultValue", "The default by locale."),
        json("allowed_resources", "allowedResources"),
    ),
    "model",
    LARGEST_PAGE,
    query=CONTENT_TYPES.query,
    key=(link("content_type_id", "contentType"), text("id")),
    sys=(),
    records=fields,
)

EDITOR_INTERFACES = Table(
    "EDITOR_INTERFACES",
    ENVIRONMENT,
    "editor_interfaces",
    "How the web app shows the entries of a content type.",
    (
        widgets("controls", "controls", "The widget of each field; no parameters of apps."),
        widgets("group_controls", "groupControls"),
        widgets("sidebar"),
        widgets("editors"),
        widgets("editor"),
        widgets("editor_layout", "editorLayout"),
    ),
    "model",
    LARGEST_PAGE,
    # The listing has no `sys.id`: there is one for each content type.
    key=(link("content_type_id", "sys.contentType"),),
)

CONTENT = (
    STATUS,
    text("title", "title", "The display field in the default locale."),
    json("fields", "fields", "Every field by locale, as the API sends it."),
    links("tags", "metadata.tags", "Ids of the tags."),
    links("concepts", "metadata.concepts", "Ids of the taxonomy concepts."),
    json("field_status", "sys.fieldStatus", "`draft`, `changed` or `published` by locale."),
    URN,
    *PUBLISHED,
    *ARCHIVED,
)

ENTRIES = Table(
    "ENTRIES",
    ENVIRONMENT,
    "entries",
    "A piece of content.",
    (
        link("content_type_id", "sys.contentType"),
        *CONTENT,
        json(
            "links",
            "links",
            "Every outgoing reference: field, locale, position, kind, target type and target.",
        ),
        links(
            "automation_tags", "sys.automationTags", "Ids of the tags that automations have set."
        ),
    ),
    "content",
    LARGEST_PAGE,
    reading=CHANGED,
    finish=entry_row,
)

ASSETS = Table(
    "ASSETS",
    ENVIRONMENT,
    "assets",
    "A file, with what is said about it.",
    (
        *CONTENT,
        text("file_name", "file.fileName", "In the default locale, as the following."),
        text("content_type", "file.contentType", "The media type."),
        text("url", "file.url"),
        whole("size", "file.details.size", "Bytes."),
        whole("width", "file.details.image.width", "Pixels, for images."),
        whole("height", "file.details.image.height", "Pixels, for images."),
    ),
    "content",
    LARGEST_PAGE,
    reading=CHANGED,
    finish=asset_row,
)

RELEASES = Table(
    "RELEASES",
    ENVIRONMENT,
    "releases",
    "Content that is published together.",
    (
        text("title"),
        text("status", "sys.status", "`active` or `archived`."),
        text("schema_version", "sys.schemaVersion"),
        json("entities", "entities.items", "What belongs to it."),
        json("last_action", "sys.lastAction"),
        instant("archived_at", "sys.archivedAt"),
        link("archived_by_id", "sys.archivedBy"),
    ),
    "work",
    LARGEST_PAGE,
    query=(("order", "sys.createdAt"),),
    needs="a plan with releases",
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
    ),
    "work",
    needs="a plan with releases",
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
        link("canceled_by_id", "sys.canceledBy"),
    ),
    "work",
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
    "work",
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
        link("completed_by_id", "sys.completedBy"),
        instant("deleted_at", "sys.deletedAt"),
        link("deleted_by_id", "sys.deletedBy"),
    ),
    "work",
    query=(("order", "sys.createdAt"),),
    needs="a Premium plan",
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
    "work",
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
    "work",
    needs="a plan with automations",
)


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
    "history",
    key=(text("entry_id", "parent_id"), ID),
    sys=(*CREATED, *SYS[3:]),
    reading=PER_PARENT,
    parent=ENTRIES,
    # Publishing makes a snapshot and a new version of the record.
    only_changed=True,
    asked_for=was_published,
    needs="the environment is `master` or the one behind that alias",
)

CONTENT_TYPE_SNAPSHOTS = Table(
    "CONTENT_TYPE_SNAPSHOTS",
    ENVIRONMENT,
    "content_types/{parent}/snapshots",
    "A content type as it once was published.",
    SNAPSHOT,
    "history",
    key=(text("content_type_id", "parent_id"), ID),
    sys=(*CREATED, *SYS[3:]),
    reading=PER_PARENT,
    parent=CONTENT_TYPES,
    # Publishing makes a snapshot and a new version of the record.
    only_changed=True,
    asked_for=was_published,
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
        link("resolved_by_id", "resolvedBy"),
    ),
    "history",
    key=(text("entry_id", "parent_id"), ID),
    reading=PER_PARENT,
    parent=ENTRIES,
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
        link("resolved_by_id", "sys.resolvedBy"),
    ),
    "history",
    key=(text("entry_id", "parent_id"), ID),
    reading=PER_PARENT,
    parent=ENTRIES,
    needs="a Premium plan",
)


def _experience(name: str, path: str, description: str) -> Table:
    columns = (text("name"), *PUBLISHED[:4], json("record", "record", "The whole record."))
    return Table(
        name,
        ENVIRONMENT,
        path,
        description,
        columns,
        "experience",
        records=lambda record: ({**record, "record": record},),
        needs="the experimental Experience Orchestration",
    )


EXPERIENCES = _experience(
    "EXPERIENCES", "experiences", "A page that is put together in Contentful."
)
EXPERIENCE_TEMPLATES = _experience(
    "EXPERIENCE_TEMPLATES", "experience_templates", "What experiences start from."
)
EXPERIENCE_FRAGMENTS = _experience(
    "EXPERIENCE_FRAGMENTS", "experience_fragments", "A part that several experiences share."
)
COMPONENTS = _experience("COMPONENTS", "components", "What experiences are made of.")
DATA_ASSEMBLIES = _experience(
    "DATA_ASSEMBLIES", "data_assemblies", "Where an experience's data comes from."
)
DESIGN_TOKENS = _experience("DESIGN_TOKENS", "design_tokens", "A named colour, size or the like.")

ENVIRONMENT_TABLES = (
    LOCALES,
    TAGS,
    APP_INSTALLATIONS,
    EXTENSIONS,
    CONTENT_TYPES,
    CONTENT_TYPE_FIELDS,
    EDITOR_INTERFACES,
    ENTRIES,
    ASSETS,
    RELEASES,
    RELEASE_ACTIONS,
    SCHEDULED_ACTIONS,
    WORKFLOW_DEFINITIONS,
    WORKFLOWS,
    AUTOMATION_DEFINITIONS,
    AUTOMATION_EXECUTIONS,
    ENTRY_SNAPSHOTS,
    CONTENT_TYPE_SNAPSHOTS,
    COMMENTS,
    TASKS,
    EXPERIENCES,
    EXPERIENCE_TEMPLATES,
    EXPERIENCE_FRAGMENTS,
    COMPONENTS,
    DATA_ASSEMBLIES,
    DESIGN_TOKENS,
)
