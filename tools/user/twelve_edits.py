"""Twelve edits of an emulated account by the API, and the rows that each must change.

The rows of an edit are written by hand; the rows of a space or a person are counted in the store
of the emulator.  The connector is not used.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.user.emulated_account import EmulatedAccount, Record

PAUSE_SECONDS = 0.2
"""Before each request: the API allows 7 requests per second."""

TABLES_OF_A_SPACE = 33
"""The tables of each space and its environment; SYNC_COVERAGE has a row for each."""

OF_A_SPACE = {
    "ENVIRONMENTS": "environments",
    "ENVIRONMENT_ALIASES": "environment_aliases",
    "ROLES": "roles",
    "SPACE_MEMBERSHIPS": "space_memberships",
    "SPACE_MEMBERS": "space_members",
    "TEAM_SPACE_MEMBERSHIPS": "team_space_memberships",
    "API_KEYS": "api_keys",
    "PREVIEW_API_KEYS": "preview_api_keys",
    "WEBHOOKS": "webhook_definitions",
    "WEBHOOK_HEALTH": "webhook_definitions",
    "SPACE_RECORD_LIMITS": "space_add_ons",
    "AI_ACTIONS": "ai/actions",
    "SCHEDULED_ACTIONS": "scheduled_actions",
}
"""The collection of a space with one record per row of a table."""

OF_AN_ENVIRONMENT = {
    "LOCALES": "locales",
    "TAGS": "tags",
    "EXTENSIONS": "extensions",
    "APP_INSTALLATIONS": "app_installations",
    "CONTENT_TYPES": "content_types",
    "EDITOR_INTERFACES": "editor_interfaces",
    "ENTRIES": "entries",
    "ASSETS": "assets",
    "RELEASES": "releases",
    "RELEASE_ACTIONS": "release_actions",
    "WORKFLOW_DEFINITIONS": "workflow_definitions",
    "WORKFLOWS": "workflows",
    "AUTOMATION_DEFINITIONS": "automation_definitions",
    "AUTOMATION_EXECUTIONS": "automation_executions",
}
"""The collection of an environment with one record per row of a table."""

OF_A_MEMBER = {
    "ORGANIZATION_MEMBERSHIPS": "organization_memberships",
    "TEAM_MEMBERSHIPS": "team_memberships",
    "SPACE_MEMBERSHIPS": "space_memberships",
    "SPACE_MEMBERS": "space_memberships",
}
"""The collection of an organization with one record per row of a table, some of each user."""


@dataclass(frozen=True)
class EditEffect:
    """An edit in a sentence, and the numbers of rows, by table, that it changes."""

    sentence: str
    written: Mapping[str, int] = field(default_factory=dict)
    deleted: Mapping[str, int] = field(default_factory=dict)


class Account(EmulatedAccount):
    """The emulated account, with the edits."""

    def __init__(self, url: str) -> None:
        """Choose the edited spaces: one in the first organization, one in the last."""
        super().__init__(url)
        organizations = [one["sys"]["id"] for one in self.listed("organizations")]
        self.organization, last = organizations[0], organizations[-1]
        self.space = self._first_space(self.organization)
        self.doomed = self._first_space(last)
        self.master = f"spaces/{self.space}/environments/master"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Record:
        """Make an API request after a pause."""
        time.sleep(PAUSE_SECONDS)
        return super().call(method, path, body, **headers)

    def listed(self, path: str) -> list[Record]:
        """Return the first page of a collection, in the API's order."""
        return self.call("GET", path)["items"]

    def save(self, path: str, record: Record) -> Record:
        """Save a changed record; return it as the API returns it."""
        version = str(record["sys"]["version"])
        return self.call("PUT", path, record, X_Contentful_Version=version)

    def publish(self, path: str, record: Record) -> None:
        """Publish a record, or activate a content type."""
        version = str(record["sys"]["version"])
        self.call("PUT", f"{path}/published", X_Contentful_Version=version)

    def entry(self, *, published: bool) -> tuple[str, Record]:
        """Return path and record of the first published entry, or of the first draft."""
        query = f"sys.publishedVersion[exists]={str(published).lower()}&limit=1&order=sys.id"
        query += "&sys.archivedVersion[exists]=false"
        record = self.listed(f"{self.master}/entries?{query}")[0]
        return f"{self.master}/entries/{record['sys']['id']}", record

    def _first_space(self, organization: str) -> str:
        return self.listed(f"organizations/{organization}/spaces")[0]["sys"]["id"]


def rename_a_space(account: Account) -> EditEffect:
    """Give the space another name."""
    path = f"spaces/{account.space}"
    space = account.call("GET", path)
    name = f"Renamed {space['name']}"
    account.save(path, {**space, "name": name})
    return EditEffect(f"space {account.space} is renamed to {name!r}", {"SPACES": 1})


def add_a_space(account: Account) -> EditEffect:
    """Add a space; the API gives it a master environment with one locale, and roles."""
    owner = account.organization
    space = account.call("POST", "spaces", {"name": "Added"}, X_Contentful_Organization=owner)
    name = space["sys"]["id"]
    rows = {**dict.fromkeys(("SPACES", "ENVIRONMENTS", "LOCALES"), 1)}
    rows["ROLES"] = len(account.stored(f"spaces/{name}/roles"))
    rows["SYNC_COVERAGE"] = TABLES_OF_A_SPACE
    return EditEffect(f"space {name} is added", rows)


