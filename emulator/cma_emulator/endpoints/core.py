"""The top of an account: organizations, spaces and the token's user."""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..account.catalog import Origin, Sample
from ..account.resource import EDITABLE, Paging, Resource
from ..answers import Answer, to_json
from ..backends import GATEKEEPER
from ..errors import Refusal, validation_failed
from ..listing.query import Condition
from ..records import Record, changed, link, link_id
from ..samples import core as samples
from ..samples.people import roles, user
from .endpoint import Call, Endpoint, Rules, Special
from .environments import add_master

ORGANIZATIONS = Endpoint(
    Resource(
        path=paths.ORGANIZATIONS,
        type="Organization",
        back_end=GATEKEEPER,
        authored=False,
    ),
    origin=Origin(samples.organizations),
)


def _complete_space(call: Call, record: Record) -> Record:
    if not record.get("name"):
        raise validation_failed("required", ["name"], record.get("name"), "name is required")
    if "organization" in record["sys"]:
        return record
    owner = link("Organization", _owner(call))
    return changed({key: record[key] for key in ("name", "sys")}, organization=owner)


def _owner(call: Call) -> str:
    known = [one["sys"]["id"] for one in call.other(paths.ORGANIZATIONS).records()]
    named = call.request.headers.get("x-contentful-organization")
    owner = named or (known[0] if len(known) == 1 else None)
    if owner not in known:
        message = "You must specify the organization that the space belongs to."
        raise Refusal(404, "MissingOrganizationParameter", message)
    return str(owner)


def _of_header(call: Call) -> tuple[Condition, ...]:
    owner = call.request.headers.get("x-contentful-organization")
    return (Condition("sys.organization.sys.id", "eq", owner),) if owner else ()


def _space_created(call: Call, record: Record) -> None:
    scope = {"space": record["sys"]["id"]}
    add_master(call.account, scope["space"], str(call.body().get("defaultLocale", "en-US")))
    for role in roles(call.account.maker, scope):
        call.account.add(paths.ROLES, scope, role.identifier, role.body)


LICENSES = Endpoint(
    Resource(
        path=paths.LICENSES,
        type="SpaceLicense",
        back_end=GATEKEEPER,
        order="sys.id",
        links=(),
        authored=False,
        dated=False,
        first_version=None,
    ),
    origin=Origin(samples.licenses),
)


def _licenses(call: Call, parameters: dict[str, str]) -> Record | None:
    """Return the licenses that spaces link to, if ``include`` requests them."""
    if "sys.license" not in parameters.get("include", ""):
        return None
    found: dict[str, Record] = {}
    for space in call.other(paths.SPACES).records():
        owner, name = (link_id(space["sys"].get(key)) for key in ("organization", "license"))
        held = call.other(paths.LICENSES, organization=str(owner)).get(str(name))
        if held is not None:
            found[str(name)] = held
    return {"SpaceLicense": list(found.values())}


SPACES = Endpoint(
    Resource(
        path=paths.SPACES,
        type="Space",
        back_end=GATEKEEPER,
        paging=Paging.OFFSET_OR_CURSOR,
        verbs=EDITABLE,
        orders=("sys.createdAt", "sys.id"),
        first_version=1,
    ),
    Rules(narrow=_of_header, includes=_licenses, complete=_complete_space, created=_space_created),
    Origin(samples.spaces),
)


def spaces_of_organization(call: Call) -> Iterator[Record]:
    """Yield the spaces of the organization of a call."""
    for space in call.other(paths.SPACES).records():
        if link_id(space["sys"].get("organization")) == call.scope["organization"]:
            yield space


def organization_of_space(call: Call) -> str:
    """Return the organization of the space of a call."""
    space = call.other(paths.SPACES).get(call.scope["space"]) or {"sys": {}}
    return str(link_id(space["sys"].get("organization")))


ME = Endpoint(Resource("users", "User", GATEKEEPER, authored=False, links=()))


def _me(call: Call) -> Answer:
    sample = Sample(call.account.user, user(call.account.maker, 0))
    return Answer(200, to_json(call.account.sampled(ME.resource, {}, sample)))


ENDPOINTS = (ORGANIZATIONS, SPACES, LICENSES)
SPECIALS = (Special("users/me", ME, {"GET": _me}),)
