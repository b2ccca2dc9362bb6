"""Access tokens, of which only four letters are shown, and whom to tell about incidents."""

from __future__ import annotations

from dataclasses import replace

from .. import writes
from ..answers import Answer, to_json
from ..backends import GATEKEEPER
from ..calls import Call
from ..records import changed
from ..resource import ORGANIZATION, POSTED, Resource, Rules, Verb
from ..routing import Special
from ..worlds import people

SECURITY_CONTACTS = Resource(
    path=f"{ORGANIZATION}/security_contacts",
    type="SecurityContact",
    back_end=GATEKEEPER,
    verbs=POSTED,
    samples=people.security_contacts,
)

MY_TOKENS = Resource(
    path="users/me/access_tokens",
    type="PersonalAccessToken",
    back_end=GATEKEEPER,
    verbs=frozenset((Verb.CREATE,)),
    orders=("sys.createdAt", "sys.expiresAt"),
    filters=("sys.createdAt", "sys.expiresAt", "sys.lastUsedAt", "sys.revokedAt", "sys.type"),
    first_version=None,
    authored=False,
    rules=Rules(
        complete=lambda _call, record: {"revokedAt": None, **record},
        shown_once=lambda _call, record: {**record, "token": f"SECRET-{record['sys']['id']}"},
    ),
    samples=people.my_tokens,
)
ORGANIZATION_TOKENS = replace(
    MY_TOKENS,
    path=f"{ORGANIZATION}/access_tokens",
    verbs=frozenset(),
    links=(),
    samples=people.organization_tokens,
)


def _revoke(call: Call) -> Answer:
    """Answer PUT on ``/revoked``: the token stays in the listing with a date."""
    call = replace(call, identifier=call.scope["token"])
    record = writes.existing(call)
    revoked = changed({**record, "revokedAt": call.moment.stamp(MY_TOKENS)})
    call.collection.put(str(call.identifier), revoked)
    return Answer(200, to_json(revoked))


RESOURCES = (SECURITY_CONTACTS, MY_TOKENS, ORGANIZATION_TOKENS)
SPECIALS = (Special(f"{MY_TOKENS.path}/{{token}}/revoked", MY_TOKENS, {"PUT": _revoke}),)
