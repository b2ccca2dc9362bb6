"""Which organizations and spaces the settings ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .configuration import Configuration
from .values import link_id, record_id

Record = Mapping[str, Any]


def selects_organization(configuration: Configuration, record: Record) -> bool:
    """Tell whether ``organization_ids`` includes the organization; blank includes all."""
    wanted = configuration.organization_ids
    return not wanted or record_id(record) in wanted


def selects_space(configuration: Configuration, record: Record) -> bool:
    """Tell whether ``space_ids`` and ``organization_ids`` include the space; blank is all."""
    wanted, owners = configuration.space_ids, configuration.organization_ids
    if wanted and record_id(record) not in wanted:
        return False
    return not owners or owner_of(record) in owners


def owner_of(space: Record) -> str | None:
    """Return the id of the organization that owns a space, None where it is not told."""
    sys = space.get("sys")
    return link_id(sys.get("organization")) if isinstance(sys, Mapping) else None
