"""Tables of Experience Orchestration, which Contentful calls experimental."""

from __future__ import annotations

from .columns import ARCHIVED, NAME, PUBLISHED, Column, json_column, newer, string, urn_id
from .places import ENVIRONMENT
from .table import Table

VARIANT = (
    string("variant", "sys.variant", "Variant of the record; NULL for the original."),
    string("variant_type", "sys.variantType", "Kind of the variant."),
    string("variant_dimension", "sys.variantDimension", "Dimension that the variant depends on."),
)


NAMES_OF_TODAY = (("x-contentful-enable-alpha-feature", "new-exo-entity-types"),)
"""This header selects the shape that experiences have had since July 2026."""


def _experience(name: str, path: str, description: str, *own: Column) -> Table:
    """Return a table with the common columns, its *own* columns, and the complete record."""
    record = json_column("record", "record", "Complete record from the API.")
    return Table(
        name,
        ENVIRONMENT,
        path,
        description,
        (NAME, *own, *PUBLISHED, *ARCHIVED, record),
        headers=NAMES_OF_TODAY if path == "experiences" else (),
        records=lambda record: ({**record, "record": record},),
        needs="the experimental Experience Orchestration",
    )


EXPERIENCES = _experience(
    "EXPERIENCES",
    "experiences",
    "One row per experience, a page assembled in Contentful.",
    *VARIANT,
    urn_id(
        "template_id",
        "sys.experienceTemplate|sys.template",
        "Template of the experience (EXPERIENCE_TEMPLATES).",
    ),
)


EXPERIENCE_TEMPLATES = _experience(
    "EXPERIENCE_TEMPLATES",
    "experience_templates",
    "One row per template that experiences are created from.",
)


EXPERIENCE_FRAGMENTS = _experience(
    "EXPERIENCE_FRAGMENTS",
    "experience_fragments",
    "One row per fragment, a part that several experiences share.",
    *VARIANT,
    *newer(
        urn_id("component_id", "sys.component", "Component that the fragment shows (COMPONENTS).")
    ),
)


COMPONENTS = _experience(
    "COMPONENTS",
    "components",
    "One row per component, a building block of experiences.",
    *newer(*VARIANT),
)


DATA_ASSEMBLIES = _experience(
    "DATA_ASSEMBLIES",
    "data_assemblies",
    "One row per data assembly, a data source of experiences.",
    *newer(*VARIANT),
)


DESIGN_TOKENS = _experience(
    "DESIGN_TOKENS",
    "design_tokens",
    "One row per design token, a named style value such as a color or a size.",
)


TABLES = (
    EXPERIENCES,
    EXPERIENCE_TEMPLATES,
    EXPERIENCE_FRAGMENTS,
    COMPONENTS,
    DATA_ASSEMBLIES,
    DESIGN_TOKENS,
)
