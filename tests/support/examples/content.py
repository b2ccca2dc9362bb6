"""Examples of the group `content`."""

from __future__ import annotations

from .example import (
    CONTENT_ROW,
    IN_ENVIRONMENT,
    MASTER,
    PUBLISHED,
    PUBLISHED_ROW,
    Example,
    Row,
    content,
    link,
)
from .model import CONTENT_TYPES, POST

ENVIRONMENT = "spaces/shop/environments/master"
URN = "crn:contentful:::content:spaces/shop/environments/master"

NOBODY: Row = {"archived_by_id": None, "archived_by_type": None}
NOT_ARCHIVED: Row = {"archived_version": None, "archived_at": None, **NOBODY}

FIELDS = {
    "title": {"en-US": "Hello", "de-DE": "Hallo"},
    "author": {"en-US": link("Entry", "ada")},
    "pictures": {"en-US": [link("Asset", "sun"), link("Asset", "moon")]},
}
LINKS = [
    {
        "field": "author",
        "locale": "en-US",
        "position": 0,
        "kind": "field",
        "type": "Entry",
        "target": "ada",
    },
    {
        "field": "pictures",
        "locale": "en-US",
        "position": 0,
        "kind": "field",
        "type": "Asset",
        "target": "sun",
    },
    {
        "field": "pictures",
        "locale": "en-US",
        "position": 1,
        "kind": "field",
        "type": "Asset",
        "target": "moon",
    },
]

ENTRIES = Example(
    "ENTRIES",
    f"{ENVIRONMENT}/entries",
    "entry-hello",
    {
        "metadata": {
            "tags": [link("Tag", "tag-summer")],
            "concepts": [link("TaxonomyConcept", "concept-sofa")],
        },
        "sys": content(
            "Entry",
            "entry-hello",
            **PUBLISHED,
            contentType=link("ContentType", "post"),
            fieldStatus={"*": {"en-US": "published", "de-DE": "draft"}},
            automationTags=[link("Tag", "tag-robot")],
            urn=f"{URN}/entries/entry-hello",
        ),
        "fields": FIELDS,
    },
    (
        {
            **MASTER,
            "id": "entry-hello",
            "content_type_id": "post",
            "status": "published",
            "title": "Hello",
            "fields": FIELDS,
            "tags": ["tag-summer"],
            "concepts": ["concept-sofa"],
            "field_status": {"*": {"en-US": "published", "de-DE": "draft"}},
            "urn": f"{URN}/entries/entry-hello",
            **PUBLISHED_ROW,
            **NOT_ARCHIVED,
            "links": LINKS,
            "automation_tags": ["tag-robot"],
            **CONTENT_ROW,
        },
    ),
    {"fields": {"title": {"de-DE": "Hallo"}}, "metadata": {"tags": [], "concepts": []}},
    {
        "status": "changed",
        "title": None,
        "fields": {"title": {"de-DE": "Hallo"}},
        "tags": [],
        "concepts": [],
        "links": [],
    },
    IN_ENVIRONMENT,
    around=((CONTENT_TYPES.collection, POST),),
)

WAITING = {"fileName": "moon.png", "upload": "https://robot:SECRET@files.example.com/m?s=SECRET"}
FILE = {
    "fileName": "sun.png",
    "contentType": "image/png",
    "url": "//images.ctfassets.net/shop/sun/0a1b/sun.png",
    "details": {"size": 2048, "image": {"width": 64, "height": 32}},
}

ASSETS = Example(
    "ASSETS",
    f"{ENVIRONMENT}/assets",
    "asset-sun",
    {
        "metadata": {"tags": [], "concepts": []},
        "sys": content(
            "Asset",
            "asset-sun",
            **PUBLISHED,
            fieldStatus={"*": {"en-US": "published"}},
            urn=f"{URN}/assets/asset-sun",
        ),
        "fields": {"title": {"en-US": "The sun"}, "file": {"en-US": FILE, "de-DE": WAITING}},
    },
    (
        {
            **MASTER,
            "id": "asset-sun",
            "status": "published",
            "title": "The sun",
            "fields": {
                "title": {"en-US": "The sun"},
                "file": {
                    "en-US": FILE,
                    "de-DE": {"fileName": "moon.png", "upload": "https://files.example.com/m"},
                },
            },
            "tags": [],
            "concepts": [],
            "field_status": {"*": {"en-US": "published"}},
            "urn": f"{URN}/assets/asset-sun",
            **PUBLISHED_ROW,
            **NOT_ARCHIVED,
            "file_name": "sun.png",
            "content_type": "image/png",
            "url": "//images.ctfassets.net/shop/sun/0a1b/sun.png",
            "size": 2048,
            "width": 64,
            "height": 32,
            **CONTENT_ROW,
        },
    ),
    {"fields": {"title": {"en-US": "No file"}}},
    {
        "status": "changed",
        "title": "No file",
        "fields": {"title": {"en-US": "No file"}},
        "file_name": None,
        "content_type": None,
        "url": None,
        "size": None,
        "width": None,
        "height": None,
    },
    IN_ENVIRONMENT,
)

CONTENT = (ENTRIES, ASSETS)
