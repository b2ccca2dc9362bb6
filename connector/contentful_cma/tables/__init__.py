"""The tables, one module per URL scope, and which of them the settings select."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contentful_cma.configuration import Configuration, read_configuration
from contentful_cma.table import ACCOUNT, Table, text

from .account import ACCOUNT_TABLES, ORGANIZATIONS, SPACES
from .environment import ENVIRONMENT_TABLES
from .organization import ORGANIZATION_TABLES
from .space import ENVIRONMENTS, SPACE_TABLES

SYNC_COVERAGE = Table(
    "SYNC_COVERAGE",
    ACCOUNT,
    "",
    "Whether each table could be read in each place, and why not; made by the connector itself.",
    (
        text("organization_id", "", "The organization, for tables of organizations."),
        text("space_id", "", "The space, for tables of spaces and environments."),
        text("environment_id", "", "The environment, for tables of environments."),
        text("status", "", "`read`, `skipped` or `incomplete`."),
        text("reason", "", "Why it was skipped, or what was left out."),
    ),
    "coverage",
    key=(
        text("table_name", "", "The table."),
        text("place", "", "Its place: the ids of space and environment, or of the organization."),
    ),
    sys=(),
)
"""Comes with any table beyond the group `core`."""

READABLE = (*ACCOUNT_TABLES, *ORGANIZATION_TABLES, *SPACE_TABLES, *ENVIRONMENT_TABLES)
TABLES = (*READABLE, SYNC_COVERAGE)
OPT_IN = "history"

GROUPS: Mapping[str, tuple[str, ...]] = {
    group: tuple(table.name for table in READABLE if table.group == group)
    for group in dict.fromkeys(table.group for table in READABLE)
}
"""The names of the tables in each group, as the declarations have them."""

if len({table.name for table in TABLES}) != len(TABLES):
    sentence = "two tables have the same name"
    raise ValueError(sentence)


def configure(given: Mapping[str, Any]) -> Configuration:
    """Return the Configuration for what Fivetran hands over; ValueError if bad."""
    everything = tuple(name for group in GROUPS if group != OPT_IN for name in GROUPS[group])
    return read_configuration(given, {**GROUPS, "all": everything})


def selected(configuration: Configuration) -> list[Table]:
    """Return the tables that the settings select, SYNC_COVERAGE with any beyond `core`."""
    names = set(configuration.tables)
    if names - set(GROUPS["core"]):
        names.add(SYNC_COVERAGE.name)
    return [table for table in TABLES if table.name in names]


__all__ = ["ENVIRONMENTS", "ORGANIZATIONS", "SPACES", "configure", "selected"]
