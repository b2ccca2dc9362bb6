"""Twelve edits of an emulated account by the real API, and what each has to change downstream.

What an edit changes was written down by hand, from what the edit is and from what the emulator
puts into an account; nothing here asks the connector.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from emulated_account import TOKEN

Record = dict[str, Any]

CONTENT_TYPE = "application/vnd.contentful.management.v1+json"
PAUSE_SECONDS = 0.2
"""Before each request: the API allows 7 in a second."""

TABLES_OF_A_SPACE = 32
"""How many tables are read in each space and its environment; SYNC_COVERAGE has a row for each."""

ONE_IN_A_SPACE = (
    *("SPACES", "ENVIRONMENTS", "ENVIRONMENT_ALIASES", "API_KEYS", "PREVIEW_API_KEYS"),
    *("TEAM_SPACE_MEMBERSHIPS", "APP_INSTALLATIONS", "RELEASE_ACTIONS", "WORKFLOW_DEFINITIONS"),
    "AUTOMATION_DEFINITIONS",
)
TWO_IN_A_SPACE = (
    *("LOCALES", "TAGS", "ROLES", "SPACE_MEMBERSHIPS", "SPACE_MEMBERS", "EXTENSIONS"),
    *("WEBHOOKS", "WEBHOOK_HEALTH", "SCHEDULED_ACTIONS", "WORKFLOWS"),
    *("AI_ACTIONS", "AUTOMATION_EXECUTIONS", "EXPERIENCES", "EXPERIENCE_TEMPLATES"),
    *("EXPERIENCE_FRAGMENTS", "COMPONENTS", "DATA_ASSEMBLIES", "DESIGN_TOKENS"),
)
A_SPACE = {
    **dict.fromkeys(ONE_IN_A_SPACE, 1),
    **dict.fromkeys(TWO_IN_A_SPACE, 2),
    "CONTENT_TYPES": 3,
    "RELEASES": 3,
    "CONTENT_TYPE_FIELDS": 15,
    "EDITOR_INTERFACES": 3,
    "ENTRIES": 20,
    "ASSETS": 5,
    "SYNC_COVERAGE": TABLES_OF_A_SPACE,
}
"""The rows that go with a generated space of 20 entries and 5 assets; its past usage stays."""

A_MEMBER = {
    **dict.fromkeys(("USERS", "ORGANIZATION_MEMBERSHIPS", "TEAM_MEMBERSHIPS"), 1),
    **dict.fromkeys(("SPACE_MEMBERSHIPS", "SPACE_MEMBERS"), 2),
}
"""The rows that go with somebody who is in a team and two spaces; the team counts its members."""


class Account:
    """The emulated account as an administrator edits it."""

    def __init__(self, url: str) -> None:
        """Choose what will be edited: one space in the first organization, one in the last."""
        self._url = url
        organizations = [one["sys"]["id"] for one in self.listed("organizations")]
        self.organization, last = organizations[0], organizations[-1]
        self.space = self._first_space(self.organization)
        self.doomed = self._first_space(last)
        self.master = f"spaces/{self.space}/environments/master"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Record:
        """Return an answer, {} if it is empty; header names have _ for -; raises on errors."""
        time.sleep(PAUSE_SECONDS)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"Authorization": f"Bearer {TOKEN}", "Content-Type": CONTENT_TYPE}
        url = f"{self._url}/{path}"
        answer = requests.request(method, url, json=body, headers=sent, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    def listed(self, path: str) -> list[Record]:
        """Return the first page of a collection, in the API's order."""
        return self.ask("GET", path)["items"]

    def save(self, path: str, record: Record) -> Record:
        """Put a record that was read before and then changed; return it as it is now."""
        version = str(record["sys"]["version"])
        return self.ask("PUT", path, record, X_Contentful_Version=version)

    def publish(self, path: str, record: Record) -> None:
        """Publish a record, or activate a content type."""
        version = str(record["sys"]["version"])
        self.ask("PUT", f"{path}/published", X_Contentful_Version=version)

    def entry(self, *, published: bool) -> tuple[str, Record]:
        """Return path and record of the first entry that is published, or that is a draft."""
        query = f"sys.publishedVersion[exists]={str(published).lower()}&limit=1&order=sys.id"
        query += "&sys.archivedVersion[exists]=false"
        record = self.listed(f"{self.master}/entries?{query}")[0]
        return f"{self.master}/entries/{record['sys']['id']}", record

    def _first_space(self, organization: str) -> str:
        return self.listed(f"organizations/{organization}/spaces")[0]["sys"]["id"]


def rename_a_space(account: Account) -> str:
    """Give the space another name."""
    path = f"spaces/{account.space}"
    space = account.ask("GET", path)
    name = f"Renamed {space['name']}"
    account.save(path, {**space, "name": name})
    return f"space {account.space} is renamed to {name!r}"


