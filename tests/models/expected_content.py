"""The expected marts about content, computed from the emulator's records in plain Python."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from emulated import Account, Record, at, cleaned, hours, link, link_type, share
from expected_places import is_published_in, place_columns

Row = dict[str, Any]
STALE_DAYS = 180
CONTENTFUL = re.compile(
    r"crn:contentful:[^/]*:content:spaces/[^/]+(/environments/[^/]+)?/(entries|assets)/[^/]+"
)
"""The name of an entry or asset of any space."""
EMPTY: tuple[Any, ...] = (None, "", [], {})


def status(record: Record) -> str:
    """Return `archived`, `draft`, `published`, or `changed` (edited after publication)."""
    sys = record["sys"]
    if sys.get("archivedVersion"):
        return "archived"
    if not sys.get("publishedVersion"):
        return "draft"
    return "published" if sys["version"] == sys["publishedVersion"] + 1 else "changed"


def is_live(record: Record) -> bool:
    """Return whether visitors see a record."""
    return status(record) in {"published", "changed"}


def filled(record: Record) -> Iterator[tuple[str, str]]:
    """Yield field and locale of each value of an entry or asset that is filled."""
    for name, localized in record.get("fields", {}).items():
        for locale, value in localized.items():
            if value not in EMPTY:
                yield name, locale


def references(value: Any) -> Iterator[tuple[str, Record]]:
    """Yield kind and ``sys`` of the links in a field value, in reading order."""
    waiting: list[tuple[Any, str]] = [(value, "field")]
    while waiting:
        one, kind = waiting.pop()
        if isinstance(one, list):
            waiting += [(item, kind) for item in reversed(one)]
        elif not isinstance(one, dict):
            continue
        elif "nodeType" in one:
            waiting.append((one.get("content", []), kind))
            target = one.get("data", {}).get("target")
            waiting.append((target, one["nodeType"].split("-")[-1]))
        elif one.get("sys", {}).get("type") in {"Link", "ResourceLink"}:
            yield kind, one["sys"]


def pointed_at(account: Account, place: tuple[str, str], sys: Record) -> tuple[Any, ...]:
    """Return type, space, environment and id of a link's target."""
    if "urn" not in sys:
        return sys["linkType"], *place, sys["id"]
    if not CONTENTFUL.fullmatch(sys["urn"]):
        return sys["linkType"], None, None, sys["urn"]
    _, space, *rest = sys["urn"].split("/")
    environment = rest[1] if rest[0] == "environments" else "master"
    kind = sys["linkType"].removeprefix("Contentful:")
    return kind, space, account.aliases.get((space, environment), environment), rest[-1]


