"""The services behind api.contentful.com, with the differences that a client can see.

README.md of the emulator says which of them are recorded and which are inferred.
"""

from __future__ import annotations

from dataclasses import dataclass

MEDIA_TYPE = "application/vnd.contentful.management.v1+json"


@dataclass(frozen=True)
class BackEnd:
    """Paging, times and errors of one service.

    ``envelope``, ``error`` and ``sys_order`` are the key orders of collections, of errors and of
    the ``sys`` of records.
    A ``limit`` above ``largest_limit`` is refused with 400 or clamped.
    ``precise`` times have milliseconds; the others are in whole seconds.
    """

    name: str
    envelope: tuple[str, ...]
    error: tuple[str, ...]
    default_limit: int
    largest_limit: int
    refuses_larger_limits: bool
    precise: bool
    error_details: bool
    sys_order: tuple[str, ...]
    media_type: str = MEDIA_TYPE


CONTENT = BackEnd(
    name="content-api",
    envelope=("sys", "total", "skip", "limit", "items", "pages"),
    error=("sys", "message", "details", "requestId"),
    default_limit=100,
    largest_limit=1000,
    refuses_larger_limits=True,
    precise=True,
    error_details=True,
    sys_order=(
        *("space", "id", "type", "createdAt", "updatedAt", "environment"),
        *("publishedVersion", "publishedAt", "firstPublishedAt", "createdBy", "updatedBy"),
        *("publishedCounter", "version", "publishedBy", "archivedAt", "archivedBy"),
        *("archivedVersion", "fieldStatus", "automationTags", "contentType", "urn"),
    ),
)
GATEKEEPER = BackEnd(
    name="gatekeeper",
    envelope=("total", "limit", "skip", "sys", "items", "pages"),
    error=("requestId", "message", "details", "sys"),
    default_limit=25,
    largest_limit=100,
    refuses_larger_limits=False,
    precise=False,
    error_details=False,
    sys_order=(
        *("type", "id", "version", "space", "environment", "status", "createdBy", "createdAt"),
        *("updatedBy", "updatedAt", "organization"),
    ),
)
TAXONOMY = BackEnd(
    name="taxonomy-service",
    envelope=("sys", "limit", "items", "pages"),
    error=("sys", "message", "details", "requestId"),
    default_limit=100,
    largest_limit=1000,
    refuses_larger_limits=False,
    precise=True,
    error_details=False,
    sys_order=(
        *("id", "type", "createdAt", "updatedAt", "organization", "createdBy", "updatedBy"),
        "version",
    ),
    media_type="application/json; charset=utf-8",
)
