"""Emulated accounts: their sizes, their logs of requests, and edits as an editor makes them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

import requests

from tools.user.emulated_account import EmulatedAccount, Record, emulated_account

CONTENT = ("entries", "assets")
LARGEST_PAGE = 1000
"""Records of 2 KB that fit into one answer
(https://www.contentful.com/developers/docs/references/content-management-api/)."""


@dataclass(frozen=True)
class World:
    """The size of an account; entries and assets are per environment, 0 is unlimited."""

    spaces: int
    environments: int
    entries: int
    assets: int
    rate_limit: int = 0
    latency_ms: int = 0
    organizations: int = 1

    @property
    def all_environments(self) -> int:
        """The number of environments in the account."""
        return self.spaces * self.environments

    def rows(self, collection: str) -> int:
        """Return the number of entries or assets in the account."""
        each = {"entries": self.entries, "assets": self.assets}[collection]
        return self.all_environments * each

    def at(self, rate_limit: int, latency_ms: int) -> World:
        """Return the same account with another limit (requests a second) and latency."""
        return replace(self, rate_limit=rate_limit, latency_ms=latency_ms)

    def __str__(self) -> str:
        """Return the size in words."""
        size = f"{self.spaces} x {self.environments} environments"
        return f"{size}, {self.rows('entries'):,} entries, {self.rows('assets'):,} assets"


class Account(EmulatedAccount):
    """A running emulator and the size of its account."""

    def __init__(self, url: str, world: World) -> None:
        """Use the account of this size at a base URL."""
        super().__init__(url)
        self.world = world

    def log(self) -> list[dict[str, Any]]:
        """Return the requests since the log was cleared: path, query and status of each."""
        found: list[dict[str, Any]] = self.control("GET", "requests")["requests"]
        return found

    def poll(self, path: str) -> None:
        """Make an API request and ignore the answer."""
        with suppress(requests.HTTPError):
            self.call("GET", path)

    def environments(self) -> list[str]:
        """Return the paths of all environments."""
        paths = [f"spaces/{one['sys']['id']}" for one in self.call("GET", "spaces")["items"]]
        return [
            f"{path}/environments/{one['sys']['id']}"
            for path in paths
            for one in self.call("GET", f"{path}/environments")["items"]
        ]

    def change_entries(self, environment: str, count: int) -> None:
        """Save *count* entries again."""
        path = f"{environment}/entries"
        for entry in self._some(path, count):
            body = {"fields": entry["fields"]}
            self._change("PUT", f"{path}/{entry['sys']['id']}", entry, body)

    def delete_entries(self, environment: str, count: int) -> None:
        """Delete *count* entries; published ones are unpublished first."""
        path = f"{environment}/entries"
        for found in self._some(path, count):
            one, entry = f"{path}/{found['sys']['id']}", found
            if "publishedVersion" in entry["sys"]:
                entry = self._change("DELETE", f"{one}/published", entry)
            self._change("DELETE", one, entry)

    def _some(self, path: str, count: int) -> list[Record]:
        """Return entries that may be edited; archived ones may not."""
        found = self.call("GET", f"{path}?limit={count}&sys.archivedAt[exists]=false")
        items: list[Record] = found["items"]
        return items

    def _change(self, method: str, path: str, entry: Record, body: Any = None) -> Record:
        version = str(entry["sys"]["version"])
        return self.call(method, path, body, X_Contentful_Version=version)


@contextmanager
def emulated(world: World) -> Iterator[Account]:
    """Run an emulator in a separate process, so its processor time is not counted."""
    with emulated_account(**asdict(world)) as url:
        yield Account(url, world)


def listings(log: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Return the distinct listings in a log: the path, and which part of it was requested."""
    return {_listing(one) for one in log}


def least_requests(log: list[dict[str, Any]], world: World) -> int:
    """Return the fewest requests that could have read the records of a full sync.

    Entries and assets: one for each page of the largest size.  Other collections: one for each,
    and one for each page after its first.
    """
    others = [one for one in log if not _is_content(one)]
    each = sum(math.ceil(size / LARGEST_PAGE) for size in (world.entries, world.assets))
    return len(listings(others)) + following_pages(log) + world.all_environments * each


def following_pages(log: list[dict[str, Any]]) -> int:
    """Return how many pages after the first were read, except of entries and assets.

    They are necessary, because only entries and assets can be queried for changes.
    """
    others = (one["query"].keys() for one in log if not _is_content(one))
    return sum(bool({"skip", "pageNext"} & query) for query in others)


def _is_content(request: dict[str, Any]) -> bool:
    return request["path"].endswith(CONTENT) and "/environments/" in request["path"]


def _listing(request: dict[str, Any]) -> tuple[str, str]:
    parts = (request["query"].get(name) for name in ("environment.sys.id", "sys.schemaVersion"))
    return request["path"], " ".join(values[0] for values in parts if values)
