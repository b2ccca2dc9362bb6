"""The experimental Experience Orchestration."""

from __future__ import annotations

from .columns import ARCHIVED, NAME, PUBLISHED, Column, json_column, link, string
from .places import ENVIRONMENT
from .table import Table

VARIANT = (
    string("variant", "sys.variant", "The variant that it is, NULL for the original."),
    string("variant_type", "sys.variantType", "What kind of variant it is."),
    string("variant_dimension", "sys.variantDimension", "What the variant depends on."),
)


NAMES_OF_TODAY = (("x-contentful-enable-alpha-feature", "new-exo-entity-types"),)
"""By this header the API chooses the shape that experiences have since July 2026."""


def _experience(name: str, path: str, description: str, *own: Column) -> Table:
    """Return a table of experiences: common columns, its own, and the whole record."""
    record = json_column("record", "record", "The whole record.")
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
    "A page that is put together in Contentful.",
    *VARIANT,
    link("template_id", "sys.experienceTemplate|sys.template", "Id or URN of its template."),
)


EXPERIENCE_TEMPLATES = _experience(
    "EXPERIENCE_TEMPLATES", "experience_templates", "What experiences start from."
)


EXPERIENCE_FRAGMENTS = _experience(
    "EXPERIENCE_FRAGMENTS",
    "experience_fragments",
    "A part that several experiences share.",
    *VARIANT,
)


COMPONENTS = _experience("COMPONENTS", "components", "What experiences are made of.")


DATA_ASSEMBLIES = _experience(
    "DATA_ASSEMBLIES", "data_assemblies", "Where an experience's data comes from."
)


DESIGN_TOKENS = _experience("DESIGN_TOKENS", "design_tokens", "A named colour, size or the like.")


TABLES = (
    EXPERIENCES,
    EXPERIENCE_TEMPLATES,
    EXPERIENCE_FRAGMENTS,
    COMPONENTS,
    DATA_ASSEMBLIES,
    DESIGN_TOKENS,
)
