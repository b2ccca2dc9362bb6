"""Putting records into the store and taking them out, as they are and without any check."""

from __future__ import annotations

from .answers import Request
from .api import ROUTER, located
from .calls import Call
from .errors import Refusal
from .records import Record, at
from .resources.account import SPACES
from .resources.space import ALIASES, ENVIRONMENTS
from .store import Collection
from .world import World


def stored(world: World, path: str) -> Collection | None:
    """Return the collection at a path of the API, None where there is none."""
    call = _call(world, path)
    return None if call is None else call.collection


def put_raw(world: World, path: str, record: Record) -> bool:
    """Keep a record; a new space also gets its master environment with the locale ``en-US``.

    An alias takes the place of an environment of its name.
    """
    call = _call(world, path)
    if call is None:
        return False
    key = str(at(record, call.resource.key))
    is_new_space = call.resource is SPACES and call.collection.get(key) is None
    world.store.collection(call.resource, call.scope).put(key, record)
    if call.resource is ALIASES:
        call.other(ENVIRONMENTS).remove(key)
        world.forget(f"{ENVIRONMENTS.address(call.scope)}/{key}")
    if is_new_space:
        world.furnish(key, "en-US")
    return True


def remove_raw(world: World, path: str, identifier: str) -> bool:
    """Remove a record and what is below it."""
    call = _call(world, path)
    kept = None if call is None else world.store.collection(call.resource, call.scope)
    if call is None or kept is None or kept.get(identifier) is None:
        return False
    kept.remove(identifier)
    world.forget(f"{call.resource.address(call.scope)}/{identifier}")
    return True


def _call(world: World, path: str) -> Call | None:
    match = ROUTER.match(path)
    if match is None or match.route.kind != "collection":
        return None
    try:
        scope, _ = located(world, match)
    except Refusal:
        return None
    return Call(world, Request("GET", "/" + path), match.route.resource, scope)
