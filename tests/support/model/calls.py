"""Convert edits to calls of the API that fit the current records of the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from support.account import Account

Record = dict[str, Any]
Call = dict[str, Any]
"""A call as the control route for planned edits takes it: method, path, headers and body.

The method STORE stores the records of the body unchanged in the collection at the path; REMOVE
removes the record at the path.
"""

STORE, REMOVE = "STORE", "REMOVE"


@dataclass(frozen=True)
class Edit:
    """One edit: the action, the place, the record, and a number that varies the content."""

    action: str
    space: str = "s1"
    environment: str = "master"
    key: str = "a"
    value: int = 0


def found(account: Account, path: str) -> Record | None:
    """Return the record at a path of the API, or None."""
    collection, _, identifier = path.rpartition("/")
    for record in account.stored(collection):
        if record["sys"]["id"] == identifier:
            return record
    return None


def request(method: str, path: str, body: Any = None, **headers: str) -> Call:
    """Return a call; header names have _ for -."""
    return {"method": method, "path": f"/{path}", "headers": headers, "body": body}


def put(account: Account, path: str, body: Any, **headers: str) -> Call:
    """Return the call that creates a record or changes the existing one."""
    record = found(account, path)
    if record is not None:
        headers["X_Contentful_Version"] = str(record["sys"]["version"])
    return request("PUT", path, body, **headers)


def step_of(account: Account, method: str, path: str, step: str) -> Call | None:
    """Return the call that publishes, archives or deletes a record, or None if it would fail."""
    record = found(account, path)
    if record is None:
        return None
    is_published = "publishedVersion" in record["sys"]
    is_archived = "archivedVersion" in record["sys"]
    fits = {
        ("PUT", "/published"): not is_archived,
        ("DELETE", "/published"): is_published,
        ("PUT", "/archived"): not is_published and not is_archived,
        ("DELETE", "/archived"): is_archived,
        ("DELETE", ""): not is_published,
    }
    version = {"X_Contentful_Version": str(record["sys"]["version"])}
    return request(method, path + step, **version) if fits[method, step] else None


def place_of(edit: Edit) -> str:
    """Return the path of the environment of an edit."""
    return f"spaces/{edit.space}/environments/{edit.environment}"


def link_to(kind: str, identifier: str) -> Record:
    """Return a link as the API writes it."""
    return {"sys": {"type": "Link", "linkType": kind, "id": identifier}}


def store(path: str, records: list[Record]) -> Call:
    """Return the call that stores records unchanged, for edits that the API does not offer."""
    return request(STORE, path, records)


def remove(path: str) -> Call:
    """Return the call that removes a record, even if the API would refuse it."""
    return request(REMOVE, path)


def is_real(call: Call) -> bool:
    """Return whether a call is one of the API."""
    return call["method"] not in (STORE, REMOVE)
