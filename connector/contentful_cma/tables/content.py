"""Entries and assets."""

from __future__ import annotations

from .columns import ARCHIVED, PUBLISHED, STATUS, URN, integer, json_column, link, links, string
from .derived import asset_row, entry_row
from .places import ENVIRONMENT
from .table import LARGEST_PAGE, Incremental, Table

FIELDS = (
    json_column("fields", "fields", "Values by field id and locale, as the API sends them."),
    links("tags", "metadata.tags", "Ids of the assigned tags (TAGS)."),
    links(
        "concepts",
        "metadata.concepts",
        "Ids of the assigned taxonomy concepts (TAXONOMY_CONCEPTS).",
    ),
)

CONTENT = (
    STATUS,
    string(
        "title",
        "title",
        "Display field (assets: title) in the default locale; NULL if empty.",
    ),
    *FIELDS,
    json_column(
        "field_status",
        "sys.fieldStatus",
        "Publication state by locale: `draft`, `changed` or `published`.",
    ),
    URN,
    *PUBLISHED,
    *ARCHIVED,
)


ENTRIES = Table(
    "ENTRIES",
    ENVIRONMENT,
    "entries",
    "One row per entry, a piece of content.",
    (
        link("content_type_id", "sys.contentType", "Content type of the entry (CONTENT_TYPES)."),
        *CONTENT,
        json_column(
            "links",
            "links",
            "Outgoing references: field, locale, position, kind, target type and target.",
        ),
        links("automation_tags", "sys.automationTags", "Ids of tags set by automations (TAGS)."),
    ),
    LARGEST_PAGE,
    read=Incremental(),
    finish=entry_row,
)


ASSETS = Table(
    "ASSETS",
    ENVIRONMENT,
    "assets",
    "One row per asset, a file with a title and a description.",
    (
        *CONTENT,
        string("file_name", "file.fileName", "Name of the file in the default locale."),
        string("content_type", "file.contentType", "Media type of the file, such as `image/png`."),
        string("url", "file.url", "Download URL, may begin with `//`; NULL until processed."),
        integer("size", "file.details.size", "File size in bytes."),
        integer(
            "width", "file.details.image.width", "Image width in pixels; NULL for other files."
        ),
        integer(
            "height", "file.details.image.height", "Image height in pixels; NULL for other files."
        ),
    ),
    LARGEST_PAGE,
    read=Incremental(),
    finish=asset_row,
)


TABLES = (
    ENTRIES,
    ASSETS,
)
