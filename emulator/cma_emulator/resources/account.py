"""What the account has at the top: organizations, spaces and the token's user."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..answers import Answer, to_json
from ..backends import GATEKEEPER
from ..calls import Call
from ..errors import Refusal, validation_failed
from ..query import Condition
from ..records import Record, changed, link, link_id
from ..resource import EDITABLE, Paging, Resource, Rules, Sample
from ..routing import Special
from ..worlds import account

ORGANIZATIONS = Resource(
    path="organizations",
    type="Organization",
    back_end=GATEKEEPER,
    authored=False,
    samples=account.organizations,
)


def _complete_space(call: Call, record: Record) -> Record:
    if not record.get("name"):
        raise validation_failed("required", ["name"], record.get("name"), "name is required")
    if "organization" in record["sys"]:
        return record
    owner = link("Organization", _owner(call))
    return changed({key: record[key] for key in ("name", "sys")}, organization=owner)


def _owner(call: Call) -> str:
    known = [one["sys"]["id"] for one in call.other(ORGANIZATIONS).records()]
    asked = call.request.headers.get("x-contentful-organization")
    owner = asked or (known[0] if len(known) == 1 else None)
    if owner not in known:
        message = "You must specify the organization that the space belongs to."
        raise Refusal(404, "MissingOrganizationParameter", message)
    return str(owner)


def _of_header(call: Call) -> tuple[Condition, ...]:
    owner = call.request.headers.get("x-contentful-organization")
    return (Condition("sys.organization.sys.id", "eq", owner),) if owner else ()


def _space_created(call: Call, record: Record) -> None:
    code = str(call.body().get("defaultLocale", "en-US"))
    call.world.furnish(record["sys"]["id"], code)


SPACES = Resource(
    path="spaces",
    type="Space",
    back_end=GATEKEEPER,
    paging=Paging.OFFSET_OR_CURSOR,
    verbs=EDITABLE,
    orders=("sys.createdAt", "sys.id"),
    first_version=1,
    rules=Rules(narrow=_of_header, complete=_complete_space, created=_space_created),
    samples=account.spaces,
)


def spaces_of_organization(call: Call) -> Iterator[Record]:
    """Yield the spaces of the organization of a call."""
    for space in call.other(SPACES).records():
        if link_id(space["sys"].get("organization")) == call.scope["organization"]:
            yield space


ORGANIZATION_SPACES = replace(
    SPACES,
    path="organizations/{organization}/spaces",
    verbs=frozenset(),
    rules=Rules(),
    samples=None,
    derived=spaces_of_organization,
)

ME = Resource("users", "User", GATEKEEPER, authored=False, links=())


def _me(call: Call) -> Answer:
    sample = Sample(call.world.user, account.user(call.world.maker, 0))
    return Answer(200, to_json(call.world.sampled(ME, {}, sample)))


RESOURCES = (ORGANIZATIONS, SPACES, ORGANIZATION_SPACES)
SPECIALS = (Special("users/me", ME, {"GET": _me}),)
