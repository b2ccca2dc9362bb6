"""Parts that content and its model share: resource names, and snapshots of publications."""

from __future__ import annotations

from .. import paths
from ..records import Record
from ..samples.history import snapshot
from .endpoint import Call


def keep_snapshot(call: Call, path: str, parent: dict[str, str], record: Record) -> None:
    """Store a snapshot of a publication in master, or in the environment of that alias."""
    master = call.account.environment_behind(call.scope["space"], "master")
    if call.scope["environment"] != master:
        return
    sample = snapshot(call.account.new_id(), record)
    body = {**sample.body, "sys": sample.sys}
    call.add(path, sample.identifier, body, **parent)


def urn(call: Call, kind: str, record: Record) -> str:
    """Return the resource name of a record."""
    place = paths.ENVIRONMENT.format(**call.scope)
    return f"crn:contentful:::content:{place}/{kind}/{record['sys']['id']}"
