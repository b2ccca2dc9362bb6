"""Records of a demo account as the emulator stores them, for tests that count them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timezone
from functools import cached_property
from typing import Any

from tools.user.emulated_account import EmulatedAccount, Record


def id_of(link: Any) -> str | None:
    """Return the id in a link."""
    return link["sys"]["id"] if link else None


def day_of(text: str) -> date:
    """Return the day of an instant as the API writes it."""
    return date.fromisoformat(text[:10])


def today() -> date:
    """Return the day in UTC."""
    return datetime.now(timezone.utc).date()


class Demo(EmulatedAccount):
    """The records of a demo account after the edits; people and usage from before them."""

    def __init__(self, url: str) -> None:
        """Remember spaces, people and usage from before the edits."""
        super().__init__(url)
        self.all_spaces = {id_of(one): one for one in self.stored("spaces")}
        self.organizations = self.stored("organizations")
        self.people = {
            (id_of(one), id_of(person)): person
            for one in self.organizations
            for person in self.stored(f"organizations/{id_of(one)}/users")
        }
        self.usage = [
            record
            for one in self.organizations
            for record in self.call("GET", f"organizations/{id_of(one)}/space_periodic_usages")[
                "items"
            ]
        ]

    @cached_property
    def spaces(self) -> list[Record]:
        """Spaces after the edits."""
        return self.stored("spaces")

    @cached_property
    def master(self) -> list[tuple[Record, Record]]:
        """Each entry of a master environment, with its space."""
        return list(self.entries("master"))

    def entries(self, environment: str) -> Iterator[tuple[Record, Record]]:
        """Return each entry of the environments with this name, with its space."""
        return self.of_environments("entries", environment)

    def of_environments(self, name: str, environment: str) -> Iterator[tuple[Record, Record]]:
        """Yield each record of the environments with this name, with its space."""
        for space in self.spaces:
            place = f"spaces/{id_of(space)}"
            if environment in map(id_of, self.stored(f"{place}/environments")):
                for record in self.stored(f"{place}/environments/{environment}/{name}"):
                    yield space, record


def state(record: Record) -> str:
    """Return the state of a record as the web app shows it."""
    sys = record["sys"]
    if "archivedVersion" in sys:
        return "archived"
    if "publishedVersion" not in sys:
        return "draft"
    return "published" if sys["version"] == sys["publishedVersion"] + 1 else "changed"


def kind(entry: Record) -> str | None:
    """Return the content type of an entry."""
    return id_of(entry["sys"]["contentType"])


def links(value: Any) -> Iterator[str]:
    """Yield the targets of all links in a value."""
    if isinstance(value, dict) and value.get("sys", {}).get("type") == "Link":
        yield value["sys"]["id"]
    elif isinstance(value, dict):
        yield from (target for inner in value.values() for target in links(inner))
    elif isinstance(value, list):
        yield from (target for inner in value for target in links(inner))
