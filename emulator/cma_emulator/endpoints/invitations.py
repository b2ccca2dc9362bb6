"""Invitations, which create users and memberships of an organization."""

from __future__ import annotations

from .. import paths
from ..account.lifecycle import created
from ..account.resource import Resource
from ..answers import Answer, to_json
from ..backends import GATEKEEPER
from ..errors import validation_failed
from ..records import Record, link
from ..samples.people import user
from .endpoint import Call, Endpoint, Special

INVITATIONS = Endpoint(Resource(f"{paths.ORGANIZATION}/invitations", "Invitation", GATEKEEPER))


def _invite(call: Call) -> Answer:
    """Answer POST on invitations: a pending member, and an invitation with a secret URL."""
    body = call.body()
    if not body.get("email"):
        raise validation_failed("required", ["email"], body.get("email"), "email is required")
    person, membership = invited(call, body, call.scope["organization"])
    extra = {
        "status": "pending",
        "user": link("User", person),
        "organizationMembership": link("OrganizationMembership", membership),
        "invitationUrl": f"https://be.contentful.example.com/invitations/SECRET-{membership}",
    }
    shown = {name: body.get(name) for name in ("firstName", "lastName", "email", "role")}
    invitation = {**shown, "sys": extra}
    identifier = call.account.new_id()
    record = created(call.resource, call.scope, identifier, invitation, call.moment)
    return Answer(201, to_json(record))


def invited(call: Call, body: Record, organization: str) -> tuple[str, str]:
    """Add a user to an organization; return the ids of user and membership."""
    person, membership = call.account.new_id(), call.account.new_id()
    template = dict.fromkeys(user(call.account.maker, 0))
    names = {name: body.get(name) for name in ("firstName", "lastName", "email")}
    unknown = {**template, **names, "activated": False, "confirmed": False, "signInCount": 0}
    known = {**unknown, "2faEnabled": False}
    call.add(paths.USERS, person, known, organization=organization)
    sys = {"user": link("User", person), "status": "pending"}
    belonging = {"role": body.get("role") or "member", "status": False, "sys": sys}
    call.add(paths.ORGANIZATION_MEMBERSHIPS, membership, belonging, organization=organization)
    return person, membership


SPECIALS = (Special(INVITATIONS.resource.path, INVITATIONS, {"POST": _invite}),)
