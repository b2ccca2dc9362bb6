"""Relations: the columns that lead to other tables, their cardinality and the joins.

Most relations follow from the names of columns and from the keys; the others are listed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from contentful_cma.tables.places import ORGANIZATION
from contentful_cma.tables.table import Table

PEOPLE = ("USERS", "APP_DEFINITIONS")
CONTENT = ("ENTRIES", "ASSETS")

TARGETS: Mapping[str, tuple[str, ...]] = {
    "organization_id": ("ORGANIZATIONS",),
    "space_id": ("SPACES",),
    "environment_id": ("ENVIRONMENTS",),
    "app_definition_id": ("APP_DEFINITIONS",),
    "asset_id": ("ASSETS",),
    "automation_definition_id": ("AUTOMATION_DEFINITIONS",),
    "component_id": ("COMPONENTS",),
    "content_type_id": ("CONTENT_TYPES",),
    "entry_id": ("ENTRIES",),
    "environment_template_id": ("ENVIRONMENT_TEMPLATES",),
    "last_action_id": ("RELEASE_ACTIONS",),
    "organization_membership_id": ("ORGANIZATION_MEMBERSHIPS",),
    "parent_comment_id": ("COMMENTS",),
    "preview_api_key_id": ("PREVIEW_API_KEYS",),
    "release_id": ("RELEASES",),
    "team_id": ("TEAMS",),
    "template_id": ("EXPERIENCE_TEMPLATES",),
    "user_id": ("USERS",),
    "webhook_id": ("WEBHOOKS",),
    "workflow_definition_id": ("WORKFLOW_DEFINITIONS",),
    "workflow_id": ("WORKFLOWS",),
    "assigned_to_id": ("USERS", "TEAMS"),
}
"""Columns with one id, by name; those that end in ``_by_id`` lead to `PEOPLE`."""

OWN: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("SCHEDULED_ACTIONS", "entity_id"): (*CONTENT, "RELEASES"),
    ("WORKFLOWS", "entity_id"): ("ENTRIES",),
    ("RELEASE_ENTITIES", "id"): CONTENT,
    # A template holds its content types and editor interfaces itself.
    ("ENVIRONMENT_TEMPLATES", "entities"): (),
}
"""Columns that lead to other tables than columns of the same name."""

LISTS: Mapping[str, tuple[str, ...]] = {
    "alias_ids": ("ENVIRONMENT_ALIASES",),
    "automation_tags": ("TAGS",),
    "broader_ids": ("TAXONOMY_CONCEPTS",),
    "concept_ids": ("TAXONOMY_CONCEPTS",),
    "concept_scheme_ids": ("TAXONOMY_CONCEPT_SCHEMES",),
    "concepts": ("TAXONOMY_CONCEPTS",),
    "entities": CONTENT,
    "environment_ids": ("ENVIRONMENTS",),
    "links": CONTENT,
    "membership_ids": ("SPACE_MEMBERSHIPS", "TEAM_SPACE_MEMBERSHIPS"),
    "related_ids": ("TAXONOMY_CONCEPTS",),
    "role_ids": ("ROLES",),
    "tags": ("TAGS",),
    "top_concept_ids": ("TAXONOMY_CONCEPTS",),
}
"""Columns with a list of ids, by name."""

INSIDE: Mapping[str, str] = {
    "entities": "in `entities[].sys.id` or `entities[].entity.sys.id`",
    "links": "in `links[].target`",
}
"""Lists with more than ids."""

NO_TABLE: Mapping[str, str] = {
    "app_organization_id": "an app of the marketplace belongs to another account",
    "application_id": "OAuth applications have no listing",
    "bundle_id": "bundles hold only the code of an app",
    "field_id": "a field of the entry's content type",
    "license_id": "the API lists a license only with its space",
    "license_product_id": "the API lists products only with a space",
    "step_id": "a step is in `steps` of its definition",
}
"""Columns with ids of records without a table, and the reason."""

ALWAYS = frozenset(
    ("organization_id", "space_id", "environment_id", "content_type_id", "user_id", "team_id")
)
"""Columns that are never NULL, in addition to those of a key."""

PERHAPS = frozenset(
    (
        ("APP_INSTALLATIONS", "app_definition_id"),
        ("ASSET_BANDWIDTH", "asset_id"),
        ("ASSET_BANDWIDTH", "space_id"),
        ("RELEASE_ENTITIES", "content_type_id"),
        ("RELEASE_ENTITIES", "id"),
        ("SPACE_USAGE", "space_id"),
        ("SYNC_COVERAGE", "organization_id"),
        ("SYNC_COVERAGE", "space_id"),
        ("SYNC_COVERAGE", "environment_id"),
        ("WORKFLOW_STEPS", "workflow_id"),
    )
)
"""Exceptions: columns that may be NULL, or whose target may be deleted before their row."""

ONCE = frozenset((("ORGANIZATION_MEMBERSHIPS", "user_id"),))
"""Columns that are not a key, although each row of the target has at most one row."""


@dataclass(frozen=True)
class Relation:
    """A column of *table* with the id of a row of *target*, or with a list of such ids."""

    table: Table
    column: str
    target: Table

    @property
    def is_list(self) -> bool:
        """Whether a row leads to several rows of the target."""
        return self.column in LISTS

    @property
    def is_scope(self) -> bool:
        """Whether the column is the id of the place of the row."""
        return self.column in self.table.scope.keys

    @property
    def is_certain(self) -> bool:
        """Whether each row has a row of the target."""
        named = (self.table.name, self.column)
        is_set = self.column in ALWAYS or self.column in self.table.primary_key
        return is_set and named not in PERHAPS

    @property
    def is_once(self) -> bool:
        """Whether a row of the target has at most one row."""
        joined = {mine for _, mine in self.joined() if "." not in mine}
        is_key = joined == set(self.table.primary_key) and not self.is_list
        return is_key or (self.table.name, self.column) in ONCE

    def joined(self) -> Iterator[tuple[str, str]]:
        """Yield the key columns of the target, each with the column that equals it."""
        mine = {name for name, _ in self.table.declared()}
        for key in self.target.scope.keys:
            if key in mine:
                yield key, key
            elif self.target.scope is ORGANIZATION:
                yield key, f"SPACES.{key}"
        yield "id", self.column

    def on(self) -> str:
        """Return the join in words: the columns that both tables have, and the id."""
        *equal, (_, mine) = self.joined()
        shared = [
            f"`{theirs}` of SPACES" if "." in other else f"`{theirs}`" for theirs, other in equal
        ]
        held = f"in `{mine}`" if self.is_list else f"= `{mine}`"
        return ", ".join([*shared, f"`id` {INSIDE.get(mine, held)}"])

    def cardinality(self) -> str:
        """Return the cardinality in words."""
        one = "one" if self.is_certain else "at most one"
        to = "many" if self.is_list else one
        return f"{'at most one' if self.is_once else 'many'} to {to}"


def targets(table: Table, column: str) -> tuple[str, ...]:
    """Return the tables that a column leads to; empty for a column without ids of rows."""
    if column.endswith("_by_id"):
        return PEOPLE
    named = {**TARGETS, **LISTS}.get(column, ())
    return OWN.get((table.name, column), named)


def relations(tables: Iterable[Table]) -> list[Relation]:
    """Return all relations between *tables*, in their order."""
    known = {table.name: table for table in tables}
    return [
        Relation(table, column, known[target])
        for table in known.values()
        for column, _ in table.declared()
        for target in targets(table, column)
        if target in known
    ]


def listed(tables: Iterable[Table]) -> str:
    """Return a Markdown table of all relations, except those to places and people."""
    lines = ["| Column | Leads to | How many | Equal in both |", "|---|---|---|---|"]
    for one in relations(tables):
        if not one.is_scope and not one.column.endswith("_by_id"):
            cells = (f"{one.table.name}.`{one.column}`", one.target.name, one.cardinality())
            lines.append(f"| {' | '.join(cells)} | {one.on()} |")
    return "\n".join(lines)
