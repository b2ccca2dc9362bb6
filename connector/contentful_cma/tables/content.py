"""Entries and assets."""

from __future__ import annotations

from .columns import ARCHIVED, PUBLISHED, STATUS, URN, integer, json_column, link, links, string
from .derived import asset_row, entry_row
from .places import ENVIRONMENT
from .table import LARGEST_PAGE, Incremental, Table

CONTENT = (
    STATUS,
    string("title", "title", "The display field in the default locale."),
    json_column("fields", "fields", "Every field by locale, as the API sends it."),
    links("tags", "metadata.tags", "Ids of its labels (TAGS)."),
    links("concepts", "metadata.concepts", "Ids of its terms (TAXONOMY_CONCEPTS)."),
    json_column("field_status", "sys.fieldStatus", "`draft`, `changed` or `published` by locale."),
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
        link("content_type_id", "sys.contentType", "What it is an entry of (CONTENT_TYPES)."),
        *CONTENT,
        json_column(
            "links",
            "links",
            "Every outgoing reference: field, locale, position, kind, target type and target.",
        ),
        links(
            "automation_tags", "sys.automationTags", "Ids of the tags that automations have set."
        ),
    ),
    LARGEST_PAGE,
    read=Incremental(),
    finish=entry_row,
)


ASSETS = Table(
    "ASSETS",
    ENVIRONMENT,
    "assets",
    "A file, with what is said about it.",
    (
        *CONTENT,
        string("file_name", "file.fileName", "In the default locale, as the following."),
        string("content_type", "file.contentType", "The media type."),
        string("url", "file.url", "Where the file can be fetched; may begin with `//`."),
        integer("size", "file.details.size", "Bytes."),
        integer("width", "file.details.image.width", "Pixels, for images."),
        integer("height", "file.details.image.height", "Pixels, for images."),
    ),
    LARGEST_PAGE,
    read=Incremental(),
    finish=asset_row,
)


TABLES = (
    ENTRIES,
    ASSETS,
)
