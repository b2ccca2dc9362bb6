"""The ``sys`` of a record after its creation, update, publication and archiving.

As recorded, each step increases the version by 1 and sets ``updatedAt``.
The version before a publication becomes ``publishedVersion``; before archiving it becomes
``archivedVersion``.
All functions take a record and return a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..backends import CONTENT
from ..errors import bad_request
from ..records import Record, Scope, changed, link
from .clock import stamp
from .resource import Resource

LINK_TYPES = {"space": "Space", "environment": "Environment", "organization": "Organization"}


@dataclass(frozen=True)
class Moment:
    """Time of a step, in milliseconds since 1970, and its actor.

    ``skew`` is how far the clock of the content plane is ahead, in milliseconds.
    ``user`` is the id of a user, or of an app if ``kind`` is "AppDefinition".
    """

    ms: int
    user: str
    skew: int = 0
    kind: str = "User"

    @property
    def actor(self) -> Record:
        """Return the link to the user or app."""
        return link(self.kind, self.user)

    def stamp(self, resource: Resource) -> str:
        """Return the time by the clock and in the precision of the resource's back end."""
        skew = self.skew if resource.back_end is CONTENT else 0
        return stamp(self.ms + skew, precise=resource.back_end.precise)


def created(
    resource: Resource, scope: Scope, identifier: str, body: Record, moment: Moment
) -> Record:
    """Return a new record; ``sys`` of the body overrides the common parts."""
    now = moment.stamp(resource)
    links = resource.scope_names if resource.links is None else resource.links
    sys: Record = {
        "id": identifier,
        "type": resource.type,
        "version": resource.first_version,
        "createdAt": now if resource.dated else None,
        "updatedAt": now if resource.dated else None,
        "createdBy": moment.actor if resource.authored else None,
        "updatedBy": moment.actor if resource.authored else None,
        "publishedCounter": 0 if resource.counts_publications else None,
        **{name: link(LINK_TYPES[name], scope[name]) for name in links if name in LINK_TYPES},
        **body.get("sys", {}),
    }
    parts = {key: value for key, value in body.items() if key != "sys"}
    return resource.arranged(parts, {key: part for key, part in sys.items() if part is not None})


def updated(resource: Resource, record: Record, body: Record, moment: Moment) -> Record:
    """Return a record with the content of a new body.

    The content plane replaces the whole content.
    The management plane keeps the parts that the body omits.
    The status of fields changes only if their values do.
    """
    if "archivedAt" in record["sys"] and resource.back_end is CONTENT:
        raise bad_request("Cannot edit archived")
    kept = {} if resource.back_end is CONTENT else record
    parts = {key: value for key, value in kept.items() if key != "sys"}
    parts |= {key: value for key, value in body.items() if key != "sys"}
    sys = {**record["sys"], **_step(resource, record, moment)}
    done = resource.arranged(parts, sys)
    return done if parts.get("fields") == record.get("fields") else _edited(resource, done)


def _edited(resource: Resource, record: Record) -> Record:
    """Return a record with the status of its published fields set to changed."""
    return _restatused(resource, record, "changed", only="published")


def published(resource: Resource, record: Record, moment: Moment) -> Record:
    """Return a record after publication."""
    sys = record["sys"]
    if "archivedAt" in sys:
        raise bad_request("Cannot publish archived")
    now = moment.stamp(resource)
    parts = {
        **_step(resource, record, moment),
        "publishedVersion": sys["version"],
        "publishedAt": now,
        "publishedBy": moment.actor,
        "firstPublishedAt": sys.get("firstPublishedAt", now),
        "publishedCounter": sys.get("publishedCounter", 0) + 1,
    }
    return _restatused(resource, changed(record, **parts), "published")


def unpublished(resource: Resource, record: Record, moment: Moment) -> Record:
    """Return a record after unpublishing; ``firstPublishedAt`` stays."""
    if "publishedVersion" not in record["sys"]:
        raise bad_request("Not published")
    cleared = dict.fromkeys(("publishedVersion", "publishedAt", "publishedBy"))
    parts = {**_step(resource, record, moment), **cleared}
    return _restatused(resource, changed(record, **parts), "draft")


def archived(resource: Resource, record: Record, moment: Moment) -> Record:
    """Return a record after archiving; a published record is refused."""
    sys = record["sys"]
    if "publishedVersion" in sys:
        raise bad_request("Cannot archive published")
    if "archivedVersion" in sys:
        raise bad_request("Already archived")
    parts = {
        **_step(resource, record, moment),
        "archivedVersion": sys["version"],
        "archivedAt": moment.stamp(resource),
        "archivedBy": moment.actor,
    }
    return _restatused(resource, changed(record, **parts), None)


def unarchived(resource: Resource, record: Record, moment: Moment) -> Record:
    """Return a record after unarchiving."""
    if "archivedVersion" not in record["sys"]:
        raise bad_request("Not archived")
    cleared = dict.fromkeys(("archivedVersion", "archivedAt", "archivedBy"))
    parts = {**_step(resource, record, moment), **cleared}
    return _restatused(resource, changed(record, **parts), None)


_VERBS: dict[str, Callable[[Resource, Record, Moment], Record]] = {
    "edited": lambda resource, record, moment: _edited(
        resource, updated(resource, record, record, moment)
    ),
    "published": published,
    "unpublished": unpublished,
    "archived": archived,
}


def lived(resource: Resource, record: Record, steps: Iterable[tuple[str, Moment]]) -> Record:
    """Return a record after the given steps: edited, published, unpublished or archived."""
    for verb, moment in steps:
        record = _VERBS[verb](resource, record, moment)
    return record


def _step(resource: Resource, record: Record, moment: Moment) -> dict[str, Any]:
    sys = record["sys"]
    parts: dict[str, Any] = {"updatedAt": moment.stamp(resource)} if resource.dated else {}
    if "version" in sys:
        parts["version"] = sys["version"] + 1
    if resource.authored:
        parts["updatedBy"] = moment.actor
    return parts


def _restatused(
    resource: Resource, record: Record, status: str | None, only: str | None = None
) -> Record:
    """Return a record with a status of its fields in all locales; None keeps the status.

    With ``only``, the status changes only in the locales that have that status.
    """
    sys = record["sys"]
    if status is not None and "fieldStatus" in sys:
        locales = {
            locale: status if only in (None, before) else before
            for locale, before in sys["fieldStatus"]["*"].items()
        }
        sys = {**sys, "fieldStatus": {"*": locales}}
    parts = {key: value for key, value in record.items() if key != "sys"}
    return resource.arranged(parts, sys)
