"""The class of the examples, and the times and names that they share."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from typing import Any, Optional

Record = dict[str, Any]
Row = dict[str, Any]

NEIGHBOR = "neighbor"
FIRST_SYNC = "2025-03-01T00:00:00Z"
EDITED = "2025-03-02T05:06:07"
AFTER_EDIT = "2025-03-02T06:00:00Z"
DELETED = "2025-03-03T05:06:07"
AFTER_DELETION = "2025-03-03T06:00:00Z"


@dataclass(frozen=True)
class Example:
    """A record as the API returns it, and all of its rows.

    - ``collection``, ``identifier``: path of the collection, and name of the ``record`` in it.
    - ``edit``: top-level keys that an edit replaces.
    - ``edited``: values that the edit changes in the first of ``rows``, in addition to version,
      time and author.
    - ``key``: key columns.
    - ``around``: other records that must exist, each with the path of its collection.
    - ``bumps``: an edit changes the records ``around`` too; publishing an entry adds a snapshot.
    - ``personal``: columns that ``personal_data`` hashes or excludes.
    - ``stored_as``: id of the record, if it is not ``identifier``.
    - ``removed``: path of the record to delete, if it is not this one.
    - ``endpoint``: path that the connector requests, if it is not ``collection``.
    - ``answered``: the emulator computes the records, so tests plan its answers instead.
    - ``stays``: the row stays after its record was deleted.
    """

    table: str
    collection: str
    identifier: str
    record: Record
    rows: tuple[Row, ...]
    edit: Record
    edited: Row
    key: tuple[str, ...]
    around: tuple[tuple[str, Record], ...] = ()
    bumps: bool = False
    personal: tuple[str, ...] = ()
    stored_as: str = ""
    removed: str = ""
    endpoint: str = ""
    answered: bool = False
    stays: bool = False

    @property
    def requested(self) -> str:
        """The path that the connector requests."""
        return "/" + (self.endpoint or self.collection)

    @property
    def edited_record(self) -> Record:
        """The record after the edit, with the next version."""
        return bumped({**self.record, **self.edit})

    @property
    def edited_row(self) -> Row:
        """The row that the edit changes."""
        return {**bumped_row(self.rows[0]), **self.edited}

    @property
    def neighbor(self) -> Example:
        """A second record, equal except for its name."""
        return self.named(NEIGHBOR)

    @property
    def end(self) -> str:
        """The path to delete to remove the record."""
        return self.removed or f"{self.collection}/{self.stored_as or self.identifier}"

    def named(self, name: str) -> Example:
        """Return the example with another identifier."""

        def renamed(value: Any) -> Any:
            return json.loads(json.dumps(value).replace(self.identifier, name))

        return replace(
            self,
            collection=renamed(self.collection),
            identifier=name,
            record=renamed(self.record),
            rows=tuple(renamed(row) for row in self.rows),
            edit=renamed(self.edit),
            edited=renamed(self.edited),
            stored_as=renamed(self.stored_as),
            removed=renamed(self.removed),
        )

    def keys(self, row: Row) -> Row:
        """Return the primary key of a row."""
        return {name: row[name] for name in self.key}

    def place(self) -> tuple[Optional[str], Optional[str], Optional[str]]:
        """Return ids of organization, space and environment, or None for those not in the key."""
        organization, space, environment = "organization_id", "space_id", "environment_id"
        if organization in self.key:
            return "acme", None, None
        return (
            None,
            "shop" if space in self.key else None,
            "master" if environment in self.key else None,
        )


def link(kind: str, identifier: str) -> Record:
    """Return a link as the API writes it."""
    return {"sys": {"type": "Link", "linkType": kind, "id": identifier}}


def content(kind: str, identifier: str, **more: Any) -> Record:
    """Return the ``sys`` of a record of the content plane."""
    return {
        "type": kind,
        "id": identifier,
        "version": 3,
        "createdAt": "2024-05-06T07:08:09.123Z",
        "createdBy": link("User", "ann"),
        "updatedAt": "2024-06-07T08:09:10.123Z",
        "updatedBy": link("User", "bob"),
        "space": link("Space", "shop"),
        "environment": link("Environment", "master"),
        **more,
    }


def bumped(record: Record, moment: str = EDITED) -> Record:
    """Return a record with the version, time and author of an edit, if it has them."""
    record = copy.deepcopy(record)
    sys = record["sys"]
    if "version" in sys:
        sys["version"] += 1
    if "updatedAt" in sys:
        sys["updatedAt"] = moment + sys["updatedAt"][len(moment) :]
    if "updatedBy" in sys:
        sys["updatedBy"] = link("User", "cat")
    return record


def bumped_row(row: Row) -> Row:
    """Return a row with the version, time and author of an edit, if it has them."""
    row = dict(row)
    if row.get("version") is not None:
        row["version"] += 1
    if row.get("updated_at") is not None:
        row["updated_at"] = EDITED + row["updated_at"][len(EDITED) :]
    if row.get("updated_by_id") is not None:
        row["updated_by_id"] = "cat"
    return row
