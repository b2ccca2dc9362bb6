"""Edit content as the web app does: with its requests, one version after another."""

from __future__ import annotations

from typing import Any

from support.account import Account
from support.warehouse import Run

Record = dict[str, Any]

ENVIRONMENT = "spaces/shop/environments/master"
ENTRIES, ASSETS = f"{ENVIRONMENT}/entries", f"{ENVIRONMENT}/assets"
TYPES = f"{ENVIRONMENT}/content_types"

SIMPLE = {"localized": False, "required": False, "disabled": False, "omitted": False}
NOTE = {
    "name": "Note",
    "displayField": "title",
    "fields": [
        {"id": "title", "name": "Title", "type": "Symbol", **SIMPLE, "localized": True},
        {"id": "subtitle", "name": "Subtitle", "type": "Symbol", **SIMPLE},
    ],
}


def with_a_content_type(account: Account, space: str = "shop") -> None:
    """Create a space whose master has one published content type, `note`."""
    account.put_space(space)
    types = TYPES.replace("shop", space)
    put(account, f"{types}/note", NOTE)
    put(account, f"{types}/note/published", version=1)


def put(account: Account, path: str, body: Any = None, version: int | None = None) -> Record:
    """Send a PUT for the given version; return the answer."""
    headers = {} if version is None else {"X_Contentful_Version": str(version)}
    return account.call("PUT", f"/{path}", body, **headers)


def later(account: Account, seconds: float = 3600) -> None:
    """Let time pass, by default longer than the overlap of two syncs."""
    account.control("POST", "clock", {"advance_seconds": seconds})


def create(account: Account, identifier: str, title: str, where: str = ENTRIES) -> Record:
    """Create a draft with a title."""
    return account.call(
        "PUT",
        f"/{where}/{identifier}",
        {"fields": {"title": {"en-US": title}}},
        X_Contentful_Content_Type="note",
    )


def act(account: Account, verb: str, record: Record, what: str, where: str = ENTRIES) -> Record:
    """Publish, unpublish, archive or unarchive a record."""
    sys = record["sys"]
    path = f"/{where}/{sys['id']}/{what}"
    return account.call(verb, path, X_Contentful_Version=str(sys["version"]))


def retitle(account: Account, record: Record, title: str, where: str = ENTRIES) -> Record:
    """Save a record with another title."""
    body = {**record, "fields": {"title": {"en-US": title}}}
    return put(account, f"{where}/{record['sys']['id']}", body, record["sys"]["version"])


def delete(account: Account, record: Record, where: str = ENTRIES) -> None:
    """Delete a record that is not published."""
    sys = record["sys"]
    account.call("DELETE", f"/{where}/{sys['id']}", X_Contentful_Version=str(sys["version"]))


def changes(run: Run) -> tuple[Any, ...]:
    """Return the error of a run, and the content rows that it wrote and deleted."""
    written = [one for one in run.written if one[0] != "SYNC_COVERAGE"]
    deleted = sorted((one for one in run.deleted if one[0] != "SYNC_COVERAGE"), key=str)
    return run.error, written, deleted
