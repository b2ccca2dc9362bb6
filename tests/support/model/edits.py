"""Edits of the emulated account, as the CMA calls that editors make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support.account import Account

SPACES = ("s1", "s2")
ENVIRONMENTS = ("master", "dev")
KEYS = ("a", "b", "c")
CODES = ("de", "fr", "it")
ORIGIN = "2026-03-01T00:00:00Z"

ALIAS = "live"
MOST_OF_A_KIND = 3

Record = dict[str, Any]
Call = dict[str, Any]
"""A call as the control route for planned edits takes it: method, path, headers and body."""


@dataclass(frozen=True)
class Edit:
    """One edit: what is done, where, to which record, and a number that varies what it writes."""

    action: str
    space: str = "s1"
    environment: str = "master"
    key: str = "a"
    value: int = 0


class Editor:
    """Makes CMA calls of edits by what the account holds, and carries them out."""

    def __init__(self, account: Account) -> None:
        """Edit this account, beginning with a small world in it and a clock that stands still."""
        self._account = account
        self.made: set[tuple[str, str]] = set()
        """Environments that were made, or may have been; whoever reads it empties it."""
        account.reset()
        account.control("POST", "clock", {"now": ORIGIN})
        self.apply(Edit("put space"))
        self.apply(Edit("put content type"))
        self.apply(Edit("put content type", value=1))
        self.apply(Edit("put entry"))
        self.wait(1)

    def apply(self, edit: Edit) -> None:
        """Carry an edit out; one that the account has no use for is left out."""
        call = self.call_of(edit)
        if call is not None:
            self._account.call(call["method"], call["path"], call["body"], **call["headers"])

    def plan(self, edit: Edit, before_request: int) -> None:
        """Have an edit carried out right before the n-th request from now."""
        call = self.call_of(edit)
        if call is not None:
            headers = {name.replace("_", "-"): one for name, one in call["headers"].items()}
            planned = {"before_request": before_request, "calls": [{**call, "headers": headers}]}
            self._account.control("POST", "edits", planned)

    def wait(self, seconds: float) -> None:
        """Move the account's clock on."""
        self._account.control("POST", "clock", {"advance_seconds": seconds})

    def call_of(self, edit: Edit) -> Call | None:
        """Return the call of an edit, None where the account has no use for it now."""
        space = f"spaces/{edit.space}"
        if not edit.action.endswith("space") and _found(self._account, space) is None:
            return None
        place = f"{space}/environments/{edit.environment}"
        is_above = edit.action.endswith(("space", "environment", "role", "member", "alias"))
        if not is_above and _found(self._account, place) is None:
            return None
        if edit.action in ("put environment", "put space"):
            self.made.update((edit.space, name) for name in ENVIRONMENTS)
        return ACTIONS[edit.action](self._account, edit)


def _found(account: Account, path: str) -> dict[str, Any] | None:
    collection, _, identifier = path.rpartition("/")
    for record in account.stored(collection):
        if record["sys"]["id"] == identifier:
            return record
    return None


def _call(method: str, path: str, body: Any = None, **headers: str) -> Call:
    return {"method": method, "path": f"/{path}", "headers": headers, "body": body}


def _put(account: Account, path: str, body: Any, **headers: str) -> Call:
    """Return the call that makes a record or changes the one that is there."""
    record = _found(account, path)
    if record is not None:
        headers["X_Contentful_Version"] = str(record["sys"]["version"])
    return _call("PUT", path, body, **headers)


def _step(account: Account, method: str, path: str, step: str) -> Call | None:
    """Return the call that publishes, archives or deletes a record, None where it would fail."""
    record = _found(account, path)
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
    return _call(method, path + step, **version) if fits[method, step] else None


def _place(edit: Edit) -> str:
    return f"spaces/{edit.space}/environments/{edit.environment}"


def _put_space(account: Account, edit: Edit) -> Call | None:
    path = f"spaces/{edit.space}"
    return _put(account, path, {"name": f"Space {edit.value}"})


def _delete_space(account: Account, edit: Edit) -> Call | None:
    path = f"spaces/{edit.space}"
    return None if _found(account, path) is None else _call("DELETE", path)


