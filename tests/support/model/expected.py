"""The expected rows, computed from the emulator's store.

No code of the connector is used: the column names are those of the documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from support.account import Account
from support.core import NO_LICENSE

Row = dict[str, Any]
Rows = dict[tuple[str, ...], Row]


def rows_of(
    account: Account, tables: Collection[str], configuration: Mapping[str, str]
) -> dict[str, Rows]:
    """Return ``{table: {key: row}}`` for the selected tables and a configuration."""
    found: dict[str, Rows] = {table: {} for table in tables}
    held = _Snapshot(account)
    for table, key, row in _all_rows(held, tables, configuration):
        found[table][key] = row
    if "SYNC_COVERAGE" in found:
        for table, place in _all_places(held, configuration):
            if table in found:
                found["SYNC_COVERAGE"][table, place] = _coverage(table, place)
    return found


def places_of(
    account: Account, tables: Collection[str], configuration: Mapping[str, str]
) -> set[tuple[str, str]]:
    """Return each selected table with each selected place."""
    places = _all_places(_Snapshot(account), configuration)
    return {(table, place) for table, place in places if table in tables}


class _Snapshot:
    """The account at one moment; each collection is requested once."""

    def __init__(self, account: Account) -> None:
        self.stored: Callable[[str], list[Any]] = lru_cache(maxsize=None)(account.stored)


def _all_rows(
    account: _Snapshot, tables: Collection[str], configuration: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...], Row]]:
    if "ORGANIZATIONS" in tables:
        for record in account.stored("organizations"):
            yield "ORGANIZATIONS", (record["sys"]["id"],), _organization(record)
    for record in _spaces(account, configuration):
        space = record["sys"]["id"]
        if "SPACES" in tables:
            default = _default_locale(account, f"spaces/{space}/environments/master")
            yield "SPACES", (space,), _space(record, default)
        for table in filter(tables.__contains__, IN_SPACES):
            for row in _in_space(account, f"spaces/{space}", table):
                key = row["user_id" if table == "SPACE_MEMBERS" else "id"]
                yield table, (space, key), {"space_id": space, **row}
        for name in _environments(account, space, configuration):
            scope = {"space_id": space, "environment_id": name}
            path = f"spaces/{space}/environments/{name}"
            for table in filter(tables.__contains__, (*IN_ENVIRONMENTS, *PER_PARENT)):
                for inner, row in _in_environment(account, path, table):
                    yield table, (space, name, *inner), {**scope, **row}


def _all_places(account: _Snapshot, configuration: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for table in ("ORGANIZATIONS", "SPACES"):
        yield table, ""
    for record in _spaces(account, configuration):
        space = record["sys"]["id"]
        for table in IN_SPACES:
            yield table, space
        for name in _environments(account, space, configuration):
            for table in (*IN_ENVIRONMENTS, *PER_PARENT):
                yield table, f"{space}/{name}"


def environments_of(account: Account | _Snapshot, space: str) -> list[Any]:
    """Return the environments of a space as the emulator stores them."""
    return account.stored(f"spaces/{space}/environments")


def _environments(account: _Snapshot, space: str, configuration: Mapping[str, str]) -> list[str]:
    wanted = set(configuration["environment_id"].split(","))
    found = []
    for record in environments_of(account, space):
        sys = record["sys"]
        names = {"*", sys["id"], *(one["sys"]["id"] for one in sys.get("aliases", ()))}
        if names & wanted:
            found.append(sys["id"])
    return found


def _spaces(account: _Snapshot, configuration: Mapping[str, str]) -> list[Any]:
    wanted, owners = (
        [one for one in configuration.get(setting, "").split(",") if one]
        for setting in ("space_ids", "organization_ids")
    )
    return [
        one
        for one in account.stored("spaces")
        if (not wanted or one["sys"]["id"] in wanted)
        and (not owners or one["sys"]["organization"]["sys"]["id"] in owners)
    ]


def _coverage(table: str, place: str) -> Row:
    space, _, environment = place.partition("/")
    return {
        "table_name": table,
        "place": place,
        "organization_id": None,
        "space_id": space or None,
        "environment_id": environment or None,
        "status": "read",
        "reason": None,
    }


def _organization(record: Any) -> Row:
    sys = record["sys"]
    return {
        "id": sys["id"],
        "name": record["name"],
        "type": "Organization",
        "default_user_language": record.get("defaultUserLanguage"),
        "version": sys["version"],
        "created_at": sys["createdAt"],
        "updated_at": sys["updatedAt"],
    }


def _common(sys: Any) -> Row:
    return {
        "version": sys["version"],
        "created_at": sys["createdAt"],
        "created_by_id": sys["createdBy"]["sys"]["id"],
        "created_by_type": sys["createdBy"]["sys"]["linkType"],
        "updated_at": sys["updatedAt"],
        "updated_by_id": sys["updatedBy"]["sys"]["id"],
        "updated_by_type": sys["updatedBy"]["sys"]["linkType"],
    }


def _space(record: Any, default_locale: str | None) -> Row:
    return {
        "id": record["sys"]["id"],
        "name": record["name"],
        "organization_id": record["sys"]["organization"]["sys"]["id"],
        "default_locale": default_locale,
        "type": "Space",
        "archived_at": None,
        **NO_LICENSE,
        **_common(record["sys"]),
    }


def _environment(record: Any) -> Row:
    aliases = record["sys"].get("aliases")
    return {
        "id": record["sys"]["id"],
        "name": record["name"],
        "status": record["sys"]["status"]["sys"]["id"],
        "alias_ids": None if aliases is None else [one["sys"]["id"] for one in aliases],
        **_common(record["sys"]),
    }


def _default_locale(account: _Snapshot, path: str) -> str | None:
    for locale in account.stored(f"{path}/locales"):
        if locale["default"]:
            return str(locale["code"])
    return None


def _in_space(account: _Snapshot, path: str, table: str) -> Iterator[Row]:
    """Yield the rows of a table in a space."""
    collection, row_of = _SPACE_ROWS[table]
    for record in account.stored(f"{path}/{collection}"):
        yield row_of(record)


def _alias(record: Any) -> Row:
    target = record["environment"]["sys"]["id"]
    return {"id": record["sys"]["id"], "environment_id": target, **_common(record["sys"])}


def _role(record: Any) -> Row:
    parts = {name: part for name, part in record.items() if name != "sys"}
    return {"id": record["sys"]["id"], **parts, **_common(record["sys"])}


def _space_membership(record: Any) -> Row:
    return {"id": record["sys"]["id"], **_access(record), **_common(record["sys"])}


def _space_member(record: Any) -> Row:
    memberships = [one["sys"]["id"] for one in record["sys"]["relatedMemberships"]]
    return {**_access(record), "membership_ids": memberships}


def _access(record: Any) -> Row:
    return {
        "user_id": record["sys"]["user"]["sys"]["id"],
        "admin": record["admin"],
        "role_ids": [one["sys"]["id"] for one in record["roles"]],
    }


def _in_environment(
    account: _Snapshot, path: str, table: str
) -> Iterator[tuple[tuple[str, ...], Row]]:
    """Yield the rows of a table in an environment, with their keys."""
    if table == "CONTENT_TYPE_FIELDS":
        for record in account.stored(f"{path}/content_types"):
            name = record["sys"]["id"]
            for position, field in enumerate(record["fields"]):
                yield (name, field["id"]), _field(name, position, field)
        return
    if table in _PARENTS:
        yield from _per_parent(account, path, table)
        return
    row_of = _ENVIRONMENT_ROWS.get(table) or _content_rows(account, path, table)
    for record in account.stored(f"{path}/{table.lower()}"):
        yield (record["sys"]["id"],), row_of(record)


def _per_parent(
    account: _Snapshot, path: str, table: str
) -> Iterator[tuple[tuple[str, ...], Row]]:
    """Yield the rows of the children of each parent, with their keys."""
    parents, children, column, row_of = _PARENTS[table]
    for parent in account.stored(f"{path}/{parents}"):
        name = parent["sys"]["id"]
        # Only published records have snapshots.
        if children == "snapshots" and "firstPublishedAt" not in parent["sys"]:
            continue
        for record in account.stored(f"{path}/{parents}/{name}/{children}"):
            found = record["sys"]["id"]
            yield (name, found), {column: name, "id": found, **row_of(record)}


def _snapshot(record: Any) -> Row:
    common = _common({**record["sys"], "version": None})
    del common["version"]
    kind = record["sys"]["snapshotType"]
    return {"snapshot_type": kind, "snapshot": record["snapshot"], **common}


def _comment(record: Any) -> Row:
    parent = record["sys"].get("parent")
    return {
        "body": record["body"],
        "status": record["status"],
        "parent_comment_id": parent and parent["sys"]["id"],
        "field_id": None,
        "locale": None,
        **_common(record["sys"]),
    }


def _task(record: Any) -> Row:
    by = record["sys"].get("resolvedBy")
    assigned = record["assignedTo"]["sys"]
    return {
        "body": record["body"],
        "status": record["status"],
        "assigned_to_type": assigned["linkType"],
        "assigned_to_id": assigned["id"],
        "due_date": record.get("dueDate"),
        "resolved_at": record["sys"].get("resolvedAt"),
        "resolved_by_id": by and by["sys"]["id"],
        "resolved_by_type": by and by["sys"]["linkType"],
        **_common(record["sys"]),
    }


def _content_rows(account: _Snapshot, path: str, table: str) -> Callable[[Any], Row]:
    """Return a function for rows of entries or assets, with the model and default locale."""
    default = _default_locale(account, path)
    if table == "ASSETS":
        return lambda record: _asset(record, default)
    types = account.stored(f"{path}/content_types")
    display = {one["sys"]["id"]: one["displayField"] for one in types}
    return lambda record: _entry(
        record, display.get(record["sys"]["contentType"]["sys"]["id"]), default
    )


def _tag(record: Any) -> Row:
    row = {"name": record["name"], "visibility": record["sys"]["visibility"]}
    return {"id": record["sys"]["id"], **row, **_common(record["sys"])}


def _locale(record: Any) -> Row:
    return {
        "id": record["sys"]["id"],
        "name": record["name"],
        "code": record["code"],
        "internal_code": record["internal_code"],
        "fallback_code": record["fallbackCode"],
        "is_default": record["default"],
        "optional": record["optional"],
        "content_management_api": record["contentManagementApi"],
        "content_delivery_api": record["contentDeliveryApi"],
        "environment_uuid": record["sys"]["environment"]["sys"].get("uuid"),
        **_common(record["sys"]),
    }


def _published(sys: Any) -> Row:
    by = sys.get("publishedBy")
    return {
        "published_version": sys.get("publishedVersion"),
        "published_at": sys.get("publishedAt"),
        "published_by_id": None if by is None else by["sys"]["id"],
        "published_by_type": None if by is None else by["sys"]["linkType"],
        "first_published_at": sys.get("firstPublishedAt"),
        "published_counter": sys.get("publishedCounter"),
    }


def _status(sys: Any) -> str:
    if "archivedVersion" in sys:
        return "archived"
    if "publishedVersion" not in sys:
        return "draft"
    return "published" if sys["version"] == sys["publishedVersion"] + 1 else "changed"


def _content_type(record: Any) -> Row:
    return {
        "id": record["sys"]["id"],
        "name": record["name"],
        "description": record["description"],
        "display_field": record["displayField"],
        "status": _status(record["sys"]),
        "metadata": record.get("metadata"),
        "urn": record["sys"]["urn"],
        **_published(record["sys"]),
        **_common(record["sys"]),
    }


def _field(content_type: str, position: int, field: Any) -> Row:
    given = ("id", "name", "type", "localized", "required", "disabled", "omitted", "validations")
    absent = (
        *("link_type", "item_type", "item_link_type", "item_validations", "default_value"),
        *("allowed_resources", "api_name", "deleted"),
    )
    known = {name: field[name] for name in given}
    where = {"content_type_id": content_type, "position": position}
    return {**where, **known, **dict.fromkeys(absent)}


def _content(record: Any, title: Any) -> Row:
    sys = record["sys"]
    by = sys.get("archivedBy")
    return {
        "id": sys["id"],
        "status": _status(sys),
        "title": title,
        "fields": record["fields"],
        "tags": [one["sys"]["id"] for one in record["metadata"]["tags"]],
        "concepts": [],
        "field_status": sys["fieldStatus"],
        "urn": sys["urn"],
        "archived_version": sys.get("archivedVersion"),
        "archived_at": sys.get("archivedAt"),
        "archived_by_id": None if by is None else by["sys"]["id"],
        "archived_by_type": None if by is None else by["sys"]["linkType"],
        **_published(sys),
        **_common(sys),
    }


def _entry(record: Any, display: str | None, locale: str | None) -> Row:
    links = []
    for locale_of_link, value in record["fields"].get("ref", {}).items():
        target = {"type": "Entry", "target": value["sys"]["id"]}
        where = {"field": "ref", "locale": locale_of_link, "position": 0, "kind": "field"}
        links.append({**where, **target})
    title = None if display is None else record["fields"].get(display, {}).get(locale)
    return {
        "content_type_id": record["sys"]["contentType"]["sys"]["id"],
        "links": links,
        "automation_tags": [],
        **_content(record, title),
    }


def _asset(record: Any, locale: str | None) -> Row:
    file = record["fields"]["file"].get(locale)
    return {
        **_content(record, record["fields"].get("title", {}).get(locale)),
        "file_name": file and file["fileName"],
        "content_type": file and file["contentType"],
        "url": file and file["url"],
        "size": file and file["details"]["size"],
        "width": file and 3,
        "height": file and 4,
    }


_SPACE_ROWS: Mapping[str, tuple[str, Callable[[Any], Row]]] = {
    "ENVIRONMENTS": ("environments", _environment),
    "ENVIRONMENT_ALIASES": ("environment_aliases", _alias),
    "ROLES": ("roles", _role),
    "SPACE_MEMBERSHIPS": ("space_memberships", _space_membership),
    "SPACE_MEMBERS": ("space_members", _space_member),
}
IN_SPACES = tuple(_SPACE_ROWS)
_ENVIRONMENT_ROWS: Mapping[str, Callable[[Any], Row]] = {
    "LOCALES": _locale,
    "TAGS": _tag,
    "CONTENT_TYPES": _content_type,
}
IN_ENVIRONMENTS = (*_ENVIRONMENT_ROWS, "CONTENT_TYPE_FIELDS", "ENTRIES", "ASSETS")
_PARENTS: Mapping[str, tuple[str, str, str, Callable[[Any], Row]]] = {
    "ENTRY_SNAPSHOTS": ("entries", "snapshots", "entry_id", _snapshot),
    "CONTENT_TYPE_SNAPSHOTS": ("content_types", "snapshots", "content_type_id", _snapshot),
    "COMMENTS": ("entries", "comments", "entry_id", _comment),
    "TASKS": ("entries", "tasks", "entry_id", _task),
}
PER_PARENT = tuple(_PARENTS)
PARENTS = {table: (parents, children) for table, (parents, children, *_) in _PARENTS.items()}
"""The collection of the parents of a table, and the name of the collection below each parent."""
COLLECTIONS = {
    **{table: collection for table, (collection, _) in _SPACE_ROWS.items()},
    **{table: table.lower() for table in IN_ENVIRONMENTS},
    "CONTENT_TYPE_FIELDS": "content_types",
}
"""The collection of each table that is listed."""
KEYS_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("ORGANIZATIONS", "SPACES"), ("id",)),
    **dict.fromkeys(IN_SPACES, ("space_id", "id")),
    "SPACE_MEMBERS": ("space_id", "user_id"),
    **dict.fromkeys(IN_ENVIRONMENTS, ("space_id", "environment_id", "id")),
    "CONTENT_TYPE_FIELDS": ("space_id", "environment_id", "content_type_id", "id"),
    **{
        table: ("space_id", "environment_id", column, "id")
        for table, (_, _, column, _) in _PARENTS.items()
    },
    "SYNC_COVERAGE": ("table_name", "place"),
}
"""The primary key of each table."""
