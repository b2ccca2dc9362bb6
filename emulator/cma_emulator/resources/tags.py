"""Tags."""

from __future__ import annotations

from ..backends import CONTENT
from ..calls import Call
from ..errors import Refusal, validation_failed
from ..query import Condition, Order, Query
from ..records import Record, changed
from ..resource import EDITABLE, ENVIRONMENT, Resource, Rules
from ..routing import Special
from ..selection import select
from ..worlds import environment
from .content import ASSETS, ENTRIES


def _complete_tag(call: Call, record: Record) -> Record:
    """Keep how visible a tag was made; for every update the body may only rename it."""
    if not record.get("name"):
        raise validation_failed("required", ["name"], record.get("name"), "name is required")
    asked = call.request.headers.get("x-contentful-tag-visibility", "private")
    visibility = record["sys"].get("visibility", asked)
    return changed({"sys": record["sys"], "name": record["name"]}, visibility=visibility)


def _refuse_referenced(call: Call, record: Record) -> None:
    """Refuse to delete a tag that is in use, as recorded (2022)."""
    has_tag = Condition("metadata.tags.sys.id", "in", record["sys"]["id"])
    query = Query((has_tag,), (Order("sys.createdAt"),))
    if any(select(call.other(resource), query) for resource in (ENTRIES, ASSETS)):
        message = "Tag cannot be deleted because it is still referenced."
        raise Refusal(422, "ActionPreconditionsFailed", message)


TAGS = Resource(
    path=f"{ENVIRONMENT}/tags",
    type="Tag",
    back_end=CONTENT,
    verbs=EDITABLE,
    order="-sys.updatedAt",
    orders=("name", "sys.id", "sys.createdAt", "sys.updatedAt"),
    filters=("name", "sys.id", "sys.visibility", "sys.updatedAt", "sys.createdAt"),
    leading=("sys",),
    first_version=1,
    rules=Rules(complete=_complete_tag, allow_delete=_refuse_referenced),
    samples=environment.tags,
)

RESOURCES = (TAGS,)
SPECIALS: tuple[Special, ...] = ()