def add_a_space(account: Account) -> str:
    """Add a space; the API gives it a master environment with one locale."""
    owner = account.organization
    space = account.ask("POST", "spaces", {"name": "Added"}, X_Contentful_Organization=owner)
    return f"space {space['sys']['id']} is added"


def delete_a_space(account: Account) -> str:
    """Delete the other space with everything in it."""
    account.ask("DELETE", f"spaces/{account.doomed}")
    return f"space {account.doomed} is deleted, and all that is in it"


def edit_an_entry(account: Account) -> str:
    """Save a published entry with another text in its first field, without publishing it."""
    path, entry = account.entry(published=True)
    name = next(iter(entry["fields"]))
    entry["fields"][name]["en-US"] = "Edited"
    account.save(path, entry)
    return f"entry {entry['sys']['id']} gets another {name}"


def create_an_entry(account: Account) -> str:
    """Create a draft."""
    body = {"fields": {"label": {"en-US": "Created"}}}
    path = f"{account.master}/entries"
    entry = account.ask("POST", path, body, X_Contentful_Content_Type="category")
    return f"entry {entry['sys']['id']} is created"


def delete_an_entry(account: Account) -> str:
    """Delete a draft."""
    path, entry = account.entry(published=False)
    account.ask("DELETE", path)
    return f"entry {entry['sys']['id']} is deleted"


def publish_an_entry(account: Account) -> str:
    """Publish a draft."""
    path, entry = account.entry(published=False)
    account.publish(path, entry)
    return f"entry {entry['sys']['id']} is published"


def change_an_asset(account: Account) -> str:
    """Give an asset another title."""
    asset = account.listed(f"{account.master}/assets?limit=1&order=sys.id")[0]
    asset["fields"]["title"]["en-US"] = "Changed"
    account.save(f"{account.master}/assets/{asset['sys']['id']}", asset)
    return f"asset {asset['sys']['id']} gets another title"


def add_a_field(account: Account) -> str:
    """Add a field to a content type and activate it."""
    path = f"{account.master}/content_types/category"
    kind = account.ask("GET", path)
    kind["fields"].append({"id": "color", "name": "Color", "type": "Symbol"})
    account.publish(path, account.save(path, kind))
    return "content type category gets a field, color"


def add_a_locale(account: Account) -> str:
    """Add French."""
    french = {"code": "fr-FR", "name": "French (France)", "fallbackCode": "en-US"}
    account.ask("POST", f"{account.master}/locales", french)
    return "locale fr-FR is added"


def create_a_tag(account: Account) -> str:
    """Create a private tag."""
    account.ask("PUT", f"{account.master}/tags/spring", {"name": "Spring"})
    return "tag spring is created"


def remove_a_member(account: Account) -> str:
    """Take an administrator out of the organization, who is in a team and in both spaces."""
    path = f"organizations/{account.organization}/organization_memberships"
    (membership,) = account.listed(f"{path}?role=admin")
    account.ask("DELETE", f"{path}/{membership['sys']['id']}")
    return f"user {membership['sys']['user']['sys']['id']} leaves the organization"


@dataclass(frozen=True)
class Edit:
    """An edit: ``make`` carries it out and says in a sentence what was done.

    ``written`` and ``deleted`` are the numbers of rows, by table, that follow from it.
    """

    make: Callable[[Account], str]
    written: Mapping[str, int] = field(default_factory=dict)
    deleted: Mapping[str, int] = field(default_factory=dict)


EDITS = (
    Edit(rename_a_space, {"SPACES": 1}),
    Edit(
        add_a_space,
        {"SPACES": 1, "ENVIRONMENTS": 1, "LOCALES": 1, "SYNC_COVERAGE": TABLES_OF_A_SPACE},
    ),
    Edit(delete_a_space, deleted=A_SPACE),
    Edit(edit_an_entry, {"ENTRIES": 1}),
    Edit(create_an_entry, {"ENTRIES": 1}),
    Edit(delete_an_entry, deleted={"ENTRIES": 1}),
    Edit(publish_an_entry, {"ENTRIES": 1}),
    Edit(change_an_asset, {"ASSETS": 1}),
    Edit(add_a_field, {"CONTENT_TYPES": 1, "CONTENT_TYPE_FIELDS": 1}),
    Edit(add_a_locale, {"LOCALES": 1}),
    Edit(create_a_tag, {"TAGS": 1}),
    Edit(remove_a_member, {"TEAMS": 1}, A_MEMBER),
)


def edited(url: str) -> Iterator[str]:
    """Carry out the edits one after another; yield what was done."""
    account = Account(url)
    for edit in EDITS:
        yield edit.make(account)


def expected() -> tuple[Counter[str], Counter[str]]:
    """Return how many rows the edits write and delete, by table."""
    written: Counter[str] = Counter()
    deleted: Counter[str] = Counter()
    for edit in EDITS:
        written.update(edit.written)
        deleted.update(edit.deleted)
    return written, deleted
