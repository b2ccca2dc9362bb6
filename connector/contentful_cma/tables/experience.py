"""The experimental Experience Orchestration."""

from __future__ import annotations

from .columns import PUBLISHED, json, text
from .places import ENVIRONMENT
from .table import Table


def _experience(name: str, path: str, description: str) -> Table:
    columns = (text("name"), *PUBLISHED[:4], json("record", "record", "The whole record."))
    return Table(
        name,
        ENVIRONMENT,
        path,
        description,
        columns,
        records=lambda record: ({**record, "record": record},),
        needs="the experimental Experience Orchestration",
    )


EXPERIENCES = _experience(
    "EXPERIENCES", "experiences", "A page that is put together in Contentful."
)


EXPERIENCE_TEMPLATES = _experience(
    "EXPERIENCE_TEMPLATES", "experience_templates", "What experiences start from."
)


EXPERIENCE_FRAGMENTS = _experience(
    "EXPERIENCE_FRAGMENTS", "experience_fragments", "A part that several experiences share."
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
