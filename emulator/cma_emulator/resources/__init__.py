"""All resources that the emulator serves, by the scope of their URLs."""

from __future__ import annotations

from ..resource import Resource
from . import account, environment, organization, people, space

_MODULES = (account, people, organization, space, environment)

RESOURCES = tuple(resource for module in _MODULES for resource in module.RESOURCES)
SPECIALS = tuple(special for module in _MODULES for special in module.SPECIALS)

PARENTS: dict[str, Resource] = {
    "organization": account.ORGANIZATIONS,
    "space": account.SPACES,
    "environment": space.ENVIRONMENTS,
    "team": people.TEAMS,
}
"""What the parts of a path name; where there is no such record, there is nothing below."""
