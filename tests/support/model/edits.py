"""Edits of the emulated account, as the CMA calls that editors make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Union

from support.account import Account
from support.model.calls import Call, Edit, Record, found, link_to, place_of, put, request, step_of

SPACES = ("s1", "s2")
ENVIRONMENTS = ("master", "dev")
KEYS = ("a", "b", "c")
CODES = ("de", "fr", "it")
ALIAS = "live"
MOST_OF_A_KIND = 3

Action = Callable[[Account, Edit], Union[Call, list[Call], None]]
"""Return the calls of an edit, or none if it does not fit the account."""


def _put_space(account: Account, edit: Edit) -> Call | None:
    path = f"spaces/{edit.space}"
    return put(account, path, {"name": f"Space {edit.value}"})


def _delete_space(account: Account, edit: Edit) -> Call | None:
    path = f"spaces/{edit.space}"
    return None if found(account, path) is None else request("DELETE", path)


def _put_environment(account: Account, edit: Edit) -> Call | None:
    """Create an environment as a clone of the other one, or rename it."""
    path = place_of(edit)
    sources = [one for one in ENVIRONMENTS if one != edit.environment]
    source = sources[edit.value % len(sources)]
    if found(account, path) is None:
        if found(account, f"spaces/{edit.space}/environments/{source}") is None:
            return None
        # Creating an environment takes seconds, so its time differs from its predecessor's.
        account.control("POST", "clock", {"advance_seconds": 1})
    body = {"name": f"Environment {edit.value}"}
    return put(account, path, body, X_Contentful_Source_Environment=source)


def _delete_environment(account: Account, edit: Edit) -> Call | None:
    record = found(account, place_of(edit))
    if record is None or edit.environment == "master" or record["sys"].get("aliases"):
        return None
    return request("DELETE", place_of(edit))


def _add_locale(account: Account, edit: Edit) -> Call | None:
    path, code = place_of(edit) + "/locales", CODES[edit.value % len(CODES)]
    if code in {one["code"] for one in account.stored(path)}:
        return None
    body = {"name": f"Locale {code}", "code": code, "fallbackCode": None, "optional": True}
    return request("POST", path, {**body, "default": False})


def _rename_locale(account: Account, edit: Edit) -> Call | None:
    path = place_of(edit) + "/locales"
    known = account.stored(path)
    locale = known[edit.value % len(known)]
    version = str(locale["sys"]["version"])
    body = {"name": f"Renamed {edit.key}", "code": locale["code"]}
    return request("PUT", f"{path}/{locale['sys']['id']}", body, X_Contentful_Version=version)


def _delete_locale(account: Account, edit: Edit) -> Call | None:
    path = place_of(edit) + "/locales"
    known = [one for one in account.stored(path) if not one["default"]]
    if not known:
        return None
    return request("DELETE", f"{path}/{known[edit.value % len(known)]['sys']['id']}")


def type_path(edit: Edit) -> str:
    """Return the path of the content type of an edit."""
    return f"{place_of(edit)}/content_types/{TYPES[edit.value % 2]}"


TYPES = ("page", "note")


def _put_content_type(account: Account, edit: Edit) -> Call | None:
    fields = [
        {"id": name, "name": name.title(), "type": "Symbol", "localized": True, "required": False}
        for name in ("title", "name")
    ]
    display = {"a": "title", "b": "name", "c": None}[edit.key]
    body = {"name": f"Type {edit.value}", "displayField": display, "fields": fields}
    return put(account, type_path(edit), body)


def _type_step(method: str, step: str) -> Callable[[Account, Edit], Call | None]:
    def made(account: Account, edit: Edit) -> Call | None:
        kind = TYPES[edit.value % 2]
        entries = account.stored(f"{place_of(edit)}/entries")
        is_used = any(one["sys"]["contentType"]["sys"]["id"] == kind for one in entries)
        if method == "DELETE" and is_used:
            return None
        return step_of(account, method, type_path(edit), step)

    return made


def _put_entry(account: Account, edit: Edit) -> Call | None:
    """Create or change an entry; the value varies text, link, tag and the type of a new one."""
    kind = TYPES[edit.value % 2]
    path = f"{place_of(edit)}/entries/{edit.key}"
    record = found(account, path)
    if record is None and found(account, f"{place_of(edit)}/content_types/{kind}") is None:
        return None
    if record is not None and "archivedVersion" in record["sys"]:
        return None
    fields: dict[str, Any] = {
        "title": {"en-US": f"Title {edit.value}", "de": f"Titel {edit.value}"},
        "name": {"en-US": f"Name {edit.value}"},
    }
    if edit.value > 1:
        fields["ref"] = {"en-US": link_to("Entry", KEYS[edit.value % 3])}
    tags = [link_to("Tag", "a")] if edit.value > 2 else []
    body = {"fields": fields, "metadata": {"tags": tags, "concepts": []}}
    return put(account, path, body, X_Contentful_Content_Type=kind)


def _put_asset(account: Account, edit: Edit) -> Call | None:
    path = f"{place_of(edit)}/assets/{edit.key}"
    record = found(account, path)
    if record is not None and "archivedVersion" in record["sys"]:
        return None
    file = {
        "fileName": f"{edit.value}.png",
        "contentType": "image/png",
        "url": f"//images.example.com/{edit.value}.png",
        "details": {"size": edit.value, "image": {"width": 3, "height": 4}},
    }
    fields = {"title": {"en-US": f"Asset {edit.value}"}, "file": {"en-US": file}}
    return put(account, path, {"fields": fields})


def _content_step(kind: str, method: str, step: str) -> Callable[[Account, Edit], Call | None]:
    def made(account: Account, edit: Edit) -> Call | None:
        return step_of(account, method, f"{place_of(edit)}/{kind}/{edit.key}", step)

    return made


def _put_tag(account: Account, edit: Edit) -> Call | None:
    return put(account, f"{place_of(edit)}/tags/{edit.key}", {"name": f"Tag {edit.value}"})


def _delete_tag(account: Account, edit: Edit) -> Call | None:
    """Delete a tag that is not in use; the API refuses the others."""
    path, place = f"{place_of(edit)}/tags/{edit.key}", place_of(edit)
    content = account.stored(f"{place}/entries") + account.stored(f"{place}/assets")
    used = {tag["sys"]["id"] for one in content for tag in one["metadata"]["tags"]}
    return None if edit.key in used else step_of(account, "DELETE", path, "")


def _point_alias(account: Account, edit: Edit) -> Call | None:
    """Point the alias at the environment; create it if needed."""
    if found(account, place_of(edit)) is None:
        return None
    target = {"environment": link_to("Environment", edit.environment)}
    return put(account, f"spaces/{edit.space}/environment_aliases/{ALIAS}", target)


def _delete_alias(account: Account, edit: Edit) -> Call | None:
    return step_of(account, "DELETE", f"spaces/{edit.space}/environment_aliases/{ALIAS}", "")


def _add_role(account: Account, edit: Edit) -> Call | None:
    if len(account.stored(f"spaces/{edit.space}/roles")) > MOST_OF_A_KIND:
        return None
    body: Record = {
        "name": f"Role {edit.value}",
        "description": None,
        "policies": [],
        "permissions": {},
    }
    return request("POST", f"spaces/{edit.space}/roles", body)


def _add_member(account: Account, edit: Edit) -> Call | None:
    if len(account.stored(f"spaces/{edit.space}/space_memberships")) > MOST_OF_A_KIND:
        return None
    body: Record = {"admin": False, "roles": [], "email": f"{edit.key}@people.example.com"}
    return request("POST", f"spaces/{edit.space}/space_memberships", body)


def _one_of(kind: str, method: str, body: Record) -> Callable[[Account, Edit], Call | None]:
    """Change or delete one of the records whose ids the API chooses."""

    def made(account: Account, edit: Edit) -> Call | None:
        path = f"spaces/{edit.space}/{kind}"
        known = account.stored(path)
        if not known:
            return None
        record = known[edit.value % len(known)]
        version = {"X_Contentful_Version": str(record["sys"]["version"])}
        kept = {name: part for name, part in record.items() if name != "sys"}
        changed = {**kept, **body} if method == "PUT" else None
        return request(method, f"{path}/{record['sys']['id']}", changed, **version)

    return made


ACTIONS: dict[str, Action] = {
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
