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
    if not owners:
        return True
    sys = record.get("sys")
    return isinstance(sys, Mapping) and link_id(sys.get("organization")) in owners