def delete_a_space(account: Account) -> EditEffect:
    """Delete the other space with everything in it; its past usage stays."""
    path = f"spaces/{account.doomed}"
    place = f"{path}/environments/master"
    rows = {table: len(account.stored(f"{path}/{name}")) for table, name in OF_A_SPACE.items()}
    rows |= {
        table: len(account.stored(f"{place}/{name}")) for table, name in OF_AN_ENVIRONMENT.items()
    }
    kinds = account.stored(f"{place}/content_types")
    rows["CONTENT_TYPE_FIELDS"] = sum(len(kind["fields"]) for kind in kinds)
    rows |= {"SPACES": 1, "SYNC_COVERAGE": TABLES_OF_A_SPACE}
    account.call("DELETE", path)
    return EditEffect(f"space {account.doomed} is deleted with all its content", deleted=rows)


def edit_an_entry(account: Account) -> EditEffect:
    """Save a published entry with another text in its first field, without publishing it."""
    path, entry = account.entry(published=True)
    name = next(iter(entry["fields"]))
    entry["fields"][name]["en-US"] = "Edited"
    account.save(path, entry)
    return EditEffect(f"entry {entry['sys']['id']} gets another {name}", {"ENTRIES": 1})


def create_an_entry(account: Account) -> EditEffect:
    """Create a draft with a title."""
    title = account.call("GET", f"{account.master}/content_types/category")["displayField"]
    body = {"fields": {title: {"en-US": "Created"}}}
    path = f"{account.master}/entries"
    entry = account.call("POST", path, body, X_Contentful_Content_Type="category")
    return EditEffect(f"entry {entry['sys']['id']} is created", {"ENTRIES": 1})


def delete_an_entry(account: Account) -> EditEffect:
    """Delete a draft."""
    path, entry = account.entry(published=False)
    account.call("DELETE", path)
    return EditEffect(f"entry {entry['sys']['id']} is deleted", deleted={"ENTRIES": 1})


def publish_an_entry(account: Account) -> EditEffect:
    """Publish a draft."""
    path, entry = account.entry(published=False)
    account.publish(path, entry)
    return EditEffect(f"entry {entry['sys']['id']} is published", {"ENTRIES": 1})


def change_an_asset(account: Account) -> EditEffect:
    """Give an asset another title."""
    asset = account.listed(f"{account.master}/assets?limit=1&order=sys.id")[0]
    asset["fields"]["title"]["en-US"] = "Changed"
    account.save(f"{account.master}/assets/{asset['sys']['id']}", asset)
    return EditEffect(f"asset {asset['sys']['id']} gets another title", {"ASSETS": 1})


def add_a_field(account: Account) -> EditEffect:
    """Add a field to a content type and activate it; its editor interface gets a new version."""
    path = f"{account.master}/content_types/category"
    kind = account.call("GET", path)
    kind["fields"].append({"id": "color", "name": "Color", "type": "Symbol"})
    account.publish(path, account.save(path, kind))
    rows = {"CONTENT_TYPES": 1, "CONTENT_TYPE_FIELDS": 1, "EDITOR_INTERFACES": 1}
    return EditEffect("content type category gets a field, color", rows)


def add_a_locale(account: Account) -> EditEffect:
    """Add Italian."""
    italian = {"code": "it-IT", "name": "Italian (Italy)", "fallbackCode": "en-US"}
    account.call("POST", f"{account.master}/locales", italian)
    return EditEffect("locale it-IT is added", {"LOCALES": 1})


def create_a_tag(account: Account) -> EditEffect:
    """Create a private tag."""
    account.call("PUT", f"{account.master}/tags/clearance", {"name": "Clearance"})
    return EditEffect("tag clearance is created", {"TAGS": 1})


def remove_a_member(account: Account) -> EditEffect:
    """Remove an administrator from the organization; the teams count one member less."""
    path = f"organizations/{account.organization}"
    membership = account.listed(f"{path}/organization_memberships?role=admin")[0]
    person = membership["sys"]["user"]["sys"]["id"]
    rows = {
        table: sum(
            one["sys"]["user"]["sys"]["id"] == person for one in account.stored(f"{path}/{name}")
        )
        for table, name in OF_A_MEMBER.items()
    }
    account.call("DELETE", f"{path}/organization_memberships/{membership['sys']['id']}")
    written = {"TEAMS": rows["TEAM_MEMBERSHIPS"]}
    return EditEffect(f"user {person} leaves the organization", written, {"USERS": 1, **rows})


EDITS = (
    *(rename_a_space, add_a_space, delete_a_space, edit_an_entry, create_an_entry),
    *(delete_an_entry, publish_an_entry, change_an_asset, add_a_field, add_a_locale),
    *(create_a_tag, remove_a_member),
)


def edited(url: str) -> Iterator[EditEffect]:
    """Make the edits one after another; yield the effect of each."""
    account = Account(url)
    for edit in EDITS:
        yield edit(account)


def expected(edits: Iterable[EditEffect]) -> tuple[Counter[str], Counter[str]]:
    """Return the numbers of rows that the edits write and delete, by table."""
    written: Counter[str] = Counter()
    deleted: Counter[str] = Counter()
    for edit in edits:
        written.update(edit.written)
        deleted.update(edit.deleted)
    return written, deleted