def _put_environment(account: Account, edit: Edit) -> Call | None:
    """Make an environment as a clone of the other one, or of an empty one, or rename it."""
    path = _place(edit)
    sources = [one for one in ENVIRONMENTS if one != edit.environment]
    source = sources[edit.value % len(sources)]
    if _found(account, path) is None:
        if _found(account, f"spaces/{edit.space}/environments/{source}") is None:
            return None
        # Making an environment takes seconds, so none has the creation time of its predecessor.
        account.control("POST", "clock", {"advance_seconds": 1})
    body = {"name": f"Environment {edit.value}"}
    return _put(account, path, body, X_Contentful_Source_Environment=source)


def _delete_environment(account: Account, edit: Edit) -> Call | None:
    record = _found(account, _place(edit))
    if record is None or edit.environment == "master" or record["sys"].get("aliases"):
        return None
    return _call("DELETE", _place(edit))


def _add_locale(account: Account, edit: Edit) -> Call | None:
    path, code = _place(edit) + "/locales", CODES[edit.value % len(CODES)]
    if code in {one["code"] for one in account.stored(path)}:
        return None
    body = {"name": f"Locale {code}", "code": code, "fallbackCode": None, "optional": True}
    return _call("POST", path, {**body, "default": False})


def _rename_locale(account: Account, edit: Edit) -> Call | None:
    path = _place(edit) + "/locales"
    known = account.stored(path)
    locale = known[edit.value % len(known)]
    version = str(locale["sys"]["version"])
    body = {"name": f"Renamed {edit.key}", "code": locale["code"]}
    return _call("PUT", f"{path}/{locale['sys']['id']}", body, X_Contentful_Version=version)


def _delete_locale(account: Account, edit: Edit) -> Call | None:
    path = _place(edit) + "/locales"
    known = [one for one in account.stored(path) if not one["default"]]
    if not known:
        return None
    return _call("DELETE", f"{path}/{known[edit.value % len(known)]['sys']['id']}")


def _type_path(edit: Edit) -> str:
    return f"{_place(edit)}/content_types/{TYPES[edit.value % 2]}"


TYPES = ("page", "note")


def _put_content_type(account: Account, edit: Edit) -> Call | None:
    fields = [
        {"id": name, "name": name.title(), "type": "Symbol", "localized": True, "required": False}
        for name in ("title", "name")
    ]
    display = {"a": "title", "b": "name", "c": None}[edit.key]
    body = {"name": f"Type {edit.value}", "displayField": display, "fields": fields}
    return _put(account, _type_path(edit), body)


def _type_step(method: str, step: str) -> Callable[[Account, Edit], Call | None]:
    def call(account: Account, edit: Edit) -> Call | None:
        kind = TYPES[edit.value % 2]
        entries = account.stored(f"{_place(edit)}/entries")
        is_used = any(one["sys"]["contentType"]["sys"]["id"] == kind for one in entries)
        if method == "DELETE" and is_used:
            return None
        return _step(account, method, _type_path(edit), step)

    return call


def _put_entry(account: Account, edit: Edit) -> Call | None:
    """Make or change an entry; the value varies text, link, tag and, for a new one, the type."""
    kind = TYPES[edit.value % 2]
    path = f"{_place(edit)}/entries/{edit.key}"
    record = _found(account, path)
    if record is None and _found(account, f"{_place(edit)}/content_types/{kind}") is None:
        return None
    if record is not None and "archivedVersion" in record["sys"]:
        return None
    fields: dict[str, Any] = {
        "title": {"en-US": f"Title {edit.value}", "de": f"Titel {edit.value}"},
        "name": {"en-US": f"Name {edit.value}"},
    }
    if edit.value > 1:
        fields["ref"] = {"en-US": _link("Entry", KEYS[edit.value % 3])}
    tags = [_link("Tag", "a")] if edit.value > 2 else []
    body = {"fields": fields, "metadata": {"tags": tags, "concepts": []}}
    return _put(account, path, body, X_Contentful_Content_Type=kind)


def _link(kind: str, identifier: str) -> dict[str, Any]:
    return {"sys": {"type": "Link", "linkType": kind, "id": identifier}}


def _put_asset(account: Account, edit: Edit) -> Call | None:
    path = f"{_place(edit)}/assets/{edit.key}"
    record = _found(account, path)
    if record is not None and "archivedVersion" in record["sys"]:
        return None
    file = {
        "fileName": f"{edit.value}.png",
        "contentType": "image/png",
        "url": f"//images.example.com/{edit.value}.png",
        "details": {"size": edit.value, "image": {"width": 3, "height": 4}},
    }
    fields = {"title": {"en-US": f"Asset {edit.value}"}, "file": {"en-US": file}}
    return _put(account, path, {"fields": fields})


