"""All resources that the emulator serves, by the scope of their URLs."""

from __future__ import annotations

from ..resource import Resource
from . import account, environment, space

RESOURCES = (*account.RESOURCES, *space.RESOURCES, *environment.RESOURCES)
SPECIALS = (*account.SPECIALS,)

PARENTS: dict[str, Resource] = {
    "organization": account.ORGANIZATIONS,
    "space": account.SPACES,
    "environment": space.ENVIRONMENTS,
}
"""What the parts of a path name; where there is no such record, there is nothing below."""
