"""The tables, one module per group that users see, and which of them the settings select."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contentful_cma.settings.configuration import Configuration, read_configuration

from . import content, core, experience, history, model, people, structure, usage, work
from .columns import flag, instant, json, text, whole
from .places import ACCOUNT
from .table import Periodic, Table

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
    key=(
        text("table_name", "", "What was to be read."),
        text("place", "", "Its place: the ids of space and environment, or of the organization."),
    ),
    sys=(),
)
"""Comes with any table beyond the group `core`."""

SYNCS = Table(
    "SYNCS",
    ACCOUNT,
    "",
    "A sync, whether or not it changed anything; made by the connector itself, only when named.",
    (
        instant("ended_at", "", "When it ended, or had come so far, in UTC."),
        whole("requests", "", "Requests that it made until then."),
        whole("rows_written", "", "Rows that it wrote, but for those of this table."),
        whole("rows_deleted", "", "Rows that it deleted."),
        json("due", "", "The tables that it read wherever they are."),
        flag("is_complete", "", "Whether all that was due was read; a failed sync is none."),
    ),
    key=(instant("started_at", "", "When it began by the API's clock, in UTC."),),
    sys=(),
    # Its rows are history: they stay when all else is read anew.
    read=Periodic(),
)

_MODULES = (core, people, structure, model, content, work, usage, history, experience)

GROUPED: Mapping[str, tuple[Table, ...]] = {
    module.__name__.rsplit(".", 1)[-1]: module.TABLES for module in _MODULES
}
"""The tables of each group; a group is a module of this folder."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    group: tuple(table.name for table in tables) for group, tables in GROUPED.items()
}
"""The names of the tables in each group."""

READABLE = tuple(table for tables in GROUPED.values() for table in tables)
TABLES = (*READABLE, SYNC_COVERAGE, SYNCS)
OPT_IN = "history"

if len({table.name for table in TABLES}) != len(TABLES):
    sentence = "two tables have the same name"
    raise ValueError(sentence)


def configure(given: Mapping[str, Any]) -> Configuration:
    """Return the Configuration for what Fivetran hands over; ValueError if bad."""
    everything = tuple(name for group in GROUPS if group != OPT_IN for name in GROUPS[group])
    alone = {"all": everything, SYNCS.name.lower(): (SYNCS.name,)}
    return read_configuration(given, {**GROUPS, **alone})


def selected(configuration: Configuration) -> list[Table]:
    """Return the tables that the settings select, SYNC_COVERAGE with any beyond `core`."""
    names = set(configuration.tables)
    if names - set(GROUPS["core"]):
        names.add(SYNC_COVERAGE.name)
    return [table for table in TABLES if table.name in names]
