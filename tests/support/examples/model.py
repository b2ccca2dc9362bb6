"""Examples of the group `model`."""

from __future__ import annotations

from .example import (
    ACME,
    CONTENT_ROW,
    IN_ENVIRONMENT,
    IN_ORGANIZATION,
    MASTER,
    PUBLISHED,
    PUBLISHED_ROW,
    Example,
    Row,
    content,
    link,
    without,
)

ENVIRONMENT = "spaces/shop/environments/master"

TITLE = {
    "id": "title",
    "apiName": "title",
    "name": "Title",
    "type": "Symbol",
    "localized": True,
    "required": True,
    "validations": [{"unique": True}, {"size": {"max": 80}}],
    "disabled": False,
    "omitted": False,
    "defaultValue": {"en-US": "Untitled"},
}
BODY = {
    "id": "body",
    "name": "Body",
    "type": "RichText",
    "localized": False,
    "required": False,
    "validations": [],
    "disabled": False,
    "omitted": True,
    "deleted": True,
}
AUTHOR = {
    "id": "author",
    "name": "Author",
    "type": "Link",
    "linkType": "Entry",
    "localized": False,
    "required": False,
    "validations": [{"linkContentType": ["author"]}],
    "disabled": True,
    "omitted": False,
}
PICTURES = {
    "id": "pictures",
    "name": "Pictures",
    "type": "Array",
    "localized": False,
    "required": False,
    "validations": [{"size": {"max": 3}}],
    "disabled": False,
    "omitted": False,
    "items": {
        "type": "Link",
        "linkType": "Asset",
        "validations": [{"linkMimetypeGroup": ["image"]}],
    },
}
ELSEWHERE = {
    "id": "elsewhere",
    "name": "In another space",
    "type": "ResourceLink",
    "localized": False,
    "required": False,
    "validations": [],
    "disabled": False,
    "omitted": False,
    "allowedResources": [
        {"type": "Contentful:Entry", "source": "crn:contentful:::content:spaces/depot"}
    ],
}

TAXONOMY = {
    "annotations": {"ContentType": [link("Annotation", "Contentful:AggregateRoot")]},
    "taxonomy": [{**link("TaxonomyConcept", "concept-sofa"), "required": True}],
}

POST = {
    "sys": content(
        "ContentType",
        "post",
        **PUBLISHED,
        urn="crn:contentful:::content:spaces/shop/environments/master/content_types/post",
    ),
    "displayField": "title",
    "name": "Post",
    "description": "What the blog is made of",
    "fields": [TITLE, BODY, AUTHOR, PICTURES, ELSEWHERE],
    "metadata": TAXONOMY,
}
"""The content type of the example of ENTRIES."""

CONTENT_TYPES = Example(
    "CONTENT_TYPES",
    f"{ENVIRONMENT}/content_types",
    "post",
    POST,
    (
        {
            **MASTER,
            "id": "post",
            "name": "Post",
            "description": "What the blog is made of",
            "display_field": "title",
            "status": "published",
            "metadata": TAXONOMY,
            "urn": "crn:contentful:::content:spaces/shop/environments/master/content_types/post",
            **PUBLISHED_ROW,
            **CONTENT_ROW,
        },
    ),
    {"description": "", "displayField": None},
    {"description": "", "display_field": None, "status": "changed"},
    IN_ENVIRONMENT,
)


def field(identifier: str, position: int, **more: object) -> Row:
    """Return the row of a field of `POST` that is like most but for what is given."""
    usual: Row = {
        "link_type": None,
        "item_type": None,
        "item_link_type": None,
        "localized": False,
        "required": False,
        "disabled": False,
        "omitted": False,
        "deleted": None,
        "api_name": None,
        "validations": [],
        "item_validations": None,
        "default_value": None,
        "allowed_resources": None,
    }
    return {
        **MASTER,
        "content_type_id": "post",
        "id": identifier,
        "position": position,
        **usual,
        **more,
    }


CONTENT_TYPE_FIELDS = Example(
    "CONTENT_TYPE_FIELDS",
    f"{ENVIRONMENT}/content_types",
    "post",
    POST,
    (
        field(
            "title",
            0,
            name="Title",
            api_name="title",
            type="Symbol",
            localized=True,
            required=True,
            validations=[{"unique": True}, {"size": {"max": 80}}],
            default_value={"en-US": "Untitled"},
        ),
        field("body", 1, name="Body", type="RichText", omitted=True, deleted=True),
        field(
            "author",
            2,
            name="Author",
            type="Link",
            link_type="Entry",
            disabled=True,
            validations=[{"linkContentType": ["author"]}],
        ),
        field(
            "pictures",
            3,
            name="Pictures",
            type="Array",
            item_type="Link",
            item_link_type="Asset",
            validations=[{"size": {"max": 3}}],
            item_validations=[{"linkMimetypeGroup": ["image"]}],
        ),
        field(
            "elsewhere",
            4,
            name="In another space",
            type="ResourceLink",
            allowed_resources=[
                {"type": "Contentful:Entry", "source": "crn:contentful:::content:spaces/depot"}
            ],
        ),
    ),
    {"fields": [{**TITLE, "name": "Headline"}, BODY, AUTHOR, PICTURES, ELSEWHERE]},
    {"name": "Headline"},
    ("space_id", "environment_id", "content_type_id", "id"),
)

