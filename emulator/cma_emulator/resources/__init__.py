"""All resources that the emulator serves, by the scope of their URLs."""

from __future__ import annotations

from . import account, environment, space

RESOURCES = (*account.RESOURCES, *space.RESOURCES, *environment.RESOURCES)
SPECIALS = (*account.SPECIALS,)