def entry_links(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__entry_links`."""
    rows = []
    for (space, environment, entry_id), entry in account.entries.items():
        for name, localized in entry.get("fields", {}).items():
            for locale, value in localized.items():
                for position, (kind, sys) in enumerate(references(value)):
                    target = pointed_at(account, (space, environment), sys)
                    rows.append(
                        {
                            "space_id": space,
                            "environment_id": environment,
                            "entry_id": entry_id,
                            "field_id": name,
                            "locale": locale,
                            "position": position,
                            "kind": kind,
                            "content_type_id": link(entry, "contentType"),
                            "is_live": is_live(entry),
                            "target_type": target[0],
                            "target_space_id": target[1],
                            "target_environment_id": target[2],
                            "target_id": target[3],
                            "target_status": target_status(account, target),
                        }
                    )
    return rows


def target_status(account: Account, target: tuple[str, ...]) -> str:
    """Return the status of a link's target."""
    kind, space, environment, name = target
    if kind not in {"Entry", "Asset"}:
        return "unknown"
    known = account.entries if kind == "Entry" else account.assets
    record = known.get((space, environment, name))
    if record is not None:
        return "ok" if is_live(record) else "unpublished"
    collection = "entries" if kind == "Entry" else "assets"
    return "missing" if account.has_read((space, environment), collection) else "unknown"


def title(account: Account, place: tuple[str, str], record: Record) -> str | None:
    """Return the display field of an entry in the default locale."""
    model = account.content_types.get((*place, link(record, "contentType")), {})
    values = record.get("fields", {}).get(model.get("displayField") or "", {})
    return cleaned(values.get(account.default_locales.get(place, "")))


def entries(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__entries`."""
    links = entry_links(account)
    links_out = Counter((row["space_id"], row["environment_id"], row["entry_id"]) for row in links)
    links_in = Counter(_target(row) for row in links if row["target_type"] == "Entry")
    rows = []
    for key, entry in account.entries.items():
        space, environment, entry_id = key
        created, updated = at(entry, "createdAt"), at(entry, "updatedAt")
        assert created is not None
        assert updated is not None
        first = at(entry, "firstPublishedAt")
        knows_links = account.has_read((space, environment), "entries")
        author, editor = link(entry, "createdBy") or None, link(entry, "updatedBy") or None
        rows.append(
            {
                "space_id": space,
                "environment_id": environment,
                "entry_id": entry_id,
                "content_type_id": link(entry, "contentType"),
                "title": title(account, (space, environment), entry),
                "status": status(entry),
                "is_live": is_live(entry),
                "created_at": created,
                "updated_at": updated,
                "first_published_at": first,
                "published_at": at(entry, "publishedAt"),
                "age_days": (account.now - created).days,
                "days_since_update": (account.now - updated).days,
                "is_stale": updated < account.days_ago(STALE_DAYS),
                "hours_to_first_publication": hours(created, first),
                "created_by_id": author,
                "created_by_type": link_type(entry, "createdBy"),
                "created_by_name": account.name_of(space, author),
                "updated_by_id": editor,
                "updated_by_type": link_type(entry, "updatedBy"),
                "updated_by_name": account.name_of(space, editor),
                "links_out": links_out[key],
                "links_in": links_in[key] if knows_links else None,
                "locales_filled": len({locale for _, locale in filled(entry)}),
                "is_reached": None,
                **place_columns(account, (space, environment), "entries", entry),
            }
        )
    return rows


def _target(row: Row) -> tuple[str, str, str]:
    return row["target_space_id"], row["target_environment_id"], row["target_id"]


def live_uses(account: Account) -> Counter[tuple[str, ...]]:
    """Count references from live entries to each entry and asset, except to themselves."""
    return Counter(
        (row["target_type"], *_target(row))
        for row in entry_links(account)
        if row["is_live"]
        and ("Entry", row["space_id"], row["environment_id"], row["entry_id"])
        != (row["target_type"], *_target(row))
    )


def orphans(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__orphans`."""
    used = live_uses(account)
    referenced = {
        (*key[:2], link(one, "contentType"))
        for key, one in account.entries.items()
        if ("Entry", *key) in used
    }
    rows = []
    for kind, records in (("Entry", account.entries), ("Asset", account.assets)):
        for (space, environment, name), record in records.items():
            place = (space, environment)
            if (kind, *place, name) in used or not account.has_read(place, "entries"):
                continue
            is_entry = kind == "Entry"
            rows.append(
                {
                    "space_id": space,
                    "environment_id": environment,
                    "record_type": kind,
                    "record_id": name,
                    "content_type_id": link(record, "contentType") if is_entry else None,
                    "title": title(account, place, record)
                    if is_entry
                    else _in_default(account, place, record, "title"),
                    "status": status(record),
                    "bytes": None if is_entry else _file(account, place, record).get("size"),
                    "created_at": at(record, "createdAt"),
                    "updated_at": at(record, "updatedAt"),
                    "is_type_referenced": (*place, link(record, "contentType")) in referenced
                    if is_entry
                    else None,
                }
            )
    return rows


def _in_default(account: Account, place: tuple[str, str], record: Record, name: str) -> Any:
    values = record.get("fields", {}).get(name, {})
    return values.get(account.default_locales.get(place, ""))


def _file(account: Account, place: tuple[str, str], record: Record) -> Row:
    file = _in_default(account, place, record, "file") or {}
    details = file.get("details") or {}
    image = details.get("image") or {}
    return {
        "file_name": file.get("fileName"),
        "media_type": file.get("contentType"),
        "size": details.get("size"),
        "width": image.get("width"),
        "height": image.get("height"),
    }


def assets(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__assets`."""
    links = entry_links(account)
    uses = Counter(_target(row) for row in links if row["target_type"] == "Asset")
    live = live_uses(account)
    rows = []
    for (space, environment, name), asset in account.assets.items():
        place = (space, environment)
        file = _file(account, place, asset)
        knows_uses = account.has_read(place, "entries")
        rows.append(
            {
                "space_id": space,
                "environment_id": environment,
                "asset_id": name,
                "title": _in_default(account, place, asset, "title"),
                "status": status(asset),
                "is_live": is_live(asset),
                "file_name": file["file_name"],
                "media_type": file["media_type"],
                "kind": file["media_type"] and file["media_type"].split("/")[0],
                "bytes": file["size"],
                "width": file["width"],
                "height": file["height"],
                "created_at": at(asset, "createdAt"),
                "updated_at": at(asset, "updatedAt"),
                "uses": uses[space, environment, name] if knows_uses else None,
                "live_uses": live["Asset", space, environment, name] if knows_uses else None,
                "locales_without_title": _without(account, place, asset, "title"),
                "locales_without_description": _without(account, place, asset, "description"),
                **place_columns(account, place, "assets", asset),
            }
        )
    return rows


def _without(account: Account, place: tuple[str, str], asset: Record, name: str) -> str | None:
    if not account.has_read(place, "locales"):
        return None
    there = {locale for field, locale in filled(asset) if field == name}
    return ", ".join(sorted(set(account.locales[place]) - there))


def content_types(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__content_types`."""
    by_type: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in entries(account):
        by_type[row["space_id"], row["environment_id"], row["content_type_id"]].append(row)
    rows = []
    for (space, environment, name), model in account.content_types.items():
        mine = by_type[space, environment, name]
        states = Counter(row["status"] for row in mine)
        counts: Row = {
            "entries": len(mine),
            **{f"{one}_entries": states[one] for one in ("draft", "changed", "published")},
            "archived_entries": states["archived"],
            "live_entries": sum(row["is_live"] for row in mine),
            "stale_entries": sum(row["is_stale"] for row in mine),
            "links_in": sum(row["links_in"] or 0 for row in mine),
            "links_out": sum(row["links_out"] for row in mine),
            "last_entry_updated_at": max((row["updated_at"] for row in mine), default=None),
            "is_unused": not mine,
        }
        if not account.has_read((space, environment), "entries"):
            counts = dict.fromkeys(counts)
        knows_fields = account.has_read((space, environment), "content_types")
        rows.append(
            {
                "space_id": space,
                "environment_id": environment,
                "content_type_id": name,
                "name": model["name"],
                "status": status(model),
                "created_at": at(model, "createdAt"),
                "updated_at": at(model, "updatedAt"),
                "fields": len(model["fields"]) if knows_fields else None,
                "field_limit_share": len(model["fields"]) / 50 if knows_fields else None,
                **counts,
            }
        )
    return rows


def content_type_fields(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__content_type_fields`."""
    by_type: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for (space, environment, _), entry in account.entries.items():
        by_type[space, environment, link(entry, "contentType")].append(entry)
    rows = []
    for (space, environment, name), model in account.content_types.items():
        mine = by_type[space, environment, name]
        for position, field in enumerate(model["fields"]):
            locales = [[where for one, where in filled(e) if one == field["id"]] for e in mine]
            filling = sum(map(bool, locales))
            by_locale = Counter(locale for some in locales for locale in some)
            listed = sorted(f"{locale}: {count}" for locale, count in by_locale.items())
            counts: Row = {
                "entries": len(mine),
                "filled_entries": filling,
                "filled_share": share(filling, len(mine)),
                "is_never_filled": not filling,
                "entries_by_locale": ", ".join(listed),
            }
            if not account.has_read((space, environment), "entries"):
                counts = dict.fromkeys(counts)
            rows.append(
                {
                    "space_id": space,
                    "environment_id": environment,
                    "content_type_id": name,
                    "field_id": field["id"],
                    "name": field["name"],
                    "position": position,
                    "type": field["type"],
                    "is_localized": field.get("localized"),
                    "is_required": field.get("required"),
                    **counts,
                }
            )
    return rows


def translations(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__translations`."""
    rows = []
    for (space, environment, name), entry in account.entries.items():
        place = (space, environment)
        default = account.default_locales.get(place)
        kind = link(entry, "contentType")
        fields = account.content_types.get((*place, kind), {}).get("fields", [])
        localized = {one["id"] for one in fields if one.get("localized")}
        there = {(one, locale) for one, locale in filled(entry) if one in localized}
        wanted = {one for one, locale in there if locale == default}
        for locale in account.locales.get(place, []):
            mine = {one for one, where in there if where == locale}
            counts: Row = {
                "localized_fields": len(localized),
                "filled_fields": len(mine),
                "missing_fields": len(wanted - mine),
                "translated_share": share(len(wanted & mine), len(wanted)),
            }
            if not account.has_read(place, "content_types"):
                counts = dict.fromkeys(counts)
            rows.append(
                {
                    "space_id": space,
                    "environment_id": environment,
                    "entry_id": name,
                    "locale": locale,
                    "content_type_id": kind,
                    "is_live": is_live(entry),
                    "is_default_locale": locale == default,
                    "is_published": is_published_in(entry, locale),
                    **counts,
                }
            )
    return rows


def publishing_daily(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__publishing_daily`."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for (space, environment, name), entry in account.entries.items():
        place = (space, environment, link(entry, "contentType"))
        first = at(entry, "firstPublishedAt")
        times = [("created", at(entry, "createdAt")), ("first_published", first)]
        path = f"spaces/{space}/environments/{environment}/entries/{name}/snapshots"
        for snapshot in account.items(path) if is_live(entry) else ():
            when = at(snapshot, "createdAt")
            if when is not None and first is not None and when > first:
                times.append(("republished", when))
        counts.update((when.date(), *place, event) for event, when in times if when is not None)
    names = ("day", "space_id", "environment_id", "content_type_id")
    events = ("created", "first_published", "republished")
    return [
        {
            **dict(zip(names, key, strict=True)),
            **{event: counts.get((*key, event), 0) for event in events},
        }
        for key in {key[:-1] for key in counts}
    ]


SAME = {
    "name": "name",
    "type": "type",
    "link_type": "linkType",
    "is_localized": "localized",
    "is_required": "required",
    "is_disabled": "disabled",
    "is_omitted": "omitted",
    "validations": "validations",
    "default_value": "defaultValue",
    "allowed_resources": "allowedResources",
}


def _properties(field: Record) -> Row:
    items = field.get("items", {})
    return {
        **{name: field.get(key) or None for name, key in SAME.items()},
        "item_type": items.get("type"),
        "item_link_type": items.get("linkType"),
        "item_validations": items.get("validations"),
    }


def environment_drift(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__environment_drift`."""
    fields: dict[tuple[str, str], dict[tuple[str, str], Row]] = {
        place: {} for place in account.ready if account.has_read(place, "content_types")
    }
    for (space, environment, name), model in account.content_types.items():
        for field in model["fields"]:
            fields[space, environment][name, field["id"]] = _properties(field)
    rows = []
    pairs = [(a, b) for a in fields for b in fields if a[0] == b[0] and a != b]
    for one, other in pairs:
        for key in fields[one].keys() | fields[other].keys():
            before, after = fields[one].get(key), fields[other].get(key)
            if before == after:
                continue
            changed = None
            change = "added" if before is None else "removed"
            if before is not None and after is not None:
                change = "changed"
                changed = ", ".join(sorted(k for k in before if before[k] != after[k]))
            rows.append(
                {
                    "space_id": one[0],
                    "from_environment_id": one[1],
                    "to_environment_id": other[1],
                    "content_type_id": key[0],
                    "field_id": key[1],
                    "change": change,
                    "changed": changed,
                }
            )
    return rows


PACE_DAYS = 90


def limits(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__limits`, with the limits of `LIMITS`."""
    rows = []
    added: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    for place in [*account.places, *((space, None) for space in account.spaces)]:
        organization = account.spaces[place[0]]
        for resource, collections in (IN_ENVIRONMENTS if place[1] else IN_SPACES).items():
            used, net = _counted(account, place, collections)
            added[organization, resource].append(net)
            at_most = LIMITS.get(resource)
            rows.append(_limit(account, resource, (organization, *place), (used, net, at_most)))
    for organization in account.organizations:
        for one in account.items(f"organizations/{organization}/space_add_ons"):
            resource = "content_types" if one["name"] == "contentTypes" else one["name"]
            known = added[organization, resource]
            net = None if None in known or not known else sum(filter(None, known))
            counts = (one["used"], net, one["allocated"])
            rows.append(_limit(account, resource, (organization, None, None), counts))
    return rows


IN_ENVIRONMENTS = {
    "records": ("entries", "assets"),
    "content_types": ("content_types",),
    "locales": ("locales",),
}
IN_SPACES = {
    "environments": ("environments",),
    "roles": ("roles",),
    "webhooks": ("webhook_definitions",),
    "api_keys": ("api_keys",),
}
LIMITS = {"records": 30, "content_types": 2, "roles": 10}


def _counted(
    account: Account, place: tuple[str, str | None], collections: tuple[str, ...]
) -> tuple[int | None, int | None]:
    """Return the number of records and net additions of a place, None if it was not read."""
    space, environment = place
    above, lost = f"spaces/{space}", []
    if environment is not None:
        above = f"{above}/environments/{environment}"
        if not all(account.has_read((space, environment), one) for one in collections):
            return None, None
        lost = account.deleted.get((space, environment), []) if "entries" in collections else []
    records = [one for name in collections for one in account.items(f"{above}/{name}")]
    since = account.days_ago(PACE_DAYS)
    younger = sum(_created(one) >= since for one in records)
    return len(records), younger - sum(_created(one) < since for one in lost)


def _limit(
    account: Account,
    resource: str,
    place: tuple[str, str | None, str | None],
    counts: tuple[int | None, int | None, int | None],
) -> Row:
    """Return a row; *counts* are the amount in use, the net additions and the limit."""
    used, net, limit = counts
    reached = None
    if used is not None and limit is not None:
        if used >= limit:
            reached = account.now.date()
        elif net is not None and net > 0:
            days = -((used - limit) * PACE_DAYS // net)
            reached = account.now.date() + timedelta(days=days) if days < FOREVER_DAYS else None
    return {
        "resource": resource,
        "organization_id": place[0],
        "space_id": place[1],
        "environment_id": place[2],
        "used": used,
        "resource_limit": limit,
        "used_share": share(used, limit) if used is not None and limit is not None else None,
        "pace_per_day": None if net is None else net / PACE_DAYS,
        "reached_on": reached,
    }


FOREVER_DAYS = 36_500


def _created(record: Record) -> Any:
    return at(record, "createdAt")