CONTROLS = [
    {
        "fieldId": "title",
        "widgetId": "singleLine",
        "widgetNamespace": "builtin",
        "settings": {"helpText": "In one line"},
    }
]
APP = {"widgetId": "app-translator", "widgetNamespace": "app"}
EDITORS = [{**APP, "settings": {"apiKey": "SECRET"}}]
SIDEBAR = [{"widgetId": "publication-widget", "widgetNamespace": "sidebar-builtin"}]

EDITOR_INTERFACES = Example(
    "EDITOR_INTERFACES",
    f"{ENVIRONMENT}/editor_interfaces",
    "post",
    {
        "controls": CONTROLS,
        "sidebar": SIDEBAR,
        "editors": EDITORS,
        "sys": without(
            content("EditorInterface", "", contentType=link("ContentType", "post")), "id"
        ),
    },
    (
        {
            **MASTER,
            "content_type_id": "post",
            "controls": CONTROLS,
            "group_controls": None,
            "sidebar": SIDEBAR,
            "editors": [APP],
            "editor": None,
            "editor_layout": None,
            **CONTENT_ROW,
        },
    ),
    {"editors": EDITORS, "sidebar": []},
    {"sidebar": []},
    ("space_id", "environment_id", "content_type_id"),
)

TAXONOMY_CONCEPTS = Example(
    "TAXONOMY_CONCEPTS",
    "organizations/acme/taxonomy/concepts",
    "concept-sofa",
    {
        "uri": "https://taxonomy.example.com/sofa",
        "notations": ["SOF-1"],
        "conceptSchemes": [link("TaxonomyConceptScheme", "scheme-rooms")],
        "broader": [link("TaxonomyConcept", "concept-seat")],
        "related": [],
        "prefLabel": {"en-US": "Sofa"},
        "altLabels": {"en-US": ["Couch", "Settee"]},
        "hiddenLabels": {"en-US": []},
        "note": None,
        "changeNote": None,
        "definition": {"en-US": "A long upholstered seat"},
        "editorialNote": None,
        "example": None,
        "historyNote": None,
        "scopeNote": {"en-US": "Not for benches"},
        "sys": without(
            content("TaxonomyConcept", "concept-sofa", organization=link("Organization", "acme")),
            "space",
            "environment",
        ),
    },
    (
        {
            **ACME,
            "id": "concept-sofa",
            "uri": "https://taxonomy.example.com/sofa",
            "pref_label": {"en-US": "Sofa"},
            "alt_labels": {"en-US": ["Couch", "Settee"]},
            "hidden_labels": {"en-US": []},
            "notations": ["SOF-1"],
            "definition": {"en-US": "A long upholstered seat"},
            "note": None,
            "change_note": None,
            "editorial_note": None,
            "example": None,
            "history_note": None,
            "scope_note": {"en-US": "Not for benches"},
            "concept_scheme_ids": ["scheme-rooms"],
            "broader_ids": ["concept-seat"],
            "related_ids": [],
            **CONTENT_ROW,
        },
    ),
    {"notations": [], "related": [link("TaxonomyConcept", "concept-bed")]},
    {"notations": [], "related_ids": ["concept-bed"]},
    IN_ORGANIZATION,
)

TAXONOMY_CONCEPT_SCHEMES = Example(
    "TAXONOMY_CONCEPT_SCHEMES",
    "organizations/acme/taxonomy/concept-schemes",
    "scheme-rooms",
    {
        "uri": None,
        "topConcepts": [link("TaxonomyConcept", "concept-seat")],
        "concepts": [
            link("TaxonomyConcept", "concept-seat"),
            link("TaxonomyConcept", "concept-sofa"),
        ],
        "totalConcepts": 2,
        "prefLabel": {"en-US": "Rooms"},
        "definition": {"en-US": None},
        "sys": without(
            content(
                "TaxonomyConceptScheme", "scheme-rooms", organization=link("Organization", "acme")
            ),
            "space",
            "environment",
        ),
    },
    (
        {
            **ACME,
            "id": "scheme-rooms",
            "uri": None,
            "pref_label": {"en-US": "Rooms"},
            "definition": {"en-US": None},
            "top_concept_ids": ["concept-seat"],
            "concept_ids": ["concept-seat", "concept-sofa"],
            "total_concepts": 2,
            **CONTENT_ROW,
        },
    ),
    {"concepts": [], "topConcepts": [], "totalConcepts": 0},
    {"concept_ids": [], "top_concept_ids": [], "total_concepts": 0},
    IN_ORGANIZATION,
)

MODEL = (
    CONTENT_TYPES,
    CONTENT_TYPE_FIELDS,
    EDITOR_INTERFACES,
    TAXONOMY_CONCEPTS,
    TAXONOMY_CONCEPT_SCHEMES,
)
