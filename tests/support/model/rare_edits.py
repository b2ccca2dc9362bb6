"""Rare edits: many at once, comments and tasks, and changes that keep `updatedAt`.

Edits that the API does not offer store the records as they would be afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support.account import Account
from support.model.calls import (
    Call,
    Edit,
    Record,
    found,
    link_to,
    place_of,
    remove,
    request,
    step_of,
    store,
)
from support.model.edits import KEYS, MOST_OF_A_KIND, TYPES, Action

FEW, MANY = 4, 12


def _put_many(kind: str, body: Record, **headers: str) -> Action:
    """Create more records at once than a small sketch can identify."""

    def made(account: Account, edit: Edit) -> list[Call]:
        path = f"{place_of(edit)}/{kind}"
        count = FEW if edit.value % 2 else MANY
        if kind == "entries" and found(account, f"{place_of(edit)}/content_types/page") is None:
            return []
        known = {one["sys"]["id"] for one in account.stored(path)}
        names = [f"m{edit.key}{number}" for number in range(count)]
        return [
            request("PUT", f"{path}/{name}", body, **headers)
            for name in names
            if name not in known
        ]

    return made


def _delete_many(kind: str) -> Action:
    """Delete the records that were created at once, or most of them."""

    def made(account: Account, edit: Edit) -> list[Call]:
        path = f"{place_of(edit)}/{kind}"
        ids = [one["sys"]["id"] for one in account.stored(path)]
        made_at_once = [one for one in ids if one.startswith("m")]
        calls = [
            step_of(account, "DELETE", f"{path}/{one}", "") for one in made_at_once[edit.value :]
        ]
        return [one for one in calls if one is not None]

    return made


def _of_entry(kind: str, method: str, body: Record) -> Action:
    """Add, change or delete a comment or a task of an entry."""

    def made(account: Account, edit: Edit) -> Call | None:
        entry = f"{place_of(edit)}/entries/{edit.key}"
        if found(account, entry) is None:
            return None
        path = f"{entry}/{kind}"
        known = account.stored(path)
        if method == "POST":
            return request(method, path, body) if len(known) < MOST_OF_A_KIND else None
        if not known:
            return None
        record = known[edit.value % len(known)]
        version = {"X_Contentful_Version": str(record["sys"]["version"])}
        changed = {**_without_sys(record), **body} if method == "PUT" else None
        return request(method, f"{path}/{record['sys']['id']}", changed, **version)

    return made


def _without_sys(record: Record) -> Record:
    return {name: part for name, part in record.items() if name != "sys"}


def _remove_field(account: Account, edit: Edit) -> list[Call]:
    """Remove a field from a content type; entries lose its values and keep their `updatedAt`.

    The API needs two publications: one that omits the field, and one that deletes it.
    """
    path, kind = place_of(edit), TYPES[edit.value % 2]
    content_type = found(account, f"{path}/content_types/{kind}")
    if content_type is None or len(content_type["fields"]) < 2:
        return []
    gone = content_type["fields"][edit.value // 2]["id"]
    display = content_type["displayField"]
    changed = {
        **published(content_type, 2),
        "fields": [one for one in content_type["fields"] if one["id"] != gone],
        "displayField": None if display == gone else display,
    }
    entries = [
        {**one, "fields": {name: part for name, part in one["fields"].items() if name != gone}}
        for one in account.stored(f"{path}/entries")
        if one["sys"]["contentType"]["sys"]["id"] == kind
    ]
    return [store(f"{path}/content_types", [changed]), store(f"{path}/entries", entries)]


def _remove_locale(account: Account, edit: Edit) -> list[Call]:
    """Remove a locale; content loses its values and keeps its `updatedAt`."""
    gone = _other_locale(account, edit)
    if gone is None:
        return []
    path = f"{place_of(edit)}/locales/{gone['sys']['id']}"
    return [*_content(account, edit, gone["code"], _without_locale), request("DELETE", path)]


def _hide_locale(account: Account, edit: Edit) -> list[Call]:
    """Hide a locale, which removes its values from all content, or show it with some values."""
    locale = _other_locale(account, edit)
    if locale is None:
        return []
    is_hidden = locale["contentManagementApi"] is False
    changed = {**_newer(locale), "contentManagementApi": is_hidden}
    content = _content(
        account, edit, locale["code"], _with_locale if is_hidden else _without_locale
    )
    return [store(f"{place_of(edit)}/locales", [changed]), *content]


def _other_locale(account: Account, edit: Edit) -> Record | None:
    """Return a locale that is not the default one, or None."""
    known = [one for one in account.stored(f"{place_of(edit)}/locales") if not one["default"]]
    return known[edit.value % len(known)] if known else None


def _content(
    account: Account, edit: Edit, code: str, changed: Callable[[Record, str], Record]
) -> list[Call]:
    """Return calls that store all content of an environment, changed for a locale."""
    paths = [f"{place_of(edit)}/{kind}" for kind in ("entries", "assets")]
    return [store(path, [changed(one, code) for one in account.stored(path)]) for path in paths]


def _without_locale(record: Record, code: str) -> Record:
    fields: dict[str, Any] = {
        name: {key: value for key, value in part.items() if key != code}
        for name, part in record["fields"].items()
    }
    return {**record, "fields": fields}


def _with_locale(record: Record, code: str) -> Record:
    fields = record["fields"]
    title = {"title": {**fields["title"], code: "Shown"}} if "title" in fields else {}
    return {**record, "fields": {**fields, **title}}


def _change_default_locale(account: Account, edit: Edit) -> list[Call]:
    """Set the next locale as the default."""
    path = f"{place_of(edit)}/locales"
    known = [one for one in account.stored(path) if one["contentManagementApi"] is not False]
    now = next(number for number, one in enumerate(known) if one["default"])
    then = (now + 1) % len(known)
    changed = [{**_newer(known[now]), "default": False}, {**_newer(known[then]), "default": True}]
    return [store(path, changed)] if then != now else []


def _renew_environment(account: Account, edit: Edit) -> list[Call]:
    """Replace an environment by a clone with the same id, in which content keeps its dates.

    Clones have no snapshots, comments or tasks.  An environment behind an alias is replaced like
    this, and `master` may be an alias.
    """
    record = found(account, place_of(edit))
    if record is None:
        return []
    place = place_of(edit)
    now = account.control("POST", "clock", {"advance_seconds": 1})["now"][:19] + "Z"
    made = {**record, "sys": {**record["sys"], "createdAt": now, "updatedAt": now}}
    below = [f"{place}/entries/{key}/{kind}" for key in KEYS for kind in ("comments", "tasks")]
    below += [f"{place}/entries/{key}/snapshots" for key in KEYS]
    below += [f"{place}/content_types/{kind}/snapshots" for kind in TYPES]
    gone = [
        remove(f"{path}/{one['sys']['id']}")
        for path in below
        if found(account, path.rpartition("/")[0]) is not None
        for one in account.stored(path)
    ]
    return [store(f"spaces/{edit.space}/environments", [made]), *gone]


STATES = ("queued", "inProgress", "failed")


def _with_status(status: Callable[[Edit], str]) -> Action:
    """Set the status of an environment; only a ready one can be read."""

    def made(account: Account, edit: Edit) -> list[Call]:
        record = found(account, place_of(edit))
        if record is None:
            return []
        sys = {**record["sys"], "status": link_to("Status", status(edit))}
        return [store(f"spaces/{edit.space}/environments", [{**record, "sys": sys}])]

    return made


def _newer(record: Record) -> Record:
    return {**record, "sys": {**record["sys"], "version": record["sys"]["version"] + 1}}


def published(content_type: Record, times: int) -> Record:
    """Return a content type after it was saved and published some times."""
    sys = content_type["sys"]
    counter, version = sys.get("publishedCounter", 0) + times, sys["version"] + 2 * times
    parts = {"version": version, "publishedVersion": version - 1, "publishedCounter": counter}
    return {**content_type, "sys": {**sys, **parts}}


ENTRY = {"fields": {"title": {"en-US": "Many"}}, "metadata": {"tags": [], "concepts": []}}
COMMENT = {"body": "A remark", "status": "active"}
TASK = {"body": "To do", "assignedTo": link_to("User", "user-1"), "status": "active"}

UNSEEN: dict[str, Action] = {
    "remove field": _remove_field,
    "remove locale": _remove_locale,
    "hide locale": _hide_locale,
    "change default locale": _change_default_locale,
}
"""Edits that change content but not its `updatedAt`."""

RARE: dict[str, Action] = {
    **UNSEEN,
    "put many entries": _put_many("entries", ENTRY, X_Contentful_Content_Type="page"),
    "delete many entries": _delete_many("entries"),
    "put many tags": _put_many("tags", {"name": "Many"}),
    "delete many tags": _delete_many("tags"),
    "add comment": _of_entry("comments", "POST", COMMENT),
    "change comment": _of_entry("comments", "PUT", {"status": "resolved"}),
    "delete comment": _of_entry("comments", "DELETE", {}),
    "add task": _of_entry("tasks", "POST", TASK),
    "change task": _of_entry("tasks", "PUT", {"status": "resolved"}),
    "delete task": _of_entry("tasks", "DELETE", {}),
}

READINESS: dict[str, Action] = {
    "renew environment": _renew_environment,
    "delay environment": _with_status(lambda edit: STATES[edit.value % len(STATES)]),
    "finish environment": _with_status(lambda _: "ready"),
}
"""Edits of a whole environment, made only by the moves that name them."""
