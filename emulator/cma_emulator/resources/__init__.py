"""All resources that the emulator serves, by what they are about."""

from __future__ import annotations

from ..resource import Resource
from . import (
    account,
    content,
    delivery,
    editing,
    experience,
    organization,
    people,
    space,
    tags,
    tokens,
    work,
)

_MODULES = (
    *(account, people, tokens, organization, space, delivery),
    *(content, editing, tags, work, experience),
)

RESOURCES = tuple(resource for module in _MODULES for resource in module.RESOURCES)
SPECIALS = tuple(special for module in _MODULES for special in module.SPECIALS)

CLONED = (
    *(content.LOCALES, content.CONTENT_TYPES, content.ENTRIES, content.ASSETS),
    *(*editing.RESOURCES, *tags.RESOURCES),
)
"""What a new environment gets from its source."""

PARENTS: dict[str, Resource] = {
    "organization": account.ORGANIZATIONS,
    "space": account.SPACES,
    "environment": space.ENVIRONMENTS,
    "team": people.TEAMS,
    "webhook": delivery.WEBHOOKS,
    "entry": content.ENTRIES,
    "content_type": content.CONTENT_TYPES,
}
"""What the parts of a path name; where there is no such record, there is nothing below."""
