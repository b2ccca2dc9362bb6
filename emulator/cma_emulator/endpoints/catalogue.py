"""All endpoints that the emulator serves, and the catalogue that they are to an account."""

from __future__ import annotations

from ..account.account import Account
from ..account.catalogue import Catalogue, Origin
from ..samples.demo import origins as demo
from ..samples.structure import places
from ..settings import Settings
from . import (
    content,
    core,
    elsewhere,
    experience,
    history,
    invitations,
    model,
    people,
    structure,
    usage,
    work,
)

_GROUPS = (core, people, structure, model, content, work, usage, history, experience)

ENDPOINTS = tuple(one for module in (*_GROUPS, elsewhere) for one in module.ENDPOINTS)
SPECIALS = tuple(one for module in (*_GROUPS, invitations) for one in module.SPECIALS)

CATALOGUE = Catalogue(
    resources={one.resource.path: one.resource for one in ENDPOINTS},
    origins={one.resource.path: one.origin for one in ENDPOINTS},
    places=places,
)
DEMO = Catalogue(
    resources=CATALOGUE.resources,
    origins={path: demo.ORIGINS.get(path, Origin()) for path in CATALOGUE.resources},
    places=demo.places,
)


def account_of(settings: Settings) -> Account:
    """Return a new account with everything that the emulator serves."""
    return Account(settings, DEMO if settings.demo else CATALOGUE)
