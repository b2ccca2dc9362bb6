"""The emulated account that the marts are computed from, as plain records."""

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
"""How much later than the real time the present is: deletions are stamped with the real time."""

SELECTED = {"tables": "all, history, SYNCS", "environment_id": "*"}
"""Every table, in every environment."""

UNREADABLE = ("awkward-0.1", "main"), "deep-rich-text"
"""Place and id of an entry that is nested too deep for the connector, which says so."""


@dataclass(frozen=True)
class Account:
    """The emulator at *url*, and what the marts take for the present.

    ``refused`` are the paths of the API that answer 403; ``gone`` the entries that were deleted
    between two syncs, by place.
    """

    url: str
    now: datetime
    refused: frozenset[str] = frozenset()
    gone: dict[Place, list[Record]] = field(default_factory=dict)

    def items(self, path: str) -> list[Record]:
        """Return the records of a collection, none where the API refuses it."""
        if path in self.refused:
            return []
        answer = requests.get(f"{self.url}/_emulator/store/{path}", timeout=60)
        answer.raise_for_status()
        return list(answer.json()["items"])

    def answer(self, path: str, **query: str) -> Record:
        """Return what the API answers."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.get(f"{self.url}/{path}", params=query, headers=headers, timeout=60)
        answer.raise_for_status()
        return dict(answer.json())

    def can_read(self, path: str) -> bool:
        """Return whether the API answers for a collection."""
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
        """Every environment, also one that is not ready."""
        return [
            (space, identifier(one))
            for space in self.spaces
            for one in self.items(f"spaces/{space}/environments")
        ]

    @cached_property
    def ready(self) -> set[Place]:
        """The environments that can be read."""
        return {
            (space, identifier(one))
            for space in self.spaces
            for one in self.items(f"spaces/{space}/environments")
            if link(one, "status") == "ready"
        }

    def has_read(self, place: Place, collection: str) -> bool:
        """Return whether a collection of an environment can be read, and all of it."""
        is_whole = (place, collection) != (UNREADABLE[0], "entries")
        return is_whole and place in self.ready and self.can_read(below(place, collection))

    def records(self, collection: str) -> Iterator[tuple[Place, Record]]:
        """Yield every record of a collection of environments, with its place."""
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
        """Every entry by space, environment and id."""
        found = {(*place, identifier(one)): one for place, one in self.records("entries")}
        return {key: one for key, one in found.items() if key != (*UNREADABLE[0], UNREADABLE[1])}

    @cached_property
    def assets(self) -> dict[tuple[str, str, str], Record]:
        """Every asset by space, environment and id."""
        return {(*place, identifier(one)): one for place, one in self.records("assets")}

    @cached_property
    def content_types(self) -> dict[tuple[str, str, str], Record]:
        """Every content type by space, environment and id."""
        return {(*place, identifier(one)): one for place, one in self.records("content_types")}

    @cached_property
    def locales(self) -> dict[Place, list[str]]:
        """The codes of each environment."""
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
        """Return the name of who has done something in a space, None where it is not known."""
        return self.actors.get((self.spaces[space], actor or ""))

    def days_ago(self, days: int) -> datetime:
        """Return a moment before the present."""
        return self.now - timedelta(days=days)


def below(place: Place, collection: str) -> str:
    """Return the path of a collection of an environment."""
    return f"spaces/{place[0]}/environments/{place[1]}/{collection}"


def identifier(record: Record) -> str:
    """Return the id of a record."""
    return str(record["sys"]["id"])


def link(record: Record, name: str) -> str:
    """Return the id that a link in ``sys`` names, an empty text where there is none."""
    return str(record["sys"].get(name, {}).get("sys", {}).get("id", ""))


def link_type(record: Record, name: str) -> str | None:
    """Return what kind of thing a link in ``sys`` names, None where there is no link."""
    kind = record["sys"].get(name, {}).get("sys", {}).get("linkType")
    return None if kind is None else str(kind)


def moment(text: str | None) -> datetime | None:
    """Return a time as the API writes it, in UTC and without zone."""
    if text is None:
        return None
    return (
        datetime.fromisoformat(text.replace("Z", "+00:00"))
        .astimezone(timezone.utc)
        .replace(tzinfo=None)
    )


def at(record: Record, name: str) -> datetime | None:
    """Return a time that stands in ``sys``."""
    return moment(record["sys"].get(name))


def hours(since: datetime | None, until: datetime | None) -> float | None:
    """Return the hours between two times."""
    if since is None or until is None:
        return None
    return (until - since).total_seconds() / 3600


def share(part: float, whole: float) -> float | None:
    """Return a part of a whole; None where there is no whole."""
    return part / whole if whole else None


def cleaned(text: Any) -> str | None:
    """Return a text as the connector writes it: what no warehouse takes is replaced."""
    if not isinstance(text, str):
        return None if text is None else str(text)
    return "".join("\ufffd" if one == "\0" or "\ud800" <= one <= "\udfff" else one for one in text)
