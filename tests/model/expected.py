"""The rows that the account should give, computed from the emulator's own store.

Nothing here comes from the connector: the column names are those of the documentation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from account import Account

Row = dict[str, Any]
Rows = dict[tuple[str, ...], Row]


def rows_of(account: Account, tables: Iterable[str], configuration: Mapping[str, str]) -> Any:
    """Return ``{table: {key: row}}`` for the selected tables and a configuration."""
    found: dict[str, Rows] = {table: {} for table in tables}
    for table, key, row in _all_rows(account, configuration):
        if table in found:
            found[table][key] = row
    if "SYNC_COVERAGE" in found:
        for table, place in _places(account, configuration):
            if table in found:
                found["SYNC_COVERAGE"][table, place] = _coverage(table, place)
    return found


def _all_rows(
    account: Account, configuration: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...], Row]]:
    for record in account.stored("organizations"):
        yield "ORGANIZATIONS", (record["sys"]["id"],), _organization(record)
    for record in _spaces(account, configuration):
        space = record["sys"]["id"]
        yield "SPACES", (space,), _space(record, _default_locale(account, f"{space}/master"))
        for table, key, row in _in_space(account, space):
            yield table, (space, key), {"space_id": space, **row}
        for name in _environments(account, space, configuration):
            scope = {"space_id": space, "environment_id": name}
            for table, inner, row in _in_environment(account, space, name):
                yield table, (space, name, *inner), {**scope, **row}


def _places(account: Account, configuration: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for table in ("ORGANIZATIONS", "SPACES"):
        yield table, ""
    for record in _spaces(account, configuration):
        space = record["sys"]["id"]
        for table in IN_SPACES:
            yield table, space
        for name in _environments(account, space, configuration):
            for table in IN_ENVIRONMENTS:
                yield table, f"{space}/{name}"


def _environments(account: Account, space: str, configuration: Mapping[str, str]) -> list[str]:
    wanted = set(configuration["environment_id"].split(","))
    found = []
    for record in account.stored(f"spaces/{space}/environments"):
        sys = record["sys"]
        names = {"*", sys["id"], *(one["sys"]["id"] for one in sys.get("aliases", ()))}
        if names & wanted:
            found.append(sys["id"])
    return found


IN_SPACES = (
    *("ENVIRONMENTS", "ENVIRONMENT_ALIASES", "ROLES", "SPACE_MEMBERSHIPS", "SPACE_MEMBERS"),
)
IN_ENVIRONMENTS = ("LOCALES", "TAGS", "CONTENT_TYPES", "CONTENT_TYPE_FIELDS", "ENTRIES", "ASSETS")


def _spaces(account: Account, configuration: Mapping[str, str]) -> list[Any]:
    wanted = configuration.get("space_ids", "").split()
    return [one for one in account.stored("spaces") if not wanted or one["sys"]["id"] in wanted]


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
        "updated_at": sys["updatedAt"],
        "updated_by_id": sys["updatedBy"]["sys"]["id"],
    }


def _space(record: Any, default_locale: str | None) -> Row:
    return {
        "id": record["sys"]["id"],
        "name": record["name"],
        "organization_id": record["sys"]["organization"]["sys"]["id"],
        "default_locale": default_locale,
        "type": "Space",
        "archived_at": None,
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


def _default_locale(account: Account, place: str) -> str | None:
    space, _, environment = place.partition("/")
    for locale in account.stored(f"spaces/{space}/environments/{environment}/locales"):
        if locale["default"]:
            return str(locale["code"])
    return None


def _in_space(account: Account, space: str) -> Iterator[tuple[str, str, Row]]:
    path = f"spaces/{space}"
    for record in account.stored(f"{path}/environments"):
        yield "ENVIRONMENTS", record["sys"]["id"], _environment(record)
    for record in account.stored(f"{path}/environment_aliases"):
        row = {"id": record["sys"]["id"], "environment_id": record["environment"]["sys"]["id"]}
        yield "ENVIRONMENT_ALIASES", record["sys"]["id"], {**row, **_common(record["sys"])}
    for record in account.stored(f"{path}/roles"):
        parts = {name: part for name, part in record.items() if name != "sys"}
        row = {"id": record["sys"]["id"], **parts, **_common(record["sys"])}
        yield "ROLES", record["sys"]["id"], row
    for record in account.stored(f"{path}/space_memberships"):
        row = {"id": record["sys"]["id"], **_access(record), **_common(record["sys"])}
        yield "SPACE_MEMBERSHIPS", record["sys"]["id"], row
    for record in account.stored(f"{path}/space_members"):
        memberships = [one["sys"]["id"] for one in record["sys"]["relatedMemberships"]]
        member = {**_access(record), "membership_ids": memberships}
        yield "SPACE_MEMBERS", member["user_id"], member


def _access(record: Any) -> Row:
    return {
        "user_id": record["sys"]["user"]["sys"]["id"],
        "admin": record["admin"],
        "role_ids": [one["sys"]["id"] for one in record["roles"]],
    }


def _in_environment(
    account: Account, space: str, environment: str
) -> Iterator[tuple[str, tuple[str, ...], Row]]:
    path = f"spaces/{space}/environments/{environment}"
    default = _default_locale(account, f"{space}/{environment}")
    display = {}
    for record in account.stored(f"{path}/locales"):
        yield "LOCALES", (record["sys"]["id"],), _locale(record)
    for record in account.stored(f"{path}/tags"):
        row = {"name": record["name"], "visibility": record["sys"]["visibility"]}
        row = {"id": record["sys"]["id"], **row, **_common(record["sys"])}
        yield "TAGS", (record["sys"]["id"],), row
    for record in account.stored(f"{path}/content_types"):
        name = record["sys"]["id"]
        display[name] = record["displayField"]
        yield "CONTENT_TYPES", (name,), _content_type(record)
        for position, field in enumerate(record["fields"]):
            yield "CONTENT_TYPE_FIELDS", (name, field["id"]), _field(name, position, field)
    for record in account.stored(f"{path}/entries"):
        kind = record["sys"]["contentType"]["sys"]["id"]
        yield "ENTRIES", (record["sys"]["id"],), _entry(record, display.get(kind), default)
    for record in account.stored(f"{path}/assets"):
        yield "ASSETS", (record["sys"]["id"],), _asset(record, default)


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
        **_common(record["sys"]),
    }


def _published(sys: Any) -> Row:
    by = sys.get("publishedBy")
    return {
        "published_version": sys.get("publishedVersion"),
        "published_at": sys.get("publishedAt"),
        "published_by_id": None if by is None else by["sys"]["id"],
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
    given = ("id", "name", "type", "localized", "required")
    absent = (
        *("link_type", "item_type", "item_link_type", "disabled", "omitted", "validations"),
        *("item_validations", "default_value", "allowed_resources"),
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
        **_published(sys),
        **_common(sys),
    }


def _entry(record: Any, display: str | None, locale: str | None) -> Row:
    links = []
    for locale_of_link, value in record["fields"].get("ref", {}).items():
        target = {"type": "Entry", "target": value["sys"]["id"]}
        where = {"field": "ref", "locale": locale_of_link, "position": 0, "kind": "field"}
        links.append({**where, **target})
    title = None if display is None else record["fields"][display].get(locale)
    return {
        "content_type_id": record["sys"]["contentType"]["sys"]["id"],
        "links": links,
        "automation_tags": [],
        **_content(record, title),
    }


def _asset(record: Any, locale: str | None) -> Row:
    file = record["fields"]["file"].get(locale)
    return {
        **_content(record, record["fields"]["title"].get(locale)),
        "file_name": file and file["fileName"],
        "content_type": file and file["contentType"],
        "url": file and file["url"],
        "size": file and file["details"]["size"],
        "width": file and 3,
        "height": file and 4,
    }
