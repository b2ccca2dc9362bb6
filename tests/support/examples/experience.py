"""Examples of the group `experience`, whose records are kept whole."""

from __future__ import annotations

from typing import Optional

from .example import (
    CONTENT_ROW,
    EDITED,
    IN_ENVIRONMENT,
    MASTER,
    PUBLISHED,
    PUBLISHED_ROW,
    Example,
    Record,
    Row,
    content,
    link,
)

ARCHIVED: Record = {
    "archivedVersion": 2,
    "archivedAt": "2024-06-07T08:09:10.123Z",
    "archivedBy": link("User", "bob"),
}
ARCHIVED_ROW: Row = {
    "archived_version": 2,
    "archived_at": "2024-06-07T08:09:10.123Z",
    "archived_by_id": "bob",
    "archived_by_type": "User",
}
VARIANT: Record = {
    "variant": "winter",
    "variantType": "optimization",
    "variantDimension": "season",
}
VARIANT_ROW: Row = {
    "variant": "winter",
    "variant_type": "optimization",
    "variant_dimension": "season",
}
URN = "crn:contentful:::content:spaces/shop/environments/master/experience_templates/landing"
TEMPLATE: Record = {
    "experienceTemplate": {
        "sys": {
            "type": "ResourceLink",
            "linkType": "Contentful:ExperienceTemplate",
            "urn": URN,
        }
    }
}


def experience(
    table: str, path: str, kind: str, sys: Optional[Record] = None, own: Optional[Row] = None
) -> Example:
    """Return the example of one of these tables; *sys* is what some have beyond the others."""
    sys, own = sys or {}, own or {}
    identifier = f"{path}-1"
    record: Record = {
        "name": "First",
        "definition": {"anything": ["at", {"all": True}]},
        "sys": content(kind, identifier, **PUBLISHED, **ARCHIVED, **sys),
    }
    edited = {
        "name": "Second",
        "definition": {},
        "sys": {
            **record["sys"],
            "version": 4,
            "updatedAt": f"{EDITED}.123Z",
            "updatedBy": link("User", "cat"),
        },
    }
    row = {
        **MASTER,
        "id": identifier,
        "name": "First",
        "record": record,
        **PUBLISHED_ROW,
        **ARCHIVED_ROW,
        **own,
        **CONTENT_ROW,
    }
    return Example(
        table,
        f"spaces/shop/environments/master/{path}",
        identifier,
        record,
        (row,),
        {"name": "Second", "definition": {}},
        {"name": "Second", "record": edited},
        IN_ENVIRONMENT,
    )


EXPERIENCE = (
    experience(
        "EXPERIENCES",
        "experiences",
        "Experience",
        {**VARIANT, **TEMPLATE},
        {**VARIANT_ROW, "template_id": URN},
    ),
    experience("EXPERIENCE_TEMPLATES", "experience_templates", "ExperienceTemplate"),
    experience(
        "EXPERIENCE_FRAGMENTS", "experience_fragments", "ExperienceFragment", VARIANT, VARIANT_ROW
    ),
    experience("COMPONENTS", "components", "Component"),
    experience("DATA_ASSEMBLIES", "data_assemblies", "DataAssembly"),
    experience("DESIGN_TOKENS", "design_tokens", "DesignToken"),
)
