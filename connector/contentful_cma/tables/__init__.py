"""Declarations of the tables, one module per group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contentful_cma.settings.configuration import Configuration, read_configuration

from . import content, core, experience, history, model, people, structure, usage, work
from .own import SYNC_COVERAGE, SYNCS
from .table import Table

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
    """Return the Configuration for Fivetran's settings; ValueError if a setting is wrong."""
    everything = tuple(name for group in GROUPS if group != OPT_IN for name in GROUPS[group])
    alone = {"all": everything, SYNCS.name.lower(): (SYNCS.name,)}
    return read_configuration(given, {**GROUPS, **alone})


def selected(configuration: Configuration) -> list[Table]:
    """Return the tables that the settings select; SYNC_COVERAGE with any table outside `core`."""
    names = set(configuration.tables)
    if names - set(GROUPS["core"]):
        names.add(SYNC_COVERAGE.name)
    return [table for table in TABLES if table.name in names]
