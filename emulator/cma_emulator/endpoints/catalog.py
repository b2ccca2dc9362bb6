"""All endpoints that the emulator serves, as catalogs for an account."""

from __future__ import annotations

from ..account.account import Account
from ..account.catalog import Catalog, Origin
from ..samples.demo import origins as demo
from ..samples.structure import places
from ..settings import Settings
from . import (
    content,
    core,
    derived,
    experience,
    history,
    invitations,
    model,
    people,
    structure,
    templates,
    usage,
    work,
)

_GROUPS = (core, people, structure, model, content, work, usage, history, experience)

ENDPOINTS = tuple(one for module in (*_GROUPS, derived, templates) for one in module.ENDPOINTS)
SPECIALS = tuple(one for module in (*_GROUPS, invitations, templates) for one in module.SPECIALS)

CATALOG = Catalog(
    resources={one.resource.path: one.resource for one in ENDPOINTS},
    origins={one.resource.path: one.origin for one in ENDPOINTS},
    places=places,
)
DEMO = Catalog(
    resources=CATALOG.resources,
    origins={path: demo.ORIGINS.get(path, Origin()) for path in CATALOG.resources},
    places=demo.places,
)


def account_of(settings: Settings) -> Account:
    """Return a new account with all resources that the emulator serves."""
    return Account(settings, DEMO if settings.demo else CATALOG)
