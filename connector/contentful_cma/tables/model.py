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
    "The structure of entries; its fields are in CONTENT_TYPE_FIELDS.",
    (
        NAME,
        DESCRIPTION,
        string("display_field", "displayField", "Id of the field that gives entries their title."),
        string("status", "status", "`draft`, `changed` or `published`."),
        json_column("metadata", "metadata", "Annotations and taxonomy."),
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
    "A field of a content type.",
    (
        NAME,
        string("api_name", "apiName", "The name by which the delivery API knows it."),
        integer("position", "position", "Where it stands in the content type, from 0."),
        string(
            "type", "type", "`Symbol`, `Text`, `RichText`, `Integer`, `Link`, `Array` and so on."
        ),
        string("link_type", "linkType", "`Entry`, `Asset` or a kind of resource, for links."),
        string("item_type", "items.type", "The type of the items, for arrays."),
        string("item_link_type", "items.linkType", "The same for arrays of links."),
        boolean("localized", "", "Whether it has a value for each locale."),
        boolean("required", "", "Whether an entry needs it to be published."),
        boolean("disabled", "disabled", "Whether editors see it without being able to edit."),
        boolean("omitted", "omitted", "Whether the delivery API leaves it out."),
        boolean("deleted", "deleted", "Whether it goes with the next publication of the type."),
        json_column("validations", "", "The rules that its value has to keep."),
        json_column(
            "item_validations", "items.validations", "The rules for each item of an array."
        ),
        json_column("default_value", "defaultValue", "The default by locale."),
        json_column("allowed_resources", "allowedResources", "What a resource link may lead to."),
    ),
    LARGEST_PAGE,
    query=CONTENT_TYPES.query,
    key=(
        link("content_type_id", "contentType", "What it is a field of (CONTENT_TYPES)."),
        string("id", "", "Entries have its values below it."),
    ),
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
        widgets("group_controls", "groupControls", "The widget of each group of fields."),
        widgets("sidebar", "", "The widgets beside the entry."),
        widgets("editors", "", "The entry editors to choose from."),
        widgets("editor", "", "The only entry editor, in the older form."),
        widgets("editor_layout", "editorLayout", "How the fields are grouped."),
    ),
    LARGEST_PAGE,
    # The listing has no `sys.id`: there is one for each content type.
    key=(link("content_type_id", "sys.contentType", "Whose entries are shown (CONTENT_TYPES)."),),
)


TAXONOMY_CONCEPTS = Table(
    "TAXONOMY_CONCEPTS",
    ORGANIZATION,
    "taxonomy/concepts",
    "A term that content is classified with.",
    (
        string("uri", "", "An address that names it outside Contentful too."),
        json_column("pref_label", "prefLabel", "The preferred label by locale."),
        json_column("alt_labels", "altLabels", "Other labels by locale."),
        json_column("hidden_labels", "hiddenLabels", "Labels for search only, by locale."),
        json_column("notations", "", "Codes that stand for it, such as class numbers."),
        json_column("definition", "", "What it means, by locale."),
        json_column("note", "", "What else there is to say, by locale."),
        json_column("change_note", "changeNote", "What was altered of it, by locale."),
        json_column(
            "editorial_note", "editorialNote", "For those who keep the taxonomy, by locale."
        ),
        json_column("example", "", "How it is used, by locale."),
        json_column("history_note", "historyNote", "What it meant in the past, by locale."),
        json_column("scope_note", "scopeNote", "What it covers and what not, by locale."),
        links("concept_scheme_ids", "conceptSchemes", "Ids of the schemes that it belongs to."),
        links("broader_ids", "broader", "Ids of the concepts above it."),
        links("related_ids", "related", "Ids of the concepts beside it."),
    ),
    needs="a plan with taxonomy",
)


TAXONOMY_CONCEPT_SCHEMES = Table(
    "TAXONOMY_CONCEPT_SCHEMES",
    ORGANIZATION,
    "taxonomy/concept-schemes",
    "A vocabulary: a set of concepts.",
    (
        string("uri", "", "An address that names it outside Contentful too."),
        json_column("pref_label", "prefLabel", "The label by locale."),
        json_column("definition", "definition", "The definition by locale."),
        links("top_concept_ids", "topConcepts", "Ids of those with none above them."),
        links("concept_ids", "concepts", "Ids of all concepts."),
        integer("total_concepts", "totalConcepts", "How many it has."),
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