def _content_step(kind: str, method: str, step: str) -> Callable[[Account, Edit], Call | None]:
    def call(account: Account, edit: Edit) -> Call | None:
        return _step(account, method, f"{_place(edit)}/{kind}/{edit.key}", step)

    return call


def _put_tag(account: Account, edit: Edit) -> Call | None:
    return _put(account, f"{_place(edit)}/tags/{edit.key}", {"name": f"Tag {edit.value}"})


def _delete_tag(account: Account, edit: Edit) -> Call | None:
    """Delete a tag; one that is in use is refused."""
    path, place = f"{_place(edit)}/tags/{edit.key}", _place(edit)
    content = account.stored(f"{place}/entries") + account.stored(f"{place}/assets")
    used = {tag["sys"]["id"] for one in content for tag in one["metadata"]["tags"]}
    return None if edit.key in used else _step(account, "DELETE", path, "")


def _point_alias(account: Account, edit: Edit) -> Call | None:
    """Point the alias at the environment, or make it."""
    if _found(account, _place(edit)) is None:
        return None
    target = {"environment": _link("Environment", edit.environment)}
    return _put(account, f"spaces/{edit.space}/environment_aliases/{ALIAS}", target)


def _delete_alias(account: Account, edit: Edit) -> Call | None:
    return _step(account, "DELETE", f"spaces/{edit.space}/environment_aliases/{ALIAS}", "")


def _add_role(account: Account, edit: Edit) -> Call | None:
    if len(account.stored(f"spaces/{edit.space}/roles")) > MOST_OF_A_KIND:
        return None
    body: Record = {
        "name": f"Role {edit.value}",
        "description": None,
        "policies": [],
        "permissions": {},
    }
    return _call("POST", f"spaces/{edit.space}/roles", body)


def _add_member(account: Account, edit: Edit) -> Call | None:
    if len(account.stored(f"spaces/{edit.space}/space_memberships")) > MOST_OF_A_KIND:
        return None
    body: Record = {"admin": False, "roles": [], "email": f"{edit.key}@people.example.com"}
    return _call("POST", f"spaces/{edit.space}/space_memberships", body)


def _one_of(kind: str, method: str, body: Record) -> Callable[[Account, Edit], Call | None]:
    """Change or delete one of the records whose ids the API makes."""

    def call(account: Account, edit: Edit) -> Call | None:
        path = f"spaces/{edit.space}/{kind}"
        known = account.stored(path)
        if not known:
            return None
        record = known[edit.value % len(known)]
        version = {"X_Contentful_Version": str(record["sys"]["version"])}
        kept = {name: part for name, part in record.items() if name != "sys"}
        changed = {**kept, **body} if method == "PUT" else None
        return _call(method, f"{path}/{record['sys']['id']}", changed, **version)

    return call


ACTIONS: dict[str, Callable[[Account, Edit], Call | None]] = {
    "put entry": _put_entry,
    "publish entry": _content_step("entries", "PUT", "/published"),
    "unpublish entry": _content_step("entries", "DELETE", "/published"),
    "archive entry": _content_step("entries", "PUT", "/archived"),
    "unarchive entry": _content_step("entries", "DELETE", "/archived"),
    "delete entry": _content_step("entries", "DELETE", ""),
    "put asset": _put_asset,
    "publish asset": _content_step("assets", "PUT", "/published"),
    "delete asset": _content_step("assets", "DELETE", ""),
    "put content type": _put_content_type,
    "publish content type": _type_step("PUT", "/published"),
    "unpublish content type": _type_step("DELETE", "/published"),
    "delete content type": _type_step("DELETE", ""),
    "add locale": _add_locale,
    "rename locale": _rename_locale,
    "delete locale": _delete_locale,
    "put tag": _put_tag,
    "delete tag": _delete_tag,
    "add role": _add_role,
    "change role": _one_of("roles", "PUT", {"description": "changed"}),
    "delete role": _one_of("roles", "DELETE", {}),
    "add member": _add_member,
    "change member": _one_of("space_memberships", "PUT", {"admin": True}),
    "delete member": _one_of("space_memberships", "DELETE", {}),
    "point alias": _point_alias,
    "delete alias": _delete_alias,
    "put space": _put_space,
    "delete space": _delete_space,
    "put environment": _put_environment,
    "delete environment": _delete_environment,
}
