"""Storing and removing records without any check."""

from __future__ import annotations

from .. import paths
from ..account.account import Account
from ..account.store import Collection
from ..answers import Request
from ..endpoints.endpoint import Call
from ..endpoints.environments import add_master
from ..endpoints.respond import ROUTER, located
from ..errors import Refusal
from ..records import Record, at


def stored(account: Account, path: str) -> Collection | None:
    """Return the collection at a path of the API, or None if there is no such path."""
    call = _call(account, path)
    return None if call is None else call.collection


def put_raw(account: Account, path: str, record: Record) -> bool:
    """Store a record; return whether its collection exists.

    A new space also gets a master environment with the locale ``en-US``.
    An alias replaces an environment with its name.
    """
    call = _call(account, path)
    if call is None:
        return False
    key = str(at(record, call.resource.key))
    is_new_space = call.resource.path == paths.SPACES and call.collection.get(key) is None
    account.collection(call.resource.path, call.scope).put(key, record)
    if call.resource.path == paths.ENVIRONMENT_ALIASES:
        call.other(paths.ENVIRONMENTS).remove(key)
        account.forget(f"{paths.ENVIRONMENTS.format(**call.scope)}/{key}")
    if is_new_space:
        add_master(account, key, "en-US")
    return True


def remove_raw(account: Account, path: str, identifier: str) -> bool:
    """Remove a record and all records below it; return whether it existed."""
    call = _call(account, path)
    kept = None if call is None else account.collection(call.resource.path, call.scope)
    if call is None or kept is None or kept.get(identifier) is None:
        return False
    kept.remove(identifier)
    account.forget(f"{call.resource.address(call.scope)}/{identifier}")
    return True


def _call(account: Account, path: str) -> Call | None:
    match = ROUTER.match(path)
    if match is None or match.route.kind != "collection":
        return None
    try:
        scope, _ = located(account, match)
    except Refusal:
        return None
    return Call(account, Request("GET", "/" + path), match.route.endpoint, scope)
