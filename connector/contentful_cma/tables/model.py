"""The content model: content types and their fields, editors, taxonomy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contentful_cma.values import Record

from .columns import (
    DESCRIPTION,
    NAME,
    PUBLISHED,
    URN,
    boolean,
    integer,
    json_column,
    link,
    links,
    string,
    widgets,
)
from .derived import status_row
from .places import ENVIRONMENT, ORGANIZATION
from .table import LARGEST_PAGE, Table

CONTENT_TYPES = Table(
    "CONTENT_TYPES",
    ENVIRONMENT,
    "content_types",
    "One row per content type; its fields are in CONTENT_TYPE_FIELDS.",
    (
        NAME,
        DESCRIPTION,
        string(
            "display_field",
            "displayField",
            "Id of the field with the title of entries; NULL if none.",
        ),
        string(
            "status",
            "status",
            "State: `draft`, `published` or `changed` (unpublished edits).",
        ),
        json_column("metadata", "metadata", "Annotations, and assigned concepts and schemes."),
        URN,
        *PUBLISHED,
    ),
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
    "One row per field of a content type.",
    (
        NAME,
        string("api_name", "apiName", "Name of the field in the Content Delivery API."),
        integer("position", "position", "Position in the content type, from 0."),
        string(
            "type",
            "type",
            "Data type, such as `Symbol`, `Text`, `RichText`, `Integer`, `Link` or `Array`.",
        ),
        string(
            "link_type",
            "linkType",
            "Target of a link field: `Entry`, `Asset` or a resource type.",
        ),
        string("item_type", "items.type", "Data type of the items of an array field."),
        string(
            "item_link_type",
            "items.linkType",
            "Target of the links in an array field: `Entry`, `Asset` or a resource type.",
        ),
        boolean("localized", "", "True if each locale can have a separate value."),
        boolean("required", "", "True if entries need a value to be published."),
        boolean("disabled", "disabled", "True if editors can see but not edit the field."),
        boolean("omitted", "omitted", "True if the Content Delivery API omits the field."),
        boolean(
            "deleted",
            "deleted",
            "True if the next publication of the content type removes the field.",
        ),
        json_column("validations", "", "Rules that a value must meet."),
        json_column(
            "item_validations", "items.validations", "Rules that each item of an array must meet."
        ),
        json_column("default_value", "defaultValue", "Initial value in new entries, by locale."),
        json_column(
            "allowed_resources", "allowedResources", "Permitted targets of a resource link."
        ),
    ),
    LARGEST_PAGE,
    query=CONTENT_TYPES.query,
    key=(
        link("content_type_id", "contentType", "Content type of the field (CONTENT_TYPES)."),
        string("id", "", "Field id, the key of the field's values in `fields` of ENTRIES."),
    ),
    sys=(),
    records=fields,
)


EDITOR_INTERFACES = Table(
    "EDITOR_INTERFACES",
    ENVIRONMENT,
    "editor_interfaces",
    "One row per content type: how the web app shows its entries.",
    (
        widgets("controls", "controls", "Widget of each field, without app parameters."),
        widgets(
            "group_controls",
            "groupControls",
            "Widget of each group of fields, without app parameters.",
        ),
        widgets("sidebar", "", "Widgets next to the entry, without app parameters."),
        widgets("editors", "", "Available entry editors, without app parameters."),
        widgets("editor", "", "Single entry editor, in the older format."),
        widgets("editor_layout", "editorLayout", "Grouping of the fields."),
    ),
    LARGEST_PAGE,
    # Listed editor interfaces have no `sys.id`; each content type has one.
    key=(
        link(
            "content_type_id",
            "sys.contentType",
            "Content type of the editor interface (CONTENT_TYPES).",
        ),
    ),
)


TAXONOMY_CONCEPTS = Table(
    "TAXONOMY_CONCEPTS",
    ORGANIZATION,
    "taxonomy/concepts",
    "One row per taxonomy concept, a term that classifies content.",
    (
        string("uri", "", "URI that identifies the record outside Contentful; NULL if none."),
        json_column("pref_label", "prefLabel", "Preferred label by locale."),
        json_column("alt_labels", "altLabels", "Alternative labels by locale."),
        json_column("hidden_labels", "hiddenLabels", "Labels used only for search, by locale."),
        json_column("notations", "", "Codes of the concept, such as class numbers."),
        json_column("definition", "", "Meaning of the concept, by locale."),
        json_column("note", "", "General note, by locale."),
        json_column("change_note", "changeNote", "Note on edits of the concept, by locale."),
        json_column("editorial_note", "editorialNote", "Note for taxonomy editors, by locale."),
        json_column("example", "", "Usage of the concept, by locale."),
        json_column("history_note", "historyNote", "Past meaning of the concept, by locale."),
        json_column("scope_note", "scopeNote", "Coverage and limits of the concept, by locale."),
        links(
            "concept_scheme_ids",
            "conceptSchemes",
            "Ids of the schemes that contain the concept (TAXONOMY_CONCEPT_SCHEMES).",
        ),
        links("broader_ids", "broader", "Ids of the parent concepts (TAXONOMY_CONCEPTS)."),
        links("related_ids", "related", "Ids of associated concepts (TAXONOMY_CONCEPTS)."),
    ),
    needs="a plan with taxonomy",
)


TAXONOMY_CONCEPT_SCHEMES = Table(
    "TAXONOMY_CONCEPT_SCHEMES",
    ORGANIZATION,
    "taxonomy/concept-schemes",
    "One row per concept scheme, a vocabulary of concepts.",
    (
        string("uri", "", "URI that identifies the record outside Contentful; NULL if none."),
        json_column("pref_label", "prefLabel", "Preferred label by locale."),
        json_column("definition", "definition", "Meaning of the scheme, by locale."),
        links(
            "top_concept_ids",
            "topConcepts",
            "Ids of concepts without a parent (TAXONOMY_CONCEPTS).",
        ),
        links("concept_ids", "concepts", "Ids of all concepts in the scheme (TAXONOMY_CONCEPTS)."),
        integer("total_concepts", "totalConcepts", "Number of concepts in the scheme."),
    ),
    needs="a plan with taxonomy",
)


TABLES = (
    CONTENT_TYPES,
    CONTENT_TYPE_FIELDS,
    EDITOR_INTERFACES,
    TAXONOMY_CONCEPTS,
    TAXONOMY_CONCEPT_SCHEMES,
)
