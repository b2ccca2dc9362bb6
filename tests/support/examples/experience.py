"""Examples of the group `experience`, whose records are kept whole."""

from __future__ import annotations

from .example import (
    CONTENT_ROW,
    EDITED,
    IN_ENVIRONMENT,
    MASTER,
    PUBLISHED,
    PUBLISHED_ROW,
    Example,
    Record,
    content,
    link,
    without,
)


def experience(table: str, path: str, kind: str) -> Example:
    """Return the example of one of these tables, which all have the same columns."""
    identifier = f"{path}-1"
    record: Record = {
        "name": "First",
        "definition": {"anything": ["at", {"all": True}]},
        "sys": content(kind, identifier, **PUBLISHED),
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
        **without(PUBLISHED_ROW, "published_counter"),
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
    experience("EXPERIENCES", "experiences", "Experience"),
    experience("EXPERIENCE_TEMPLATES", "experience_templates", "ExperienceTemplate"),
    experience("EXPERIENCE_FRAGMENTS", "experience_fragments", "ExperienceFragment"),
    experience("COMPONENTS", "components", "Component"),
    experience("DATA_ASSEMBLIES", "data_assemblies", "DataAssembly"),
    experience("DESIGN_TOKENS", "design_tokens", "DesignToken"),
)
