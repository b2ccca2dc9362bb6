"""Entries and assets."""

from __future__ import annotations

from .columns import ARCHIVED, PUBLISHED, STATUS, URN, json, link, links, text, whole
from .derived import asset_row, entry_row
from .places import ENVIRONMENT
from .table import LARGEST_PAGE, Incremental, Table

CONTENT = (
    STATUS,
    text("title", "title", "The display field in the default locale."),
    json("fields", "fields", "Every field by locale, as the API sends it."),
    links("tags", "metadata.tags", "Ids of its labels (TAGS)."),
    links("concepts", "metadata.concepts", "Ids of its terms (TAXONOMY_CONCEPTS)."),
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
        link("content_type_id", "sys.contentType", "What it is an entry of (CONTENT_TYPES)."),
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
        text("file_name", "file.fileName", "In the default locale, as the following."),
        text("content_type", "file.contentType", "The media type."),
        text("url", "file.url", "Where the file can be fetched; may begin with `//`."),
        whole("size", "file.details.size", "Bytes."),
        whole("width", "file.details.image.width", "Pixels, for images."),
        whole("height", "file.details.image.height", "Pixels, for images."),
    ),
    LARGEST_PAGE,
    read=Incremental(),
    finish=asset_row,
)


TABLES = (
    ENTRIES,
    ASSETS,
)
