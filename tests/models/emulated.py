"""The emulated account as plain records, from which tests compute the expected marts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any

import requests

from tools.user.emulated_account import TOKEN

Record = dict[str, Any]
Place = tuple[str, str]
"""The ids of a space and of an environment."""

LATER = timedelta(hours=1)
"""How far the tests' present is after the real time, because deletions have the real time."""

SELECTED = {"tables": "all, history, SYNCS", "environment_id": "*"}
"""All tables, in all environments."""

UNREADABLE = ("awkward-0.1", "main"), "deep-rich-text"
"""Place and id of an entry that is nested too deep for the connector, which reports it."""


@dataclass(frozen=True)
class Account:
    """The emulator at *url*, and the present time of the marts.

    ``refused`` has the API paths that answer 403.  ``deleted`` has the entries that are deleted
    between two syncs, by place.
    """

    url: str
    now: datetime
    refused: frozenset[str] = frozenset()
    deleted: dict[Place, list[Record]] = field(default_factory=dict)

    def items(self, path: str) -> list[Record]:
        """Return the records of a collection, an empty list if the API refuses it."""
        if path in self.refused:
            return []
        answer = requests.get(f"{self.url}/_emulator/store/{path}", timeout=60)
        answer.raise_for_status()
        return list(answer.json()["items"])

    def answer(self, path: str, **query: str) -> Record:
        """Return the API's answer."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.get(f"{self.url}/{path}", params=query, headers=headers, timeout=60)
        answer.raise_for_status()
        return dict(answer.json())

    def can_read(self, path: str) -> bool:
        """Return whether the API allows reading a collection."""
        return path not in self.refused

    @cached_property
    def organizations(self) -> list[str]:
        """The ids of the organizations."""
        return [identifier(one) for one in self.items("organizations")]

    @cached_property
    def spaces(self) -> dict[str, str]:
        """The id of the organization of each space."""
        return {identifier(one): link(one, "organization") for one in self.items("spaces")}

    @cached_property
    def places(self) -> list[Place]:
        """All environments, including those that are not ready."""
        return [
            (space, identifier(one))
            for space in self.spaces
            for one in self.items(f"spaces/{space}/environments")
        ]

    @cached_property
    def ready(self) -> set[Place]:
        """The environments that are ready, and can therefore be read."""
        return {
            (space, identifier(one))
            for space in self.spaces
            for one in self.items(f"spaces/{space}/environments")
            if link(one, "status") == "ready"
        }

    def has_read(self, place: Place, collection: str) -> bool:
        """Return whether all of a collection of an environment can be read."""
        is_whole = (place, collection) != (UNREADABLE[0], "entries")
        return is_whole and place in self.ready and self.can_read(below(place, collection))

    def records(self, collection: str) -> Iterator[tuple[Place, Record]]:
        """Yield each record of a collection, from all environments, with its place."""
        for place in self.ready:
            for record in self._records(place, collection):
                yield place, record

    def _records(self, place: Place, collection: str) -> list[Record]:
        known: dict[tuple[Place, str], list[Record]] = self.__dict__.setdefault("_known", {})
        if (place, collection) not in known:
            known[place, collection] = self.items(below(place, collection))
        return known[place, collection]

    @cached_property
    def entries(self) -> dict[tuple[str, str, str], Record]:
        """All readable entries, by space, environment and id."""
        found = {(*place, identifier(one)): one for place, one in self.records("entries")}
        return {key: one for key, one in found.items() if key != (*UNREADABLE[0], UNREADABLE[1])}

    @cached_property
    def assets(self) -> dict[tuple[str, str, str], Record]:
        """All assets, by space, environment and id."""
        return {(*place, identifier(one)): one for place, one in self.records("assets")}

    @cached_property
    def content_types(self) -> dict[tuple[str, str, str], Record]:
        """All content types, by space, environment and id."""
        return {(*place, identifier(one)): one for place, one in self.records("content_types")}

    @cached_property
    def locales(self) -> dict[Place, list[str]]:
        """The locale codes of each environment."""
        found: dict[Place, list[str]] = {}
        for place, one in self.records("locales"):
            found.setdefault(place, []).append(one["code"])
        return found

    @cached_property
    def default_locales(self) -> dict[Place, str]:
        """The default locale of each environment."""
        return {place: one["code"] for place, one in self.records("locales") if one["default"]}

    @cached_property
    def aliases(self) -> dict[Place, str]:
        """The environment behind each alias."""
        return {
            (space, identifier(one)): str(one["environment"]["sys"]["id"])
            for space in self.spaces
            for one in self.items(f"spaces/{space}/environment_aliases")
        }

    @cached_property
    def actors(self) -> dict[tuple[str, str], str | None]:
        """The name of each user and app, by organization and id."""
        found: dict[tuple[str, str], str | None] = {}
        for organization in self.organizations:
            for one in self.items(f"organizations/{organization}/users"):
                name = f"{one['firstName'] or ''} {one['lastName'] or ''}".strip()
                found[organization, identifier(one)] = name or one["email"] or None
            for one in self.items(f"organizations/{organization}/app_definitions"):
                found[organization, identifier(one)] = one["name"]
        return found

    def name_of(self, space: str, actor: str | None) -> str | None:
        """Return the name of an actor in a space, None if the actor is unknown."""
        return self.actors.get((self.spaces[space], actor or ""))

    def days_ago(self, days: int) -> datetime:
        """Return the time *days* days before the present."""
        return self.now - timedelta(days=days)


def below(place: Place, collection: str) -> str:
    """Return the path of a collection of an environment."""
    return f"spaces/{place[0]}/environments/{place[1]}/{collection}"


def identifier(record: Record) -> str:
    """Return the id of a record."""
    return str(record["sys"]["id"])


def link(record: Record, name: str) -> str:
    """Return the id of a link in ``sys``, an empty text without a link."""
    return str(record["sys"].get(name, {}).get("sys", {}).get("id", ""))


def link_type(record: Record, name: str) -> str | None:
    """Return the type of a link's target in ``sys``, None without a link."""
    kind = record["sys"].get(name, {}).get("sys", {}).get("linkType")
    return None if kind is None else str(kind)


def moment(text: str | None) -> datetime | None:
    """Return a time of the API as a UTC time without time zone."""
    if text is None:
        return None
    return (
        datetime.fromisoformat(text.replace("Z", "+00:00"))
        .astimezone(timezone.utc)
        .replace(tzinfo=None)
    )


def at(record: Record, name: str) -> datetime | None:
    """Return a time from ``sys``."""
    return moment(record["sys"].get(name))


def hours(since: datetime | None, until: datetime | None) -> float | None:
    """Return the hours between two times."""
    if since is None or until is None:
        return None
    return (until - since).total_seconds() / 3600


def share(part: float, whole: float) -> float | None:
    """Return a part divided by the whole; None if the whole is 0."""
    return part / whole if whole else None


def cleaned(text: Any) -> str | None:
    """Return a text as the connector writes it: invalid characters are replaced."""
    if not isinstance(text, str):
        return None if text is None else str(text)
    return "".join("\ufffd" if one == "\0" or "\ud800" <= one <= "\udfff" else one for one in text)
