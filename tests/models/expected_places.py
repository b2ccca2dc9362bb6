"""The expected columns of entries and assets about place, tags and publication."""

from __future__ import annotations

from typing import Any

from emulated import Account, Place, Record, below, cleaned, identifier, link, link_type

Row = dict[str, Any]


def in_web_app(place: Place, path: str, name: str) -> str:
    """Return the address of a record in Contentful's web app."""
    space, environment = place
    middle = "" if environment == "master" else f"/environments/{environment}"
    return f"https://app.contentful.com/spaces/{space}{middle}/{path}/{name}"


def place_columns(account: Account, place: Place, path: str, record: Record) -> Row:
    """Return the columns of entries and assets about their place, tags and publication."""
    publisher = link(record, "publishedBy") or None
    names = {identifier(one): one["name"] for one in account.items(below(place, "tags"))}
    tags = [str(one["sys"]["id"]) for one in record["metadata"]["tags"]]
    return {
        "space_name": names_of_spaces(account).get(place[0]),
        "is_master": place[1] == account.aliases.get((place[0], "master"), "master"),
        "web_app_url": in_web_app(place, path, identifier(record)),
        "tags": ", ".join(sorted(names.get(one, one) for one in tags)),
        "version": record["sys"]["version"],
        "published_by_id": publisher,
        "published_by_type": link_type(record, "publishedBy"),
        "published_by_name": account.name_of(place[0], publisher),
    }


def names_of_spaces(account: Account) -> dict[str, str | None]:
    """Return the name of each space."""
    return {identifier(one): cleaned(one["name"]) for one in account.items("spaces")}


def is_published_in(record: Record, locale: str) -> bool | None:
    """Return whether an entry is published in a locale; None if the API does not say."""
    statuses = record["sys"].get("fieldStatus", {}).get("*")
    return None if statuses is None else statuses.get(locale) in {"published", "changed"}
