"""Documented rows of content, for records as the emulator stores them."""

from __future__ import annotations

from typing import Any, Optional

from .example import Record, Row


def entry_row(record: Record, status: str, title: Optional[str] = None, **more: Any) -> Row:
    """Return the row of ENTRIES for an entry of this status and title.

    *more* are its links and other columns that the record has in another form.
    """
    own = {
        "content_type_id": record["sys"]["contentType"]["sys"]["id"],
        "links": [],
        "automation_tags": _ids(record["sys"]["automationTags"]),
    }
    return {**_content_row(record, status, title), **own, **more}


def asset_row(record: Record, status: str, title: Optional[str] = None, **more: Any) -> Row:
    """Return the row of ASSETS for an asset of this status and title; *more* is its file."""
    names = ("file_name", "content_type", "url", "size", "width", "height")
    return {**_content_row(record, status, title), **dict.fromkeys(names), **more}


def _content_row(record: Record, status: str, title: Optional[str]) -> Row:
    sys = record["sys"]
    return {
        "space_id": sys["space"]["sys"]["id"],
        "environment_id": sys["environment"]["sys"]["id"],
        "id": sys["id"],
        "status": status,
        "title": title,
        "fields": record.get("fields"),
        "tags": _ids(record["metadata"]["tags"]),
        "concepts": _ids(record["metadata"]["concepts"]),
        "field_status": sys["fieldStatus"],
        "urn": sys["urn"],
        "published_version": sys.get("publishedVersion"),
        "published_at": sys.get("publishedAt"),
        "published_by_id": _id(sys.get("publishedBy")),
        "published_by_type": _kind(sys.get("publishedBy")),
        "first_published_at": sys.get("firstPublishedAt"),
        "published_counter": sys.get("publishedCounter"),
        "archived_version": sys.get("archivedVersion"),
        "archived_at": sys.get("archivedAt"),
        "archived_by_id": _id(sys.get("archivedBy")),
        "archived_by_type": _kind(sys.get("archivedBy")),
        "version": sys["version"],
        "created_at": sys["createdAt"],
        "created_by_id": _id(sys["createdBy"]),
        "created_by_type": _kind(sys["createdBy"]),
        "updated_at": sys["updatedAt"],
        "updated_by_id": _id(sys["updatedBy"]),
        "updated_by_type": _kind(sys["updatedBy"]),
    }


def _ids(links: list[Record]) -> list[str]:
    return [link["sys"]["id"] for link in links]


def _id(link: Optional[Record]) -> Optional[str]:
    return None if link is None else link["sys"]["id"]


def _kind(link: Optional[Record]) -> Optional[str]:
    return None if link is None else link["sys"]["linkType"]
